"""The loop that every kind of training shares: gradients, checkpoints, samples, reports; resumable to the step.

``train`` is a generator: yielding is progress, closing it saves and stops. Settings that change the result are kept in
the run's folder; a run goes on only with the same ones.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from inference.alpha import Pixels
from inference.errors import BadRequest, GouacheError
from inference.files import write_text
from inference.pictures import write_picture
from inference.sheets import contact_sheet
from training.checkpoints import Checkpoint, Checkpoints
from training.limits import check
from training.optimise import FlatParameters, Optimisation, Optimiser
from training.progress import SAMPLES, Progress, ProgressLog
from training.stopping import asked_to_stop, shielded

RUN_FILE = "run.json"
REPORT_SECONDS = 2.0
LIMITS = {
    "seed": (0, 2**63),
    "batch": (1, 65536),
    "threads": (0, 1024),
    "workers": (1, 64),
    "save_seconds": (0, 86400),
    "sample_steps": (0, 10_000_000),
    "sample_pictures": (1, 64),
}


@dataclass(frozen=True, kw_only=True)
class Running:
    """How a run is run.

    Attributes:
        batch: pictures a step, over all workers.
        device: "cpu" or "cuda".
        bf16: arithmetic in bfloat16 where torch's autocast allows it; parameters stay in fp32. It is slow (20 times,
            measured) on a processor without instructions for it: see ``has_bf16``.
        threads: of each process; 0 leaves torch's choice. The bits of a result depend on it.
        workers: processes that share the parameters and average their gradients (CPU only).
        save_seconds: time between checkpoints.
        sample_steps: steps between sample pictures; 0 for one at the end only.
        sample_pictures: that are made each time, at most.
    """

    seed: int = 0
    batch: int = 32
    device: str = "cpu"
    bf16: bool = True
    threads: int = 0
    workers: int = 1
    save_seconds: float = 120.0
    sample_steps: int = 500
    sample_pictures: int = 8

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)
        if self.device not in ("cpu", "cuda"):
            raise BadRequest(f"There is no device '{self.device}'.", hint="Use cpu or cuda.")
        if self.device == "cuda" and not torch.cuda.is_available():
            raise BadRequest("torch finds no CUDA device here.", hint="Use --device cpu.")
        if self.workers > 1 and (self.device != "cpu" or self.batch % self.workers):
            raise BadRequest("Several workers need the CPU and a batch that can be divided by their number.")


def has_bf16(device: str) -> bool:
    """True when ``device`` ("cpu" or "cuda") multiplies bfloat16 in hardware; else fp32 is faster."""
    if device == "cuda":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    can = torch.cpu.get_capabilities()
    return any(can.get(name, False) for name in ("avx512_bf16", "amx_bf16", "arm_bf16", "sve_bf16"))


@dataclass(frozen=True)
class Sample:
    """Pictures that show how far the model is, and measures that came with them."""

    pictures: Sequence[Pixels]
    labels: Sequence[str]
    columns: int
    figures: Mapping[str, float] = field(default_factory=dict)


class Task(Protocol):
    """What is trained: a model, what it is fed, and its loss."""

    def trained(self) -> dict[str, nn.Parameter]:
        """The parameters to change, by name, always in the same order."""
        ...

    def batch(self, step: int, part: int, parts: int) -> Any:
        """Input of a step, a function of the step; every ``parts``-th picture from number ``part`` on."""
        ...

    def loss(self, batch: Any) -> Tensor:
        """The mean loss of a batch."""
        ...

    def sample(self) -> Sample:
        """Pictures from the parameters as they are."""
        ...


T = TypeVar("T", bound=Task)


class TrainingFailed(GouacheError):
    """The loss is no number any more."""


def train(  # noqa: PLR0917
    make: Callable[[], T],
    folder: Path,
    running: Running,
    optimisation: Optimisation,
    settings: Mapping[str, Any],
    write: Callable[[T, Path], None],
) -> Iterator[Progress]:
    """Train what ``make`` builds, going on from the newest whole checkpoint in ``folder``.

    Args:
        make: builds the task with its starting weights; picklable when there are several workers.
        folder: of the run: ``run.json``, ``checkpoints/``, ``samples/``, ``progress.jsonl``.
        settings: further settings of which the result is a function; kept beside the others and compared.
        write: called once at the end with the task holding its (averaged) parameters.

    Raises:
        BadRequest: for bad settings, or a folder that holds a run with other settings.
        TrainingFailed: when the loss is no number; the last good state is saved.
    """
    running.check()
    optimisation.check()
    _keep_settings(folder, running, optimisation, settings)
    with arithmetic(running):
        seed_torch(running.seed, 0)
        run = _Run(make(), folder, running, optimisation, make)
        with closing(run):
            yield from run.steps()
            if run.done:
                with run.optimiser.averaged(), torch.no_grad():
                    write(run.task, folder)


def _keep_settings(folder: Path, running: Running, optimisation: Optimisation, settings: Mapping[str, Any]) -> None:
    """Write the settings of a new run, compare those of an old one."""
    loose = {"save_seconds", "sample_steps", "sample_pictures", "device"}
    kept = {key: value for key, value in asdict(running).items() if key not in loose}
    wanted = json.loads(json.dumps({**settings, **asdict(optimisation), **kept}))
    path = folder / RUN_FILE
    if not path.is_file():
        write_text(path, json.dumps(wanted, indent=2, ensure_ascii=False) + "\n")
        return
    found = read_settings(folder)
    other = sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
    if other:
        raise BadRequest(
            f"{folder} holds a run with another '{other[0]}' ({found.get(other[0])}, not {wanted.get(other[0])}).",
            hint="Go on with the settings in its run.json, or choose another folder.",
        )


def read_settings(folder: Path) -> dict[str, Any]:
    """The settings of the run in ``folder``."""
    try:
        found = json.loads((folder / RUN_FILE).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadRequest(f"{folder / RUN_FILE} cannot be read.", hint="Choose another folder.") from error
    return found


def bf16_for(device: str, folder: Path) -> bool:
    """Whether to use bfloat16 where nobody said: as the run in ``folder`` began, else what the hardware does well."""
    if (folder / RUN_FILE).is_file():
        return bool(read_settings(folder).get("bf16", False))
    return has_bf16(device)


def seed_torch(seed: int, step: int) -> None:
    """Set torch's own generators, for anything inside a model that draws (dropout, initial weights)."""
    torch.manual_seed(zlib.crc32(f"{seed} {step}".encode()))


