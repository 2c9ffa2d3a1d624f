"""Axes, values and recipes of boards in the interface's words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale

from desktop_app.language import QT_TRANSLATE_NOOP, translated
from inference.axes import Axis, AxisKind, Value
from inference.board import Board, Cell
from inference.recipe import Recipe
from inference.samplers import title_of
from inference.styles import load_styles

AXES: Mapping[AxisKind, str] = {
    AxisKind.STYLE: QT_TRANSLATE_NOOP("Board", "Style"),
    AxisKind.STRENGTH: QT_TRANSLATE_NOOP("Board", "Strength"),
    AxisKind.SEED: QT_TRANSLATE_NOOP("Board", "Seed"),
    AxisKind.GUIDANCE: QT_TRANSLATE_NOOP("Board", "Guidance"),
    AxisKind.STEPS: QT_TRANSLATE_NOOP("Board", "Steps"),
    AxisKind.WORDS: QT_TRANSLATE_NOOP("Board", "Words"),
    AxisKind.MODEL: QT_TRANSLATE_NOOP("Board", "Model"),
    AxisKind.SCHEDULER: QT_TRANSLATE_NOOP("Board", "Sampler"),
    AxisKind.LIKENESS: QT_TRANSLATE_NOOP("Board", "Likeness"),
    AxisKind.BETWEEN: QT_TRANSLATE_NOOP("Board", "Between"),
}
NO_STYLE = QT_TRANSLATE_NOOP("Board", "No style")
_TEMPLATES = {
    "seed": QT_TRANSLATE_NOOP("Board", "seed {value}"),
    "strength": QT_TRANSLATE_NOOP("Board", "strength {value}"),
    "steps": QT_TRANSLATE_NOOP("Board", "{value} steps"),
    "guidance": QT_TRANSLATE_NOOP("Board", "guidance {value}"),
}


def axis_title(kind: AxisKind) -> str:
    """What changes along an axis."""
    return translated("Board", AXES[kind])


def value_title(axis: Axis, value: Value) -> str:
    """A value as a heading: a style by its title, a number as one writes it here."""
    match axis.kind, value:
        case AxisKind.STYLE, None:
            return translated("Board", NO_STYLE)
        case AxisKind.STYLE, str():
            style = load_styles().get(value) if value not in _titles else None
            if style is not None:
                _titles[value] = style.title
            return _titles.get(value, value)
        case AxisKind.SCHEDULER, str():
            return title_of(value)
    return number(value) if isinstance(value, float) else str(value)


_titles: dict[str, str] = {}
"""Of styles by name: files are not read again for every heading that is painted."""


def number(value: float, places: int = 4) -> str:
    """At most so many places that count, in the interface's way."""
    return QLocale().toString(value, "g", places)


def cell_name(board: Board, cell: Cell) -> str:
    """ "Noto · 0.5": a cell by its values."""
    row, column = board.rows.values[cell.row], board.columns.values[cell.column]
    return f"{value_title(board.rows, row)} · {value_title(board.columns, column)}"


def recipe_words(recipe: Recipe) -> str:
    """A recipe's numbers in one line."""
    said = [f"{recipe.width} × {recipe.height}", _said("seed", str(recipe.seed))]
    if recipe.strength is not None:
        said.append(_said("strength", number(recipe.strength)))
    said += [_said("steps", str(recipe.steps)), _said("guidance", number(recipe.guidance)), title_of(recipe.scheduler)]
    return " · ".join(said)


def recipe_lines(recipe: Recipe) -> list[str]:
    """A recipe for a tooltip."""
    style = f" · {recipe.style}" if recipe.style else ""
    words = recipe.prompt if len(recipe.prompt) <= 200 else f"{recipe.prompt[:200]}…"
    return [f"{words}{style}", recipe_words(recipe), recipe.model]


def _said(name: str, value: str) -> str:
    return translated("Board", _TEMPLATES[name]).format(value=value)
