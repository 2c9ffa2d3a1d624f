"""One job each: the one that runs, one that failed, one that ended otherwise."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.jobs import Job, State
from desktop_app.messages import localised, localised_error
from desktop_app.panels.eliding import ElidedLabel
from desktop_app.panels.wording import MODE_ICONS, duration, mode_of, mode_title, speed, title

DETAILS_HEIGHT = 112


class JobCard(QFrame):
    """A job that can be looked for: by double click, or by Enter when it has the focus.

    Signals:
        shown: the job's number.
    """

    shown = Signal(int)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt names it so)
        event.accept()
        self.shown.emit(self.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt names it so)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.shown.emit(self.number)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Write all words in the language of now. Each kind of card has its own words."""
        raise NotImplementedError


class RunningCard(JobCard):
    """The running job: what it makes, how far it is, how fast, how long still.

    Signals:
        cancelled: the job's number.
    """

    cancelled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self._job: Job | None = None
        self._icon, self._title = QLabel(), ElidedLabel()
        self._bar = QProgressBar(textVisible=False)
        self._said, self._notice = ElidedLabel(), QLabel(wordWrap=True)
        self._stop = QToolButton()
        self._stop.setIcon(theme.icon("stop"))
        self._stop.setIconSize(theme.icon_size())
        self._stop.setFixedSize(theme.CONTROL, theme.CONTROL)
        self._stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._stop.clicked.connect(self._cancel)
        theme.mark(self, role="card")
        for label in (self._said, self._notice):
            theme.mark(label, role="caption")
        self._said.setFont(theme.numbers(theme.Type.CAPTION))
        self._notice.setTextFormat(Qt.TextFormat.PlainText)
        top = QHBoxLayout()
        top.setSpacing(theme.INSIDE)
        top.addWidget(self._icon)
        top.addWidget(self._title, 1)
        top.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.INSIDE, theme.GRID, theme.GRID, theme.INSIDE)
        column.setSpacing(theme.GRID)
        column.addLayout(top)
        for part in (self._bar, self._said, self._notice):
            column.addWidget(part)
        self.retranslate()

    def show_job(self, job: Job) -> None:
        """Show it as it stands."""
        self._job = job
        self.number = job.id
        mode = mode_of(job.request)
        self._icon.setPixmap(theme.icon(MODE_ICONS[mode]).pixmap(theme.icon_size(), self.devicePixelRatioF()))
        self._title.setText(title(job.request.prompt, mode))
        self._bar.setMaximum(max(1, job.count))
        self._bar.setValue(min(job.index, max(1, job.count)))
        self._said.setText(progress_words(job))
        self._notice.setText(localised(job.notices[-1]) if job.notices else "")
        self._notice.setVisible(bool(job.notices))
        self._stop.setEnabled(not job.stopping)
        self.setAccessibleName(f"{self._title.text()}, {self._said.text()}")

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        self._stop.setAccessibleName(self.tr("Stop the running job"))
        self._stop.setToolTip(self.tr("Stop the running job (Ctrl+.)"))
        self._bar.setAccessibleName(self.tr("Progress"))
        if self._job is not None:
            self.show_job(self._job)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """The icon is a picture here: it follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._job is not None:
            self.show_job(self._job)

    def _cancel(self) -> None:
        self.cancelled.emit(self.number)


class FailedCard(JobCard):
    """A job that failed: why, what to do, the details, and another try.

    Signals:
        retried, dismissed: the job's number.
    """

    retried = Signal(int)
    dismissed = Signal(int)

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(job.id, parent)
        self._job = job
        self._title, self._why = ElidedLabel(), QLabel(wordWrap=True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._retry, self._more = QPushButton(), QPushButton()
        self._more.setCheckable(True)
        self._copy, self._close = QToolButton(), QToolButton()
        self._details = QPlainTextEdit(readOnly=True)
        self._details.setTabChangesFocus(True)
        self._details.setFixedHeight(DETAILS_HEIGHT)
        self._details.setFont(theme.font(theme.Type.CAPTION))
        self._details.hide()
        theme.mark(self, role="strip-error")
        theme.mark(self._title, role="quiet")
        for button, name in ((self._copy, "duplicate"), (self._close, "close")):
            button.setIcon(theme.icon(name))
            button.setIconSize(theme.icon_size())
            button.setFixedSize(theme.CONTROL, theme.CONTROL)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._retry.clicked.connect(self._try_again)
        self._more.toggled.connect(self._details.setVisible)
        self._copy.clicked.connect(self.copy)
        self._close.clicked.connect(self._dismiss)
        self.retranslate()

    @property
    def sentence(self) -> str:
        """What happened and what to do, in the interface's language."""
        return localised_error(self._job.error) if self._job.error is not None else ""

    def copy(self) -> None:
        """Everything that is known about it, to the clipboard."""
        error = self._job.error
        parts = [self.sentence, str(error), error.detail] if error is not None else []
        QGuiApplication.clipboard().setText("\n\n".join(dict.fromkeys(part.strip() for part in parts if part.strip())))

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        job = self._job
        self._title.setText(title(job.request.prompt, mode_of(job.request)))
        self._why.setText(self.sentence)
        self._retry.setText(self.tr("Try again"))
        self._more.setText(self.tr("Details"))
        detail = job.error.detail.strip() if job.error is not None else ""
        self._more.setVisible(bool(detail))
        self._details.setPlainText(detail)
        self._details.setAccessibleName(self.tr("Details of the failure"))
        for button, words in ((self._copy, self.tr("Copy the message")), (self._close, self.tr("Dismiss"))):
            button.setAccessibleName(words)
            button.setToolTip(words)
        words = self.tr("Failed: {title}. {sentence}")
        self.setAccessibleName(words.format(title=self._title.text(), sentence=self.sentence))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.GRID)
        top.addWidget(self._title, 1)
        top.addWidget(self._close)
        under = QHBoxLayout()
        under.setSpacing(theme.INSIDE)
        under.addWidget(self._retry)
        under.addWidget(self._more)
        under.addStretch()
        under.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.INSIDE, theme.GRID, theme.GRID, theme.INSIDE)
        column.setSpacing(theme.GRID)
        column.addLayout(top)
        column.addWidget(self._why)
        column.addLayout(under)
        column.addWidget(self._details)

    def _try_again(self) -> None:
        self.retried.emit(self.number)

    def _dismiss(self) -> None:
        self.dismissed.emit(self.number)


