"""Export: an animation as a clip or a sheet, said beforehand how it will be, written, read back and compared."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.dialogs.dialog import Dialog, add_row, at_least, caption, form
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.messages import localised, localised_error
from desktop_app.panels.fields import ChoiceField, Option, scrolled
from desktop_app.panels.wording import memory
from desktop_app.timeline.export_fields import ExportFields, beside
from desktop_app.timeline.exporting import FolderFrames, Wish, check, file_name, in_the_way, pages, rounds, write
from desktop_app.timeline.key_fields import decimal_words
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.wording import rate_words, seconds
from inference.animation.frame_log import State
from inference.cancelling import Cancel
from inference.clips.options import ExportReport
from inference.clips.sheet_writing import SheetReport
from inference.errors import BadRequest, Cancelled, GouacheError
from inference.geometry import Size

PHASES: Mapping[str, str] = {
    "looking": QT_TRANSLATE_NOOP("Export", "Looking at the frames"),
    "writing": QT_TRANSLATE_NOOP("Export", "Writing"),
    "checking": QT_TRANSLATE_NOOP("Export", "Reading back and comparing"),
}
LABELS = 84
TOLD_EVERY = 4
"""Frames between two tellings of how far it is."""


class Export(Dialog):
    """The dialog.

    Args:
        size: of the frames.
        chosen: frames that are chosen in the strip.
        before: what was chosen the last time (see ``ExportFields.as_dict``), and the folder of that.

    Signals:
        written: (Path) it is there, read back and compared.
    """

    written = Signal(object)
    _went = Signal(str, int, object)

    def __init__(
        self,
        animation: OpenAnimation,
        size: Size,
        chosen: range,
        parent: QWidget | None = None,
        *,
        before: Mapping[str, Any],
        folder: Path,
    ) -> None:
        super().__init__(parent)
        self._animation, self._size, self._chosen = animation, size, chosen
        self._background = Background(self, threads=1)
        self._cancel = Cancel()
        self._busy = False
        self._report: ExportReport | SheetReport | None = None
        self.fields = ExportFields()
        self.frames = ChoiceField()
        self.path = QLineEdit(str(folder / file_name(animation.about.title)))
        self.browse = QPushButton()
        self.summary, self.outcome = caption(), QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.phase, self.bar = caption(), QProgressBar()
        self.bar.setTextVisible(False)
        self._labels = {name: QLabel() for name in ("frames", "path")}
        self.stop = self.add_button()
        self.export = self.add_button(primary=True)
        self._lay_out()
        self.fields.set_once(animation.about.once)
        if animation.about.pivot is not None:
            self.fields.set_pivot(animation.about.pivot)
        kept = {name: value for name, value in before.items() if name not in ("loops", "pivot_x", "pivot_y")}
        self.fields.use(kept)
        self._connect()
        self.retranslate()
        self._follow()
        at_least(self, 480, 580)

    # What is wished

    @property
    def numbers(self) -> range:
        """The frames that are exported."""
        return self._chosen if self.frames.value == "chosen" else range(self._animation.count)

    @property
    def times(self) -> list[Fraction]:
        """How long each is shown."""
        return [self._animation.times[number] for number in self.numbers]

    def wish(self) -> Wish:
        """What the fields say.

        Raises:
            BadRequest: for what cannot be.
        """
        path, fields = Path(self.path.text().strip()).expanduser(), self.fields
        if not path.name:
            raise BadRequest("There is no name for the file.", hint="Type one, or choose a place.")
        if fields.sheet:
            once = fields.fields["loops"].value > 0
            name = file_name(self._animation.about.title)
            return Wish(path=path, form=fields.sheet, sheet=fields.sheet_options, name=name, once=once)
        return Wish(path=path, clip=fields.clip_options)

    def _problem(self) -> str:
        """Why it cannot be exported now; "" when it can."""
        animation = self._animation
        missing = [number for number in self.numbers if animation.state(number) is State.MISSING]
        if animation.running:
            return self.tr("Frames are being made. It can be exported when they are there.")
        if missing:
            return self.tr("%n of these frames are not made yet.", None, len(missing))
        try:
            error = check(self.wish(), self._size, len(self.numbers))
        except GouacheError as raised:
            error = raised
        return "" if error is None else localised_error(error)

    # What is known beforehand

    def _say(self) -> None:
        """The line of what it will be, what is wrong, what would be replaced."""
        if self._busy:
            return
        times, size = self.times, self._size
        total = sum(times, Fraction(0))
        parts = [
            f"{size.width} × {size.height}",
            self.tr("%n frames", None, len(times)),
            seconds(float(total)),
        ]
        if len(set(times)) == 1:
            parts.append(self.tr("{rate} a second").format(rate=rate_words(float(1 / times[0]))))
        self.summary.setText(" · ".join([*parts, *self._notes(times)]))
        problem = self._problem()
        self.export.setEnabled(not problem)
        self.say(problem or self._replaced())
        self.export.setText(self.tr("Replace") if not problem and self._there() else self.tr("Export"))

    def _notes(self, times: list[Fraction]) -> list[str]:
        if not self.fields.sheet:
            tick = rounds(times, self.fields.form.value)
            return [] if tick is None else [self.tr("times are rounded to {time}").format(time=_tick(tick))]
        try:
            laid = pages(self._size, len(times), self.fields.sheet_options)
        except GouacheError:
            return []
        if laid is None:
            return [self.tr("trimmed and packed")]
        first = f"{laid[0].width} × {laid[0].height}"
        return [self.tr("%n pages", None, len(laid)) + f", {first}"]

    def _there(self) -> list[Path]:
        try:
            return in_the_way(self.wish())
        except (GouacheError, OSError):
            return []

    def _replaced(self) -> str:
        there = self._there()
        if not there:
            return ""
        names = ", ".join(path.name for path in there)
        return self.tr("{names} is there already and will be replaced.").format(names=names)

    def _follow(self) -> None:
        """The name's ending follows the format."""
        path, suffix = Path(self.path.text().strip() or "animation"), self.fields.suffix
        known = {".mp4", ".webm", ".gif", ".apng", ".webp", ".png"}
        stem = path.with_suffix("") if path.suffix.lower() in known else path
        self.path.setText(str(stem.with_name(stem.name + suffix)))
        self._say()

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Export"), str(Path(self.path.text()).parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(Path(self.path.text()).name)
        dialog.fileSelected.connect(self._take_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_path(self, path: str) -> None:
        self.path.setText(path)
        self._follow()

    # Doing it

    def run(self) -> None:
        """Write it, in a thread."""
        try:
            wish = self.wish()
        except GouacheError as error:
            self.say(localised_error(error))
            return
        frames = FolderFrames(self._animation.folder, self.numbers, self.times)
        self._cancel = cancel = Cancel()
        self._set_busy(True)

        def progress(what: str, done: int, count: int | None) -> None:
            cancel.check()
            if done % TOLD_EVERY == 0 or done == count:
                self._went.emit(what, done, count)

        self._background.run(lambda: write(frames, wish, progress), self._done, self._failed)

    def _show_progress(self, what: str, done: int, count: int | None) -> None:
        if self._busy:
            self.phase.setText(translated("Export", PHASES[what]))
            self.bar.setRange(0, count or len(self.numbers))
            self.bar.setValue(done)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for part in (self.fields, self.frames, self.path, self.browse):
            part.setEnabled(not busy)
        self.export.setEnabled(not busy)
        self.phase.setVisible(busy)
        self.bar.setVisible(busy)
        if busy:
            self.outcome.hide()
            self.say("")
        self.retranslate()

    def _done(self, report: ExportReport | SheetReport) -> None:
        self._report = report
        self._set_busy(False)
        path = report.path if isinstance(report, ExportReport) else report.files[-1]
        self._say()
        self.say("")
        self.outcome.setText(self._result_words(report))
        self.outcome.show()
        self.written.emit(path)

    def _result_words(self, report: ExportReport | SheetReport) -> str:
        if isinstance(report, ExportReport):
            exact = self.tr("every pixel is as it was")
            near = self.tr("at most {number} of 255 levels off").format(number=decimal_words(report.error, 1))
            words = self.tr("Written, read back and compared: {what}. {path}, {size}.").format(
                what=exact if report.exact else near, path=report.path, size=memory(report.bytes)
            )
        else:
            files = ", ".join(path.name for path in report.files)
            words = self.tr(
                "Written, cut out again and compared: every pixel is as it was. {files} in {folder}."
            ).format(files=files, folder=report.files[0].parent)
        return "\n".join([words, *(localised(note) for note in report.notes)])

    def _failed(self, error: GouacheError) -> None:
        self._set_busy(False)
        self._say()
        if isinstance(error, Cancelled):
            self.say(self.tr("Stopped. The frames are all there; export them again when you like."))
            return
        kept = self.tr("The frames are all there; it can be tried again.")
        self.say(f"{localised_error(error)} {kept}")

    def reject(self) -> None:
        """Stop what is being written, or close."""
        if self._busy:
            self._cancel.set()
        else:
            super().reject()

    def rescue(self) -> None:
        """The program ends: what is half-written is taken away, and what was there stays."""
        self._cancel.set()
        super().reject()

    def done(self, result: int) -> None:
        self._cancel.set()
        self._background.close()
        self._animation.progressed.disconnect(self._say)
        super().done(result)

    # Building

    def _lay_out(self) -> None:
        rows = form()
        for label in self._labels.values():
            label.setMinimumWidth(LABELS)
        add_row(rows, self._labels["frames"], self.frames)
        add_row(rows, self._labels["path"], beside(self.path, self.browse), self.path)
        held = QWidget()
        scrolled(self.fields, held)
        self.body.addWidget(held, 1)
        self.body.addLayout(rows)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.outcome)
        self.body.addWidget(self.phase)
        self.body.addWidget(self.bar)
        for part in (self.outcome, self.phase, self.bar):
            part.hide()
        self.body.setSpacing(theme.INSIDE)

    def _connect(self) -> None:
        self.fields.changed.connect(self._follow)
        self.frames.changed.connect(self._say)
        self.path.textEdited.connect(self._say)
        self.browse.clicked.connect(self._browse)
        self.export.clicked.connect(self.run)
        self.stop.clicked.connect(self.reject)
        self._went.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._animation.progressed.connect(self._say)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Export the animation"))
        self._labels["frames"].setText(self.tr("Frames"))
        self._labels["path"].setText(self.tr("File"))
        self.frames.set_words(self.tr("Frames"), self.tr("Which frames are written"))
        options = [Option("all", self.tr("All %n frames", None, self._animation.count))]
        if len(self._chosen) > 1:
            words = self.tr("Frames {first} to {last}")
            options.append(Option("chosen", words.format(first=self._chosen.start, last=self._chosen.stop - 1)))
        before = self.frames.value or "all"
        self.frames.set_options(options)
        self.frames.set_value(before)
        self.path.setAccessibleName(self.tr("File"))
        self.browse.setText(self.tr("Choose..."))
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.stop.setText(self.tr("Stop") if self._busy else self.tr("Close"))
        if self._busy:
            self.export.setText(self.tr("Working..."))
        else:
            self._say()
        if self._report is not None and self.outcome.isVisible():
            self.outcome.setText(self._result_words(self._report))


def _tick(tick: Fraction) -> str:
    """ "1/100 s"."""
    return translated("Wording", "{number} s").format(number=f"{tick.numerator}/{tick.denominator}")
