"""The queue: what runs, what waits and in which order, and how the last jobs ended."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.jobs import Job, Jobs, State
from desktop_app.panels.fields import scrolled
from desktop_app.panels.queue_cards import EndedLine, FailedCard, RunningCard
from desktop_app.panels.queue_waiting import WaitingList

REFRESH_MS = 66
"""How often what runs is shown anew; steps may come 60 times a second."""
FAILED, ENDED = 5, 10
"""How many failed jobs, and how many of the others that have ended, are shown."""


class QueuePanel(QWidget):
    """Shows the jobs and lets one reorder, stop and try them again.

    Args:
        jobs: the queue; cancelling, moving and forgetting is done to it directly.

    Signals:
        show_wanted: a job's number: show where its pictures go.
        retry_wanted: the number of a job that failed: ask for it again.
        generate_wanted: the empty panel's action.
    """

    show_wanted = Signal(int)
    retry_wanted = Signal(int)
    generate_wanted = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.refreshes = 0
        """How often the running job was shown anew."""
        self._cards: dict[int, FailedCard] = {}
        self._lines: dict[int, EndedLine] = {}
        self._soon = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._soon.timeout.connect(self._show_running)
        self._arranging = QTimer(self, interval=0, singleShot=True)
        self._arranging.timeout.connect(self._arrange_if_seen)
        self._fill()
        self._connect()
        self.retranslate()
        self._arrange()

    # Building

    def _fill(self) -> None:
        self._empty_text, self._generate = QLabel(), QPushButton()
        self._empty_text.setWordWrap(True)
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.mark(self._empty_text, role="quiet")
        self._empty = QWidget()
        said = QVBoxLayout(self._empty)
        said.setSpacing(theme.INSIDE)
        said.addWidget(self._empty_text)
        said.addWidget(self._generate, 0, Qt.AlignmentFlag.AlignHCenter)
        self._running = RunningCard()
        self._waiting_title = QLabel()
        theme.mark(self._waiting_title, role="caption")
        self._up, self._down, self._drop = (QToolButton() for _ in range(3))
        self._waiting = WaitingList()
        self._clear, self._stop = QPushButton(), QPushButton()
        self._ended_title = QLabel()
        theme.mark(self._ended_title, role="caption")

        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.INSIDE, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        column.setSpacing(theme.INSIDE)
        for part in (self._empty, self._running, self._buttons(), self._waiting_row(), self._waiting):
            column.addWidget(part)
        column.addWidget(self._ended_title)
        self._failed_column, self._ended_column = QVBoxLayout(), QVBoxLayout()
        self._failed_column.setSpacing(theme.INSIDE)
        self._ended_column.setSpacing(0)
        column.addLayout(self._failed_column)
        column.addLayout(self._ended_column)
        column.addStretch()

        self._scroll = scrolled(inside, self)

    def _buttons(self) -> QWidget:
        self._all_row = QWidget()
        row = QHBoxLayout(self._all_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.INSIDE)
        row.addWidget(self._clear, 1)
        row.addWidget(self._stop, 1)
        return self._all_row

    def _waiting_row(self) -> QWidget:
        self._waiting_head = QWidget()
        row = QHBoxLayout(self._waiting_head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(self._waiting_title, 1)
        for button, name in ((self._up, "raise"), (self._down, "lower"), (self._drop, "close")):
            button.setIcon(theme.icon(name))
            button.setIconSize(theme.icon_size())
            button.setFixedSize(theme.CONTROL, theme.CONTROL)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(button)
        return self._waiting_head

    def _connect(self) -> None:
        jobs, waiting = self._jobs, self._waiting
        jobs.changed.connect(self._job_changed)
        jobs.queue_changed.connect(self._arranging.start)
        self._generate.clicked.connect(self.generate_wanted)
        self._running.cancelled.connect(jobs.cancel)
        self._running.shown.connect(self.show_wanted)
        self._clear.clicked.connect(self._clear_waiting)
        self._stop.clicked.connect(self._cancel_all)
        self._up.clicked.connect(waiting.raise_chosen)
        self._down.clicked.connect(waiting.lower_chosen)
        self._drop.clicked.connect(waiting.cancel_chosen)
        waiting.moved.connect(jobs.move)
        waiting.cancelled.connect(jobs.cancel)
        waiting.shown.connect(self.show_wanted)
        waiting.chosen_changed.connect(self._describe)

    # Keeping up

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt names it so)
        """What was missed while it was hidden."""
        super().showEvent(event)
        self._arrange()

    def _job_changed(self, number: int) -> None:
        running = self._jobs.running
        if running is not None and running.id == number and not self._soon.isActive():
            self._soon.start()

    def _show_running(self) -> None:
        running = self._jobs.running
        if running is not None and self.isVisible():
            self.refreshes += 1
            self._running.show_job(running)

    def _arrange_if_seen(self) -> None:
        if self.isVisible():
            self._arrange()

    def _arrange(self) -> None:
        """Everything, after jobs came, moved or ended."""
        running, waiting = self._jobs.running, self._jobs.waiting
        failed, ended = self._ended()
        self._running.setVisible(running is not None)
        if running is not None:
            self._running.show_job(running)
        self._waiting.set_jobs(waiting)
        self._waiting.setVisible(bool(waiting))
        self._waiting_head.setVisible(bool(waiting))
        self._all_row.setVisible(running is not None or bool(waiting))
        self._show_failed(failed)
        self._show_ended(ended)
        self._ended_title.setVisible(bool(failed or ended))
        self._empty.setVisible(running is None and not waiting and not failed and not ended)
        self._describe()

    def _ended(self) -> tuple[list[Job], list[Job]]:
        """Those that failed and the others, the newest first."""
        over = [job for job in reversed(self._jobs.jobs) if job.state.ended]
        failed = [job for job in over if job.state is State.FAILED]
        return failed[:FAILED], [job for job in over if job.state is not State.FAILED][:ENDED]

    def _show_failed(self, jobs: list[Job]) -> None:
        for number in self._cards.keys() - {job.id for job in jobs}:
            _drop(self._cards.pop(number))
        for place, job in enumerate(jobs):
            if job.id not in self._cards:
                card = self._cards[job.id] = FailedCard(job)
                card.retried.connect(self.retry_wanted)
                card.dismissed.connect(self._jobs.forget)
                card.shown.connect(self.show_wanted)
                self._failed_column.insertWidget(place, card)

    def _show_ended(self, jobs: list[Job]) -> None:
        for number in self._lines.keys() - {job.id for job in jobs}:
            _drop(self._lines.pop(number))
        for place, job in enumerate(jobs):
            if job.id not in self._lines:
                line = self._lines[job.id] = EndedLine(job)
                line.shown.connect(self.show_wanted)
                self._ended_column.insertWidget(place, line)

    def _clear_waiting(self) -> None:
        self._jobs.clear_waiting()

    def _cancel_all(self) -> None:
        self._jobs.cancel_all()

    # Words

    def retranslate(self) -> None:
        """Write all words in the language of now; the cards hear of it themselves."""
        self._empty_text.setText(self.tr("Nothing runs and nothing waits."))
        self._generate.setText(self.tr("Generate"))
        self._generate.setToolTip(self.tr("Generate (Ctrl+Enter)"))
        self._ended_title.setText(self.tr("Ended"))
        self._clear.setText(self.tr("Clear waiting"))
        self._stop.setText(self.tr("Cancel all"))
        self._stop.setToolTip(self.tr("Stop what runs and drop what waits"))
        self._scroll.setAccessibleName(self.tr("Jobs"))
        self._waiting.setAccessibleName(self.tr("Waiting jobs"))
        self._up.setAccessibleName(self.tr("Sooner"))
        self._down.setAccessibleName(self.tr("Later"))
        self._drop.setAccessibleName(self.tr("Cancel the job"))
        self._describe()

    def _describe(self) -> None:
        """What can be done now, and why the rest cannot."""
        waiting, chosen = len(self._jobs.waiting), self._waiting.chosen_row
        self._waiting_title.setText(self.tr("%n waiting", None, waiting))
        self._clear.setEnabled(waiting > 0)
        nothing = self.tr("Nothing waits.")
        drop = self.tr("Drop all jobs that wait; the running one goes on")
        self._clear.setToolTip(drop if waiting else f"{drop}\n{nothing}")
        choose = self.tr("Choose a waiting job first.")
        ends = {self._up: self.tr("It is the next already."), self._down: self.tr("It is the last already.")}
        blocked = {self._up: chosen == 0, self._down: chosen == waiting - 1, self._drop: False}
        keys = {self._up: "Alt+Up", self._down: "Alt+Down", self._drop: "Del"}
        for button, key in keys.items():
            tip = f"{button.accessibleName()} ({key})"
            reason = choose if chosen is None else ends.get(button, "") if blocked[button] else ""
            button.setEnabled(not reason)
            button.setToolTip(f"{tip}\n{reason}" if reason else tip)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt names it so)
        """Follow the language."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


def _drop(card: QWidget) -> None:
    """Out of sight at once, out of memory when its signals have been heard."""
    card.hide()
    card.deleteLater()
