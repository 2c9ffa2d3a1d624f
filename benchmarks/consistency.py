"""How well the consistency measure tells styles apart, and how much an artist's picks improve it.

For every ordered pair of styles (folders of pictures): a few references of the first; the chance that another picture
of the first scores higher than one of the second (area under the ROC curve, 0.5 is guessing). References, candidates
and strangers show different things. Then picks by one hidden criterion: pictures of all styles, of which those nearer
to the references in one component alone are picked; the measure's agreement with that criterion on pictures that were
not in the picks, before and after.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inference.consistency import COMPONENTS, DEFAULT_WEIGHTS, Belonging
from inference.features import Features, features
from inference.pictures import read_picture
from inference.taste import reweighted


def auc(better: Sequence[float], worse: Sequence[float]) -> float:
    difference = np.asarray(better)[:, None] - np.asarray(worse)[None]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def read(
    folder: Path, most: int, seed: int, half: int | None = None, without: Sequence[str] = ()
) -> dict[str, dict[str, Features]]:
    """Pictures by style and name.

    Args:
        half: 0 or 1: only those whose names' CRC-32 is even or odd, so that weights can be chosen on one half of the
            concepts and reported on the other.
        without: names that hold one of these are left out.
    """
    styles = {}
    for style in sorted(each for each in folder.iterdir() if each.is_dir()):
        names = [
            path
            for path in sorted(style.glob("*.png"))
            if (half is None or zlib.crc32(path.stem.encode()) % 2 == half)
            and not any(word in path.stem for word in without)
        ]
        random.Random(seed).shuffle(names)
        styles[style.name] = {path.stem: features(read_picture(path).pixels) for path in names[:most]}
    return styles


def draw(styles: dict[str, dict[str, Features]], name: str, references: int, seed: int):
    pictures = sorted(styles[name])
    random.Random(seed).shuffle(pictures)
    chosen = pictures[:references]
    return chosen, pictures[references:]


def pairs(styles: dict[str, dict[str, Features]], references: int, draws: int) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, list[float]]] = {}
    for seed in range(draws):
        for name in styles:
            chosen, rest = draw(styles, name, references, seed)
            measure = Belonging([styles[name][each] for each in chosen])
            scores = {
                other: [
                    measure.score(one)
                    for title, one in styles[other].items()
                    if title not in chosen and (other != name or title in rest)
                ]
                for other in styles
            }
            for other in styles:
                if other == name:
                    continue
                row = found.setdefault(f"{name} > {other}", {})
                totals = auc([s.total for s in scores[name]], [s.total for s in scores[other]])
                row.setdefault("total", []).append(totals)
                for part in COMPONENTS:
                    value = auc([s.components[part] for s in scores[name]], [s.components[part] for s in scores[other]])
                    row.setdefault(part, []).append(value)
    return {pair: {part: float(np.mean(values)) for part, values in row.items()} for pair, row in found.items()}


def picks(styles: dict[str, dict[str, Features]], references: int, draws: int, shown: int = 24):
    """For each component: agreement with it on unseen pictures before and after a third of ``shown`` were picked."""
    table = {}
    everything = [(style, title) for style in styles for title in styles[style]]
    for part in COMPONENTS:
        before, after = [], []
        for (name, pictures), seed in itertools.product(styles.items(), range(draws)):
            chosen, _ = draw(styles, name, references, seed)
            measure = Belonging([pictures[each] for each in chosen])
            others = [each for each in everything if each[1] not in chosen]
            random.Random(seed).shuffle(others)
            scores = [measure.score(styles[style][title]) for style, title in others[: shown + 120]]
            bound = float(np.quantile([score.components[part] for score in scores], 2 / 3))
            liked = [score.components[part] > bound for score in scores]
            seen, unseen = slice(shown), slice(shown, None)
            weights = reweighted(
                DEFAULT_WEIGHTS,
                [s.components for s, like in zip(scores[seen], liked[seen], strict=True) if like],
                [s.components for s, like in zip(scores[seen], liked[seen], strict=True) if not like],
            )
            for given, found in ((DEFAULT_WEIGHTS, before), (weights, after)):
                totals = np.array([sum(given[c] * s.components[c] for c in COMPONENTS) for s in scores[unseen]])
                like = np.array(liked[unseen])
                found.append(auc(totals[like].tolist(), totals[~like].tolist()))
        table[part] = {"before": float(np.mean(before)), "after": float(np.mean(after))}
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with a folder of PNG files for each style")
    parser.add_argument("--references", type=int, default=8)
    parser.add_argument("--pictures", type=int, default=80, help="of each style")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--half", type=int, choices=(0, 1), default=None, help="only this half of the concepts")
    parser.add_argument("--without", nargs="*", default=[], metavar="WORD", help="leave out names that hold it")
    parser.add_argument("--out", type=Path, default=None, help="JSON")
    args = parser.parse_args()
    styles = read(args.folder, args.pictures, 0, args.half, args.without)
    table = pairs(styles, args.references, args.draws)
    print(f"{'pair':36}" + "".join(f"{part:>11}" for part in ("total", *COMPONENTS)))
    for pair, row in table.items():
        print(f"{pair:36}" + "".join(f"{row[part]:11.3f}" for part in ("total", *COMPONENTS)))
    mean = {part: float(np.mean([row[part] for row in table.values()])) for part in ("total", *COMPONENTS)}
    print(f"{'mean':36}" + "".join(f"{mean[part]:11.3f}" for part in ("total", *COMPONENTS)))
    learned = picks(styles, args.references, args.draws)
    print("\npicks by one criterion: agreement before, after")
    for part, row in learned.items():
        print(f"{part:12} {row['before']:.3f} {row['after']:.3f}")
    if args.out:
        args.out.write_text(json.dumps({"pairs": table, "mean": mean, "picks": learned}, indent=2) + "\n")


if __name__ == "__main__":
    main()
