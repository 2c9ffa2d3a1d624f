"""Bringing in what designers own: converted models make diffusers' own pictures; files go where they belong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import original
import psutil
import pytest
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline, StableDiffusionXLPipeline
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel, CLIPTokenizer

from inference.api import Generate, Picture
from inference.detecting import detect
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused
from inference.geometry import Size
from inference.importing import name_of
from inference.library import find_model, model_folders
from inference.manifest import Family, hash_parts, read_manifest
from inference.noise import SeededNoise
from inference.pipelines import Pipeline
from inference.resources import RESOURCES
from inference.runtime import Runtime
from inference.store import ModelStore
from main import main
from training import conversion
from training.conversion import Estimate, Order, check_room, convert, estimate
from training.export import ExportFailed, PartReport, Precision

EMBEDDED = RESOURCES / "models" / "sprites"
SLOW = pytest.mark.slow
SMALL = ("small-sd1", "small-sd2", "small-sdxl")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("files")

    def file(kind: str) -> Path:
        path = folder / f"{kind}.safetensors"
        return path if path.exists() else original.save(kind, path)

    return file


@pytest.fixture(scope="module")
def imported(files: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A model that was imported in fp32 for the whole module."""
    folder = tmp_path_factory.mktemp("imported")

    def take(kind: str) -> Path:
        if not (folder / kind).exists():
            list(convert(Order(found=detect(files(kind)), target=folder / kind, precision=Precision.FP32)))
        return folder / kind

    return take


def order(path: Path, target: Path, precision: Precision = Precision.FP32, **more: Any) -> Order:
    return Order(found=detect(path), target=target, precision=precision, **more)


def picture(folder: Path, **how: Any) -> np.ndarray:
    with closing(LocalEngine(device="cpu")) as engine:
        request = Generate(
            prompt="a red castle",
            negative="blurry",
            seed=3,
            steps=4,
            guidance=6.0,
            scheduler="ddim",
            model=str(folder),
            **how,
        )
        made = next(event for event in engine.run(request) if isinstance(event, Picture))
        return made.pixels[..., :3]


