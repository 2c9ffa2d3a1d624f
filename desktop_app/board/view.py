"""The variations view: what changes, the board, the comparison, and what can be done with its cells."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.board.axis_field import AxisField, Offers
from desktop_app.board.belonging_button import BelongingButton
from desktop_app.board.compare import MOST_PANES, ComparePanes
from desktop_app.board.grid import BoardGrid
from desktop_app.board.open_board import OpenBoard
from desktop_app.board.ranking import Ranking
from desktop_app.board.scoring import Scoring
from desktop_app.board.wording import recipe_words, score_words
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised_error
from desktop_app.panels.eliding import ElidedLabel
from desktop_app.panels.wording import duration
from inference.axes import Axis
from inference.board import Cell
from inference.board_scores import Against, References
from inference.errors import GouacheError

WIDE = 720
"""Width from which the tools say their names, and the axes stand beside the button."""
NARROWEST = 360
SETTLE_MS = 350
"""Pause of the typing after which a board is laid out anew."""


@dataclass(frozen=True)
class _Tool:
    """A button of the view.

    Attributes:
        made, several: whether the chosen cells must be made, and more than one.
        named: it says its name where there is room.
    """

    name: str
    text: str
    icon: str
    keys: str
    tip: str
    made: bool = True
    several: bool = False
    named: bool = True


TOOLS = (
    _Tool(
        "promote", QT_TRANSLATE_NOOP("BoardView", "To layer"), "layers", "Enter",
        QT_TRANSLATE_NOOP("BoardView", "Put the chosen cells on the canvas, each as a layer"),
    ),
    _Tool(
        "pin", QT_TRANSLATE_NOOP("BoardView", "Pin"), "pin", "P",
        QT_TRANSLATE_NOOP("BoardView", "Pin the chosen cells, or take their pins away"),
    ),
    _Tool(
        "compare", QT_TRANSLATE_NOOP("BoardView", "Compare"), "compare", "C",
        QT_TRANSLATE_NOOP("BoardView", "See cells side by side: the chosen ones, else the pinned ones"),
    ),
    _Tool(
        "difference", QT_TRANSLATE_NOOP("BoardView", "Difference"), "difference", "D",
        QT_TRANSLATE_NOOP("BoardView", "See how the cells differ from the first one"), named=False,
    ),
    _Tool(
        "more", QT_TRANSLATE_NOOP("BoardView", "More like these"), "like-this", "L",
        QT_TRANSLATE_NOOP("BoardView", "A new board of pictures like the chosen ones, or like the current one"),
    ),
    _Tool(
        "between", QT_TRANSLATE_NOOP("BoardView", "Between"), "between", "B",
        QT_TRANSLATE_NOOP("BoardView", "A new board of the way from one chosen cell to the other"),
    ),
    _Tool(
        "recipe", QT_TRANSLATE_NOOP("BoardView", "Recipe"), "recipe", "I",
        QT_TRANSLATE_NOOP("BoardView", "How the current cell was made"), named=False,
    ),
    _Tool(
        "fit", QT_TRANSLATE_NOOP("BoardView", "All in sight"), "fit", "F",
        QT_TRANSLATE_NOOP("BoardView", "The whole board in sight"), made=False, named=False,
    ),
    _Tool(
        "best_first", QT_TRANSLATE_NOOP("BoardView", "Best first"), "best-first", "S",
        QT_TRANSLATE_NOOP("BoardView", "The cells as a list by how well they belong, or back to the board"), made=False,
        named=False,
    ),
)  # fmt: skip


class BoardView(QWidget):
    """Shows one ``OpenBoard``. What goes beyond the board it asks for by signals.

    Signals:
        promote_wanted: (tuple of Cell): make layers of them.
        more_wanted: (tuple of Cell): a new board of pictures like them.
        between_wanted: (two cells): a new board of what lies between them.
        recipe_wanted: a ``Recipe`` to show.
        new_wanted: a board from what the panel says now.
        start_wanted: fill the board.
        boards_wanted: the menu of boards is about to be shown: fill ``boards_menu``.
        leave_wanted: back to the canvas.
        told: a sentence.
        failed: a GouacheError.
    """

    promote_wanted = Signal(tuple)
    more_wanted = Signal(tuple)
    between_wanted = Signal(object, object)
    recipe_wanted = Signal(object)
    new_wanted = Signal()
    start_wanted = Signal()
    boards_wanted = Signal()
    leave_wanted = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(
        self, parent: QWidget | None = None, *, estimate: Callable[[OpenBoard, int], float | None] = lambda *_: None
    ) -> None:
        super().__init__(parent)
        self._estimate = estimate
        self._board: OpenBoard | None = None
        self._offers = Offers()
        self._problem: GouacheError | None = None
        self._hovered: Cell | None = None
        self.rows, self.columns = AxisField(), AxisField()
        self.swap = _button("swap")
        self.start, self.new = QPushButton(), QPushButton()
        theme.mark(self.start, primary=True)
        self.boards_menu = QMenu(self)
        self.boards_menu.setToolTipsVisible(True)
        self.boards = QPushButton()
        self.boards.setMenu(self.boards_menu)
        self.leave = _button("close")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.said = ElidedLabel()
        theme.mark(self.said, role="caption")
        self.tools = {tool.name: _button(tool.icon) for tool in TOOLS}
        for name in ("pin", "compare", "difference", "best_first"):
            self.tools[name].setCheckable(True)
        self.scoring = Scoring(self)
        self.belongs = BelongingButton(self.scoring)
        self.grid = BoardGrid(self.scoring)
        self.compare = ComparePanes(self.grid.image)
        self.ranking = Ranking(self.scoring, self.grid.image)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self.compare)
        self._pages.addWidget(self.ranking)
        self.name, self.detail = ElidedLabel(), ElidedLabel()
        self.name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._labels = QLabel(), QLabel()
        self._setup, self._buttons, self._state, self._beside = (
            QGridLayout(),
            QHBoxLayout(),
            QVBoxLayout(),
            QHBoxLayout(),
        )
        self._wide: bool | None = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._refresh()

    # What it shows

    @property
    def board(self) -> OpenBoard | None:
        """The one that is shown."""
        return self._board

    def set_board(self, board: OpenBoard | None) -> None:
        """Show another one."""
        self._settle.stop()
        if self._board is not None:
            for signal in (self._board.changed, self._board.progressed, self._board.laid_out):
                signal.disconnect(self._refresh)
            self._board.laid_out.disconnect(self._leave_old_cells)
        self._board = board
        self._hovered = None
        self.show_grid()
        self.compare.set_cells(None, ())
        self.grid.set_board(board)
        self.scoring.set_board(board)
        self._problem = None
        if board is not None:
            for signal in (board.changed, board.progressed, board.laid_out):
                signal.connect(self._refresh)
            board.laid_out.connect(self._leave_old_cells)
            self.set_axes(board.board.rows, board.board.columns)
        self._refresh()

    def _leave_old_cells(self) -> None:
        """The board was laid out anew: what was compared and hovered over may have no place on it now."""
        self._hovered = None
        if self.comparing:
            self._pages.setCurrentWidget(self.grid)
            self.grid.setFocus()
        self.scoring.laid_out()
        self.compare.set_cells(None, ())

    def set_offers(self, offers: Offers) -> None:
        """What axes there are to choose from."""
        self._offers = offers
        self._offer()

    def set_axes(self, rows: Axis, columns: Axis) -> None:
        """Show the axes of the board."""
        for field, axis in ((self.rows, rows), (self.columns, columns)):
            field.set_offers(self._offers)
            field.set_axis(axis)
        self._offer()

    @property
    def comparing(self) -> bool:
        """True while cells are seen side by side."""
        return self._pages.currentWidget() is self.compare

    @property
    def ranking_shown(self) -> bool:
        """True while cells are seen as a list."""
        return self._pages.currentWidget() is self.ranking

    @property
    def current(self) -> Cell | None:
        """The cell that is looked at."""
        return self._page.current

    @property
    def _page(self) -> BoardGrid | ComparePanes | Ranking:
        pages: tuple[BoardGrid | ComparePanes | Ranking, ...] = (self.grid, self.compare, self.ranking)
        return pages[self._pages.currentIndex()]

    @property
    def chosen(self) -> tuple[Cell, ...]:
        """The cells that commands act on."""
        if self._board is None:
            return ()
        if self.comparing:
            return () if self.compare.current is None else (self.compare.current,)
        return self.ranking.chosen if self.ranking_shown else self.grid.chosen

    def show_ranking(self) -> None:
        """The cells as a list, the best first; against the pins, else the source, when nothing else was chosen."""
        board = self._board
        if board is None:
            return
        if self.scoring.references is None:
            self.scoring.measure_against(self._usual_references(board))
        self._pages.setCurrentWidget(self.ranking)
        self.ranking.first()
        self.ranking.setFocus()
        self._refresh()

    def _usual_references(self, board: OpenBoard) -> References | None:
        if board.pinned:
            return References(Against.PINS)
        return References(Against.SOURCE) if getattr(board.board.base, "image", None) is not None else None

    def show_grid(self) -> None:
        """Back from the comparison or the list; its current cell is the grid's."""
        if self._page is not self.grid:
            cell = self.current
            self._pages.setCurrentWidget(self.grid)
            if cell is not None:
                self.grid.make_current((cell.row, cell.column))
            self.grid.setFocus()
            self._refresh()

    def show_compare(self, *, different: bool = False) -> None:
        """Side by side: the chosen cells, else the pinned ones; one cell is compared with its neighbour."""
        cells = self._compared()
        if len(cells) < 2:
            return
        self.compare.set_cells(self._board, cells)
        self.compare.set_different(different)
        self._pages.setCurrentWidget(self.compare)
        self.compare.setFocus()
        self._refresh()

    def _compared(self) -> tuple[Cell, ...]:
        board = self._board
        if board is None:
            return ()
        made = [cell for cell in (self.chosen if self.ranking_shown else self.grid.chosen) if board.made(cell)]
        if len(made) < 2:
            pinned = [cell for cell in board.pinned_cells if board.made(cell)]
            made = [*(cell for cell in pinned if cell not in made), *made]
        if len(made) == 1:
            others = [cell for cell in board.board.cells if board.made(cell) and cell.key != made[0].key]
            near = sorted(others, key=lambda cell: abs(cell.row - made[0].row) + abs(cell.column - made[0].column))
            made = [*near[:1], *made]
        return tuple(made[:MOST_PANES])

    def _ends(self) -> tuple[Cell, ...]:
        """The two cells that something can lie between: those compared, else those chosen."""
        cells = self.compare.cells if self.comparing else self.chosen
        if self._board is None or len(cells) != 2 or any(self._board.made(cell) is None for cell in cells):
            return ()
        return cells

    def escape(self) -> bool:
        """Give up the nearest thing; False when there is nothing but the view itself."""
        if self._page is not self.grid:
            self.show_grid()
            return True
        return self.grid.escape()

    def zoom_steps(self, steps: int) -> None:
        """Closer (or farther) by steps."""
        self._surface.zoom_steps(steps)

    def zoom_to(self, zoom: float) -> None:
        """So many pixels of the screen for each one of a picture."""
        self._surface.zoom_to(zoom)

    def fit(self) -> None:
        """All of it in sight."""
        self._surface.fit()

    @property
    def _surface(self) -> BoardGrid | ComparePanes:
        return self.compare if self.comparing else self.grid

    # What is done

    def do(self, command: str) -> None:
        """A command of ``TOOLS`` or of a key, on the chosen cells."""
        board, chosen = self._board, self.chosen
        if board is None:
            return
        made = tuple(cell for cell in chosen if board.made(cell) is not None)
        current = self.current
        match command:
            case "grid":
                self.show_grid()
            case "best_first" if self.ranking_shown:
                self.show_grid()
            case "best_first" if self._can_rank(board):
                self.show_ranking()
            case "compare" if self.comparing:
                self.show_grid()
            case "compare":
                self.show_compare()
            case "difference" if self.comparing:
                self.compare.set_different(not self.compare.different)
            case "difference":
                self.show_compare(different=True)
            case "pin" if chosen:
                board.pin(chosen, not all(cell.key in board.pinned for cell in chosen))
            case "promote" if made:
                self.promote_wanted.emit(made)
            case "more" if made:
                self.more_wanted.emit(made)
            case "between" if len(ends := self._ends()) == 2:
                self.between_wanted.emit(*ends)
            case "recipe" if current is not None and (found := board.made(current)) is not None:
                self.recipe_wanted.emit(found.recipe)
            case "loupe":
                self.grid.loupe()
            case "choose_pinned":
                self.grid.choose(board.pinned_cells)
            case "fit":
                self._surface.fit()
        self._refresh()

    def _can_rank(self, board: OpenBoard) -> bool:
        return self.scoring.references is not None or self._usual_references(board) is not None

    def _press_start(self) -> None:
        if self._board is None:
            return
        if self._board.running:
            self._board.stop()
        else:
            self.apply_axes()
            if self._problem is None:
                self.start_wanted.emit()

    def apply_axes(self) -> None:
        """Lay out the board as the fields say; what is wrong with them is said beside the button."""
        self._settle.stop()
        board = self._board
        if board is None:
            return
        try:
            rows, columns = self.rows.axis(), self.columns.axis()
            if (rows, columns) != (board.board.rows, board.board.columns):
                board.set_axes(rows, columns)
            self._problem = None
        except GouacheError as error:
            self._problem = error
        self._refresh()

    def _axes_changed(self) -> None:
        self._offer()
        self._settle.start()

    def _swap(self) -> None:
        board = self._board
        if board is not None:
            board.set_axes(board.board.columns, board.board.rows)
            self.set_axes(board.board.rows, board.board.columns)

    def _offer(self) -> None:
        self.rows.set_offers(self._offers, (self.columns.kind,))
        self.columns.set_offers(self._offers, (self.rows.kind,))

    # Its looks

    def _refresh(self, *_what: object) -> None:
        board = self._board
        for widget in (self.rows, self.columns, self.swap, self.belongs, *self.tools.values()):
            widget.setEnabled(board is not None)
        self.start.setEnabled(board is not None)
        if board is None:
            return
        progress = board.progress
        missing = progress.count - progress.made
        self.bar.setRange(0, max(1, progress.count))
        self.bar.setValue(progress.made)
        self.bar.setVisible(progress.running)
        if progress.running:
            words = self.tr("{made} of {count}").format(made=progress.made, count=progress.count)
            if progress.seconds_left is not None:
                left = self.tr("about {time} left").format(time=duration(progress.seconds_left))
                words = f"{words} · {left}"
            self.start.setText(self.tr("Stop"))
            self.start.setToolTip(self.tr("Make no more; what is made stays (Esc)"))
        elif self._problem is not None:
            words = localised_error(self._problem)
            self.start.setText(self.tr("Make the cells"))
        else:
            words = self.tr("All %n cells are made", None, progress.count)
            seconds = self._estimate(board, missing) if missing else None
            if missing:
                words = self.tr("{made} of {count} made").format(made=progress.made, count=progress.count)
            if seconds is not None:
                about = self.tr("about {time}").format(time=duration(seconds))
                words = f"{words} · {about}"
            self.start.setText(self.tr("Make %n cells", None, missing) if missing else self.tr("All made"))
            self.start.setToolTip(self.tr("Make what is missing, the spread first"))
        self.start.setEnabled(progress.running or (missing > 0 and self._problem is None))
        if bool(self.start.property("primary")) == progress.running:
            theme.mark(self.start, primary=not progress.running)
        self.said.setText(words)
        self._show_tools(board)
        self._show_detail(board)

    def _show_tools(self, board: OpenBoard) -> None:
        chosen = self.chosen
        made = [cell for cell in chosen if board.made(cell) is not None]
        none = self.tr("This cell is not made yet.")
        for tool in TOOLS:
            button = self.tools[tool.name]
            able = not tool.made or bool(made)
            reason = "" if able else none
            if tool.name in ("compare", "difference") and not self.comparing:
                able = len(self._compared()) > 1
                reason = "" if able else self.tr("There are no two cells to compare yet.")
            if tool.name == "between":
                able = bool(self._ends())
                reason = "" if able else self.tr("Choose two cells that are made.")
            if tool.name == "best_first":
                able = self.ranking_shown or self._can_rank(board)
                reason = "" if able else self.tr("Pin a cell, or say what they should belong to.")
            button.setEnabled(able)
            tip = f"{translated('BoardView', tool.tip)} ({tool.keys})"
            button.setToolTip(f"{tip}\n{reason}" if reason else tip)
        pinned = bool(chosen) and all(cell.key in board.pinned for cell in chosen)
        checks = {
            "pin": pinned,
            "compare": self.comparing,
            "difference": self.comparing and self.compare.different,
            "best_first": self.ranking_shown,
        }
        for name, on in checks.items():
            with QSignalBlocker(self.tools[name]):
                self.tools[name].setChecked(on)
        self.tools["pin"].setIcon(theme.icon("pinned" if pinned else "pin"))

    def _show_detail(self, board: OpenBoard) -> None:
        cell = self._hovered
        if self._page is not self.grid or cell is None:
            cell = self.current
        if cell is None or not board.board.holds(cell):
            return
        self.name.setText(self.grid.cell_words(cell))
        made = board.made(cell)
        score = self.scoring.score(cell)
        words = "" if made is None else recipe_words(made.recipe)
        self.detail.setText(words if score is None else f"{score_words(score)} · {words}")
        if not self.comparing and len(self.chosen) > 1:
            self.name.setText(self.tr("%n cells chosen", None, len(self.chosen)))
            self.detail.setText("")

    def _scored(self) -> None:
        if self.ranking_shown:
            self.ranking.first()
        self._refresh()

    def _tell_unread(self, reasons: list[str]) -> None:
        """Approved pictures that could not be read; the others count."""
        more = self.tr("%n approved pictures could not be read.", None, len(reasons))
        self.told.emit(f"{more} {reasons[0]}")

    def _hover(self, cell: Cell | None) -> None:
        self._hovered = cell
        if self._board is not None:
            self._show_detail(self._board)

    def retranslate(self) -> None:
        """Set all texts."""
        names = self.tr("Rows"), self.tr("Columns")
        for label, field, name in zip(self._labels, (self.rows, self.columns), names, strict=True):
            label.setText(name)
            field.set_words(name)
        self._offer()
        for tool in TOOLS:
            button = self.tools[tool.name]
            text = translated("BoardView", tool.text)
            button.setText(text)
            button.setAccessibleName(text)
        self.swap.setToolTip(self.tr("Swap rows and columns"))
        self.swap.setAccessibleName(self.tr("Swap rows and columns"))
        self.boards.setText(self.tr("Boards"))
        self.boards.setToolTip(self.tr("Boards that you made, and boards in folders"))
        self.new.setText(self.tr("New"))
        self.new.setToolTip(self.tr("A new board from the canvas and the Generate panel as they are now"))
        self.leave.setToolTip(self.tr("Back to the canvas (Esc)"))
        self.leave.setAccessibleName(self.tr("Back to the canvas"))
        self.bar.setAccessibleName(self.tr("Cells made"))
        self.said.setAccessibleName(self.tr("Progress of the board"))
        self.name.setAccessibleName(self.tr("Current cell"))
        self.detail.setAccessibleName(self.tr("Recipe of the current cell"))
        self.setAccessibleName(self.tr("Variations"))
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._adapt(event.size().width() >= WIDE)
        super().resizeEvent(event)

    def _adapt(self, wide: bool) -> None:
        if wide == self._wide:
            return
        self._wide = wide
        setup = self._setup
        setup.removeItem(self._buttons)
        setup.removeItem(self._state)
        self._beside.removeItem(self._state)
        if wide:
            setup.addLayout(self._buttons, 0, 3)
            setup.addLayout(self._state, 1, 3)
        else:
            setup.addLayout(self._buttons, 2, 0, 1, 3)
            self._beside.addLayout(self._state, 1)
        setup.setColumnStretch(3, 1 if wide else 0)
        for tool in TOOLS:
            style = (
                Qt.ToolButtonStyle.ToolButtonTextBesideIcon
                if wide and tool.named
                else Qt.ToolButtonStyle.ToolButtonIconOnly
            )
            self.tools[tool.name].setToolButtonStyle(style)
        both = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.belongs.setToolButtonStyle(both if wide else Qt.ToolButtonStyle.ToolButtonIconOnly)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def minimumSizeHint(self) -> QSize:
        """What it needs when it is narrow: the layout knows only how it is now."""
        return QSize(NARROWEST, 320)

    # Parts

    def _lay_out(self) -> None:
        for label in self._labels:
            theme.mark(label, role="quiet")
        setup = self._setup
        setup.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        setup.setHorizontalSpacing(theme.INSIDE)
        setup.setVerticalSpacing(theme.INSIDE)
        setup.addWidget(self._labels[0], 0, 0)
        setup.addWidget(self.rows, 0, 1)
        setup.addWidget(self._labels[1], 1, 0)
        setup.addWidget(self.columns, 1, 1)
        setup.addWidget(self.swap, 0, 2, 2, 1)
        ends = self._buttons
        ends.setSpacing(theme.INSIDE)
        ends.addWidget(self.start, 1)
        ends.addWidget(self.new)
        ends.addWidget(self.boards)
        ends.addWidget(self.leave)
        state = self._state
        state.setSpacing(theme.GRID)
        state.addWidget(self.said)
        state.addWidget(self.bar)
        setup.setColumnStretch(1, 1)
        self._adapt(True)
        tools = self._beside
        tools.setContentsMargins(theme.INSIDE, 0, theme.INSIDE, theme.INSIDE)
        tools.setSpacing(theme.GRID)
        for tool in TOOLS:
            tools.addWidget(self.tools[tool.name])
            if tool.name in ("promote", "difference", "fit"):
                tools.addSpacing(theme.INSIDE)
        tools.insertWidget(tools.count() - 1, self.belongs)
        tools.addStretch()
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.INSIDE, theme.GRID, theme.INSIDE, theme.GRID)
        foot.setSpacing(theme.BETWEEN)
        theme.mark(self.detail, role="caption")
        foot.addWidget(self.name)
        foot.addWidget(self.detail, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(setup)
        whole.addLayout(tools)
        whole.addWidget(self._pages, 1)
        whole.addLayout(foot)
        order: Sequence[QWidget] = (
            self.rows, self.columns, self.swap, self.start, self.new, self.boards, self.leave,
            *self.tools.values(), self.belongs, self.grid, self.compare, self.ranking,
        )  # fmt: skip
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.rows.changed.connect(self._axes_changed)
        self.columns.changed.connect(self._axes_changed)
        self._settle.timeout.connect(self.apply_axes)
        self.swap.clicked.connect(self._swap)
        self.start.clicked.connect(self._press_start)
        self.new.clicked.connect(self.new_wanted)
        self.boards_menu.aboutToShow.connect(self.boards_wanted)
        self.leave.clicked.connect(self.leave_wanted)
        for name, button in self.tools.items():
            button.clicked.connect(lambda _checked=False, name=name: self.do(name))
        self.grid.key_asked.connect(self.do)
        self.compare.key_asked.connect(self.do)
        self.grid.current_changed.connect(self._refresh)
        self.grid.chosen_changed.connect(self._refresh)
        self.grid.hover_changed.connect(self._hover)
        self.compare.current_changed.connect(self._refresh)
        self.ranking.key_asked.connect(self.do)
        self.ranking.current_changed.connect(self._refresh)
        self.scoring.changed.connect(self._scored)
        self.scoring.failed.connect(self.failed)
        self.scoring.unread.connect(self._tell_unread)
        self.belongs.told.connect(self.told)


def _button(icon: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setIconSize(theme.icon_size())
    button.setMinimumSize(theme.CONTROL, theme.CONTROL)
    button.setMaximumHeight(theme.CONTROL)
    return button
