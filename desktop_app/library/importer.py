"""Imports beside the window: the command line in a process of its own, one after the other, watched line by line."""

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
    """How far an import is. ``share``: 0 to 1; ``seconds_left``: as far as one knows."""

    path: Path
    words: str
    share: float
    seconds_left: float


class Importer(QObject):
    """Runs imports.

    Signals:
        progressed: a ``Progress``.
        imported: path, and the name that it has now.
        failed: path, and a ``GouacheError``.
        changed: another one runs, or none.
    """

    progressed = Signal(object)
    imported = Signal(object, str)
    failed = Signal(object, object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[Path, tuple[str, ...]]] = []
        self._process: QProcess | None = None
        self._stopped = False
        self._last: Mapping[str, Any] = {}
        self.running: Path | None = None
        self.progress: Progress | None = None

    def add(self, path: Path, *options: str) -> None:
        """Import a file or folder; it waits for those before it."""
        self._waiting.append((path, options))
        if self._process is None:
            self._next()

    @property
    def waiting(self) -> tuple[Path, ...]:
        """Those that have not begun."""
        return tuple(path for path, _ in self._waiting)

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
        path, options = self._waiting.pop(0)
        self.running, self._stopped, self._last = path, False, {}
        self.progress = Progress(path, "", 0.0, 0.0)
        process = QProcess(self)
        program, *arguments = command("models", "import", str(path), "--json-lines", *options)
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
        if "doing" in said and self.running is not None:
            self.progress = Progress(
                self.running, str(said["doing"]), float(said.get("share", 0)), float(said.get("seconds_left", 0))
            )
            self.progressed.emit(self.progress)

    def _broken(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end(EngineFailed("The import could not be started.", hint="Install the program again."))

    def _finished(self, status: int) -> None:
        self._read()
        if self._process is None:
            return
        if status == 0 and "name" in self._last:
            self._end(None)
        elif self._stopped:
            self._end(BadRequest("The import was stopped.", hint="The same import goes on where it was."))
        else:
            self._end(_failure(bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")))

    def _end(self, error: GouacheError | None) -> None:
        process, path, name = self._process, self.running, str(self._last.get("name", ""))
        self._process = self.running = self.progress = None
        if process is not None:
            process.deleteLater()
        if error is None:
            self.imported.emit(path, name)
        else:
            self.failed.emit(path, error)
        self._next()


def _failure(said: str) -> GouacheError:
    """What the command line printed last, as an error again."""
    lines = [line for line in said.splitlines() if line.startswith("gouache: ")]
    if lines:
        return BadRequest(lines[-1].removeprefix("gouache: "))
    return EngineFailed(
        "The import ended without a word.", hint="Try again; parts that are done are kept.", detail=said[-2000:]
    )