@contextmanager
def arithmetic(running: Running) -> Iterator[None]:
    """Deterministic algorithms, the wanted threads; both as before afterwards."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    warned = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    if running.threads:
        torch.set_num_threads(running.threads)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(strict, warn_only=warned)


def gradients(task: Task, running: Running, step: int, part: int, parts: int) -> float:
    """Add the gradients of one part of a step's batch to what the parameters have. Returns the loss."""
    seed_torch(running.seed, step * parts + part)
    batch = task.batch(step, part, parts)
    with torch.autocast(running.device, torch.bfloat16, enabled=running.bf16):
        loss = task.loss(batch)
    loss.backward()
    return float(loss.detach())


class _Run(Generic[T]):
    """One run: from its last checkpoint to its last step."""

    def __init__(
        self, task: T, folder: Path, running: Running, optimisation: Optimisation, make: Callable[[], T]
    ) -> None:
        from training.parallel import Crew  # noqa: PLC0415 (its processes import this module)

        self.task, self.folder, self.running = task, folder, running
        self.checkpoints, self.log = Checkpoints(folder / "checkpoints"), ProgressLog(folder)
        self.flat = FlatParameters(task.trained())
        self.crew = Crew(make, self.flat, running)
        self.optimiser = Optimiser(self.flat, optimisation)
        self.step = self.saved = 0
        self.steps_wanted = optimisation.steps
        self.notes = self._resume()

    def _resume(self) -> list[str]:
        found, notes = self.checkpoints.newest()
        if found is not None:
            self.optimiser.restore(found.tensors)
            self.step = self.saved = found.step
            notes.append(f"Going on from step {found.step}.")
        self.log.rewind(self.step)
        return notes

    @property
    def done(self) -> bool:
        """True when the last step is done."""
        return self.step >= self.steps_wanted

    def steps(self) -> Iterator[Progress]:
        """Go on to the last step, or until the stop file is there."""
        meter = _Meter(self.step, self.steps_wanted)
        for note in self.notes:
            yield self._report(Progress(step=self.step, steps=self.steps_wanted, note=note))
        while not self.done and not asked_to_stop(self.folder):
            meter.add(self._one_step())
            if time.monotonic() - meter.saved > self.running.save_seconds:
                self.save()
                meter.saved = time.monotonic()
            every = self.running.sample_steps
            if self.done or (every and self.step % every == 0):
                yield self._report(meter.report(self.step, *self._sampled()))
                meter.rest()
            elif meter.due:
                yield self._report(meter.report(self.step))
            else:
                yield meter.report(self.step, keep=True)

    def _one_step(self) -> float:
        loss = self.crew.gradients(self.task, self.step)
        if not np.isfinite(loss):
            self.flat.gradients.zero_()
            raise TrainingFailed(
                f"The loss is no number at step {self.step}.", hint="Start again with a lower learning rate."
            )
        with shielded():
            self.optimiser.update(self.step)
            self.step += 1
        return loss

    def _report(self, progress: Progress) -> Progress:
        self.log.append(progress)
        return progress

    def _sampled(self) -> tuple[str, Mapping[str, float]]:
        with self.optimiser.averaged(), torch.no_grad():
            sample = self.task.sample()
        name = f"{SAMPLES}/step-{self.step:08d}.png"
        write_picture(self.folder / name, contact_sheet(sample.pictures, sample.labels, columns=sample.columns))
        return name, sample.figures

    def save(self) -> None:
        """Write a checkpoint, unless this step is saved already."""
        if self.saved == self.step:
            return
        with shielded():
            self.checkpoints.save(Checkpoint(self.step, self.optimiser.tensors(), {}))
            self.saved = self.step

    def close(self) -> None:
        """Save and let the workers go."""
        try:
            self.save()
        finally:
            self.crew.close()


