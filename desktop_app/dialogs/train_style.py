"""Train a style: choose pictures, say whose they are, start; and look after the trainings that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.dialogs.train_pictures import Offer, Offers, TrainPictures
from desktop_app.dialogs.train_progress import STAGES, TrainProgress
from desktop_app.drafting import Draft
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised, localised_error
from desktop_app.teaching import Asked, Trainer, Verdict, verdict_of
from desktop_app.thumbnails import thumbnail
from inference.errors import GouacheError
from inference.trainings import FEWEST, LONGEST_TITLE, Effort, Order, Stage, Training, check_title, read_speed

ENOUGH = 8
"""Pictures below which more are asked for, though fewer will do."""
LOOK_MS = 400
"""Pause after the last change before the cleaner looks again."""
THUMBNAIL = 168
OWN, UNKNOWN = "own", "unknown"
LICENCES: Mapping[str, str] = {
    OWN: QT_TRANSLATE_NOOP("TrainStyle", "My own work"),
    "CC0-1.0": QT_TRANSLATE_NOOP("TrainStyle", "CC0: free for anything"),
    "CC-BY-4.0": QT_TRANSLATE_NOOP("TrainStyle", "CC BY 4.0: with the author's name"),
    "MIT": QT_TRANSLATE_NOOP("TrainStyle", "MIT"),
    "Apache-2.0": QT_TRANSLATE_NOOP("TrainStyle", "Apache 2.0"),
    "CC-BY-SA-4.0": QT_TRANSLATE_NOOP("TrainStyle", "CC BY-SA: under the same terms"),
    "CC-BY-NC-4.0": QT_TRANSLATE_NOOP("TrainStyle", "CC BY-NC: not for money"),
    UNKNOWN: QT_TRANSLATE_NOOP("TrainStyle", "Not known, or another one"),
}
OWN_SOURCE = "made by the user"
"""What stands as the source of one's own work unless something is said."""
EFFORTS: Mapping[Effort, str] = {
    Effort.QUICK: QT_TRANSLATE_NOOP("TrainStyle", "Quick: a first look"),
    Effort.NORMAL: QT_TRANSLATE_NOOP("TrainStyle", "Normal"),
    Effort.THOROUGH: QT_TRANSLATE_NOOP("TrainStyle", "Thorough: closest to the pictures"),
}


