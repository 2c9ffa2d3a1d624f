"""Variation boards: one request in rows and columns of two of its settings, the spread first, each cell with a key.

A cell's key is a hash of all that its picture depends on, so that a picture that was made once is never made again:
a board that is widened costs only its new cells. Light: no runtime is imported.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from inference.api import Blend, Generate, Request, Series
from inference.axes import FIELDS, MOST_CELLS, Axis, AxisKind
from inference.control_card import control_named
from inference.controls import Control
from inference.embeddings import Embedding, known_embeddings, used
from inference.errors import BadRequest
from inference.library import model_for
from inference.loras import Lora, file_hash, find_lora
from inference.manifest import ModelManifest
from inference.post.chain import Chain
from inference.samplers import sampler
from inference.styles import Style, find_style, sampling

KEY_VERSION = 1
"""Goes into every key: to be counted up when an engine makes other pictures from the same request."""
SPREAD = 5
"""Cells that are made one by one before others of a line are batched: the corners and the centre."""
MOST_TOGETHER = 8
"""Cells of one batch: their pictures come all at once, and a board should be seen to fill."""
BLENDED = frozenset(
    {AxisKind.BETWEEN, AxisKind.LIKENESS, AxisKind.SEED, AxisKind.GUIDANCE, AxisKind.STEPS, AxisKind.SCHEDULER}
)
"""What a blend can vary in; the rest is its pictures' own."""
_LOOKS = ("loras", "references", "palette", "post", "parts")
"""What styles can have since their version 2."""
PLACE = "{}"
"""Where the words of an axis go in the prompt; without one they are added at its end."""


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell.

    Attributes:
        request: makes its picture.
        key: names the picture by all that it depends on.
        family: the same for cells that differ by their seed alone, and for cells from words alone that can be denoised
            together: of one model, size, sampler and number of steps, with guidance or without.
    """

    row: int
    column: int
    request: Request
    key: str
    family: str


@dataclass(frozen=True, eq=False)
class Board:
    """A request in rows and columns.

    Attributes:
        base: what the axes do not set; one picture a cell.

    Raises:
        BadRequest: when the axes do not go together, or with the request, or there are more than 10,000 cells.
    """

    base: Request
    rows: Axis
    columns: Axis

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", replace(self.base, count=1, previews=False))
        if self.rows.kind is self.columns.kind and self.rows.kind is not AxisKind.WORDS:
            raise BadRequest(f"Rows and columns are both '{self.rows.kind.value}'.", hint="Choose another for one.")
        names = {each.name for each in dataclasses.fields(self.base)}
        for axis in (self.rows, self.columns):
            if isinstance(self.base, Blend) and axis.kind not in BLENDED:
                raise BadRequest(
                    f"Pictures that are blended have their own {axis.kind.value}.", hint="Choose another axis."
                )
            if axis.kind is AxisKind.BETWEEN and not (isinstance(self.base, Blend) and len(self.base.ends) == 2):
                raise BadRequest("Only two blended pictures have a between.", hint="Choose another axis.")
            if FIELDS[axis.kind][0] not in names:
                raise BadRequest(
                    f"There is no {axis.kind.value} without a picture to start from.",
                    hint="Give a picture, or choose another axis.",
                )
            needs_seed = axis.kind is AxisKind.LIKENESS and not isinstance(self.base, Blend)
            if needs_seed and self.base.variation_seed is None:
                raise BadRequest("Likeness needs a second seed.", hint="Say which picture's: --variation-seed")
        if self.count > MOST_CELLS:
            raise BadRequest(f"A board has at most {MOST_CELLS} cells.", hint="Give fewer values.")

    @classmethod
    def of(cls, base: Request, rows: Axis | None = None, columns: Axis | None = None) -> Board:
        """A board with one axis or two; the other one then is one line.

        Raises:
            BadRequest: without any.
        """
        if rows is None and columns is None:
            raise BadRequest("A board needs rows or columns.", hint="Say what changes, for instance seed=1..5")
        given = columns if rows is None else rows
        assert given is not None
        spare = AxisKind.STYLE if given.kind is not AxisKind.STYLE else AxisKind.SEED
        line = Axis(spare, (getattr(base, FIELDS[spare][0]),))
        return cls(base, rows or line, columns or line)

    @property
    def count(self) -> int:
        """Cells."""
        return len(self.rows.values) * len(self.columns.values)

    def request(self, row: int, column: int) -> Request:
        """The request of a cell.

        Raises:
            BadRequest: when a value is out of range.
        """
        values: dict[str, Any] = {}
        prompt, words = self.base.prompt, []
        for axis, at in ((self.rows, row), (self.columns, column)):
            if axis.kind is AxisKind.WORDS:
                words.append(str(axis.values[at]))
            elif axis.kind is AxisKind.BETWEEN:
                share = float(axis.values[at] or 0)
                values["weights"] = 1 - share, share
            elif axis.kind is AxisKind.LIKENESS and isinstance(self.base, Blend):
                values["variation_strength"] = round(1 - float(axis.values[at] or 0), 9)
            else:
                values[FIELDS[axis.kind][0]] = axis.values[at]
        if words:
            values["prompt"] = _worded(prompt, words)
        return replace(self.base, **values)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, in the order in which they are made: the corners, the centre, then whichever is farthest from
        those before, so that the spread is seen first.

        Raises:
            BadRequest, UnknownName: when a value is out of range or stands for nothing.
        """
        keys = Keys()
        order = spread_order(len(self.rows.values), len(self.columns.values))
        return tuple(keys.cell(row, column, self.request(row, column)) for row, column in order)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place."""
        return self._places[row, column]

    def holds(self, cell: Cell) -> bool:
        """True when the cell is this board's, not one of a board that was laid out otherwise."""
        return self._places.get((cell.row, cell.column)) is cell

    @cached_property
    def _places(self) -> dict[tuple[int, int], Cell]:
        return {(cell.row, cell.column): cell for cell in self.cells}


