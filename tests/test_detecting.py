"""What a file is, from its header alone; files of real size whose weights are holes, hostile ones, and made-up ones."""

from __future__ import annotations

import json
import pickle
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import original
import pytest
import tiny
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from inference.detected import Detected, What
from inference.detecting import detect
from inference.errors import ModelRefused
from inference.manifest import Family
from inference.tensor_header import ELEMENT_BITS, read_tensor_header
from main import main

Shapes = dict[str, tuple[int, ...]]
UNET = "model.diffusion_model."


@pytest.fixture(scope="module")
def real() -> Mapping[str, Shapes]:
    return {kind: original.shapes(kind) for kind in ("sd1", "sd2", "sdxl")}


def refusal(path: Path) -> str:
    with pytest.raises(ModelRefused) as caught:
        detect(path)
    return str(caught.value)


def seen(path: Path, shapes: Shapes, **how: Any) -> Detected:
    return detect(original.write_header(path, shapes, **how))


# Checkpoints of real size


@pytest.mark.parametrize(
    ("kind", "family", "parts"),
    [
        ("sd1", Family.SD1, ("text_encoder", "unet", "vae")),
        ("sd2", Family.SD2, ("text_encoder", "unet", "vae")),
        ("sdxl", Family.SDXL, ("text_encoder", "text_encoder_2", "unet", "vae")),
    ],
)
def test_a_checkpoint_is_known_by_its_names(
    tmp_path: Path, real: Mapping[str, Shapes], kind: str, family: Family, parts: tuple[str, ...]
) -> None:
    found = seen(tmp_path / "one.safetensors", real[kind])
    assert (found.what, found.family, found.parts) == (What.CHECKPOINT, family, parts)
    assert (found.variant, found.prediction, found.precision) == ((), "epsilon", "fp16")
    assert found.values == sum(int(np.prod(shape)) for shape in real[kind].values())


def test_a_file_of_seven_gigabytes_is_known_at_once_and_in_little_memory(
    tmp_path: Path, real: Mapping[str, Shapes]
) -> None:
    path = original.write_header(tmp_path / "big.safetensors", real["sdxl"])
    assert path.stat().st_size > 6_900_000_000
    tracemalloc.start()
    began = time.perf_counter()
    detect(path)
    took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 1
    assert peak < 20_000_000


def test_inpainting_and_a_missing_vae_are_seen(tmp_path: Path) -> None:
    found = seen(tmp_path / "fill.safetensors", original.shapes("sd1", channels=9, vae=False), element="F32")
    assert (found.variant, found.precision, "vae" in found.parts) == (("inpainting",), "fp32", False)
    assert "VAE" in " ".join(found.notes)


@pytest.mark.parametrize(
    ("name", "metadata", "variant"),
    [
        ("dreams-LCM", {}, ("LCM",)),
        ("sd_xl_turbo_1.0", {}, ("Turbo",)),
        ("a", {"modelspec.title": "Dream Lightning 4 step"}, ("Lightning",)),
        ("plain", {}, ()),
    ],
)
def test_a_distilled_model_is_known_by_its_name(
    tmp_path: Path, real: Mapping[str, Shapes], name: str, metadata: dict[str, str], variant: tuple[str, ...]
) -> None:
    assert seen(tmp_path / f"{name}.safetensors", real["sd1"], metadata=metadata).variant == variant


def test_what_the_file_says_of_its_prediction_and_licence_is_taken(tmp_path: Path, real: Mapping[str, Shapes]) -> None:
    said = {"modelspec.prediction_type": "v", "modelspec.license": "CC BY-NC 4.0", "modelspec.title": "Fog"}
    found = seen(tmp_path / "v.safetensors", real["sd2"], metadata=said)
    assert (found.prediction, found.told, found.licence, found.title) == ("v_prediction", True, "CC BY-NC 4.0", "Fog")
    by_key = seen(tmp_path / "key.safetensors", real["sdxl"] | {"v_pred": (0,), "ztsnr": (0,)})
    assert (by_key.prediction, by_key.told) == ("v_prediction", True)


@pytest.mark.parametrize(("spread", "prediction"), [(0.2, "v_prediction"), (0.01, "epsilon")])
def test_stable_diffusion_2_tells_by_a_bias_what_it_predicts(tmp_path: Path, spread: float, prediction: str) -> None:
    state = original.checkpoint(original.models("small-sd2"))
    torch.manual_seed(0)
    state[f"{UNET}output_blocks.11.1.transformer_blocks.0.norm1.bias"] = spread * torch.randn(1024)
    wide = {name: torch.zeros(4, 1024) for name in state if name.endswith(("attn2.to_k.weight", "attn2.to_v.weight"))}
    save_file({name: value.contiguous() for name, value in (state | wide).items()}, tmp_path / "two.safetensors")
    found = detect(tmp_path / "two.safetensors")
    assert (found.family, found.prediction, found.told) == (Family.SD2, prediction, False)


