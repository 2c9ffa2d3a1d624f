"""Which pictures of a board belong: to those that were pinned, to what it started from, or to approved pictures."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.consistency import COMPONENTS, Belonging, Score
from inference.errors import BadPicture, BadRequest, Cancelled
from inference.features import Features, features
from inference.folders import measured
from inference.taste import Picks

TASTE = "taste.json"


class Against(enum.Enum):
    """What pictures are measured against."""

    PINS = "pins"
    SOURCE = "source"
    APPROVED = "approved"


@dataclass(frozen=True)
class References:
    """What a board's pictures are measured against.

    Attributes:
        places: of approved pictures, files and folders; read anew each time.
    """

    against: Against
    places: tuple[Path, ...] = ()

    @classmethod
    def parse(cls, words: Sequence[str]) -> References:
        """From "pins", "source", or paths.

        Raises:
            BadRequest: when there is no such file.
        """
        named = {each.value: each for each in (Against.PINS, Against.SOURCE)}
        if len(words) == 1 and words[0] in named:
            return cls(named[words[0]])
        places = tuple(Path(word).resolve() for word in words)
        for word, place in zip(words, places, strict=True):
            if not place.exists():
                raise BadRequest(
                    f"There is no picture or folder {word}.", hint="Say pins, source, or approved pictures."
                )
        return cls(Against.APPROVED, places)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> References:
        """Read back. Raises ValueError, TypeError or LookupError when it is broken."""
        return cls(Against(said["against"]), tuple(Path(str(place)) for place in said.get("places", ())))

    def as_json(self) -> dict[str, Any]:
        """As ``board.json`` keeps it."""
        return {"against": self.against.value, "places": [str(place) for place in self.places]}


def approved(
    places: Sequence[Path], stopped: Callable[[], bool] = lambda: False
) -> tuple[dict[str, Features], list[str]]:
    """Features of approved pictures by their paths, and why others could not be read.

    Args:
        stopped: asked before each picture.

    Raises:
        BadRequest: when none can be read. Cancelled: when it was stopped.
    """
    found: dict[str, Features] = {}
    broken: list[str] = []
    for path, one in measured(places):
        if stopped():
            raise Cancelled
        if isinstance(one, BadPicture):
            broken.append(str(one))
        else:
            found[str(path)] = one
    if not found:
        raise BadRequest("None of the approved pictures can be read.", hint="Choose others.", detail="\n".join(broken))
    return found, broken


def source_features(image: Any) -> dict[str, Features]:
    """Of what a board starts from.

    Raises:
        BadRequest: when it starts from words alone.
    """
    if image is None:
        raise BadRequest("This board starts from words alone.", hint="Measure against its pins or approved pictures.")
    return {"source": features(image)}


def scores(
    pictures: Mapping[str, Features],
    references: Mapping[str, Features],
    weights: Mapping[str, float] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> dict[str, Score]:
    """How well each picture belongs; one that is a reference itself (by its name) is measured against the others.

    Raises:
        BadRequest: without references. Cancelled: when it was stopped.
    """
    measure = Belonging(list(references.values()), weights)
    place = {name: at for at, name in enumerate(references)}
    found: dict[str, Score] = {}
    for name, one in pictures.items():
        if stopped():
            raise Cancelled
        found[name] = measure.among(place[name]) if name in place else measure.score(one)
    return found


def best_first(scored: Mapping[str, Score]) -> list[str]:
    """Names by their scores; equal ones in the order in which they came."""
    return sorted(scored, key=lambda name: -scored[name].total)


def picks_of(scored: Mapping[str, Score], pinned: frozenset[str]) -> Picks | None:
    """What pins say of a board: these were picked, the others passed over. None when there are not both."""
    sides = [
        tuple(dict(score.components) for name, score in scored.items() if (name in pinned) == liked)
        for liked in (True, False)
    ]
    return Picks(*sides) if all(sides) else None


def weakest(score: Score, weights: Mapping[str, float], most: int = 2) -> list[str]:
    """The components that take most from a score, the worst first; what takes less than a hundredth is left out."""
    lost = {name: weights[name] * (1 - score.components[name]) for name in COMPONENTS}
    return [name for name in sorted(lost, key=lambda name: -lost[name])[:most] if lost[name] >= 0.01]


def taste_file(board: Path) -> Path:
    """Where a project keeps its picks: boards whose folders lie side by side are one project."""
    return board.parent / TASTE
