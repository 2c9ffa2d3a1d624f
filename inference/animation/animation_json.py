"""Animations as JSON and back: ``animation.json``, version 1. What is at its default is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any, TypeVar

from inference.animation.animation import Animation, Consistency, Mode
from inference.animation.camera import Camera
from inference.animation.timeline import Key, Repeat, Timeline
from inference.api import Generate, Request, Vary
from inference.errors import BadRequest
from inference.locks import Silhouette
from inference.request_json import Get, Put, request_as_json, request_from_json

FORMAT, VERSION = "gouache-animation", 1
T = TypeVar("T")


def animation_as_json(animation: Animation, put: Put) -> dict[str, Any]:
    """The whole animation; ``put`` keeps the pictures that it starts from."""
    line = animation.timeline
    return {
        "format": FORMAT,
        "version": VERSION,
        "mode": animation.mode.value,
        "frames": line.frames,
        "rate": str(line.rate),
        "repeat": line.repeat.value,
        "seed": line.seed,
        "keys": [_said(key) for key in line.keys],
        "consistency": _said(animation.consistency),
        "takes": {str(frame): take for frame, take in sorted(animation.takes.items()) if take},
        "silhouette": animation.silhouette.value,
        "base": request_as_json(animation.base, put),
    }


def animation_from_json(said: Any, get: Get) -> Animation:
    """Read back what ``animation_as_json`` wrote.

    Raises:
        BadRequest: when it is something else, or from a newer version, or holds what cannot be.
    """
    try:
        _check(said["format"], said["version"])
        return Animation(
            timeline=_timeline(said),
            base=_base(request_from_json(said["base"], get)),
            mode=Mode(said["mode"]),
            consistency=_read(Consistency, said.get("consistency", {})),
            silhouette=Silhouette(said.get("silhouette", Silhouette.FREE.value)),
            takes={int(frame): int(take) for frame, take in said.get("takes", {}).items()},
        )
    except BadRequest:
        raise
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise BadRequest(
            "The animation cannot be read.", hint="Its frames are in frames/.", detail=repr(error)
        ) from error


def _check(made: Any, version: int) -> None:
    if made != FORMAT:
        raise ValueError(made)
    if version > VERSION:
        raise BadRequest("The animation was made by a newer Gouache.", hint="Update the program.")


def _base(request: Request) -> Generate | Vary:
    if not isinstance(request, Generate | Vary):
        raise TypeError(type(request).__name__)
    return request


def _timeline(said: Mapping[str, Any]) -> Timeline:
    return Timeline(
        keys=tuple(_read(Key, each) for each in said["keys"]),
        frames=said["frames"],
        rate=Fraction(said["rate"]),
        repeat=Repeat(said["repeat"]),
        seed=said.get("seed", 0),
    )


def _said(value: Any) -> dict[str, Any]:
    """The fields of a key, a camera or a consistency that are not at their defaults; a key's frame always."""
    out = {}
    for each in fields(value):
        own = getattr(value, each.name)
        if own != each.default:
            out[each.name] = _said(own) if isinstance(own, Camera) else own
    return out


_KINDS: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "Camera": (dict,),
    "None": (type(None),),
}


def _read(kind: Callable[..., T], said: Mapping[str, Any]) -> T:
    types = {each.name: str(each.type).split(" | ") for each in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for name, value in said.items():
        allowed = [each for part in types[name] for each in _KINDS[part]]
        if type(value) not in allowed:
            raise TypeError(f"{name} is {value!r}")
        values[name] = _read(Camera, value) if isinstance(value, dict) else value
    return kind(**values)
