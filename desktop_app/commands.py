"""What the window's commands do, by the names of the table in ``desktop_app.actions``.

Each is a few lines on the current session; what asks something first is in ``desktop_app.dialogs``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from desktop_app.document.arranging import add_layer, crop
from desktop_app.document.inks import through
from desktop_app.document.transforming import Turn
from desktop_app.pictures import copy_to_clipboard, from_image, local_files
from desktop_app.session import Session
from desktop_app.tools import commands as edits
from inference.alpha import Pixels
from inference.errors import BadRequest, GouacheError

if TYPE_CHECKING:
    from desktop_app.board.view import BoardView
    from desktop_app.canvas.view import Canvas
    from desktop_app.studio import Studio
    from desktop_app.timeline.view import AnimateView

TEXTS = (QLineEdit, QPlainTextEdit, QTextEdit)


class Commands(QObject):
    """The commands of one studio's window."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio

    def table(self) -> dict[str, Callable[..., object]]:
        """Every command by name."""
        studio, asks = self._studio, self._studio.asks
        window = studio.window
        layers, results, jobs = window.layers, window.results, studio.jobs
        on = self._on_session
        return {
            "new": asks.new_document,
            "open": asks.open_files,
            "place": asks.place_file,
            "save": studio.filing.save,
            "save_as": studio.filing.save_as,
            "export": asks.export,
            "close": studio.filing.close_current,
            "preferences": asks.preferences,
            "quit": window.close,
            "undo": self.undo,
            "redo": self.redo,
            "cut": self.cut,
            "copy": self.copy,
            "copy_merged": self.copy_merged,
            "paste": self.paste,
            "clear": on(edits.clear),
            "fill": self.fill,
            "canvas_size": asks.canvas_size,
            "crop_to_selection": on(self._crop_to_selection),
            "layer_add": layers.add,
            "layer_duplicate": layers.duplicate,
            "layer_copy": on(edits.copy_to_layer),
            "layer_rename": layers.rename,
            "layer_delete": layers.delete,
            "layer_raise": layers.raise_layer,
            "layer_lower": layers.lower_layer,
            "merge_down": layers.merge_down,
            "flatten": layers.flatten,
            "layer_control": layers.control,
            "flip_horizontal": on(partial(edits.turn, turn=Turn.FLIP_HORIZONTAL)),
            "flip_vertical": on(partial(edits.turn, turn=Turn.FLIP_VERTICAL)),
            "turn_left": on(partial(edits.turn, turn=Turn.LEFT)),
            "turn_right": on(partial(edits.turn, turn=Turn.RIGHT)),
            "turn_half": on(partial(edits.turn, turn=Turn.HALF)),
            "finish": asks.finish,
            "select_all": on(edits.select_all),
            "select_none": on(edits.select_none),
            "invert": on(edits.invert),
            "select_alpha": on(edits.select_alpha),
            "grow": partial(asks.amount, "grow"),
            "shrink": partial(asks.amount, "shrink"),
            "feather": partial(asks.amount, "feather"),
            "quick_mask": studio.show_mask,
            "generate": window.generate.submit,
            "cancel_job": studio.stop_running,
            "cancel_all": jobs.cancel_all,
            "focus_prompt": studio.focus_prompt,
            "new_seed": window.generate.new_seed,
            "next_result": results.next,
            "previous_result": results.previous,
            "apply": results.apply,
            "apply_merged": partial(results.apply, merged=True),
            "discard": results.discard,
            "more_like": results.more,
            "copy_seed": results.copy_seed,
            "recipe": results.show_recipe,
            "variations": studio.boards.toggle,
            "animate": studio.animations.toggle,
            "animate_prompt": studio.animations.starting.from_prompt,
            "animate_picture": studio.animations.starting.from_picture,
            "animate_clip": studio.animations.restyling.ask,
            "animate_layers": studio.animations.restyling.take_layers,
            "animate_cycle": studio.animations.cycling.ask,
            "animate_export": studio.animations.export,
            "animate_bring": studio.animations.bring,
            "styles": studio.styling.edit,
            "style_new": studio.styling.new,
            "style_blend": studio.styling.blend,
            "style_import": studio.styling.ask_import,
            "style_share": studio.styling.ask_share,
            "library": studio.shelving.show,
            "train_style": asks.train_style,
            "zoom_in": partial(self._zoom, 1),
            "zoom_out": partial(self._zoom, -1),
            "fit": self._fit,
            "actual_size": self._actual_size,
            "rulers": studio.show_rulers,
            "hide_panels": studio.hide_panels,
            "full_screen": self._full_screen,
            "light_theme": studio.use_light_theme,
            "next_document": window.area.next_session,
            "palette": studio.show_palette,
            "shortcuts": asks.shortcuts,
            "update": studio.installing.check_for_update,
            "about": asks.about,
        }

    # Edits

    def undo(self) -> None:
        """In the text that is being written, else in the document."""
        if not _in_text("undo") and not self._studio.animations.undo():
            self._run(Session.undo)

    def redo(self) -> None:
        """Likewise."""
        if not _in_text("redo") and not self._studio.animations.redo():
            self._run(Session.redo)

    def cut(self) -> None:
        """Copy, then clear what is selected."""
        if not _in_text("cut"):
            self.copy()
            self._run(edits.clear)

    def copy(self) -> None:
        """The active layer where it is selected."""
        if not _in_text("copy"):
            self._run(lambda session: self._copy(session, merged=False))

    def copy_merged(self) -> None:
        """What is seen, where it is selected."""
        self._run(lambda session: self._copy(session, merged=True))

    def paste(self) -> None:
        """A picture or a file from the clipboard: a new layer, or a new document when none is open."""
        if _in_text("paste"):
            return
        mime = QGuiApplication.clipboard().mimeData()
        files = local_files(mime) if mime is not None else []
        if files:
            self._studio.filing.drop_files(files, onto=self._studio.desk.current is not None)
            return
        try:
            pixels = from_image(QGuiApplication.clipboard().image())
        except GouacheError as error:
            self._studio.fail(error)
            return
        self._studio.filing.place(pixels, self.tr("Pasted"))

    def fill(self) -> None:
        """With the tools' colour."""
        colour = self._studio.window.toolbox.options.foreground
        self._run(lambda session: edits.fill(session, colour))

    def _copy(self, session: Session, *, merged: bool) -> None:
        document = session.document
        bounds = document.selected() or document.stack.bounds
        if merged:
            pixels = document.compose(bounds)
        else:
            layer = document.stack.layer()
            bounds = bounds.intersection(layer.bounds)
            if bounds.empty:
                raise BadRequest("Nothing of this layer is selected.", hint="Select a part of it, or another layer.")
            pixels = layer.part(bounds)
        if document.selected() is not None:
            pixels = through(pixels, document.selection[bounds.slices])
        copy_to_clipboard(pixels)

    def _crop_to_selection(self, session: Session) -> None:
        bounds = session.document.selected()
        if bounds is not None:
            session.do(crop(session.document, bounds))

    # The view

    @property
    def _seen(self) -> Canvas | BoardView | AnimateView | None:
        """What is zoomed: the canvas, or the board or the animation in front of it."""
        studio = self._studio
        return studio.boards.shown or studio.animations.shown or studio.window.area.canvas

    def _zoom(self, steps: int) -> None:
        seen = self._seen
        if seen is not None:
            seen.zoom_steps(steps)

    def _fit(self) -> None:
        seen = self._seen
        if seen is not None:
            seen.fit()

    def _actual_size(self) -> None:
        seen = self._seen
        if seen is not None:
            seen.zoom_to(1)

    def _full_screen(self, full: bool) -> None:
        window = self._studio.window
        if full:
            window.showFullScreen()
        else:
            window.showNormal()

    # Running

    def _on_session(self, command: Callable[[Session], object]) -> Callable[[], None]:
        return lambda: self._run(command)

    def _run(self, command: Callable[[Session], object]) -> None:
        """A command on the current session; what cannot be done is said."""
        session = self._studio.desk.current
        if session is None:
            return
        self._studio.window.toolbox.settle()
        try:
            command(session)
        except GouacheError as error:
            self._studio.fail(error)


def _in_text(command: str) -> bool:
    """Do it in the text field that has the focus; False when none has it."""
    widget = QApplication.focusWidget()
    if not isinstance(widget, TEXTS):
        return False
    getattr(widget, command)()
    return True


def placed(session: Session, pixels: Pixels, name: str, centre: tuple[float, float] | None = None) -> None:
    """A picture as a new layer, its middle at ``centre`` of the canvas (the canvas's own when None)."""
    height, width = pixels.shape[:2]
    size = session.size
    x, y = centre or (size.width / 2, size.height / 2)
    edit = add_layer(
        session.document, pixels, name, x=round(x - width / 2), y=round(y - height / 2), label="Place picture"
    )
    session.do(edit)
