"""What a conversion did, part by part, as a page that one can read."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inference.detected import Detected
from inference.files import write_text
from inference.units import readable
from training.export import PartReport

REPORT = "report.md"
SHOWN_NODES = 40


@dataclass(frozen=True, kw_only=True)
class Made:
    """A part that is done.

    Attributes:
        kept: names of the nodes that stayed in single precision.
        notes: what is worth telling.
    """

    report: PartReport
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Made:
        """Read what ``as_json`` wrote."""
        return cls(
            report=PartReport(**said["report"]),
            kept=tuple(said["kept"]),
            notes=tuple(said["notes"]),
            seconds=float(said["seconds"]),
        )


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A conversion as a whole. ``smoke``: what became of the picture, in words."""

    found: Detected
    precision: str
    made: Sequence[Made]
    smoke: str
    seconds: float


def write_report(folder: Path, whole: Whole) -> None:
    """Write ``report.md`` into the model's folder."""
    write_text(folder / REPORT, report_text(whole))


def report_text(whole: Whole) -> str:
    """The page."""
    found = whole.found
    lines = [
        f"# {found.title or found.path.stem}",
        "",
        f"Made from `{found.path.name}` ({readable(found.bytes)}): {found.sentence}. Stored as {whole.precision}, "
        f"in {whole.seconds:.0f} s{_memory()}.",
        "",
        "Each part was run on inputs that it was not traced with, and compared with PyTorch in fp32. *Off* is the "
        "largest difference, divided by the root mean square of what PyTorch gave.",
        "",
        "| part | size | off | seconds | notes |",
        "|---|---|---|---|---|",
        *map(_row, whole.made),
        "",
        f"The picture of the trial: {whole.smoke}",
        *(f"- {note}" for note in found.notes),
    ]
    for each in whole.made:
        if each.kept:
            more = len(each.kept) - SHOWN_NODES
            shown = ", ".join(f"`{name}`" for name in each.kept[:SHOWN_NODES])
            lines += ["", f"Kept in fp32 in {each.report.part}: {shown}{f' and {more} more' if more > 0 else ''}."]
    return "\n".join(lines) + "\n"


def _row(made: Made) -> str:
    report = made.report
    cells = (
        report.part,
        readable(report.bytes),
        f"{report.relative:.1e}",
        f"{made.seconds:.0f}",
        "; ".join(made.notes),
    )
    return f"| {' | '.join(cells)} |"


def _memory() -> str:
    """The most memory that this process ever held, where the system tells."""
    if sys.platform == "win32":
        return ""
    import resource  # noqa: PLC0415 (Windows has none)

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return f", with {readable(most)} of memory at most"
