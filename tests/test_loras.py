"""LoRAs at run time against the same LoRA merged in PyTorch, by us and by diffusers with peft; what does not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from conftest import assert_close
from diffusers.loaders.lora_conversion_utils import _convert_unet_lora_key, _maybe_map_sgm_blocks_to_diffusers
from drawn import one_thread  # noqa: F401 (a fixture)
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file

from inference.api import Generate, Notice, Picture
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused
from inference.lora_file import read_lora
from inference.lora_graphs import _names, changes_of, layers_of
from inference.loras import Lora
from inference.manifest import read_manifest
from inference.resources import RESOURCES
from inference.store import MOST_CHANGED
from training.lora import LoraSettings, adapt, apply_lora, merge, save_lora
from training.models import load_models
from training.restore import restore_models

ATOL = 1e-4
EMBEDDED = RESOURCES / "models" / "sprites"
KINDS = ["sd1", "sdxl", "rgba"]
SLOW = pytest.mark.slow


def kohya(
    base: Path, path: Path, *, seed: int = 0, targets: str = "all", alpha: float = 6.0, text: bool = True
) -> Path:
    """A LoRA of random layers, as ``train lora`` writes them."""
    torch.manual_seed(seed)
    layers = adapt(load_models(base).freeze(), LoraSettings(rank=3, alpha=alpha, targets=targets, train_text=text))
    for layer in layers.values():
        torch.nn.init.normal_(layer.up.weight, std=0.2)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_lora(layers, path)
    return path


def feeds(models: Any) -> dict[str, torch.Tensor]:
    torch.manual_seed(4)
    config = models.unet.config
    given = {
        "sample": torch.randn(2, config["in_channels"], 8, 8),
        "timestep": torch.tensor(400.0),
        "encoder_hidden_states": torch.randn(2, 77, config["cross_attention_dim"]),
    }
    if config["addition_embed_type"] == "text_time":
        given |= {"text_embeds": torch.randn(2, 24), "time_ids": torch.tensor([[64.0, 64, 0, 0, 64, 64]] * 2)}
    return given


def by_torch(models: Any) -> dict[str, np.ndarray]:
    """The UNet's prediction and the text encoders' states."""
    given = feeds(models)
    added = {name: given[name] for name in ("text_embeds", "time_ids") if name in given}
    ids = torch.arange(1, 78)[None]
    with torch.no_grad():
        unet = models.unet(
            given["sample"], given["timestep"], given["encoder_hidden_states"], added_cond_kwargs=added
        ).sample
        texts = [text(input_ids=ids).last_hidden_state for text in models.texts]
    return {"unet": unet.numpy()} | {f"text {i}": states.numpy() for i, states in enumerate(texts)}


def by_graph(pipeline: Any, models: Any) -> dict[str, np.ndarray]:
    given = {name: value.numpy() for name, value in feeds(models).items()}
    out = {"unet": next(iter(pipeline.session("unet").run(given).values()))}
    for i, part in enumerate(("text_encoder", "text_encoder_2")[: len(models.texts)]):
        out[f"text {i}"] = pipeline.session(part).run({"input_ids": np.arange(1, 78)[None]})["last_hidden_state"]
    return out


def agree(pipeline: Any, loras: list[Lora], wanted: Any, plain: Any) -> None:
    """The graphs with these LoRAs give what the PyTorch models ``wanted`` give, and not what ``plain`` do."""
    pipeline.wear(loras)
    got, there, before = by_graph(pipeline, plain), by_torch(wanted), by_torch(plain)
    for name, value in there.items():
        scale = float(np.abs(before[name]).max())
        moved = float(np.abs(value - before[name]).max())
        assert moved > 0.02 * scale, f"{name}: the LoRA changes nothing, so anything would agree"
        assert_close(got[name] / scale, value / scale, ATOL, name)


@pytest.mark.parametrize("kind", [pytest.param("sd1", marks=SLOW), "sdxl", pytest.param("rgba", marks=SLOW)])
def test_it_is_what_merging_gives(saved, pipeline, tmp_path, kind):
    base = saved(kind)
    file = kohya(base, tmp_path / "a.safetensors")
    plain, merged = (load_models(base).freeze() for _ in range(2))
    apply_lora(merged, file)
    merge(merged, 0.7)
    agree(pipeline(kind), [Lora(str(file), 0.7)], merged, plain)


@pytest.mark.parametrize("kind", ["sd1", pytest.param("sdxl", marks=SLOW)])
def test_several_add_up(saved, pipeline, tmp_path, kind):
    base = saved(kind)
    files = [kohya(base, tmp_path / f"{seed}.safetensors", seed=seed) for seed in (1, 2)]
    plain, merged = (load_models(base).freeze() for _ in range(2))
    for file, weight in zip(files, (0.5, -0.25), strict=True):
        apply_lora(merged, file)
        merge(merged, weight)
    agree(pipeline(kind), [Lora(str(files[0]), 0.5), Lora(str(files[1]), -0.25)], merged, plain)


PIPELINES = {"sd1": diffusers.StableDiffusionPipeline, "sdxl": diffusers.StableDiffusionXLPipeline}


class Parts:
    """A diffusers pipeline's parts, named as ours are."""

    def __init__(self, pipe: Any) -> None:
        self.unet = pipe.unet
        self.texts = [pipe.text_encoder, *([pipe.text_encoder_2] if hasattr(pipe, "text_encoder_2") else [])]


