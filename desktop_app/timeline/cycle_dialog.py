"""Cycle: one sprite that breathes, bobs, blinks, spins, jumps and so on, seen in motion while it is chosen."""

# ruff: noqa: N802 (Qt names its events so)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.board.zooming import surround
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised_error
from desktop_app.panels.fields import CheckField, ChoiceField, NumberField, Option, ShareField
from desktop_app.panels.results_painting import checkers
from desktop_app.pictures import to_image
from desktop_app.timeline.cycles import CycleWish, drawn, small
from desktop_app.timeline.player import Course, Player, Way
from desktop_app.timeline.wording import seconds
from inference.alpha import Pixels
from inference.animation.cycle import CYCLES, LEAST_FRAMES, MOST_FRAMES
from inference.errors import GouacheError
from inference.geometry import Bounds

KINDS: Mapping[str, tuple[str, str]] = {
    "idle": (QT_TRANSLATE_NOOP("Cycle", "Idle"), QT_TRANSLATE_NOOP("Cycle", "It breathes.")),
    "bob": (QT_TRANSLATE_NOOP("Cycle", "Bob"), QT_TRANSLATE_NOOP("Cycle", "Up and down by whole pixels.")),
    "blink": (
        QT_TRANSLATE_NOOP("Cycle", "Blink"),
        QT_TRANSLATE_NOOP("Cycle", "It shuts its eyes and opens them. Select the eyes first where they are not found."),
    ),
    "flash": (QT_TRANSLATE_NOOP("Cycle", "Flash"), QT_TRANSLATE_NOOP("Cycle", "It rests, then flashes white twice.")),
    "flicker": (
        QT_TRANSLATE_NOOP("Cycle", "Flicker"),
        QT_TRANSLATE_NOOP("Cycle", "The model makes it anew a little in each frame. Say what it shows."),
    ),
    "spin": (QT_TRANSLATE_NOOP("Cycle", "Spin"), QT_TRANSLATE_NOOP("Cycle", "It turns round like a coin.")),
    "squash": (
        QT_TRANSLATE_NOOP("Cycle", "Jump"),
        QT_TRANSLATE_NOOP("Cycle", "It jumps once in squash and stretch."),
    ),
}
PAUSE_MS = 80
ALIVE = 0.2


@dataclass(frozen=True)
class Source:
    """A sprite to choose.

    Attributes:
        eyes: that are selected on it.
    """

    title: str
    pixels: Pixels
    eyes: tuple[Bounds, ...] = ()


