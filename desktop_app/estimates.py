"""How long a request will take and how much memory it will need, from what earlier jobs took on this machine. No Qt.

Measured: seconds between the steps of a job (its first step, which waits for models, left out), seconds from its last
step to its picture, and how far the memory of the process rose while it ran. Scaled: everything said of an area that
was never run, in proportion to the area; and the steps of a guided run from those of an unguided one (or back), by
two, since guidance asks the model twice a step. Memory does not grow with the number of pictures in a batch until such
a batch was measured: pictures are decoded one by one, and the decoder usually takes most.
"""

from __future__ import annotations

import json
import logging
import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from inference.api import Device, together
from inference.errors import GouacheError
from inference.files import write_text
from inference.geometry import Size
from inference.library import find_model
from inference.manifest import ModelManifest
from inference.resources import cache_folder

log = logging.getLogger(__name__)

VERSION = 1
KEPT_SAMPLES = 7
"""Newest samples of one thing. Of times the (lower) median counts, so that a busy moment does not; of memory the
largest, for what one job has given back to the process the next one takes without the process rising."""
KEPT_KEYS = 600
GUIDED = 2.0
"""Predictions a step with guidance, over those without."""

Kind = Literal["step", "picture", "memory"]
KINDS: tuple[Kind, ...] = ("step", "picture", "memory")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one job took.

    Attributes:
        model: as the request named it.
        device: title of what it ran on.
        size: that the model ran at.
        guidance: scale.
        count: pictures of the request.
        seconds_per_step: of one picture; None when there were too few steps to tell.
        seconds_per_picture: from the last step, or the picture before, to a picture; None when the only one waited
            for its decoder to be loaded.
        loaded: models were loaded meanwhile.
        memory: bytes by which the process rose at most while it ran above what it was before; None when that says
            little of the model.
    """

    model: str
    device: str
    size: Size
    guidance: float
    count: int
    seconds_per_step: float | None
    seconds_per_picture: float | None
    loaded: bool
    memory: int | None = 0


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What is expected of a request.

    Attributes:
        seconds: without the loading of models; None when nothing like it was ever run.
        memory_bytes: the model's weights, and above them what was measured, or scaled by area; the weights alone
            when nothing is known above them (and on a GPU).
        measured: the seconds were measured at this very area, not scaled.
    """

    seconds: float | None
    memory_bytes: int
    measured: bool


class _Key(NamedTuple):
    """What a sample is of.

    Attributes:
        guided: False for what guidance does not change.
        area: pixels of one picture.
        at_once: pictures that were denoised together, for memory; else 1.
    """

    kind: Kind
    model: str
    device: str
    area: int
    guided: bool = False
    at_once: int = 1


class _Found(NamedTuple):
    value: float
    exact: bool


