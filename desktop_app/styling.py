"""What the window does with styles: edit, blend, take in from files, pass on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from desktop_app.asks import offers_of
from desktop_app.document.opening import PICTURES
from desktop_app.strip import Action, Kind
from inference.errors import BadRequest, GouacheError
from inference.loras import SUFFIX
from inference.style_files import own_styles
from inference.style_share import SHARE_SUFFIX, export_style, import_style
from inference.styles import Style, find_style, load_styles

if TYPE_CHECKING:
    from desktop_app.dialogs.style_editor import StyleEditor
    from desktop_app.dialogs.train_pictures import Offers
    from desktop_app.studio import Studio


class Styling(QObject):
    """The styles of one studio's window."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def new(self) -> None:
        """Begin a style."""
        self._open_editor(None)

    def edit(self) -> None:
        """Look at all styles, the chosen one first."""
        chosen = self._studio.window.generate.settings.style
        own = sorted(own_styles())
        self._open_editor(chosen if chosen in load_styles() else (own or list(load_styles()))[0])

    def blend(self) -> None:
        """Choose styles and shares."""
        from desktop_app.dialogs.blend_styles import BlendStyles  # noqa: PLC0415

        panel = self._studio.window.generate
        dialog = BlendStyles(panel.suiting_styles, panel.settings.style, self._studio.window)
        dialog.chosen.connect(lambda name: panel.set_settings(replace(panel.settings, style=name)))
        self._studio.asks.open_dialog(dialog)

    def ask_import(self) -> None:
        """Choose style files."""
        words = self.tr("Styles") + f" (*{SHARE_SUFFIX})"
        dialog = self._studio.asks.files(self.tr("Import styles"), QFileDialog.AcceptMode.AcceptOpen, [words])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda files: [self.take(Path(file)) for file in files])
        self._over_editor(dialog)

    def take(self, path: Path) -> None:
        """Make a style that came as a file one's own."""
        self._studio.background.run(lambda: import_style(path), self._taken, self._studio.fail)

    def _taken(self, style: Style) -> None:
        studio = self._studio
        studio.window.generate.reload_models()
        editor = self._editor()
        if editor is not None:
            editor.added(style.name)
            return
        text = self.tr("The style '{title}' is among yours now.").format(title=style.title)
        use = Action(self.tr("Use it"), lambda: studio.use_style(style.name))
        studio.window.area.strip.show_message(Kind.GOOD, text, (use,), seconds=12)

    def ask_share(self, name: str = "") -> None:
        """Choose where to write a style as one file; without a name the one that is chosen in the panel."""
        studio = self._studio
        name = name or studio.window.generate.settings.style or ""
        try:
            if not name:
                raise BadRequest("No style is chosen.", hint="Choose one in the panel first.")
            style = find_style(name)
            if style.licence or style.parts:
                export_style(style, Path())  # says why not
        except GouacheError as error:
            studio.fail(error)
            return
        words = self.tr("Styles") + f" (*{SHARE_SUFFIX})"
        dialog = studio.asks.files(self.tr("Share style"), QFileDialog.AcceptMode.AcceptSave, [words])
        dialog.setDefaultSuffix(SHARE_SUFFIX[1:])
        dialog.selectFile(f"{style.name}{SHARE_SUFFIX}")
        dialog.fileSelected.connect(lambda file: self._write(style, Path(file)))
        self._over_editor(dialog)

    def _write(self, style: Style, path: Path) -> None:
        def told(written: Path) -> None:
            self._studio.window.say(self.tr("Written: {file}").format(file=written.name))

        self._studio.background.run(lambda: export_style(style, path), told, self._studio.fail)

    # The editor

    def _open_editor(self, show: str | None) -> None:
        from desktop_app.dialogs.style_editor import StyleEditor  # noqa: PLC0415
        from desktop_app.dialogs.train_pictures import Offers  # noqa: PLC0415

        studio = self._studio
        if self._editor() is not None:
            return
        studio.window.toolbox.settle()
        panel = studio.window.generate

        def offers() -> Offers:
            session = studio.desk.current
            return Offers() if session is None else offers_of(session, self.tr("Result"))

        dialog = StyleEditor(
            studio.jobs,
            studio.background,
            model=panel.settings.model,
            prompt=panel.settings.prompt.strip() or "red apple",
            offers=offers,
            show=show,
            parent=studio.window,
        )
        dialog.files_wanted.connect(lambda kind: self._ask_files(dialog, kind))
        dialog.share_wanted.connect(self.ask_share)
        dialog.import_wanted.connect(self.ask_import)
        dialog.use_wanted.connect(studio.use_style)
        dialog.kept.connect(lambda _name: panel.reload_models())
        dialog.deleted.connect(studio.forget_style)
        studio.asks.open_dialog(dialog)

    def _editor(self) -> StyleEditor | None:
        from desktop_app.dialogs.style_editor import StyleEditor  # noqa: PLC0415

        return next((each for each in self._studio.asks.open_dialogs if isinstance(each, StyleEditor)), None)

    def _ask_files(self, dialog: StyleEditor, kind: str) -> None:
        if kind == "lora":
            title, words = self.tr("Choose a LoRA"), self.tr("LoRAs") + f" (*{SUFFIX})"
        else:
            every = " ".join(f"*{suffix}" for suffix in PICTURES)
            title, words = self.tr("Add pictures"), self.tr("Pictures") + f" ({every})"
        files = self._studio.asks.files(title, QFileDialog.AcceptMode.AcceptOpen, [words])
        if kind == "lora":
            files.fileSelected.connect(lambda file: dialog.loras.add(Path(file)))
        else:
            files.setFileMode(QFileDialog.FileMode.ExistingFiles)
            files.filesSelected.connect(lambda chosen: dialog.add_pictures(tuple(map(Path, chosen))))
        self._over_editor(files)

    def _over_editor(self, files: QFileDialog) -> None:
        """Open a file dialog over the editor, where that is open."""
        editor = self._editor()
        if editor is not None:
            files.setParent(editor, files.windowFlags())
        self._studio.asks.open_dialog(files)
