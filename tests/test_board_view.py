"""The variations view with a steered engine: it fills, stops, comes back; its cells are compared and applied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import translated
from fake_engine import FakeEngine
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot
from studiohand import MS, StudioBench, sitting

from desktop_app import theme
from desktop_app.board.difference import difference
from desktop_app.board.layout import GridLayout
from desktop_app.board.open_board import CellState, OpenBoard
from desktop_app.board.view import TOOLS, BoardView
from desktop_app.preferences import Preferences
from desktop_app.session import Session
from inference.axes import Axis, AxisKind
from inference.board_files import BoardFolder, boards_folder
from inference.board_scores import Against, References
from inference.errors import EngineFailed
from inference.geometry import Bounds, Size
from inference.pictures import write_picture
from inference.taste import Taste

NONE = Qt.KeyboardModifier.NoModifier


class Bench(StudioBench):
    """A studio with a steered engine and a board in front."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot, FakeEngine(steps=1), Preferences(language="en", autosave=0, welcome_done=True))

    def words(self, rows: str = "style=flat,noto", columns: str = "seed=10..14") -> OpenBoard:
        """A board of words, in front."""
        panel = self.studio.window.generate
        panel.set_settings(replace(panel.settings, prompt="a fox", seed=10))
        self.studio.actions["variations"].trigger()
        assert self.studio.boards.shown is not None
        return self.lay_out(rows, columns)

    def lay_out(self, rows: str, columns: str) -> OpenBoard:
        board = self.board
        board.set_axes(Axis.parse(rows), Axis.parse(columns))
        self.view.set_axes(board.board.rows, board.board.columns)
        return board

    @property
    def view(self) -> BoardView:
        return self.studio.boards.view

    @property
    def board(self) -> OpenBoard:
        board = self.studio.boards.board
        assert board is not None
        return board

    def fill(self) -> OpenBoard:
        self.engine.open()
        self.view.start.click()
        self.qtbot.waitUntil(lambda: not self.board.running, timeout=MS)
        return self.board

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        widget = self.view.compare if self.view.comparing else self.view.grid
        QTest.keyClick(widget, key, held)

    def picture(self, size: Size | None = None) -> Session:
        return super().picture(size or Size(64, 64))


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    shutil.rmtree(boards_folder(), ignore_errors=True)
    made = Bench(qtbot)
    with sitting(made):
        yield made


# Filling


def test_cells_appear_as_they_come_with_the_spread_first(bench: Bench) -> None:
    board = bench.words()
    assert {board.state(cell) for cell in board.board.cells} == {CellState.EMPTY}
    assert not board.folder.path.exists(), "nothing is written before something is asked for"
    bench.view.start.click()
    first, second = board.board.cells[:2]
    assert (board.state(first), board.state(second)) == (CellState.RUNNING, CellState.WAITING)
    bench.engine.let(1)
    bench.qtbot.waitUntil(lambda: board.preview(first) is not None, timeout=MS)
    bench.engine.let(1)
    bench.qtbot.waitUntil(lambda: board.state(first) is CellState.MADE, timeout=MS)
    bench.qtbot.waitUntil(lambda: board.state(second) is CellState.RUNNING, timeout=MS)
    assert len(bench.studio.jobs.waiting) <= 1, "other jobs come between the cells"
    assert "1 of 10" in bench.view.said.text()
    bench.engine.open()
    bench.qtbot.waitUntil(lambda: not board.running, timeout=MS)
    assert {board.state(cell) for cell in board.board.cells} == {CellState.MADE}
    assert not bench.view.start.isEnabled()
    assert all((board.made(cell).pixels == cell.request.seed).all() for cell in board.board.cells)  # type: ignore[union-attr]


