"""Coloured pictures in other colours: "apple" becomes "blue apple", so that a model learns what a colour word does.

Open icon sets show a thing in its usual colour only. Here the main colour of a picture is turned to another one and
what has a different hue stays: the leaf of a blue apple is green. Colours are those of OKLab, in which turning the hue
keeps the lightness that one sees (Ottosson, A perceptual color space for image processing, 2020).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels
from inference.errors import BadPicture, UnknownName
from inference.oklab import fitted, to_oklab
from inference.pictures import read_picture
from training.choose import has_colour, tinted_names, tinted_synonyms
from training.collect.iconify import PALETTE, chosen_colours
from training.collect.sheet import png_of
from training.collect.storing import Found, Origin, Stored, store
from training.dataset import Dataset, Entry, Progress

RECOLOURED = "recoloured"
"""In ``Entry.extra``: the file that a picture was made from."""
COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "black", "white")
"""Those of ``PALETTE`` that a whole thing may have."""
GREY = 0.03
"""Chroma below which a colour has no hue that one would name."""
WIDTH = 0.9
"""Radians around the main hue that go along with it."""
MAIN = 0.35
"""Share of what is visible that the main colour has at least, in pictures that are recoloured."""
DIFFERENT = 0.6
"""Radians between the main hue and the new one, at least."""

Values = NDArray[np.floating]


def recolour(
    dataset: Dataset,
    *,
    colours: Sequence[str] = COLOURS,
    each: int = 1,
    without: Iterable[str] = (),
    progress: Progress = lambda *_: None,
) -> tuple[Dataset, Stored]:
    """Add every used picture whose name says no colour in ``each`` other colours, chosen by its name.

    Pictures that are mostly grey, of many colours or nearly of that colour are passed over. Doing it again adds
    nothing.

    Args:
        colours: words of ``PALETTE``.
        without: captions that must not come about ("blue apple"), such as the prompts of an evaluation.

    Raises:
        UnknownName: for a colour that the palette does not have.
    """
    for name in colours:
        if name not in PALETTE:
            raise UnknownName("colour", name, PALETTE)
    found = _found(dataset, tuple(colours), each, frozenset(without))
    return store(dataset, found, Origin(), group=RECOLOURED, progress=progress)


def _found(dataset: Dataset, colours: Sequence[str], each: int, without: frozenset[str]) -> Iterator[Found]:
    made = {str(entry.extra[RECOLOURED]) for entry in dataset.entries if RECOLOURED in entry.extra}
    for entry in dataset.entries:
        coloured = RECOLOURED in entry.extra or has_colour(entry.caption) or entry.file in made
        if not entry.used or coloured or not entry.caption:
            continue
        try:
            pixels = read_picture(dataset.path_of(entry)).pixels
        except BadPicture:
            continue
        order = chosen_colours(entry.file, [c for c in colours if f"{c} {entry.caption}" not in without], len(colours))
        tried = ((name, recoloured(pixels, PALETTE[name])) for name in order if name)
        for name, changed in islice(((name, made) for name, made in tried if made is not None), each):
            yield _named(entry, name, changed)


def _named(entry: Entry, colour: str, pixels: Pixels) -> Found:
    named = replace(
        entry,
        caption=f"{colour} {entry.caption}",
        tags=(*entry.tags, colour),
        synonyms=tinted_synonyms(entry.synonyms, colour),
        chinese=tinted_names(entry.chinese, colour),
        concept=entry.concept or entry.caption,
        kept=None,
        extra={**entry.extra, RECOLOURED: entry.file},
    )
    return Found(name=f"{entry.style}-{entry.caption}-{colour}", entry=named, content=png_of(pixels))


def recoloured(pixels: Pixels, colour: str) -> Pixels | None:
    """The picture with its main colour turned to another; None where it has none, or that one already.

    Args:
        pixels: (height, width, 3 or 4) bytes, straight alpha; alpha stays as it is.
        colour: as ``#rrggbb``.
    """
    wanted = to_oklab(np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8))
    seen = pixels[..., 3] > 0 if pixels.shape[2] == 4 else np.ones(pixels.shape[:2], np.bool_)
    lab = to_oklab(pixels[seen][:, :3])
    alpha = pixels[seen][:, 3] / 255 if pixels.shape[2] == 4 else np.ones(len(lab))
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1])
    weight = alpha * np.where(chroma > GREY, chroma, 0)
    if not weight.any():
        return None
    main = _main_hue(hue, weight)
    # 1 for the main colour, falling to 0 at other hues and at grey.
    away = np.abs(_turned(hue - main))
    share = np.clip(2 - away / WIDTH, 0, 1) * np.clip(chroma / GREY - 0.5, 0, 1)
    mass = (share * alpha).sum()
    if mass < MAIN * alpha.sum():
        return None
    mean_chroma, mean_light = (share * alpha * chroma).sum() / mass, (share * alpha * lab[:, 0]).sum() / mass
    wanted_chroma, wanted_hue = float(np.hypot(*wanted[1:])), float(np.arctan2(wanted[2], wanted[1]))
    grey = wanted_chroma < GREY
    near = abs(_turned(wanted_hue - main)) < DIFFERENT and abs(wanted[0] - mean_light) < 0.25
    if near and not grey:
        return None
    new_hue = hue + (0.0 if grey else wanted_hue - main)
    new_chroma = chroma * (0.15 if grey else np.clip(wanted_chroma / mean_chroma, 0.5, 1.6))
    # Lightness goes most of the way; contrast inside the thing stays.
    new_light = lab[:, 0] + (0.85 if grey else 0.6) * (wanted[0] - mean_light)
    turned = np.stack([new_light, new_chroma * np.cos(new_hue), new_chroma * np.sin(new_hue)], 1)
    mixed = lab + share[:, None] * (turned - lab)
    out = pixels.copy()
    out[seen, :3] = fitted(mixed.astype(np.float32))
    return out


def _main_hue(hue: Values, weight: Values) -> float:
    """The hue around which most colour lies, in radians."""
    bins = 72
    counts, edges = np.histogram(hue, bins, (-np.pi, np.pi), weights=weight)
    around = sum(np.roll(counts, shift) for shift in range(-4, 5))
    middle = (edges[:-1] + edges[1:])[int(np.argmax(around))] / 2
    close = np.abs(_turned(hue - middle)) < 0.4
    return float(np.arctan2((weight * np.sin(hue))[close].sum(), (weight * np.cos(hue))[close].sum()))


def _turned(angle: Values | float) -> Values | float:
    """An angle between -pi and pi."""
    return (angle + np.pi) % (2 * np.pi) - np.pi
