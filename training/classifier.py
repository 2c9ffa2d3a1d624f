"""The judge: a small picture classifier that never saw a generated picture, and its features.

A residual network (He et al., 2016) with group norms (Wu and He, 2018: they need no running statistics, so that a run
resumes from its parameters alone). It sees premultiplied RGBA. Pictures are normalised to the middle, so where
something is tells much: the last stage is not averaged over the picture but read place by place. These features are
what distances between pictures are measured in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from inference.alpha import Pixels, premultiply, resize, to_bytes
from inference.errors import BadRequest
from inference.files import replace_folder

VERSION = 1
WEIGHTS, CONFIG = "model.safetensors", "config.json"
BATCH = 64
Features = NDArray[np.float32]
"""(pictures, width)."""


@dataclass(frozen=True, kw_only=True)
class JudgeDesign:
    """Size of a judge.

    Attributes:
        side: of the pictures that it sees, in pixels.
        channels: of its stages; the first has a quarter of the side, each other half of the one before.
        blocks: residual blocks of each stage.
        width: of the features.
    """

    side: int = 48
    channels: tuple[int, ...] = (32, 96, 224)
    blocks: tuple[int, ...] = (1, 1, 1)
    groups: int = 8
    width: int = 256


DESIGNS = {
    "tiny": JudgeDesign(side=32, channels=(16, 32), blocks=(1, 1), groups=4, width=32),
    "swift": JudgeDesign(side=32, channels=(48, 128), blocks=(1, 1), width=192),
    "small": JudgeDesign(),
    "medium": JudgeDesign(side=64, channels=(48, 128, 256), blocks=(1, 2, 2)),
}
"""By name; "swift" takes 0.01 GFLOP for a picture, "small" 0.03, "medium" 0.2."""


class _Block(nn.Module):
    def __init__(self, width: int, out: int, stride: int, groups: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, out, 3, stride, 1, bias=False)
        self.first_norm = nn.GroupNorm(groups, out)
        self.second = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.second_norm = nn.GroupNorm(groups, out)
        self.shorter = nn.Conv2d(width, out, 1, bias=False) if stride > 1 or width != out else None
        self.stride = stride
        nn.init.zeros_(self.second_norm.weight)

    def forward(self, x: Tensor) -> Tensor:
        inside = torch.relu(self.first_norm(self.first(x)))
        inside = self.second_norm(self.second(inside))
        past = functional.avg_pool2d(x, 2) if self.stride > 1 else x
        return torch.relu(inside + (past if self.shorter is None else self.shorter(past)))


class JudgeNet(nn.Module):
    """(batch, 4, side, side) premultiplied RGBA in [-1, 1] to (batch, classes) logits."""

    def __init__(self, design: JudgeDesign, classes: int) -> None:
        super().__init__()
        first = design.channels[0]
        self.stem = nn.Conv2d(16, first, 3, 2, 1, bias=False)
        self.stem_norm = nn.GroupNorm(design.groups, first)
        stages, width = [], first
        for number, (out, count) in enumerate(zip(design.channels, design.blocks, strict=True)):
            for index in range(count):
                stages.append(_Block(width, out, 2 if number and not index else 1, design.groups))
                width = out
        self.stages = nn.Sequential(*stages)
        last = design.side // 2 ** (len(design.channels) + 1)
        self.read = nn.Linear(width * last * last, design.width)
        self.read_norm = nn.LayerNorm(design.width)
        self.head = nn.Linear(design.width, classes)
        nn.init.zeros_(self.head.bias)

    def features(self, samples: Tensor) -> Tensor:
        """(batch, width): the last stage, read place by place."""
        x = torch.relu(
            self.stem_norm(
                self.stem(functional.pixel_unshuffle(samples, 2).contiguous(memory_format=torch.channels_last))
            )
        )
        return self.read_norm(self.read(self.stages(x).contiguous().flatten(1)))

    def forward(self, samples: Tensor) -> Tensor:
        return self.head(self.features(samples))


@dataclass(frozen=True, eq=False)
class Judge:
    """A trained judge.

    Attributes:
        classes: concept names, in the order of the logits.
        held_out: files of the dataset that it was not trained on although their concept is one of its classes.
        accuracy: what it reaches on these: "top1", "top5" (shares), "pictures", and "styles" with the same by style.
    """

    net: JudgeNet
    design: JudgeDesign
    classes: tuple[str, ...]
    held_out: frozenset[str] = frozenset()
    accuracy: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, int]:
        """Class numbers by name."""
        return {name: number for number, name in enumerate(self.classes)}

    @cached_property
    def hash(self) -> str:
        """Of weights and classes: measures of two judges cannot be compared."""
        digest = hashlib.sha256(json.dumps([asdict(self.design), self.classes]).encode())
        for name, tensor in sorted(self.net.state_dict().items()):
            digest.update(name.encode() + tensor.detach().cpu().float().contiguous().numpy().tobytes())
        return digest.hexdigest()

    @torch.no_grad()
    def look(self, samples: NDArray[np.float32]) -> tuple[Features, Features]:
        """Features and logits.

        Args:
            samples: (pictures, 4, side, side), from ``to_judge``.
        """
        rows: list[tuple[Tensor, Tensor]] = []
        for start in range(0, len(samples), BATCH):
            features = self.net.features(torch.from_numpy(samples[start : start + BATCH]))
            rows.append((features, self.net.head(features)))
        if not rows:
            return np.zeros((0, self.net.head.in_features), np.float32), np.zeros((0, len(self.classes)), np.float32)
        return torch.cat([f for f, _ in rows]).numpy(), torch.cat([logits for _, logits in rows]).numpy()

    def look_at(self, pictures: Iterable[Pixels]) -> tuple[Features, Features]:
        """Features and logits of pictures with straight alpha, of any size."""
        return self.look(to_judge([to_bytes(premultiply(pixels)) for pixels in pictures], self.design.side))

    def save(self, folder: Path) -> None:
        """Write the judge's folder."""
        said = {
            "version": VERSION,
            "design": asdict(self.design),
            "classes": self.classes,
            "held_out": sorted(self.held_out),
            "accuracy": self.accuracy,
        }
        with replace_folder(folder) as draft:
            state = {name: tensor.detach().cpu().float().contiguous() for name, tensor in self.net.state_dict().items()}
            save_file(state, draft / WEIGHTS, {"format": "pt"})
            (draft / CONFIG).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


