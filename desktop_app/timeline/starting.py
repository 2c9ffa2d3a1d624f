"""How animations are begun and found again: the ways of the start page, the menus of new ones and of the last ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog

from desktop_app.language import translated
from desktop_app.timeline import beginning
from desktop_app.timeline.beginning import animations_folder, free_folder
from desktop_app.timeline.describing import recent_animations
from desktop_app.timeline.frame_desk import About, Setup
from desktop_app.timeline.start_page import WAYS
from inference.errors import BadRequest, GouacheError
from inference.library import model_for

if TYPE_CHECKING:
    from desktop_app.studio import Studio
    from desktop_app.timeline.animations import Animations
    from desktop_app.timeline.view import AnimateView


class Starting(QObject):
    """Belongs to ``Animations``.

    Signals:
        failed: a GouacheError.
    """

    failed = Signal(object)

    def __init__(self, studio: Studio, animations: Animations) -> None:
        super().__init__(animations)
        self._studio, self._animations = studio, animations

    def join(self, view: AnimateView) -> None:
        """Hear of what the view asks for."""
        view.start.wanted.connect(self.begin)
        view.start.chosen.connect(self._animations.open)
        view.start.recent_wanted.connect(self.fill_page)
        view.new_menu.aboutToShow.connect(self._fill_new)
        view.animations_menu.aboutToShow.connect(self._fill_last)

    def begin(self, way: str) -> None:
        """One of the ways of the start page."""
        ways: dict[str, Callable[[], None]] = {
            "prompt": self.from_prompt,
            "picture": self.from_picture,
            "clip": self._animations.restyling.ask,
            "layers": self._animations.restyling.take_layers,
            "cycle": self._animations.cycling.ask,
            "open": self.ask_folder,
        }
        ways[way]()

    def from_prompt(self) -> None:
        """A walk from what the panel says; nothing is written until something is changed or made."""
        settings = self._studio.window.generate.settings
        session = self._studio.desk.current

        def make() -> Setup:
            manifest = model_for(settings.model, settings.style)
            return beginning.from_prompt(settings, manifest, session.size if session is not None else None)

        self._begin_with(make, beginning.title_of(settings, self.tr("Untitled")))

    def from_picture(self) -> None:
        """A walk between variations of what the canvas shows."""
        settings, session = self._studio.window.generate.settings, self._studio.desk.current
        if session is None or self._studio.making.situation(session).picture is None:
            self.failed.emit(BadRequest("There is no picture to change.", hint="Open a picture, or start from words."))
            return
        image = session.document.compose()
        self._begin_with(lambda: beginning.from_picture(settings, image), beginning.title_of(settings, session.title))

    def _begin_with(self, make: Callable[[], Setup], title: str) -> None:
        try:
            setup = make()
        except GouacheError as error:
            self.failed.emit(error)
            return
        self._animations.use(free_folder(), setup, About(title=title))
        self._animations.show()

    def ask_folder(self) -> None:
        """Open an animation's folder."""
        dialog = QFileDialog(self._studio.window, self.tr("Open an animation's folder"), str(animations_folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._animations.open(Path(path)))
        dialog.open()

    # Menus and lists

    def fill_page(self) -> None:
        """The last ones, on the start page."""
        self._animations.view.start.set_recent(recent_animations())

    def _fill_new(self) -> None:
        menu = self._animations.view.new_menu
        menu.clear()
        for name, _, words, _ in WAYS:
            menu.addAction(translated("StartPage", words), partial(self.begin, name))

    def _fill_last(self) -> None:
        menu, open_one = self._animations.view.animations_menu, self._animations.open
        menu.clear()
        for each in recent_animations():
            action = menu.addAction(f"{each.title} · {each.about}".replace("&", "&&"), partial(open_one, each.path))
            action.setToolTip(str(each.path))
            if each.picture is not None:
                action.setIcon(QIcon(str(each.picture)))
        if menu.isEmpty():
            menu.addAction(self.tr("No animations yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Open a folder..."), self.ask_folder)
        shown = menu.addAction(self.tr("Where the files of this animation are"), self._say_files)
        animation = self._animations.animation
        shown.setEnabled(animation is not None and animation.folder.exists)

    def _say_files(self) -> None:
        animation = self._animations.animation
        if animation is not None:
            words = self.tr("This animation's files are in {folder}").format(folder=animation.folder.path)
            self._animations.told.emit(words)