def test_stopping_keeps_what_is_made_and_going_on_makes_the_rest(bench: Bench) -> None:
    board = bench.words()
    bench.view.start.click()
    bench.engine.let(4)
    bench.qtbot.waitUntil(lambda: board.progress.made == 2, timeout=MS)
    QTest.keyClick(bench.studio.window, Qt.Key.Key_Escape)
    assert not board.running
    assert bench.studio.boards.shown is not None, "the first Esc stops, the second one leaves"
    bench.engine.open()
    bench.qtbot.waitUntil(lambda: bench.studio.jobs.running is None, timeout=MS)
    assert board.progress.made == 2
    asked = len(bench.engine.seeds)
    bench.fill()
    assert board.progress.made == 10
    assert len(bench.engine.seeds) > asked
    QTest.keyClick(bench.studio.window, Qt.Key.Key_Escape)
    assert bench.studio.boards.shown is None


def test_a_failure_stops_the_board_and_says_so_once(bench: Bench) -> None:
    board = bench.words()
    bench.engine.failures[14] = EngineFailed("It broke.", hint="Try again.")
    bench.fill()
    assert 0 < board.progress.made < 10
    assert sum("It broke" in text for text in bench.studio.window.area.strip.texts) == 1
    bench.engine.failures.clear()
    bench.fill()
    assert board.progress.made == 10


def test_a_notice_is_told_once_for_a_whole_board(bench: Bench) -> None:
    bench.engine.notices = ("The model does not know 'fox'.",)
    bench.words()
    bench.fill()
    assert sum("fox" in text for text in bench.studio.window.area.strip.texts) == 1


def test_widening_makes_the_new_cells_alone(bench: Bench) -> None:
    bench.words(columns="seed=10,12,14")
    bench.fill()
    assert sorted(bench.engine.seeds) == [10, 10, 12, 12, 14, 14]
    bench.view.columns.values_edit.setText("10, 12, 14, 20")
    bench.view.columns.values_edit.textEdited.emit("10, 12, 14, 20")
    bench.view.apply_axes()
    assert bench.board.progress.made == 6
    bench.fill()
    assert bench.engine.seeds[6:] == [20, 20]


def test_closing_and_opening_brings_everything_back(bench: Bench) -> None:
    session = bench.picture()
    panel = bench.studio.window.generate
    panel.set_settings(replace(panel.settings, prompt="a fox"))
    bench.studio.boards.show()
    board = bench.lay_out("style=flat,noto", "strength=0.3,0.6")
    bench.fill()
    board.pin(board.board.cells[:2], True)
    pictures = {cell.key: board.made(cell).pixels for cell in board.board.cells}  # type: ignore[union-attr]
    path = board.folder.path
    bench.studio.boards.close()
    bench.view.set_board(None)
    asked = len(bench.engine.seeds)
    bench.studio.boards.leave()
    bench.studio.boards.show()
    again = bench.board
    assert again is not board
    assert again.folder.path == path, "the last board of this canvas and prompt"
    bench.qtbot.waitUntil(lambda: again.progress.made == 4, timeout=MS)
    assert again.pinned == board.pinned
    assert (again.board.rows, again.board.columns) == (board.board.rows, board.board.columns)
    for cell in again.board.cells:
        assert np.array_equal(again.made(cell).pixels, pictures[cell.key])  # type: ignore[union-attr]
    assert len(bench.engine.seeds) == asked
    panel.set_settings(replace(panel.settings, prompt="a wolf"))
    bench.studio.boards.close()
    bench.studio.boards.show()
    assert bench.board.folder.path != path, "another prompt is another board"
    assert session is bench.studio.desk.current


def test_a_board_that_cannot_be_read_is_said_and_leaves_the_open_one(bench: Bench, tmp_path: Path) -> None:
    board = bench.words()
    assert not bench.studio.boards.open(tmp_path)
    (tmp_path / "board.json").write_text("{")
    assert not bench.studio.boards.open(tmp_path)
    assert bench.board is board
    assert len(bench.studio.window.area.strip.texts) == 2


