"""Finish: a chain of steps for a layer or for results, seen before and after while it is put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QMenu, QVBoxLayout, QWidget

from desktop_app import theme
from desktop_app.background import Background
from desktop_app.dialogs.dialog import Dialog, at_least, caption
from desktop_app.finish.fields import Parameters
from desktop_app.finish.panes import CHECKERS, Panes
from desktop_app.finish.steps import Steps
from desktop_app.finish.wording import said
from desktop_app.messages import localised_error
from desktop_app.panels.fields import ChoiceField, Option, scrolled
from inference.alpha import Pixels
from inference.cancelling import Cancel, stopped_by
from inference.errors import GouacheError
from inference.geometry import Bounds
from inference.post.chain import Chain
from inference.post.halos import GROUNDS, HaloReport, halo
from inference.post.saved import PRESETS, drop_chain, keep_chain, kept_chains, load_chain
from inference.post.step import Step, rgba

PAUSE_MS = 120
"""Pause after a change before a preview is made."""
LOOKED_AT = 640
"""Longest side of what a preview is made of; of larger pictures it is the part that is seen on the canvas."""


@dataclass(frozen=True)
class Target:
    """What a chain can be applied to.

    Attributes:
        key: what ``apply_wanted`` tells.
        pixels: the picture that the preview shows.
        seen: what of it is seen on the canvas, in its own pixels; None for all.
        reason: why it cannot be chosen now, or "".
    """

    key: str
    title: str
    pixels: Callable[[], Pixels] | None = None
    seen: Bounds | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Seen:
    """What a preview shows."""

    after: Pixels
    halos: tuple[HaloReport, HaloReport]


class Finish(Dialog):
    """The dialog.

    Signals:
        apply_wanted: (target's key, Chain).
        stop_wanted: what is being applied is to stop.
    """

    apply_wanted = Signal(str, object)
    stop_wanted = Signal()

    def __init__(
        self,
        targets: Sequence[Target],
        rows: Sequence[tuple[Step, bool]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._targets = {target.key: target for target in targets}
        self._titles = [(target.key, target.title, target.reason) for target in targets]
        self._background = Background(self, threads=1)
        self._cancel = Cancel()
        self._source: Pixels | None = None
        self._problem: GouacheError | None = None
        self._busy = False
        self.steps, self.parameters, self.panes = Steps(), Parameters(), Panes()
        self.target, self.ground = ChoiceField(), ChoiceField()
        self.halo = caption()
        self.part = caption()
        self._target_label, self._ground_label = QLabel(), QLabel()
        self.chains = self.add_button(left=True)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.chains.setMenu(self.menu)
        self.cancel = self.add_button()
        self.apply = self.add_button(primary=True)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._lay_out()
        self._connect()
        first = next((target.key for target in targets if not target.reason), targets[0].key if targets else None)
        self.retranslate()
        self.target.set_value(first)
        self._retarget()
        self.steps.set_rows(rows)
        at_least(self, 980, 620)

    # What is chosen

    @property
    def chain(self) -> Chain:
        """The steps that are on."""
        return self.steps.chain

    def set_busy(self, busy: bool) -> None:
        """A chain is being applied: it can be stopped, and nothing else can be done."""
        self._busy = busy
        for part in (self.steps, self.parameters, self.target, self.chains):
            part.setEnabled(not busy)
        self.retranslate()
        self._check()

    def use(self, chain: Chain) -> None:
        """Other steps, all of them on."""
        self.steps.set_rows((step, True) for step in chain.steps)

    def fail(self, error: GouacheError) -> None:
        """Say why something could not be."""
        self.say(localised_error(error))

    # Previews

    def _changed(self) -> None:
        """The steps are others: what is being made is not wanted any more."""
        self._cancel.set()
        self.panes.set_stale(True)
        self._later.start()
        self._check()

    def _retarget(self) -> None:
        target = self._targets.get(self.target.value or "")
        self._source, self._problem = None, None
        if target is not None and target.pixels is not None and not target.reason:
            whole = rgba(target.pixels())
            self._source, part = _looked_at(whole, target.seen)
            self.part.setVisible(part)
        self._changed()

    def _look(self) -> None:
        """Make the preview of now, in the background; the newest wins."""
        source, chain = self._source, self.chain
        if source is None:
            self.panes.set_pictures(None, None)
            return
        self._cancel = cancel = Cancel()

        def work() -> _Seen:
            with stopped_by(cancel):
                after = chain.apply(source)
                return _Seen(after, (halo(source), halo(after)))

        self._background.run(work, self._show, self._not_made, key="preview")

    def _show(self, seen: _Seen) -> None:
        assert self._source is not None
        self._problem = None
        self.panes.set_pictures(self._source, seen.after)
        words = zip((self.tr("Before"), self.tr("After")), (self._source, seen.after), strict=True)
        self.panes.set_captions(*(f"{word} · {pixels.shape[1]} × {pixels.shape[0]}" for word, pixels in words))
        self._show_halo(*seen.halos)
        self.say("")
        self._check()

    def _not_made(self, error: GouacheError) -> None:
        self._problem = error
        self.panes.set_stale(True)
        self.fail(error)
        self._check()

    def _show_halo(self, before: HaloReport, after: HaloReport) -> None:
        parts = [f"{_ground_title(name)} {getattr(before, name):.1f} → {getattr(after, name):.1f}" for name in GROUNDS]
        self.halo.setText(self.tr("Halo over {grounds}").format(grounds=", ".join(parts)))

    # Chains by name

    def _fill_menu(self) -> None:
        self.menu.clear()
        for title, text in PRESETS.items():
            self.menu.addAction(said(title), lambda text=text: self.use(Chain.from_text(text)))
        kept = kept_chains()
        if kept:
            self.menu.addSeparator()
        for name, path in kept.items():
            self.menu.addAction(name.replace("&", "&&"), lambda path=path: self._load(path))
        self.menu.addSeparator()
        keep = self.menu.addAction(self.tr("Keep these steps..."), self._ask_name)
        keep.setEnabled(bool(self.chain.steps))
        drop = self.menu.addMenu(self.tr("Forget"))
        drop.setEnabled(bool(kept))
        for name, path in kept.items():
            drop.addAction(name.replace("&", "&&"), lambda path=path: self._drop(path))

    def _load(self, path: Path) -> None:
        try:
            self.use(load_chain(path))
        except GouacheError as error:
            self.fail(error)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Keep these steps"))
        dialog.setLabelText(self.tr("Name"))
        dialog.textValueSelected.connect(self.keep)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def keep(self, name: str) -> None:
        """Keep the steps under a name."""
        try:
            keep_chain(name, self.chain)
        except GouacheError as error:
            self.fail(error)

    def _drop(self, path: Path) -> None:
        try:
            drop_chain(path)
        except OSError as error:
            self.say(str(error.strerror or error))

    # Building

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.BETWEEN)
        left.addWidget(self.steps, 2)
        told = QWidget()
        scrolled(self.parameters, told)
        left.addWidget(told, 3)
        held = QWidget()
        held.setLayout(left)
        held.setFixedWidth(312)
        left.setContentsMargins(0, 0, 0, 0)
        above = QHBoxLayout()
        above.setSpacing(theme.INSIDE)
        above.addWidget(self._target_label)
        above.addWidget(self.target, 2)
        above.addSpacing(theme.INSIDE)
        above.addWidget(self._ground_label)
        above.addWidget(self.ground, 1)
        right = QVBoxLayout()
        right.setSpacing(theme.INSIDE)
        right.addLayout(above)
        right.addWidget(self.panes, 1)
        right.addWidget(self.halo)
        right.addWidget(self.part)
        self.part.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.BETWEEN)
        row.addWidget(held)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self._target_label.setBuddy(self.target)
        self._ground_label.setBuddy(self.ground)

    def _connect(self) -> None:
        self.steps.changed.connect(self._changed)
        self.steps.chosen.connect(self.parameters.set_step)
        self.parameters.changed.connect(self.steps.replace)
        self.target.changed.connect(self._retarget)
        self.ground.changed.connect(lambda: self.panes.set_ground(self.ground.value))
        self._later.timeout.connect(self._look)
        self.apply.clicked.connect(self._apply_clicked)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self._end)

    def _apply_clicked(self) -> None:
        self._cancel.set()
        self.apply_wanted.emit(self.target.value, self.chain)

    def _check(self) -> None:
        ready = self._source is not None and bool(self.chain.steps) and self._problem is None and not self._busy
        self.apply.setEnabled(ready)
        reason = "" if ready or self._busy else self.tr("Add a step first.")
        self.apply.setToolTip(reason if self._problem is None else localised_error(self._problem))

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Finish"))
        self._target_label.setText(self.tr("Apply to"))
        self._ground_label.setText(self.tr("On"))
        self.target.set_words(self.tr("Apply to"), self.tr("What the steps are applied to"))
        self.ground.set_words(self.tr("On"), self.tr("What the previews are shown on"))
        self.target.set_options(Option(key, title, reason=reason) for key, title, reason in self._titles)
        chosen = self.ground.value or CHECKERS
        grounds = (CHECKERS, *GROUNDS)
        with QSignalBlocker(self.ground):
            self.ground.set_options(Option(name, _ground_title(name)) for name in grounds)
            self.ground.set_value(chosen)
        self.part.setText(self.tr("The picture is large: the previews show the part that is seen on the canvas."))
        self.chains.setText(self.tr("Chains"))
        self.chains.setToolTip(self.tr("Steps that belong together: presets, and those that you keep"))
        self.cancel.setText(self.tr("Stop") if self._busy else self.tr("Cancel"))
        self.apply.setText(self.tr("Working...") if self._busy else self.tr("Apply"))
        self.steps.retranslate()
        self.parameters.rebuild()

    def reject(self) -> None:
        """Stop what is being applied, or close."""
        if self._busy:
            self.stop_wanted.emit()
        else:
            super().reject()

    def _end(self, _result: Any = None) -> None:
        self._later.stop()
        self._cancel.set()
        self._background.close()


def _looked_at(pixels: Pixels, seen: Bounds | None) -> tuple[Pixels, bool]:
    """What of a picture a preview is made of, and whether that is only a part."""
    height, width = pixels.shape[:2]
    if max(height, width) <= LOOKED_AT:
        return pixels, False
    whole = Bounds(0, 0, width, height)
    at = whole if seen is None or seen.intersection(whole).empty else seen.intersection(whole)
    wide, high = min(LOOKED_AT, width), min(LOOKED_AT, height)
    x = min(max(at.x + (at.width - wide) // 2, 0), width - wide)
    y = min(max(at.y + (at.height - high) // 2, 0), height - high)
    return pixels[y : y + high, x : x + wide], True


def _ground_title(name: str) -> str:
    return {
        CHECKERS: said("Checkers"),
        "black": said("black"),
        "white": said("white"),
        "magenta": said("magenta"),
    }[name]
