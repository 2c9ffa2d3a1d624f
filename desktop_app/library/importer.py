"""Imports and measurements beside the window: the command line in a process of its own, one after the other, watched
line by line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from desktop_app.teaching import command
from inference.errors import BadRequest, EngineFailed, GouacheError

PATIENCE_MS = 3000
"""An import may be ended at any moment: the parts that are done are kept."""


@dataclass(frozen=True)
class Progress:
    """How far it is. ``share``: 0 to 1; ``seconds_left``: as far as one knows; ``measuring``: it is no import."""

    path: Path
    words: str
    share: float
    seconds_left: float
    measuring: bool = False


@dataclass(frozen=True)
class Question:
    """What a conversion would take, before it begins: bytes and seconds. ``what``: it was found to be, in English."""

    path: Path
    what: str
    memory: int
    disk: int
    scratch: int
    seconds: float


@dataclass(frozen=True)
class _Job:
    path: Path
    words: tuple[str, ...]
    measuring: bool = False


class Importer(QObject):
    """Runs imports.

    Signals:
        progressed: a ``Progress``.
        imported: path, and the name that it has now.
        failed: path, and a ``GouacheError``.
        asked: a ``Question``; nothing goes on before ``answer``.
        measured: name of a model for which the best form was found.
        changed: another one runs, or none.
    """

    progressed = Signal(object)
    imported = Signal(object, str)
    failed = Signal(object, object)
    asked = Signal(object)
    measured = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[_Job] = []
        self._job: _Job | None = None
        self._process: QProcess | None = None
        self._stopped = self._dropped = False
        self._last: Mapping[str, Any] = {}
        self.running: Path | None = None
        self.progress: Progress | None = None

    def add(self, path: Path, *options: str) -> None:
        """Import a file or folder; it waits for those before it."""
        self._put(_Job(path, ("import", str(path), "--json-lines", "--ask", *options)))

    def measure(self, name: str, *options: str) -> None:
        """Find the fastest form of a model on this device."""
        self._put(_Job(Path(name), ("optimise", name, "--json-lines", *options), measuring=True))

    def answer(self, *, begin: bool) -> None:
        """To the question that was asked: a conversion begins, or is dropped without a word."""
        if self._process is None:
            return
        if begin:
            self._process.write(b"yes\n")
        else:
            self._dropped = self._stopped = True
            self._process.kill()

    def _put(self, job: _Job) -> None:
        self._waiting.append(job)
        if self._process is None:
            self._next()

    @property
    def waiting(self) -> tuple[Path, ...]:
        """Those that have not begun."""
        return tuple(job.path for job in self._waiting)

    def cancel(self) -> None:
        """Stop the one that runs and drop the others; the same import later goes on where it was."""
        self._waiting.clear()
        if self._process is not None:
            self._stopped = True
            self._process.kill()

    def close(self) -> None:
        """End what runs; nothing is told any more."""
        self.blockSignals(True)
        self.cancel()
        if self._process is not None:
            self._process.waitForFinished(PATIENCE_MS)

    def _next(self) -> None:
        if not self._waiting:
            self.changed.emit()
            return
        self._job = job = self._waiting.pop(0)
        self.running, self._stopped, self._dropped, self._last = job.path, False, False, {}
        self.progress = Progress(job.path, "", 0.0, 0.0, job.measuring)
        process = QProcess(self)
        program, *arguments = command("models", *job.words)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        process.setProgram(program)
        process.setArguments(arguments)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._broken)
        self._process = process
        process.start()
        self.changed.emit()

    def _read(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            try:
                said = json.loads(bytes(process.readLine().data()))
            except ValueError:
                continue
            if isinstance(said, dict):
                self._hear(said)

    def _hear(self, said: Mapping[str, Any]) -> None:
        self._last = said
        job = self._job
        if job is None:
            return
        if "doing" in said:
            left = float(said.get("seconds_left", 0))
            self.progress = Progress(job.path, str(said["doing"]), float(said.get("share", 0)), left, job.measuring)
            self.progressed.emit(self.progress)
        elif "asks" in said:
            numbers = {name: said.get(name, 0) for name in ("memory", "disk", "scratch", "seconds")}
            self.asked.emit(Question(path=job.path, what=str(said["asks"]), **numbers))

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(EngineFailed("The import could not be started.", hint="Install the program again."))

    def _finished(self, status: int) -> None:
        self._read()
        if self._process is None:
            return
        if status == 0 and "name" in self._last:
            self._end(None)
        elif self._stopped and self._job is not None and self._job.measuring:
            self._end(BadRequest("Measuring was stopped.", hint="The model is as it was."))
        elif self._stopped:
            self._end(BadRequest("The import was stopped.", hint="The same import goes on where it was."))
        else:
            self._end(_failure(bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")))

    def _end(self, error: GouacheError | None) -> None:
        process, job, name = self._process, self._job, str(self._last.get("name", ""))
        self._process = self.running = self.progress = self._job = None
        if process is not None:
            process.deleteLater()
        if job is not None and error is None and job.measuring:
            self.measured.emit(name)
        elif job is not None and error is None:
            self.imported.emit(job.path, name)
        elif job is not None and not self._dropped:
            self.failed.emit(job.path, error)
        self._next()


def _failure(said: str) -> GouacheError:
    """What the command line printed last, as an error again."""
    lines = [line for line in said.splitlines() if line.startswith("gouache: ")]
    if lines:
        return BadRequest(lines[-1].removeprefix("gouache: "))
    return EngineFailed(
        "The import ended without a word.", hint="Try again; parts that are done are kept.", detail=said[-2000:]
    )
