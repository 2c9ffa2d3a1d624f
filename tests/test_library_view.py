"""The library in the window: cards, search, favourites, the bin, imports in a process, drops, the warning at export."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file
from studiohand import MS, StudioBench, sitting
from translated import speak, untranslated

from desktop_app.background import Background
from desktop_app.library import importer as importing
from desktop_app.library.importer import Importer, Progress, Question
from desktop_app.library.library import Library
from desktop_app.library.shelving import looks_brought, not_for_sale, with_word
from desktop_app.library.taking import Takes, Taking
from desktop_app.preferences import Preferences
from inference.errors import BadRequest
from inference.library import find_model
from inference.recipe import Recipe
from inference.resources import RESOURCES
from inference.shelf import find_entry
from inference.tuned import OWN, Decision, Place, Row, keep, stamp_of

EMBEDDED = RESOURCES / "models" / "sprites"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file with a program that stands for the command line: imports say and do what it says."""
    script = tmp_path / "program.py"
    monkeypatch.setattr(importing, "command", lambda *words: [sys.executable, str(script), *words])
    return script


@pytest.fixture
def library(qtbot: QtBot) -> Iterator[Library]:
    background, importer = Background(), Importer()
    dialog = Library(importer, background, lambda entry: "4 s a picture" if entry.tasks else "")
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    importer.close()
    background.close()


