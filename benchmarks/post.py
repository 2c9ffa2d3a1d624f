"""Post-processing beside the naive way: fewer colours, pixel art, grids, halos. Prints Markdown tables.

``python benchmarks/post.py FOLDER [--count 40]``: a folder of pictures with alpha, of which some are taken evenly.
Errors are mean distances in OKLab, times 100, over what can be seen; times are CPU milliseconds a picture, the least of
two runs.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.oklab import to_oklab
from inference.palettes import find_palette
from inference.pictures import read_picture
from inference.post.grid import detect_grid
from inference.post.halos import GROUNDS, Defringe, halo
from inference.post.pixel_art import Pixelate, Quantise
from inference.post.scaling import enlarged
from inference.post.step import rgba

PALETTE = find_palette("orchard32")
CELLS = 32
Way = Callable[[Pixels], Pixels]


def pictures_in(folder: Path, count: int) -> list[Pixels]:
    paths = sorted(folder.rglob("*.png"))
    return [rgba(read_picture(path).pixels) for path in paths[:: max(1, len(paths) // count)][:count]]


def run_on(way: Way, pictures: list[Pixels]) -> tuple[list[Pixels], float]:
    results, least = [], np.inf
    for _ in range(2):
        start = time.process_time()
        results = [way(pixels) for pixels in pictures]
        least = min(least, time.process_time() - start)
    return results, 1000 * least / len(pictures)


def error(before: Pixels, after: Pixels) -> float:
    seen = before[..., 3] >= 128
    apart = np.linalg.norm(to_oklab(before[..., :3]) - to_oklab(after[..., :3]), axis=2)
    return 100 * float(apart[seen].mean()) if seen.any() else 0.0


def pillow(method: Image.Quantize, colours: int) -> Way:
    def quantise(pixels: Pixels) -> Pixels:
        image = Image.fromarray(pixels[..., :3]).quantize(colours, method=method, dither=Image.Dither.NONE)
        return np.dstack([np.asarray(image.convert("RGB")), pixels[..., 3]])

    return quantise


def pillow_palette(pixels: Pixels) -> Pixels:
    holder = Image.new("P", (1, 1))
    holder.putpalette(PALETTE.colours.tobytes())
    image = Image.fromarray(pixels[..., :3]).quantize(palette=holder, dither=Image.Dither.NONE)
    return np.dstack([np.asarray(image.convert("RGB")), pixels[..., 3]])


def naive_pixels(pixels: Pixels) -> Pixels:
    """What most people do: scale down, then the nearest colours."""
    image = Image.fromarray(pixels)
    scale = CELLS / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return pillow_palette(np.asarray(image.resize(size, Image.Resampling.BOX)))


def print_colours(pictures: list[Pixels]) -> None:
    print("\n| 16 own colours | error | most | ms |\n|---|---|---|---|")
    ways = {
        "`quantise`": Quantise(colours=16).apply,
        "Pillow, median cut": pillow(Image.Quantize.MEDIANCUT, 16),
        "Pillow, maximum coverage": pillow(Image.Quantize.MAXCOVERAGE, 16),
        "Pillow, octree": pillow(Image.Quantize.FASTOCTREE, 16),
    }
    for name, way in ways.items():
        results, spent = run_on(way, pictures)
        errors = [error(before, after) for before, after in zip(pictures, results, strict=True)]
        print(f"| {name} | {np.mean(errors):.2f} | {max(errors):.2f} | {spent:.0f} |")
    print("\n| in orchard32 | error | ms |\n|---|---|---|")
    for name, way in {"`quantise`": Quantise(palette=PALETTE).apply, "Pillow": pillow_palette}.items():
        results, spent = run_on(way, pictures)
        errors = [error(before, after) for before, after in zip(pictures, results, strict=True)]
        print(f"| {name} | {np.mean(errors):.2f} | {spent:.0f} |")


def print_pixels(pictures: list[Pixels]) -> None:
    print(f"\n| {CELLS} cells in orchard32 | error | half-transparent pixels | colours | ms |\n|---|---|---|---|---|")
    for name, way in {
        "`pixelate`": Pixelate(cells=CELLS, palette=PALETTE).apply,
        "scaled, then quantised": naive_pixels,
    }.items():
        results, spent = run_on(way, pictures)
        half = np.mean([((p[..., 3] > 0) & (p[..., 3] < 255)).sum() for p in results])
        colours = np.mean([len(np.unique(p[p[..., 3] > 0][:, :3], axis=0)) for p in results])
        errors = []
        for before, after in zip(pictures, results, strict=True):
            y, x = (np.arange(n) * m // n for n, m in zip(before.shape[:2], after.shape[:2], strict=True))
            large = after[y][:, x]
            both = np.where(large[..., 3:] >= 128, before, 0)
            errors.append(error(both, large))
        print(f"| {name} | {np.mean(errors):.2f} | {half:.0f} | {colours:.1f} | {spent:.0f} |")


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    held = io.BytesIO()
    flat = Image.new("RGB", (pixels.shape[1], pixels.shape[0]), "white")
    flat.paste(Image.fromarray(pixels), mask=Image.fromarray(pixels[..., 3]))
    flat.save(held, "JPEG", quality=quality)
    return rgba(np.asarray(Image.open(held)))


def print_grids(pictures: list[Pixels]) -> None:
    print("\n| grid of 32-cell art | found right | ms |\n|---|---|---|")
    art = [Pixelate(cells=CELLS, palette=PALETTE).apply(pixels) for pixels in pictures]
    cases: dict[str, tuple[Callable[[Pixels, int], Pixels], float]] = {
        "enlarged 6 times, cut by 0 to 4": (lambda p, i: enlarged(p, 6)[i % 5 :, i % 4 :], 6),
        "enlarged 8 times, JPEG 90": (lambda p, i: jpeg(enlarged(p, 8), 90), 8),
        "enlarged to 300 (9.375)": (lambda p, i: p[(y := np.arange(300) * p.shape[0] // 300)][:, y], 300 / CELLS),
    }
    for name, (make, cell) in cases.items():
        made = [make(p, i) for i, p in enumerate(art) if p.shape[:2] == (CELLS, CELLS)]
        start = time.process_time()
        grids = [detect_grid(p) for p in made]
        spent = 1000 * (time.process_time() - start) / len(made)
        right = sum(grid is not None and abs(grid.cell - cell) < 0.02 * cell for grid in grids)
        print(f"| {name} | {right} of {len(made)} | {spent:.0f} |")
    wrong = sum(detect_grid(pixels) is not None for pixels in pictures)
    print(f"| the pictures themselves: a grid where there is none | {wrong} of {len(pictures)} | |")


def print_halos(pictures: list[Pixels]) -> None:
    print("\n| halo, mean | black | white | magenta |\n|---|---|---|---|")

    def fringed(pixels: Pixels) -> Pixels:
        alpha = pixels[..., 3:] / 255
        return np.dstack([np.rint(pixels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8), pixels[..., 3]])

    ways: dict[str, Way] = {
        "as drawn": lambda p: p,
        "cut from white": fringed,
        "cut from white, `defringe`": lambda p: Defringe().apply(fringed(p)),
    }
    for name, way in ways.items():
        reports = [halo(way(pixels)) for pixels in pictures]
        told = " | ".join(f"{np.mean([getattr(report, ground) for report in reports]):.2f}" for ground in GROUNDS)
        print(f"| {name} | {told} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=40)
    args = parser.parse_args()
    pictures = pictures_in(args.folder, args.count)
    print(f"{len(pictures)} pictures, the first {pictures[0].shape[1]}x{pictures[0].shape[0]}")
    for section in (print_colours, print_pixels, print_grids, print_halos):
        section(pictures)


if __name__ == "__main__":
    main()
