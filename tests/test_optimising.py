"""Optimising for a device: forms of a UNet that agree, a decision that is kept, applied, refused and taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inference import tuned
from inference.api import Generate, Picture
from inference.engine import LocalEngine
from inference.errors import BadRequest
from inference.manifest import GRAPH, read_manifest
from inference.runtime import Runtime
from inference.tuned import OWN, Decision, Place, Row, decision_of, decisions_of, forget, graph_of, keep, stamp_of
from main import main
from training.trials import Trial, Trying, off
from training.variants import BLOCK, VARIANTS, ZERO, eight_bits, rounded

HERE = Place(provider="CPUExecutionProvider", name="a processor", runtime="onnxruntime 1")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOUACHE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@given(arrays(np.float32, st.tuples(st.integers(1, 80), st.integers(1, 6)), elements=st.floats(-50, 50, width=32)))
def test_rounding_is_off_by_half_a_step_at_most(weight):
    stored, scales = rounded(weight)
    back = (stored.astype(np.float32) - ZERO) * scales[..., None]
    back = back.reshape(len(back), -1)[:, : len(weight)].T
    step = np.repeat(scales, BLOCK, axis=1)[:, : len(weight)].T
    assert (np.abs(back - weight) <= 0.5001 * step + 1e-6).all()
    assert not np.isnan(back).any()


def unet_feeds(manifest: Any, seed: int = 1) -> dict[str, np.ndarray]:
    drawn = np.random.default_rng(seed)
    width = manifest.parts["unet"].config["cross_attention_dim"]
    return {
        "sample": drawn.standard_normal((2, 4, 8, 6), np.float32),
        "timestep": np.array(400.0, np.float32),
        "encoder_hidden_states": drawn.standard_normal((2, 77, width), np.float32),
    }


def run_graph(path: Path, feeds: dict[str, np.ndarray]) -> np.ndarray:
    runtime = Runtime(device="cpu", threads=1)
    try:
        return next(iter(runtime.load(path).run(feeds).values())).astype(np.float32)
    finally:
        runtime.close()


@pytest.mark.parametrize("name", [*list(VARIANTS)[:2], pytest.param("half precision", marks=pytest.mark.slow)])
def test_another_form_says_nearly_the_same(exported, home, name, monkeypatch):
    """The tiny UNet's layers are small, so those count too; stored in half precision and cast as well."""
    monkeypatch.setattr("training.variants.SMALLEST", 1)
    manifest = read_manifest(exported("sd1"))
    part, feeds = manifest.parts["unet"], unet_feeds(manifest)
    (home / "v").mkdir()
    VARIANTS[name](part.path, [feeds], home / "v")
    wanted, got = run_graph(part.path, feeds), run_graph(home / "v" / GRAPH, feeds)
    assert 0 < off(wanted, got) < 0.03
    kinds = [node.op_type for node in onnx.load(home / "v" / GRAPH).graph.node]
    assert kinds.count("MatMulNBits") > 10 or name == "half precision"


def test_weights_that_are_stored_in_half_precision_are_found(exported, home, monkeypatch):
    from training.graph_files import halve_weights, load_graph, save  # noqa: PLC0415

    monkeypatch.setattr("training.variants.SMALLEST", 1)
    manifest = read_manifest(exported("sd1"))
    model = load_graph(manifest.parts["unet"].path)
    halve_weights(model, smallest=16)
    save(model, home / "h", source=manifest.parts["unet"].path.parent)
    (home / "v").mkdir()
    eight_bits(home / "h" / GRAPH, [], home / "v", integer=False)
    kinds = [node.op_type for node in onnx.load(home / "v" / GRAPH).graph.node]
    assert kinds.count("MatMulNBits") > 10
    feeds = unet_feeds(manifest)
    assert off(run_graph(manifest.parts["unet"].path, feeds), run_graph(home / "v" / GRAPH, feeds)) < 0.03


# The search


def copied(name: str) -> Callable[[Path, Any, Path], None]:
    """A form that is the model's own graph, told apart by its clock."""
    return lambda graph, probes, folder: shutil.copytree(graph.parent, folder, dirs_exist_ok=True) and None