def test_a_great_many_cells_are_asked_about(bench: Bench) -> None:
    bench.words("guidance=1..9.9/90", "seed=1..50")
    bench.view.start.click()
    assert not bench.board.running
    assert any("4,500 cells" in text or "4500 cells" in text for text in bench.studio.window.area.strip.texts)


def test_other_jobs_come_between_the_cells(bench: Bench) -> None:
    board = bench.words()
    bench.view.start.click()
    bench.studio.generate()
    bench.engine.let(3)
    bench.qtbot.waitUntil(lambda: bench.studio.desk.current is not None, timeout=MS)
    bench.qtbot.waitUntil(lambda: board.progress.made == 1, timeout=MS)
    bench.engine.open()
    session = bench.studio.desk.current
    assert session is not None
    bench.qtbot.waitUntil(lambda: bool(session.results.runs and session.results.runs[0].results), timeout=MS)
    bench.qtbot.waitUntil(lambda: not board.running, timeout=MS)
    assert board.progress.made == 10


# Moving about


def test_keys_move_choose_and_look_closely(bench: Bench) -> None:
    bench.words()
    grid = bench.view.grid
    assert grid.current is not None
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Down)
    assert (grid.current.row, grid.current.column) == (1, 1)
    bench.key(Qt.Key.Key_End)
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Down)
    assert (grid.current.row, grid.current.column) == (1, 4)
    bench.key(Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    bench.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert [(cell.row, cell.column) for cell in grid.chosen] == [(0, 3), (0, 4), (1, 3), (1, 4)]
    before = grid.viewport.zoom
    bench.key(Qt.Key.Key_Space)
    assert grid.near
    assert grid.viewport.zoom > before
    bench.key(Qt.Key.Key_Left)
    middle = grid.viewport.to_document(*grid.viewport.middle)
    assert grid.cell_rect((0, 2)).contains(grid.pane().center()), "the next cell is in the middle"
    assert middle != (0, 0)
    bench.key(Qt.Key.Key_Space)
    assert grid.viewport.zoom == before


def test_the_keys_of_tools_do_not_reach_the_tools(bench: Bench) -> None:
    bench.picture()
    bench.studio.boards.show()
    before = bench.studio.window.toolbox.current
    for key in (Qt.Key.Key_E, Qt.Key.Key_G, Qt.Key.Key_M, Qt.Key.Key_Delete):
        QTest.keyClick(bench.view.grid, key)
    assert bench.studio.window.toolbox.current == before
    session = bench.studio.desk.current
    assert session is not None
    assert not session.history.can_undo


def test_the_wheel_zooms_about_the_cursor_and_fit_brings_all_back(bench: Bench) -> None:
    bench.words()
    grid = bench.view.grid
    at = QPointF(grid.cell_rect((1, 3)).center())
    before = grid.viewport
    inner = (at - QPointF(grid.pane().topLeft())) * grid.scale
    point = before.to_document(inner.x(), inner.y())
    event = QWheelEvent(
        at, grid.mapToGlobal(at), QPoint(), QPoint(0, 360), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(grid, event)
    assert grid.viewport.zoom > before.zoom
    assert grid.viewport.to_document(inner.x(), inner.y()) == pytest.approx(point, abs=0.5)
    grid.resize(grid.width() - 40, grid.height())
    bench.key(Qt.Key.Key_F)
    assert grid.viewport.visible == Bounds.of(grid.viewport.size)


def test_hovering_shows_the_recipe_and_a_click_on_the_star_pins(bench: Bench) -> None:
    board = bench.words()
    bench.fill()
    grid = bench.view.grid
    rect = grid.cell_rect((1, 2))
    QTest.mouseMove(grid, rect.center())
    grid.hovered(QPointF(rect.center()))
    assert "seed 12" in bench.view.detail.text()
    assert "Noto · 12" in bench.view.name.text()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, NONE, rect.topRight() + QPoint(-6, 6))
    assert board.pinned == {board.board.cell(1, 2).key}
    bench.key(Qt.Key.Key_P)
    assert not board.pinned


# Comparing


def test_cells_are_compared_with_one_zoom(bench: Bench) -> None:
    board = bench.words()
    bench.fill()
    bench.view.grid.choose([board.board.cell(0, 0), board.board.cell(1, 4)])
    bench.key(Qt.Key.Key_C)
    compare = bench.view.compare
    assert bench.view.comparing
    assert [cell.column for cell in compare.cells] == [0, 4]
    panes = compare._panes()
    assert len(panes) == 2
    assert panes[0].size() == panes[1].size()
    before = compare.viewport.zoom
    bench.key(Qt.Key.Key_Plus)
    assert compare.viewport.zoom > before
    bench.key(Qt.Key.Key_Left)
    assert [cell.column for cell in compare.cells] == [0, 3], "the arrows walk over the board"
    bench.key(Qt.Key.Key_D)
    assert compare.different
    found = compare.measured()
    assert found is not None
    assert found.mean == pytest.approx(np.abs(difference(
        np.full((1, 1, 4), 10, np.uint8), np.full((1, 1, 4), 13, np.uint8)).mean), abs=1e-6)  # fmt: skip
    bench.key(Qt.Key.Key_P)
    assert board.pinned == {board.board.cell(1, 3).key}
    QTest.keyClick(bench.studio.window, Qt.Key.Key_Escape)
    assert not bench.view.comparing
    current = bench.view.grid.current
    assert current is not None
    assert (current.row, current.column) == (1, 3)


def test_pinned_cells_are_compared_when_nothing_is_chosen(bench: Bench) -> None:
    board = bench.words()
    bench.fill()
    board.pin([board.board.cell(0, 1), board.board.cell(0, 2), board.board.cell(1, 1)], True)
    bench.key(Qt.Key.Key_C)
    assert {(cell.row, cell.column) for cell in bench.view.compare.cells} == {(0, 0), (0, 1), (0, 2), (1, 1)}


def test_the_same_pictures_do_not_differ() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (20, 30, 4), np.uint8)
    assert difference(pixels, pixels).same
    hidden = pixels.copy()
    hidden[..., 3] = 0
    other = hidden.copy()
    other[..., :3] = 255 - other[..., :3]
    assert difference(hidden, other).same, "colour that cannot be seen is no difference"
    one = pixels.copy()
    one[4, 5] = 255 - one[4, 5]
    found = difference(pixels, one)
    assert found.share == pytest.approx(1 / 600)
    assert (found.shown.any(axis=2) == (np.arange(600).reshape(20, 30) == 4 * 30 + 5)).all()