class TrainStyle(Dialog):
    """The next style's pictures at first; trainings that run, were stopped or are done, at the left.

    Signals:
        files_wanted: a file dialog should give pictures to ``add_files``.
        use_wanted: the name of a style to generate with.
        deleted: the name of a style that is gone.
    """

    files_wanted = Signal()
    use_wanted = Signal(str)
    deleted = Signal(str)

    def __init__(
        self,
        trainer: Trainer,
        background: Background,
        offers: Callable[[], Offers] = Offers,
        parent: QWidget | None = None,
        *,
        show: str = "",
    ) -> None:
        super().__init__(parent)
        self._trainer, self._background = trainer, background
        self._draft, self._order = Draft(), Draft().order()
        self._verdict, self._problem, self._busy, self._sure = Verdict(), "", 0, False
        self._notes: list[str] = []
        self.list = QListWidget()
        self.pictures, self.progress = TrainPictures(), TrainProgress()
        self.pictures.offers = offers
        self.name, self.source, self.author = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setMaxLength(LONGEST_TITLE)
        self.licence, self.effort = QComboBox(), QComboBox()
        self._labels = {key: QLabel() for key in ("name", "licence", "source", "author", "effort")}
        self.hint = caption()
        self.pages = QStackedWidget()
        self.delete = self.add_button(left=True)
        self.stop = self.add_button(left=True)
        self.close_ = self.add_button()
        self.start = self.add_button(primary=True)
        self._checker, self._speed = Asked(self), Asked(self)
        self._later = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._lay_out()
        self._fill()
        self._connect()
        self.retranslate()
        self._reload()
        trainer.look()
        running = trainer.running
        self._show_list(show or (running.name if running is not None else ""))
        if read_speed(self._order.model) is None and running is None:
            self._speed.ask("train", "speed", "--model", self._order.model, "--json", "--quiet")
        self.retranslate()
        self.pictures.add.setFocus()

    # What is asked for

    @property
    def order(self) -> Order:
        """As it stands."""
        own = self.licence.currentData() == OWN
        return replace(
            self._order,
            title=self.name.text().strip(),
            licence=self.licence.currentData(),
            source=self.source.text().strip() or (OWN_SOURCE if own else ""),
            author=self.author.text().strip(),
            effort=self.effort.currentData(),
        )

    @property
    def training(self) -> Training | None:
        """The one that is looked at; None: the next one's pictures are."""
        item = self.list.currentItem()
        return self._trainer.find(item.data(_NAME)) if item is not None and item.data(_NAME) else None

    def add_files(self, paths: tuple[Path, ...]) -> None:
        """Copy pictures into the draft."""
        self._work(lambda: self._draft.add_files(paths))

    # Pictures

    def _offered(self, offers: tuple[Offer, ...]) -> None:
        taken = [(offer.pixels().copy(), offer.title, offer.caption) for offer in offers]

        def add() -> list[str]:
            for pixels, name, words in taken:
                self._draft.add_pixels(pixels, name, words)
            return []

        self._work(add)

    def _remove(self, files: tuple[str, ...]) -> None:
        captions = {file: text for file, text in self._order.captions.items() if file not in files}
        overrides = {file: kept for file, kept in self._order.overrides.items() if file not in files}
        self._order = replace(self._order, captions=captions, overrides=overrides)

        def remove() -> list[str]:
            self._draft.remove(files)
            return []

        self._work(remove)

    def _captioned(self, file: str, text: str) -> None:
        """The cleaner need not look again for it: Start can be pressed at once."""
        self._order = replace(self._order, captions={**self._order.captions, file: text})
        self.pictures.set_words(self._order.captions, self._order.overrides)

    def _overridden(self, file: str, used: bool) -> None:
        overrides = {**self._order.overrides, file: used}
        judged = self._verdict.pictures.get(file)
        if judged is not None and file not in self._order.overrides and judged.used == used:
            del overrides[file]
        self._order = replace(self._order, overrides=overrides)
        self._said()

    def _said(self) -> None:
        """A person said something of a picture: the cleaner sees repeats anew."""
        self.pictures.set_words(self._order.captions, self._order.overrides)
        self._later.start()
        self._check_form()

    def _work(self, work: Callable[[], list[str]]) -> None:
        self._busy += 1
        self._check_form()

        def done(notes: list[str]) -> None:
            self._busy -= 1
            self._notes = notes
            self._reload()

        def failed(error: GouacheError) -> None:
            done([str(error)])

        self._background.run(work, done, failed)

    def _reload(self) -> None:
        """Show what lies in the draft, and have it looked at."""
        files, folder = self._draft.files, self._draft.folder

        def read() -> dict[str, QImage]:
            return {file: thumbnail(folder / file, THUMBNAIL) for file in files}

        self._background.run(read, self._show_pictures, self._fail, key="training-pictures")

    def _show_pictures(self, images: dict[str, QImage]) -> None:
        self.pictures.set_words(self._order.captions, self._order.overrides)
        self.pictures.set_pictures(images)
        self._later.start()
        self._check_form()

    def _look(self) -> None:
        """Have the cleaner look, in a process of its own."""
        if not self.pictures.files:
            self._checker.stop()
            self._verdict, self._problem = Verdict(), ""
            self._show_verdict()
            return
        try:
            self._draft.keep(self.order)
        except GouacheError as error:
            self._fail(error)
            return
        self._checker.ask("train", "style", str(self._draft.folder), "--check", "--json", "--quiet")
        self._show_verdict()

    def _judged(self, said: dict[str, Any]) -> None:
        try:
            self._verdict = verdict_of(said)
        except (ValueError, TypeError, KeyError, AttributeError):
            self._verdict = Verdict()
        self._problem = self._verdict.problem
        self._show_verdict()

    def _not_judged(self, error: GouacheError) -> None:
        self._verdict, self._problem = Verdict(), str(error)
        self._show_verdict()

    def _show_verdict(self) -> None:
        self.pictures.set_verdict(self._verdict, looking=self._checker.busy)
        self._check_form()

    # Starting and what runs

    def _begin(self) -> None:
        training = self.training
        try:
            if training is None:
                order = self.order
                self._trainer.begin(order)
                self._order, self._verdict = Order(licence=order.licence, author=order.author), Verdict()
                self.name.clear()
                self._speed.stop()
                self._reload()
                self._show_list(order.name)
            elif training.state.stage is Stage.DONE:
                self.accept()
                self.use_wanted.emit(training.name)
            else:
                self._trainer.go_on(training)
        except GouacheError as error:
            self._fail(error)
        else:
            self._notes = []
            self._show_page()

    def _stop(self) -> None:
        training = self.training
        if training is not None:
            self._trainer.stop(training)
            self.stop.setEnabled(False)
            self.stop.setText(self.tr("Stopping..."))

    def _delete(self) -> None:
        """The first press asks, the second does it."""
        training = self.training
        if training is None:
            return
        if not self._sure:
            self._sure = True
            self._show_buttons()
            return
        self._sure = False
        try:
            self._trainer.delete(training)
        except GouacheError as error:
            self._fail(error)
            return
        self.deleted.emit(training.name)
        self._show_list("")

    def _fail(self, error: GouacheError) -> None:
        self._notes = [str(error)]
        self.say(localised_error(error))

    # Showing

    def _show_list(self, name: str) -> None:
        """The list, with the training of that name (or the next one's pictures) chosen."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for training in (None, *self._trainer.trainings):
                item = QListWidgetItem()
                item.setData(_NAME, training.name if training is not None else "")
                self.list.addItem(item)
                if item.data(_NAME) == name:
                    self.list.setCurrentItem(item)
            if self.list.currentRow() < 0:
                self.list.setCurrentRow(0)
        self._name_list()
        self._show_page()

    def _name_list(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            training = self._trainer.find(item.data(_NAME)) if item.data(_NAME) else None
            if training is None:
                item.setText(self.tr("A new style"))
                item.setIcon(theme.icon("add"))
                continue
            item.setText(training.order.title)
            item.setToolTip(translated("TrainProgress", STAGES[training.state.stage]))
            item.setIcon(theme.icon(_ICONS.get(training.state.stage, "waiting")))

    def _changed(self) -> None:
        names = [self.list.item(row).data(_NAME) for row in range(1, self.list.count())]
        if names != [training.name for training in self._trainer.trainings]:
            item = self.list.currentItem()
            self._show_list(item.data(_NAME) if item is not None else "")
            return
        self._name_list()
        self._show_page()

    def _chosen(self) -> None:
        self._sure, self._notes = False, []
        self._show_page()

    def _show_page(self) -> None:
        training = self.training
        self.pages.setCurrentIndex(0 if training is None else 1)
        if training is not None:
            self.progress.show_training(training)
        self._check_form()

    def _show_buttons(self) -> None:
        training, other = self.training, self._trainer.running
        stage = training.state.stage if training is not None else Stage.DRAFT
        running = stage.running
        self.stop.setVisible(running)
        if not running or self.stop.isEnabled():
            self.stop.setEnabled(True)
            self.stop.setText(self.tr("Stop"))
            self.stop.setToolTip(self.tr("Save and stop; it can go on later"))
        self.delete.setVisible(training is not None and not running)
        self.delete.setText(self.tr("Delete for good") if self._sure else self.tr("Delete..."))
        self.delete.setToolTip(self.tr("Delete the style, its pictures and all that it learned"))
        self.start.setVisible(not running)
        self.close_.setText(self.tr("Close"))
        self.close_.setToolTip(self.tr("A training goes on when this window, or the program, is closed."))
        texts = {Stage.DRAFT: self.tr("Start"), Stage.DONE: self.tr("Use this style")}
        self.start.setText(texts.get(stage, self.tr("Go on")))
        blocked = ""
        if stage is not Stage.DONE and other is not None and not running:
            blocked = self.tr("'{title}' is being trained. Wait for it, or stop it.").format(title=other.order.title)
        elif training is None:
            blocked = self._missing()
        self.start.setEnabled(not blocked)
        self.start.setToolTip(blocked)

    def _missing(self) -> str:
        """Why it cannot start, or ""."""
        pictures = self._missing_pictures()
        if pictures:
            return pictures
        try:
            check_title(self.order)
        except GouacheError as error:
            return localised_error(error)
        return ""

    def _missing_pictures(self) -> str:
        if not self.pictures.files:
            return self.tr("Add pictures first: ten or more of one style.")
        if self._busy or self._checker.busy or self._later.isActive():
            return self.tr("The pictures are being looked at.")
        if self._problem:
            return localised(self._problem)
        if self.pictures.used < FEWEST:
            return self.tr("Use at least {count} pictures.").format(count=FEWEST)
        return ""

    def _check_form(self, _what: object = None) -> None:
        """What follows from what was entered."""
        own = self.licence.currentData() == OWN
        self.source.setPlaceholderText(self.tr("yourself") if own else self.tr("a web address, a book, a person"))
        if self.training is None:
            notes = [localised(note) for note in self._notes]
            looking = self._busy or self._checker.busy or self._later.isActive()
            if self.pictures.files and not looking:  # what is only not done yet is not wrong
                notes.append(self._missing() if self.name.text().strip() else self._missing_pictures())
            self.say("\n".join(dict.fromkeys(filter(None, notes))))
            self.hint.setText(" ".join(self._hints()))
        else:
            self.say("\n".join(localised(note) for note in self._notes))
        self._show_buttons()

    def _hints(self) -> list[str]:
        order, out = self.order, []
        if len(self.pictures.files) > 0 and FEWEST <= self.pictures.used < ENOUGH:
            out.append(self.tr("More pictures, ten or so, teach a style better."))
        free = order.licence in (OWN, "CC0-1.0", "CC-BY-4.0", "MIT", "Apache-2.0")
        if not free or not order.source:
            out.append(
                self.tr("The style will be for yourself: to pass it on, source and licence must be known and allow it.")
            )
        elif order.licence != OWN:
            out.append(self.tr("Whoever passes the style on has to name source and author."))
        return out

    def retranslate(self) -> None:
        """Set all texts."""
        self.setWindowTitle(self.tr("Train a style"))
        self.list.setAccessibleName(self.tr("Styles and trainings"))
        for key, text in (
            ("name", self.tr("Name of the style")),
            ("licence", self.tr("Licence")),
            ("source", self.tr("Source")),
            ("author", self.tr("Author")),
            ("effort", self.tr("Time")),
        ):
            self._labels[key].setText(text)
        self.name.setPlaceholderText(self.tr("for example: ink and wash"))
        self.licence.setToolTip(self.tr("What the pictures' makers allow"))
        self.effort.setToolTip(self.tr("Measured on this computer; other programs make it longer"))
        for row, code in enumerate(LICENCES):
            self.licence.setItemText(row, translated("TrainStyle", LICENCES[code]))
        self._show_times()
        self._name_list()
        self._check_form()

    def _show_times(self) -> None:
        speed = read_speed(self._order.model)
        for row, effort in enumerate(EFFORTS):
            text = translated("TrainStyle", EFFORTS[effort])
            if speed is not None:
                minutes = max(1, round(speed.seconds(effort) / 60))
                text = self.tr("{effort}, about {minutes} min").format(effort=text, minutes=minutes)
            elif self._speed.busy:
                text = self.tr("{effort} (this computer is being measured)").format(effort=text)
            self.effort.setItemText(row, text)

    # Making

    def _fill(self) -> None:
        for code in LICENCES:
            self.licence.addItem("", code)
        for effort in EFFORTS:
            self.effort.addItem("", effort)
        order = self._order
        self.name.setText(order.title)
        self.source.setText("" if order.source == OWN_SOURCE else order.source)
        self.author.setText(order.author)
        self.licence.setCurrentIndex(max(0, self.licence.findData(order.licence)))
        self.effort.setCurrentIndex(list(EFFORTS).index(order.effort))

    def _lay_out(self) -> None:
        left, right = form(), form()
        add_row(left, self._labels["name"], self.name)
        add_row(left, self._labels["effort"], self.effort)
        add_row(right, self._labels["licence"], self.licence)
        add_row(right, self._labels["source"], self.source)
        add_row(right, self._labels["author"], self.author)
        columns = QHBoxLayout()
        columns.setSpacing(2 * theme.BETWEEN)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        self.effort.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.licence.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        make = QWidget()
        column = QVBoxLayout(make)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.BETWEEN)
        column.addWidget(self.pictures, 1)
        column.addLayout(columns)
        column.addWidget(self.hint)
        self.pages.addWidget(make)
        self.pages.addWidget(self.progress)
        self.list.setFixedWidth(168)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        both = QHBoxLayout()
        both.setSpacing(theme.BETWEEN)
        both.addWidget(self.list)
        both.addWidget(self.pages, 1)
        self.body.addLayout(both)
        at_least(self, 940, 720)

    def _connect(self) -> None:
        pictures = self.pictures
        pictures.files_wanted.connect(self.files_wanted)
        pictures.dropped.connect(self.add_files)
        pictures.offered.connect(self._offered)
        pictures.removed.connect(self._remove)
        pictures.captioned.connect(self._captioned)
        pictures.overridden.connect(self._overridden)
        self._later.timeout.connect(self._look)
        self._checker.answered.connect(self._judged)
        self._checker.failed.connect(self._not_judged)
        self._speed.answered.connect(lambda _said: self._show_times())
        self._speed.failed.connect(lambda _error: self._show_times())
        self._trainer.changed.connect(self._changed)
        self.list.currentRowChanged.connect(lambda _row: self._chosen())
        for field in (self.name, self.source, self.author):
            field.textChanged.connect(self._check_form)
        for box in (self.licence, self.effort):
            box.currentIndexChanged.connect(self._check_form)
        self.start.clicked.connect(self._begin)
        self.stop.clicked.connect(self._stop)
        self.delete.clicked.connect(self._delete)
        self.close_.clicked.connect(self.reject)
        self.finished.connect(self._let_go)

    def _let_go(self, _result: int) -> None:
        """What is chosen stays for the next time; nothing is measured or judged any more."""
        self._later.stop()
        self._checker.stop()
        self._speed.stop()
        self._background.forget("training-pictures")
        if self._draft.folder.is_dir():
            try:
                self._draft.keep(self.order)
            except GouacheError as error:
                self._notes = [str(error)]


_NAME = Qt.ItemDataRole.UserRole
_ICONS = {Stage.DONE: "good", Stage.FAILED: "error", Stage.CUT_OFF: "error", Stage.STOPPED: "stop"}