def _worded(prompt: str, words: Sequence[str]) -> str:
    """The prompt with words in their places: the first axis takes the first place, the second one the rest."""
    for at, word in enumerate(words):
        if PLACE in prompt:
            last = at == len(words) - 1
            prompt = prompt.replace(PLACE, word) if last else prompt.replace(PLACE, word, 1)
        else:
            prompt = f"{prompt}, {word}" if prompt.strip() else word
    return prompt


def spread_order(rows: int, columns: int) -> list[tuple[int, int]]:
    """Places of a grid, the corners first, then the centre, then each the farthest from all before it (Gonzalez,
    Clustering to Minimize the Maximum Intercluster Distance, 1985, on the grid scaled to a square)."""
    heights = np.linspace(0, 1, rows) if rows > 1 else np.zeros(1)
    widths = np.linspace(0, 1, columns) if columns > 1 else np.zeros(1)
    y, x = (axis.ravel() for axis in np.meshgrid(heights, widths, indexing="ij"))
    first = [(0, 0), (rows - 1, columns - 1), (0, columns - 1), (rows - 1, 0), (rows // 2, columns // 2)]
    order = list(dict.fromkeys(row * columns + column for row, column in first))
    nearest = np.full(rows * columns, np.inf)
    for at in order:
        nearest = np.minimum(nearest, np.hypot(x - x[at], y - y[at]))
    nearest[order] = -1
    while len(order) < rows * columns:
        at = int(nearest.argmax())
        order.append(at)
        nearest = np.minimum(nearest, np.hypot(x - x[at], y - y[at]))
        nearest[at] = -1
    return [divmod(at, columns) for at in order]


# Batches


@dataclass(frozen=True, eq=False)
class Run:
    """Cells that are made by one request: its picture number n is of ``cells[n]``."""

    request: Request
    cells: tuple[Cell, ...]


def runs(cells: Iterable[Cell], made: Collection[str] = frozenset()) -> list[Run]:
    """What has to be asked for, in order; cells of one key are made once.

    The first five are made alone; of the others those of a family are made together, at most eight at a time, in the
    order in which they are wanted. Cells from words alone may then differ in all that a batch can; others in
    consecutive seeds.

    Args:
        cells: in the order in which they are wanted.
        made: keys of those that there are.
    """
    wanted = {cell.key: cell for cell in reversed(list(cells)) if cell.key not in made}
    missing = list(reversed(wanted.values()))
    place = {cell.key: at for at, cell in enumerate(missing)}
    alone, rest = missing[:SPREAD], missing[SPREAD:]
    out: list[tuple[Cell, ...]] = [(cell,) for cell in alone]
    families: dict[str, list[Cell]] = {}
    for cell in rest:
        families.setdefault(cell.family, []).append(cell)
    for family in families.values():
        out += _chunks(family) if _worded_only(family[0].request) else _lines(family)
    out.sort(key=lambda run: min(place[cell.key] for cell in run))
    return [Run(_request_of(run), run) for run in out]


def _chunks(family: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    return [tuple(family[at : at + MOST_TOGETHER]) for at in range(0, len(family), MOST_TOGETHER)]


def _lines(family: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    """Cells of consecutive seeds."""
    lines: list[list[Cell]] = []
    for cell in sorted(family, key=lambda each: each.request.seed):
        line = lines[-1] if lines else []
        if not line or cell.request.seed != line[-1].request.seed + 1 or len(line) == MOST_TOGETHER:
            lines.append([cell])
        else:
            line.append(cell)
    return [tuple(line) for line in lines]


def _request_of(cells: tuple[Cell, ...]) -> Request:
    first = cells[0].request
    if len(cells) == 1 or not _worded_only(first):
        return replace(first, count=len(cells))
    requests = tuple(cell.request for cell in cells if isinstance(cell.request, Generate | Blend))
    return Series(requests=requests, prompt=first.prompt, model=first.model, style=first.style)


def _worded_only(request: Request) -> bool:
    """True for pictures from words alone that nothing draws towards other pictures."""
    ends = request.ends if isinstance(request, Blend) else (request,)
    free = all(isinstance(end, Generate) and not (end.references or end.controls) for end in ends)
    return free and not (request.references or request.controls)


# Keys


@dataclass
class Keys:
    """Makes keys; what many cells share (pictures, models, styles) is read once."""

    _arrays: dict[int, tuple[np.ndarray, str]] = field(default_factory=dict)
    _settled: dict[tuple[str, str | None], tuple[ModelManifest, Style | None]] = field(default_factory=dict)

    def cell(self, row: int, column: int, request: Request) -> Cell:
        """A cell with its keys."""
        said = self._described(request)
        family = _digest(self._together(request, said) or said | {"seed": None})
        return Cell(row, column, request, _digest(said), family)

    def _described(self, request: Request) -> dict[str, Any]:
        """All that a request's picture depends on, with nothing left open."""
        manifest, style = self._models(request.model, request.style)
        chosen = sampling(request, style, manifest.defaults)
        sampler(chosen.scheduler)
        said = {each.name: self._plain(getattr(request, each.name)) for each in dataclasses.fields(request)}
        for name in ("count", "previews"):
            said.pop(name)
        said |= {"kind": type(request).__name__, "version": KEY_VERSION, "model": manifest.hash}
        said["style"] = None if style is None else self._styled(style)
        for name in ("loras", "post", "controls"):  # what was made before there were any keeps its key
            if not said[name]:
                said.pop(name)
        if spoken := self._embedded(request, manifest, style):
            said["embeddings"] = spoken
        said |= {"steps": chosen.steps, "guidance": chosen.guidance, "scheduler": chosen.scheduler}
        if isinstance(request, Generate):
            said["size"] = self._plain(request.size or manifest.native)
        blended = isinstance(request, Blend)  # its own seed is that of the variation
        if request.variation_strength == 0 or (request.variation_seed is None and not blended):
            said |= {"variation_seed": None, "variation_strength": 0}
            if blended:
                said["seed"] = None
        return said

    def _embedded(self, request: Request, manifest: ModelManifest, style: Style | None) -> list[str]:
        """Hashes of the embeddings that a request's words are; a blend's ends have their own."""
        if isinstance(request, Blend) or not self._known:
            return []
        words = style.wordings(request.prompt, request.negative) if style else ()
        texts = [text for each in words for text in (each.prompt, each.negative)] or [request.prompt, request.negative]
        return [file_hash(each.path) for each in used(manifest, texts, self._known)]

    @cached_property
    def _known(self) -> Mapping[str, Embedding]:
        return known_embeddings()

    def _together(self, request: Request, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """What cells have to agree in to be denoised together; None where seeds alone may differ."""
        _, style = self._models(request.model, request.style)
        if not _worded_only(request) or (style is not None and style.references):
            return None
        agreed = {name: said.get(name) for name in ("model", "size", "steps", "scheduler", "seamless", "loras")}
        if isinstance(request, Blend):  # ends may bring sizes, weights and looks of their own
            agreed["ends"] = said["ends"]
        worn = [] if style is None else self._plain(style.loras)
        return agreed | {"together": True, "guided": said["guidance"] > 1, "style": worn}

    def _styled(self, style: Style) -> dict[str, Any]:
        """A style's own data; what it does not have says nothing, so that styles of version 1 keep their keys."""
        said = {each.name: self._plain(getattr(style, each.name)) for each in dataclasses.fields(style)}
        empty = {name for name in _LOOKS if not said[name]}
        return {name: value for name, value in said.items() if name not in empty | {"reference_weight"}} | (
            {"reference_weight": style.reference_weight} if style.references else {}
        )

    def _models(self, model: str, style: str | None) -> tuple[ModelManifest, Style | None]:
        if (model, style) not in self._settled:
            self._settled[model, style] = model_for(model, style), find_style(style) if style else None
        return self._settled[model, style]

    def _plain(self, value: Any) -> Any:
        """A value as JSON can hold it; pictures and files as hashes."""
        match value:
            case np.ndarray():
                return self._array(value)
            case enum.Enum():
                return value.value
            case Request():
                return self._described(value)
            case Path():
                return file_hash(value) if value.is_file() else value.name
            case Lora():
                return [file_hash(find_lora(value.name)), value.weight]
            case Control():
                reading = [value.reading.kind, *value.reading.settled]
                said = [control_named(value.name).hash, value.strength, value.start, value.end]
                return [*said, *reading, self._array(value.picture)]
            case Chain():
                return value.as_json()
            case Style():
                return self._styled(value)
            case Mapping():
                return {str(key): self._plain(each) for key, each in sorted(value.items())}
            case tuple() | list():
                return [self._plain(each) for each in value]
            case _ if dataclasses.is_dataclass(value):
                return {each.name: self._plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
        return value

    def _array(self, array: np.ndarray) -> str:
        known = self._arrays.get(id(array))
        if known is None:
            known = self._arrays[id(array)] = array, picture_hash(array)  # held, so that its number stays its own
        return known[1]


def request_key(request: Request) -> str:
    """Names a single request's picture by all that it depends on; a board's cell of that request has the same key."""
    return Keys().cell(0, 0, request).key


def picture_hash(array: np.ndarray) -> str:
    """SHA-256 of an array of bytes and its shape."""
    return hashlib.sha256(str(array.shape).encode() + np.ascontiguousarray(array).tobytes()).hexdigest()


def _digest(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
