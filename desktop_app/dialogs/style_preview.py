"""One picture without a style and with it, made through the queue while the style is edited."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.dialogs.dialog import caption
from desktop_app.jobs import Jobs, State
from desktop_app.messages import localised_error
from desktop_app.pictures import to_image
from desktop_app.style_trial import Draft, dressed, plain_trial, trial
from inference.alpha import Pixels
from inference.api import Generate, Picture, Step
from inference.errors import GouacheError

SIDE = 216
PAUSE_MS = 600
"""After the last change, before a new picture is asked for."""
SEED = 1


@dataclass(frozen=True)
class TrialPlacement:
    """Marks jobs that are no document's."""

    with_style: bool


class StylePreview(QWidget):
    """Before and after, with the words to try them on.

    Signals:
        touched: the words or the switch changed.
    """

    touched = Signal()

    def __init__(self, jobs: Jobs, background: Background, model: str, prompt: str) -> None:
        super().__init__()
        self._jobs, self._background, self._model = jobs, background, model
        self._draft: Draft | None = None
        self._numbers: dict[bool, int | None] = {False: None, True: None}
        self._made: set[int] = set()
        """Jobs whose picture has come: a step that is told late does not cover it."""
        self._plain: tuple[str, int] | None = None
        """What the picture without the style was made of."""
        self.prompt = QLineEdit(prompt)
        self.again, self.live = QPushButton(), QCheckBox()
        self.again.setAutoDefault(False)
        self.live.setChecked(True)
        self.pictures = {which: QLabel() for which in (False, True)}
        self._captions = {which: caption() for which in (False, True)}
        self.state = caption()
        self._seed = SEED
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.run)
        self._lay_out()
        self.prompt.textEdited.connect(self._later)
        self.again.clicked.connect(self._reseed)
        self.live.toggled.connect(lambda on: self._later() if on else self._timer.stop())
        jobs.stepped.connect(self._step)
        jobs.picture_made.connect(self._picture)
        jobs.ended.connect(self._end)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.prompt)
        for which in (True, False):
            picture = self.pictures[which]
            picture.setFixedSize(SIDE, SIDE)
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            theme.mark(picture, role="picture")
            column.addWidget(self._captions[which])
            column.addWidget(picture)
        row = QHBoxLayout()
        row.addWidget(self.live, 1)
        row.addWidget(self.again)
        column.addLayout(row)
        column.addWidget(self.state)
        column.addStretch(1)
        self.setFixedWidth(SIDE)

    def retranslate(self) -> None:
        """All texts."""
        self.prompt.setPlaceholderText(self.tr("What to try it on"))
        self.prompt.setAccessibleName(self.tr("What to try it on"))
        self.again.setText(self.tr("Another seed"))
        self.live.setText(self.tr("Live"))
        self.live.setToolTip(self.tr("Make the picture anew whenever the style changes"))
        self._captions[True].setText(self.tr("With the style"))
        self._captions[False].setText(self.tr("Without"))
        for which, label in self.pictures.items():
            label.setAccessibleName(self._captions[which].text())

    def show_draft(self, draft: Draft | None) -> None:
        """The style changed; None while it cannot be."""
        if draft is None:
            self._timer.stop()
        elif self._draft is None or not self._draft.same(draft):
            self._draft = draft
            self._later()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._timer.stop()
        for number in self._numbers.values():
            if number is not None:
                self._jobs.cancel(number)
        self._numbers = {False: None, True: None}
        self._background.forget("style trial")

    def run(self) -> None:
        """Ask for the pictures that are missing."""
        draft, prompt, seed = self._draft, self.prompt.text().strip(), self._seed
        if draft is None:
            return
        self.state.setText("")
        if self._plain != (prompt, seed):
            self._plain = (prompt, seed)
            self._ask(False, plain_trial(prompt, self._model, seed))
        self._background.run(
            lambda: trial(draft, prompt, self._model, seed),
            lambda request: self._ask(True, request),
            self._failed,
            key="style trial",
        )

    def _ask(self, which: bool, request: Generate) -> None:
        before = self._numbers[which]
        if before is not None:
            self._jobs.cancel(before)
        place = ("style trial", which)
        self._numbers[which] = self._jobs.submit(request, TrialPlacement(which), place=place)
        if which:
            self.state.setText(self.tr("Making it..."))

    def _later(self) -> None:
        self.touched.emit()
        if self.live.isChecked():
            self._timer.start()

    def _reseed(self) -> None:
        self._seed += 1
        self.run()

    def _which(self, number: int) -> bool | None:
        return next((which for which, own in self._numbers.items() if own == number), None)

    def _step(self, number: int, step: Step) -> None:
        which = self._which(number)
        if which is not None and step.previews and number not in self._made:
            self._show(which, step.previews[0], smooth=True)

    def _picture(self, number: int, picture: Picture) -> None:
        which, draft = self._which(number), self._draft
        if which is None or draft is None:
            return
        self._made.add(number)
        if not which:
            self._show(False, picture.pixels)
            return
        self._background.run(
            lambda: dressed(draft.style, picture.pixels), lambda pixels: self._show(True, pixels), self._failed
        )

    def _end(self, number: int) -> None:
        which, job = self._which(number), self._jobs.job(number)
        if which is None:
            return
        self._numbers[which] = None
        if job is not None and job.state is State.FAILED and job.error is not None:
            self._failed(job.error)
        elif which:
            self.state.setText("")

    def _failed(self, error: GouacheError) -> None:
        self.state.setText(localised_error(error))

    def _show(self, which: bool, pixels: Pixels, *, smooth: bool = False) -> None:
        image = to_image(pixels)
        self.pictures[which].setPixmap(_fitted(image, SIDE - 2, smooth=smooth or image.width() > SIDE))


def _fitted(image: QImage, side: int, *, smooth: bool) -> QPixmap:
    """As large as it fits; pixel art keeps its pixels."""
    how = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
    return QPixmap.fromImage(image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, how))
