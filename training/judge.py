"""Train the judge on real pictures: which concept does a picture show, in whatever style?

Of each concept with several styles one is held out, whatever split the pictures are in: the judge knows the concept
and the style, not this thing in this style, and its accuracy there is the ceiling of every share that it gives a model.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inference.alpha import unpremultiply
from inference.errors import BadRequest, UnknownName
from training.batches import indices, may_mirror, stream
from training.classifier import DESIGNS, Judge, JudgeNet, ranks, shares, shrink
from training.dataset import Entry, read_dataset
from training.limits import check
from training.loop import Running, Sample, train
from training.normalise import read_normalised
from training.optimise import Optimisation
from training.progress import Progress
from training.split import concept_key

SHOWN = 24
ENLARGED = 3
"""So that there is room for the words below."""
MEASURED = 512
"""Held-out pictures that accuracy is measured on while training; at the end it is all of them."""
LIMITS = {"smoothing": (0.0, 0.9), "held_out": (0.0, 0.9), "fewest": (1, 1000), "most": (1, 1000), "solid": (0.0, 1.0)}


@dataclass(frozen=True, kw_only=True)
class JudgeSettings:
    """What is trained and on what.

    Attributes:
        design: a name of ``classifier.DESIGNS``.
        smoothing: of the labels (Szegedy et al., 2016).
        held_out: share of a concept's styles that is kept from training, at least one where it has four.
        fewest: styles that a concept needs to be a class.
        most: pictures of a concept in one style that it is trained on: skin tones make others rare.
        solid: share of the pictures that are shown on a flat ground, for models without transparency.
    """

    design: str = "small"
    smoothing: float = 0.05
    held_out: float = 0.1
    fewest: int = 2
    most: int = 2
    solid: float = 0.15

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)
        if self.design not in DESIGNS:
            raise UnknownName("design", self.design, DESIGNS)


@dataclass(frozen=True)
class JudgePictures:
    """Real pictures, small, with their concepts.

    Attributes:
        pictures: (n, side, side, 4) premultiplied bytes.
        concepts, styles, names: of each; ``names`` are the dataset's files.
    """

    pictures: NDArray[np.uint8]
    concepts: Sequence[str]
    styles: Sequence[str]
    names: Sequence[str]


@dataclass(frozen=True)
class StoredPictures:
    """The normalised pictures of a dataset, of all splits; cheap to send to another process.

    Attributes:
        more: another dataset and its store, whose pictures of the same concepts are taught too.
        styles: of ``more`` that are taken; what the first has under another name would give away what is held out.
    """

    dataset: Path
    store: Path
    side: int
    more: tuple[Path, Path] | None = None
    styles: tuple[str, ...] = ()
    _cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        """Without what was read."""
        return {**self.__dict__, "_cache": {}}

    def read(self) -> JudgePictures:
        """All pictures, read once."""
        if "read" not in self._cache:
            first = _stored(self.dataset, self.store, self.side, lambda entry: True)
            concepts = set(first.concepts)
            self._cache["read"] = first
            if self.more is not None:
                other = _stored(
                    *self.more, self.side, lambda entry: entry.style in self.styles and concept_key(entry) in concepts
                )
                self._cache["read"] = _joined(first, other)
        return self._cache["read"]


def _stored(dataset: Path, store: Path, side: int, wanted: Callable[[Entry], bool]) -> JudgePictures:
    stored = read_normalised(store)
    entries = stored.entries(read_dataset(dataset))
    places = [place for place, entry in enumerate(entries) if wanted(entry)]
    return JudgePictures(
        shrink([stored.pixels[place] for place in places], side),
        [concept_key(entries[place]) for place in places],
        [entries[place].style for place in places],
        [entries[place].file for place in places],
    )


def _joined(one: JudgePictures, other: JudgePictures) -> JudgePictures:
    return JudgePictures(
        np.concatenate([one.pictures, other.pictures]),
        [*one.concepts, *other.concepts],
        [*one.styles, *other.styles],
        [*one.names, *other.names],
    )


@dataclass(frozen=True)
class Classes:
    """Which pictures teach which class.

    Attributes:
        names: of the classes, sorted.
        labels: class of each picture, -1 for those whose concept is none.
        held_out: True for pictures that are kept from training.
        spare: True for pictures that are one too many of their concept and style.
    """

    names: tuple[str, ...]
    labels: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    spare: NDArray[np.bool_]

    @cached_property
    def taught(self) -> NDArray[np.int64]:
        """Places of the pictures to train on."""
        return np.flatnonzero((self.labels >= 0) & ~self.held_out & ~self.spare)

    @cached_property
    def unseen(self) -> NDArray[np.int64]:
        """Places of the pictures to measure on."""
        return np.flatnonzero((self.labels >= 0) & self.held_out & ~self.spare)


def classes_of(given: JudgePictures, settings: JudgeSettings) -> Classes:
    """Classes of at least ``fewest`` styles. What is held out and what is spare follows from names alone, and what is
    held out is held out in all its variants: a skin tone gives another one away."""
    members: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, (concept, style) in enumerate(zip(given.concepts, given.styles, strict=True)):
        members[concept][style].append(place)
    known = sorted(concept for concept, styles in members.items() if len(styles) >= settings.fewest)
    count = len(given.concepts)
    labels, held_out, spare = np.full(count, -1, np.int64), np.zeros(count, bool), np.zeros(count, bool)
    for label, concept in enumerate(known):
        styles = members[concept]
        least = 1 if settings.held_out and len(styles) >= 4 else 0
        hidden = min(max(least, int(settings.held_out * len(styles))), len(styles) - 1)
        for number, style in enumerate(sorted(styles, key=lambda style: _draw(f"{concept}/{style}"))):
            places = sorted(styles[style], key=lambda place: _draw(given.names[place]))
            labels[places] = label
            held_out[places] = number < hidden
            spare[places[settings.most :]] = True
    return Classes(tuple(known), labels, held_out, spare)


def _draw(name: str) -> bytes:
    return hashlib.sha256(f"judge:{name}".encode()).digest()


class JudgeTask:
    """The judge with its pictures, for ``training.loop``."""

    def __init__(self, source: StoredPictures | JudgePictures, settings: JudgeSettings, running: Running) -> None:
        self.design = DESIGNS[settings.design]
        self.given = given = source.read() if isinstance(source, StoredPictures) else source
        self.classes = classes_of(given, settings)
        self.net = JudgeNet(self.design, len(self.classes.names)).to(running.device).train()
        self._settings, self._running = settings, running
        self._mirror = np.array([may_mirror(concept) for concept in given.concepts])

    def trained(self) -> dict[str, nn.Parameter]:
        return dict(self.net.named_parameters())

    def batch(self, step: int, part: int, parts: int) -> tuple[Tensor, Tensor]:
        run, taught = self._running, self.classes.taught
        at = taught[indices(len(taught), run.batch, run.seed, step)[part::parts]]
        pictures = torch.from_numpy(self.given.pictures[at]).permute(0, 3, 1, 2).float() / 255
        draw = stream(run.seed, f"judge {part}", step)
        changed = augmented(pictures, self._mirror[at], draw, self._settings.solid)
        return (changed * 2 - 1).to(run.device), torch.from_numpy(self.classes.labels[at]).to(run.device)

    def loss(self, batch: tuple[Tensor, Tensor]) -> Tensor:
        samples, labels = batch
        return functional.cross_entropy(self.net(samples).float(), labels, label_smoothing=self._settings.smoothing)

    def judge(self) -> Judge:
        """The judge as it is now, on the CPU."""
        net = JudgeNet(self.design, len(self.classes.names))
        net.load_state_dict({name: tensor.detach().cpu() for name, tensor in self.net.state_dict().items()})
        hidden = np.flatnonzero(self.classes.held_out)
        files = frozenset(self.given.names[int(place)] for place in hidden)
        return Judge(net.eval(), self.design, self.classes.names, files)

    def sample(self) -> Sample:
        unseen = self.classes.unseen
        chosen = unseen if len(unseen) else self.classes.taught
        some = chosen[np.linspace(0, len(chosen) - 1, min(MEASURED, len(chosen))).astype(int)]
        logits, found = self._measured(self.judge(), some)
        names = [self.classes.names[best] for best in logits.argmax(1)]
        shown = range(min(SHOWN, len(some)))
        pictures = [unpremultiply(self.given.pictures[some[i]].astype(np.float32) / 255) for i in shown]
        pictures = [pixels.repeat(ENLARGED, 0).repeat(ENLARGED, 1) for pixels in pictures]
        labels = [f"{'' if found[i] == 0 else 'not '}{names[i]}" for i in shown]
        figures = shares(found)
        return Sample(pictures, labels, columns=8, figures={"top1": figures["top1"], "top5": figures["top5"]})

    def measured(self, judge: Judge) -> dict[str, Any]:
        """Top-1 and top-5 on all held-out pictures, together and by style."""
        unseen = self.classes.unseen
        found = self._measured(judge, unseen)[1]
        styles = np.array([self.given.styles[place] for place in unseen])
        by_style = {str(style): shares(found[styles == style]) for style in sorted(set(styles))}
        return {**shares(found), "styles": by_style}

    def _measured(self, judge: Judge, places: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        samples = np.moveaxis(self.given.pictures[places], 3, 1).astype(np.float32) / 127.5 - 1
        logits = judge.look(np.ascontiguousarray(samples))[1]
        return logits, ranks(logits, self.classes.labels[places])


def augmented(pictures: Tensor, mirror: NDArray[np.bool_], draw: np.random.Generator, solid: float) -> Tensor:
    """Turned a little, moved, scaled, mirrored, tinted, blurred; some on a flat ground.

    Args:
        pictures: (batch, 4, side, side) premultiplied RGBA in [0, 1].
        mirror: which of them may be mirrored.
    """
    count, side = len(pictures), pictures.shape[-1]
    angle, scale = draw.uniform(-0.15, 0.15, count), np.exp(draw.uniform(-0.1, 0.2, count))
    flip = np.where((draw.random(count) < 0.5) & mirror, -1.0, 1.0)
    turn = np.stack(
        [np.stack([np.cos(angle) * flip, -np.sin(angle)], 1), np.stack([np.sin(angle) * flip, np.cos(angle)], 1)], 1
    )
    moved = np.concatenate([turn * scale[:, None, None], draw.uniform(-0.1, 0.1, (count, 2, 1))], 2)
    grid = functional.affine_grid(torch.from_numpy(moved).float(), [count, 4, side, side], align_corners=False)
    out = functional.grid_sample(pictures, grid, align_corners=False)
    soft = torch.from_numpy(draw.random(count) < 0.25).view(-1, 1, 1, 1)
    out = torch.where(soft, functional.avg_pool2d(out, 3, 1, 1), out)
    colours, alpha = out[:, :3], out[:, 3:]
    gain = torch.from_numpy(
        draw.uniform(0.8, 1.2, (count, 3, 1, 1)) * draw.uniform(0.85, 1.1, (count, 1, 1, 1))
    ).float()
    colours = torch.minimum(colours * gain, alpha)
    ground = torch.from_numpy(draw.random((count, 3, 1, 1))).float()
    flat = torch.from_numpy(draw.random(count) < solid).view(-1, 1, 1, 1)
    colours = torch.where(flat, colours + (1 - alpha) * ground, colours)
    return torch.cat([colours, torch.where(flat, torch.ones_like(alpha), alpha)], dim=1)


def train_judge(
    source: StoredPictures | JudgePictures,
    folder: Path,
    *,
    settings: JudgeSettings,
    running: Running,
    optimisation: Optimisation,
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder/judge`` is a judge (``load_judge``).

    Raises:
        BadRequest: for settings that cannot be, or when fewer than two concepts have enough pictures.
    """
    settings.check()
    given = source.read() if isinstance(source, StoredPictures) else source
    classes = classes_of(given, settings)
    if len(classes.names) < 2:
        raise BadRequest(
            f"{len(classes.names)} of the concepts have {settings.fewest} styles; a judge needs two to tell apart.",
            hint="Label the dataset, or add pictures of the same things in other styles.",
        )
    kept = {"kind": "judge", **asdict(settings), "pictures": len(given.names), "classes": len(classes.names)}
    yield from train(partial(JudgeTask, source, settings, running), folder, running, optimisation, kept, _write)


def _write(task: JudgeTask, folder: Path) -> None:
    judge = task.judge()
    said = {**task.measured(judge), "taught": len(task.classes.taught), "classes": len(judge.classes)}
    Judge(judge.net, judge.design, judge.classes, judge.held_out, said).save(folder / "judge")
