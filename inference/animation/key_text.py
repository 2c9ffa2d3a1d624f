"""Keys as a person types them: ``24: a green tree | seed=5 zoom=1.5 easing=ease-out``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from inference.animation.camera import Camera
from inference.animation.timeline import Key
from inference.errors import BadRequest, UnknownName

EXAMPLE = '--key "24: a green tree | seed=5 zoom=1.5 easing=ease-out"'
SETTINGS: Mapping[str, Callable[[str], Any]] = {
    "seed": int,
    "strength": float,
    "guidance": float,
    "style": str,
    "easing": str,
    "hold": int,
}
CAMERA = ("x", "y", "zoom", "rotate", "tilt", "turn")


def parse_key(text: str, rate: Fraction) -> Key:
    """A key: its frame (or its time, ``1.5s``), the prompt, and after ``|`` its settings and its camera's.

    Without a prompt it is that of the key before. Settings of the camera that are not said are at rest.

    Raises:
        BadRequest, UnknownName: when it is no key.
    """
    place, colon, rest = text.partition(":")
    if not colon:
        raise BadRequest(f"'{text}' is no key.", hint=f"Write the frame, a colon and the prompt: {EXAMPLE}")
    prompt, _, settings = rest.partition("|")
    values: dict[str, Any] = {"frame": _frame(place.strip(), rate, text), "prompt": prompt.strip() or None}
    camera: dict[str, float] = {}
    for word in settings.split():
        name, equals, value = word.partition("=")
        if not equals or (name not in SETTINGS and name not in CAMERA):
            raise UnknownName("setting of a key", name, [*SETTINGS, *CAMERA])
        kind = SETTINGS.get(name, float)
        try:
            (camera if name in CAMERA else values)[name] = kind(value)
        except ValueError:
            raise BadRequest(f"'{word}' in a key is no number.", hint=f"For instance: {EXAMPLE}") from None
    if values.get("style") == "none":
        values["style"] = ""
    return Key(**values, camera=Camera(**camera) if camera else None)


def _frame(place: str, rate: Fraction, text: str) -> int:
    try:
        return round(Fraction(place[:-1]) * rate) if place.endswith("s") else int(place)
    except ValueError:
        raise BadRequest(f"'{text}' does not begin with a frame.", hint=f"For instance: {EXAMPLE}") from None


def parse_frames(text: str, count: int) -> range:
    """``12``, ``10..12`` or ``30..`` (to the end). Raises BadRequest for what is none, or beyond the frames."""
    first, dots, last = text.partition("..")
    try:
        start = int(first)
        stop = int(last) if last else (count - 1 if dots else start)
    except ValueError:
        raise BadRequest(f"'{text}' is no frame.", hint="Write 12, or 10..12, or 30.. for all from there.") from None
    if not 0 <= start <= stop < count:
        raise BadRequest(f"There is no frame {text}.", hint=f"They go from 0 to {count - 1}.")
    return range(start, stop + 1)
