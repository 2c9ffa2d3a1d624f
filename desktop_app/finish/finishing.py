"""Finishing in the studio: what there is to finish, and what becomes of it: an edit of a layer, or further results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from desktop_app.document.finishing import finish_layer, finished
from desktop_app.finish.dialog import Finish, Target
from desktop_app.results import Result, Run
from desktop_app.session import Session
from inference.alpha import Pixels
from inference.api import Picture
from inference.cancelling import Cancel, stopped_by
from inference.errors import Cancelled, GouacheError
from inference.geometry import Bounds
from inference.post.chain import Chain
from inference.post.step import Step

if TYPE_CHECKING:
    from desktop_app.studio import Studio

LAYER, CHOSEN, EVERY = "layer", "chosen", "every"


@dataclass(frozen=True)
class _Made:
    """A result's picture after a chain, and by how much its first pixel has moved."""

    result: Result
    pixels: Pixels
    moved: tuple[int, int]


class Finishing(QObject):
    """The Finish dialog of one studio. The steps stay for the next time."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._studio = studio
        self._rows: tuple[tuple[Step, bool], ...] = ()
        self._cancel = Cancel()

    def dialog(self) -> Finish | None:
        """The dialog for the current document, to be opened; None without one."""
        studio, session = self._studio, self._studio.desk.current
        if session is None:
            return None
        studio.window.toolbox.settle()
        dialog = Finish(self._targets(session), self._rows, studio.window)
        dialog.apply_wanted.connect(lambda key, chain: self._apply(dialog, session, key, chain))
        dialog.stop_wanted.connect(self._stop)
        dialog.finished.connect(lambda _result: self._keep(dialog))
        return dialog

    def _keep(self, dialog: Finish) -> None:
        self._rows = dialog.steps.rows
        self._cancel.set()

    def _stop(self) -> None:
        self._cancel.set()

    def _targets(self, session: Session) -> list[Target]:
        document = session.document
        targets = []
        if document.active is not None:
            layer = document.stack.layer()
            canvas = self._studio.window.area.canvas_of(session)
            seen = canvas.viewport.visible.moved(-layer.x, -layer.y) if canvas is not None else None
            title = self.tr("The layer '{name}'").format(name=layer.name)
            reason = self.tr("It is locked.") if layer.locked else ""
            targets.append(Target(LAYER, title, layer.pixels.copy, seen, reason))
        chosen = self._studio.window.results.chosen
        every = [result for run in session.results.runs for result in run.results]
        for key, results, title in (
            (CHOSEN, chosen, self.tr("%n chosen results", None, len(chosen))),
            (EVERY, every, self.tr("All %n results", None, len(every))),
        ):
            if results:
                targets.append(Target(key, title, lambda results=results: results[-1].pixels))
        return targets

    # Applying

    def _apply(self, dialog: Finish, session: Session, key: str, chain: Chain) -> None:
        if key == LAYER:
            self._finish_layer(dialog, session, chain)
        elif key == CHOSEN:
            self._finish_results(dialog, session, self._studio.window.results.chosen, chain)
        else:
            every = [result for run in session.results.runs for result in run.results]
            self._finish_results(dialog, session, every, chain)

    def _finish_layer(self, dialog: Finish, session: Session, chain: Chain) -> None:
        layer = session.document.stack.layer()
        version, pixels = layer.raster.version, layer.pixels.copy()

        def done(made: tuple[Pixels, tuple[int, int]]) -> None:
            session.do(finish_layer(session.document, layer.id, version, *made))
            self._studio.window.say(self.tr("Finished. Ctrl+Z takes it back."))

        self._run(dialog, lambda: finished(chain, pixels), done)

    def _finish_results(self, dialog: Finish, session: Session, results: Sequence[Result], chain: Chain) -> None:
        kept = tuple(results)

        def done(made: list[_Made]) -> None:
            for each in made:
                _add(session, each, chain)
            self._studio.window.say(self.tr("%n results were finished; the old ones are still there.", None, len(made)))

        self._run(dialog, lambda: [_Made(each, *finished(chain, each.pixels)) for each in kept], done)

    def _run(self, dialog: Finish, work: Callable[[], object], done: Callable[..., None]) -> None:
        """Work in the background; what cannot be is said in the dialog, which then stays."""
        self._cancel = cancel = Cancel()
        dialog.set_busy(True)

        def stoppable() -> object:
            with stopped_by(cancel):
                return work()

        def ended(made: object) -> None:
            dialog.set_busy(False)
            try:
                done(made)
            except GouacheError as error:
                dialog.fail(error)
            else:
                dialog.accept()

        def failed(error: GouacheError) -> None:
            dialog.set_busy(False)
            if not isinstance(error, Cancelled):
                dialog.fail(error)

        self._studio.background.run(stoppable, ended, failed, key="finish")


def _add(session: Session, made: _Made, chain: Chain) -> None:
    """A finished picture beside the result that it was made of, in a run of its own."""
    result, before = made.result, session.results.run_of(made.result)
    if before is None:  # it was discarded meanwhile
        return
    height, width = made.pixels.shape[:2]
    same = result.size == (width, height) and made.moved == (0, 0)
    frame = Bounds(result.x + made.moved[0], result.y + made.moved[1], width, height)
    recipe = replace(
        result.recipe, extra={**result.recipe.extra, "post": [*result.recipe.extra.get("post", []), *chain.as_json()]}
    )
    picture = Picture(
        pixels=made.pixels,
        bounds=Bounds(0, 0, width, height),
        coverage=result.coverage if same else np.full((height, width), 255, np.uint8),
        seed=result.seed,
        index=0,
        recipe=recipe,
    )
    run = Run(mode=before.mode, title=before.title, frame=frame, above=before.above, wanted=1, open=True)
    session.results.begin(run)
    session.results.add(run.id, picture)
    session.results.end(run.id)
