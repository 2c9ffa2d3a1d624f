"""One training as it goes: how far, how long still, the loss, and pictures that show what it has learned so far."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.dialogs.dialog import caption, title
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised
from desktop_app.panels.fields import tool
from desktop_app.panels.wording import duration
from desktop_app.teaching import Report, read_report
from inference.trainings import Stage, Training

STAGES: Mapping[Stage, str] = {
    Stage.DRAFT: QT_TRANSLATE_NOOP("TrainProgress", "Not started"),
    Stage.STARTING: QT_TRANSLATE_NOOP("TrainProgress", "Starting..."),
    Stage.CHECKING: QT_TRANSLATE_NOOP("TrainProgress", "Looking at the pictures..."),
    Stage.PREPARING: QT_TRANSLATE_NOOP("TrainProgress", "Preparing pictures and model..."),
    Stage.LEARNING: QT_TRANSLATE_NOOP("TrainProgress", "Learning..."),
    Stage.EXPORTING: QT_TRANSLATE_NOOP("TrainProgress", "Writing the style..."),
    Stage.STOPPED: QT_TRANSLATE_NOOP("TrainProgress", "Stopped; what it learned is kept."),
    Stage.FAILED: QT_TRANSLATE_NOOP("TrainProgress", "It could not go on."),
    Stage.CUT_OFF: QT_TRANSLATE_NOOP("TrainProgress", "It was cut off; what it saved is kept."),
    Stage.DONE: QT_TRANSLATE_NOOP("TrainProgress", "Finished: the style is in the list."),
}
CURVE = 72
"""Height of the curve."""


class TrainProgress(QWidget):
    """Shows a training; ``show_training`` again whenever it is further."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training: Training | None = None
        self._report = Report()
        self._place = -1
        """Of the sample that is looked at; -1: the newest."""
        self.title, self.stage, self.numbers = title(), QLabel(), caption()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.curve = _Curve()
        self.sample = _Sample()
        self.sample_words = caption()
        self.before, self.after = tool("left"), tool("right")
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        theme.mark(self.problem, role="problem")
        self._lay_out()
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.retranslate()

    def show_training(self, training: Training) -> None:
        """Read what it wrote, and show it."""
        if self._training is None or training.folder != self._training.folder:
            self._place = -1
        self._training, self._report = training, read_report(training.folder)
        self._show()

    def retranslate(self) -> None:
        """Set all texts."""
        self.bar.setAccessibleName(self.tr("Progress"))
        self.curve.setAccessibleName(self.tr("Loss, step by step"))
        self.curve.setToolTip(self.tr("The loss, step by step: it jumps, and falls on the whole"))
        self.sample.setAccessibleName(self.tr("Sample pictures"))
        for button, text in ((self.before, self.tr("Earlier samples")), (self.after, self.tr("Later samples"))):
            button.setAccessibleName(text)
            button.setToolTip(text)
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        samples = QHBoxLayout()
        samples.setSpacing(theme.INSIDE)
        samples.addWidget(self.before)
        samples.addWidget(self.sample_words, 1)
        samples.addWidget(self.after)
        self.sample_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        for widget in (self.title, self.stage, self.bar, self.numbers, self.problem, self.curve):
            column.addWidget(widget)
        column.addWidget(self.sample, 1)
        column.addLayout(samples)

    def _show(self) -> None:
        training, report = self._training, self._report
        if training is None:
            return
        state = training.state
        self.title.setText(training.order.title)
        self.stage.setText(translated("TrainProgress", STAGES[state.stage]))
        steps = report.steps or training.order.effort.steps
        busy = state.stage.running and state.stage is not Stage.LEARNING
        self.bar.setRange(0, 0 if busy else steps)
        self.bar.setValue(steps if state.stage is Stage.DONE else report.step)
        self.numbers.setText(self._numbers(training, steps))
        problem = f"{state.message} {state.hint}".strip()
        self.problem.setText(localised(problem))
        self.problem.setVisible(bool(problem) and not state.stage.running)
        self.curve.set_losses(report.losses, steps)
        self._show_sample()

    def _numbers(self, training: Training, steps: int) -> str:
        report, state = self._report, training.state
        parts = [self.tr("Step {step} of {steps}").format(step=report.step, steps=steps)] if report.step else []
        if report.rate:
            locale = QLocale()
            parts.append(self.tr("loss {loss}").format(loss=locale.toString(report.loss, "f", 3)))
            if state.stage is Stage.LEARNING:
                rate = locale.toString(report.rate, "f", 2)
                left = duration(report.seconds_left)
                parts.append(self.tr("{rate} steps a second").format(rate=rate))
                parts.append(self.tr("about {time} left").format(time=left))
        if not state.stage.running and state.seconds:
            parts.append(self.tr("{time} of work").format(time=duration(state.seconds)))
        return " · ".join(parts)

    def _show_sample(self) -> None:
        samples = self._report.samples
        place = self._place if 0 <= self._place < len(samples) else len(samples) - 1
        self.sample.set_file(samples[place] if samples else None)
        self.before.setEnabled(place > 0)
        self.after.setEnabled(place < len(samples) - 1)
        for widget in (self.before, self.after):
            widget.setVisible(len(samples) > 1)
        if samples:
            step = int("".join(letter for letter in samples[place].stem if letter.isdigit()) or 0)
            self.sample_words.setText(self.tr("Samples after step {step}").format(step=step))
        else:
            running = self._training is not None and self._training.state.stage.running
            self.sample_words.setText(self.tr("Sample pictures come while it learns.") if running else "")

    def _turn(self, by: int) -> None:
        count = len(self._report.samples)
        at = self._place if 0 <= self._place < count else count - 1
        at = min(max(at + by, 0), count - 1)
        self._place = -1 if at == count - 1 else at
        self._show_sample()