def by_peft(pipe: Any, folder: Path, **settings: Any) -> Path:
    """A LoRA that peft made and diffusers wrote, in its own layout with its own metadata."""
    torch.manual_seed(3)
    unet = ["to_q", "to_k", "to_v", "to_out.0", "conv1", "proj_in", "ff.net.2"]
    roots = {"unet": (pipe.unet, unet)}
    for name in ("text_encoder", "text_encoder_2")[: len(Parts(pipe).texts)]:
        roots[name] = (getattr(pipe, name), ["q_proj", "v_proj", "fc1"])
    layers, metadata = {}, {}
    for name, (root, targets) in roots.items():
        own = settings if name == "unet" else {**settings, "alpha_pattern": {}}
        config = LoraConfig(r=3, target_modules=targets, init_lora_weights=False, **own)
        root.add_adapter(config)
        layers[f"{name}_lora_layers"] = get_peft_model_state_dict(root)
        metadata[f"{name}_lora_adapter_metadata"] = config.to_dict()
    type(pipe).save_lora_weights(folder, **layers, **metadata)
    return folder / "pytorch_lora_weights.safetensors"


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("sd1", {"lora_alpha": 5}),
        pytest.param("sdxl", {"lora_alpha": 5}, marks=SLOW),
        pytest.param("sd1", {"lora_alpha": 5, "use_rslora": True}, marks=SLOW),
        pytest.param("sd1", {"lora_alpha": 2, "alpha_pattern": {"to_q": 9}}, marks=SLOW),
    ],
)
def test_it_is_what_diffusers_fuses(saved, pipeline, tmp_path, kind, settings):
    def fresh() -> Any:
        return PIPELINES[kind].from_pretrained(saved(kind), local_files_only=True)

    file = by_peft(fresh(), tmp_path, **settings)
    fused = fresh()
    fused.load_lora_weights(tmp_path, weight_name=file.name, local_files_only=True)
    fused.fuse_lora(lora_scale=0.6)
    fused.unload_lora_weights()
    agree(pipeline(kind), [Lora(str(file), 0.6)], Parts(fused), Parts(fresh()))


@SLOW
@pytest.mark.parametrize("kind", ["sd1", "sdxl"])
def test_diffusers_and_we_read_kohyas_layout_alike(saved, pipeline, tmp_path, kind):
    file = kohya(saved(kind), tmp_path / "a.safetensors", targets="attention")
    fused, plain = (PIPELINES[kind].from_pretrained(saved(kind), local_files_only=True) for _ in range(2))
    fused.load_lora_weights(tmp_path, weight_name=file.name, local_files_only=True)
    fused.fuse_lora(lora_scale=0.6)
    fused.unload_lora_weights()
    agree(pipeline(kind), [Lora(str(file), 0.6)], Parts(fused), Parts(plain))


ORIGINAL = {
    "down_blocks.0.resnets.1.conv1": "input_blocks_2_0_in_layers_2",
    "down_blocks.0.downsamplers.0.conv": "input_blocks_3_0_op",
    "down_blocks.1.attentions.0.proj_in": "input_blocks_4_1_proj_in",
    "down_blocks.2.attentions.1.transformer_blocks.9.attn1.to_q": "input_blocks_8_1_transformer_blocks_9_attn1_to_q",
    "mid_block.attentions.0.proj_out": "middle_block_1_proj_out",
    "mid_block.resnets.1.time_emb_proj": "middle_block_2_emb_layers_1",
    "up_blocks.0.attentions.2.transformer_blocks.0.ff.net.0.proj": (
        "output_blocks_2_1_transformer_blocks_0_ff_net_0_proj"
    ),
    "up_blocks.0.upsamplers.0.conv": "output_blocks_2_2_conv",
    "up_blocks.2.resnets.2.conv_shortcut": "output_blocks_8_0_skip_connection",
    "conv_in": "input_blocks_0_0",
    "time_embedding.linear_2": "time_embed_2",
}
"""SDXL's layers as diffusers and as the original checkpoint call them."""


