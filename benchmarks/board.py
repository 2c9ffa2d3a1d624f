"""A variation board of the embedded model against as many separate runs through diffusers, on the same weights.

    python -m benchmarks.board [--rounds 5] [--side 5]

Five styles by five seeds at 128x128, with the model's own steps, guidance and sampler, in float32, with all cores. Ours
goes the whole way of ``vary --rows --columns``: keys, order, batches, files. diffusers keeps its pipeline loaded, is
given the prompt of one cell after the other, and writes nothing. Its weights are got back from the shipped graphs.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import Child, machine, ratios, rounds_of, spread, table

PROMPT = "apple"
STYLES = "fluent,noto,flat,twemoji,glyph"
FIRST_SEED = 11


def _board(side: int) -> Any:
    from inference.api import Generate
    from inference.axes import Axis
    from inference.board import Board

    styles = ",".join(STYLES.split(",")[:side])
    seeds = f"{FIRST_SEED}..{FIRST_SEED + side - 1}"
    base = Generate(prompt=PROMPT, seed=FIRST_SEED)
    return Board(base, Axis.parse(f"style={styles}"), Axis.parse(f"seed={seeds}"))


# In the child


def serve(what: str, side: str, cache: str) -> Mapping[str, Callable[..., Any]]:
    """Ours or diffusers'."""
    return {"run": _diffusers(int(side)) if what == "diffusers" else _ours(int(side), Path(cache), what)}


def _ours(side: int, cache: Path, what: str) -> Callable[[], Any]:
    from inference.api import Picture
    from inference.board import Run, runs
    from inference.board_files import BoardFolder, Saved
    from inference.engine import LocalEngine

    engine = LocalEngine(device="cpu", cache=cache)
    folder = BoardFolder(Path(tempfile.mkdtemp()) / "board")

    def run(warm: bool = False) -> dict[str, float]:
        shutil.rmtree(folder.path, ignore_errors=True)
        start, used = time.perf_counter(), time.process_time()
        first = 0.0
        board = _board(2 if warm else side)
        folder.save(Saved(board=board))
        todo = runs(board.cells, folder.made(board.cells))
        if what == "one by one":
            todo = [Run(cell.request, (cell,)) for cell in board.cells]
        for each in todo:
            for event in engine.run(each.request):
                if isinstance(event, Picture):
                    folder.keep(each.cells[event.index], event)
                    first = first or time.perf_counter() - start
        return {"first": first, "whole": time.perf_counter() - start, "used": time.process_time() - used}

    return run


def _diffusers(side: int) -> Callable[[], Any]:
    import torch
    from diffusers import EulerAncestralDiscreteScheduler, StableDiffusionPipeline

    from inference.api import DEFAULT_MODEL
    from inference.library import find_model
    from inference.styles import find_style, sampling
    from training.restore import restore_models

    manifest = find_model(DEFAULT_MODEL)
    models = restore_models(manifest.folder)
    pipeline: Any = StableDiffusionPipeline(
        vae=models.vae,
        text_encoder=models.texts[0],
        tokenizer=models.tokenizers[0],
        unet=models.unet,
        scheduler=EulerAncestralDiscreteScheduler.from_config(models.scheduler),
        safety_checker=None,  # pyright: ignore[reportArgumentType]
        feature_extractor=None,  # pyright: ignore[reportArgumentType]
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    # It counts the autoencoder's blocks, of which this one has fewer than halvings: 64x64 latents instead of 16x16.
    pipeline.vae_scale_factor = manifest.factor

    def run(warm: bool = False) -> dict[str, float]:
        start, used = time.perf_counter(), time.process_time()
        first = 0.0
        for cell in _board(2 if warm else side).cells:
            style = find_style(cell.request.style)
            said = sampling(cell.request, style, manifest.defaults)
            pipeline(
                style.apply(cell.request.prompt),
                num_inference_steps=said.steps,
                guidance_scale=said.guidance,
                generator=torch.Generator().manual_seed(cell.request.seed),
                height=manifest.native.height,
                width=manifest.native.width,
                output_type="np",
            )
            first = first or time.perf_counter() - start
        return {"first": first, "whole": time.perf_counter() - start, "used": time.process_time() - used}

    return run


# In the parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=5, choices=range(2, 6))
    given = parser.parse_args()
    print(machine() + "\n")
    names = {"ours": "ours, batched", "one by one": "ours, cell by cell", "diffusers": "diffusers, 25 runs"}
    with tempfile.TemporaryDirectory() as cache:
        children = {name: Child("benchmarks.board", [name, str(given.side), cache]) for name in names}
        taken = rounds_of(children, names, given.rounds)
    columns = {
        kind: {name: [one[kind] for one in taken[name]] for name in names} for kind in ("first", "whole", "used")
    }
    rows = [
        [
            title.replace("25", str(given.side**2)),
            spread(columns["first"][name]),
            spread(columns["whole"][name]),
            spread(ratios(columns["whole"][name], columns["whole"]["ours"]), ".2f"),
            spread(columns["used"][name]),
            f"{statistics.median(ratios(columns['used'][name], columns['used']['ours'])):.2f}",
        ]
        for name, title in names.items()
    ]
    heads = ["case", "s to the first cell", "s to the board", "ratio", "processor s", "ratio"]
    table(f"A board of {given.side} x {given.side}", heads, rows)
    print(machine())


if __name__ == "__main__":
    main()
