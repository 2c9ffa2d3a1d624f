"""The engine with the embedded model: real pictures, cancelling, memory, caching."""

import dataclasses
import json
import shutil
import threading

import numpy as np
import onnx
import psutil
import pytest
from enginehand import one, pictures

from inference import machine, pipelines
from inference import runtime as runtime_module
from inference.api import Device, Generate, Inpaint, Notice, Picture, Seamless, Step, Vary, paste
from inference.engine import LocalEngine
from inference.errors import BadPicture, BadRequest, Cancelled, OutOfMemory, UnknownName
from inference.geometry import Size
from inference.library import find_model
from inference.noise import SeededNoise
from inference.pipelines import Pipeline
from inference.resources import RESOURCES
from inference.runtime import OrtSession
from inference.samplers import SAMPLERS

PROMPT = {"prompt": "red apple", "style": "flat", "steps": 4, "previews": False}


@pytest.fixture(scope="module")
def shield(engine):
    return one(engine, Generate(prompt="shield", style="fluent", seed=12, steps=12, previews=False)).pixels


def disc(height, width, radius=None):
    y, x = np.mgrid[0:height, 0:width]
    radius = radius or min(height, width) / 4
    return np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < radius**2, 255, 0).astype(np.uint8)


def test_a_picture_has_clean_straight_alpha(shield):
    assert shield.shape == (128, 128, 4)
    alpha = shield[..., 3]
    assert (shield[alpha == 0] == 0).all(), "colour under zero alpha"
    assert 0.2 < (alpha > 250).mean() < 0.9
    assert (alpha == 0).mean() > 0.1
    assert ((alpha > 0) & (alpha < 20)).mean() < 0.01, "a haze of faint alpha"


def test_a_shield_is_blue_in_the_middle(shield):
    red, _, blue = shield[54:74, 54:74, :3].reshape(-1, 3).mean(0)
    assert blue > red + 60


