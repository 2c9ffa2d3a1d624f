"""The cycle helper in the studio: which sprites there are, and the animation that one becomes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_app.document.document import Document
from desktop_app.document.layers import Layer
from desktop_app.messages import localised_label
from desktop_app.timeline.beginning import free_folder
from desktop_app.timeline.cycle_dialog import CycleDialog, Source
from desktop_app.timeline.cycles import CycleWish, begin, cut, seen_part
from desktop_app.timeline.frame_desk import About, Setup
from inference.alpha import Pixels
from inference.animation.blinking import eyes_chosen
from inference.errors import BadRequest, GouacheError

if TYPE_CHECKING:
    from desktop_app.studio import Studio


class Cycling(QObject):
    """Belongs to ``Animations``.

    Signals:
        failed: a GouacheError.
    """

    failed = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio

    def sources(self) -> list[Source]:
        """The chosen result, the layers (the active one first), the frame on the stage."""
        studio, session = self._studio, self._studio.desk.current
        found: list[Source] = []
        if session is not None:
            result = studio.window.results.current
            if result is not None:
                found.append(Source(self.tr("The chosen result"), cut(result.pixels)))
            layers = [layer for layer in reversed(session.document.layers) if layer.visible]
            layers.sort(key=lambda layer: layer.id != session.document.active)
            found += [self._of_layer(layer, session.document) for layer in layers if layer.pixels[..., 3].any()]
        animations = studio.animations
        if animations.animation is not None:
            frame = animations.view.current
            try:
                pixels = animations.animation.folder.read(frame)
                found.append(Source(self.tr("Frame {number}").format(number=frame), cut(pixels)))
            except GouacheError:
                pass
        return [each for each in found if each.pixels[..., 3].any()]

    @staticmethod
    def _of_layer(layer: Layer, document: Document) -> Source:
        part = seen_part(layer.pixels)
        eyes = eyes_chosen(document.selection, part.moved(layer.x, layer.y))
        return Source(localised_label(layer.name), np.ascontiguousarray(layer.pixels[part.slices]), eyes)

    def ask(self) -> None:
        """Choose a sprite and its motion."""
        sources = self.sources()
        if not sources:
            hint = "Open a picture with transparency first."
            self.failed.emit(BadRequest("There is no sprite to move.", hint=hint))
            return
        self._studio.window.toolbox.settle()
        dialog = CycleDialog(sources, self._studio.window.generate.settings.prompt, self._studio.window)
        dialog.chosen.connect(self.make)
        self._studio.asks.open_dialog(dialog)

    def make(self, sprite: Pixels, wish: CycleWish, title: str) -> None:
        """Open the animation; what the model has a part in is made at once."""
        folder, settings = free_folder(), self._studio.window.generate.settings

        def opened(begun: tuple[Setup, About]) -> None:
            animation = self._studio.animations.use(folder, *begun)
            animation.keep()
            self._studio.animations.show()
            if wish.latent or wish.alive > 0:
                animation.start()
            else:
                self._studio.animations.view.play()

        def work() -> tuple[Setup, About]:
            try:
                return begin(folder, sprite, wish, settings, title)
            except BaseException:
                shutil.rmtree(folder.path, ignore_errors=True)
                raise

        self._studio.background.run(work, opened, self.failed.emit)
