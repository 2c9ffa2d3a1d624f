"""Axes, values and recipes of boards in the interface's words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale

from desktop_app.language import QT_TRANSLATE_NOOP, translated
from inference.axes import Axis, AxisKind, Value
from inference.board import Board, Cell
from inference.board_scores import weakest
from inference.consistency import Score
from inference.recipe import Recipe
from inference.samplers import title_of
from inference.styles import known_style

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
COMPONENTS: Mapping[str, str] = {
    "palette": QT_TRANSLATE_NOOP("Board", "Main colours"),
    "swatches": QT_TRANSLATE_NOOP("Board", "Shared colours"),
    "values": QT_TRANSLATE_NOOP("Board", "Light and dark"),
    "outline": QT_TRANSLATE_NOOP("Board", "Outline"),
    "silhouette": QT_TRANSLATE_NOOP("Board", "Silhouette"),
    "detail": QT_TRANSLATE_NOOP("Board", "Detail"),
}
"""Of the measure, by their names in ``inference.consistency``."""
NO_STYLE = QT_TRANSLATE_NOOP("Board", "No style")
BELONGS = QT_TRANSLATE_NOOP("Board", "Belongs: {score}")
FARTHEST = QT_TRANSLATE_NOOP("Board", "Farthest off: {names}")
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
            style = known_style(value) if value not in _titles else None
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
    return QLocale().toString(float(value), "g", places)


def component_title(name: str) -> str:
    """What a component of the measure looks at."""
    return translated("Board", COMPONENTS[name])


def score_number(value: float) -> str:
    """A score with two places; all have them, so that they stand below each other."""
    return QLocale().toString(float(value), "f", 2)


def score_words(score: Score) -> str:
    """A score and what it is made of, in one line."""
    parts = [f"{component_title(name)} {score_number(value)}" for name, value in score.components.items()]
    total = translated("Board", BELONGS).format(score=score_number(score.total))
    return f"{total} ({' · '.join(parts)})"


def score_lines(score: Score, weights: Mapping[str, float]) -> list[str]:
    """A score for a tooltip: the total, and what takes most from it."""
    lines = [translated("Board", BELONGS).format(score=score_number(score.total))]
    lines += [f"  {component_title(name)} {score_number(value)}" for name, value in score.components.items()]
    lost = ", ".join(component_title(name) for name in weakest(score, weights))
    return [*lines, translated("Board", FARTHEST).format(names=lost)] if lost else lines


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
