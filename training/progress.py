"""How far a run is: one line a report in ``progress.jsonl``, which a window can follow, and the same in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.files import write_text

PROGRESS_FILE = "progress.jsonl"
SAMPLES = "samples"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One report.

    Attributes:
        step: steps done, of ``steps``.
        loss: mean over the steps since the last report.
        rate: steps a second; 0 when nothing was measured yet.
        seconds_left: at this rate.
        sample: picture file, relative to the run's folder, or "".
        figures: further measures by name, for example {"psnr": 24.1}.
        note: a sentence for the reader, or "".
    """

    step: int
    steps: int
    loss: float = 0.0
    rate: float = 0.0
    seconds_left: float = 0.0
    sample: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def worth_a_line(self) -> bool:
        """True for what a person wants to see at once."""
        return bool(self.sample or self.note) or self.step == self.steps


@dataclass(frozen=True)
class ProgressLog:
    """The reports of the run in ``folder``."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / PROGRESS_FILE

    def append(self, progress: Progress) -> None:
        """Add a line; a reader that sees half a line reads on later."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_rounded(asdict(progress)), ensure_ascii=False) + "\n")

    def rewind(self, step: int) -> None:
        """Drop reports of steps after ``step``: they were made, and then lost with the process."""
        kept = [report for report in self if report.step <= step]
        write_text(self.path, "".join(json.dumps(_rounded(asdict(p)), ensure_ascii=False) + "\n" for p in kept))

    def __iter__(self) -> Iterator[Progress]:
        """The reports so far; broken lines are passed over."""
        for line in self.path.read_text("utf-8").splitlines() if self.path.is_file() else ():
            try:
                yield Progress(**json.loads(line))
            except (ValueError, TypeError):
                continue


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 5) if isinstance(value, float) else value for key, value in values.items()}


def in_words(progress: Progress) -> str:
    """One line for a person."""
    parts = [f"{progress.step}/{progress.steps}"]
    if progress.rate:
        parts += [f"loss {progress.loss:.4f}", f"{progress.rate:.3g} steps/s", f"{clock(progress.seconds_left)} left"]
    parts += [f"{name} {value:.4g}" for name, value in progress.figures.items()]
    return "  ".join([*parts, *(words for words in (progress.sample, progress.note) if words)])


def clock(seconds: float) -> str:
    """Seconds as 1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
