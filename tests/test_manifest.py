from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from graphs import Axes, decoder_graph, graph, text_graph, unet_graph, write_model, write_part
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.errors import ModelRefused
from inference.geometry import Size
from inference.manifest import Alpha, Family, ModelManifest, Task, hash_parts, read_manifest

XL: dict[str, Axes] = {"text_embeds": ("batch", 1280), "time_ids": ("batch", 6)}
LCM: dict[str, Axes] = {"timestep_cond": ("batch", 256)}
BOTH = ("text_encoder", "text_encoder_2")
TURBO = {"_class_name": "EulerAncestralDiscreteScheduler", "timestep_spacing": "trailing", "prediction_type": "epsilon"}
EVERYTHING = (Task.GENERATE, Task.VARY, Task.INPAINT)

MODELS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Stable Diffusion 1": (
        {"unet": {"sample_size": 64}, "scheduler": {"_class_name": "PNDMScheduler"}},
        {
            "family": Family.SD1,
            "tasks": EVERYTHING,
            "native": Size(512, 512),
            "channels": 3,
            "alpha": Alpha.NONE,
            "latent_channels": 4,
            "factor": 8,
            "scaling": 0.18215,
            "prediction": "epsilon",
            "few_steps": False,
            "guidance_embedded": 0,
            "text_layer": 0,
            "inpainting_unet": False,
            "precision": "fp32",
        },
    ),
    "Stable Diffusion 2": (
        {
            "width": 1024,
            "unet": {"sample_size": 96},
            "scheduler": {"_class_name": "DDIMScheduler", "prediction_type": "v_prediction"},
        },
        {"family": Family.SD2, "native": Size(768, 768), "prediction": "v_prediction", "text_layer": 0},
    ),
    "Stable Diffusion 2 without a size": ({"width": 1024}, {"native": Size(768, 768)}),
    "Stable Diffusion XL": (
        {
            "width": 2048,
            "more": XL,
            "text_encoders": BOTH,
            "unet": {"sample_size": 128},
            "vae": {"scaling_factor": 0.13025},
        },
        {
            "family": Family.SDXL,
            "native": Size(1024, 1024),
            "text_layer": 2,
            "scaling": 0.13025,
            "tasks": EVERYTHING,
        },
    ),
    "Stable Diffusion XL without a size": (
        {"width": 2048, "more": XL, "text_encoders": BOTH},
        {"native": Size(1024, 1024), "scaling": 0.13025},
    ),
    "latent consistency": (
        {"more": LCM, "scheduler": {"_class_name": "LCMScheduler"}},
        {"family": Family.SD1, "few_steps": True, "guidance_embedded": 256, "tasks": EVERYTHING},
    ),
    "turbo": (
        {"width": 1024, "unet": {"sample_size": 64}, "scheduler": TURBO},
        {"family": Family.SD2, "few_steps": True, "guidance_embedded": 0, "native": Size(512, 512)},
    ),
    "inpainting": (
        {"unet_channels": 9},
        {"family": Family.SD1, "inpainting_unet": True, "unet_channels": 9, "tasks": (Task.INPAINT,)},
    ),
    "transparent with 6 latent channels": (
        {
            "width": 192,
            "latent_channels": 6,
            "channels": 4,
            "unet": {"sample_size": 16},
            "card": {"version": 1, "native": [128, 96], "alpha": "premultiplied", "haze": [0.1, 0.9]},
        },
        {
            "family": Family.OWN,
            "channels": 4,
            "alpha": Alpha.PREMULTIPLIED,
            "latent_channels": 6,
            "native": Size(128, 96),
            "haze": (0.1, 0.9),
        },
    ),
    "transparent, by its graphs alone": (
        {"channels": 4, "vae": {"out_channels": None}},
        {"channels": 4, "alpha": Alpha.PREMULTIPLIED},
    ),
    "16 latent channels": (
        {"latent_channels": 16, "vae": {"scaling_factor": 1.5, "shift_factor": 0.06}},
        {"latent_channels": 16, "unet_channels": 16, "scaling": 1.5, "shift": 0.06, "tasks": EVERYTHING},
    ),
    "a shallow autoencoder": (
        {"vae": {"block_out_channels": [8, 8, 8]}, "unet": {"sample_size": 32}},
        {"factor": 4, "native": Size(128, 128)},
    ),
}


