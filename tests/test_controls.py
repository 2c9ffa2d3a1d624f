"""Controls from a request to a picture: where the map lies, what leads, what is refused, what is remembered."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import controlled
import cv2
import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inference.api import Blend, Generate, Inpaint, Picture, Request, Series, Vary
from inference.board import request_key
from inference.control_card import check_whole, control_named, read_card
from inference.control_graphs import blocks_of_unet, steer
from inference.controls import CARD, Control, find_control, kind_by_name
from inference.detected import What
from inference.engine import LocalEngine
from inference.errors import BadRequest, ModelRefused, UnknownName
from inference.geometry import Bounds, Context, Size
from inference.jobs import job_of
from inference.leads_map import covering, shown
from inference.library import find_model
from inference.loras import Lora
from inference.metadata import read_recipe
from inference.readings import READINGS, Reading, read
from inference.request_json import request_as_json, request_from_json
from inference.shelf import entries, remove
from main import main
from training.lora import LoraSettings, adapt
from training.lora_file import save_lora
from training.models import load_models

SIZE = Size(64, 48)


def drawing(width: int = 64, height: int = 48) -> np.ndarray:
    picture = np.zeros((height, width, 4), np.uint8)
    cv2.circle(picture, (width // 2, height // 2), height // 3, (200, 80, 40, 255), -1)
    cv2.circle(picture, (width // 2, height // 2), height // 6, (20, 20, 20, 255), -1)
    return picture


@pytest.fixture(scope="module")
def canny(saved, own_home) -> Path:
    """A ControlNet for the tiny model, in the user's folder under the name "canny"."""
    source = controlled.save_control(saved("sd1"), own_home / "canny-saved")
    return controlled.import_control(source, own_home / "data" / "controlnets" / "canny", kind="canny", title="canny")


@pytest.fixture
def control(canny: Path) -> Callable[..., Control]:
    return lambda **said: Control(**({"name": "canny", "picture": drawing(), "reading": Reading("edges")} | said))


@pytest.fixture
def generate(exported) -> Callable[..., Generate]:
    said = {
        "model": str(exported("sd1")),
        "prompt": "a red cat",
        "seed": 3,
        "steps": 2,
        "size": SIZE,
        "previews": False,
    }
    return lambda **more: Generate(**(said | more))


def made(engine: LocalEngine, request: Request) -> list[np.ndarray]:
    return [event.pixels for event in engine.run(request) if isinstance(event, Picture)]


# The engine


def test_a_control_leads_and_one_of_no_strength_is_none(engine, generate, control):
    (plain,) = made(engine, generate())
    (led,) = made(engine, generate(controls=(control(strength=1.5),)))
    (idle,) = made(engine, generate(controls=(control(strength=0.0),)))
    assert np.abs(led.astype(int) - plain).max() > 8
    assert idle.tobytes() == plain.tobytes()
    assert made(engine, generate())[0].tobytes() == plain.tobytes(), "a control is not forgotten"


def test_a_lora_and_a_control_work_together(engine, generate, control, saved, tmp_path):
    torch.manual_seed(5)
    layers = adapt(load_models(saved("sd1")).freeze(), LoraSettings(rank=3, alpha=6.0, targets="all", train_text=True))
    for layer in layers.values():
        torch.nn.init.normal_(layer.up.weight, std=0.2)
    save_lora(layers, tmp_path / "ink.safetensors")

    def picture(weight: float, strength: float) -> bytes:
        loras = (Lora(str(tmp_path / "ink.safetensors"), weight),)
        return made(engine, generate(loras=loras, controls=(control(strength=strength),)))[0].tobytes()

    both, inked, led, plain = picture(0.8, 1.5), picture(0.8, 0.0), picture(0.0, 1.5), picture(0.0, 0.0)
    assert len({both, inked, led, plain}) == 4, "each of them does something, alone and together"
    assert made(engine, generate(controls=(control(strength=1.5),)))[0].tobytes() == led
    assert made(engine, generate(loras=(Lora(str(tmp_path / "ink.safetensors"), 0.8),)))[0].tobytes() == inked
    assert picture(0.8, 1.5) == both


def test_pictures_edits_series_and_blends_are_led(engine, generate, control):
    led = (control(strength=1.2),)
    image = drawing()[..., :3]
    mask = np.zeros((48, 64), np.uint8)
    mask[8:40, 12:50] = 255
    words = dataclasses.asdict(generate()) | {"post": generate().post}
    words.pop("size")
    for edit in (Vary(image=image, **words), Inpaint(image=image, mask=mask, **words)):
        (without,) = made(engine, edit)
        (guided,) = made(engine, dataclasses.replace(edit, controls=led))
        assert np.abs(guided.astype(int) - without).max() > 4, type(edit).__name__
    one, two = generate(controls=led), generate(seed=9, controls=led)
    alone = [made(engine, each)[0] for each in (one, two)]
    assert [each.tobytes() for each in made(engine, Series(requests=(one, two)))] == [e.tobytes() for e in alone]
    blend = Blend(ends=(one, two), weights=(1.0, 0.0), seed=1, previews=False)
    assert made(engine, blend)[0].tobytes() == alone[0].tobytes()
    (lead,) = job_of(dataclasses.replace(blend, weights=(0.5, 0.5))).controls
    assert lead.strength == 1.2