# Layers


def test_a_cell_becomes_a_layer_in_one_step(bench: Bench) -> None:
    session = bench.picture()
    bench.studio.boards.show()
    board = bench.lay_out("style=flat,noto", "strength=0.3,0.6")
    bench.fill()
    before = session.document.compose()
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Return)
    made = board.made(board.board.cell(0, 1))
    assert made is not None
    assert np.array_equal(session.document.compose(), made.pixels)
    assert session.document.layers[-1].name == "Flat · 0.6"
    bench.studio.actions["undo"].trigger()
    assert np.array_equal(session.document.compose(), before)
    assert not session.history.can_undo


def test_several_cells_are_one_step_too(bench: Bench) -> None:
    session = bench.picture()
    bench.studio.boards.show()
    board = bench.lay_out("style=flat,noto", "strength=0.3,0.6")
    bench.fill()
    layers = len(session.document.layers)
    bench.view.grid.choose(board.board.cells[:3])
    bench.view.tools["promote"].click()
    assert len(session.document.layers) == layers + 3
    session.undo()
    assert len(session.document.layers) == layers
    assert not session.history.can_undo


def test_without_a_document_a_cell_becomes_one(bench: Bench) -> None:
    bench.words()
    bench.fill()
    bench.key(Qt.Key.Key_Return)
    session = bench.studio.desk.current
    assert session is not None
    assert session.size == Size(64, 64)
    assert (session.document.compose() == 10).all()
    assert bench.studio.boards.shown is not None


