"""A style that is being edited, as values: its look as a request, what it does to the finished picture, its draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from inference.alpha import Pixels
from inference.api import Generate
from inference.library import find_model
from inference.pictures import read_picture
from inference.post.pixel_art import Quantise
from inference.post.step import rgba
from inference.request_checks import SMALLEST_SIDE
from inference.style_files import free_title, name_for, save_style
from inference.styles import PLACE, Style, sampling


@dataclass(frozen=True, eq=False)
class Draft:
    """A style with pictures that are in no file yet.

    Attributes:
        pictures: by the paths that ``style.references`` has for them.
    """

    style: Style
    pictures: Mapping[Path, Pixels] = field(default_factory=dict)

    def same(self, other: Draft) -> bool:
        """Whether there is nothing to save between the two."""
        return self.style == other.style and self.pictures.keys() == other.pictures.keys()

    def save(self) -> Style:
        """Write it (see ``save_style``)."""
        return save_style(self.style, self.pictures)


def fresh(title: str, model: str) -> Draft:
    """A new style that changes nothing yet."""
    title = free_title(title)
    return Draft(Style(name=name_for(title), title=title, template=PLACE, models=(model,)))


def with_picture(draft: Draft, title: str, pixels: Pixels) -> Draft:
    """One reference more, from a layer or a result."""
    path = Path(f"{title or 'picture'}-{len(draft.pictures) + 1}")
    while path in draft.pictures:
        path = Path(f"{path}-2")
    style = replace(draft.style, references=(*draft.style.references, path))
    return Draft(style, {**draft.pictures, path: pixels})


def plain_trial(prompt: str, model: str, seed: int) -> Generate:
    """The picture without the style."""
    return Generate(prompt=prompt, model=model, seed=seed)


def trial(draft: Draft, prompt: str, model: str, seed: int) -> Generate:
    """The picture with the style as it is now, but for what ``dressed`` does. Reads its pictures.

    Raises:
        GouacheError: when one of them, or the model, cannot be read.
    """
    style = draft.style
    open_ = plain_trial(prompt, str(style.model) if style.model else model, seed)
    chosen = sampling(open_, style, find_model(open_.model).defaults)
    pictures = tuple(_seen(draft, path) for path in style.references)
    return replace(
        open_,
        prompt=style.apply(prompt),
        negative=style.negative,
        steps=chosen.steps,
        guidance=chosen.guidance,
        scheduler=chosen.scheduler,
        loras=style.loras,
        references=pictures,
        reference_weight=style.reference_weight,
    )


def dressed(style: Style, pixels: Pixels) -> Pixels:
    """A finished picture in the style's palette and after its steps."""
    if style.palette is not None:
        pixels = Quantise(palette=style.palette).apply(rgba(pixels))
    return style.post.apply(pixels)


def _seen(draft: Draft, path: Path) -> Pixels:
    pixels = draft.pictures[path] if path in draft.pictures else read_picture(path).pixels
    height, width = pixels.shape[:2]
    down, across = max(0, SMALLEST_SIDE - height), max(0, SMALLEST_SIDE - width)
    return np.pad(rgba(pixels), ((0, down), (0, across), (0, 0))) if down or across else pixels
