"""New animations as values: from the panel, from a picture, of a clip; where they lie, and the last ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from desktop_app.document.composing import compose
from desktop_app.document.document import Document
from desktop_app.requests import GenerateSettings, loras_of, size_for
from desktop_app.timeline.frame_desk import Setup
from inference.alpha import Pixels
from inference.animation.animation import Animation, Consistency, Mode
from inference.animation.folder import FILE, AnimationFolder
from inference.animation.timeline import RATES, Key, Repeat, Timeline
from inference.api import LARGEST_SEED, Generate, Seamless, Vary
from inference.errors import BadRequest
from inference.geometry import Size
from inference.locks import Silhouette
from inference.manifest import ModelManifest
from inference.resources import user_folder

FRAMES, RATE = 24, Fraction(12)
"""Of a new animation."""
RECENT = 12
LONGEST_TITLE = 60


def animations_folder() -> Path:
    """Where the window keeps animations."""
    return user_folder() / "animations"


def free_folder() -> AnimationFolder:
    """A folder for a new one; it is not made yet."""
    name = time.strftime("%Y%m%d-%H%M%S")
    path, number = animations_folder() / name, 2
    while path.exists():
        path, number = animations_folder() / f"{name}-{number}", number + 1
    return AnimationFolder(path)


def recent_folders() -> list[Path]:
    """Of the user's animations, the one that was changed last first."""
    found = [path for path in animations_folder().glob(f"*/{FILE}") if path.is_file()]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.parent for path in found[:RECENT]]


def base_of(settings: GenerateSettings, manifest: ModelManifest, canvas: Size | None = None) -> Generate:
    """What keys do not say, as the panel has it."""
    seamless = Seamless.NONE
    if settings.seamless_x:
        seamless |= Seamless.X
    if settings.seamless_y:
        seamless |= Seamless.Y
    return Generate(
        model=settings.model,
        prompt="",
        seed=0,
        steps=settings.steps,
        scheduler=settings.scheduler,
        size=settings.size or size_for(canvas, manifest),
        clip_skip=settings.clip_skip,
        loras=loras_of(settings),
        seamless=seamless,
    )


def key_of(settings: GenerateSettings, frame: int = 0) -> Key:
    """A key that says what the panel says."""
    return Key(
        frame=frame,
        prompt=settings.prompt,
        negative=settings.negative,
        style=settings.style or "",
        seed=settings.seed,
        guidance=settings.guidance,
    )


def there_and_back(key: Key) -> Timeline:
    """A loop that moves from the start: to another seed half of the way, and back to the key."""
    other = Key(frame=FRAMES // 2, seed=seed_after(key.seed or 0))
    return Timeline(keys=(key, other), frames=FRAMES, rate=RATE, repeat=Repeat.LOOP, seed=key.seed or 0)


def seed_after(seed: int) -> int:
    """The one after it; after the largest comes 0."""
    return (seed + 1) % (LARGEST_SEED + 1)


def from_prompt(settings: GenerateSettings, manifest: ModelManifest, canvas: Size | None = None) -> Setup:
    """A walk between two pictures of the panel's words."""
    line = there_and_back(key_of(settings))
    return Setup(animation=Animation(timeline=line, base=base_of(settings, manifest, canvas)))


def from_picture(settings: GenerateSettings, image: Pixels) -> Setup:
    """A walk between variations of a picture."""
    key = replace(key_of(settings), strength=settings.vary_strength)
    line = there_and_back(key)
    base = Vary(
        image=image,
        model=settings.model,
        prompt="",
        seed=0,
        steps=settings.steps,
        scheduler=settings.scheduler,
        clip_skip=settings.clip_skip,
        loras=loras_of(settings),
        colour=settings.colour,
        silhouette=settings.silhouette,
    )
    return Setup(animation=Animation(timeline=line, base=base))


def of_clip(
    settings: GenerateSettings, manifest: ModelManifest, times: Sequence[Fraction], *, alpha: bool, strength: float
) -> Setup:
    """Each frame of a clip made anew; its frames are in the folder already.

    Raises:
        BadRequest: when it has none.
    """
    if not times:
        raise BadRequest("The clip has no frames.", hint="Save it again.")
    rate = min(max(len(times) / sum(times, Fraction(0)), RATES[0]), RATES[1])
    key = replace(key_of(settings), strength=strength)
    animation = Animation(
        timeline=Timeline(keys=(key,), frames=len(times), rate=rate, seed=settings.seed),
        base=replace(base_of(settings, manifest), size=None),
        mode=Mode.RESTYLE,
        consistency=Consistency(),
        silhouette=Silhouette.LOCKED if alpha else Silhouette.FREE,
    )
    return Setup(animation=animation, times=tuple(times) if len(set(times)) > 1 else None)


def title_of(settings: GenerateSettings, other: str) -> str:
    """What a new animation is called: its prompt in one line."""
    return " ".join(settings.prompt.split())[:LONGEST_TITLE] or other


def layers_as_frames(document: Document) -> list[Pixels]:
    """What each visible layer shows alone on the canvas, the lowest first."""
    frames = []
    for layer in document.layers:
        if layer.visible:
            frames.append(np.ascontiguousarray(compose((layer,), document.stack.bounds)))
    return frames
