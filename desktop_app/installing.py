"""What belongs to an installed program: its GPU add-on, and the question whether there is a newer version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from inference import gpu_addon

if TYPE_CHECKING:
    from desktop_app.studio import Studio
    from inference.updates import Release


class Installing(QObject):
    """The dialogs for them. Dialogs are opened, never waited for."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def choose_gpu_addon(self) -> None:
        """Choose the folder of a GPU add-on; it is verified, and used at the next start."""
        dialog = QFileDialog(self._studio.window, self.tr("Choose the folder of the GPU add-on"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(self.use_gpu_addon)
        self._studio.asks.open_dialog(dialog)

    def use_gpu_addon(self, folder: str) -> None:
        """Verify the add-on in ``folder`` in a thread, and use it at the next start."""
        studio = self._studio
        studio.window.say(self.tr("The GPU add-on is being verified."))
        studio.background.run(
            lambda: gpu_addon.choose(Path(folder)), lambda _: self._chosen(), studio.fail, key="gpu-addon"
        )

    def _chosen(self) -> None:
        self._studio.tell(self.tr("The GPU add-on is whole. It is used from the next start on."))

    def check_for_update(self) -> None:
        """Ask where the makers' note lies, and say what it says."""
        from desktop_app.dialogs.update import UpdateDialog  # noqa: PLC0415

        dialog = UpdateDialog(self._studio.window)

        def look(place: str) -> None:
            self._studio.background.run(lambda: _looked(place), dialog.show_release, dialog.show_problem, key="update")

        dialog.wanted.connect(look)
        dialog.finished.connect(lambda _: self._studio.background.forget("update"))
        self._studio.asks.open_dialog(dialog)


def _looked(place: str) -> Release:
    from inference.updates import check_for_update  # noqa: PLC0415 (it brings a library)

    return check_for_update(place)
