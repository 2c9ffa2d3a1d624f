"""Exports: seconds of the processor and memory for 600 frames of 512x512 in each format, beside the plain way.

The plain way is imageio's (PyAV plugin) or Pillow's own writer, which only writes; ours also looks at the frames
before, reads the file back and compares it. Every export runs in a process of its own, ours and the plain one in turns.

    python -m benchmarks.clips [--frames 600] [--rounds 1] [--only mp4 gif]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.measuring import ROOT, PeakMemory, machine, memory, ratios, spread, table

SIDE, RATE, FEW = 512, 30, 60
SAMPLES = ROOT / "resources" / "samples"
NAMES = {
    "mp4": "x.mp4",
    "av1": "x.mp4",
    "webm": "x.webm",
    "gif": "x.gif",
    "apng": "x.apng",
    "webp": "x.webp",
    "png": "x",
}


class Scene:
    """Sprites of the embedded model on their ways over a gradient, or over nothing; made frame by frame."""

    def __init__(self, count: int, *, alpha: bool) -> None:
        self.count, self._alpha = count, alpha
        pictures = sorted(path for path in SAMPLES.rglob("*.png"))
        opened = (Image.open(path).convert("RGBA").resize((128, 128)) for path in pictures[:6])
        self._sprites = [np.asarray(image) for image in opened]
        y, x = np.mgrid[0:SIDE, 0:SIDE] * 255 // SIDE
        self._ground = np.dstack([x // 2, 90 + y // 4, 200 - y // 3, np.full_like(x, 255)]).astype(np.uint8)
        if alpha:
            self._ground[:] = 0

    def pixels(self, index: int) -> np.ndarray:
        out = self._ground.copy()
        for number, sprite in enumerate(self._sprites):
            angle = index * 2 * np.pi / 150 * (1 + number % 3) + number
            x, y = round(192 + 180 * np.cos(angle)), round(192 + 180 * np.sin(angle * 0.7 + number))
            part = out[y : y + 128, x : x + 128]
            cover = sprite[..., 3:] > 127
            part[:] = np.where(cover, sprite | np.uint8([0, 0, 0, 255]), part)
        return out

    def __iter__(self) -> Iterator:
        from inference.clips.frame import Frame

        for index in range(self.count):
            yield Frame(self.pixels(index), Fraction(1, RATE))


def ours(scene: Scene, case: str, path: Path) -> dict[str, float]:
    from inference.clips.options import ExportOptions
    from inference.clips.writing import write_clip

    spent: dict[str, float] = {}
    last = ["", time.process_time()]

    def progress(what: str, done: int, count: int | None) -> None:
        now = time.process_time()
        spent[what] = spent.get(what, 0) + now - last[1]
        last[1] = now

    write_clip(scene, path, ExportOptions(codec="av1" if case == "av1" else ""), progress=progress)
    return spent


def plain(scene: Scene, case: str, path: Path) -> dict[str, float]:
    images = (Image.fromarray(scene.pixels(index)) for index in range(scene.count))
    if case in ("mp4", "av1", "webm"):
        import imageio.v3 as iio

        codec = {"mp4": "libx264", "av1": "libsvtav1", "webm": "libvpx-vp9"}[case]
        with iio.imopen(path, "w", plugin="pyav") as file:
            file.init_video_stream(codec, fps=RATE)
            for image in images:
                file.write_frame(np.asarray(image)[..., :3])
    elif case == "png":
        path.mkdir()
        for index, image in enumerate(images):
            image.save(path / f"{index:05d}.png")
    else:
        first = next(images)
        # Pillow takes a list for APNG, or writes a single frame.
        more = list(images) if case == "apng" else images
        kind = {"apng": "PNG"}.get(case, case.upper())
        extra = {"lossless": True} if case == "webp" else {}
        first.save(path, kind, save_all=True, append_images=more, duration=1000 / RATE, loop=0, **extra)
    return {}


def one(way: str, case: str, frames: int) -> None:
    """A single export in this process; prints what it took."""
    import os

    os.environ["SVT_LOG"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAMES[case]
        scene = Scene(frames, alpha=case not in ("mp4", "av1"))
        before, start, clock = memory()["private"], time.process_time(), time.perf_counter()
        with PeakMemory() as watched:
            stages = {"ours": ours, "plain": plain}[way](scene, case, path)
        taken, wall = time.process_time() - start, time.perf_counter() - clock
        files = [path] if path.is_file() else list(path.iterdir())
        size = sum(each.stat().st_size for each in files) / 1e6
    print(json.dumps({"cpu": taken, "wall": wall, "memory": watched.peak["private"] - before, "mb": size, **stages}))


def run(way: str, case: str, frames: int) -> dict[str, float] | None:
    command = [sys.executable, "-m", "benchmarks.clips", "--one", way, case, "--frames", str(frames)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-400:], file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(NAMES))
    parser.add_argument("--one", nargs=2, metavar=("WAY", "CASE"))
    args = parser.parse_args()
    if args.one:
        one(*args.one, args.frames)
        return
    print(machine())
    rows = []
    for case in args.only:
        few = run("ours", case, FEW)
        pairs = [(run("ours", case, args.frames), run("plain", case, args.frames)) for _ in range(args.rounds)]
        mine, others = [a for a, b in pairs if a and b], [b for a, b in pairs if a and b]
        if not mine or few is None:
            continue
        parts = "/".join(f"{mine[0].get(stage, 0):.1f}" for stage in ("looking", "writing", "checking"))
        rows.append(
            [
                case,
                spread([each["cpu"] for each in mine], ".1f"),
                parts,
                spread([each["cpu"] for each in others], ".1f"),
                spread(ratios([each["cpu"] for each in mine], [each["cpu"] for each in others]), ".2f"),
                f"{few['memory']:.0f}",
                spread([each["memory"] for each in mine], ".0f"),
                spread([each["memory"] for each in others], ".0f"),
                f"{mine[0]['mb']:.2f}",
                f"{others[0]['mb']:.2f}",
            ]
        )
        print(rows[-1], flush=True)
    heads = ("format", "processor s", "looking/writing/checking", "plain s", "ratio", f"MiB at {FEW} frames", "MiB")
    table(f"{args.frames} frames of {SIDE}x{SIDE}", (*heads, "plain MiB", "MB", "plain MB"), rows)


if __name__ == "__main__":
    main()
