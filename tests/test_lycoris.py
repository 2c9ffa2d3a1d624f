"""What LyCORIS and PEFT make of a layer against what we make of their files: LoHa, LoKr, DoRA, OFT, BOFT, IA3."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import peft
import pytest
import torch
from conftest import assert_close
from lycoris.modules.boft import ButterflyOFTModule
from lycoris.modules.diag_oft import DiagOFTModule
from lycoris.modules.full import FullModule
from lycoris.modules.ia3 import IA3Module
from lycoris.modules.locon import LoConModule
from lycoris.modules.loha import LohaModule
from lycoris.modules.lokr import LokrModule
from safetensors.torch import save_file
from test_loras import agree
from torch import nn

from inference.layer_changes import LayerChange
from inference.lora_file import read_lora
from inference.loras import Lora
from training.lora import apply_lora
from training.models import load_models

ATOL = 2e-5
# Alpha is the rank for LoHa and LoKr: LyCORIS (4.1) multiplies by the scale twice where it merges, once where it runs.
LAYERS: dict[str, Callable[[], nn.Module]] = {
    "linear": lambda: nn.Linear(12, 16),
    "tall": lambda: nn.Linear(8, 32),
    "convolution": lambda: nn.Conv2d(8, 16, 3),
    "small convolution": lambda: nn.Conv2d(8, 16, 1),
}
KINDS: dict[str, tuple[type, dict[str, Any]]] = {
    "LoHa": (LohaModule, {"lora_dim": 3, "alpha": 3.0}),
    "LoHa in pieces": (LohaModule, {"lora_dim": 3, "alpha": 3.0, "use_tucker": True}),
    "LoKr": (LokrModule, {"lora_dim": 1, "alpha": 1.0}),
    "LoKr of two products": (LokrModule, {"lora_dim": 1, "alpha": 1.0, "decompose_both": True, "factor": 4}),
    "LoKr in pieces": (LokrModule, {"lora_dim": 1, "alpha": 1.0, "use_tucker": True}),
    "whole LoKr": (LokrModule, {"lora_dim": 4, "alpha": 1.0, "full_matrix": True, "factor": 4}),
    "DoRA": (LoConModule, {"lora_dim": 3, "alpha": 2.0, "weight_decompose": True}),
    "DoRA of inputs": (LoConModule, {"lora_dim": 3, "alpha": 2.0, "weight_decompose": True, "wd_on_out": False}),
    "DoRA in pieces": (LoConModule, {"lora_dim": 3, "alpha": 1.0, "weight_decompose": True, "use_tucker": True}),
    "DoHa": (LohaModule, {"lora_dim": 3, "alpha": 3.0, "weight_decompose": True}),
    "DoKr": (LokrModule, {"lora_dim": 1, "alpha": 1.0, "weight_decompose": True}),
    "whole": (FullModule, {}),
    "OFT": (DiagOFTModule, {"lora_dim": 4, "constraint": 0}),
    "OFT within limits": (DiagOFTModule, {"lora_dim": 4, "constraint": 0.02, "rescaled": True}),
    "BOFT": (ButterflyOFTModule, {"lora_dim": 4, "constraint": 0}),
    "BOFT within limits": (ButterflyOFTModule, {"lora_dim": 4, "constraint": 0.02, "rescaled": True}),
    "IA3": (IA3Module, {}),
    "IA3 of inputs": (IA3Module, {"train_on_input": True}),
}
STRAIGHT = ("LoHa", "LoKr", "whole LoKr", "whole", "OFT", "BOFT", "IA3", "IA3 of inputs")
"""Where LyCORIS too goes a share of the way for another weight; for DoRA programs differ, and ours is ComfyUI's."""


def trained(kind: str, layer: nn.Module, seed: int = 3) -> Any:
    """A module of LyCORIS with random weights."""
    made, settings = KINDS[kind]
    module = made("a", layer, **settings)
    drawn = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in module.named_parameters():
            if "org" in name:
                continue
            noise = torch.randn(value.shape, generator=drawn)
            near_one = name in ("rescale", "dora_scale")
            value.copy_(value + 0.2 * noise if near_one else 0.4 * noise)
    return module.eval()


def written(modules: dict[str, Any], path: Path) -> Path:
    tensors = {}
    for name, module in modules.items():
        held = module.state_dict()
        if isinstance(module, FullModule):  # it would take what it was made for off again
            held = {"diff": module.weight, "diff_b": module.bias}
        tensors |= {f"{name}.{key}": value.detach().clone().contiguous() for key, value in held.items()}
    save_file(tensors, path)
    return path


def read(path: Path) -> LayerChange:
    (change,) = read_lora(path).values()
    return change


def applied(change: LayerChange, layer: nn.Module, weight: float) -> np.ndarray:
    own = layer.weight.detach().numpy()  # type: ignore[union-attr]
    assert change.fits(own.shape)
    return own + change.moved(own, weight)


def drawn_layer(name: str) -> nn.Module:
    torch.manual_seed(1)
    return LAYERS[name]()