class EndedLine(JobCard):
    """A job that is done, or was cancelled, in one quiet line."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(job.id, parent)
        self._job = job
        self._title, self._said = ElidedLabel(), QLabel()
        theme.mark(self, role="card-plain")
        for label in (self._title, self._said):
            theme.mark(label, role="quiet")
        self._said.setFont(theme.numbers())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._title, 1)
        row.addWidget(self._said)
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words in the language of now."""
        mode = mode_of(self._job.request)
        words = title(self._job.request.prompt, mode)
        self._title.setText(words)
        self._title.setToolTip(f"{words[:400]}\n{mode_title(mode)}")
        cancelled = self._job.state is State.CANCELLED
        self._said.setText(self.tr("Cancelled") if cancelled else self.tr("%n pictures", None, self._job.pictures))
        self.setAccessibleName(f"{words}, {self._said.text()}")


def progress_words(job: Job) -> str:
    """ "12/20 · 8.1 steps/s · 3.1 s left", as far as that is known."""
    if job.stopping:
        return QCoreApplication.translate("Queue", "Stopping...")
    if job.index == 0:
        return QCoreApplication.translate("Queue", "Starting...")
    words = [f"{job.index}/{job.count}"]
    if job.seconds_per_step is not None:
        words.append(speed(job.seconds_per_step))
    if job.seconds_left is not None and job.index < job.count:
        words.append(QCoreApplication.translate("Queue", "{time} left").format(time=duration(job.seconds_left)))
    elif job.index >= job.count:
        words.append(QCoreApplication.translate("Queue", "finishing"))
    return " · ".join(words)