class Clock:
    """Time that passes as a test says: one amount for each form, taken by a session that is run."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, float]], Clock]]:
    """Sessions take the seconds that are said for their folder's name; others none."""
    from inference.runtime import OrtSession  # noqa: PLC0415

    clock, paths, seconds = Clock(), {}, {}
    opened, ran = OrtSession.__init__, OrtSession.run

    def init(self: Any, runtime: Any, path: Path, change: Any = None) -> None:
        paths[id(self)] = path.parent.name
        opened(self, runtime, path, change)

    def run(self: Any, feeds: Any) -> Any:
        clock.now += seconds.get(paths[id(self)], 0.0)
        return ran(self, feeds)

    monkeypatch.setattr(OrtSession, "__init__", init)
    monkeypatch.setattr(OrtSession, "run", run)

    def say(said: dict[str, float]) -> Clock:
        seconds.update(said)
        return clock

    yield say


def search(exported: Any, **settings: Any) -> tuple[list[Any], Decision]:
    manifest = read_manifest(exported("lcm"))
    said = list(Trial(manifest, device="cpu", threads=1, **settings).run())
    return said, said[-1]


@pytest.mark.parametrize(
    ("times", "chosen"),
    [
        ({"unet": 2.0, "one": 1.0, "other": 1.5}, "one"),
        ({"unet": 1.0, "one": 1.5, "other": 0.99}, OWN),
    ],
)
def test_the_fastest_is_taken_where_it_is_worth_it(exported, timed, times, chosen):
    said, decision = search(exported, clock=timed(times), variants={"one": copied("one"), "other": copied("other")})
    assert decision.variant == chosen
    rows = {row.variant: row for row in decision.rows}
    assert rows["one"].ratio == pytest.approx(times["one"] / times["unet"])
    assert rows["one"].seconds == pytest.approx(times["one"])
    assert rows[OWN].seconds == pytest.approx(times["unet"])
    assert (rows["one"].prediction, rows["one"].picture) == (0, 0)
    shares = [each.share for each in said if isinstance(each, Trying)]
    assert shares == sorted(shares)
    part = read_manifest(exported("lcm")).parts["unet"]
    ((_, found),) = decisions_of(part).items()
    assert found == decision
    left = sorted(path.name for path in tuned.variant_folder(decision.stamp, OWN).parent.iterdir())
    assert left == ([] if chosen == OWN else [chosen])


def spoilt(scale: float) -> Callable[[Path, Any, Path], None]:
    """A form whose weights are off."""

    def make(graph: Path, probes: Any, folder: Path) -> None:
        model = onnx.load(graph)
        drawn = np.random.default_rng(1)
        for tensor in model.graph.initializer:
            value = onnx.numpy_helper.to_array(tensor)
            if value.dtype == np.float32 and value.ndim > 1:
                noise = 1 + scale * drawn.standard_normal(value.shape).astype(np.float32)
                tensor.CopyFrom(onnx.numpy_helper.from_array(value * noise, tensor.name))
        onnx.save_model(model, folder / GRAPH)

    return make


def broken(graph: Path, probes: Any, folder: Path) -> None:
    raise ValueError("no such operator")


def test_what_is_off_or_cannot_be_made_is_not_taken_however_fast(exported, timed):
    _, decision = search(
        exported, clock=timed({"unet": 2.0, "off": 0.1}), variants={"off": spoilt(0.5), "broken": broken}
    )
    assert decision.variant == OWN
    rows = {row.variant: row for row in decision.rows}
    assert rows["off"].problem == "It is too far off."
    assert rows["off"].ratio == 0
    assert rows["broken"].problem == "It cannot be made: no such operator"


def test_a_search_that_is_stopped_leaves_the_model_as_it_was(exported, timed):
    manifest = read_manifest(exported("lcm"))
    running = Trial(manifest, device="cpu", threads=1, clock=timed({}), variants={"one": copied("one")}).run()
    for said in running:
        if isinstance(said, Trying) and "timing" in said.words:
            break
    running.close()
    assert not decisions_of(manifest.parts["unet"])
    assert graph_of(manifest.parts["unet"], HERE) == manifest.parts["unet"].path


def test_too_little_room_is_told_before(exported, monkeypatch):
    monkeypatch.setattr("training.trials.psutil.virtual_memory", lambda: type("M", (), {"available": 1000}))
    with pytest.raises(BadRequest, match="of memory"):
        search(exported)