# What is refused

OTHERS = {
    "Flux": {"double_blocks.0.img_attn.qkv.weight": (9, 3)},
    "Flux 2": {"single_stream_modulation.lin.weight": (9, 3)},
    "Stable Diffusion 3": {f"{UNET}joint_blocks.0.context_block.adaLN_modulation.1.bias": (8,)},
    "AuraFlow": {"double_layers.0.attn.w2q.weight": (4, 4)},
    "Wan": {"head.modulation": (1, 2, 8)},
    "LTX-Video": {"patchify_proj.weight": (8, 8)},
    "Stable Cascade": {"clip_txt_mapper.weight": (8, 8)},
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_architecture_is_named(tmp_path: Path, name: str) -> None:
    words = refusal(original.write_header(tmp_path / "other.safetensors", OTHERS[name]))
    assert f"is for {name}, which is not supported yet" in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({f"{UNET}input_blocks.0.0.weight": (320, 8, 3, 3)}, "InstructPix2Pix"),
        ({f"{UNET}label_emb.0.0.weight": (1280, 2560)}, "refiner"),
        ({f"{UNET}out.2.weight.quant_state.bitsandbytes__nf4": (8,)}, "4 bits"),
    ],
)
def test_a_model_of_another_kind_is_named(
    tmp_path: Path, real: Mapping[str, Shapes], change: Shapes, words: str
) -> None:
    assert words in refusal(original.write_header(tmp_path / "one.safetensors", real["sdxl"] | change))


def test_a_unet_alone_is_refused(tmp_path: Path, real: Mapping[str, Shapes]) -> None:
    alone = {name: shape for name, shape in real["sd1"].items() if name.startswith(UNET)}
    bare = {name.removeprefix(UNET): shape for name, shape in alone.items()}
    for shapes in (alone, bare):
        assert "a UNet alone" in refusal(original.write_header(tmp_path / "unet.safetensors", shapes))


def test_a_file_that_is_cut_off_says_by_how_much(tmp_path: Path, real: Mapping[str, Shapes]) -> None:
    path = original.write_header(tmp_path / "cut.safetensors", real["sd1"], element="F32", cut=1_200_000_000)
    assert "cut off at 1.2 of 4.3 GB" in refusal(path)
    nearly = original.write_header(tmp_path / "nearly.safetensors", {"a": (1000,)}, element="F32", cut=4059)
    assert "4.06 of 4.08 kB" in refusal(nearly)


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (pytest.fail, ("code of a model was run",))


@pytest.mark.parametrize("name", ["a.ckpt", "a.pt", "a.bin", "a.safetensors"])
def test_a_pickle_is_never_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(pickle.dumps(Trap()))
    assert "pickle" in refusal(tmp_path / name)
    with zipfile.ZipFile(tmp_path / name, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps(Trap()))
    assert "pickle" in refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "pointer"),
        (b"GGUF\x03\x00\x00\x00", "GGUF"),
        (b"", "too short"),
        (b"\x02\0\0\0\0\0\0\0{}", "no known kind"),
        ((1 << 40).to_bytes(8, "little") + b"{}", "header is said to have"),
        (b"\x04\0\0\0\0\0\0\0[[[[", "cannot be read"),
    ],
)
def test_what_is_no_model_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.safetensors").write_bytes(content)
    assert words in refusal(tmp_path / "a.safetensors")


def header_file(path: Path, said: object, data: int = 64) -> Path:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(data))
    return path


def entry(shape: list[Any], start: Any, end: Any, element: Any = "F32") -> dict[str, Any]:
    return {"dtype": element, "shape": shape, "data_offsets": [start, end]}