def test_the_same_request_gives_the_same_bytes(engine):
    first, second = (one(engine, Generate(seed=7, **PROMPT)) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert first.recipe == second.recipe


def test_a_batch_gives_each_picture_as_if_alone(engine):
    batch = pictures(engine, Generate(seed=5, count=3, **PROMPT))
    assert [picture.seed for picture in batch] == [5, 6, 7]
    for picture in batch:
        alone = one(engine, Generate(seed=picture.seed, **PROMPT))
        assert np.array_equal(picture.pixels, alone.pixels), f"seed {picture.seed} differs in a batch"


def test_steps_count_up_to_the_whole_and_carry_previews(engine):
    request = Generate(seed=1, count=2, **{**PROMPT, "previews": True})
    steps = [event for event in engine.run(request) if isinstance(event, Step)]
    assert [step.index for step in steps] == [2, 4, 6, 8]
    assert {step.count for step in steps} == {8}
    assert all(len(step.previews) == 2 and step.previews[0].shape == (16, 16, 4) for step in steps)


def test_the_last_preview_looks_like_the_picture(engine):
    events = list(engine.run(Generate(seed=1, **{**PROMPT, "steps": 10, "previews": True})))
    preview = [event for event in events if isinstance(event, Step)][-1].previews[0].astype(float)
    (made,) = [event for event in events if isinstance(event, Picture)]
    small = made.pixels.astype(float).reshape(16, 8, 16, 8, 4).mean((1, 3))
    for i, name in enumerate(("red", "green", "blue", "alpha")):
        shown = preview[..., i] * (preview[..., 3] / 255 if i < 3 else 1)
        real = small[..., i] * (small[..., 3] / 255 if i < 3 else 1)
        alike = np.corrcoef(shown.ravel(), real.ravel())[0, 1]
        assert alike > 0.75, f"{name} of preview and picture correlate by {alike:.2f} only"


def test_a_variation_of_full_strength_is_the_other_seed(engine):
    said = {**PROMPT, "scheduler": "dpm++2m"}  # fresh noise of the steps stays that of the first seed
    plain = one(engine, Generate(seed=3, **said))
    other = one(engine, Generate(seed=9, **said))
    mixed = [one(engine, Generate(seed=3, variation_seed=9, variation_strength=x, **said)).pixels for x in (0, 0.5, 1)]
    assert np.array_equal(mixed[0], plain.pixels)
    assert np.array_equal(mixed[2], other.pixels)
    assert not np.array_equal(mixed[1], plain.pixels)
    assert not np.array_equal(mixed[1], other.pixels)


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_makes_a_red_thing(engine, name):
    picture = one(engine, Generate(seed=3, **{**PROMPT, "steps": 12}, scheduler=name))
    solid = picture.pixels[picture.pixels[..., 3] > 200][:, :3].astype(float)
    assert len(solid) > 1500, f"{name}: only {len(solid)} opaque pixels"
    red, green, blue = solid.mean(0)
    assert red > green + 40, f"{name}: mean colour {red:.0f} {green:.0f} {blue:.0f}"


def seam(pixels):
    values = pixels.astype(float)
    across = np.abs(values[:, 0] - values[:, -1]).mean()
    inside = np.abs(np.diff(values, axis=1)).mean(axis=(0, 2))
    return across / np.percentile(inside, 90)


def test_seamless_pictures_meet_at_their_edges(engine):
    words = {"prompt": "shield", "style": "fluent", "seed": 12, "steps": 12, "previews": False, "size": Size(64, 64)}
    plain = one(engine, Generate(**words)).pixels
    tiled = one(engine, Generate(**words, seamless=Seamless.BOTH)).pixels
    assert seam(tiled) < 1.5, f"left and right differ {seam(tiled):.2f} times as much as neighbours do"
    assert seam(tiled.transpose(1, 0, 2)) < 1.5
    assert not np.array_equal(plain, tiled)


CASES = {
    "as large as the model likes": (128, 128, 4, None),
    "tiny": (16, 16, 4, None),
    "tall RGB": (301, 97, 3, None),
    "wide RGBA": (90, 400, 4, None),
    "one pixel": (200, 200, 4, "pixel"),
    "full": (64, 100, 4, "full"),
    "islands": (220, 180, 3, "islands"),
    "at the corner": (256, 256, 4, "corner"),
}


def case(name):
    height, width, channels, kind = CASES[name]
    image = np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)
    mask = np.zeros((height, width), np.uint8)
    match kind:
        case None:
            mask = disc(height, width)
        case "pixel":
            mask[120, 77] = 255
        case "full":
            mask[:] = 255
        case "islands":
            mask[10:30, 10:40] = 255
            mask[180:200, 150:170] = 128
        case "corner":
            mask[230:, 240:] = 255
    return image, mask


@pytest.mark.parametrize("name", CASES)
def test_unmasked_pixels_are_bit_identical(engine, name):
    image, mask = case(name)
    picture = one(engine, Inpaint(image=image, mask=mask, seed=1, **PROMPT))
    whole = paste(image, picture)
    assert whole.shape == image.shape
    coverage = np.zeros(mask.shape, np.uint8)
    coverage[picture.bounds.slices] = picture.coverage
    assert np.array_equal(whole[coverage == 0], image[coverage == 0])
    assert (coverage[mask > 0] > 0).all(), "a selected pixel is not covered"
    changed = (whole != image).any(2)
    assert changed[mask == 255].mean() > 0.5


def test_keep_outside_changes_nothing_outside_the_selection(engine, shield):
    mask = disc(128, 128)
    whole = paste(shield, one(engine, Inpaint(image=shield, mask=mask, seed=1, keep_outside=True, **PROMPT)))
    assert np.array_equal(whole[mask == 0], shield[mask == 0])
    assert (whole[mask > 0] != shield[mask > 0]).any()


def test_a_selection_on_opaque_pixels_stays_opaque(engine, shield):
    mask = disc(128, 128, 24)
    solid = shield.copy()
    solid[solid[..., 3] > 240, 3] = 255
    whole = paste(solid, one(engine, Inpaint(image=solid, mask=mask, seed=4, prompt="skull", style="fluent")))
    assert (whole[mask > 0][:, 3] == 255).all()