class _Meter:
    """Losses and time since the last report."""

    def __init__(self, step: int, steps: int) -> None:
        self.steps, self._losses = steps, []
        self.saved = self._since = time.monotonic()
        self._rate = 0.0

    def add(self, loss: float) -> None:
        self._losses.append(loss)

    @property
    def due(self) -> bool:
        return time.monotonic() - self._since > REPORT_SECONDS

    def rest(self) -> None:
        """Time spent on a sample does not count."""
        self._since, self._losses = time.monotonic(), []

    def report(
        self, step: int, sample: str = "", figures: Mapping[str, float] | None = None, *, keep: bool = False
    ) -> Progress:
        """The report of a step; unless ``keep``, counting begins anew."""
        passed = max(time.monotonic() - self._since, 1e-6)
        now = len(self._losses) / passed
        rate = 0.7 * self._rate + 0.3 * now if self._rate and not sample else self._rate or now
        loss = self._losses[-1] if keep else float(np.mean(self._losses or [0.0]))
        if not keep and not sample:
            self._rate = rate
            self.rest()
        return Progress(
            step=step,
            steps=self.steps,
            loss=loss,
            rate=rate,
            seconds_left=(self.steps - step) / rate if rate else 0.0,
            sample=sample,
            figures=dict(figures or {}),
        )