@pytest.mark.parametrize(
    "said",
    [
        {"a": entry([8], 0, 32), "b": entry([8], 16, 48)},
        {"a": entry([8], 0, 32), "b": entry([4], 48, 64)},
        {"a": entry([16], 0, 60)},
        {"a": entry([-1], 0, 64)},
        {"a": entry([True], 0, 64)},
        {"a": entry([1 << 70], 0, 64)},
        {"a": entry([1 << 40, 1 << 40], 0, 64)},
        {"a": entry([16], 0, 64, "F99")},
        {"a": entry([16], 0, 64, ["F32"])},
        {"a": entry([16], 64, 0)},
        {"a": 3, "b": entry([16], 0, 64)},
        {"a": {"dtype": "F32"}},
        {"__metadata__": [], "a": entry([16], 0, 64)},
        b'{"a":' + b"[" * 100_000,
        b'{"a":{"dtype":"F32","shape":[16],"data_offsets":[0,64]},"a":{"dtype":"F32","shape":[16],"data_offsets":[0,64]}}',
        b'{"a":{"dtype":"F32","shape":[' + b"9" * 5000 + b'],"data_offsets":[0,64]}}',
        b"\xff\xfe\xfd",
    ],
)
def test_a_hostile_header_is_refused_in_words(tmp_path: Path, said: object) -> None:
    assert "is not a whole safetensors file" in refusal(header_file(tmp_path / "a.safetensors", said))


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6), cut=st.integers(0, 500))
def test_a_broken_file_is_read_or_refused_and_never_more_than_the_library_reads(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    path = tmp_path / "fuzzed.safetensors"
    save_file({"a.b": torch.arange(6.0).reshape(2, 3), "c": torch.zeros(4, dtype=torch.float16)}, path, {"k": "v"})
    content = bytearray(path.read_bytes())
    for at, value in changes:
        content[at % len(content)] = value
    path.write_bytes(bytes(content[: len(content) - cut % len(content)] if cut > 300 else content))
    try:
        header = read_tensor_header(path)
    except ModelRefused:
        return
    with safe_open(path, "pt") as opened:  # what we let through, the library reads to the same shapes
        assert {n: e.shape for n, e in header.tensors.items()} == {
            n: tuple(opened.get_slice(n).get_shape())
            for n in opened.keys()  # noqa: SIM118
        }


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tensors=st.dictionaries(
        st.text(min_size=1, max_size=12).filter(lambda name: name != "__metadata__"),
        st.tuples(
            st.sampled_from(["F32", "F16", "I64", "U8", "BOOL", "BF16"]), st.lists(st.integers(0, 5), max_size=4)
        ),
        max_size=6,
    )
)
def test_what_the_library_writes_is_read(tmp_path: Path, tensors: dict[str, tuple[str, list[int]]]) -> None:
    kinds = {"F32": torch.float32, "F16": torch.float16, "I64": torch.int64, "U8": torch.uint8}
    kinds |= {"BOOL": torch.bool, "BF16": torch.bfloat16}
    path = tmp_path / "made.safetensors"
    try:
        save_file({name: torch.zeros(shape, dtype=kinds[kind]) for name, (kind, shape) in tensors.items()}, path)
    except (SafetensorError, UnicodeEncodeError):
        return
    header = read_tensor_header(path)
    assert {n: (e.element, list(e.shape)) for n, e in header.tensors.items()} == dict(tensors)
    assert set(ELEMENT_BITS) >= {e.element for e in header.tensors.values()}