@pytest.mark.parametrize(("kind", "layer"), list(product(KINDS, LAYERS)))
def test_a_layer_becomes_what_lycoris_makes_of_it(tmp_path, kind, layer):
    own = drawn_layer(layer)
    module = trained(kind, own)
    change = read(written({"a": module}, tmp_path / "a.safetensors"))
    with torch.no_grad():
        wanted = module.get_merged_weight(1.0, own.weight.shape)[0].numpy()
    assert np.abs(wanted - own.weight.detach().numpy()).max() > 0.01, "nothing changes, so anything would agree"
    assert_close(applied(change, own, 1.0), wanted, ATOL, f"{kind} on a {layer}")
    assert_close(applied(change, own, 0.0), own.weight.detach().numpy(), ATOL, "at weight 0")
    if kind in STRAIGHT:
        with torch.no_grad():
            half = module.get_merged_weight(0.4, own.weight.shape)[0].numpy()
        assert_close(applied(change, own, 0.4), half, ATOL, f"{kind} on a {layer} at 0.4")
    elif "BOFT" not in kind:
        between = own.weight.detach().numpy() * 0.6 + 0.4 * wanted
        assert_close(applied(change, own, 0.4), between, ATOL, f"{kind} on a {layer} at 0.4")


PEFT: dict[str, Any] = {
    "LoHa": lambda: peft.LoHaConfig(r=3, alpha=5, target_modules=["layer"]),
    "LoKr": lambda: peft.LoKrConfig(r=1, alpha=3, target_modules=["layer"]),
    "whole LoKr": lambda: peft.LoKrConfig(r=8, alpha=4, target_modules=["layer"]),
    "DoRA": lambda: peft.LoraConfig(r=3, lora_alpha=5, use_dora=True, target_modules=["layer"]),
}


class One(nn.Module):
    """A model of one layer."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer


@pytest.mark.parametrize(("kind", "layer"), list(product(PEFT, ("linear", "convolution"))))
def test_a_layer_becomes_what_peft_makes_of_it(tmp_path, kind, layer):
    """Scales other than 1, by its own settings beside the file."""
    own = drawn_layer(layer)
    model = peft.get_peft_model(One(drawn_layer(layer)), PEFT[kind]())
    drawn = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.requires_grad:
                noise = torch.randn(value.shape, generator=drawn)
                value.copy_(value + 0.2 * noise if "magnitude" in name else 0.4 * noise)
    model.save_pretrained(tmp_path)
    change = read(tmp_path / "adapter_model.safetensors")
    merged = model.merge_and_unload().layer.weight.detach().numpy()
    assert np.abs(merged - own.weight.detach().numpy()).max() > 0.01
    assert_close(applied(change, own, 1.0), merged, ATOL, f"{kind} on a {layer}")


def test_what_does_not_fit_a_layer_says_so(tmp_path):
    for kind in KINDS:
        change = read(written({"a": trained(kind, drawn_layer("linear"))}, tmp_path / f"{kind}.safetensors"))
        assert not change.fits((20, 20)), kind
        assert change.shape, kind


MIXED = {
    "unet": {
        "mid_block.attentions.0.transformer_blocks.0.attn1.to_q": "LoHa",
        "mid_block.attentions.0.transformer_blocks.0.attn2.to_k": "LoKr",
        "mid_block.attentions.0.transformer_blocks.0.ff.net.2": "DoRA",
        "mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0": "OFT",
        "mid_block.attentions.0.transformer_blocks.0.attn2.to_v": "IA3 of inputs",
        "mid_block.resnets.0.conv1": "DoHa",
        "mid_block.resnets.1.conv2": "BOFT",
        "mid_block.resnets.0.time_emb_proj": "DoKr",
    },
    "te": {"encoder.layers.1.mlp.fc1": "DoRA", "encoder.layers.0.self_attn.q_proj": "LoHa"},
}


@pytest.mark.slow
def test_they_are_merged_into_graphs(saved, pipeline, tmp_path):
    """Every kind in one file, on turned and straight weights, in the UNet and in the text encoder."""
    plain, wanted = (load_models(saved("sd1")).freeze() for _ in range(2))
    modules = {}
    for part, layers in MIXED.items():
        root = wanted.unet if part == "unet" else wanted.texts[0]
        root = root if part == "unet" else getattr(root, "text_model", root)
        for path, kind in layers.items():
            layer = root.get_submodule(path)
            module = trained(kind, layer)
            words = path if part == "unet" else f"text_model.{path}"
            modules[f"lora_{part}_{words.replace('.', '_')}"] = module
    file = written(modules, tmp_path / "a.safetensors")
    with torch.no_grad():
        for module in modules.values():
            layer = module.org_module[0]
            merged = module.get_merged_weight(1.0, layer.weight.shape)[0]
            layer.weight.data = merged.reshape(layer.weight.shape).float()
    agree(pipeline("sd1"), [Lora(str(file))], wanted, plain)


@pytest.mark.slow
def test_training_goes_on_from_them(saved, tmp_path):
    """``apply_lora`` puts them into PyTorch's weights as they are merged into graphs."""
    models = load_models(saved("sd1")).freeze()
    path = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
    layer = models.unet.get_submodule(path)
    module = trained("LoHa", layer)
    file = written({f"lora_unet_{path.replace('.', '_')}": module}, tmp_path / "a.safetensors")
    with torch.no_grad():
        wanted = module.get_merged_weight(0.4, layer.weight.shape)[0].numpy()
    apply_lora(models, file, 0.4)
    assert_close(models.unet.get_submodule(path).weight.numpy(), wanted, ATOL, path)
