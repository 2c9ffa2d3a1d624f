"""From the situation of a document and the settings of the panel to a request: pure functions.

Everything is in canvas pixels. Nothing here knows Qt or an engine.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import cv2

from desktop_app.document.control_layers import controls_of, picture_layers
from desktop_app.document.document import Document
from desktop_app.document.edits import around
from desktop_app.document.layers import LayerId, Raster
from desktop_app.results import Mode, Run
from inference.api import (
    DEFAULT_MODEL,
    GUIDANCE_RANGE,
    LARGEST_SEED,
    LARGEST_SIDE,
    MOST_PICTURES,
    MOST_STEPS,
    Fill,
    Generate,
    Inpaint,
    Request,
    Seamless,
    Vary,
)
from inference.edits import plan_context
from inference.errors import BadRequest, GouacheError
from inference.geometry import Bounds, Size
from inference.locks import ColourLock, Silhouette
from inference.loras import Lora, find_lora
from inference.manifest import ModelManifest, Task
from inference.post.chain import Chain
from inference.recipe import Recipe
from inference.request_checks import SMALLEST_SIDE
from inference.samplers import SAMPLERS

T = TypeVar("T", int, float)

MOST_CLIP_SKIP, MOST_CONTEXT = 12, 16
"""As ``inference.api`` allows."""
INPAINT_STRENGTH, VARY_STRENGTH = 1.0, 0.6
ROOM = 64
"""Pixels around the context that go along with a request, so that it is planned as it was shown."""
_BAND = 256


@dataclass(frozen=True, kw_only=True)
class GenerateSettings:
    """What the generate panel says. ``None`` means: as the style or the model says.

    Attributes:
        mode: ``AUTO`` finds it from the situation.
        seed: of the next run's first picture.
        seed_locked: keep the seed; else each run gets a new one.
        inpaint_strength, vary_strength: 0 to 1; each mode remembers its own.
        size: of a picture from words alone.
        loras: names and weights as one writes them: "ink:0.8, wash:0.4".
        post: steps of a chain as one writes them: "pixelate:cells=32 outline".
        The rest: see ``inference.api``.
    """

    mode: Mode = Mode.AUTO
    model: str = DEFAULT_MODEL
    style: str | None = None
    prompt: str = ""
    negative: str = ""
    inpaint_strength: float = INPAINT_STRENGTH
    vary_strength: float = VARY_STRENGTH
    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    size: Size | None = None
    seed: int = 1
    seed_locked: bool = False
    count: int = 4
    clip_skip: int = 0
    loras: str = ""
    post: str = ""
    variation_seed: int | None = None
    variation_strength: float = 0.0
    seamless_x: bool = False
    seamless_y: bool = False
    fill: Fill = Fill.AUTO
    feather: float | None = None
    context: float | None = None
    keep_outside: bool = False
    match_colour: bool = True
    colour: ColourLock = ColourLock.FREE
    silhouette: Silhouette = Silhouette.FREE

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        size = None if self.size is None else [self.size.width, self.size.height]
        choices = {name: getattr(self, name).value for name in ("mode", "fill", "colour", "silhouette")}
        return asdict(self) | choices | {"size": size}

    @classmethod
    def from_dict(cls, values: dict[str, Any], base: GenerateSettings | None = None) -> GenerateSettings:
        """Read back what ``as_dict`` wrote; what is missing or cannot be is left as in ``base``, or at its default."""
        kept: dict[str, Any] = {}
        for name, read in _READERS.items():
            if isinstance(values, dict) and name in values:
                with suppress(TypeError, ValueError, OverflowError):
                    kept[name] = read(values[name])
        return replace(base or cls(), **kept)

    @classmethod
    def from_recipe(cls, recipe: Recipe, base: GenerateSettings) -> GenerateSettings:
        """What made a picture, with the seed locked; the mode stays with the situation.

        Recipes come from files: what cannot be is left as in ``base``.
        """
        names = ("model", "style", "prompt", "negative", "steps", "guidance", "scheduler", "seed", "clip_skip")
        varied = ("variation_seed", "variation_strength")
        values: dict[str, Any] = {name: getattr(recipe, name) for name in names + varied}
        if recipe.kind == "generate":
            values["size"] = [recipe.width, recipe.height]
        if recipe.strength is not None:
            values[f"{recipe.kind}_strength"] = recipe.strength
        seamless = str(recipe.seamless)
        axes = {f"seamless_{axis}": axis in seamless or seamless == "both" for axis in "xy"}
        extra = {name: recipe.extra[name] for name in _EXTRA if name in recipe.extra}
        values["loras"] = _written(recipe.extra.get("loras", ()))
        values["post"] = _chained(recipe.extra.get("post", []))
        if recipe.kind == "vary":
            extra = {"colour": ColourLock.FREE.value, "silhouette": Silhouette.FREE.value} | extra
        return cls.from_dict(values | axes | extra | {"seed_locked": True}, base)


def _whole(least: int, most: int) -> Callable[[Any], int]:
    return lambda value: _within(operator.index(value), least, most)


def _real(least: float, most: float) -> Callable[[Any], float]:
    return lambda value: _within(float(value), least, most)


def _within(value: T, least: float, most: float) -> T:
    if not least <= value <= most:
        raise ValueError(f"{value} is not from {least} to {most}")
    return value


def _a(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _sampler(name: Any) -> str:
    if name not in SAMPLERS:
        raise ValueError(f"{name!r} is no sampler")
    return name


def _a_size(value: Any) -> Size:
    width, height = (_whole(1, LARGEST_SIDE)(side) for side in value)
    return Size(width, height)


_READERS: dict[str, Callable[[Any], Any]] = {
    "mode": Mode,
    "model": _a(str),
    "style": _or_none(_a(str)),
    "prompt": _a(str),
    "negative": _a(str),
    "inpaint_strength": _real(0, 1),
    "vary_strength": _real(0, 1),
    "steps": _or_none(_whole(1, MOST_STEPS)),
    "guidance": _or_none(_real(*GUIDANCE_RANGE)),
    "scheduler": _or_none(_sampler),
    "size": _or_none(_a_size),
    "seed": _whole(0, LARGEST_SEED),
    "seed_locked": _a(bool),
    "count": _whole(1, MOST_PICTURES),
    "clip_skip": _whole(0, MOST_CLIP_SKIP),
    "loras": _a(str),
    "post": _a(str),
    "variation_seed": _or_none(_whole(0, LARGEST_SEED)),
    "variation_strength": _real(0, 1),
    "seamless_x": _a(bool),
    "seamless_y": _a(bool),
    "fill": Fill,
    "feather": _or_none(_real(0, LARGEST_SIDE)),
    "context": _or_none(_real(0, MOST_CONTEXT)),
    "keep_outside": _a(bool),
    "match_colour": _a(bool),
    "colour": ColourLock,
    "silhouette": Silhouette,
}
"""What each setting may be in a file; as ``inference.api`` allows."""
_EXTRA = ("fill", "feather", "context", "keep_outside", "match_colour", "colour", "silhouette")
"""Settings that a recipe keeps in its ``extra``."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What there is to work with.

    Attributes:
        canvas: its size; None when no document is open.
        picture: around the visible layers that hold something; None when nothing is to be seen.
        selected: around what is selected; None when nothing is.
    """

    canvas: Size | None = None
    picture: Bounds | None = None
    selected: Bounds | None = None

    @property
    def mode(self) -> Mode:
        """No picture: generate. A selection beyond the picture: outpaint; inside it: inpaint. Neither: vary."""
        if self.canvas is None or self.picture is None:
            return Mode.GENERATE
        if self.selected is None:
            return Mode.VARY
        return Mode.INPAINT if self.picture.contains(self.selected) else Mode.OUTPAINT


class Watch:
    """Finds the situation of a document; what has not changed since is not looked at again."""

    def __init__(self) -> None:
        self._known: dict[Raster, tuple[int, bool]] = {}

    def situation(self, document: Document | None) -> Situation:
        """As it is now."""
        if document is None:
            self._known.clear()
            return Situation()
        filled = [
            layer
            for layer in picture_layers(document.layers)
            if layer.visible and layer.opacity > 0 and self._holds(layer.raster)
        ]
        seen = around(layer.bounds for layer in filled).intersection(document.stack.bounds)
        self._known = {layer.raster: self._known[layer.raster] for layer in filled if layer.raster in self._known}
        return Situation(
            canvas=document.size,
            picture=None if seen.empty else seen,
            selected=document.selected(),
        )

    def _holds(self, raster: Raster) -> bool:
        version, holds = self._known.get(raster, (-1, False))
        if version != raster.version:
            holds = any(
                cv2.hasNonZero(cv2.extractChannel(raster.array[row : row + _BAND], 3))
                for row in range(0, raster.shape[0], _BAND)
            )
            self._known[raster] = (raster.version, holds)
        return holds


TASKS = {Mode.GENERATE: Task.GENERATE, Mode.VARY: Task.VARY, Mode.INPAINT: Task.INPAINT, Mode.OUTPAINT: Task.INPAINT}


def mode_of(settings: GenerateSettings, situation: Situation) -> Mode:
    """The mode that will run."""
    return situation.mode if settings.mode is Mode.AUTO else settings.mode


def check(settings: GenerateSettings, situation: Situation, manifest: ModelManifest) -> Mode:
    """The mode that will run, when it can.

    Raises:
        BadRequest: with the reason and what to do.
    """
    mode = mode_of(settings, situation)
    for lora in loras_of(settings):
        find_lora(lora.name)
    post_of(settings)
    if mode is not Mode.GENERATE and situation.canvas is None:
        raise BadRequest("There is no picture to change.", hint="Open a picture, or choose Generate.")
    if mode in (Mode.INPAINT, Mode.OUTPAINT) and situation.selected is None:
        raise BadRequest("Nothing is selected.", hint="Brush over what should change.")
    if mode is not Mode.GENERATE and situation.picture is None:
        raise BadRequest("The canvas is empty.", hint="Choose Generate, or paint something first.")
    if mode is not Mode.GENERATE and situation.canvas and min(situation.canvas.shape) < SMALLEST_SIDE:
        raise BadRequest(
            f"The canvas is {situation.canvas}.", hint=f"Extend it to at least {SMALLEST_SIDE} pixels a side."
        )
    if TASKS[mode] not in manifest.tasks:
        can = ", ".join(task.value for task in manifest.tasks) or "nothing"
        raise BadRequest(
            f"The model {manifest.title} cannot {TASKS[mode].value}: it can {can}.", hint="Choose another model."
        )
    return mode


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, and the run that its pictures will belong to."""

    request: Request
    run: Run