def test_outpainting_keeps_the_picture_and_fills_the_frame(engine, shield):
    frame = np.full((160, 192), 255, np.uint8)
    frame[16:144, 32:160] = 0
    request = Inpaint(image=shield, mask=frame, origin=(32, 16), seed=2, **PROMPT)
    picture = one(engine, request)
    whole = paste(shield, picture, (32, 16), Size(192, 160))
    assert whole.shape == (160, 192, 4)
    coverage = np.zeros(frame.shape, np.uint8)
    coverage[picture.bounds.slices] = picture.coverage
    kept = coverage[16:144, 32:160] == 0
    assert np.array_equal(whole[16:144, 32:160][kept], shield[kept])
    assert kept.mean() > 0.5


def test_a_small_edit_of_an_enormous_picture_costs_little(engine):
    image = np.zeros((8192, 8192, 3), np.uint8)
    image[:, :, 1] = np.arange(8192, dtype=np.int64) // 32
    mask = np.zeros((8192, 8192), np.uint8)
    mask[8100:8180, 4000:4090] = 255
    picture = one(engine, Inpaint(image=image, mask=mask, seed=1, **PROMPT))
    assert picture.pixels.shape[0] < 400
    assert picture.bounds.y >= 8000


def test_an_empty_mask_is_refused(engine, shield):
    with pytest.raises(BadPicture, match="empty"):
        one(engine, Inpaint(image=shield, mask=np.zeros((128, 128), np.uint8), seed=1, **PROMPT))


@pytest.mark.parametrize("kind", ["inpaint", "vary"])
def test_strength_0_gives_the_picture_back(engine, shield, kind):
    common = {"image": shield, "seed": 1, "strength": 0.0, **PROMPT}
    request = Inpaint(mask=disc(128, 128), **common) if kind == "inpaint" else Vary(**common)
    assert np.array_equal(paste(shield, one(engine, request)), shield)


def test_a_variation_departs_further_with_strength(engine, shield):
    opaque = shield[..., 3] > 250

    def distance(strength):
        words = {**PROMPT, "prompt": "shield", "steps": 20}
        made = one(engine, Vary(image=shield, strength=strength, seed=2, **words)).pixels
        return np.abs(made.astype(float) - shield)[opaque].mean()

    distances = [distance(strength) for strength in (0.1, 0.5, 0.9)]
    assert distances == sorted(distances), distances
    assert distances[0] < 12, "a faint variation is far from its source"


def test_where_a_variation_may_not_change_it_does_not(engine, shield):
    where = np.zeros((128, 128), np.uint8)
    where[:, 64:] = 255
    made = paste(shield, one(engine, Vary(image=shield, where=where, strength=0.8, seed=2, **PROMPT)))
    assert np.array_equal(made[:, :64], shield[:, :64])
    assert not np.array_equal(made[:, 64:], shield[:, 64:])


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"model": "spritez"}, UnknownName, "sprites"),
        ({"style": "flut"}, UnknownName, "fluent"),
        ({"scheduler": "eulr"}, UnknownName, "euler"),
        ({"size": Size(130, 128)}, BadRequest, "multiples of 8"),
        ({"size": Size(8, 8)}, BadRequest, "nearest is 32x32"),
    ],
)
def test_what_cannot_be_is_said_plainly(engine, changes, error, words):
    with pytest.raises(error, match=words):
        one(engine, Generate(seed=1, **{**PROMPT, **changes}))


# Cancelling


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_cancelling_at_any_step_leaves_the_engine_usable(engine, at):
    wanted = one(engine, Generate(seed=7, **PROMPT)).pixels
    events = engine.run(Generate(seed=7, **PROMPT))
    with pytest.raises(Cancelled):
        for event in events:
            if isinstance(event, Step) and event.index == at:
                engine.cancel()
    assert np.array_equal(one(engine, Generate(seed=7, **PROMPT)).pixels, wanted)


def test_closing_the_generator_leaves_the_engine_usable(engine):
    wanted = one(engine, Generate(seed=7, **PROMPT)).pixels
    events = engine.run(Generate(seed=7, **PROMPT))
    next(events)
    events.close()
    assert np.array_equal(one(engine, Generate(seed=7, **PROMPT)).pixels, wanted)