def reference(kind: str, folder: Path, side: int) -> np.ndarray:
    """The same picture by diffusers, from the modules that the checkpoint was made of."""
    models = original.models(kind)
    scheduler = DDIMScheduler.from_config(json.loads((folder / "scheduler" / "scheduler_config.json").read_text()))
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    shared = {"unet": models["unet"], "scheduler": scheduler, "tokenizer": tokenizer}
    vae = models["vae"]
    vae.register_to_config(scaling_factor=0.13025 if kind == "small-sdxl" else 0.18215)
    if kind == "small-sdxl":
        second = CLIPTokenizer.from_pretrained(folder / "tokenizer_2")
        pipe: Any = StableDiffusionXLPipeline(
            vae=vae,
            text_encoder=models["text"],
            text_encoder_2=models["big"],
            tokenizer_2=second,
            **shared,
        )
    else:
        text = models["text"] if "text" in models else _last_but_one(models["open"])
        pipe = StableDiffusionPipeline(
            vae=vae,
            text_encoder=text,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
            **shared,
        )
    pipe.set_progress_bar_config(disable=True)
    noise = torch.from_numpy(np.array(_noise((1, 4, side // 8, side // 8))))
    out = pipe(
        "a red castle",
        negative_prompt="blurry",
        num_inference_steps=4,
        guidance_scale=6.0,
        latents=noise,
        height=side,
        width=side,
        output_type="np",
    )
    return np.round(out.images[0] * 255)


def _last_but_one(model: Any) -> CLIPTextModel:
    """Stable Diffusion 2's text encoder as diffusers publishes it: OpenCLIP's without its last layer."""
    config = model.config.__class__(
        **{**model.config.to_dict(), "num_hidden_layers": model.config.num_hidden_layers - 1}
    )
    text = CLIPTextModel(config)
    own = {name.removeprefix("text_model."): value for name, value in model.state_dict().items()}
    text.load_state_dict({name: own[name.removeprefix("text_model.")] for name in text.state_dict()})
    return text.eval()


def _noise(shape: tuple[int, ...]) -> np.ndarray:
    return SeededNoise((3,)).draw("start", shape)


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=SLOW) for kind in SMALL])
def test_an_imported_checkpoint_makes_the_picture_that_diffusers_makes(
    imported: Callable[[str], Path], kind: str
) -> None:
    folder = imported(kind)
    side = 256 if kind == "small-sdxl" else 128
    ours = picture(folder, size=Size(side, side)).astype(float)
    off = np.abs(ours - reference(kind, folder, side))
    assert off.max() <= 2, f"largest difference {off.max()}, mean {off.mean()}"
    assert ours.std() > 5


def test_the_manifest_says_where_a_model_comes_from(
    imported: Callable[[str], Path], files: Callable[[str], Path]
) -> None:
    folder = imported("small-sd1")
    card, manifest = json.loads((folder / "gouache.json").read_text()), read_manifest(folder)
    assert card["origin"]["file"] == str(files("small-sd1"))
    assert len(card["origin"]["sha256"]) == 64
    assert set(card["hashes"]) == {f"{part}/model.onnx" for part in manifest.parts}
    assert (manifest.family, manifest.precision, manifest.native) == (Family.OWN, "fp32", Size(512, 512))
    report = (folder / "report.md").read_text()
    assert "| unet |" in report
    assert (folder / "sample.png").stat().st_size > 1000
    assert not list(folder.parent.glob(".import-*"))


@SLOW
def test_a_stopped_import_goes_on_after_the_last_whole_part(
    files: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = order(files("small-sd1"), tmp_path / "models" / "one")
    run = convert(asked)
    for doing in run:
        if doing.words.startswith("vae_encoder: comparing"):
            break
    run.close()
    assert not asked.target.exists()
    assert {each.name for each in (asked.work / "parts").iterdir()} == {"text_encoder", "unet"}
    assert not (tmp_path / "models" / "one").exists()
    traced: list[str] = []
    trace = conversion.trace
    monkeypatch.setattr(conversion, "trace", lambda part, folder: (traced.append(part.name), trace(part, folder))[1])
    said = [doing.words for doing in convert(asked)]
    assert traced == ["vae_encoder", "vae_decoder"]
    assert "unet: there already" in said
    assert read_manifest(asked.target).parts.keys() == {"text_encoder", "unet", "vae_encoder", "vae_decoder"}
    assert [each.name for each in (tmp_path / "models").iterdir()] == ["one"]


def test_a_part_that_does_not_agree_leaves_nothing(
    files: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(part: Any, wanted: Any, folder: Path) -> PartReport:
        return PartReport(part=part.name, largest=9.0, relative=9.0, bytes=1)

    monkeypatch.setattr(conversion, "compare_with", wrong)
    with pytest.raises(ExportFailed, match="text_encoder differs from PyTorch by 9") as caught:
        list(convert(order(files("small-sd1"), tmp_path / "models" / "one", Precision.HALF_WEIGHTS)))
    assert caught.value.hint
    assert list((tmp_path / "models").iterdir()) == []


@SLOW
def test_a_part_that_half_precision_spoils_is_kept_in_full(
    files: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare, tried = conversion.compare_with, []

    def once(part: Any, wanted: Any, folder: Path) -> PartReport:
        tried.append(part.name)
        if part.name == "vae_decoder" and tried.count("vae_decoder") == 1:
            return PartReport(part=part.name, largest=1.0, relative=0.7, bytes=1)
        return compare(part, wanted, folder)

    monkeypatch.setattr(conversion, "compare_with", once)
    target = tmp_path / "models" / "one"
    list(convert(order(files("small-sd1"), target, Precision.HALF_WEIGHTS)))
    parts = read_manifest(target).parts
    assert (parts["vae_decoder"].element, parts["unet"].element) == ("float32", "float16")
    assert "kept in fp32: in half-weights it was 0.7 of its scale off" in (target / "report.md").read_text()


@SLOW
def test_half_precision_is_near_and_says_what_it_kept(files: Callable[[str], Path], tmp_path: Path) -> None:
    target = tmp_path / "models" / "half"
    list(convert(order(files("small-sdxl"), target, Precision.FP16)))
    manifest = read_manifest(target)
    assert {part.element for part in manifest.parts.values()} == {"float16"}
    assert "time_proj/Sin" in (target / "report.md").read_text()
    card = json.loads((target / "gouache.json").read_text())
    assert max(each["relative"] for each in card["export"].values()) < 2e-2


def test_two_imports_of_the_same_do_not_meet(files: Callable[[str], Path], tmp_path: Path) -> None:
    asked = order(files("small-sd1"), tmp_path / "models" / "one")
    asked.work.mkdir(parents=True)
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        since = psutil.Process(sleeper.pid).create_time()
        (asked.work / "owner.json").write_text(json.dumps({"pid": sleeper.pid, "since": since}))
        with pytest.raises(BadRequest, match="being imported already"):
            next(convert(asked))
        (asked.work / "owner.json").write_text(json.dumps({"pid": sleeper.pid, "since": since - 5}))  # another process
        run = convert(asked)
        assert next(run).words == "text_encoder: reading"
        run.close()
    finally:
        sleeper.communicate(b"\n")


def test_what_does_not_fit_is_said_before(files: Callable[[str], Path], tmp_path: Path) -> None:
    asked = order(files("small-sd1"), tmp_path / "models" / "one")
    usual = estimate(asked)
    assert usual.memory > usual.largest
    for expected, words in (
        (Estimate(memory=1 << 60, disk=1, scratch=1, seconds=1, largest=1), "of memory, more than this machine has"),
        (Estimate(memory=1, disk=1 << 60, scratch=1, seconds=1, largest=1), "of disk, and"),
    ):
        with pytest.raises(BadRequest, match=words):
            check_room(asked, expected)


def without_vae(path: Path, target: Path) -> Path:
    state = load_file(path)
    save_file({name: value for name, value in state.items() if not name.startswith("first_stage")}, target)
    return target


@SLOW
def test_a_model_without_a_vae_takes_another(files: Callable[[str], Path], tmp_path: Path, home: Path) -> None:
    bare = without_vae(files("small-sd1"), tmp_path / "bare.safetensors")
    with pytest.raises(ModelRefused, match="holds no VAE"):
        estimate(order(bare, home / "models" / "bare"))
    vae = original.models("small-sd1", seed=5)["vae"]
    state = {name: value.contiguous() for name, value in original.vae_state(vae.state_dict())}
    save_file(state, tmp_path / "clear.safetensors")
    assert main(["models", "import", str(tmp_path / "clear.safetensors")]) == 0
    assert (home / "vaes" / "clear.safetensors").is_file()
    assert main(["models", "import", str(bare), "--vae", "clear", "--precision", "fp32"]) == 0
    folder = model_folders()["bare"]
    latents = np.random.default_rng(0).standard_normal((1, 4, 4, 4)).astype(np.float32)
    with closing(Runtime(device="cpu", cache=None)) as runtime:
        made = Pipeline(read_manifest(folder), ModelStore(runtime)).decode(latents)
    with torch.no_grad():
        wanted = vae.decode(torch.from_numpy(latents) / 0.18215).sample.numpy()
    np.testing.assert_allclose(made, wanted, atol=1e-4)


@SLOW
def test_a_diffusers_folder_is_converted(tmp_path: Path, saved: Callable[[str], Path], home: Path) -> None:
    assert main(["models", "import", str(saved("sd1")), "--name", "mine", "--precision", "fp32"]) == 0
    assert find_model("mine").family is Family.OWN
    assert (home / "models" / "mine" / "report.md").is_file()


# Files and folders that are used as they are


def lora(path: Path, value: float = 0.0) -> Path:
    name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    save_file(
        {f"{name}.lora_down.weight": torch.full((2, 768), value), f"{name}.lora_up.weight": torch.zeros(320, 2)}, path
    )
    return path


def test_a_lora_is_copied_once(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = lora(tmp_path / "ink v2.safetensors")
    assert main(["models", "import", str(file), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["name"], said["known"]) == ("ink-v2", False)
    assert (home / "loras" / "ink-v2.safetensors").read_bytes() == file.read_bytes()
    shutil.copyfile(file, tmp_path / "again.safetensors")
    assert main(["models", "import", str(tmp_path / "again.safetensors"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) | {"path": ""} == {**said, "known": True, "path": ""}
    other = lora(tmp_path / "other.safetensors", 1.0)
    assert main(["models", "import", str(other), "--name", "ink-v2"]) == 2
    assert "another ink-v2" in capsys.readouterr().err


def test_an_embedding_goes_to_its_folder(tmp_path: Path, home: Path) -> None:
    save_file({"emb_params": torch.zeros(2, 768)}, tmp_path / "fog.safetensors")
    assert main(["models", "import", str(tmp_path / "fog.safetensors")]) == 0
    assert (home / "embeddings" / "fog.safetensors").is_file()


def test_an_onnx_folder_is_used_in_place_or_copied(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "theirs"
    shutil.copytree(EMBEDDED, theirs)
    assert main(["models", "import", str(theirs)]) == 0
    assert find_model("theirs").folder == theirs
    assert not (home / "models").exists()
    capsys.readouterr()
    assert main(["models", "import", str(theirs), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["known"] is True
    assert main(["models", "import", str(theirs), "--name", "taken", "--copy"]) == 0
    assert json.loads((home / "places.json").read_text())["models"] == {"theirs": str(theirs)}
    shutil.rmtree(theirs)
    assert "theirs" not in model_folders()


def test_a_list_of_places_that_is_broken_is_an_empty_one(home: Path) -> None:
    home.mkdir()
    for text in ("", "[]", '{"models": 3}', '{"models": {"a": 3}}'):
        (home / "places.json").write_text(text)
        assert "sprites" in model_folders()


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("ink", True),
        ("Ink 2.1+x", True),
        ("../ink", False),
        ("", False),
        ("a/b", False),
        ("x" * 80, False),
        (".x", False),
    ],
)
def test_names_are_names_of_folders(tmp_path: Path, name: str, good: bool) -> None:
    found = detect(lora(tmp_path / "a.safetensors"))
    if good:
        assert name_of(found, name) == name
    else:
        with pytest.raises(BadRequest):
            name_of(found, name)


@pytest.mark.parametrize("stem", ["model (v1.5) [fp16]", "...", "模型", "-rf", "x" * 200])
def test_a_name_is_made_of_any_file_name(tmp_path: Path, stem: str) -> None:
    found = detect(lora(tmp_path / f"{stem}.safetensors"))
    name = name_of(found)
    assert name
    assert name_of(found, name) == name


# The command


def test_the_estimate_is_told_and_nothing_is_done(
    files: Callable[[str], Path], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "import", str(files("small-sd1")), "--estimate", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert "of memory" in said["takes"]
    assert said["disk"] > 0
    assert not home.exists() or not list(home.rglob("*.onnx"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.safetensors"], "There is nothing at"),
        (["{file}", "--name", "../x"], "cannot be a name"),
        (["{file}", "--native", "100"], "--native 100"),
        (["{file}", "--vae", "nothing"], "There is no VAE nothing"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(
    files: Callable[[str], Path], capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    given = [each.replace("{file}", str(files("small-sd1"))) for each in arguments]
    assert main(["models", "import", *given]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


@SLOW
@pytest.mark.timeout(1500)
def test_a_killed_import_goes_on_to_the_same_bytes(
    files: Callable[[str], Path], imported: Callable[[str], Path], tmp_path: Path
) -> None:
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "main.py", "models", "import", str(files("small-sd1")), "--name", "one", "--json-lines"]
    command += ["--precision", "fp32"]
    root = Path(__file__).resolve().parent.parent
    first = subprocess.Popen([*command], cwd=root, env=env, stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    for line in first.stdout:
        if json.loads(line).get("doing", "").startswith("vae_encoder"):
            first.send_signal(signal.SIGKILL)
            break
    first.communicate()
    assert "one" not in model_folders()
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert any(line.get("doing") == "unet: there already" for line in lines)
    assert lines[-1]["name"] == "one"
    shares = [line["share"] for line in lines if "share" in line]
    assert shares == sorted(shares)
    straight = hash_parts(imported("small-sd1"))
    assert hash_parts(model_folders()["one"]) == straight, "it is not what an import in one go gives"