# What is kept


def decided(part: Any, variant: str = "8-bit weights") -> Decision:
    rows = (Row(variant=OWN, ratio=1.0), Row(variant="8-bit weights", ratio=0.6, prediction=0.004))
    return Decision(model="m", stamp=stamp_of(part), variant=variant, rows=rows)


def test_a_decision_holds_for_its_device_and_its_files(exported, home):
    folder = home / "model"
    shutil.copytree(exported("lcm"), folder)
    part = read_manifest(folder).parts["unet"]
    keep(decided(part), HERE)
    assert decision_of(part, HERE) == decided(part)
    assert graph_of(part, HERE) == part.path, "the form is not there"
    graph = tuned.variant_folder(stamp_of(part), "8-bit weights") / GRAPH
    graph.parent.mkdir(parents=True)
    graph.write_bytes(b"x")
    assert graph_of(part, HERE) == graph
    for other in (replace(HERE, name="another"), replace(HERE, runtime="onnxruntime 2")):
        assert graph_of(part, other) == part.path
    (folder / "unet" / GRAPH).touch()
    assert graph_of(part, HERE) == part.path, "the model is another one now"


def test_it_can_be_taken_back_and_a_broken_file_decides_nothing(exported, home):
    part = read_manifest(exported("lcm")).parts["unet"]
    assert not forget(part)
    keep(decided(part), HERE)
    keep(decided(part, OWN), replace(HERE, name="another"))
    assert len(decisions_of(part)) == 2
    assert forget(part)
    assert decisions_of(part) == {}
    for text in ("", "[]", '{"decisions": [{"stamp": 1}]}', "{" * 5000):
        (home / "home" / tuned.DECISIONS).write_text(text)
        assert decisions_of(part) == {}
    keep(replace(decided(part), rows=decided(part).rows[:1]), HERE)
    assert decisions_of(part) == {}, "it names a form that was not measured"


def test_the_engine_runs_what_was_decided(exported, home):
    """Loaded at the next run, told in the recipe, left out where LoRAs change the weights, and gone after an undo."""
    model = exported("lcm")
    part = read_manifest(model).parts["unet"]
    engine = LocalEngine(device="cpu", threads=1)

    def made(**asked: Any) -> Picture:
        request = Generate(model=str(model), prompt="a cat", seed=1, steps=2, previews=False, **asked)
        return next(event for event in engine.run(request) if isinstance(event, Picture))

    try:
        before = made()
        graph = tuned.variant_folder(stamp_of(part), "8-bit weights")
        graph.mkdir(parents=True)
        spoilt(0.2)(part.path, [], graph)
        keep(decided(part), engine.runtime.place)
        after = made()
        assert not np.array_equal(before.pixels, after.pixels)
        assert after.recipe.backend.endswith("CPUExecutionProvider, 8-bit weights")
        (graph / GRAPH).write_bytes(b"no graph")
        engine._store.drop_all()
        again = made()
        assert np.array_equal(again.pixels, before.pixels), "one that cannot be opened is not used"
        assert again.recipe.backend == before.recipe.backend
        forget(part)
        assert made().recipe.backend == before.recipe.backend
    finally:
        engine.close()


@pytest.mark.slow
def test_the_command_measures_tells_and_takes_back(exported, home, capsys):
    model = str(exported("lcm"))
    assert main(["models", "optimise", model, "--estimate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["memory"] > 0
    assert main(["models", "optimise", model, "--device", "cpu", "--threads", "1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {row["variant"] for row in said["rows"]} == {OWN, *VARIANTS}
    assert main(["models", "optimise", model, "--device", "cpu"]) == 0
    told = capsys.readouterr()
    assert "was measured here before" in told.err
    assert told.out.startswith("as it is\t")
    assert main(["models", "optimise", model, "--undo"]) == 0
    assert "as it is again" in capsys.readouterr().err
    assert main(["models", "optimise", "nothing", "--undo"]) == 2
    assert main(["models", "optimise", model, "--threads", "0"]) == 2


def test_numbers_that_are_none_are_far_off():
    assert off(np.ones(3), np.array([1, np.nan, 1])) == np.inf
    assert off(np.full(4, 2.0), np.full(4, 2.2)) == pytest.approx(0.1)
