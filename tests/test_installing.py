"""What belongs to an installed program, in the window: the GPU add-on, an update, everybody's licences."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_engine import FakeEngine
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from studiohand import StudioBench, sitting

from desktop_app.dialogs import about
from desktop_app.dialogs.libraries import Libraries, read_libraries
from desktop_app.dialogs.update import UpdateDialog
from desktop_app.preferences import Preferences
from inference.errors import BadRequest
from inference.gpu_addon import system_name
from inference.updates import Installer, Release, UpdateRefused
from inference.version import VERSION

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "packaging"))


@pytest.fixture
def bench(qtbot: QtBot, tmp_path, monkeypatch) -> Iterator[StudioBench]:
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    made = StudioBench(qtbot, FakeEngine(), Preferences(language="en", autosave=0))
    with sitting(made):
        yield made


NEWER = Release(
    version="99.0.0",
    date="2027-01-02",
    notes="Faster.",
    installers=(Installer(system=system_name(), name="new.deb", sha256="ab" * 32),),
)


@pytest.fixture
def dialog(qtbot):
    made = UpdateDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def test_nothing_is_asked_without_a_place(dialog, qtbot):
    assert not dialog._check.isEnabled()
    dialog._place.setText(" /tmp/update.json ")
    with qtbot.waitSignal(dialog.wanted) as asked:
        dialog._check.click()
    assert asked.args == ["/tmp/update.json"]
    assert not dialog._check.isEnabled(), "it can be asked twice at once"


def test_a_newer_version_is_told_with_its_installer(dialog):
    dialog.show_release(NEWER)
    said = dialog._found.text()
    for part in ("99.0.0", "2027-01-02", "Faster.", "new.deb", "ab" * 32):
        assert part in said
    dialog.show_problem(UpdateRefused("Not signed.", hint="Leave it."))
    assert not dialog._found.isVisible()
    assert dialog.note.text() == "Not signed. Leave it."


def test_the_same_version_is_not_newer(dialog):
    dialog.show_release(Release(version=VERSION, date="", notes="", installers=()))
    assert VERSION in dialog._found.text()
    assert "no newer" in dialog._found.text()


@pytest.fixture
def licences(tmp_path):
    told = [
        {"name": "torch", "version": "2", "licence": "BSD-3-Clause", "texts": ["torch.txt"]},
        {"name": "Qt", "version": "", "licence": "LGPL-3.0-only", "texts": ["../secret", "gone.txt"]},
    ]
    (tmp_path / "parts.json").write_text(json.dumps(told))
    (tmp_path / "torch.txt").write_text("Redistribution and use")
    return tmp_path / "parts.json"


def test_everybody_s_licence_can_be_read(licences, qtbot):
    shown = Libraries(licences)
    qtbot.addWidget(shown)
    assert "Redistribution and use" in shown._text.toPlainText()
    shown._list.setCurrentRow(1)
    assert shown._text.toPlainText().startswith("Qt: LGPL-3.0-only")


def test_a_broken_list_shows_nothing(tmp_path):
    for text in ("", "{", "[1]", '[{"name": "a"}]'):
        (tmp_path / "parts.json").write_text(text)
        assert read_libraries(tmp_path / "parts.json") == ()


def test_about_has_the_libraries_of_a_package(licences, qtbot, monkeypatch):
    monkeypatch.setattr(about, "LIBRARIES", licences)
    dialog = about.About()
    qtbot.addWidget(dialog)
    tabs = dialog._tabs
    assert tabs.tabText(tabs.count() - 1) == "Libraries"
    assert tabs.tabText(1) == "Licence"


def test_the_gpu_add_on_is_verified_in_a_thread(bench, tmp_path, monkeypatch):
    studio, qtbot = bench.studio, bench.qtbot
    told, failed = [], []
    monkeypatch.setattr(studio, "tell", told.append)
    monkeypatch.setattr(studio, "fail", failed.append)
    studio.installing.use_gpu_addon(str(tmp_path))
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], BadRequest)
    assert "no GPU add-on" in str(failed[0])
    import make_gpu_addon  # noqa: PLC0415

    folder = tmp_path / "addon"
    folder.mkdir()
    (folder / "libcudart.so.13").write_bytes(b"cuda")
    make_gpu_addon.write_manifest(folder)
    studio.installing.use_gpu_addon(str(folder))
    qtbot.waitUntil(lambda: bool(told))
    assert "next start" in told[0]


def test_the_window_asks_where_to_look_for_an_update(bench, tmp_path):
    studio, qtbot = bench.studio, bench.qtbot
    studio.actions["update"].trigger()
    dialog = studio.asks.open_dialogs[-1]
    assert isinstance(dialog, UpdateDialog)
    dialog._place.setText(str(tmp_path / "nothing.json"))
    dialog._check.click()
    qtbot.waitUntil(lambda: bool(dialog.note.text()))
    dialog.reject()
    QApplication.processEvents()