def test_a_control_for_another_kind_of_model_is_refused_in_one_sentence(exported, canny, control, generate):
    with pytest.raises(ModelRefused, match=r"canny is for .* of its own size, and .* is Stable Diffusion XL"):
        job_of(generate(model=str(exported("sdxl")), controls=(control(),)))
    with pytest.raises(ModelRefused, match="does not fit"):
        job_of(generate(model="sprites", size=None, controls=(control(),)))
    with pytest.raises(UnknownName, match="Did you mean canny"):
        job_of(generate(controls=(control(name="cany"),)))


# The map


@given(st.integers(16, 90), st.integers(16, 90), st.sampled_from(sorted(READINGS)))
def test_every_reading_of_any_picture_is_a_map_of_the_size_asked_for(width, height, kind):
    seen = shown(drawing(width, height), Reading(kind), SIZE, None, SIZE)
    assert seen.shape == (1, 3, 48, 64)
    assert seen.dtype == np.float32
    assert 0 <= seen.min() <= seen.max() <= 1


def test_a_part_of_the_frame_is_that_part_of_the_map_and_nothing_beyond_it():
    picture = np.random.default_rng(1).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    context = Context(Bounds(40, 20, 32, 24), Size(32, 24))
    seen = shown(picture, Reading(), SIZE, context, Size(32, 24))[0]
    inside = np.moveaxis(picture[20:44, 40:64], 2, 0) / 255
    assert np.abs(seen[:, :, :24] - inside).max() < 1e-6
    assert not seen[:, :, 24:].any()


def test_a_picture_of_another_shape_covers_the_frame():
    wide = covering(np.ones((20, 80, 4), np.float32) * np.linspace(0, 1, 80)[None, :, None], Size(20, 20))
    assert wide.shape == (20, 20, 4)
    assert abs(wide[0, 0, 0] - 30 / 79) < 0.02


def test_lines_are_white_on_black_and_a_sprite_on_nothing_has_an_outline():
    white = np.zeros((64, 64, 4), np.float32)
    cv2.circle(white, (32, 32), 20, (1, 1, 1, 1), -1)
    for kind in ("edges", "lines", "scribble"):
        found = read(white, Reading(kind))[..., 0]
        ring = np.hypot(*np.mgrid[-32:32, -32:32])
        assert found[abs(ring - 20) < 3].max() > 0.5, kind
        assert not found[ring < 12].any(), kind
        assert not found[ring > 30].any(), kind
    assert not read(np.zeros((64, 64, 4), np.float32), Reading("lines")).any()


def test_thresholds_width_and_softness_do_what_they_say():
    step = np.ones((48, 48, 4), np.float32)
    step[:, 24:, :3] = 0.8
    assert read(step, Reading("edges", (20, 40))).any()
    assert not read(step, Reading("edges", (400, 900))).any()
    dark = np.ones((48, 48, 4), np.float32)
    dark[20:28, :, :3] = 0
    assert read(dark, Reading("scribble", (6,))).sum() > 1.5 * read(dark, Reading("scribble", (1,))).sum()
    assert np.array_equal(read(step, Reading("tile", (1,))), step[..., :3])
    assert read(dark, Reading("tile", (16,))).std() < dark[..., :3].std()


@pytest.mark.parametrize("text", ["edges:1", "edges:-5,9", "edges:nan,9", "edges:a,b", "smoke", "plain:1", "lines:99"])
def test_a_reading_that_cannot_be_is_refused(text):
    with pytest.raises(BadRequest):
        Reading.from_text(text)


def test_a_reading_is_written_as_it_is_read():
    assert Reading.from_text("edges:80,160").as_text() == "edges:80,160"
    assert Reading.from_text("edges:100,200") == Reading("edges")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("control_v11p_sd15_canny", "canny"),
        ("control_v11p_sd15s2_lineart_anime", "lineart"),
        ("controlnet-scribble-sdxl-1.0", "scribble"),
        ("control_v11f1e_sd15_tile", "tile"),
        ("controlnet-depth-sdxl-1.0", "depth"),
        ("control_sd15_openpose", "pose"),
        ("my-net", "unknown"),
    ],
)
def test_a_name_says_what_it_is_for(name, kind):
    assert kind_by_name(name) == kind


@pytest.mark.parametrize(
    "said", [{"strength": -1.0}, {"strength": 2.5}, {"start": 0.7, "end": 0.3}, {"end": 1.5}, {"name": " "}]
)
def test_a_control_that_cannot_be_is_refused(said):
    with pytest.raises(BadRequest):
        Control(**({"name": "canny", "picture": drawing()} | said))


