"""Cycles of one sprite as animations: drawn frames that are kept, or frames that the model makes. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import cv2
import numpy as np

from desktop_app.requests import GenerateSettings, loras_of
from desktop_app.timeline.frame_desk import About, Setup
from inference.alpha import Pixels
from inference.animation.animation import Animation, Mode
from inference.animation.cycle import CYCLES, CycleFrame, Sprite, cycle_named, frames_of
from inference.animation.folder import AnimationFolder, with_alpha
from inference.animation.timeline import Key, Repeat, Timeline
from inference.api import Generate, Vary
from inference.geometry import Bounds
from inference.locks import ColourLock, Silhouette

TURNS = 3
"""Seeds that the noise of a latent cycle goes round by."""
ROOM = 2
"""Empty pixels that are left around a sprite."""
PREVIEW_SIDE = 192


@dataclass(frozen=True, kw_only=True)
class CycleWish:
    """What is asked for.

    Attributes:
        kind: a name of ``CYCLES``. amount: of motion, 1 is usual. seconds: that the whole takes; None as usual.
        alive: how much the model makes anew in each frame, 0 to 1.
        prompt: what it shows, where the model has a part in it.
        eyes: where somebody said they are in the sprite; else they are looked for.
    """

    kind: str = "idle"
    frames: int = 8
    amount: float = 1.0
    seconds: Fraction | None = None
    alive: float = 0.0
    prompt: str = ""
    eyes: tuple[Bounds, ...] = ()

    @property
    def latent(self) -> bool:
        """True when the model alone moves it."""
        return CYCLES[self.kind].latent > 0


def drawn(sprite: Pixels, wish: CycleWish) -> tuple[list[CycleFrame], tuple[float, float]]:
    """Frames, and the pivot in parts of them.

    Raises:
        BadPicture: nothing of the sprite is seen. BadRequest: for numbers that cannot be.
    """
    sprites = [with_alpha(sprite)] * wish.frames
    frames, (x, y) = frames_of(sprites, wish.kind, amount=wish.amount, seconds=wish.seconds, eyes=wish.eyes)
    height, width = frames[0].pixels.shape[:2]
    return frames, ((x + 0.5) / width, (y + 1) / height)


def small(sprite: Pixels, wish: CycleWish) -> tuple[Pixels, CycleWish]:
    """For a preview."""
    scale = PREVIEW_SIDE / max(sprite.shape[:2])
    if scale >= 1:
        return sprite, wish
    width, height = (max(1, round(side * scale)) for side in sprite.shape[1::-1])
    eyes = [Bounds(*(int(each * scale) for each in (eye.x, eye.y, eye.width, eye.height))) for eye in wish.eyes]
    eyes = [replace(eye, width=max(1, eye.width), height=max(1, eye.height)) for eye in eyes]
    pixels = np.asarray(cv2.resize(sprite, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return pixels, replace(wish, eyes=tuple(eyes))


def seen_part(pixels: Pixels) -> Bounds:
    """Where something of a picture is seen, with a little room: a layer may be as large as the canvas."""
    pixels = with_alpha(pixels)
    whole = Bounds(0, 0, pixels.shape[1], pixels.shape[0])
    seen = Bounds(*cv2.boundingRect((pixels[..., 3] > 0).astype(np.uint8)))
    return whole if seen.empty else seen.padded(ROOM).intersection(whole)


def cut(pixels: Pixels) -> Pixels:
    """What is seen of a picture."""
    return np.ascontiguousarray(with_alpha(pixels)[seen_part(pixels).slices])


def begin(
    folder: AnimationFolder, sprite: Pixels, wish: CycleWish, settings: GenerateSettings, title: str
) -> tuple[Setup, About]:
    """Write what a cycle consists of into a folder, and say what makes the rest of it.

    Raises:
        BadPicture, BadRequest: when it cannot be.
    """
    once = not cycle_named(wish.kind).repeats
    if wish.latent:
        setup, pivot = _latent(sprite, wish, settings)
        return setup, About(title=title, pivot=pivot, once=once)
    frames, pivot = drawn(sprite, wish)
    for number, frame in enumerate(frames):
        folder.keep_clip(number, frame.pixels)
        if wish.alive <= 0:
            folder.put(number, frame.pixels)
    return _of_frames(frames, wish, settings), About(title=title, pivot=pivot, once=once)


def _of_frames(frames: Sequence[CycleFrame], wish: CycleWish, settings: GenerateSettings) -> Setup:
    """The drawn frames as a clip: they are kept, or the model moves their surface."""
    times = tuple(frame.duration for frame in frames)
    rate = min(max(len(times) / sum(times, Fraction(0)), Fraction(1, 10)), Fraction(240))
    key = _key(wish, settings, wish.alive or 0.5)
    animation = Animation(
        timeline=Timeline(keys=(key,), frames=len(frames), rate=rate, seed=settings.seed),
        base=Generate(
            model=settings.model,
            prompt="",
            seed=0,
            steps=settings.steps,
            scheduler=settings.scheduler,
            loras=loras_of(settings),
        ),
        mode=Mode.RESTYLE,
        silhouette=Silhouette.LOCKED,
    )
    return Setup(animation=animation, times=times if len(set(times)) > 1 else None)


def _latent(sprite: Pixels, wish: CycleWish, settings: GenerateSettings) -> tuple[Setup, tuple[float, float]]:
    """The sprite made anew by noise that goes round in a ring of seeds, so that the cycle closes."""
    sprite = with_alpha(sprite)
    feet = Sprite.of(sprite).pivot
    turns = min(TURNS, wish.frames)
    first = _key(wish, settings, wish.alive or CYCLES[wish.kind].latent)
    keys = [replace(first, frame=round(turn * wish.frames / turns), seed=settings.seed + turn) for turn in range(turns)]
    seconds = wish.seconds or CYCLES[wish.kind].usual
    base = Vary(
        image=sprite,
        model=settings.model,
        prompt="",
        seed=0,
        steps=settings.steps,
        scheduler=settings.scheduler,
        loras=loras_of(settings),
        silhouette=Silhouette.LOCKED,
        colour=ColourLock.LAB,
    )
    line = Timeline(
        keys=tuple(keys),
        frames=wish.frames,
        rate=min(max(wish.frames / seconds, Fraction(1, 10)), Fraction(240)),
        repeat=Repeat.LOOP,
        seed=settings.seed,
    )
    pivot = ((feet[0] + 0.5) / sprite.shape[1], (feet[1] + 1) / sprite.shape[0])
    return Setup(animation=Animation(timeline=line, base=base)), pivot


def _key(wish: CycleWish, settings: GenerateSettings, strength: float) -> Key:
    return Key(
        frame=0,
        prompt=wish.prompt,
        negative=settings.negative,
        style=settings.style or "",
        seed=settings.seed,
        guidance=settings.guidance,
        strength=strength,
    )