@pytest.mark.parametrize("path", ORIGINAL)
def test_layers_are_known_by_the_names_of_original_checkpoints(path):
    assert ORIGINAL[path] in set(_names("unet", path))
    if "attentions" in path:  # diffusers' own table knows attentions by their blocks
        key = f"lora_unet_{ORIGINAL[path]}.alpha"
        config = type("Config", (), {"layers_per_block": 2})()
        (mapped,) = _maybe_map_sgm_blocks_to_diffusers({key: 1}, config)
        theirs = _convert_unet_lora_key(mapped.removesuffix(".alpha")).replace(".processor", "").replace(".", "_")
        assert theirs.endswith(path.replace(".", "_"))


def test_a_convolution_in_three_pieces_is_put_together(saved, pipeline, tmp_path):
    """LyCORIS' LoCon with ``use_tucker``: down is 1 x 1, mid holds the kernel."""
    base, name = saved("sd1"), "lora_unet_down_blocks_0_resnets_0_conv1"
    drawn = torch.Generator().manual_seed(1)
    down, mid, up = (torch.randn(shape, generator=drawn) for shape in ((3, 32, 1, 1), (3, 3, 3, 3), (32, 3, 1, 1)))
    whole = torch.nn.functional.conv2d(torch.eye(32).reshape(32, 32, 1, 1), down)
    models, plain = (load_models(base).freeze() for _ in range(2))
    weight = models.unet.down_blocks[0].resnets[0].conv1.weight
    assert weight.shape[:2] == (32, 32)
    kernel = torch.einsum("or,rshw,si->oihw", up[..., 0, 0], mid, down[..., 0, 0])
    weight.data += 0.5 * 2 / 3 * kernel
    assert whole.shape == (32, 3, 1, 1)
    tensors = {f"{name}.lora_down.weight": down, f"{name}.lora_mid.weight": mid, f"{name}.lora_up.weight": up}
    save_file({**tensors, f"{name}.alpha": torch.tensor(2.0)}, tmp_path / "a.safetensors")
    one = pipeline("sd1")
    one.wear([Lora(str(tmp_path / "a.safetensors"), 0.5)])
    got, wanted = by_graph(one, plain)["unet"], by_torch(models)["unet"]
    assert_close(got, wanted, ATOL * float(np.abs(wanted).max()), "the UNet")


@SLOW
def test_the_embedded_model_takes_them(tmp_path):
    """Its weights are stored in half precision and cast; merged ones are exact."""
    from inference.pipelines import Pipeline  # noqa: PLC0415
    from inference.runtime import Runtime  # noqa: PLC0415
    from inference.store import ModelStore  # noqa: PLC0415

    models, wanted = (restore_models(EMBEDDED) for _ in range(2))
    torch.manual_seed(0)
    layers = adapt(models, LoraSettings(rank=2))
    for layer in layers.values():
        torch.nn.init.normal_(layer.up.weight, std=0.05)
    save_lora(layers, tmp_path / "a.safetensors")
    merge(models, 0.0)
    apply_lora(wanted, tmp_path / "a.safetensors")
    merge(wanted, 0.8)
    runtime = Runtime(device="cpu", threads=1)
    one = Pipeline(read_manifest(EMBEDDED), ModelStore(runtime))
    one.wear([Lora(str(tmp_path / "a.safetensors"), 0.8)])
    session = one.session("text_encoder")
    ids = np.arange(1, 25)[None]
    with torch.no_grad():
        there = wanted.texts[0](input_ids=torch.from_numpy(ids)).last_hidden_state.numpy()
        before = models.texts[0](input_ids=torch.from_numpy(ids)).last_hidden_state.numpy()
    got = session.run({"input_ids": ids})["last_hidden_state"]
    assert np.abs(there - before).max() > 0.02
    assert_close(got, there, 1e-3, "the text encoder")
    assert set(changes_of(one.manifest, [Lora(str(tmp_path / "a.safetensors"))])) == {
        "unet",
        "text_encoder",
    }
    runtime.close()