def test_cancelling_from_another_thread_stops_a_running_call(engine, monkeypatch):
    entered = threading.Event()
    run = OrtSession.run

    def noted(session, feeds):
        if "encoder_hidden_states" in feeds:
            entered.set()
        return run(session, feeds)

    monkeypatch.setattr(OrtSession, "run", noted)
    stopped: list[BaseException] = []

    def work():
        try:
            list(engine.run(Generate(seed=1, prompt="shield", steps=1000, previews=False)))
        except Cancelled as error:
            stopped.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert entered.wait(60)
    engine.cancel()
    thread.join(60)
    assert not thread.is_alive()
    assert len(stopped) == 1
    assert one(engine, Generate(seed=7, **PROMPT)).pixels.shape == (128, 128, 4)


# Memory


def limited(monkeypatch, allows):
    """Let sessions fail with OutOfMemory where ``allows(feeds)`` is False."""
    run = OrtSession.run

    def run_or_fail(session, feeds):
        if not allows(feeds):
            raise OutOfMemory("There is not enough memory for this.")
        return run(session, feeds)

    monkeypatch.setattr(OrtSession, "run", run_or_fail)


def rows(feeds):
    return len(feeds["sample"]) if "encoder_hidden_states" in feeds else 1


@pytest.mark.parametrize(
    ("most", "rungs"), [(5, ["guided in two halves"]), (2, ["guided in two halves", "made one picture at a time"])]
)
def test_when_memory_is_short_the_batch_gives_way_and_it_is_said(engine, monkeypatch, most, rungs):
    request = Generate(seed=5, count=3, **PROMPT)
    wanted = [picture.pixels for picture in pictures(engine, request)]
    limited(monkeypatch, lambda feeds: rows(feeds) <= most)
    engine._pipelines.clear()
    events = list(engine.run(request))
    engine._pipelines.clear()
    made = [event for event in events if isinstance(event, Picture)]
    notices = [event.message for event in events if isinstance(event, Notice)]
    assert [f"Memory was short: {rung}." for rung in rungs] == notices
    assert list(made[-1].recipe.notices) == rungs
    for picture, pixels in zip(made, wanted, strict=True):
        assert np.abs(picture.pixels.astype(int) - pixels).max() <= 1


def test_when_the_decoder_has_no_memory_it_decodes_in_tiles(engine, monkeypatch):
    request = Generate(seed=5, size=Size(512, 512), **{**PROMPT, "steps": 2})
    limited(monkeypatch, lambda feeds: feeds.get("latent_sample", np.empty((1, 0)))[0].size <= 24 * 48 * 48)
    engine._pipelines.clear()
    events = list(engine.run(request))
    engine._pipelines.clear()
    (made,) = [event for event in events if isinstance(event, Picture)]
    assert made.pixels.shape == (512, 512, 4)
    assert made.recipe.notices == ("decoded in small tiles",)


def test_without_any_memory_it_says_so(engine, monkeypatch):
    limited(monkeypatch, lambda feeds: "encoder_hidden_states" not in feeds)
    engine._pipelines.clear()
    with pytest.raises(OutOfMemory, match="not enough memory"):
        list(engine.run(Generate(seed=5, **PROMPT)))
    engine._pipelines.clear()


def test_graphs_that_do_not_fit_the_budget_go_and_come_back(engine, tmp_path):
    wanted = one(engine, Generate(seed=7, **PROMPT)).pixels
    small = LocalEngine(device="cpu", threads=2, cache=tmp_path, budget=1)
    made = one(small, Generate(seed=7, **PROMPT)).pixels
    loaded = small._store.loaded()
    small.close()
    assert len(loaded) == 1
    assert np.array_equal(made, wanted)


# Sessions


def test_a_second_engine_opens_the_cached_graphs_and_gives_the_same_bytes(engine, tmp_path):
    made = []
    for _ in range(2):
        other = LocalEngine(device="cpu", threads=2, cache=tmp_path)
        made.append(one(other, Generate(seed=7, **PROMPT)).pixels)
        other.close()
    assert len(list(tmp_path.glob("*/model.onnx"))) == 3, "text encoder, UNet and decoder"
    assert np.array_equal(*made)


def test_a_broken_cached_graph_is_made_again(tmp_path):
    made = []
    for _ in range(2):
        other = LocalEngine(device="cpu", threads=2, cache=tmp_path)
        made.append(one(other, Generate(seed=7, **PROMPT)).pixels)
        other.close()
        for graph in tmp_path.glob("*/model.onnx"):
            graph.write_bytes(b"broken")
    assert np.array_equal(*made)