class Speeds:
    """What was measured, kept from one start of the program to the next.

    Args:
        path: of the file that it is kept in.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._samples: dict[_Key, list[float]] = {}
        self._changed = False

    @classmethod
    def load(cls, path: Path | None = None) -> Speeds:
        """What is kept in a file (None: the user's); one that is broken or of another version is ignored."""
        speeds = cls(path or cache_folder() / "speeds.json")
        speeds._samples = _read(speeds._path)
        return speeds

    def take(self, measured: Measured) -> None:
        """Learn from a job. Nothing is learnt when its model is gone meanwhile."""
        try:
            model = find_model(measured.model)
        except GouacheError:
            return
        name, device, area = _name(model), measured.device, measured.size.area
        guided = is_guided(model, measured.guidance)
        self._add(_Key("step", name, device, area, guided), measured.seconds_per_step)
        self._add(_Key("picture", name, device, area), measured.seconds_per_picture)
        if device == "CPU" and not measured.loaded:  # a GPU's memory is not the process's
            at_once = together(measured.size, measured.count)
            self._add(_Key("memory", name, device, area, at_once=at_once), measured.memory)

    def save(self) -> None:
        """Write what was learnt since; a disk that cannot be written is logged and no more: it is a cache."""
        if not self._changed:
            return
        rows = [[*key, values] for key, values in self._samples.items()]
        try:
            write_text(self._path, json.dumps({"version": VERSION, "samples": rows}, separators=(",", ":")))
        except GouacheError as error:
            log.warning("%s", error)
        self._changed = False

    def estimate(
        self, model: ModelManifest, device: Device | None, size: Size, *, steps: int, count: int, guided: bool
    ) -> Estimate:
        """What a request will take.

        Args:
            device: what it will run on; None (not known before the first job): what the model ran on last.
            size: that the model runs at: an edit's is its plan's.
            steps: that are really run: an edit's strength shortens a run to about that share.
            count: pictures.
            guided: see ``is_guided``.
        """
        name = _name(model)
        title = device.title if device else self._latest_device(name) or "CPU"
        step = self._find(_Key("step", name, title, size.area, guided))
        picture = self._find(_Key("picture", name, title, size.area))
        above = self._find(_Key("memory", name, title, size.area, at_once=together(size, count)))
        seconds = None if step is None else count * (steps * step.value + (picture.value if picture else 0.0))
        weights = sum(part.loaded_bytes(cpu=title == "CPU") for part in model.parts.values())
        return Estimate(
            seconds=seconds,
            memory_bytes=weights + (round(above.value) if above else 0),
            measured=step is not None and step.exact and picture is not None and picture.exact,
        )

    def _add(self, key: _Key, value: float | None) -> None:
        if value is None:
            return
        self._samples[key] = [*self._samples.pop(key, []), value][-KEPT_SAMPLES:]
        while len(self._samples) > KEPT_KEYS:
            del self._samples[next(iter(self._samples))]
        self._changed = True

    def _find(self, wanted: _Key) -> _Found | None:
        """What is known of ``wanted``, or the nearest thing, scaled; of the same guidance first."""
        known = [key for key in self._samples if key[:3] == wanted[:3]]
        if not known:
            return None
        nearest = min(known, key=lambda key: _distance(key, wanted))
        if wanted.kind == "memory":  # a larger batch never needs less than a smaller one
            most = max(wanted.at_once, nearest.at_once)
            like = [key for key in known if key.area == nearest.area and key.at_once <= most]
            value = max(max(self._samples[key]) for key in like)
        else:
            value = statistics.median_low(self._samples[nearest])
        if nearest.guided != wanted.guided:
            value *= GUIDED if wanted.guided else 1 / GUIDED
        return _Found(value * wanted.area / nearest.area, nearest == wanted)

    def _latest_device(self, name: str) -> str | None:
        return next((key.device for key in reversed(self._samples) if key.model == name), None)


def _distance(key: _Key, wanted: _Key) -> tuple[bool, float]:
    apart = 2 * abs(math.log(key.area / wanted.area)) + abs(math.log(key.at_once / wanted.at_once))
    return key.guided != wanted.guided, apart


def is_guided(model: ModelManifest, guidance: float) -> bool:
    """True when each step asks the model twice: guidance above 1, and not a model that takes it as an input."""
    return guidance > 1 and not model.guidance_embedded


def _name(model: ModelManifest) -> str:
    """The hash where the manifest has it; it is not worth reading gigabytes for."""
    return model.hash if model.hashes else f"{model.name} {model.bytes}"


def _read(path: Path) -> dict[_Key, list[float]]:
    try:
        said = json.loads(path.read_text("utf-8"))
        return dict(_rows(said)) if said["version"] == VERSION else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
        log.info("%s is not used: %s", path, error)
        return {}


def _rows(said: Mapping[str, Any]) -> Iterable[tuple[_Key, list[float]]]:
    """Raises ValueError, TypeError or LookupError where something is not what it should be."""
    for kind, model, device, area, guided, at_once, values in said["samples"]:
        numbers = [float(value) for value in values][-KEPT_SAMPLES:]
        right = kind in KINDS and all(isinstance(count, int) and count > 0 for count in (area, at_once)) and numbers
        if not right or not all(math.isfinite(number) and number >= 0 for number in numbers):
            raise ValueError(f"a sample of {kind} at {area}")
        yield _Key(kind, str(model), str(device), area, bool(guided), at_once), numbers
