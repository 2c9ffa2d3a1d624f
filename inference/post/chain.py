"""A chain of steps as a value: from text, from and to JSON, and applied to a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.alpha import Pixels
from inference.cancelling import heard
from inference.errors import BadRequest, UnknownName
from inference.post.edges import Outline, Shadow
from inference.post.frames import Pad, Trim
from inference.post.halos import Defringe
from inference.post.parameters import Parameter, parameters_of
from inference.post.pixel_art import Pixelate, Quantise
from inference.post.scaling import Sharpen, Upscale
from inference.post.specks import Despeckle
from inference.post.step import Step, rgba

STEPS: dict[str, type[Step]] = {
    kind.name: kind for kind in (Despeckle, Trim, Defringe, Sharpen, Quantise, Pixelate, Outline, Shadow, Pad, Upscale)
}
"""All steps by name, in the order in which they are usually chained."""

LONGEST = 64
"""Steps that a chain may have."""
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_SETTING = re.compile(r'(?:[^,"]|"[^"]*")+')


@dataclass(frozen=True)
class Chain:
    """Steps that are applied one after the other. Pure: the same picture gives the same bytes."""

    steps: tuple[Step, ...] = ()

    def apply(self, pixels: Pixels) -> Pixels:
        """The picture after all steps.

        Args:
            pixels: (height, width, 3 or 4) bytes, straight alpha; it is not changed.

        Returns:
            (height, width, 4) bytes.

        Raises:
            BadPicture: when a step cannot be done with this picture.
            Cancelled: between steps, when the caller was told to stop (``cancelling.heard``).
        """
        for result in self.results(pixels):
            pixels = result
        return rgba(pixels)

    def results(self, pixels: Pixels) -> Iterator[Pixels]:
        """The picture after each step, as each is done: for previews."""
        pixels = rgba(pixels)
        for each in self.steps:
            heard()
            pixels = each.apply(pixels)
            yield pixels

    def as_json(self) -> list[dict[str, Any]]:
        """A list of steps, each an object of its name and what differs from the defaults."""
        return [step_as_json(each) for each in self.steps]

    @classmethod
    def from_json(cls, value: object, folder: Path | None = None) -> Chain:
        """Read what ``as_json`` gave; palettes that are named as files are looked for in ``folder``.

        Raises:
            BadRequest: when it is no chain, or a step cannot be told so.
        """
        if not isinstance(value, list):
            raise BadRequest("A chain is a list of steps.", hint='Like [{"step": "trim"}, {"step": "pad"}].')
        return cls(_bounded(_step_from(each, folder) for each in value))

    @classmethod
    def from_text(cls, text: str, folder: Path | None = None) -> Chain:
        """Read ``pixelate:cells=32,palette=pico8 outline:width=1``. Values with spaces or commas stand in "quotes".

        Raises:
            BadRequest: when a step or parameter is not known, or a value is out of range.
        """
        return cls(_bounded(_step_of(word, folder) for word in _words(text)))

    def as_text(self) -> str:
        """What ``from_text`` reads."""
        return " ".join(_text_of(each) for each in self.steps)


NO_STEPS = Chain()


def read_chain(given: str) -> Chain:
    """A chain from a command line: its text, or the name of a JSON file that holds one."""
    path = Path(given.strip())
    if path.suffix.lower() != ".json":
        return Chain.from_text(given)
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadRequest(f"The chain {path} cannot be read.", hint="Check the name.", detail=str(error)) from error
    return Chain.from_json(value, path.parent)


def make_step(name: str, settings: Mapping[str, object], folder: Path | None = None) -> Step:
    """A step from its name and settings as JSON or text has them.

    Raises:
        UnknownName: for a name that stands for no step or parameter. BadRequest: for a value that is not possible.
    """
    kind = STEPS.get(name.strip().lower())
    if kind is None:
        raise UnknownName("step", name, STEPS)
    known = {parameter.name: parameter for parameter in parameters_of(kind)}
    values = {key: _read(name, known, key, value, folder) for key, value in settings.items()}
    return kind(**values)


def step_as_json(step: Step) -> dict[str, Any]:
    """An object of a step's name and what differs from the defaults."""
    return {"step": step.name} | {p.name: p.write(value) for p, value in _told(step)}


def _read(step: str, known: Mapping[str, Parameter], key: str, value: object, folder: Path | None) -> Any:
    if key not in known:
        raise UnknownName(f"setting of {step}", key, known)
    try:
        return known[key].read(value, folder)
    except UnknownName:
        raise
    except BadRequest as error:
        raise BadRequest(f"{step}: {error.message}", hint=error.hint, detail=error.detail) from error


def _told(step: Step) -> list[tuple[Parameter, Any]]:
    values = [(parameter, getattr(step, parameter.name)) for parameter in parameters_of(step)]
    return [(parameter, value) for parameter, value in values if value != parameter.default]


def _step_from(value: object, folder: Path | None) -> Step:
    if not isinstance(value, dict) or not isinstance(value.get("step"), str):
        raise BadRequest("A step of the chain has no name.", hint='Write it like {"step": "trim"}.')
    return make_step(value["step"], {str(key): each for key, each in value.items() if key != "step"}, folder)


def _step_of(word: str, folder: Path | None) -> Step:
    name, _, rest = word.partition(":")
    settings: dict[str, object] = {}
    for part in _SETTING.findall(rest):
        key, equals, value = part.partition("=")
        if not equals:
            raise BadRequest(f"'{part}' in the step {name} has no value.", hint="Write it like width=2.")
        settings[key.strip().lower()] = value.strip().removeprefix('"').removesuffix('"')
    return make_step(name, settings, folder)


def _words(text: str) -> list[str]:
    if text.count('"') % 2:
        raise BadRequest("The chain has a quote that does not end.", hint='Write "..." around a value.')
    words = _WORD.findall(text)
    if not words:
        raise BadRequest("The chain is empty.", hint="Name a step, like trim or pixelate:cells=32.")
    return words


def _bounded(steps: Iterable[Step]) -> tuple[Step, ...]:
    kept = tuple(steps)
    if len(kept) > LONGEST:
        raise BadRequest(f"The chain has {len(kept)} steps.", hint=f"At most {LONGEST} are possible.")
    return kept


def _text_of(step: Step) -> str:
    told = ",".join(f"{parameter.name}={_quoted(parameter.text(value))}" for parameter, value in _told(step))
    return f"{step.name}:{told}" if told else step.name


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"[\s,]", text) else text