def test_a_gpu_that_was_asked_for_and_not_obtained_is_said_loudly(tmp_path):
    asked = LocalEngine(device="cuda", threads=2, cache=tmp_path)
    events = list(asked.run(Generate(seed=7, **PROMPT)))
    provider = asked.pipeline(find_model("sprites")).session("unet").provider
    asked.close()
    loud = [event for event in events if isinstance(event, Notice) and "GPU IS NOT IN USE" in event.message]
    (made,) = [event for event in events if isinstance(event, Picture)]
    devices = [event for event in events if isinstance(event, Device)]
    obtained = provider == "CUDAExecutionProvider"
    assert bool(loud) != obtained
    assert provider in made.recipe.backend
    assert {device.provider for device in devices} == {provider}
    assert {device.missed for device in devices} == {
        None if obtained else "CUDA could not be used, so the CPU does the work."
    }


# The device


def test_what_it_runs_on_is_said_before_the_first_step_and_when_more_is_loaded(tmp_path):
    engine = LocalEngine(device="cpu", threads=2, cache=tmp_path)
    try:
        events = list(engine.run(Generate(seed=7, **PROMPT)))
        again = [event for event in engine.run(Generate(seed=8, **PROMPT)) if isinstance(event, Device)]
    finally:
        engine.close()
    first, last = (event for event in events if isinstance(event, Device))
    parts = find_model("sprites").parts
    assert events.index(first) < next(i for i, event in enumerate(events) if isinstance(event, Step))
    assert events[-1] is last
    assert (first.title, first.provider, first.threads) == ("CPU", "CPUExecutionProvider", 2)
    assert first.name == machine.processor_name()
    assert first.memory == psutil.virtual_memory().total
    assert first.models == last.models == ("sprites",)
    assert first.missed is None
    assert parts["unet"].element == "float16"  # which a processor computes in single precision
    assert first.weights == 2 * (parts["text_encoder"].bytes + parts["unet"].bytes)
    assert last == dataclasses.replace(first, weights=first.weights + 2 * parts["vae_decoder"].bytes)
    assert again == [], "nothing has changed"


def test_a_device_names_the_models_that_are_loaded_the_one_used_last_at_the_end(engine, tmp_path):
    folder = shutil.copytree(RESOURCES / "models" / "sprites", tmp_path / "mine")
    card = json.loads((folder / "gouache.json").read_text("utf-8"))
    (folder / "gouache.json").write_text(json.dumps({**card, "name": "mine"}), "utf-8")
    list(engine.run(Generate(seed=7, **PROMPT)))
    for model, names in ((str(folder), ("sprites", "mine")), ("sprites", ("mine", "sprites"))):
        devices = [event for event in engine.run(Generate(model=model, seed=7, **PROMPT)) if isinstance(event, Device)]
        assert devices[-1].models[-2:] == names
    engine._store.drop(part.path for part in find_model(str(folder)).parts.values())
    list(engine.run(Generate(seed=7, **PROMPT)))
    assert "mine" not in engine._device().models


def test_a_picture_that_is_only_handed_back_says_nothing_of_a_device(tmp_path, shield):
    engine = LocalEngine(device="cpu", threads=2, cache=tmp_path)
    assert [type(event) for event in engine.run(Vary(image=shield, seed=1, strength=0.0))] == [Picture]
    engine.close()


CPU, CUDA, DML = "CPUExecutionProvider", "CUDAExecutionProvider", "DmlExecutionProvider"


@pytest.mark.parametrize(
    ("asked", "obtained", "driver", "named"),
    [
        (("cpu", [CPU]), CPU, True, None),
        (("auto", [CPU]), CPU, False, None),
        (("auto", [CUDA, CPU]), CUDA, True, None),
        (("auto", [CUDA, CPU]), CPU, True, "CUDA"),
        (("auto", [CPU]), CPU, True, "CUDA"),
        (("auto", [DML, CPU]), DML, False, None),
        (("auto", [DML, CPU]), DML, True, None),
        (("auto", [DML, CPU]), CPU, False, "DirectML"),
        (("cuda", [CPU]), CPU, False, "CUDA"),
        (("cuda", [CUDA, CPU]), CUDA, True, None),
        (("coreml", [CPU]), CPU, False, "CoreML"),
    ],
)
def test_why_a_gpu_is_not_in_use(monkeypatch, asked, obtained, driver, named):
    monkeypatch.setattr(runtime_module, "nvidia_driver", lambda: driver)
    said = runtime_module.missed(*asked, obtained)
    assert said == (named and f"{named} could not be used, so the CPU does the work.")