class Moving(QWidget):
    """Shows a picture on checkers, as large as whole pixels allow."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setMinimumSize(208, 208)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_image(self, image: QImage | None) -> None:
        """Another picture."""
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), surround())
        if self.image is None:
            return
        room = min(self.width() / self.image.width(), self.height() / self.image.height())
        scale = int(room) if room >= 1 else room
        place = QRect(0, 0, round(self.image.width() * scale), round(self.image.height() * scale))
        place.moveCenter(self.rect().center())
        painter.fillRect(place, checkers(place.topLeft()))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        painter.drawImage(place, self.image)

    def sizeHint(self) -> QSize:
        return QSize(288, 288)


class CycleDialog(Dialog):
    """The dialog.

    Signals:
        chosen: (Pixels, CycleWish, title); the dialog has closed.
    """

    chosen = Signal(object, object, str)

    def __init__(self, sources: Sequence[Source], prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = list(sources)
        self._background = Background(self, threads=1)
        self._images: list[QImage] = []
        self._problem: GouacheError | None = None
        self.player = Player(self)
        self.moving = Moving()
        self.source, self.kind = ChoiceField(), ChoiceField()
        self.frames = NumberField(LEAST_FRAMES, MOST_FRAMES, default=False)
        self.amount = NumberField(0, 400, step=10, default=False, suffix=" %")
        self.seconds = NumberField(0.1, 600, step=0.1, decimals=2, suffix=" s")
        self.alive, self.strength = CheckField(), ShareField()
        self.prompt = QLineEdit(prompt)
        self.about = caption()
        self._labels = {name: QLabel() for name in ("source", "kind", "frames", "amount", "seconds", "prompt")}
        self._rows = form()
        self.cancel = self.add_button()
        self.make = self.add_button(primary=True)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self.frames.set_value(8)
        self.amount.set_value(100)
        self.seconds.set_value(None)
        self.strength.set_value(ALIVE)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._show()
        at_least(self, 640, 440)

    @property
    def wish(self) -> CycleWish:
        """As it stands."""
        latent = CYCLES[self.kind.value].latent > 0
        lasts = self.seconds.value
        return CycleWish(
            kind=self.kind.value,
            frames=self.frames.value,
            amount=self.amount.value / 100,
            seconds=None if lasts is None else Fraction(str(round(lasts, 2))),
            alive=self.strength.value if latent or self.alive.value else 0.0,
            prompt=self.prompt.text().strip(),
            eyes=self._source.eyes,
        )

    @property
    def _source(self) -> Source:
        return self._sources[self.source.value or 0]

    def _show(self) -> None:
        """The rows that a kind needs, and its motion."""
        kind = self.kind.value
        latent = CYCLES[kind].latent > 0
        self.about.setText(translated("Cycle", KINDS[kind][1]))
        self.seconds.set_default(seconds(float(CYCLES[kind].usual)), float(CYCLES[kind].usual))
        self._rows.setRowVisible(self.amount, not latent)
        self._rows.setRowVisible(self.alive, not latent)
        for field in (self.strength, self.prompt):
            self._rows.setRowVisible(field, latent or self.alive.value)
        self._later.start()

    def _kind_chosen(self) -> None:
        self.strength.set_value(CYCLES[self.kind.value].latent or ALIVE)
        self._show()

    def _look(self) -> None:
        sprite, wish = self._source.pixels, self.wish
        self._background.run(lambda: drawn(*small(sprite, wish)), self._moves, self._cannot, key="look")

    def _moves(self, made: tuple[Sequence, object]) -> None:
        frames = made[0]
        self._problem = None
        self._images = [to_image(frame.pixels) for frame in frames]
        way = Way.LOOP
        self.player.play(Course([frame.duration for frame in frames], way), 0)
        self.say("")
        self.make.setEnabled(True)

    def _cannot(self, error: GouacheError) -> None:
        self._problem = error
        self.player.stop()
        self.moving.show_image(None)
        self.say(localised_error(error))
        self.make.setEnabled(False)

    def _turn(self, frame: int, _ahead: object) -> None:
        if frame < len(self._images):
            self.moving.show_image(self._images[frame])

    def _accept(self) -> None:
        title = f"{self._source.title} · {translated('Cycle', KINDS[self.kind.value][0])}"
        wish, sprite = self.wish, self._source.pixels
        self.accept()
        self.chosen.emit(sprite, wish, title)

    def done(self, result: int) -> None:
        self.player.stop()
        self._later.stop()
        self._background.close()
        super().done(result)

    def _lay_out(self) -> None:
        rows = self._rows
        for name, field in (
            ("source", self.source), ("kind", self.kind), ("frames", self.frames), ("amount", self.amount),
            ("seconds", self.seconds),
        ):  # fmt: skip
            add_row(rows, self._labels[name], field)
        rows.addRow(self.alive)
        rows.addRow(self.strength)
        add_row(rows, self._labels["prompt"], self.prompt)
        left = QVBoxLayout()
        left.addLayout(rows)
        left.addWidget(self.about)
        left.addStretch()
        row = QHBoxLayout()
        row.setSpacing(theme.BETWEEN)
        row.addLayout(left, 1)
        row.addWidget(self.moving, 1)
        self.body.addLayout(row, 1)

    def _connect(self) -> None:
        self.kind.changed.connect(self._kind_chosen)
        for field in (self.source, self.frames, self.amount, self.seconds, self.alive, self.strength):
            field.changed.connect(self._show)
        self._later.timeout.connect(self._look)
        self.player.moved.connect(self._turn, Qt.ConnectionType.DirectConnection)
        self.cancel.clicked.connect(self.reject)
        self.make.clicked.connect(self._accept)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Cycle of a sprite"))
        words = {
            "source": (self.source, self.tr("Sprite"), self.tr("The picture that moves; it needs transparency")),
            "kind": (self.kind, self.tr("Motion"), self.tr("What it does")),
            "frames": (self.frames, self.tr("Frames"), self.tr("How many there are")),
            "amount": (self.amount, self.tr("Amount"), self.tr("How far it moves; 100 % is usual")),
            "seconds": (self.seconds, self.tr("Lasts"), self.tr("How long the whole of it takes")),
        }
        for name, (field, title, tip) in words.items():
            self._labels[name].setText(title)
            field.set_words(title, tip)
        self._labels["prompt"].setText(self.tr("It shows"))
        self.prompt.setAccessibleName(self.tr("It shows"))
        self.prompt.setToolTip(self.tr("In words, for the model"))
        self.alive.set_words(self.tr("The model moves the surface"), self.tr("Each frame is made anew a little"))
        self.strength.set_words(self.tr("Strength"), self.tr("How much the model makes anew in each frame"))
        self.seconds.set_reset_words(self.tr("As is usual for the motion"))
        self.source.set_options(Option(place, each.title) for place, each in enumerate(self._sources))
        self.source.set_value(self.source.value or 0)
        chosen = self.kind.value or "idle"
        self.kind.set_options(
            Option(name, translated("Cycle", title), tip=translated("Cycle", tip))
            for name, (title, tip) in KINDS.items()
        )
        self.kind.set_value(chosen)
        self.moving.setAccessibleName(self.tr("The motion"))
        self.cancel.setText(self.tr("Cancel"))
        self.make.setText(self.tr("Make the frames"))
        self.about.setText(translated("Cycle", KINDS[chosen][1]))
