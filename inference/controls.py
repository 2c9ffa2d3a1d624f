"""Pictures that guide a picture through a ControlNet: what a request says of them. Light: no weight is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inference.alpha import Pixels
from inference.errors import BadRequest, UnknownName
from inference.readings import PLAIN, Reading
from inference.request_checks import check_range, checked_picture
from inference.resources import RESOURCES, user_folder

MOST_CONTROLS = 8
STRENGTH_RANGE = (0.0, 2.0)
CARD = "control.json"
"""The file that makes a folder a ControlNet's (see ``inference.control_card``)."""
UNKNOWN = "unknown"
EMBEDDED = RESOURCES / "controlnets"
"""ControlNets that come with the program."""


@dataclass(frozen=True, kw_only=True)
class ControlKind:
    """What a ControlNet was trained on. ``sign``: what its files are called; ``reading``: usual for a picture."""

    title: str
    sign: str
    reading: str


KINDS: Mapping[str, ControlKind] = {
    "canny": ControlKind(title="edges", sign=r"canny", reading="edges"),
    "lineart": ControlKind(title="line art", sign=r"line[-_ ]?art", reading="lines"),
    "softedge": ControlKind(title="soft edges", sign=r"soft[-_ ]?edge|(?<![a-z])hed(?![a-z])", reading="lines"),
    "scribble": ControlKind(title="scribbles", sign=r"scribble|sketch", reading="scribble"),
    "tile": ControlKind(title="detail", sign=r"(?<![a-z])tile", reading="tile"),
    "depth": ControlKind(title="depth", sign=r"depth", reading="plain"),
    "pose": ControlKind(title="poses", sign=r"pose", reading="plain"),
    UNKNOWN: ControlKind(title="unknown", sign=r"(?!)", reading="plain"),
}
"""By name. Depth and poses are read by networks that Gouache has not: their pictures are maps already."""


def kind_by_name(*texts: str) -> str:
    """The kind that a name speaks of, or "unknown"."""
    found = (name for name, kind in KINDS.items() for text in texts if re.search(kind.sign, text, re.IGNORECASE))
    return next(found, UNKNOWN)


@dataclass(frozen=True, kw_only=True, eq=False)
class Control:
    """A picture, the ControlNet that reads it, and how far and how long it leads.

    Attributes:
        name: of a ControlNet in the user's folder, or a path to its folder.
        picture: (height, width, 3 or 4) bytes, 16 to 8192 pixels a side. It covers the request's frame: one of another
            shape is scaled until it does, and what stands over is left out.
        strength: 0 (not at all) to 2; 1 is as it was trained.
        start, end: share of the steps at which it begins and ends to lead, 0 to 1.
        reading: what is made of the picture first (see ``inference.readings``).
    """

    name: str
    picture: Pixels
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    reading: Reading = PLAIN

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise BadRequest("A ControlNet has no name.", hint="Give the name of one, like canny:0.8")
        check_range(f"strength of the ControlNet {self.title}", self.strength, *STRENGTH_RANGE)
        check_range(f"start of the ControlNet {self.title}", self.start, 0, 1)
        check_range(f"end of the ControlNet {self.title}", self.end, 0, 1)
        if self.start > self.end:
            raise BadRequest(
                f"The ControlNet {self.title} would end before it starts.", hint="Give a start below the end."
            )
        object.__setattr__(self, "picture", checked_picture(self.picture))

    @property
    def title(self) -> str:
        """What a person calls it."""
        return Path(self.name).name


def control_folder() -> Path:
    """The user's ControlNets."""
    return user_folder() / "controlnets"


def known_controls() -> dict[str, Path]:
    """ControlNets by name: those that Gouache brings, and the user's, which win."""
    roots = (EMBEDDED, control_folder())
    folders = [each for root in roots if root.is_dir() for each in sorted(root.iterdir())]
    return {each.name: each for each in folders if not each.name.startswith(".") and (each / CARD).is_file()}


def find_control(name: str) -> Path:
    """The folder of a ControlNet.

    Raises:
        UnknownName: with the near names. BadRequest: when a path leads to nothing that was imported.
    """
    known = known_controls()
    found = known.get(name) or {each.lower(): path for each, path in known.items()}.get(name.lower())
    if found is not None:
        return found
    path = Path(name).expanduser()
    if not any(sign in name for sign in "/\\"):
        raise UnknownName("ControlNet", name, known)
    if not (path / CARD).is_file():
        raise BadRequest(f"{name} is not a ControlNet that was imported.", hint="Import it first: models import FILE.")
    return path