def test_names_of_processor_and_card(tmp_path, monkeypatch):
    assert machine.processor_name().strip()
    assert runtime_module.device_name(CPU) == machine.processor_name()
    (tmp_path / "0000:01:00.0").mkdir()
    text = "Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   	\t 171\n"
    (tmp_path / "0000:01:00.0" / "information").write_text(text, "utf-8")
    assert machine.nvidia_name(tmp_path) == "NVIDIA GeForce RTX 4090"
    assert machine.nvidia_name(tmp_path / "none") == ""
    monkeypatch.setattr(runtime_module, "nvidia_name", lambda: "NVIDIA GeForce RTX 4090")
    assert runtime_module.device_name(CUDA) == "NVIDIA GeForce RTX 4090"


def test_the_preview_map_of_a_foreign_model_is_fitted_when_it_is_first_needed(engine):
    manifest = dataclasses.replace(find_model("sprites"), preview=None)
    fitted = Pipeline(manifest, engine._store).preview_map()
    shipped = find_model("sprites").preview
    assert np.abs(fitted.matrix - shipped.matrix).max() < 1e-3


def test_an_unknown_device_is_refused():
    with pytest.raises(BadRequest, match="Known: auto"):
        runtime_module.Runtime(device="abacus")


def smooth_picture(side):
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    colours = [0.5 + 0.4 * np.sin(3 * x + 1), 0.3 + 0.5 * y, 0.8 - 0.5 * x * y, np.ones_like(x)]
    return np.stack(colours)[None].astype(np.float32) * 2 - 1


@pytest.mark.parametrize("part", ["decoder", "encoder"])
def test_tiles_meet_without_a_seam(engine, monkeypatch, part):
    pipeline = Pipeline(find_model("sprites"), engine._store)
    picture = smooth_picture(640)
    latents = pipeline.draw(pipeline.moments(picture), SeededNoise((0,)), "posterior", 1)
    run = (lambda: pipeline.decode(latents)) if part == "decoder" else (lambda: pipeline.moments(picture))
    whole = run()
    monkeypatch.setattr(pipelines, "UNTILED_AREA", 64 * 64)
    monkeypatch.setattr(pipelines, "TILE", 64)  # two thirds of what is used: the smaller, the more there is to see
    difference = (run() - whole) * (127.5 if part == "decoder" else 1)
    seam = max(np.abs(np.diff(difference, axis=axis)).max() for axis in (2, 3))
    assert seam < 1.5, f"neighbours differ by {seam:.2f} more than in the untiled result"
    assert np.abs(difference).max() < 2.5, f"tones differ by {np.abs(difference).max():.2f}"


def test_a_model_that_changed_on_disk_is_loaded_anew(engine, tmp_path):
    folder = shutil.copytree(RESOURCES / "models" / "sprites", tmp_path / "mine")
    words = {"model": str(folder), "seed": 7, **PROMPT}
    before = one(engine, Generate(**words)).pixels
    swapped = onnx.load(folder / "unet" / "model.onnx")
    (node,) = [node for node in swapped.graph.node if "out_sample" in node.output]
    node.output[0] = "before"
    swapped.graph.node.append(onnx.helper.make_node("Neg", ["before"], ["out_sample"]))
    onnx.save(swapped, folder / "unet" / "model.onnx")
    assert not np.array_equal(one(engine, Generate(**words)).pixels, before)


@pytest.mark.parametrize(("system", "threads"), [("linux", 6), ("win32", 5), ("darwin", 5)])
def test_threads_beside_a_window(monkeypatch, system, threads):
    monkeypatch.setattr(runtime_module.sys, "platform", system)
    monkeypatch.setattr(runtime_module, "physical_cores", lambda: 6)
    assert runtime_module.threads_beside_a_window() == threads
    monkeypatch.setattr(runtime_module, "physical_cores", lambda: 1)
    assert runtime_module.threads_beside_a_window() == 1
