"""The words in which one talks to an engine: requests go in, events come out.

A request is a plain frozen value with all that the engine needs; its arrays are read-only copies and its seed is
explicit, so that it can be made in one thread, kept, compared and run in another. Light: no runtime is imported.
"""

from __future__ import annotations

import enum
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from inference.alpha import Pixels
from inference.controls import MOST_CONTROLS, Control
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds, Size
from inference.grains import Grains
from inference.locks import ColourLock, Silhouette
from inference.loras import MOST_LORAS, Lora
from inference.masks import Mask
from inference.post.chain import NO_STEPS, Chain
from inference.recipe import Recipe
from inference.request_checks import (
    LARGEST_SIDE,
    MOST_REFERENCES,
    REFERENCE_WEIGHT,
    check_range,
    check_whole,
    checked_mask,
    checked_picture,
)
from inference.words import Unknown

DEFAULT_MODEL = "sprites"
LARGEST_SEED = 2**63 - 1
MOST_STEPS = 1000
MOST_PICTURES = 10_000
MOST_ENDS = 16
GUIDANCE_RANGE = (0.0, 50.0)
WEIGHT_ERROR = 1e-6
"""How far from 1 the weights of a blend may sum."""
BATCH_AREA = 4 * 512 * 512
"""Picture pixels that are denoised together at most."""


class Seamless(enum.Flag):
    """Axes on which a picture repeats without a seam."""

    NONE = 0
    X = enum.auto()
    Y = enum.auto()
    BOTH = X | Y


class Fill(enum.Enum):
    """What a masked area holds before it is denoised."""

    AUTO = "auto"
    """By strength: the original when little changes, the blurred neighbourhood otherwise."""
    NEUTRAL = "neutral"
    BLUR = "blur"
    INPAINT = "inpaint"
    """OpenCV's Navier-Stokes inpainting."""
    ORIGINAL = "original"


@dataclass(frozen=True, kw_only=True, eq=False)
class Request:
    """What every kind of picture needs. ``None`` means: as the model's manifest or the style says.

    Attributes:
        model: name of an installed model, or a folder.
        prompt: may hold weights, ``(word:1.3)``.
        negative: what the picture should not be.
        style: name of a style preset.
        seed: of the first picture; the next has the next seed. 0 to 2**63 - 1.
        count: pictures, at least 1.
        steps: denoising steps, 1 to 1000.
        guidance: classifier-free guidance scale, 0 to 50; at 1 and below there is none.
        scheduler: sampler's name (see ``inference.samplers``).
        clip_skip: hidden layers of the text encoder left out at its end.
        variation_seed: a second seed whose noise is mixed in.
        variation_strength: 0 (only ``seed``) to 1 (only ``variation_seed``).
        seamless: axes on which the picture repeats.
        references: pictures whose colours and texture the result takes on, whatever they show: (height, width, 3 or 4)
            bytes, at most 32 (see ``inference.references``).
        reference_weight: 0 (not at all) to 1 (as far as their own spread asks for).
        loras: changes of the model's weights, at most 16; those of the style come on top.
        post: steps that each finished picture goes through, after the style's; an inpainted one does not.
        controls: pictures that guide this one, each through a ControlNet, at most 8.
        previews: send a rough picture with each step.
    """

    model: str = DEFAULT_MODEL
    prompt: str = ""
    negative: str = ""
    style: str | None = None
    seed: int
    count: int = 1
    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None
    clip_skip: int = 0
    variation_seed: int | None = None
    variation_strength: float = 0.0
    seamless: Seamless = Seamless.NONE
    references: tuple[Pixels, ...] = ()
    reference_weight: float = REFERENCE_WEIGHT
    loras: tuple[Lora, ...] = ()
    post: Chain = NO_STEPS
    controls: tuple[Control, ...] = ()
    previews: bool = True

    def __post_init__(self) -> None:
        check_whole("seed", self.seed, 0, LARGEST_SEED)
        check_whole("number of pictures", self.count, 1, MOST_PICTURES)
        check_whole("last seed", self.seed + self.count - 1, 0, LARGEST_SEED)
        if self.steps is not None:
            check_whole("number of steps", self.steps, 1, MOST_STEPS)
        if self.guidance is not None:
            check_range("guidance", self.guidance, *GUIDANCE_RANGE)
        if self.variation_seed is not None:
            check_whole("variation seed", self.variation_seed, 0, LARGEST_SEED)
        check_range("variation strength", self.variation_strength, 0, 1)
        check_whole("clip skip", self.clip_skip, 0, 12)
        check_range("reference weight", self.reference_weight, 0, 1)
        if len(self.references) > MOST_REFERENCES:
            raise BadRequest(
                f"There are {len(self.references)} reference pictures.", hint=f"Choose at most {MOST_REFERENCES}."
            )
        if len(self.loras) > MOST_LORAS:
            raise BadRequest(f"There are {len(self.loras)} LoRAs.", hint=f"Choose at most {MOST_LORAS}.")
        if len(self.controls) > MOST_CONTROLS:
            raise BadRequest(
                f"There are {len(self.controls)} control pictures.", hint=f"Choose at most {MOST_CONTROLS}."
            )
        _freeze(self, "controls", tuple(self.controls))
        _freeze(self, "loras", tuple(self.loras))
        _freeze(self, "references", tuple(checked_picture(each) for each in self.references))