def load_judge(folder: Path) -> Judge:
    """Read what ``Judge.save`` wrote, from ``folder`` or ``folder/judge``.

    Raises:
        BadRequest: when it is no judge.
    """
    place = folder if (folder / CONFIG).is_file() else folder / "judge"
    if not (place / CONFIG).is_file():
        raise BadRequest(f"{folder} holds no judge.", hint="Train one: train judge.")
    try:
        said = json.loads((place / CONFIG).read_text("utf-8"))
        if said["version"] > VERSION:
            raise BadRequest(f"The judge in {folder} was made by a newer Gouache.", hint="Update the program.")
        sizes: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said["design"].items()}
        design = JudgeDesign(**sizes)
        classes = tuple(map(str, said["classes"]))
        net = JudgeNet(design, len(classes))
        net.load_state_dict(load_file(place / WEIGHTS))
        return Judge(net.eval(), design, classes, frozenset(said["held_out"]), said["accuracy"])
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise BadRequest(f"The judge in {folder} is broken.", hint="Train it again.", detail=str(error)) from error


def shrink(pictures: Sequence[NDArray[np.uint8]] | NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Premultiplied RGBA bytes of any sizes to (pictures, side, side, 4); what is not square gets empty margins."""
    out = np.zeros((len(pictures), side, side, 4), np.uint8)
    for row, picture in zip(out, pictures, strict=True):
        height, width = picture.shape[:2]
        scale = side / max(height, width)
        high, wide = max(1, round(height * scale)), max(1, round(width * scale))
        if high * wide < height * width:  # bytes, since a dataset has tens of thousands of pictures
            small = cv2.resize(np.ascontiguousarray(picture), (wide, high), interpolation=cv2.INTER_AREA)
        else:
            small = to_bytes(resize(picture.astype(np.float32) / 255, wide, high))
        y, x = (side - high) // 2, (side - wide) // 2
        row[y : y + high, x : x + wide] = small
    return out


def to_judge(pictures: Sequence[NDArray[np.uint8]] | NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Premultiplied RGBA bytes of any sizes to what a judge sees: (pictures, 4, side, side) in [-1, 1]."""
    return np.ascontiguousarray(np.moveaxis(shrink(pictures, side), 3, 1).astype(np.float32) / 127.5 - 1)


def ranks(logits: NDArray[np.floating], wanted: ArrayLike) -> NDArray[np.int64]:
    """For each row how many classes are rated above the wanted one: 0 is top-1, below 5 is top-5."""
    own = logits[np.arange(len(logits)), np.asarray(wanted, np.int64)]
    return (logits > own[:, None]).sum(1)


def shares(found: NDArray[np.int64]) -> dict[str, float]:
    """Top-1 and top-5 as shares of the ranks ``found``; of none they are 0."""
    count = max(1, len(found))
    return {
        "top1": float((found < 1).sum() / count),
        "top5": float((found < 5).sum() / count),
        "pictures": len(found),
    }
