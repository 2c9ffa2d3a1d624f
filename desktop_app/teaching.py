"""Trainings of styles beside the window: started in processes of their own, watched by their files, found again.

The window knows nothing of training: it runs the command line (``train style``, ``train speed``) and reads what those
write (see ``inference.trainings``). A training goes on when the window is closed.
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from inference.errors import BadRequest, EngineFailed, GouacheError
from inference.trainings import (
    LOG,
    PROGRESS,
    RUN,
    STATE,
    STOP,
    Order,
    Stage,
    State,
    Training,
    all_trainings,
    check_title,
    delete_training,
    draft_folder,
    read_training,
    trainings_folder,
    write_order,
    write_state,
)

log = logging.getLogger(__name__)

LOOK_MS = 1000
"""Between two looks at what a running training has written."""
PATIENCE_MS = 20_000
"""After which a training that was asked to stop is ended; it is safe to end it at any moment."""
FULL = 8 << 20
"""Bytes of free disk below which a process that is gone has probably died of it."""
MAIN = Path(__file__).resolve().parent.parent / "main.py"


def command(*arguments: str) -> list[str]:
    """The command line of this very program: a frozen one is its own command line."""
    return [sys.executable, *arguments] if getattr(sys, "frozen", False) else [sys.executable, str(MAIN), *arguments]


@dataclass(frozen=True)
class Report:
    """How far a run is, from what it wrote.

    Attributes:
        losses: (step, loss), for a curve.
        samples: files with sample pictures, the newest last.
    """

    step: int = 0
    steps: int = 0
    loss: float = 0.0
    rate: float = 0.0
    seconds_left: float = 0.0
    losses: tuple[tuple[int, float], ...] = ()
    samples: tuple[Path, ...] = ()


def read_report(folder: Path) -> Report:
    """What the training in ``folder`` has reported; lines that are broken or half written are passed over."""
    run, report = folder / RUN, Report()
    losses: list[tuple[int, float]] = []
    samples: list[Path] = []
    try:
        lines = (run / PROGRESS).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return report
    for line in lines:
        try:
            said = json.loads(line)
            step, rate = int(said["step"]), float(said.get("rate", 0))
            report = replace(report, step=step, steps=int(said["steps"]))
            if rate > 0:
                loss, left = float(said["loss"]), float(said.get("seconds_left", 0))
                report = replace(report, loss=loss, rate=rate, seconds_left=left)
                losses.append((step, loss))
            sample = str(said.get("sample", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        if sample and ".." not in sample and (run / sample).is_file():
            samples.append(run / sample)
    return replace(report, losses=tuple(losses), samples=tuple(samples))


class Trainer(QObject):
    """All trainings of the user, and what can be done with them.

    Signals:
        changed: one of them is further, or there are others.
        ended: a ``Training`` that came to an end of any kind which nobody was told of.
    """

    changed = Signal()
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trainings: tuple[Training, ...] = ()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def running(self) -> Training | None:
        """The one that a process is at."""
        return next((training for training in self.trainings if training.state.stage.running), None)

    def look(self) -> None:
        """Read what they have written; it is done again and again while one runs."""
        before, self.trainings = self.trainings, tuple(all_trainings())
        for training in self.trainings:
            if not training.state.stage.running and not training.state.seen:
                self._end(training)
        if self.running is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        if self.running is not None or before != self.trainings:
            self.changed.emit()

    def find(self, name: str) -> Training | None:
        """The training of that name."""
        return next((training for training in self.trainings if training.name == name), None)

    def begin(self, order: Order) -> None:
        """Start a training of the draft's pictures.

        Raises:
            BadRequest: when another one runs, the style cannot be called so, or the disk says no.
        """
        self._check_free()
        check_title(order)
        draft, folder = draft_folder(), trainings_folder() / order.name
        try:
            write_order(draft, order)
            (draft / STATE).unlink(missing_ok=True)
            draft.rename(folder)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise BadRequest(f"{folder} could not be written: {reason}.", hint="Is the disk full?") from error
        self._launch(folder, State())

    def go_on(self, training: Training) -> None:
        """Go on with one that was stopped, or that failed.

        Raises:
            GouacheError: when another one runs, or the process cannot be started.
        """
        self._check_free()
        self._launch(training.folder, training.state)

    def stop(self, training: Training) -> None:
        """Ask it to save and leave. One that is deaf is ended: what it saved last is kept."""
        if not training.state.alive:
            return
        try:
            (training.folder / RUN).mkdir(exist_ok=True)
            (training.folder / RUN / STOP).touch()
        except OSError as error:
            log.warning("the stop file could not be written: %s", error)
            _terminate(training)
            return
        QTimer.singleShot(PATIENCE_MS, self, lambda: _terminate(training))

    def delete(self, training: Training) -> None:
        """Delete one, and the style that it made.

        Raises:
            BadRequest: when it runs, or a file cannot be deleted.
        """
        try:
            delete_training(read_training(training.folder))
        finally:
            self.look()

    def close(self) -> None:
        """Look no more; the trainings go on."""
        self._timer.stop()

    def _check_free(self) -> None:
        self.look()
        running = self.running
        if running is not None:
            raise BadRequest(f"'{running.order.title}' is being trained.", hint="Wait for it, or stop it first.")

    def _launch(self, folder: Path, before: State) -> None:
        write_state(folder, State(stage=Stage.STARTING, seconds=before.seconds))
        process = QProcess()
        program, *arguments = command("train", "style", str(folder))
        process.setProgram(program)
        process.setArguments(arguments)
        process.setStandardOutputFile(str(folder / LOG))
        process.setStandardErrorFile(str(folder / LOG), QProcess.OpenModeFlag.Append)
        process.setProcessEnvironment(_environment())
        if not process.startDetached():
            failed = EngineFailed("The training could not be started.", hint="Install the program again.")
            write_state(folder, State(stage=Stage.FAILED, message=failed.message, hint=failed.hint, seen=True))
            self.look()
            raise failed
        self.look()

    def _end(self, training: Training) -> None:
        """Tell of it once; a process that is gone without a word is written down, with what it probably died of."""
        state = training.state
        if state.stage is Stage.CUT_OFF:
            state = replace(state, pid=0, **_why_gone(training.folder))
        if state.stage is Stage.DRAFT:
            state = replace(state, stage=Stage.CUT_OFF)
        state = replace(state, seen=True)
        told = replace(training, state=state)
        self.trainings = tuple(told if each.folder == training.folder else each for each in self.trainings)
        try:
            write_state(training.folder, state)
        except GouacheError as error:
            log.warning("%s", error)
        self.ended.emit(told)


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("PYTHONUTF8", "1")
    environment.remove("QT_QPA_PLATFORM")
    return environment


def _terminate(training: Training) -> None:
    """End its process, if it is still the one that it was."""
    state = read_training(training.folder).state if training.folder.is_dir() else State()
    if not state.alive or not state.pid:
        return
    try:
        psutil.Process(state.pid).terminate()
    except psutil.Error as error:
        log.warning("the training could not be ended: %s", error)


def _why_gone(folder: Path) -> dict[str, str]:
    try:
        full = shutil.disk_usage(folder).free < FULL
    except OSError:
        full = False
    if full:
        return {"message": "The disk is full.", "hint": "Make room, then go on."}
    return {
        "message": "The training was cut off: its process is gone.",
        "hint": "The computer may have been switched off, or memory ran out. Go on from where it was.",
    }


class Asked(QObject):
    """A command line whose answer is JSON, run beside the window; a newer question ends the older one.

    Signals:
        answered: what it said, a dict.
        failed: a ``GouacheError``.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def busy(self) -> bool:
        """True while an answer is waited for."""
        return self._process is not None

    def ask(self, *arguments: str) -> None:
        """Run ``main.py`` with these arguments."""
        self.stop()
        process = self._process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.finished.connect(lambda status, _how: self._take(process, status))
        process.errorOccurred.connect(lambda _error: self._take(process, -1))
        program, *rest = command(*arguments)
        process.start(program, rest)

    def stop(self) -> None:
        """Wait for no answer any more."""
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.kill()
        process.waitForFinished(2000)
        process.deleteLater()

    def _take(self, process: QProcess, status: int) -> None:
        if process is not self._process:
            return
        self._process = None
        out = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
        err = bytes(process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        process.deleteLater()
        said = _table(out) if status == 0 else None
        if said is None:
            self.failed.emit(_failure(status, err))
        else:
            self.answered.emit(said)


def _table(text: str) -> dict[str, Any] | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _failure(status: int, err: str) -> GouacheError:
    """The one line that the command says, or that it said none."""
    last = err.splitlines()[-1] if err else ""
    if last.startswith("gouache: "):
        return BadRequest(last.removeprefix("gouache: "))
    return EngineFailed("The program could not look at the pictures.", hint="Try again.", detail=f"{status}\n{err}")


@dataclass(frozen=True)
class Judged:
    """What the cleaner says of a picture."""

    file: str
    caption: str
    used: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the cleaner says of all.

    Attributes:
        problem: why nothing can be trained of them, or "".
        obstacles: why the style would be for yourself.
    """

    pictures: Mapping[str, Judged] = field(default_factory=dict)
    problem: str = ""
    obstacles: tuple[str, ...] = ()


def verdict_of(said: dict[str, Any]) -> Verdict:
    """Read what ``train style --check --json`` says.

    Raises:
        ValueError, TypeError, KeyError: when it is something else.
    """
    judged = [
        Judged(str(row["file"]), str(row["caption"]), bool(row["used"]), tuple(map(str, row["reasons"])))
        for row in said["pictures"]
    ]
    problem = said.get("problem") or {}
    words = f"{problem.get('message', '')} {problem.get('hint', '')}".strip()
    return Verdict({each.file: each for each in judged}, words, tuple(map(str, said.get("obstacles", ()))))
