"""The sections of an evaluation, each a function of what is evaluated, giving a table of figures and its pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, unpremultiply
from inference.pictures import write_picture
from inference.sheets import contact_sheet
from training.classifier import Judge, ranks, shares, to_judge
from training.evaluate import copies
from training.evaluate.asked import Asked, as_bytes
from training.evaluate.colours import agrees
from training.evaluate.denoising import LEVELS, denoising_loss
from training.evaluate.metrics import cleanliness, kid, reconstruction, spread
from training.evaluate.pictures import RealPictures, some
from training.evaluate.prompts import KINDS, Prompt
from training.evaluate.seams import erased, half_mask, kept, seam

Table = dict[str, Any]
REFERENCES = 2000
"""Real pictures that made ones are compared with at most."""
SMALL_GRID = 8
FEWEST = 2
"""Pictures on each side that a distance of distributions needs."""
ENOUGH = 16
"""Those that it needs to tell numbers of steps apart."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much is measured.

    Attributes:
        prompts: every so many-th prompt of each kind.
        samples: pictures of each style's grid.
        reconstructed, denoised, inpainted: pictures.
        varied: prompts that are made with several seeds.
        seeds: how many.
        fewer: prompts that are made with each number of steps.
    """

    prompts: int = 1
    samples: int = 64
    reconstructed: int = 1000
    denoised: int = 64
    inpainted: int = 32
    varied: int = 12
    seeds: int = 8
    fewer: int = 25
    levels: tuple[int, ...] = LEVELS


QUICK = Extent(
    prompts=5, samples=0, reconstructed=48, denoised=6, inpainted=4, varied=2, seeds=4, fewer=6, levels=(200, 600, 900)
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """A picture that was asked for.

    Attributes:
        prompt, style, seed: of the request.
        pixels: straight alpha.
        features, logits: the judge's.
    """

    prompt: Prompt
    style: str
    seed: int
    pixels: Pixels
    features: NDArray[np.floating]
    logits: NDArray[np.floating]


@dataclass(eq=False)
class Context:
    """What an evaluation works on.

    Attributes:
        folder: where grids go.
        grids: their names, in order.
        notes: what the reader has to know.
        tick: called after each picture with what is being done.
    """

    asked: Asked
    real: RealPictures
    judge: Judge
    prompts: Sequence[Prompt]
    extent: Extent
    folder: Path
    tick: Callable[[str], None] = lambda what: None
    grids: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def grid(self, name: str, pictures: Sequence[Pixels], labels: Sequence[str], columns: int, title: str = "") -> None:
        """Write a contact sheet."""
        if pictures:
            write_picture(self.folder / f"{name}.png", contact_sheet(pictures, labels, columns=columns, title=title))
            self.grids.append(f"{name}.png")

    def looked_at(self, pictures: Sequence[Pixels]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Features and logits."""
        return self.judge.look_at(pictures)

    def make(self, prompts: Iterable[tuple[Prompt, str, int]], what: str, steps: int | None = None) -> list[Made]:
        """Ask for pictures: prompt, style and seed of each."""
        wanted, pixels = list(prompts), []
        for prompt, style, seed in wanted:
            pixels.append(self.asked.picture(prompt.text, style=style, seed=seed, steps=steps))
            self.tick(what)
        features, logits = self.looked_at(pixels)
        return [
            Made(prompt=p, style=style, seed=seed, pixels=picture, features=f, logits=scores)
            for (p, style, seed), picture, f, scores in zip(wanted, pixels, features, logits, strict=True)
        ]

    def held_out(self) -> NDArray[np.int64]:
        """Held-out pictures; training pictures, with a note, where nothing is held out."""
        if len(self.real.held_out):
            return self.real.held_out
        self.note("The dataset holds nothing out: what should be measured on unseen pictures was seen in training.")
        return self.real.trained

    def note(self, words: str) -> None:
        """Say something once."""
        if words not in self.notes:
            self.notes.append(words)

    def styles_like_the_models(self) -> set[str]:
        """The dataset's styles that the model has; empty when there are none, which allows any."""
        return {entry.style for entry in self.real.entries if self.asked.style_of(entry.style)}

    def ranked(self, made: Sequence[Made]) -> NDArray[np.int64]:
        """How many classes the judge preferred to the wanted one; a concept that it does not know is missed."""
        unknown = len(self.judge.classes)
        known = [(i, m) for i, m in enumerate(made) if m.prompt.concept in self.judge.places]
        out = np.full(len(made), unknown, np.int64)
        if known:
            scores = np.stack([m.logits for _, m in known])
            out[[i for i, _ in known]] = ranks(scores, [self.judge.places[m.prompt.concept] for _, m in known])
        return out