def test_more_like_a_cell_is_a_board_of_its_noise(bench: Bench) -> None:
    board = bench.words()
    bench.fill()
    bench.key(Qt.Key.Key_Right)
    bench.engine.seeds.clear()
    bench.key(Qt.Key.Key_L)
    new = bench.board
    assert new is not board
    assert new.board.rows.kind is AxisKind.LIKENESS
    assert {cell.request.variation_seed for cell in new.board.cells} == {11}
    assert {cell.request.style for cell in new.board.cells} == {"flat"}
    bench.qtbot.waitUntil(lambda: not new.running, timeout=MS)
    assert new.progress.made == 12
    assert BoardFolder(new.folder.path).load().board.count == 12


# Looks and words


def test_it_speaks_chinese_and_every_control_has_a_name(bench: Bench) -> None:
    bench.words()
    bench.fill()
    for code, wrong in (("zh_CN", translated.untranslated), ("en", translated.chinese)):
        translated.speak(code)
        allowed = ["a fox", "Gouache", "Flat", "Fluent", "Glyph", "Noto", "Twemoji", "DPM++ 2M", "ddim", "DDIM"]
        left = list(wrong(bench.view, **({"allow": allowed} if code == "zh_CN" else {})))
        assert left == [], code
        kinds = (QAbstractButton, QComboBox, QLineEdit)
        for widget in bench.view.findChildren(object):
            if isinstance(widget, kinds) and widget.isVisible() and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or widget.text(), widget  # type: ignore[attr-defined]
        assert bench.view.grid.accessibleName()
        assert bench.view.grid.accessibleDescription()


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=lambda look: look.name)
def test_it_is_painted_in_both_themes(bench: Bench, look: theme.Theme) -> None:
    theme.apply(look)
    board = bench.words()
    bench.fill()
    bench.view.do("compare")
    assert not bench.view.comparing or bench.view.compare.grab().width() > 0
    bench.view.show_grid()
    shot = bench.view.grid.grab().toImage()
    rect = bench.view.grid.cell_rect((0, 3))
    scale = bench.view.grid.scale
    spot = shot.pixelColor(round(rect.center().x() * scale), round(rect.center().y() * scale))
    ground = {theme.QColor(colour).lightness() for colour in look.canvas.checkers}
    assert min(ground) - 15 <= spot.lightness() <= max(ground) + 15, "the fake's pictures are nearly clear"
    assert board.progress.made == 10


def test_every_tool_says_what_it_does_and_why_it_cannot(bench: Bench) -> None:
    bench.words()
    for tool in TOOLS:
        tip = bench.view.tools[tool.name].toolTip()
        assert f"({tool.keys})" in tip
        lacks = tool.made or tool.name == "best_first"  # the latter: something to measure against
        assert bench.view.tools[tool.name].isEnabled() == (not lacks), tool.name
        assert ("\n" in tip) == lacks


def test_a_narrow_view_keeps_its_tools(bench: Bench) -> None:
    bench.words()
    bench.view.resize(bench.view.minimumSizeHint().width(), 500)
    QApplication.processEvents()
    for widget in (*bench.view.tools.values(), bench.view.start, bench.view.leave, bench.view.columns.values_edit):
        assert widget.isVisible()
        place = widget.mapTo(bench.view, widget.rect().topRight())
        assert 0 < place.x() < bench.view.width(), widget.accessibleName()


# The layout


def test_places_of_a_layout_find_their_cells() -> None:
    layout = GridLayout(3, 4, Size(20, 30))
    for row in range(3):
        for column in range(4):
            bounds = layout.bounds(row, column)
            assert layout.at(bounds.x, bounds.y) == layout.at(bounds.right - 0.5, bounds.bottom - 0.5) == (row, column)
            assert layout.at(bounds.right + 1, bounds.y) is None
            rows, columns = layout.seen(bounds)
            assert row in rows
            assert column in columns
    assert layout.at(-1, 0) is None
    assert layout.at(0, layout.size.height + 10) is None
    rows, columns = layout.seen(Bounds.of(layout.size))
    assert (len(rows), len(columns)) == (3, 4)


