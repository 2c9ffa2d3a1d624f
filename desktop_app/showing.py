"""What is seen on the canvas beside the document: plans, steps of running jobs, results in their place."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.canvas.viewport import Viewport
from desktop_app.desk import Desk
from desktop_app.making import Making, Preview
from desktop_app.messages import localised_error
from desktop_app.panels.wording import duration, memory
from desktop_app.planning import Planned
from desktop_app.results import Result
from desktop_app.session import Session
from desktop_app.window import Window


class Showing(QObject):
    """Shows plans and pictures of the current session in a window.

    Signals:
        changed: another plan or another result is shown.

    Attributes:
        planned: what Generate would do, as it was planned last.
        result: the one that is looked at on the canvas.
    """

    changed = Signal()

    def __init__(self, desk: Desk, making: Making, window: Window, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._making = making
        self._window = window
        self.planned: Planned | None = None
        self.result: Result | None = None
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._refresh)

    def follow(self, session: Session) -> None:
        """What is laid into a session's picture must change with it."""
        session.arranged.connect(self.look_again)
        session.painted.connect(self.look_again)
        session.resized.connect(self.stray)

    def leave(self) -> None:
        """Another session comes to the front: nothing of the last one stays."""
        self.result = None
        for canvas in self._window.area.canvases:
            canvas.hide_preview()

    def stop(self) -> None:
        """Nothing more is shown."""
        self._again.stop()

    def show_plan(self, planned: Planned) -> None:
        """The mode, what stands in its way, what it takes; on the canvas what it will see and how far it can reach."""
        self.planned = planned
        panel = self._window.generate
        panel.set_situation(planned.situation)
        panel.set_problem(localised_error(planned.problem) if planned.problem else None)
        panel.set_estimate(self.estimate_of(planned))
        canvas = self._window.area.canvas
        if canvas is not None:
            if planned.plan is None:
                canvas.set_context(None)
                canvas.set_soft(None, None)
            else:
                context = planned.plan.context
                canvas.set_context(context.bounds, self.estimate_of(planned))
                canvas.set_soft((planned.plan.masks.composite * 255).astype("uint8"), context.bounds)
        self.changed.emit()

    def estimate_of(self, planned: Planned) -> str:
        """One line: the size at which it runs, how long, how much memory."""
        if planned.size is None:
            return ""
        parts = [self.tr("Runs at {width} × {height}").format(width=planned.size.width, height=planned.size.height)]
        estimate = planned.estimate
        if estimate is not None and estimate.seconds is not None:
            parts.append(self.tr("about {time}").format(time=duration(estimate.seconds)))
        if estimate is not None and estimate.memory_bytes:
            parts.append(memory(estimate.memory_bytes))
        return " · ".join(parts)

    def show_step(self, preview: Preview) -> None:
        """A step of a running job, in its place; a result that is looked at stays."""
        canvas = self._window.area.canvas_of(preview.session)
        if canvas is not None and self.result is None and not preview.session.history.gesturing:
            canvas.show_preview(preview.pixels, preview.bounds)

    def end_step(self, session: Session) -> None:
        """The steps of a job have ended."""
        canvas = self._window.area.canvas_of(session)
        if canvas is not None and self.result is None:
            canvas.hide_preview()

    def show_result(self, result: Result | None) -> None:
        """A result in its place on the current canvas; None for none."""
        session, canvas = self._desk.current, self._window.area.canvas
        self.result = result
        if session is None or canvas is None:
            return
        looks = None if result is None else self._making.look(session, result)
        if looks is None:
            canvas.hide_preview()
        else:
            canvas.show_preview(*looks)
        self.changed.emit()

    def look_again(self, *_where: object) -> None:
        """What a result's preview is laid into is different: several changes of one edit are waited for."""
        self._again.start()

    def _refresh(self) -> None:
        if self.result is not None:
            self.show_result(self.result)

    def stray(self, _dx: int, _dy: int) -> None:
        """What it was shown on has moved: a result comes back in its place, a step with the next one."""
        canvas = self._window.area.canvas
        if canvas is not None:
            canvas.hide_preview()
        self.look_again()

    def drop_result(self) -> None:
        """Put away the result that is looked at."""
        if self.result is not None or self._window.results.current is not None:
            self._window.results.choose(None)
            self.show_result(None)

    def drop(self) -> None:
        """The hand needs to see what it does."""
        self.drop_result()
        canvas = self._window.area.canvas
        if canvas is not None:
            canvas.hide_preview()

    def tell_zoom(self, _viewport: Viewport) -> None:
        """Read out the zoom of the canvas that is seen."""
        canvas = self._window.area.canvas  # one that is not seen may have changed: it is being closed
        if canvas is not None:
            self._window.read_out("zoom", f"{canvas.viewport.zoom / canvas.scale * 100:.4g} %")

    def tell_cursor(self, at: tuple[float, float] | None) -> None:
        """Read out where the cursor is."""
        self._window.read_out("cursor", "" if at is None else f"{int(at[0] // 1)}, {int(at[1] // 1)}")