class _Sample(QWidget):
    """A picture as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._file: Path | None = None
        self._picture = QPixmap()
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_file(self, file: Path | None) -> None:
        """Show a file, or nothing; one that is half written keeps the picture before."""
        if file == self._file and not self._picture.isNull():
            return
        picture = QPixmap(str(file)) if file is not None else QPixmap()
        self._file = file
        if file is None or not picture.isNull():
            self._picture = picture
            self.update()

    @property
    def empty(self) -> bool:
        """True when nothing is shown."""
        return self._picture.isNull()

    def sizeHint(self) -> QSize:
        return QSize(400, 220)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture.isNull():
            return
        painter = QPainter(self)
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() > 2 * self._picture.width():
            size = self._picture.size() * 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        painter.drawPixmap(left, top, size.width(), size.height(), self._picture)
        painter.end()


class _Curve(QWidget):
    """The loss as a line, smoothed."""

    def __init__(self) -> None:
        super().__init__()
        self._points: list[tuple[float, float]] = []
        self.setFixedHeight(CURVE)

    def set_losses(self, losses: tuple[tuple[int, float], ...], steps: int) -> None:
        """(step, loss) of a run of ``steps``."""
        points: list[tuple[float, float]] = []
        mean = losses[0][1] if losses else 0.0
        for step, loss in losses:
            mean += (loss - mean) * _SMOOTHING
            points.append((step / max(steps, 1), mean))
        if points != self._points:
            self._points = points
            self.update()
        self.setVisible(len(points) > 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._points) < 2:
            return
        values = [value for _, value in self._points]
        low, high = min(values), max(values)
        across, down = self.width() - 4, self.height() - 8
        line = QPolygonF(
            [QPointF(2 + x * across, 4 + (high - y) / ((high - low) or 1.0) * down) for x, y in self._points]
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().accent), 1.5))
        painter.drawPolyline(line)
        painter.end()


_SMOOTHING = 0.15