# More


def test_between_two_cells_is_a_board_of_their_blends(bench: Bench) -> None:
    board = bench.words()
    bench.fill()
    assert not bench.view.tools["between"].isEnabled()
    bench.view.grid.choose([board.board.cell(0, 0), board.board.cell(1, 3)])
    assert bench.view.tools["between"].isEnabled()
    bench.key(Qt.Key.Key_B)
    new = bench.board
    assert new is not board
    assert new.board.columns.kind is AxisKind.BETWEEN
    bench.qtbot.waitUntil(lambda: not new.running, timeout=MS)
    assert new.progress.made == new.board.count
    assert "Between" in new.title


def test_more_like_several_is_a_board_of_their_blend(bench: Bench) -> None:
    board = bench.words()
    bench.fill()
    bench.view.grid.choose([board.board.cell(0, 0), board.board.cell(0, 2), board.board.cell(0, 4)])
    bench.key(Qt.Key.Key_L)
    new = bench.board
    assert len(new.board.base.ends) == 3  # type: ignore[attr-defined]
    bench.qtbot.waitUntil(lambda: not new.running, timeout=MS)
    assert new.progress.made == 12


# Does it belong


def scored(bench: Bench) -> None:
    bench.qtbot.waitUntil(lambda: not bench.view.scoring.busy, timeout=MS)


def painted(bench: Bench) -> OpenBoard:
    """A board whose pictures differ: the steered engine paints the seed as a grey."""
    board = bench.words("style=flat,noto", "seed=10,12,200,220")
    bench.fill()
    return board


def test_cells_are_measured_against_the_pins_and_listed_the_best_first(bench: Bench) -> None:
    board = painted(bench)
    assert not bench.view.tools["best_first"].isEnabled(), "nothing says what they should belong to"
    bench.key(Qt.Key.Key_P)
    bench.key(Qt.Key.Key_S)
    assert bench.view.ranking_shown
    assert board.references == References(Against.PINS)
    scored(bench)
    ranked = bench.view.scoring.ranked
    totals = [score.total for _, score in ranked]
    assert totals == sorted(totals, reverse=True)
    seeds = [cell.request.seed for cell, _ in ranked]
    assert set(seeds[:4]) == {10, 12}, "greys that are far from the pinned one come last"
    pin = board.pinned_cells[0]
    assert bench.view.scoring.score(pin).total == 1  # type: ignore[union-attr]
    table = bench.view.ranking
    assert [table.cell_at(table.model().index(row, 0)).key for row in range(8)] == [c.key for c, _ in ranked]  # type: ignore[union-attr]
    assert "Belongs: 1" in bench.view.detail.text()
    table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    table.selectRow(7)
    QTest.keyClick(table, Qt.Key.Key_P)
    assert len(board.pinned) == 2
    scored(bench)
    assert table.selectionModel().selectedRows()[0].row() == 7, "what is chosen stays chosen"
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert bench.studio.desk.current is not None, "a row becomes a layer"
    bench.studio.boards.show()
    QTest.keyClick(bench.studio.window, Qt.Key.Key_Escape)
    assert not bench.view.ranking_shown
    assert bench.studio.boards.shown is not None


