"""A board of the command line and one of the window, of the same recipe: the same cells, pixel for pixel."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_engine import PATIENCE
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

import main as program
from desktop_app import worker
from desktop_app.desk import recovery_folder
from desktop_app.preferences import Preferences
from desktop_app.studio import Studio
from inference.api import Engine
from inference.axes import Axis
from inference.board_files import BoardFolder, boards_folder
from inference.pictures import write_picture

MS = 6 * PATIENCE * 1000
ROWS, COLUMNS = "style=none,noto", "seed=5..8"
FROM_PICTURE = "strength=0.4,0.8"


def make_engine() -> Engine:
    from inference.engine import LocalEngine  # noqa: PLC0415

    return LocalEngine(device="cpu", threads=2)


@pytest.fixture
def studio(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setattr(worker, "NICENESS", 0)  # beside other work it would wait for all of it
    made = Studio(make_engine, Preferences(language="en", autosave=0, welcome_done=True))
    made.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for folder in (recovery_folder(), boards_folder()):
        shutil.rmtree(folder, ignore_errors=True)


def made_in_the_window(studio: Studio, qtbot: QtBot, rows: str, columns: str) -> BoardFolder:
    panel = studio.window.generate
    panel.set_settings(replace(panel.settings, prompt="apple", seed=5, steps=2, style=None))
    studio.boards.show()
    board = studio.boards.board
    assert board is not None
    board.set_axes(Axis.parse(rows), Axis.parse(columns))
    studio.boards.start()
    qtbot.waitUntil(lambda: not board.running, timeout=MS)
    assert board.progress.made == board.progress.count
    studio.boards.close()
    return board.folder


def assert_same_cells(one: BoardFolder, other: BoardFolder) -> None:
    names = sorted(path.name for path in (one.path / "cells").iterdir())
    assert names == sorted(path.name for path in (other.path / "cells").iterdir()), "the keys are the same"
    for name in names:
        mine, theirs = (folder.read(Path(name).stem) for folder in (one, other))
        assert mine is not None
        assert theirs is not None
        assert np.array_equal(mine.pixels, theirs.pixels), name
        assert mine.recipe == theirs.recipe, name


def test_boards_of_words_have_the_same_cells(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    words = ["vary", "apple", "--rows", ROWS, "--columns", COLUMNS, "--seed", "5", "--steps", "2", "--device", "cpu"]
    assert program.main([*words, "--quiet", "--threads", "2", "--out", str(tmp_path / "b")]) == 0
    assert_same_cells(BoardFolder(tmp_path / "b"), made_in_the_window(studio, qtbot, ROWS, COLUMNS))


def test_boards_from_a_picture_have_the_same_cells(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    pixels = np.zeros((128, 128, 4), np.uint8)
    pixels[24:104, 24:104] = (190, 60, 40, 255)
    path = tmp_path / "box.png"
    write_picture(path, pixels)
    words = ["vary", str(path), "apple", "--rows", "style=none,noto", "--columns", FROM_PICTURE, "--seed", "5"]
    words += ["--steps", "2", "--device", "cpu", "--quiet", "--threads", "2", "--out", str(tmp_path / "b")]
    assert program.main(words) == 0
    with qtbot.waitSignal(studio.desk.opened, timeout=MS):
        studio.filing.open_path(path)
    assert_same_cells(BoardFolder(tmp_path / "b"), made_in_the_window(studio, qtbot, "style=none,noto", FROM_PICTURE))
