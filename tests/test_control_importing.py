"""ControlNets that others wrote: both layouts, with and without a folder, alone and in a checkpoint; refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import controlled
import numpy as np
import original
import pytest
import torch
from conftest import assert_close
from diffusers import ControlNetModel, UNet2DConditionModel
from safetensors.torch import save_file

from inference.control_card import read_card
from inference.controls import CARD
from inference.detected import What
from inference.detecting import detect
from inference.errors import ModelRefused
from inference.importing import name_of
from inference.manifest import Family
from inference.runtime import Runtime
from main import main
from training.control import read_control

ADDED = {"addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 2816}


@pytest.fixture(scope="module", params=["small-sd1", "small-sd2", "small-sdxl"])
def control(request: pytest.FixtureRequest) -> Any:
    """A small ControlNet that is built as the published ones are."""
    said = dict(original.KINDS[request.param]["unet"])
    unet = UNet2DConditionModel(**(said | (ADDED if "sdxl" in request.param else {})))
    return controlled.control_of(unet, 3)


def same(got: Any, wanted: Any) -> None:
    mine, other = got.state_dict(), wanted.state_dict()
    assert mine.keys() == other.keys()
    for name, value in other.items():
        assert torch.equal(mine[name], value), name
    names = ("block_out_channels", "cross_attention_dim", "attention_head_dim", "addition_embed_type")
    for name in names:
        assert _listed(got.config[name]) == _listed(wanted.config[name]), name


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("prefix", ["control_model.", ""])
def test_the_original_layout_is_read_to_the_bit(tmp_path: Path, control: Any, prefix: str) -> None:
    path = tmp_path / "control_v11p_lineart.safetensors"
    save_file(controlled.original_state(control, prefix), path)
    found = detect(path)
    assert (found.what, found.kind, found.variant) == (What.CONTROLNET, "lineart", ("original layout",))
    same(read_control(path), control)


def test_diffusers_layout_is_read_with_and_without_its_folder(tmp_path: Path, control: Any) -> None:
    control.save_pretrained(tmp_path / "depth-net")
    found = detect(tmp_path / "depth-net")
    assert (found.what, found.kind, name_of(found)) == (What.CONTROLNET, "depth", "depth-net")
    same(read_control(found.path), control)
    alone = tmp_path / "x.safetensors"
    save_file({name: value.contiguous() for name, value in control.state_dict().items()}, alone)
    same(read_control(alone), control)


def test_one_inside_of_a_checkpoint_is_found(tmp_path: Path, control: Any) -> None:
    unet = UNet2DConditionModel(**original.KINDS["small-sd1"]["unet"])
    state = {f"model.diffusion_model.{k}": v for k, v in original.unet_state(unet.state_dict())}
    path = tmp_path / "control_sd15_scribble.safetensors"
    save_file({name: value.contiguous() for name, value in state.items()} | controlled.original_state(control), path)
    found = detect(path)
    assert (found.what, found.kind) == (What.CONTROLNET, "scribble")
    assert "left out" in found.notes[0]
    same(read_control(path), control)


def test_the_family_is_read_from_the_width_of_the_words(tmp_path: Path) -> None:
    to_k = "control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight"
    hint = {"control_model.input_hint_block.0.weight": (16, 3, 3, 3)}
    for width, family in ((768, Family.SD1), (1024, Family.SD2), (64, Family.OWN)):
        found = detect(original.write_header(tmp_path / f"{width}.safetensors", hint | {to_k: (320, width)}))
        assert found.family is family
    labels = {"control_model.label_emb.0.0.weight": (1280, 2816)}
    found = detect(original.write_header(tmp_path / "xl.safetensors", hint | labels | {to_k: (640, 2048)}))
    assert found.family is Family.SDXL


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"lora_controlnet": (1,)}, "a Control-LoRA"),
        ({"task_embedding": (6, 320)}, "a union of several"),
        ({"difference": (1,)}, "the difference of two models"),
        ({"input_hint_block.0.weight": (16, 4, 3, 3)}, "4 channels"),
        ({"input_hint_block.0.weight": (16,)}, "0 channels"),
        ({"to_k.weight_scale": (1,)}, "squeezed"),
        ({"input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (7,)}, "lacks the layers"),
    ],
)
def test_other_builds_are_refused(tmp_path: Path, more: dict[str, tuple[int, ...]], words: str) -> None:
    plain = {
        "input_hint_block.0.weight": (16, 3, 3, 3),
        "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, 768),
    }
    with pytest.raises(ModelRefused, match=words):
        detect(original.write_header(tmp_path / "c.safetensors", plain | more))


def test_a_file_that_is_not_whole_is_refused_when_it_is_read(tmp_path: Path, control: Any) -> None:
    path = tmp_path / "canny.safetensors"
    state = controlled.original_state(control)
    for lost in ("zero_convs.3.0.weight", "input_hint_block.14.bias", "middle_block.1.proj_in.weight"):
        save_file({name: value for name, value in state.items() if name != f"control_model.{lost}"}, path)
        with pytest.raises(ModelRefused):
            read_control(path)
    save_file(state | {"control_model.zero_convs.99.0.weight": torch.zeros(1)}, path)
    (tmp_path / "config.json").write_text("{")
    same(read_control(path), control)  # the original layout has no config, and what is not known is passed over


def test_a_config_that_makes_no_sense_is_refused(tmp_path: Path, control: Any) -> None:
    control.save_pretrained(tmp_path / "net")
    config = tmp_path / "net" / "config.json"
    for text in ("{", "[]", '{"block_out_channels": "wide"}', '{"layers_per_block": -3}', "{}"):
        config.write_text(text)
        with pytest.raises(ModelRefused):
            read_control(tmp_path / "net")


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["fp32", "half-weights", "fp16"])
def test_an_imported_one_gives_what_pytorch_gives(tmp_path: Path, saved: Any, precision: str) -> None:
    source = controlled.save_control(saved("sdxl"), tmp_path / "saved")
    folder = controlled.import_control(source, tmp_path / "out", kind="tile", precision=precision)
    card = read_card(folder)
    assert (card.family, card.kind, card.precision) == (Family.SDXL, "tile", precision)
    model = ControlNetModel.from_pretrained(source)
    draw = torch.Generator().manual_seed(1)
    inputs = {
        "sample": torch.randn((2, 4, 9, 12), generator=draw),
        "timestep": torch.tensor(321.0),
        "encoder_hidden_states": torch.randn((2, 77, 72), generator=draw),
        "controlnet_cond": torch.rand((2, 3, 72, 96), generator=draw),
    }
    added = {"text_embeds": torch.randn((2, 24), generator=draw), "time_ids": torch.full((2, 6), 64.0)}
    with torch.no_grad():
        down, middle = model(**inputs, added_cond_kwargs=added, return_dict=False)
    runtime = Runtime(device="cpu", cache=None, threads=1)
    session = runtime.load(folder / "model.onnx")
    got = session.run({name: value.numpy() for name, value in (inputs | added).items()})
    for name, wanted in zip(got, (*down, middle), strict=True):
        allowed = 1e-4 if precision == "fp32" else 5e-2
        scale = float(wanted.abs().max())
        assert_close(got[name].astype(np.float32) / scale, wanted / scale, allowed, name)
    session.close()
    runtime.close()


@pytest.mark.slow
def test_the_command_brings_it_in_under_its_kind(tmp_path: Path, saved: Any, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path / "cache"))
    source = controlled.save_control(saved("sd1"), tmp_path / "my-net")
    assert main(["models", "import", str(source), "--precision", "fp32"]) == 0
    said = capsys.readouterr()
    assert "does not say what it was trained on" in said.err
    folder = tmp_path / "home" / "controlnets" / "my-net"
    assert said.out.strip() == str(folder)
    again = ["models", "import", str(source), "--kind", "tile", "--overwrite", "--precision", "fp32"]
    assert main(again) == 0
    assert json.loads((folder / CARD).read_text())["kind"] == "tile"
    assert not list(folder.parent.glob(".import-*"))
    capsys.readouterr()
    assert main(["models", "inspect", "my-net", "--hash"]) == 0
    assert "as they were imported" in capsys.readouterr().out