def test_a_header_whose_length_looks_like_a_pickle_is_read(tmp_path: Path) -> None:
    words = {"k": "x" * 500}
    text = json.dumps({"__metadata__": words, "emb_params": entry([2, 768], 0, 6144)}).encode().ljust(0x280)
    (tmp_path / "a.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(6144))
    assert (tmp_path / "a.safetensors").read_bytes()[:2] == b"\x80\x02"
    assert detect(tmp_path / "a.safetensors").what is What.EMBEDDING


# LoRAs, VAEs, embeddings, ControlNets, folders


def lora(width: int, *, text: str = "lora_te_", rank: int = 8) -> Shapes:
    base = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k"
    first = f"{text}text_model_encoder_layers_0_mlp_fc1"
    return {
        f"{base}.lora_down.weight": (rank, width),
        f"{base}.lora_up.weight": (640, rank),
        f"{base}.alpha": (),
        f"{first}.lora_down.weight": (rank, 768),
        f"{first}.lora_up.weight": (3072, rank),
    }


@pytest.mark.parametrize(
    ("shapes", "family"),
    [
        (lora(768), Family.SD1),
        (lora(1024), Family.SD2),
        (lora(2048, text="lora_te1_"), Family.SDXL),
        ({"lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 1280)}, Family.SDXL),
        ({"unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight": (4, 768)}, Family.SD1),
        ({"unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_v.lora.down.weight": (4, 32)}, None),
    ],
)
def test_a_lora_says_what_it_is_for(tmp_path: Path, shapes: Shapes, family: Family | None) -> None:
    found = seen(tmp_path / "l.safetensors", shapes)
    assert (found.what, found.family) == (What.LORA, family)


def test_what_a_trainer_noted_in_a_lora_is_told(tmp_path: Path) -> None:
    said = {"ss_tag_frequency": json.dumps({"10_ink": {"inkwash": 40, "a boat": 3}}), "ss_output_name": "ink v2"}
    found = seen(tmp_path / "l.safetensors", lora(768, rank=16), metadata=said)
    assert (found.words, found.title, found.rank) == (("inkwash", "a boat"), "ink v2", 16)
    broken = seen(tmp_path / "m.safetensors", lora(768), metadata={"ss_tag_frequency": "[[1"})
    assert broken.words == ()


def test_algebras_and_loras_of_others_are_told_apart(tmp_path: Path) -> None:
    loha = {"lora_unet_mid_block_attentions_0_proj_in.hada_w1_a": (640, 4)}
    assert seen(tmp_path / "h.safetensors", loha).variant == ("LoHa",)
    flux = {"lora_unet_double_blocks_0_img_attn_proj.lora_down.weight": (4, 3072)}
    assert "a LoRA for Flux" in refusal(original.write_header(tmp_path / "f.safetensors", flux))


@pytest.mark.parametrize("prefix", ["", "first_stage_model."])
def test_a_vae_is_known(tmp_path: Path, real: Mapping[str, Shapes], prefix: str) -> None:
    own = {n.removeprefix("first_stage_model."): s for n, s in real["sd1"].items() if n.startswith("first_stage")}
    found = seen(tmp_path / "v.safetensors", {prefix + name: shape for name, shape in own.items()})
    assert (found.what, found.family) == (What.VAE, None)
    own["decoder.conv_in.weight"] = (512, 16, 3, 3)
    assert "16 latent channels" in refusal(original.write_header(tmp_path / "f.safetensors", own))


@pytest.mark.parametrize(
    ("shapes", "family", "word", "vectors"),
    [
        ({"emb_params": (3, 768)}, Family.SD1, "fog", 3),
        ({"emb_params": (1024,)}, Family.SD2, "fog", 1),
        ({"clip_l": (2, 768), "clip_g": (2, 1280)}, Family.SDXL, "fog", 2),
        ({"<mist>": (1, 768)}, Family.SD1, "fog <mist>", 1),
    ],
)
def test_an_embedding_is_known(tmp_path: Path, shapes: Shapes, family: Family, word: str, vectors: int) -> None:
    found = seen(tmp_path / "fog.safetensors", shapes)
    assert (found.what, found.family, found.words, found.rank) == (What.EMBEDDING, family, tuple(word.split()), vectors)


def test_a_controlnet_is_known_in_both_layouts(tmp_path: Path) -> None:
    to_k = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight"
    one = {"controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3), to_k: (320, 768)}
    two = {"control_model.input_hint_block.0.weight": (16, 3, 3, 3)}
    two |= {"control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, 1024)}
    assert seen(tmp_path / "c.safetensors", one).family is Family.SD1
    assert (seen(tmp_path / "d.safetensors", two).what, seen(tmp_path / "d.safetensors", two).family) == (
        What.CONTROLNET,
        Family.SD2,
    )


@pytest.mark.parametrize(
    ("kind", "family", "variant"),
    [("sd1", Family.OWN, ()), ("sdxl", Family.SDXL, ()), ("sd1-inpaint", Family.OWN, ("inpainting",))],
)
def test_a_diffusers_folder_is_known(tmp_path: Path, kind: str, family: Family, variant: tuple[str, ...]) -> None:
    found = detect(tiny.save(kind, tmp_path / "m"))
    assert (found.what, found.family, found.variant, found.prediction) == (What.PIPELINE, family, variant, "epsilon")


def test_a_file_that_is_not_there_or_no_model(tmp_path: Path) -> None:
    assert "There is nothing at" in refusal(tmp_path / "none.safetensors")
    (tmp_path / "a.txt").write_text("hello")
    assert "not a model" in refusal(tmp_path / "a.txt")
    assert "not a diffusion model" in refusal(tmp_path)


def test_the_command_says_what_a_file_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], real: Mapping[str, Shapes]
) -> None:
    path = original.write_header(tmp_path / "one.safetensors", real["sdxl"])
    assert main(["models", "inspect", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["what"], said["family"]) == ("a checkpoint", "Stable Diffusion XL")
    with path.open("rb") as file:
        (tmp_path / "cut.safetensors").write_bytes(file.read(1000))
    assert main(["models", "inspect", str(tmp_path / "cut.safetensors")]) == 2
    assert "cut off" in capsys.readouterr().err
