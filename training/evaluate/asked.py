"""A model at work as in the studio: pictures from prompts, edits, reconstructions; kept on the disk as they come.

Everything goes through the engine and the exported graphs, so that what is measured is what is shipped.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.alpha import Pixels, premultiply
from inference.api import Generate, Inpaint, Picture, Request, paste
from inference.edits import from_model, to_model
from inference.engine import LocalEngine
from inference.errors import BadPicture, BadRequest, EngineFailed
from inference.library import find_model
from inference.manifest import Task
from inference.pictures import read_picture, write_picture
from inference.styles import load_styles

BATCH = 8
TIMES = "seconds.txt"
"""How long each kept picture took: its key and seconds, one a line."""


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How pictures are sampled; None is as the model says."""

    steps: int | None = None
    guidance: float | None = None
    scheduler: str | None = None


@dataclass(eq=False)
class Asked:
    """A model folder with its engine.

    Attributes:
        model: name or folder.
        kept: folder that finished pictures are kept in: an evaluation that was stopped goes on with them.
        styles: the dataset's style names to the model's, where they differ.
        seconds: by steps, the time that each picture of this evaluation took when it was made.
    """

    model: str
    kept: Path
    sampling: Sampling = Sampling()
    styles: Mapping[str, str] = field(default_factory=dict)
    device: str = "auto"
    threads: int | None = None
    seconds: dict[int, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.manifest = find_model(self.model)
        self._hash = self.manifest.hash
        self.engine = LocalEngine(device=self.device, threads=self.threads)
        self._presets = load_styles()
        self._took = _read_times(self.kept / TIMES)

    @contextmanager
    def opened(self) -> Iterator[Asked]:
        """Close the engine at the end."""
        try:
            yield self
        finally:
            self.engine.close()

    def can(self, task: Task) -> bool:
        """True when the model does this kind of work."""
        return task in self.manifest.tasks

    def style_at(self, index: int) -> str:
        """The model's styles in turn; "" where it has none."""
        return self.manifest.styles[index % len(self.manifest.styles)] if self.manifest.styles else ""

    def style_of(self, style: str) -> str:
        """The model's name of a dataset's style, or "" when it does not know that style."""
        own = self.styles.get(style, style)
        return own if own in self.manifest.styles else ""

    def worded(self, text: str, style: str) -> str:
        """A prompt as the studio's style preset words it, else as captions have it."""
        if not style:
            return text
        preset = self._presets.get(style)
        return preset.apply(text) if preset and not preset.negative else f"{text}, {style} style"

    def picture(self, text: str, *, style: str, seed: int, steps: int | None = None) -> Pixels:
        """One picture from words."""
        steps = steps or self.steps
        request = Generate(
            model=self.model,
            prompt=self.worded(text, style),
            seed=seed,
            steps=steps,
            guidance=self.sampling.guidance,
            scheduler=self.sampling.scheduler,
            previews=False,
        )
        return self._made(request, self._key(request), steps)

    @property
    def steps(self) -> int:
        """Steps when nothing else is said."""
        return self.sampling.steps or self.manifest.defaults.steps

    def inpainted(self, image: Pixels, mask: NDArray[np.uint8], text: str, *, style: str, seed: int) -> Pixels:
        """The whole picture with its masked part made anew; nothing outside may change."""
        request = Inpaint(
            model=self.model,
            prompt=self.worded(text, style),
            seed=seed,
            steps=self.steps,
            guidance=self.sampling.guidance,
            scheduler=self.sampling.scheduler,
            previews=False,
            image=image,
            mask=mask,
            keep_outside=True,
        )
        return self._made(request, self._key(request, image.tobytes(), mask.tobytes()), 0)

    def _key(self, request: Request, *more: bytes) -> str:
        said = [
            type(request).__name__,
            self._hash,
            request.prompt,
            request.seed,
            request.steps,
            request.guidance,
            request.scheduler,
            list(self.manifest.haze),
            self.manifest.clean_context,
        ]
        return hashlib.sha256(json.dumps(said).encode() + b"".join(more)).hexdigest()[:20]

    def _made(self, request: Request, key: str, steps: int) -> Pixels:
        path = self.kept / f"{key}.png"
        if path.is_file():
            try:
                found = read_picture(path).pixels
            except BadPicture:
                path.unlink()
            else:
                if key in self._took:
                    self.seconds.setdefault(steps, {})[key] = self._took[key]
                return found
        start = time.monotonic()
        for event in self.engine.run(request):
            if isinstance(event, Picture):
                self._note_time(key, steps, time.monotonic() - start)
                edited = paste(request.image, event) if isinstance(request, Inpaint) else event.pixels
                write_picture(path, edited)
                return edited
        raise EngineFailed("The engine gave no picture.")

    def _note_time(self, key: str, steps: int, seconds: float) -> None:
        """Remember how long a picture took; loading the model counts for the first one."""
        self.seconds.setdefault(steps, {})[key] = seconds
        self.kept.mkdir(parents=True, exist_ok=True)
        with (self.kept / TIMES).open("a", encoding="utf-8") as file:
            file.write(f"{key} {seconds:.4f}\n")

    def reconstructed(self, pictures: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Pictures through the autoencoder and back, without noise.

        Args:
            pictures: (n, height, width, 4) premultiplied bytes, with sides that the model takes.

        Yields:
            For each, premultiplied RGBA in [0, 1]: as the decoder gives it, and as the studio shows it.
        """
        if "vae_encoder" not in self.manifest.parts:
            raise BadRequest(f"The model {self.manifest.name} has no encoder to make pictures again with.")
        pipeline, noise = self.engine.pipeline(self.manifest), Still()
        for start in range(0, len(pictures), BATCH):
            some = np.asarray(pictures[start : start + BATCH], np.float32) / 255
            latents = pipeline.draw(
                pipeline.moments(np.stack([to_model(p, self.manifest) for p in some])), noise, "posterior", len(some)
            )
            for decoded in pipeline.decode(latents):
                raw = np.clip(np.moveaxis(decoded, 0, 2) / 2 + 0.5, 0, 1).astype(np.float32)
                if raw.shape[2] == 3:
                    raw = np.dstack([raw, np.ones(raw.shape[:2], np.float32)])
                yield raw, np.asarray(from_model(decoded, self.manifest), np.float32)


def _read_times(path: Path) -> dict[str, float]:
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    pairs = [line.split() for line in lines]
    return {pair[0]: float(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].replace(".", "").isdigit()}


class Still:
    """No noise: the encoder's mean."""

    def draw(self, purpose: str, shape: tuple[int, ...], step: int = 0) -> NDArray[np.float32]:
        return np.zeros(shape, np.float32)


def as_bytes(pictures: list[Pixels]) -> NDArray[np.uint8]:
    """Pictures of one size with straight alpha to (n, height, width, 4) premultiplied bytes."""
    return np.stack([np.round(premultiply(p) * 255).astype(np.uint8) for p in pictures])