def lora(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    save_file({f"{key}.lora_down.weight": torch.zeros(2, 768), f"{key}.lora_up.weight": torch.zeros(320, 2)}, path)
    return path


def names(dialog: Library) -> list[str]:
    return [dialog.cards.item(row).text() for row in range(dialog.cards.count())]


def shown(qtbot: QtBot, dialog: Library, wanted: set[str]) -> None:
    qtbot.waitUntil(lambda: set(names(dialog)) == wanted, timeout=MS)


def facts(dialog: Library) -> dict[str, str]:
    rows = dialog.details.rows
    found = {}
    for row in range(rows.rowCount()):
        label, field = (rows.itemAt(row, role).widget() for role in (rows.ItemRole.LabelRole, rows.ItemRole.FieldRole))
        found[label.text()] = field.text()  # type: ignore[attr-defined]
    return found


def test_cards_show_what_is_installed_and_search_narrows_them(qtbot: QtBot, home: Path) -> None:
    lora(home / "loras" / "ink.safetensors")
    background, importer = Background(), Importer()
    dialog = Library(importer, background)
    qtbot.addWidget(dialog)
    shown(qtbot, dialog, {"Gouache Sprites 1", "Drawing", "ink"})
    dialog.search.setText("diffusion 1 ink")
    assert names(dialog) == ["ink"]
    assert facts(dialog)["Family"] == "Stable Diffusion 1"
    assert facts(dialog)["Selling"].startswith("Nobody says")
    dialog.search.setText("nothing like it")
    assert names(dialog) == []
    assert not dialog.details.isEnabled()
    background.close()


def test_a_model_shows_its_speed_and_the_programs_own_cannot_go(qtbot: QtBot, library: Library) -> None:
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing"})
    assert facts(library)["Speed here"] == "4 s a picture"
    assert facts(library)["Selling"] == "Commercial use is allowed."
    assert not library.details.delete.isEnabled()
    assert library.details.use.isEnabled()


def test_an_embeddings_word_goes_into_a_prompt(qtbot: QtBot, home: Path, library: Library) -> None:
    (home / "embeddings").mkdir(parents=True)
    save_file({"emb_params": torch.zeros(2, 768)}, home / "embeddings" / "fog (1).safetensors")
    library.reload()
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing", "fog (1)"})
    library.cards.choose("embedding:fog (1)")
    assert library.details.avoid.isVisible()
    with qtbot.waitSignal(library.avoided) as told:
        library.details.avoid.click()
    (entry,) = told.args or ()
    assert with_word("", entry) == "fog \\(1\\)"
    assert with_word("a cat, ", entry) == "a cat, fog \\(1\\)"
    assert with_word("(FOG \\(1\\):1.2)", entry) == "(FOG \\(1\\):1.2)"


def test_a_favourite_stays_chosen_and_comes_first(qtbot: QtBot, home: Path, library: Library) -> None:
    lora(home / "loras" / "zink.safetensors")
    library.reload()
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing", "zink"})
    library.cards.choose("lora:zink")
    library.details.favourite.click()
    qtbot.waitUntil(lambda: names(library)[0] == "zink", timeout=MS)
    library.details.tags.setText("soft, draft")
    library.details.tags.editingFinished.emit()
    qtbot.waitUntil(
        lambda: library.cards.chosen is not None and library.cards.chosen.tags == ("soft", "draft"), timeout=MS
    )
    assert find_entry("zink").favourite


def test_delete_is_taken_back_with_one_click(qtbot: QtBot, home: Path, library: Library) -> None:
    path = lora(home / "loras" / "ink.safetensors")
    library.reload()
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing", "ink"})
    library.cards.choose("lora:ink")
    QTest.keyClick(library.cards, Qt.Key.Key_Delete)
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing"})
    assert not path.exists()
    assert library.undo.isVisible()
    library.undo.click()
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing", "ink"})
    assert path.exists()


def test_a_model_moves_to_another_folder(qtbot: QtBot, home: Path, library: Library, tmp_path: Path) -> None:
    shutil.copytree(EMBEDDED, home / "models" / "mine")
    entry = find_entry("mine")
    with qtbot.waitSignal(library.changed, timeout=MS):
        library.move_to(entry, tmp_path / "large")
    assert find_entry("mine").path == tmp_path / "large" / "mine"


SPEAK = """
import json, sys
print("noise that is no JSON")
print(json.dumps({"doing": "unet: comparing with PyTorch", "share": 0.5, "seconds_left": 42}), flush=True)
"""


def test_an_import_tells_how_far_it_is_and_its_name(qtbot: QtBot, speaking: Path, library: Library) -> None:
    speaking.write_text(SPEAK + "sys.stdin.readline()\nprint(json.dumps({'name': sys.argv[3].rsplit('/')[-1][:3]}))\n")
    told: list[Progress] = []
    library._importer.progressed.connect(told.append)
    library._importer.add(Path("/x/one.safetensors"))
    library._importer.add(Path("/x/two.safetensors"))
    qtbot.waitUntil(lambda: bool(told), timeout=MS)
    assert (told[0].share, told[0].seconds_left) == (0.5, 42)
    assert library.bar.isVisible()
    assert library.bar.value() == 500
    assert "unet: comparing" in library.doing.text()
    assert "1 more" in library.doing.text()
    names_given: list[str] = []
    library._importer.imported.connect(lambda path, name: names_given.append(name))
    for count in (1, 2):
        qtbot.waitUntil(lambda count=count: len(told) == count, timeout=MS)
        process = library._importer._process
        assert process is not None
        process.write(b"\n")
        qtbot.waitUntil(lambda count=count: len(names_given) == count, timeout=MS)
    assert names_given == ["one", "two"]
    assert not library.bar.isVisible()
    assert library.said.text() == "two.safetensors is in the library, as two."


def test_a_refusal_is_shown_in_its_words(qtbot: QtBot, speaking: Path, library: Library) -> None:
    speaking.write_text("import sys\nprint('gouache: It is for Flux. Take another.', file=sys.stderr)\nsys.exit(2)\n")
    with qtbot.waitSignal(library._importer.failed, timeout=MS) as heard:
        library._importer.add(Path("/x/flux.safetensors"))
    assert isinstance(heard.args[1], BadRequest)
    assert library.note.text() == "It is for Flux. Take another."


def test_an_import_that_is_stopped_says_that_it_can_go_on(qtbot: QtBot, speaking: Path, library: Library) -> None:
    speaking.write_text(SPEAK + "sys.stdin.readline()\n")
    with qtbot.waitSignal(library._importer.progressed, timeout=MS):
        library._importer.add(Path("/x/one.safetensors"))
    library._importer.add(Path("/x/two.safetensors"))
    with qtbot.waitSignal(library._importer.failed, timeout=MS) as heard:
        library.stop.click()
    assert "goes on where it was" in heard.args[1].hint
    assert library._importer.running is None
    assert library._importer.waiting == ()


def test_a_program_that_is_not_there_or_falls_over(
    qtbot: QtBot, speaking: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaking.write_text("raise SystemExit(7)\n")
    with qtbot.waitSignal(library._importer.failed, timeout=MS) as heard:
        library._importer.add(Path("/x/one.safetensors"))
    assert "without a word" in heard.args[1].message
    monkeypatch.setattr(importing, "command", lambda *words: ["/nowhere/at/all", *words])
    with qtbot.waitSignal(library._importer.failed, timeout=MS) as heard:
        library._importer.add(Path("/x/one.safetensors"))
    assert "could not be started" in heard.args[1].message


ASK = """
import json, sys
print(json.dumps({"asks": "a checkpoint", "memory": 5e9, "disk": 2e9, "scratch": 9e9, "seconds": 100}), flush=True)
print(json.dumps({"name": "dream"} if sys.stdin.readline() == "yes\\n" else {}))
"""


def test_a_conversion_begins_when_one_has_seen_what_it_takes(qtbot: QtBot, speaking: Path, library: Library) -> None:
    speaking.write_text(ASK)
    importer = library._importer
    with qtbot.waitSignal(importer.asked, timeout=MS) as heard:
        importer.add(Path("/x/dream.safetensors"))
    assert heard.args == [Question(Path("/x/dream.safetensors"), "a checkpoint", 5e9, 2e9, 9e9, 100)]
    with qtbot.waitSignal(importer.imported, timeout=MS):
        importer.answer(begin=True)


def test_one_that_is_not_wanted_is_dropped_without_a_word(qtbot: QtBot, speaking: Path, library: Library) -> None:
    speaking.write_text(ASK)
    importer = library._importer
    with qtbot.waitSignal(importer.asked, timeout=MS):
        importer.add(Path("/x/dream.safetensors"))
    with qtbot.assertNotEmitted(importer.failed), qtbot.assertNotEmitted(importer.imported):
        importer.answer(begin=False)
        qtbot.waitUntil(lambda: importer.running is None, timeout=MS)
    assert not library.note.isVisible()


def test_what_it_takes_is_shown_and_decided(qtbot: QtBot) -> None:
    dialog = Taking("Title", "", Takes(memory=1 << 60, disk=0, scratch=1000, seconds=100))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.note.isVisible(), "no machine has so much"
    assert not dialog.values["disk"].isVisible()
    try:
        speak("zh_CN")
        assert untranslated(dialog, allow=["Title"]) == []
    finally:
        speak("en")
    with qtbot.waitSignal(dialog.decided) as heard:
        dialog.begin.click()
    assert heard.args == [True]
    other = Taking("Title", "", Takes(memory=1, disk=1))
    qtbot.addWidget(other)
    other.show()
    assert not other.note.isVisible()
    with qtbot.waitSignal(other.decided) as heard:
        other.reject()
    assert heard.args == [False]


def decided(home: Path) -> Decision:
    """The embedded model runs here with weights of 8 bits."""
    rows = (
        Row(variant=OWN, ratio=1.0, seconds=0.1),
        Row(variant="8-bit weights", ratio=0.62, seconds=0.062, latents=0.012),
        Row(variant="half precision", problem="It is too far off."),
    )
    part = find_model("sprites").parts["unet"]
    decision = Decision(model="Sprites", stamp=stamp_of(part), variant="8-bit weights", rows=rows, when="2026-01-01")
    keep(decision, Place(provider="CPUExecutionProvider", name="here", runtime="onnxruntime"))
    return decision


def test_what_was_measured_is_shown_and_taken_back(qtbot: QtBot, home: Path, library: Library) -> None:
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing"})
    with qtbot.waitSignal(library.tune_wanted):
        library.details.tune.click()
    decided(home)
    library.reload()
    qtbot.waitUntil(lambda: "Runs as" in facts(library), timeout=MS)
    assert facts(library)["Runs as"] == "8-bit weights"
    assert facts(library)["Measured"].splitlines() == [
        "as it is: 100 % time",
        "8-bit weights: 62 % time, 1.2 % off",
        "half precision: not taken, too far off",
    ]
    assert library.details.tune.text() == "Undo the optimisation"
    library.details.tune.click()
    assert "Runs as" not in facts(library)
    assert library.details.tune.text() == "Optimise for this device..."


def test_measuring_tells_how_far_it_is(qtbot: QtBot, speaking: Path, library: Library) -> None:
    speaking.write_text(
        "import json, sys\nassert sys.argv[1:4] == ['models', 'optimise', 'sprites']\n"
        "print(json.dumps({'doing': '8-bit weights: timing', 'share': 0.5}), flush=True)\n"
        "sys.stdin.readline()\nprint(json.dumps({'name': 'sprites'}))\n"
    )
    importer = library._importer
    with qtbot.waitSignal(importer.progressed, timeout=MS):
        importer.measure("sprites")
    assert library.doing.text() == "Measuring sprites: 8-bit weights: timing"
    with qtbot.waitSignal(importer.measured, timeout=MS) as heard:
        assert importer._process is not None
        importer._process.write(b"\n")
    assert heard.args == ["sprites"]
    importer.measure("sprites")
    qtbot.waitUntil(lambda: importer.progress is not None and importer.progress.share == 0.5, timeout=MS)
    with qtbot.waitSignal(importer.failed, timeout=MS) as heard:
        library.stop.click()
    assert heard.args[1].hint == "The model is as it was."


@pytest.mark.slow
def test_the_real_command_line_brings_in_a_lora(qtbot: QtBot, home: Path, tmp_path: Path, library: Library) -> None:
    file = lora(tmp_path / "mist.safetensors")
    with qtbot.waitSignal(library._importer.imported, timeout=60_000) as heard:
        library._importer.add(file)
    assert heard.args == [file, "mist"]
    shown(qtbot, library, {"Gouache Sprites 1", "Drawing", "mist"})


@pytest.mark.parametrize(
    ("name", "brought"), [("a.safetensors", True), ("a.CKPT", True), ("a.png", False), ("a.ora", False)]
)
def test_files_that_go_to_the_library(tmp_path: Path, name: str, brought: bool) -> None:
    assert looks_brought(tmp_path / name) is brought
    assert looks_brought(EMBEDDED)
    assert not looks_brought(tmp_path)


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[StudioBench]:
    made = StudioBench(qtbot, FakeEngine(), Preferences(language="en", autosave=0))
    with sitting(made):
        yield made


def test_a_model_that_is_dropped_on_the_window_is_imported(
    qtbot: QtBot, studio: StudioBench, speaking: Path, tmp_path: Path
) -> None:
    studio.picture()
    speaking.write_text("import json\nprint(json.dumps({'name': 'dream'}))\n")
    importer = studio.studio.shelving.importer
    with qtbot.waitSignal(importer.imported, timeout=MS) as heard:
        studio.studio.filing.take_drop([tmp_path / "dream.safetensors"], on_canvas=True)
    assert heard.args[1] == "dream"
    assert any(isinstance(dialog, Library) for dialog in studio.studio.asks.open_dialogs)


def test_a_lora_of_the_library_is_used_once(qtbot: QtBot, studio: StudioBench, home: Path) -> None:
    lora(home / "loras" / "ink.safetensors")
    studio.settings(loras="wash:0.5")
    for _ in range(2):
        studio.studio.shelving._use(find_entry("ink"))
    assert studio.window.generate.settings.loras == "wash:0.5, ink"


def recipe(model: str) -> Recipe:
    return Recipe(
        kind="generate", model=model, model_hash="", prompt="", negative="", style=None, seed=1, steps=1, guidance=1.0,
        scheduler="ddim", width=64, height=64,
    )  # fmt: skip


def test_models_that_may_not_be_sold_are_named(home: Path) -> None:
    folder = home / "models" / "hobby"
    shutil.copytree(EMBEDDED, folder)
    card = json.loads((folder / "gouache.json").read_text())
    (folder / "gouache.json").write_text(json.dumps({**card, "licence": "CC-BY-NC-4.0", "title": "Hobby"}))
    recipes = [recipe(name) for name in ("sprites", "hobby", "gone", "hobby")]
    assert not_for_sale(recipes) == ("Hobby",)
