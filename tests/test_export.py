"""Exporting: what is written agrees with PyTorch, and what fails leaves nothing behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import tiny
import torch
from conftest import assert_close
from diffusers import StableDiffusionPipeline
from safetensors.numpy import load_file, save_file

from inference.errors import BadRequest, ModelRefused
from inference.geometry import Size
from inference.manifest import Task, hash_parts, read_manifest
from inference.noise import SeededNoise
from inference.pipelines import Denoising, Pipeline
from inference.schedulers import Sampler
from inference.store import ModelStore
from training import export, graph_files
from training.export import TOLERANCES, ExportFailed, PartReport, Precision, export_pipeline, halve_weights

PARTS = {"text_encoder", "unet", "vae_encoder", "vae_decoder"}


@pytest.fixture
def source(saved, tmp_path) -> Path:
    """A copy of the tiny pipeline that may be spoiled."""
    return Path(shutil.copytree(saved("sd1"), tmp_path / "source"))


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "out" / "model"


@pytest.fixture
def quick(monkeypatch):
    """Export nothing but the text encoder, which is enough to see what becomes of folders."""
    load = export._load_parts
    monkeypatch.setattr(export, "_load_parts", lambda *given: (part for part in [next(load(*given))]))


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def loop(folder: Path, store: ModelStore) -> np.ndarray:
    """A picture of three steps."""
    pipeline, noise = Pipeline(read_manifest(folder), store), SeededNoise((1,))
    sampler = Sampler(pipeline.manifest.scheduler, "ddim", 3, noise=noise)
    conditioning = pipeline.condition("a red cat", "blurry", guided=True)
    start = noise.draw("start", (1, pipeline.manifest.latent_channels, 9, 7))
    *_, (_, latents, _) = pipeline.denoise(Denoising(conditioning=conditioning, start=start, guidance=3.0), sampler)
    return np.clip(pipeline.decode(latents) / 2 + 0.5, 0, 1)


def assert_agrees(folder: Path, saved: Path, store: ModelStore, share: float) -> None:
    """Each part is within a share of its own scale of the fp32 PyTorch model."""
    pipe = StableDiffusionPipeline.from_pretrained(saved, local_files_only=True)
    mine, generator = Pipeline(read_manifest(folder), store), torch.Generator().manual_seed(1)
    sample, states = torch.randn((2, 4, 9, 7), generator=generator), torch.randn((2, 77, 32), generator=generator)
    picture = torch.rand((1, 3, 64, 48), generator=generator) * 2 - 1
    with torch.no_grad():
        noise = pipe.unet(sample, torch.tensor(500.0), encoder_hidden_states=states).sample
        hidden = pipe.encode_prompt("a red cat", "cpu", 1, do_classifier_free_guidance=False)[0]
        moments = pipe.vae.encode(picture).latent_dist.parameters
        decoded = pipe.vae.decode(sample[:1]).sample
    feeds = {"sample": sample.numpy(), "timestep": np.float32(500), "encoder_hidden_states": states.numpy()}
    got = {
        "unet": (mine.session("unet").run(feeds)["out_sample"], noise),
        "text_encoder": (mine.condition("a red cat", "", guided=False).hidden, hidden),
        "vae_encoder": (mine.moments(picture.numpy()), moments),
        "vae_decoder": (mine.decode(sample[:1].numpy() * mine.manifest.scaling), decoded),
    }
    for part, (values, wanted) in got.items():
        scale = float(wanted.square().mean().sqrt())
        assert_close(np.asarray(values, np.float32) / scale, wanted / scale, share, f"{part} in shares of its scale")


@pytest.mark.parametrize("kind", ["sd1", "sd1-inpaint", "sd2-v", "sdxl", "lcm", "rgba"])
def test_an_exported_folder_is_recognised_and_proven(kind, exported):
    folder = exported(kind)
    manifest, card = read_manifest(folder), json.loads((folder / "gouache.json").read_text("utf-8"))
    parts = PARTS | ({"text_encoder_2"} if kind == "sdxl" else set())
    assert set(manifest.parts) == parts
    assert set(card["export"]) == parts
    for part, report in card["export"].items():
        assert report["relative"] < 1e-4, f"{part} is {report['relative']:.3g} of its scale from PyTorch"
    assert manifest.precision == "fp32"
    assert card["hashes"] == hash_parts(folder)
    assert manifest.preview is not None
    assert manifest.inpainting_unet == (kind == "sd1-inpaint")
    assert (Task.INPAINT in manifest.tasks) and (Task.GENERATE in manifest.tasks) == (kind != "sd1-inpaint")
    assert manifest.prediction == ("v_prediction" if kind in {"sd2-v", "rgba"} else "epsilon")
    assert manifest.guidance_embedded == (16 if kind == "lcm" else 0)
    assert (manifest.channels, manifest.latent_channels) == ((4, 6) if kind == "rgba" else (3, 4))
    assert (manifest.factor, manifest.native) == (8, Size(64, 64))
    assert manifest.zero_empty_negative == (kind == "sdxl")
    assert not list(folder.parent.glob(".*")), "drafts were left behind"


def test_attention_is_one_node_and_nothing_else_is_custom(exported):
    nodes = {part: onnx.load(exported("sd1") / part / "model.onnx").graph.node for part in PARTS}
    fused = {part: sum(node.op_type == "MultiHeadAttention" for node in graph) for part, graph in nodes.items()}
    assert fused["unet"] == 8
    assert fused["vae_encoder"] == fused["vae_decoder"] == 1
    assert {node.domain for graph in nodes.values() for node in graph} == {"", "com.microsoft"}
    assert not any(node.op_type == "Softmax" for part in PARTS - {"text_encoder"} for node in nodes[part])


@pytest.mark.slow
def test_without_fused_attention_the_graphs_are_plain_onnx(saved, target, runtime):
    export_pipeline(saved("sd1"), target, fused_attention=False)
    for part in PARTS:
        assert {node.domain for node in onnx.load(target / part / "model.onnx").graph.node} == {""}
    assert_agrees(target, saved("sd1"), ModelStore(runtime), 1e-4)


def test_an_export_in_half_precision_is_near(saved, exported, target, runtime):
    reports = export_pipeline(saved("sd1"), target, precision=Precision.FP16)
    store, manifest = ModelStore(runtime), read_manifest(target)
    assert manifest.precision == "fp16"
    assert {part: manifest.parts[part].element for part in ("text_encoder", "unet")} == {
        "text_encoder": "float16",
        "unet": "float16",
    }
    assert manifest.parts["vae_decoder"].element == "float32"
    assert all(report.relative < TOLERANCES[Precision.FP16] for report in reports)
    assert_agrees(target, saved("sd1"), store, 2e-2)
    assert_close(loop(target, store), loop(exported("sd1"), store), 5e-2, "pictures of fp16 and fp32")
    assert manifest.parts["unet"].bytes < 0.6 * read_manifest(exported("sd1")).parts["unet"].bytes


@pytest.mark.slow
def test_half_weights_take_half_the_disk_and_compute_in_full(saved, exported, target, runtime):
    export_pipeline(saved("sd1"), target, precision=Precision.HALF_WEIGHTS)
    store, manifest, full = ModelStore(runtime), read_manifest(target), read_manifest(exported("sd1"))
    assert manifest.precision == "half-weights"
    for part in ("text_encoder", "unet", "vae_encoder", "vae_decoder"):
        assert manifest.parts[part].bytes < 0.8 * full.parts[part].bytes, part
    assert manifest.parts["unet"].bytes < 0.6 * full.parts["unet"].bytes
    assert_agrees(target, saved("sd1"), store, 2e-2)
    session = Pipeline(manifest, store).session("unet")
    assert session.inputs["sample"][0] == np.float32


def test_halving_leaves_alone_what_half_precision_cannot_hold():
    big = onnx.numpy_helper.from_array(np.full(300, 1e6, np.float32), "big")
    fine = onnx.numpy_helper.from_array(np.full(300, 0.5, np.float32), "fine")
    small = onnx.numpy_helper.from_array(np.full(3, 0.5, np.float32), "small")
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    value = onnx.helper.make_tensor_value_info
    floats = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [node], "g", [value("x", floats, [1])], [value("y", floats, [1])], [big, fine, small]
    )
    model = onnx.helper.make_model(graph)
    assert halve_weights(model) == 1
    assert {tensor.name: tensor.data_type for tensor in model.graph.initializer} == {
        "big": floats,
        "fine_half": onnx.TensorProto.FLOAT16,
        "small": floats,
    }
    assert model.graph.node[0].output == ["fine"]


@pytest.mark.slow
def test_weights_beside_the_graph_make_the_same_picture(saved, exported, target, runtime, monkeypatch):
    monkeypatch.setattr(graph_files, "EMBEDDED_LIMIT", 100_000)
    export_pipeline(saved("sd1"), target)
    for part in PARTS:
        assert sorted(file.name for file in (target / part).iterdir()) == [
            "config.json",
            "model.onnx",
            "model.onnx_data",
        ]
        assert (target / part / "model.onnx").stat().st_size < (target / part / "model.onnx_data").stat().st_size
    store, manifest = ModelStore(runtime), read_manifest(target)
    assert len(manifest.parts["unet"].files) == 2
    assert set(manifest.hashes) == {f"{part}/model.onnx{end}" for part in PARTS for end in ("", "_data")}
    assert_close(loop(target, store), loop(exported("sd1"), store), 1e-5, "pictures of both layouts")


def test_the_card_says_what_it_is_told(saved, target, quick, monkeypatch):
    monkeypatch.setattr(export, "_write_manifest", lambda draft, precision, reports, card: cards.append(card))
    cards: list[dict] = []
    export_pipeline(saved("sd1"), target, card={"title": "Tiny", "licence": "none"})
    assert cards == [{"title": "Tiny", "licence": "none"}]


def test_progress_names_each_part_in_turn(saved, target, monkeypatch):
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(export, "export_part", lambda *given: None)
    monkeypatch.setattr(export, "_write_manifest", lambda *given: None)
    export_pipeline(saved("sd1"), target, progress=lambda *step: told.append(step))
    names = ["text_encoder", "unet", "vae_encoder", "vae_decoder", "manifest"]
    assert told == [(name, index, 5) for index, name in enumerate(names)]


def test_exporting_prints_nothing(saved, target, quick, capfd, monkeypatch):
    monkeypatch.setattr(export, "_write_manifest", lambda *given: None)
    export_pipeline(saved("sd1"), target)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


# Refusals


def spoil_nothing_there(source: Path) -> None:
    shutil.rmtree(source)


def spoil_no_index(source: Path) -> None:
    (source / "model_index.json").unlink()


def spoil_broken_index(source: Path) -> None:
    (source / "model_index.json").write_text("{")


def spoil_no_unet(source: Path) -> None:
    shutil.rmtree(source / "unet")


def spoil_pickled(source: Path) -> None:
    for weights in (source / "unet").glob("*.safetensors"):
        weights.rename(weights.with_name("diffusion_pytorch_model.bin"))


def spoil_pickled_text(source: Path) -> None:
    for weights in (source / "text_encoder").glob("*.safetensors"):
        weights.rename(weights.with_name("pytorch_model.bin"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_nothing_there, "not a diffusers pipeline"),
        (spoil_no_index, "not a diffusers pipeline"),
        (spoil_broken_index, "not readable JSON"),
        (spoil_no_unet, "no unet/config.json"),
        (spoil_pickled, "no .safetensors weights"),
        (spoil_pickled_text, "no .safetensors weights"),
    ],
)
def test_what_is_no_pipeline_is_refused_before_anything_is_written(spoil, said, source, target):
    spoil(source)
    with pytest.raises(ModelRefused) as refused:
        export_pipeline(source, target)
    assert said in refused.value.message
    assert refused.value.hint
    assert not target.parent.exists()


def test_pickles_beside_safetensors_are_never_opened(source, target, quick, monkeypatch):
    (source / "text_encoder" / "pytorch_model.bin").write_bytes(b"not a pickle at all")
    monkeypatch.setattr(export, "_write_manifest", lambda *given: None)
    export_pipeline(source, target)
    assert (target / "text_encoder" / "model.onnx").is_file()
    assert not list(target.rglob("*.bin"))


def test_a_folder_in_the_way_is_refused_and_untouched(saved, target):
    target.mkdir(parents=True)
    (target / "mine.txt").write_text("mine")
    with pytest.raises(BadRequest, match="exists already"):
        export_pipeline(saved("sd1"), target)
    assert left_behind(target) == ["mine.txt"]
    assert left_behind(target.parent) == ["model"]


def test_a_folder_in_the_way_is_replaced_when_asked(saved, target, quick, monkeypatch):
    monkeypatch.setattr(export, "_write_manifest", lambda *given: None)
    target.mkdir(parents=True)
    (target / "old.txt").write_text("old")
    export_pipeline(saved("sd1"), target, overwrite=True)
    assert left_behind(target) == ["model_index.json", "scheduler", "text_encoder", "tokenizer"]
    assert left_behind(target.parent) == ["model"]


class Stopped(Exception):
    pass


def stop_at_the_second(part: str, index: int, count: int) -> None:
    if index == 1:
        raise Stopped


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_cancelled_export_leaves_everything_as_it_was(overwrite, saved, target):
    if overwrite:
        target.mkdir(parents=True)
        (target / "old.txt").write_text("old")
    with pytest.raises(Stopped):
        export_pipeline(saved("sd1"), target, progress=stop_at_the_second, overwrite=overwrite)
    assert left_behind(target.parent) == (["model"] if overwrite else [])
    assert left_behind(target) == (["old.txt"] if overwrite else [])


@pytest.mark.parametrize("apart", [0.5, float("nan"), float("inf")])
def test_a_part_that_does_not_agree_fails_the_export(apart, saved, target, quick, monkeypatch):
    def compare(part, folder):
        return PartReport(part=part.name, largest=apart, relative=apart, bytes=1)

    monkeypatch.setattr(export, "compare", compare)
    with pytest.raises(ExportFailed, match="text_encoder differs from PyTorch"):
        export_pipeline(saved("sd1"), target)
    assert left_behind(target.parent) == []


def test_a_part_that_was_changed_is_found_out(saved, target, quick, monkeypatch):
    save = export.save

    def save_wrongly(model, folder, *, source=None):
        for tensor in model.graph.initializer:
            if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) == 2:
                values = onnx.numpy_helper.to_array(tensor) * 1.05
                tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float32), tensor.name))
        save(model, folder, source=source)

    monkeypatch.setattr(export, "save", save_wrongly)
    with pytest.raises(ExportFailed, match="differs from PyTorch by"):
        export_pipeline(saved("sd1"), target)
    assert left_behind(target.parent) == []


@pytest.mark.parametrize("part", ["text_encoder", "unet", "vae"])
def test_weights_that_a_file_lacks_are_not_made_up(tmp_path, part):
    source = tiny.save("sd1", tmp_path / "source")
    (file,) = (source / part).glob("*.safetensors")
    weights = load_file(file)
    dropped = sorted(name for name in weights if name.endswith("weight"))[3]
    del weights[dropped]
    save_file(weights, file, metadata={"format": "pt"})
    with pytest.raises(ModelRefused, match="lacks 1 weights"):
        export_pipeline(source, tmp_path / "target")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