def reconstruct(context: Context) -> Table:
    """Held-out pictures of the model's styles through the autoencoder."""
    places = _of_the_model(context, context.held_out(), context.extent.reconstructed)
    wanted = context.real.pixels[places]
    raw, shown = [], []
    for decoded, as_shown in context.asked.reconstructed(wanted):
        raw.append(decoded)
        shown.append(as_shown)
        context.tick("reconstruction")
    true = wanted.astype(np.float32) / np.float32(255)
    found = reconstruction(np.stack(raw), true)
    as_shown = reconstruction(np.stack(shown), true)
    found["psnr_shown"] = as_shown["psnr"]
    found["alpha_error_shown"] = as_shown["alpha_error"]
    first = some(np.arange(len(true)), SMALL_GRID)
    both = [unpremultiply(true[i]) for i in first] + [unpremultiply(shown[i]) for i in first]
    context.grid("reconstruction", both, ["picture"] * len(first) + ["made again"] * len(first), len(first))
    return found


def _of_the_model(context: Context, places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Some of the places, of the styles that the model has where there are such."""
    own = context.real.where(places, styles=context.styles_like_the_models())
    return some(own if len(own) else places, count)


def denoise(context: Context) -> Table:
    """Loss by noise level, on held-out pictures and on training pictures: the gap is what was learned by heart."""
    found: Table = {}
    sides = {"held_out": context.real.held_out, "trained": context.real.trained}
    for name, places in sides.items():
        chosen = _of_the_model(context, places, context.extent.denoised)
        if not len(chosen):
            continue
        real, asked = context.real, context.asked
        styles = [asked.style_of(real.entries[place].style) for place in chosen]
        prompts = [real.caption(int(place), style) for place, style in zip(chosen, styles, strict=True)]
        losses = denoising_loss(asked, real.pixels[chosen], prompts, context.extent.levels)
        found[name] = {str(level): loss for level, loss in losses.items()}
        found[f"{name}_mean"] = float(np.mean(list(losses.values())))
        context.tick("denoising")
    return found


def listed(context: Context) -> list[Prompt]:
    """The prompts of this evaluation: all, or every so many-th of each kind."""
    return [
        prompt for kind in KINDS for prompt in [p for p in context.prompts if p.kind == kind][:: context.extent.prompts]
    ]


def ask(context: Context) -> list[Made]:
    """A picture for each prompt, with its number in the list as seed, the styles in turn."""
    numbers = {prompt.text: number for number, prompt in enumerate(context.prompts)}
    wanted = [(p, context.asked.style_at(i), numbers[p.text]) for i, p in enumerate(listed(context))]
    return context.make(wanted, "prompts")


def fidelity(context: Context, made: Sequence[Made]) -> tuple[Table, list[str]]:
    """Does the judge see what was asked for? By kind of prompt, style and group; and whether colours were obeyed."""
    found = context.ranked(made)
    kinds = np.array([m.prompt.kind for m in made])
    table: Table = {kind: shares(found[kinds == kind]) for kind in KINDS if (kinds == kind).any()}
    known = kinds == "known"
    table["styles"] = _by(found[known], [m.style for m in made if m.prompt.kind == "known"])
    table["groups"] = _by(found[known], [m.prompt.group for m in made if m.prompt.kind == "known"])
    coloured = [m for m in made if m.prompt.kind == "combination" and m.prompt.colour]
    if coloured:
        obeyed = [agrees(m.pixels, m.prompt.colour) for m in coloured]
        both = [good and found[made.index(m)] < 5 for good, m in zip(obeyed, coloured, strict=True)]
        table["colour"] = {
            "agree": float(np.mean(obeyed)),
            "agree_and_top5": float(np.mean(both)),
            "pictures": len(obeyed),
        }
    unknown = sorted({m.prompt.concept for m in made if m.prompt.concept not in context.judge.places})
    if unknown:
        context.note(
            f"The judge does not know {len(unknown)} of the concepts, which count as missed: {', '.join(unknown[:8])}."
        )
    return table, [m.prompt.text for m, rank in zip(made, found, strict=True) if rank >= 5]


def _by(found: NDArray[np.int64], names: Sequence[str]) -> Table:
    labels = np.array([name or "-" for name in names])
    return {str(name): shares(found[labels == name]) for name in dict.fromkeys(labels)} if len(labels) else {}


def sample_grids(context: Context) -> list[Made]:
    """Unselected samples of each style: the first known prompts, seeds from 0 on."""
    first = [p for p in context.prompts if p.kind == "known"][: context.extent.samples]
    out: list[Made] = []
    for style in context.asked.manifest.styles or ("",):
        made = context.make([(p, style, seed) for seed, p in enumerate(first)], f"samples {style}".strip())
        name = f"samples-{style}" if style else "samples"
        context.grid(name, [m.pixels for m in made], [m.prompt.text for m in made], 8, f"{style} unselected".strip())
        out += made
    return out


def by_style(context: Context, made: Sequence[Made]) -> Table:
    """Top-1 and top-5 of the grids, together and by style."""
    found = context.ranked(made)
    return {**shares(found), "styles": _by(found, [m.style for m in made])}


def references(context: Context, made: Sequence[Made]) -> NDArray[np.int64]:
    """Training pictures of the concepts that were asked for, of the model's styles where the dataset has them."""
    concepts = {m.prompt.concept for m in made if m.prompt.kind == "known"}
    styles = context.styles_like_the_models()
    places = context.real.where(context.real.trained, concepts=concepts, styles=styles)
    return some(places if len(places) >= 8 else context.real.trained, REFERENCES)


def distribution(context: Context, made: Sequence[Made], reference: NDArray[np.floating]) -> Table:
    """KID between the pictures of known concepts and real ones of the same concepts."""
    own = np.stack([m.features for m in made if m.prompt.kind == "known"])
    if min(len(own), len(reference)) < FEWEST:
        context.note("There are too few pictures for a distance of distributions.")
        return {}
    value, error = kid(own, reference)
    order = np.random.default_rng(0).permutation(len(reference))
    half = len(reference) // 2
    halves = kid(reference[order[:half]], reference[order[half:]])[0] if half > 1 else 0.0
    return {"kid": value, "error": error, "halves": halves, "pictures": len(own), "real": len(reference)}


def diversity(context: Context) -> Table:
    """Distance between the pictures of one prompt; real ones of one concept, in all styles, beside it."""
    real, known = context.real, [p for p in context.prompts if p.kind == "known"]
    spreads, others, rows = [], [], []
    for number, prompt in enumerate(known[: context.extent.varied]):
        style = context.asked.style_at(number)
        made = context.make([(prompt, style, 1000 + seed) for seed in range(context.extent.seeds)], "diversity")
        spreads.append(spread(np.stack([m.features for m in made])))
        rows += made
        places = real.where(np.arange(len(real.entries)), concepts={prompt.concept})
        if len(places) > 1:
            others.append(spread(context.judge.look(to_judge(real.pixels[places], context.judge.design.side))[0]))
    context.grid("seeds", [m.pixels for m in rows], [m.prompt.text for m in rows], context.extent.seeds)
    return {"seeds": float(np.mean(spreads)), "real": float(np.mean(others or [0.0])), "prompts": len(spreads)}


def memorised(context: Context, made: Sequence[Made]) -> Table:
    """Copies of training pictures among those that were made, and among real pictures that are not for training."""
    real, judge = context.real, context.judge
    trained = some(real.trained, 20000)
    seen = copies.remember(judge, real.pixels[trained])
    own = as_bytes([m.pixels for m in made])
    found = copies.nearest(seen, np.stack([m.features for m in made]), own)
    others = some(context.held_out(), 500)
    itself = None if len(real.held_out) else np.searchsorted(trained, others)
    pictures = real.pixels[others]
    unseen = copies.nearest(seen, judge.look(to_judge(pictures, judge.design.side))[0], pictures, itself=itself)
    closest = np.argsort(found.pixels)[:SMALL_GRID]
    both = [made[i].pixels for i in closest]
    both += [unpremultiply(real.pixels[trained[found.places[i]]].astype(np.float32) / np.float32(255)) for i in closest]
    labels = [made[i].prompt.text for i in closest] + ["nearest in training"] * len(closest)
    context.grid("nearest", both, labels, len(closest))
    return {
        "copies": float(found.copies.mean()),
        "real_copies": float(unseen.copies.mean()),
        "features": float(found.features.mean()),
        "real_features": float(unseen.features.mean()),
        "pixels": float(found.pixels.mean()),
        "real_pixels": float(unseen.pixels.mean()),
        "near_features": seen.near[0],
        "near_pixels": seen.near[1],
    }


def alpha(context: Context, made: Sequence[Made], reference: NDArray[np.int64]) -> Table:
    """Haze and holes, beside those of real pictures."""
    own = np.stack([_alpha_of(m.pixels) for m in made])
    return {
        **cleanliness(own),
        "real": cleanliness(context.real.pixels[reference][..., 3].astype(np.float32) / np.float32(255)),
    }


def _alpha_of(pixels: Pixels) -> NDArray[np.float32]:
    if pixels.shape[2] == 3:
        return np.ones(pixels.shape[:2], np.float32)
    return pixels[..., 3].astype(np.float32) / np.float32(255)


def fewer_steps(context: Context, counts: Sequence[int], reference: NDArray[np.floating]) -> Table:
    """The same prompts and seeds with each number of steps."""
    known = [p for p in context.prompts if p.kind == "known"]
    chosen = [known[i] for i in some(np.arange(len(known)), context.extent.fewer)]
    wanted = [(prompt, context.asked.style_at(i), i) for i, prompt in enumerate(chosen)]
    found: Table = {}
    pictures: list[Pixels] = []
    labels: list[str] = []
    for count in counts:
        made = context.make(wanted, f"{count} steps", count)
        told: Table = shares(context.ranked(made))
        if min(len(made), len(reference)) >= ENOUGH:
            told["kid"], told["error"] = kid(np.stack([m.features for m in made]), reference)
        if context.asked.seconds.get(count):
            told["seconds"] = float(np.median(list(context.asked.seconds[count].values())))
        found[str(count)] = told
        pictures += [m.pixels for m in made[:SMALL_GRID]]
        labels += [f"{m.prompt.text}, {count}" for m in made[:SMALL_GRID]]
    context.grid("steps", pictures, labels, min(SMALL_GRID, len(chosen)))
    return found


def inpaint(context: Context) -> Table:
    """Half of held-out pictures made anew with the right words."""
    real, judge, asked = context.real, context.judge, context.asked
    held_out = context.held_out()
    fitting = [p for p in held_out if real.concepts[p] in judge.places]
    unseen = [p for p in fitting if real.entries[p].file in judge.held_out]
    enough = len(unseen) >= context.extent.inpainted
    places = _of_the_model(context, np.array(unseen if enough else fitting, np.int64), context.extent.inpainted)
    if not len(places):
        return {}
    originals, made, halves, seams, kept_shares = [], [], [], [], []
    for number, place in enumerate(places):
        original = unpremultiply(real.pixels[place].astype(np.float32) / np.float32(255))
        mask = half_mask(original.shape[0], original.shape[1], number)
        style = asked.style_of(real.entries[place].style) or asked.style_at(number)
        done = asked.inpainted(
            original, mask, real.entries[place].caption or real.concepts[place], style=style, seed=number
        )
        originals.append(original)
        halves.append(erased(original, mask))
        made.append(done)
        seams.append((seam(done, mask), seam(original, mask)))
        kept_shares.append(kept(original, done, mask))
        context.tick("inpainting")
    wanted = [judge.places[real.concepts[place]] for place in places]
    found = {
        name: shares(ranks(context.looked_at(pictures)[1], wanted))
        for name, pictures in (("", made), ("_real", originals), ("_half", halves))
    }
    shown = slice(None, SMALL_GRID)
    rows = [*originals[shown], *halves[shown], *made[shown]]
    names = [label for word in ("picture", "kept half", "completed") for label in [word] * len(originals[shown])]
    context.grid("inpainting", rows, names, len(originals[shown]))
    return {
        "kept": float(np.mean(kept_shares)),
        "seam": float(np.mean([s for s, _ in seams])),
        "seam_real": float(np.mean([s for _, s in seams])),
        **{f"{key}{name}": value[key] for name, value in found.items() for key in ("top1", "top5")},
        "pictures": len(places),
    }


def known_only(made: Iterable[Made]) -> list[Made]:
    """Those of known concepts."""
    return [m for m in made if m.prompt.kind == "known"]


def summary(judge: Judge, styles: Collection[str]) -> Mapping[str, Any]:
    """What a report says of its judge; ``in_styles`` is its accuracy in the styles that the model has."""
    told = judge.accuracy.get("styles", {})
    own = [each for style, each in told.items() if style in styles] or list(told.values())
    count = max(1, sum(each["pictures"] for each in own))
    mean = {key: sum(each[key] * each["pictures"] for each in own) / count for key in ("top1", "top5")}
    return {
        "hash": judge.hash,
        "classes": len(judge.classes),
        "accuracy": dict(judge.accuracy),
        "in_styles": {**mean, "pictures": sum(each["pictures"] for each in own)},
    }
