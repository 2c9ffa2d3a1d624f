"""What the window does with control layers: which ControlNets there are, and how a layer is asked to guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject

from desktop_app.document.composing import compose
from desktop_app.document.control_layers import LayerControl, drawn
from desktop_app.messages import localised_error
from desktop_app.requests import size_for
from inference.control_card import ControlCard, read_card
from inference.controls import known_controls
from inference.errors import GouacheError
from inference.geometry import Size
from inference.manifest import ModelManifest

if TYPE_CHECKING:
    from desktop_app.dialogs.control_layer import KnownControl
    from desktop_app.studio import Studio

USUAL = Size(512, 512)
"""At which a layer is read where no model is chosen."""


class Guiding(QObject):
    """The control layers of one studio."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def ask(self) -> None:
        """Ask how the active layer guides."""
        from desktop_app.dialogs.control_layer import ControlLayer  # noqa: PLC0415 (when it is first needed)

        session = self._studio.desk.current
        if session is None:
            return
        self._studio.window.toolbox.settle()
        document = session.document
        layer = document.stack.layer()
        manifest = self._studio.window.generate.manifest
        size = size_for(document.size, manifest) if manifest is not None else USUAL
        pixels = compose((drawn(layer),), document.stack.bounds)
        dialog = ControlLayer(layer.control, known_for(manifest), pixels, size, self._studio.window)

        def choose(control: LayerControl | None) -> None:
            if control != layer.control:
                self._studio.window.layers.guide(layer.id, control)

        dialog.chosen.connect(choose)
        self._studio.asks.open_dialog(dialog)


def known_for(manifest: ModelManifest | None) -> list[KnownControl]:
    """The ControlNets that are installed; those that do not go with the model say why."""
    from desktop_app.dialogs.control_layer import KnownControl  # noqa: PLC0415

    found = []
    for name, folder in known_controls().items():
        try:
            card = read_card(folder)
        except GouacheError as error:
            found.append(KnownControl(name=name, title=name, kind="unknown", reason=localised_error(error)))
        else:
            found.append(KnownControl(name=name, title=card.title, kind=card.kind, reason=_unfit(card, manifest)))
    return found


def _unfit(card: ControlCard, manifest: ModelManifest | None) -> str:
    if manifest is None or card.family is manifest.family:
        return ""
    words = QCoreApplication.translate("Guiding", "It is for {family}, and the chosen model is {other}.")
    return words.format(family=card.family.value, other=manifest.family.value)