# What is remembered


def test_a_request_with_controls_is_kept_whole_and_has_a_key_of_its_own(generate, control):
    request = generate(controls=(control(start=0.1, end=0.9, reading=Reading("edges", (10, 20))),))
    kept: dict[str, np.ndarray] = {}

    def put(array: np.ndarray) -> str:
        kept[str(len(kept))] = array
        return str(len(kept) - 1)

    said = json.loads(json.dumps(request_as_json(request, put)))
    (back,) = request_from_json(said, kept.__getitem__).controls
    (own,) = request.controls
    assert (back.name, back.start, back.end, back.reading) == (own.name, own.start, own.end, own.reading)
    assert np.array_equal(back.picture, own.picture)
    keys = {request_key(each) for each in (request, generate(), generate(controls=(control(),)))}
    assert len(keys) == 3


def test_the_command_line_makes_the_same_picture_again(tmp_path, exported, canny, capsys):
    sketch = tmp_path / "sketch.png"
    Image.fromarray(drawing()).save(sketch)
    base = ["--steps", "2", "--device", "cpu", "--quiet", "--threads", "1", "--model", str(exported("sd1"))]
    words = ["generate", "a red cat", "--size", "64x48", "--seed", "4", *base]
    led = ["--control", "canny:0.8:0-0.9", "--control-picture", str(sketch), "--control-from", "edges:40,90"]
    assert main([*words, *led, "--out", str(tmp_path / "a")]) == 0
    (first,) = (tmp_path / "a").glob("*.png")
    (said,) = read_recipe(first).extra["controls"]
    assert (said["name"], said["strength"], said["end"], said["from"]) == ("canny", 0.8, 0.9, "edges:40,90")
    again = ["generate", "--from", str(first), "--control-picture", str(sketch), *base, "--out", str(tmp_path / "b")]
    assert main(again) == 0
    (second,) = (tmp_path / "b").glob("*.png")
    assert np.array_equal(np.asarray(Image.open(first)), np.asarray(Image.open(second)))
    capsys.readouterr()
    assert main(["generate", "--from", str(first), *base]) == 2
    assert "no picture to follow" in capsys.readouterr().err
    assert main([*words, "--control", "canny:9", "--control-picture", str(sketch)]) == 2
    assert "strength of the ControlNet canny is 9" in capsys.readouterr().err


# What lies in the folder


def test_the_shelf_knows_what_was_imported(canny):
    entry = next(each for each in entries() if each.name == "canny")
    assert (entry.key, entry.words, entry.problem) == ("controlnet:canny", ("canny",), "")
    assert not entry.shipped
    assert find_control("Canny") == canny
    check_whole(control_named("canny"))


def test_one_that_the_program_brings_cannot_be_deleted(canny, monkeypatch):
    monkeypatch.setattr("inference.shelf.RESOURCES", canny.parent)
    entry = next(each for each in entries() if each.what is What.CONTROLNET)
    with pytest.raises(BadRequest, match="belongs to the program"):
        remove(entry)
    assert (canny / CARD).is_file()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"blocks": [1, 2]}, "makes no sense"),
        ({"kind": "magic"}, "makes no sense"),
        ({"hashes": {"../../x": "0"}}, "other files"),
        ({"version": 99}, "newer Gouache"),
        ({"format": "else"}, "not a ControlNet's card"),
        ({"family": None}, "makes no sense"),
        ({"factor": 10**9}, "makes no sense"),
    ],
)
def test_a_card_that_lies_is_refused(canny, tmp_path, changed, words):
    folder = shutil.copytree(canny, tmp_path / "c")
    said = json.loads((folder / CARD).read_text()) | changed
    (folder / CARD).write_text(json.dumps(said))
    with pytest.raises(ModelRefused, match=words):
        read_card(folder)


def test_a_folder_with_another_graph_or_a_cut_one_is_refused(canny, exported, tmp_path):
    folder = shutil.copytree(canny, tmp_path / "c")
    shutil.copyfile(exported("sd1") / "unet" / "model.onnx", folder / "model.onnx")
    with pytest.raises(ModelRefused, match="not the graph of a ControlNet"):
        read_card(folder)
    whole = (canny / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelRefused, match="cut off"):
        read_card(folder)
    (folder / "model.onnx").write_bytes(whole[:-100] + bytes(100))
    with pytest.raises(ModelRefused):
        check_whole(read_card(folder))


def test_graphs_that_join_nothing_cannot_be_steered_and_the_embedded_model_can(exported):
    decoder = onnx.load(exported("sd1") / "vae_decoder" / "model.onnx")
    with pytest.raises(ModelRefused, match="cannot be guided"):
        steer(decoder.graph, exported("sd1"))
    unet = find_model("sprites").parts["unet"]
    blocks = blocks_of_unet(unet)
    assert len(blocks) > 4
    assert min(blocks) > 0