@pytest.mark.parametrize(("settings_", "wanted"), MODELS.values(), ids=MODELS)
def test_a_model_is_recognised(tmp_path: Path, settings_: dict[str, Any], wanted: dict[str, Any]) -> None:
    manifest = read_manifest(write_model(tmp_path / "模型 one", **settings_))
    assert {name: getattr(manifest, name) for name in wanted} == wanted
    assert (manifest.name, manifest.folder) == ("模型 one", tmp_path / "模型 one")
    check(manifest)


def check(manifest: ModelManifest) -> None:
    """What every manifest promises."""
    manifest.size_rule.check(manifest.native)
    assert manifest.native in manifest.sizes
    for size in manifest.sizes:
        manifest.size_rule.check(size)
        assert size.width % manifest.factor == size.height % manifest.factor == 0
    assert manifest.bytes == sum(file.stat().st_size for part in manifest.parts.values() for file in part.files)


@pytest.mark.parametrize(
    ("values", "steps", "guidance", "scheduler"),
    [
        ({"scheduler": {"_class_name": "PNDMScheduler"}}, 25, 7.5, "dpm++2m"),
        ({"scheduler": {"_class_name": "Unheard"}}, 25, 7.5, "ddim"),
        ({"more": LCM, "scheduler": {"_class_name": "LCMScheduler"}}, 4, 8.5, "lcm"),
        ({"scheduler": TURBO}, 4, 1.0, "euler-a"),
        ({"card": {"defaults": {"steps": 12, "guidance": 3, "scheduler": "heun"}}}, 12, 3.0, "heun"),
        ({"card": {"few_steps": True}}, 4, 1.0, "ddim"),
    ],
)
def test_defaults_suit_the_model(
    tmp_path: Path, values: dict[str, Any], steps: int, guidance: float, scheduler: str
) -> None:
    usual = read_manifest(write_model(tmp_path / "m", **values)).defaults
    assert (usual.steps, usual.guidance, usual.scheduler) == (steps, guidance, scheduler)


