"""Before a run: what it will see, at what size, how long it takes; found again whenever something changes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.background import Background
from desktop_app.estimates import Estimate, Speeds, is_guided
from desktop_app.jobs import Jobs
from desktop_app.making import Making
from desktop_app.requests import GenerateSettings, Situation, check, mode_of, size_for
from desktop_app.results import Mode
from desktop_app.session import Session
from inference.edits import EditPlan, plan_selection
from inference.errors import GouacheError
from inference.geometry import Bounds, Size, choose_context
from inference.library import model_for
from inference.locks import Silhouette
from inference.manifest import ModelManifest
from inference.styles import known_style, sampling

PATIENCE_MS = 90
"""Pause after the last change before planning: a stroke makes many."""
_KEY = "plan"


@dataclass(frozen=True, kw_only=True, eq=False)
class Planned:
    """What Generate will do.

    Attributes:
        mode: never ``AUTO``.
        problem: why it cannot be done, or None.
        plan: of an inpainting or outpainting.
        size: at which the model will run.
        estimate: how long and how much memory; None while that is not known.
    """

    situation: Situation
    mode: Mode
    problem: GouacheError | None = None
    plan: EditPlan | None = None
    size: Size | None = None
    estimate: Estimate | None = None


class Planner(QObject):
    """Plans what the panel and the current session say. Call ``touch`` when anything changes.

    Signals:
        planned: a ``Planned``.
    """

    planned = Signal(object)

    def __init__(
        self, making: Making, jobs: Jobs, speeds: Speeds, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._making = making
        self._jobs = jobs
        self._speeds = speeds
        self._background = background
        self._session: Session | None = None
        self._settings = GenerateSettings()
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self.plan)

    def touch(self, session: Session | None, settings: GenerateSettings) -> None:
        """Something changed: plan when it has been quiet for a moment."""
        if session is not self._session:
            self._background.forget(_KEY)  # it is about another document
        self._session, self._settings = session, settings
        self._timer.start()

    def stop(self) -> None:
        """Nothing more is planned."""
        self._timer.stop()
        self._background.forget(_KEY)

    def plan(self) -> None:
        """Plan now; ``planned`` comes at once, or later when there is a mask to look at."""
        self.stop()  # what is under way is about an earlier moment, and this may be told at once
        session, settings = self._session, self._settings
        situation = self._making.situation(session)
        mode = mode_of(settings, situation)
        try:
            manifest = model_for(settings.model, settings.style)
            mode = check(settings, situation, manifest)
        except GouacheError as error:
            self.planned.emit(Planned(situation=situation, mode=mode, problem=error))
            return
        if session is None or mode in (Mode.GENERATE, Mode.VARY):
            size = _size(settings, situation, manifest, mode)
            self.planned.emit(self._told(situation, mode, None, size, manifest, settings))
            return
        selection = session.document.selection.copy()
        frame = session.size, session.anchor

        def told(plan: EditPlan) -> None:
            if (session.size, session.anchor) == frame:  # else it is planned anew soon
                self.planned.emit(self._told(situation, mode, plan, plan.context.size, manifest, settings))

        self._background.run(
            lambda: plan_selection(
                selection,
                manifest,
                strength=settings.inpaint_strength,
                feather=settings.feather,
                context=settings.context,
                keep_outside=settings.keep_outside,
                at=situation.selected,
            ),
            told,
            lambda error: self.planned.emit(Planned(situation=situation, mode=mode, problem=error)),
            key=_KEY,
        )

    def _told(  # noqa: PLR0917
        self,
        situation: Situation,
        mode: Mode,
        plan: EditPlan | None,
        size: Size,
        manifest: ModelManifest,
        settings: GenerateSettings,
    ) -> Planned:
        style = known_style(settings.style)
        effective = sampling(settings, style, manifest.defaults)
        strength = {Mode.VARY: settings.vary_strength, Mode.GENERATE: 1.0}.get(mode, settings.inpaint_strength)
        if mode is Mode.VARY and settings.silhouette is Silhouette.LOOSE:
            strength = 1.0  # an outline that is made anew takes all steps
        estimate = self._speeds.estimate(
            manifest,
            self._jobs.device,
            size=size,
            steps=max(1, round(effective.steps * strength)),
            count=settings.count,
            guided=is_guided(manifest, effective.guidance),
        )
        return Planned(situation=situation, mode=mode, plan=plan, size=size, estimate=estimate)


def _size(settings: GenerateSettings, situation: Situation, manifest: ModelManifest, mode: Mode) -> Size:
    """At which the model runs when there is no mask."""
    if mode is Mode.GENERATE or situation.canvas is None:
        return settings.size or size_for(situation.canvas, manifest)
    whole = Bounds.of(situation.canvas)
    return choose_context(whole, situation.canvas, manifest.sizes).size