@SLOW
def test_every_layer_of_a_model_is_found(saved, exported):
    for kind in KINDS:
        manifest, models = read_manifest(exported(kind)), load_models(saved(kind))
        layers = {layer.path for layer in layers_of(manifest.parts["unet"])}
        modules = {
            path
            for path, module in models.unet.named_modules()
            if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
        }
        missing = {path for path in modules - layers if "add_embedding" not in path}
        assert not missing, f"{kind}: {sorted(missing)[:4]} of {len(modules)}"


def refused(path: Path, manifest: Any = None) -> str:
    with pytest.raises(ModelRefused) as error:
        if manifest is None:
            read_lora(path)
        else:
            changes_of(manifest, [Lora(str(path))])
    assert error.value.hint
    return error.value.message


def test_a_lora_of_another_model_is_refused(saved, exported, tmp_path):
    file = kohya(saved("sdxl"), tmp_path / "xl.safetensors")
    said = refused(file, read_manifest(exported("sd1")))
    assert said.startswith("The LoRA xl is for Stable Diffusion XL, and ")
    stranger = "lora_unet_mid_block_attentions_7_proj_in"
    save_file(
        {f"{stranger}.lora_down.weight": torch.zeros(2, 9), f"{stranger}.lora_up.weight": torch.zeros(5, 2)},
        tmp_path / "s.safetensors",
    )
    said = refused(tmp_path / "s.safetensors", read_manifest(exported("sd1")))
    assert "s does not fit" in said
    assert f"layers are not in the model, {stranger}" in said
    layer = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"
    save_file(
        {f"{layer}.lora_down.weight": torch.zeros(2, 9), f"{layer}.lora_up.weight": torch.zeros(5, 2)},
        tmp_path / "b.safetensors",
    )
    assert "is 5 x 9, the model's" in refused(tmp_path / "b.safetensors", read_manifest(exported("sd1")))


Q = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"
BROKEN = {
    "not tensors": (None, "is not a LoRA"),
    "a pickle": ("pickle", "is a pickle"),
    "no layers": ({"weight": torch.zeros(3)}, "no low-rank layers"),
    "half a layer": ({f"{Q}.lora_down.weight": torch.zeros(2, 4)}, "only a part of its layer"),
    "ranks that differ": (
        {f"{Q}.lora_down.weight": torch.zeros(2, 4), f"{Q}.lora_up.weight": torch.zeros(4, 3)},
        "does not fit together",
    ),
    "not numbers": (
        {f"{Q}.lora_down.weight": torch.full((2, 4), float("nan")), f"{Q}.lora_up.weight": torch.zeros(4, 2)},
        "not made of numbers",
    ),
    "whole numbers": (
        {f"{Q}.lora_down.weight": torch.zeros(2, 4, dtype=torch.int8), f"{Q}.lora_up.weight": torch.zeros(4, 2)},
        "of the kind I8",
    ),
    "half a LoHa": ({f"{Q}.hada_w1_a": torch.zeros(2, 4)}, "only a part of its layer"),
    "a GLoRA": ({f"{Q}.a1.weight": torch.zeros(2, 4)}, "a GLoRA, which is not supported"),
    "trained norms": (
        {f"{Q}.diff": torch.zeros(4, 4), "lora_unet_mid_block_norm1.w_norm": torch.zeros(4)},
        "a LyCORIS with trained norms, which is not supported",
    ),
    "an OFT of PEFT": ({f"{Q}.oft_R": torch.zeros(2, 6)}, "an OFT in PEFT's layout, which is not supported"),
    "a LoHa that does not fit": (
        {
            f"{Q}.hada_w1_a": torch.zeros(4, 2),
            f"{Q}.hada_w1_b": torch.zeros(2, 4),
            f"{Q}.hada_w2_a": torch.zeros(4, 2),
            f"{Q}.hada_w2_b": torch.zeros(2, 5),
        },
        "does not fit together",
    ),
    "a whole difference": (
        {
            f"{Q}.lora_down.weight": torch.zeros(2, 4),
            f"{Q}.lora_up.weight": torch.zeros(4, 2),
            "x.diff": torch.zeros(1),
        },
        "does not fit together",
    ),
}