def build(
    document: Document | None, settings: GenerateSettings, situation: Situation, manifest: ModelManifest
) -> Asked:
    """Make the request for what the panel says.

    Raises:
        BadRequest: when it cannot be done, with the reason and what to do.
    """
    mode = check(settings, situation, manifest)
    if document is None or mode is Mode.GENERATE:
        size = settings.size or size_for(situation.canvas, manifest)
        canvas = situation.canvas or size
        frame = Bounds((canvas.width - size.width) // 2, (canvas.height - size.height) // 2, size.width, size.height)
        request: Request = Generate(size=size, **_common(settings))
    elif mode is Mode.VARY:
        frame = document.stack.bounds
        where = document.selection if situation.selected else None
        request = Vary(
            image=document.compose(),
            where=where,
            strength=settings.vary_strength,
            colour=settings.colour,
            silhouette=settings.silhouette,
            **_common(settings),
        )
    else:
        request, frame = _inpaint(document, settings, situation, manifest, mode)
    if document is not None:
        request = replace(request, controls=controls_of(document.layers, frame))
    anchor = (0, 0) if document is None else document.stack.anchor
    run = Run(
        mode=mode,
        title=settings.prompt,
        frame=frame.moved(-anchor[0], -anchor[1]),
        above=topmost(document),
        wanted=settings.count,
        open=True,
    )
    return Asked(request=request, run=run)


def _inpaint(
    document: Document, settings: GenerateSettings, situation: Situation, manifest: ModelManifest, mode: Mode
) -> tuple[Inpaint, Bounds]:
    """Only what the model will see goes along: copying all of a large canvas would take a second."""
    assert situation.picture is not None
    assert situation.selected is not None
    context, _feather = plan_context(
        situation.selected,
        document.size,
        manifest,
        strength=settings.inpaint_strength,
        feather=settings.feather,
        context=settings.context,
    )
    frame = context.bounds.padded(ROOM).intersection(document.stack.bounds)
    seen = situation.picture.intersection(frame) if mode is Mode.OUTPAINT else frame
    if min(seen.width, seen.height) < SMALLEST_SIDE:
        seen = frame
    return (
        Inpaint(
            image=document.compose(seen),
            mask=document.selection[frame.slices],
            origin=(seen.x - frame.x, seen.y - frame.y),
            strength=settings.inpaint_strength,
            fill=settings.fill,
            feather=settings.feather,
            context=settings.context,
            keep_outside=settings.keep_outside,
            match_colour=settings.match_colour,
            **_common(settings),
        ),
        frame,
    )


def _common(settings: GenerateSettings) -> dict[str, Any]:
    seamless = Seamless.NONE
    if settings.seamless_x:
        seamless |= Seamless.X
    if settings.seamless_y:
        seamless |= Seamless.Y
    names = ("model", "prompt", "negative", "style", "seed", "count", "steps", "guidance", "scheduler", "clip_skip")
    varied = {"variation_seed": settings.variation_seed, "variation_strength": settings.variation_strength}
    plain = {name: getattr(settings, name) for name in names}
    return plain | varied | {"seamless": seamless, "loras": loras_of(settings), "post": post_of(settings)}


def loras_of(settings: GenerateSettings) -> tuple[Lora, ...]:
    """The LoRAs that are written there.

    Raises:
        BadRequest: for a weight that cannot be.
    """
    return tuple(Lora.from_text(part.strip()) for part in settings.loras.split(",") if part.strip())


def post_of(settings: GenerateSettings) -> Chain:
    """The steps that are written there.

    Raises:
        BadRequest: for a step or a value that cannot be.
    """
    return Chain.from_text(settings.post) if settings.post.strip() else Chain()


def _chained(said: Any) -> str:
    """A recipe's steps as one writes them; nothing where they cannot be read."""
    with suppress(GouacheError):
        return Chain.from_json(said).as_text()
    return ""


def _written(said: Any) -> str:
    """A recipe's LoRAs as one writes them; what is no LoRA is left out."""
    kept = []
    with suppress(TypeError, KeyError, ValueError, GouacheError):
        kept = [f"{each['name']}:{float(each['weight']):g}" for each in said]
    return ", ".join(kept)


def size_for(canvas: Size | None, manifest: ModelManifest) -> Size:
    """The canvas's size when the model can run at it, else the model's own."""
    if canvas is not None and manifest.size_rule.allows(canvas):
        return canvas
    return manifest.native


def topmost(document: Document | None) -> LayerId | None:
    """The layer right above which a picture of all of them belongs."""
    if document is None or not document.layers:
        return None
    return document.layers[-1].id
