"""Schedulers compiled to tables: a run of the denoising loop as a few numbers for each step.

Every step of a diffusion sampler is linear in the latents, the predictions so far and the noise that it draws. So
diffusers' scheduler is run once on the basis of that space (see ``schedulers.compile_table``) and from then on a step
is a handful of multiplications in numpy. Tables are kept on disk; where one is found, neither torch nor diffusers is
imported at all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.errors import BadRequest
from inference.files import write_text
from inference.noise import Latents, NoiseSource

TABLE_VERSION = 1


class Sampler(Protocol):
    """One run of the loop. ``timesteps`` are those that are run; pure noise is multiplied with ``start_scale``."""

    timesteps: NDArray[np.float32]
    start_scale: float

    def __len__(self) -> int: ...

    def scale(self, latents: Latents, index: int) -> Latents:
        """What the UNet is shown at step ``index``."""
        ...

    def step(self, prediction: Latents, index: int, latents: Latents) -> Latents:
        """Latents after step ``index``."""
        ...

    def add_noise(self, latents: Latents, noise: Latents, index: int) -> Latents:
        """Clean latents as noisy as those before step ``index``; after the last step they are clean."""
        ...

    def clean(self, prediction: Latents, index: int, scaled: Latents) -> Latents:
        """The clean latents that a prediction stands for, for previews; ``scaled`` is what the UNet was shown."""
        ...


@dataclass(frozen=True)
class Row:
    """One step: ``keep * latents + sum(weight * prediction) + sum(weight * noise)``.

    Attributes:
        scale: what the latents are multiplied with for the UNet.
        predictions: weight by the index of the step that the prediction was made at; solvers of higher order look back.
        noises: weight by the index of the step that the noise was drawn at.
        signal, spread: how much of clean latents and of noise make latents as noisy as before this step.
        clean_scaled, clean_prediction: how much of what the UNet was shown, and of its prediction, make clean latents.
    """

    timestep: float
    scale: float
    keep: float
    predictions: Mapping[int, float]
    noises: Mapping[int, float]
    signal: float
    spread: float
    clean_scaled: float
    clean_prediction: float


@dataclass(frozen=True)
class Table:
    """A whole run."""

    start_scale: float
    rows: tuple[Row, ...]

    def as_json(self) -> str:
        """Text for the disk."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Table:
        """Read what ``as_json`` wrote. Raises ValueError, KeyError or TypeError when it is something else."""
        value = json.loads(text)
        rows = [
            Row(**{**row, **{kind: _by_step(row[kind]) for kind in ("predictions", "noises")}}) for row in value["rows"]
        ]
        return cls(float(value["start_scale"]), tuple(rows))


def _by_step(weights: Mapping[str, float]) -> dict[int, float]:
    return {int(step): float(weight) for step, weight in weights.items()}


class TableSampler:
    """Runs a table (see ``Sampler``)."""

    def __init__(self, table: Table, noise: NoiseSource) -> None:
        self.timesteps = np.array([row.timestep for row in table.rows], np.float32)
        self.start_scale = table.start_scale
        self._rows = table.rows
        self._noise = noise
        self._predictions: dict[int, Latents] = {}
        self._noises: dict[int, Latents] = {}
        self._draws = {step for row in table.rows for step in row.noises}

    def __len__(self) -> int:
        return len(self._rows)

    def scale(self, latents: Latents, index: int) -> Latents:
        factor = self._rows[index].scale
        return latents if factor == 1 else latents * np.float32(factor)

    def step(self, prediction: Latents, index: int, latents: Latents) -> Latents:
        row = self._rows[index]
        self._predictions[index] = prediction
        out = latents * np.float32(row.keep)
        for i, weight in row.predictions.items():
            out += np.float32(weight) * self._predictions[i]
        if index in self._draws:
            self._noises[index] = self._noise.draw("step", latents.shape, index)
        for i, weight in row.noises.items():
            out += np.float32(weight) * self._noises[i]
        return out

    def add_noise(self, latents: Latents, noise: Latents, index: int) -> Latents:
        if index >= len(self):
            return latents
        row = self._rows[index]
        return latents * np.float32(row.signal) + noise * np.float32(row.spread)

    def clean(self, prediction: Latents, index: int, scaled: Latents) -> Latents:
        row = self._rows[index]
        return scaled * np.float32(row.clean_scaled) + prediction * np.float32(row.clean_prediction)


def steps_to_run(steps: int, strength: float) -> int:
    """How many of ``steps`` are run at a strength in (0, 1]: at least one."""
    return min(max(int(steps * strength), 1), steps)


class Tables:
    """Compiled schedulers, in memory and on disk.

    Args:
        folder: where they are kept, or None.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, Table | None] = {}

    def sampler(
        self, config: Mapping[str, Any], name: str, steps: int, *, strength: float = 1.0, noise: NoiseSource
    ) -> Sampler:
        """A sampler for one run, from its table; from diffusers itself where the scheduler is not linear (it clips).

        Raises:
            BadRequest: when the scheduler cannot run so many steps.
        """
        table = self.table(config, name, steps, strength)
        if table is not None:
            return TableSampler(table, noise)
        from inference.schedulers import Sampler as LiveSampler

        return LiveSampler(config, name, steps, strength=strength, noise=noise)

    def table(self, config: Mapping[str, Any], name: str, steps: int, strength: float) -> Table | None:
        """The table of a run, compiled when it is not known; None where there can be none."""
        run = steps_to_run(steps, strength)
        key = _key(config, name, steps, run if strength < 1 else steps)
        if key not in self._known:
            self._known[key] = self._read(key) or self._compiled(key, config, name, steps, strength)
        return self._known[key]

    def _read(self, key: str) -> Table | None:
        if self._folder is None:
            return None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            return Table.from_json((self._folder / f"{key}.json").read_text("utf-8"))
        return None

    def _compiled(self, key: str, config: Mapping[str, Any], name: str, steps: int, strength: float) -> Table | None:
        from inference.schedulers import compile_table

        table = compile_table(config, name, steps, strength)
        if table is not None and self._folder is not None:
            with contextlib.suppress(BadRequest):  # a cache that cannot be written is only slower
                write_text(self._folder / f"{key}.json", table.as_json())
        return table


def _key(config: Mapping[str, Any], name: str, steps: int, run: int) -> str:
    version = importlib.metadata.version("diffusers")
    what = json.dumps([TABLE_VERSION, version, dict(config), name, steps, run], sort_keys=True, default=str)
    return hashlib.sha256(what.encode()).hexdigest()[:32]