@pytest.mark.parametrize(("tensors", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_lora_is_refused(tmp_path, tensors, words):
    path = tmp_path / "a.safetensors"
    if tensors is None:
        path.write_bytes(b"not a file of tensors")
    elif tensors == "pickle":
        path.write_bytes(b"\x80\x02}q\x00.")
    else:
        save_file(tensors, path)
    assert words in refused(path)


@pytest.mark.parametrize("length", [2**62, 10**9, 0, 79])
def test_a_header_that_lies_about_its_length_is_refused(tmp_path, length):
    path = tmp_path / "a.safetensors"
    path.write_bytes(
        length.to_bytes(8, "little") + b'{"a": {"dtype": "F32", "shape": [1000000000000], "data_offsets": [0, 4]}}'
    )
    assert "is not a LoRA" in refused(path)


def test_bfloat16_and_old_names_are_read(tmp_path):
    drawn = torch.Generator().manual_seed(1)
    down, up = torch.randn(2, 4, generator=drawn).bfloat16(), torch.randn(4, 2, generator=drawn).bfloat16()
    old = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor"
    save_file({f"{old}.to_out_lora.down.weight": down, f"{old}.to_out_lora.up.weight": up}, tmp_path / "a.safetensors")
    ((name, layer),) = read_lora(tmp_path / "a.safetensors").items()
    assert name == "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0"
    assert_close(layer.change(), (up.float() @ down.float()).numpy(), 1e-6, "the change")


def test_pefts_own_folder_says_its_scale(tmp_path):
    save_file(
        {"base_model.model.a.lora_A.weight": torch.ones(2, 4), "base_model.model.a.lora_B.weight": torch.ones(4, 2)},
        tmp_path / "adapter_model.safetensors",
    )
    assert "does not say its scale" in refused(tmp_path / "adapter_model.safetensors")
    (tmp_path / "adapter_config.json").write_text(json.dumps({"lora_alpha": 8, "r": 2}), "utf-8")
    assert read_lora(tmp_path / "adapter_model.safetensors")["base_model.model.a"].scale == 4


# In the engine


@pytest.fixture(scope="module")
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine(device="cpu", threads=1)
    yield engine
    engine.close()


def made(engine: LocalEngine, **asked: Any) -> Picture:
    asked = {"seed": 1, "prompt": "a red cat", "steps": 3, "previews": False, **asked}
    return next(event for event in engine.run(Generate(**asked)) if isinstance(event, Picture))


def test_a_request_names_loras_and_its_recipe_says_them(saved, exported, engine, tmp_path, monkeypatch):
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path))
    file = kohya(saved("rgba"), tmp_path / "loras" / "ink.safetensors")
    model = str(exported("rgba"))
    plain = made(engine, model=model)
    inked = made(engine, model=model, loras=(Lora("Ink", 0.8),))
    assert not np.array_equal(plain.pixels, inked.pixels)
    (said,) = inked.recipe.extra["loras"]
    assert said == {"name": "Ink", "weight": 0.8, "hash": said["hash"]}
    assert len(said["hash"]) == 12
    assert np.array_equal(made(engine, model=model).pixels, plain.pixels), "the model did not become itself again"
    half = made(engine, model=model, loras=(Lora(str(file), 0.5), Lora("ink", 0.3)))
    assert np.abs(half.pixels.astype(int) - inked.pixels).max() <= 1, "weights of one file add up"
    assert np.array_equal(made(engine, model=model, loras=(Lora("ink", 0.0),)).pixels, plain.pixels)
    with pytest.raises(BadRequest, match="no LoRA named"):
        made(engine, model=model, loras=(Lora("inky"),))


def test_only_a_few_sets_are_kept(saved, exported, engine, tmp_path):
    file = kohya(saved("rgba"), tmp_path / "a.safetensors", text=False)
    model = str(exported("rgba"))
    for weight in np.linspace(0.1, 1, MOST_CHANGED + 2):
        made(engine, model=model, loras=(Lora(str(file), float(weight)),), steps=1)
    changed = [name for name in engine._store._sessions if name[1] and name[0].parent.name == "unet"]
    assert len(changed) == MOST_CHANGED


def test_a_lora_that_does_not_fit_stops_the_request_with_its_reason(saved, exported, engine, tmp_path):
    file = kohya(saved("sdxl"), tmp_path / "xl.safetensors")
    with pytest.raises(ModelRefused, match="The LoRA xl is for Stable Diffusion XL"):
        made(engine, model=str(exported("rgba")), loras=(Lora(str(file)),))
    assert not isinstance(made(engine, model=str(exported("rgba"))), Notice)


def test_a_file_of_ours_is_in_kohyas_layout(saved, tmp_path):
    assert all(key.startswith("lora_") for key in load_file(kohya(saved("sd1"), tmp_path / "a.safetensors")))