@dataclass(frozen=True, kw_only=True, eq=False)
class Generate(Request):
    """A picture from words alone.

    Attributes:
        size: None for the model's own size.
    """

    size: Size | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Vary(Request):
    """A picture from a picture.

    Attributes:
        image: (height, width, 3 or 4) bytes, straight alpha, 16 to 8192 pixels a side.
        strength: 0 (the picture itself) to 1 (nothing of it is left).
        where: None, or bytes (height, width): how much of ``strength`` applies at each pixel.
        colour: what of the picture's colours is kept.
        silhouette: whether its outline is kept, or open.
        grains: noise that was carried along with the picture's motion, in place of noise that stands still.
    """

    image: Pixels
    strength: float = 0.6
    where: Mask | None = None
    colour: ColourLock = ColourLock.FREE
    silhouette: Silhouette = Silhouette.FREE
    grains: Grains | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("strength", self.strength, 0, 1)
        _freeze(self, "image", checked_picture(self.image))
        if self.where is not None:
            _freeze(self, "where", checked_mask(self.where, self.image.shape[:2]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Inpaint(Request):
    """A picture with a part of it made anew. A mask that reaches beyond the picture paints outwards.

    Attributes:
        image: (height, width, 3 or 4) bytes, straight alpha, 16 to 8192 pixels a side.
        mask: bytes, 255 where the picture may change; as large as the picture, or larger (outpainting).
        origin: where the picture's top left corner lies in the mask: x, y.
        strength: 0 (nothing changes) to 1 (the masked part is made from nothing).
        fill: what the masked part holds before denoising.
        feather: width of the soft band in picture pixels; None lets it scale with the selection.
        context: how much around the selection is seen, as a share of its mean side; None for the default.
        keep_outside: not one pixel outside the selection may change.
        match_colour: bring the result's colours in line with the surroundings.
    """

    image: Pixels
    mask: Mask
    origin: tuple[int, int] = (0, 0)
    strength: float = 1.0
    fill: Fill = Fill.AUTO
    feather: float | None = None
    context: float | None = None
    keep_outside: bool = False
    match_colour: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range("strength", self.strength, 0, 1)
        if self.feather is not None:
            check_range("feather", self.feather, 0, LARGEST_SIDE)
        if self.context is not None:
            check_range("context", self.context, 0, 16)
        _freeze(self, "image", checked_picture(self.image))
        _freeze(self, "mask", checked_mask(self.mask, None))
        height, width = self.image.shape[:2]
        frame = Bounds.of(Size(self.mask.shape[1], self.mask.shape[0]))
        if not frame.contains(Bounds(*self.origin, width, height)):
            raise BadPicture(
                f"The mask is {frame.size} and the picture is {width}x{height}.",
                hint="Give a mask of the picture's size, or a larger one to paint outwards.",
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class Blend(Request):
    """A picture between others: their words, noise, sources and settings mixed by weight.

    Words' states, sources' latents, maps, steps, guidance and strength are mixed linearly, noise spherically. The
    sampler, the words and the model that this request itself names are those of the end with the largest weight; steps,
    guidance and scheduler can be given and then hold for all. An end counts as its first picture.

    Attributes:
        ends: 2 to 16 pictures of one model and one size.
        weights: one for each end, 0 to 1; they sum to 1. An end of weight 1 comes out as if it were asked for alone.
        seed: of the noise that ``variation_strength`` mixes in where there is no ``variation_seed``; either goes up by
            one with each picture. At a strength of 0 all pictures are one.
    """

    ends: tuple[Generate | Vary, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        _freeze(self, "ends", tuple(self.ends))
        _freeze(self, "weights", tuple(float(weight) for weight in self.weights))
        check_whole("number of pictures to blend", len(self.ends), 2, MOST_ENDS)
        if len(self.weights) != len(self.ends):
            raise BadRequest(
                f"There are {len(self.ends)} pictures to blend and {len(self.weights)} weights.",
                hint="Give each picture one weight.",
            )
        for weight in self.weights:
            check_range("weight", weight, 0, 1)
        if abs(sum(self.weights) - 1) > WEIGHT_ERROR:
            raise BadRequest(f"The weights sum to {sum(self.weights):g}.", hint="Let them sum to 1.")
        if len({end.seamless for end in self.ends}) > 1:
            raise BadRequest("Only some of the pictures to blend repeat.", hint="Make all of them seamless, or none.")
        for name in ("model", "prompt", "negative", "style", "loras", "clip_skip", "seamless"):
            _freeze(self, name, getattr(self.main, name))
        super().__post_init__()

    @property
    def main(self) -> Generate | Vary:
        """The end with the largest weight, the first of equals."""
        return self.ends[self.weights.index(max(self.weights))]


@dataclass(frozen=True, kw_only=True, eq=False)
class Series(Request):
    """Several pictures from words alone, each as if it were asked for alone, bit for bit: they are denoised together
    where that is possible (one model, size and sampler), and one after the other where not.

    Attributes:
        requests: of one picture each; a picture's ``index`` is its request's place here. The other fields are theirs.
    """

    requests: tuple[Generate | Blend, ...]
    seed: int = 0

    def __post_init__(self) -> None:
        _freeze(self, "requests", tuple(self.requests))
        check_whole("number of requests", len(self.requests), 1, MOST_PICTURES)
        if any(each.count != 1 for each in self.requests):
            raise BadRequest("A request of a series is of one picture.", hint="Give each picture its request.")
        _freeze(self, "count", len(self.requests))
        super().__post_init__()


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something the user should know that did not stop the work: which rung of the memory ladder was used, a GPU
    that was asked for and not obtained, words that the model does not know.

    Attributes:
        unknown: those words, when the notice is about them; their places are those in the prompt with its style.
    """

    message: str
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One step of denoising is done.

    Attributes:
        index: steps done so far in the whole request.
        count: steps of the whole request.
        previews: a small RGBA picture for each picture of the running batch, or none.
        bounds: the part of the request's frame that the previews show.
    """

    index: int
    count: int
    previews: tuple[Pixels, ...] = ()
    bounds: Bounds | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """A finished picture.

    Attributes:
        pixels: (height, width, 3 or 4) bytes, straight alpha: the part of the frame given by ``bounds``.
        bounds: where ``pixels`` belong in the request's frame; the whole of it for ``Generate`` and ``Vary``.
        coverage: (height, width) bytes: 0 where ``pixels`` are bit-identical to the request's image.
        seed: this picture's.
        index: 0 for the request's first picture.
        recipe: all that is needed to make it again.
    """

    pixels: Pixels
    bounds: Bounds
    coverage: Mask
    seed: int
    index: int
    recipe: Recipe
    frame: int = field(default=0)


@dataclass(frozen=True, kw_only=True)
class Device:
    """What the models really run on. Sent when a request has loaded what it starts with, before its first step, and
    at its end, but only when something differs from the last one sent.

    Attributes:
        title: "CPU", "CUDA", "DirectML" or "CoreML".
        provider: the runtime's own name for it.
        name: of the processor or the card; the title where that is not known.
        threads: that a CPU session computes with.
        memory: main memory of the machine in bytes.
        weights: bytes of weights that are loaded.
        models: names of the models that have something loaded, the one used last at the end.
        missed: why a GPU that was asked for, or that is in the machine, is not used: one sentence. Else None.
    """

    title: str
    provider: str
    name: str
    threads: int
    memory: int
    weights: int
    models: tuple[str, ...] = ()
    missed: str | None = None


Event = Step | Picture | Notice | Device


class Engine(Protocol):
    """Something that understands requests. One thread at a time iterates; ``cancel`` may come from any."""

    def run(self, request: Request) -> Generator[Event, None, None]:
        """Do the work, an event at a time. Closing the generator stops it and leaves the engine usable."""
        ...

    def cancel(self) -> None:
        """Stop the running request within 0.3 s, even inside a long call: ``run`` then raises Cancelled."""
        ...

    def close(self) -> None:
        """Let go of models and threads."""
        ...


def together(size: Size, count: int) -> int:
    """How many of ``count`` pictures are denoised at the same time, where memory allows; at least 1."""
    return max(1, min(count, BATCH_AREA // size.area))


def paste(image: Pixels, picture: Picture, origin: tuple[int, int] = (0, 0), frame: Size | None = None) -> Pixels:
    """The whole edited picture: ``image`` with ``picture`` put where it belongs.

    Args:
        origin: where ``image`` lies in the request's frame.
        frame: the frame's size; None when it is the image's.
    """
    height, width = image.shape[:2]
    frame = frame or Size(width, height)
    out = np.zeros((*frame.shape, picture.pixels.shape[2]), np.uint8)
    place = Bounds(*origin, width, height).slices
    out[place][..., : image.shape[2]] = image
    if out.shape[2] > image.shape[2]:
        out[place][..., 3] = 255
    out[picture.bounds.slices] = picture.pixels
    return out


def _freeze(request: Request, name: str, value: object) -> None:
    object.__setattr__(request, name, value)
