"""demo: the main job without a window. Four sprites, one of them inpainted, and a contact sheet of it all."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from inference.api import Generate, Inpaint, Picture, paste
from inference.cli import progress
from inference.cli.arguments import add_device
from inference.cli.output import DEFAULT_FOLDER, Results, check_folder, slug
from inference.sheets import contact_sheet

HELP = "do the main job: make four sprites, inpaint a part of one, write a contact sheet"


@dataclass(frozen=True)
class Sprite:
    """What to make."""

    prompt: str
    style: str
    seed: int


SPRITES = (
    Sprite("shield", "fluent", 12),
    Sprite("red apple", "flat", 3),
    Sprite("skull", "twemoji", 5),
    Sprite("gem stone", "noto", 7),
)
INPAINTED = Sprite("skull", "fluent", 4)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="FOLDER", help="default: out")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print results as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(args: argparse.Namespace) -> int:
    """Do it, and replace what an earlier run wrote."""
    from inference.engine import LocalEngine

    folder = check_folder(args.out)
    results = Results(args.json)
    pictures, labels = [], []
    with closing(LocalEngine(device=args.device, threads=args.threads)) as engine:
        for sprite in SPRITES:
            request = Generate(prompt=sprite.prompt, style=sprite.style, seed=sprite.seed, previews=False)
            made = _only(progress.run(engine, request, quiet=args.quiet, label=sprite.prompt))
            results.write(folder / f"{slug(sprite.prompt)}.png", made.pixels, made)
            pictures.append(made.pixels)
            labels.append(f"{sprite.prompt} · {sprite.style}")
        source = pictures[0]
        mask = disc(source.shape[0])
        request = Inpaint(
            image=source,
            mask=mask,
            prompt=INPAINTED.prompt,
            style=INPAINTED.style,
            seed=INPAINTED.seed,
            previews=False,
        )
        made = _only(progress.run(engine, request, quiet=args.quiet, label="inpainting"))
    whole = paste(source, made)
    outside = made.coverage == 0
    kept = (made.pixels[outside] == source[made.bounds.slices][outside]).all()
    results.write(folder / "mask.png", np.repeat(mask[..., None], 3, axis=2))
    results.write(folder / f"{slug(SPRITES[0].prompt)}-inpainted.png", whole, made)
    shown = [*pictures, masked(source, mask), whole]
    sheet = contact_sheet(shown, [*labels, "mask", f"inpainted: {INPAINTED.prompt}"], columns=3, title="Gouache")
    results.write(folder / "contact-sheet.png", sheet)
    results.finish()
    print(f"gouache: pixels outside the mask are {'bit-identical' if kept else 'NOT identical'}.", file=sys.stderr)
    return 0 if kept else 1


def disc(side: int) -> np.ndarray:
    """A round mask in the middle of a square picture."""
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (side // 2, side // 2), side // 4, 255, -1, cv2.LINE_AA)
    return mask


def masked(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with the mask tinted over it."""
    tint = np.array([76, 141, 255, 255], np.float32)
    share = (mask.astype(np.float32) / 255 * 0.6)[..., None]
    return np.round(picture * (1 - share) + tint * share).astype(np.uint8)


def _only(pictures: object) -> Picture:
    (picture,) = pictures  # type: ignore[misc]
    return picture