def test_a_model_without_an_encoder_only_generates(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    shutil.rmtree(folder / "vae_encoder")
    assert read_manifest(folder).tasks == (Task.GENERATE,)


def test_a_model_needs_no_config_at_all(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    for path in folder.rglob("*.json"):
        path.unlink()
    manifest = read_manifest(folder)
    assert (manifest.family, manifest.native, manifest.factor) == (Family.SD1, Size(512, 512), 8)


@pytest.mark.parametrize("multiple", [8, 16, 32, 64])
def test_edits_run_at_sizes_that_the_card_allows(tmp_path: Path, multiple: int) -> None:
    manifest = read_manifest(write_model(tmp_path / "m", card={"native": [192, 128], "multiple": multiple}))
    check(manifest)
    assert 3 <= len(manifest.sizes) <= 13, manifest.sizes
    assert all(size.width % multiple == size.height % multiple == 0 for size in manifest.sizes)


# Hashes


def test_the_hash_follows_the_weights_whatever_their_file_is_called(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    made = graph({"sample": (1, 4, 8, 8), "timestep": (1,), "encoder_hidden_states": (1, 77, 768)}, {"out": (1, 4)})
    onnx.save(made, folder / "unet" / "model.onnx", save_as_external_data=True, location="weights.pb", size_threshold=0)
    before = read_manifest(folder).hash
    assert set(hash_parts(folder)) == {
        "text_encoder/model.onnx",
        "unet/model.onnx",
        "unet/weights.pb",
        "vae_encoder/model.onnx",
        "vae_decoder/model.onnx",
    }
    size = (folder / "unet" / "weights.pb").stat().st_size
    (folder / "unet" / "weights.pb").write_bytes(np.random.default_rng(0).bytes(size))
    assert read_manifest(folder).hash != before
    assert len(before) == 64


def test_the_card_knows_the_hashes_so_that_no_file_is_read(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "m")
    plain = read_manifest(folder).hash
    (folder / "gouache.json").write_text(json.dumps({"hashes": hash_parts(folder)}))
    manifest = read_manifest(folder)
    (folder / "unet" / "model.onnx").write_bytes(b"")
    assert manifest.hash == plain


# Refusals


def broken_json(folder: Path, name: str, text: str | bytes) -> None:
    path = write_model(folder) / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def lone_graph(folder: Path) -> None:
    write_part(folder, unet_graph(4, 768))


def diffusers_folder(folder: Path, name: str) -> None:
    (folder / "unet").mkdir(parents=True)
    (folder / "unet" / name).write_bytes(b"weights")
    (folder / "model_index.json").write_text("{}")


def swapped(folder: Path) -> None:
    write_model(folder)
    write_part(folder / "unet", decoder_graph(4))


def without(folder: Path, name: str) -> None:
    shutil.rmtree(write_model(folder) / name)


def emptied(folder: Path, name: str) -> None:
    (write_model(folder) / name / "model.onnx").unlink()


def with_unet(folder: Path, model: onnx.ModelProto) -> None:
    write_part(write_model(folder) / "unet", model)


def without_weights(folder: Path) -> None:
    made = text_graph(768)
    onnx.save(
        made,
        write_model(folder) / "text_encoder" / "model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
        size_threshold=0,
    )
    (folder / "text_encoder" / "model.onnx_data").unlink()


def a_file(folder: Path, content: bytes) -> None:
    folder.write_bytes(content)


def custom(folder: Path) -> None:
    inputs: dict[str, Axes] = {"sample": (1, 4, 8, 8), "timestep": (1,), "encoder_hidden_states": (1, 77, 768)}
    with_unet(folder, graph(inputs, {"out": (1, 4, 8, 8)}, domain="com.example"))


def no_outputs(folder: Path) -> None:
    inputs: dict[str, Axes] = {"sample": (1, 4, 8, 8), "timestep": (1,), "encoder_hidden_states": (1, 77, 768)}
    with_unet(folder, graph(inputs, {}))


REFUSED: dict[str, tuple[Callable[[Path], Any], str, str]] = {
    "nothing there": (lambda folder: None, "does not exist", "model_index.json"),
    "an empty folder": (lambda folder: folder.mkdir(), "not a diffusion model", "unet/model.onnx"),
    "holiday pictures": (lambda folder: (folder / "unet").mkdir(parents=True), "not a diffusion model", "unet"),
    "a text file": (lambda folder: a_file(folder, b"hello"), "is a file", "export"),
    "a pickle": (lambda folder: a_file(folder, b"\x80\x02}q\x00."), "pickle", "never opened"),
    "a .ckpt archive": (lambda folder: a_file(folder, b"PK\x03\x04" + bytes(50)), "pickle", "never opened"),
    "a single graph": (lone_graph, "single graph", "folder above"),
    "safetensors": (
        lambda folder: diffusers_folder(folder, "diffusion_pytorch_model.safetensors"),
        "PyTorch weights",
        "models export",
    ),
    "pickled .bin": (
        lambda folder: diffusers_folder(folder, "diffusion_pytorch_model.bin"),
        "pickled weights",
        "never opened",
    ),
    "a folder with a .ckpt": (
        lambda folder: (folder.mkdir(), (folder / "model.ckpt").write_bytes(b"PK")),
        "pickled weights",
        "never opened",
    ),
    "no text encoder": (lambda folder: without(folder, "text_encoder"), "has no text_encoder/model.onnx", "needs"),
    "no decoder": (lambda folder: without(folder, "vae_decoder"), "has no vae_decoder/model.onnx", "needs"),
    "an empty part": (lambda folder: emptied(folder, "vae_decoder"), "model.onnx is missing", "Copy"),
    "a UNet of XL without its second encoder": (
        lambda folder: write_model(folder, width=2048, more=XL),
        "text_encoder_2/ is missing",
        "both text encoders",
    ),
    "the wrong part": (swapped, "is the wrong part", "mixed up"),
    "no weights beside the graph": (without_weights, "model.onnx_data, which is missing", "both files"),
    "a graph cut off": (
        lambda folder: (write_model(folder) / "unet" / "model.onnx").write_bytes(
            unet_graph(4, 768).SerializeToString()[:-9]
        ),
        "not a whole ONNX file",
        "cut off",
    ),
    "a pickle in a part's place": (
        lambda folder: (write_model(folder) / "unet" / "model.onnx").write_bytes(b"\x80\x04\x95\x00"),
        "pickle",
        "never opened",
    ),
    "a graph that gives nothing": (no_outputs, "gives nothing back", "Copy"),
    "operators of its own": (custom, "com.example", "without custom operators"),
    "channels that do not fit": (lambda folder: write_model(folder, unet_channels=5), "takes 5 channels", "4 or 9"),
    "pictures of two channels": (lambda folder: write_model(folder, channels=2), "2 channels", "RGB and RGBA"),
    "a config cut off": (lambda folder: broken_json(folder, "unet/config.json", '{"a": '), "not readable JSON", "Copy"),
    "a config of bytes": (
        lambda folder: broken_json(folder, "vae_decoder/config.json", b"\xff\x00"),
        "not readable JSON",
        "Copy",
    ),
    "a config that is a list": (
        lambda folder: broken_json(folder, "scheduler/scheduler_config.json", "[1]"),
        "does not hold settings",
        "Copy",
    ),
    "a config nested without end": (
        lambda folder: broken_json(folder, "unet/config.json", "[" * 100_000),
        "not readable JSON",
        "Copy",
    ),
    "a card of a newer program": (lambda folder: write_model(folder, card={"version": 2}), "newer Gouache", "Update"),
    "a card with a version in words": (lambda folder: write_model(folder, card={"version": "x"}), "newer", "Update"),
    "a native size between multiples": (
        lambda folder: write_model(folder, card={"native": [100, 100], "multiple": 16}),
        "100x100 in multiples of 16",
        "gouache.json",
    ),
}


@pytest.mark.parametrize(("make", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], Any], message: str, hint: str
) -> None:
    folder = tmp_path / "some model"
    make(folder)
    refused = refusal(folder)
    assert message in refused.message
    assert hint in refused.hint


def refusal(folder: Path) -> ModelRefused:
    with pytest.raises(ModelRefused) as caught:
        read_manifest(folder)
    refused = caught.value
    assert refused.message.endswith("."), refused.message
    assert "\n" not in refused.message
    assert refused.hint
    assert refused.exit_status == 2
    return refused


NONSENSE: dict[str, dict[str, Any]] = {
    "native in words": {"card": {"native": "large"}},
    "native of one number": {"card": {"native": [128]}},
    "native of nothing": {"card": {"native": [None, None]}},
    "native zero": {"card": {"native": [0, 0]}},
    "multiple of zero": {"card": {"multiple": 0}},
    "a negative native size": {"card": {"native": [-128, -128]}},
    "a negative multiple": {"card": {"multiple": -8}},
    "a multiple below the autoencoder's": {"card": {"multiple": 4}},
    "haze the wrong way round": {"card": {"haze": [0.9, 0.1]}},
    "haze of one number": {"card": {"haze": 0.5}},
    "hashes as a list": {"card": {"hashes": ["abc"]}},
    "multiple in words": {"card": {"multiple": "eight"}},
    "alpha unheard of": {"card": {"alpha": "sometimes"}},
    "defaults as a list": {"card": {"defaults": [4]}},
    "steps in words": {"card": {"defaults": {"steps": "few"}}},
    "preview without a matrix": {"card": {"preview": {"bias": [0]}}},
    "sources as a number": {"card": {"sources": 3}},
    "blocks as a number": {"vae": {"block_out_channels": 4}},
    "scaling in words": {"vae": {"scaling_factor": "x"}},
    "a scheduler's name as a list": {"scheduler": {"_class_name": [1]}},
}


@pytest.mark.parametrize("values", NONSENSE.values(), ids=NONSENSE)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, values: dict[str, Any]) -> None:
    refusal(write_model(tmp_path / "m", **values))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
card_keys = st.sampled_from(
    [
        "name",
        "native",
        "multiple",
        "alpha",
        "few_steps",
        "haze",
        "preview",
        "sources",
        "styles",
        "defaults",
        "hashes",
        "precision",
        "version",
    ]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.dictionaries(card_keys, json_values, max_size=4))
def test_any_card_is_taken_or_refused_and_nothing_else(whole_model: Path, card: dict[str, Any]) -> None:
    (whole_model / "gouache.json").write_text(json.dumps(card))
    try:
        manifest = read_manifest(whole_model)
    except ModelRefused as refused:
        assert refused.message.endswith(".")
    else:
        check(manifest)


@pytest.fixture
def whole_model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "m")


def test_the_model_that_the_program_ships_is_known() -> None:
    folder = Path(__file__).parent.parent / "resources" / "models" / "sprites"
    manifest = read_manifest(folder)
    check(manifest)
    assert (manifest.channels, manifest.alpha, manifest.tasks) == (4, Alpha.PREMULTIPLIED, EVERYTHING)
    assert hash_parts(folder) == dict(manifest.hashes)