def test_pins_teach_the_project_and_can_be_forgotten(bench: Bench) -> None:
    board = painted(bench)
    view = bench.view
    view.belongs.choose(Against.PINS)
    assert not view.belongs.learn.isEnabled()
    board.pin([board.board.cell(0, 0), board.board.cell(0, 1)], True)
    scored(bench)
    before = dict(view.scoring.weights)
    view.belongs.refresh()
    view.belongs.learn.trigger()
    scored(bench)
    place = boards_folder() / "taste.json"
    taste = Taste.load(place)
    assert list(taste.boards) == [board.folder.path.name]
    assert len(taste.boards[board.folder.path.name].picked) == 2
    assert view.scoring.weights == taste.weights != before
    board.pin([board.board.cell(0, 1)], False)
    scored(bench)
    view.scoring.learn()
    scored(bench)
    assert len(Taste.load(place).boards[board.folder.path.name].picked) == 1, "what it said before counts no more"
    view.belongs.forget.trigger()
    scored(bench)
    assert view.scoring.weights == before
    assert not Taste.load(place).boards


def test_approved_pictures_are_read_and_what_cannot_be_is_told(bench: Bench, tmp_path: Path) -> None:
    board = painted(bench)
    write_picture(tmp_path / "good.png", np.full((64, 64, 4), 200, np.uint8))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    bench.view.belongs.approve(tmp_path)
    scored(bench)
    assert next(cell.request.seed for cell, _ in bench.view.scoring.ranked) == 200
    assert sum("bad.png" in text for text in bench.studio.window.area.strip.texts) == 1
    path = board.folder.path
    bench.studio.boards.close()
    assert bench.studio.boards.open(path)
    assert bench.board.references == References(Against.APPROVED, (tmp_path,)), "a board keeps it"
    scored(bench)
    shutil.rmtree(tmp_path)
    bench.view.belongs.approve(tmp_path)
    scored(bench)
    assert bench.board.references is None
    assert not bench.view.scoring.ranked


def test_damaged_picks_measure_nothing_and_are_left_as_they_are(bench: Bench) -> None:
    board = painted(bench)
    place = boards_folder() / "taste.json"
    place.write_text("{", "utf-8")
    board.pin([board.board.cell(0, 0)], True)
    bench.view.belongs.choose(Against.PINS)
    scored(bench)
    assert not bench.view.scoring.ranked
    assert any("taste.json" in text for text in bench.studio.window.area.strip.texts)
    assert place.read_text("utf-8") == "{"


def test_what_is_compared_listed_or_hovered_over_may_lose_its_place(bench: Bench) -> None:
    board = painted(bench)
    board.pin(board.board.cells, True)
    bench.view._hover(board.board.cell(1, 3))
    bench.view.show_compare()
    assert bench.view.comparing
    bench.lay_out("style=flat", "seed=10")
    assert not bench.view.comparing
    assert bench.view.current is board.board.cell(0, 0)
    bench.lay_out("style=flat,noto", "seed=10,12,200,220")
    bench.view.belongs.choose(Against.PINS)
    scored(bench)
    bench.view.show_ranking()
    bench.view.ranking.selectRow(7)
    bench.lay_out("style=flat", "seed=10")
    bench.view.ranking.grab()
    assert bench.view.ranking.model().rowCount() == 1
    scored(bench)
    assert [cell.key for cell, _ in bench.view.scoring.ranked] == [board.board.cell(0, 0).key]


def test_a_pin_beyond_the_board_whose_file_is_gone_is_left_out_and_tried_again_after_a_change(bench: Bench) -> None:
    board = painted(bench)
    pin = board.board.cell(1, 3)
    board.pin([pin, board.board.cell(0, 0)], True)
    bench.lay_out("style=flat", "seed=10,12")
    (picture,) = board.folder.path.rglob(f"*{pin.key}*.png")
    kept = picture.rename(picture.with_suffix(".away"))
    bench.view.belongs.choose(Against.PINS)
    scored(bench)
    assert len(bench.view.scoring.ranked) == 2
    assert bench.view.scoring.ranked[0][1].total == pytest.approx(1), "measured against the other pin alone"
    kept.rename(picture)
    board.pin([board.board.cell(0, 0)], False)
    scored(bench)
    assert bench.view.scoring.ranked[0][1].total < 0.99, "measured against the pin that is back"
