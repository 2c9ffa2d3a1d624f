"""Making pictures: requests go to the queue, and what comes back lands where it belongs.

It joins the open sessions with the jobs. What it shows on the canvas it asks for by a signal.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_app.background import Background
from desktop_app.desk import Desk
from desktop_app.document.applying import applied, looks, merged
from desktop_app.document.document import Document
from desktop_app.document.layers import LayerId, rgba
from desktop_app.jobs import Jobs
from desktop_app.requests import GenerateSettings, Situation, Watch, build, topmost
from desktop_app.results import Mode, Result, Run
from desktop_app.session import Session
from inference.alpha import Pixels, premultiply, unpremultiply
from inference.api import LARGEST_SEED, Inpaint, Picture, Request, Step
from inference.edits import plan_inpaint
from inference.errors import BadRequest, GouacheError
from inference.geometry import Bounds
from inference.library import model_for
from inference.masks import Map

LIKENESS = 0.8
"""Share of a picture's own noise in "more like this"."""
PREVIEW_SIDE = 512
"""Longest side of a step's preview."""


@dataclass(frozen=True)
class Placement:
    """Where a job's pictures belong.

    Attributes:
        session: the open session's number.
        run: the id of one of its runs.
        frame: the request's frame, from the document's anchor.
    """

    session: int
    run: str
    frame: Bounds
    mode: Mode


@dataclass(frozen=True, eq=False)
class Preview:
    """A picture to show in place: straight alpha, at ``bounds`` of the canvas, hiding what is there."""

    session: Session
    pixels: Pixels
    bounds: Bounds


@dataclass(frozen=True, eq=False)
class _Backdrop:
    """What a step's preview is laid into: the picture as it was asked about, and how much of the step shows.

    Attributes:
        ground: premultiplied RGBA in [0, 1] at the preview's size.
        share: (height, width) in [0, 1].
    """

    ground: np.ndarray
    share: Map

    def mixed(self, preview: Pixels) -> Pixels:
        """A step's picture laid into the ground."""
        height, width = self.share.shape
        resized = cv2.resize(preview, (width, height), interpolation=cv2.INTER_LINEAR)
        new = premultiply(rgba(np.asarray(resized, np.uint8)))
        share = self.share[..., None]
        return unpremultiply(self.ground * (1 - share) + new * share)


class Making(QObject):
    """What turns the panel's settings into pictures of a document.

    Signals:
        previewed: a ``Preview`` of a running job's step.
        preview_ended: of that session (a ``Session``): its running job has ended, or its picture has come.
        arrived: (Session, Result): a picture has come.
        finished: (Session): a job of it has ended and something came.
        failed: a GouacheError.
        told: a sentence.
    """

    previewed = Signal(object)
    preview_ended = Signal(object)
    arrived = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object)
    told = Signal(str)

    def __init__(self, desk: Desk, jobs: Jobs, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._jobs = jobs
        self._background = background
        self._watches: dict[int, Watch] = {}
        self._backdrops: dict[int, _Backdrop | None] = {}
        """Of running jobs; None while it is being made."""
        self._lying: dict[str, LayerId] = {}
        """The layer as which a run's picture was applied last: the next one goes above it."""
        jobs.stepped.connect(self._step)
        jobs.picture_made.connect(self._picture)
        jobs.noticed.connect(self._notice)
        jobs.ended.connect(self._end)
        desk.closed.connect(self._forget)

    def situation(self, session: Session | None) -> Situation:
        """What there is to work with."""
        if session is None:
            return Situation()
        return self._watches.setdefault(session.number, Watch()).situation(session.document)

    # Asking

    def submit(self, session: Session | None, settings: GenerateSettings, title: str) -> int | None:
        """Put a job in the queue. Without a session a new document is made for it, called ``title``.

        Returns:
            The job's number, or None when it could not be asked for (``failed`` has the reason).
        """
        try:
            manifest = model_for(settings.model, settings.style)
            asked = build(session and session.document, settings, self.situation(session), manifest)
            if session is None:
                session = self._desk.add(Document.new(asked.run.frame.size), title)
                asked = replace(asked, run=replace(asked.run, above=topmost(session.document)))
        except GouacheError as error:
            self.failed.emit(error)
            return None
        return self._send(session, asked.request, asked.run)

    def more_like(self, session: Session, result: Result, count: int) -> int | None:
        """Ask for pictures whose noise is mostly that of ``result``."""
        run = session.results.run_of(result)
        if run is None:
            return None
        noise = {
            "seed": random.randrange(LARGEST_SEED - count),
            "count": count,
            "variation_seed": result.seed,
            "variation_strength": LIKENESS,
        }
        try:
            job = self._jobs.job(run.job) if run.job is not None else None
            request, frame = (job.request, run.frame) if job is not None else self._again(session, result, run)
            request = replace(request, **noise)  # pyright: ignore[reportArgumentType]
        except GouacheError as error:
            self.failed.emit(error)
            return None
        again = Run(mode=run.mode, title=run.title, frame=frame, above=run.above, wanted=count, open=True)
        return self._send(session, request, again)

    def retry(self, number: int) -> int | None:
        """Ask again for what failed."""
        job = self._jobs.job(number)
        if job is None or not isinstance(job.placement, Placement):
            return None
        session = self._desk.session(job.placement.session)
        if session is None:
            self.failed.emit(BadRequest("Its document is closed.", hint="Open it and generate again."))
            return None
        run = Run(
            mode=job.placement.mode,
            title=job.request.prompt,
            frame=job.placement.frame,
            above=topmost(session.document),
            wanted=job.request.count,
            open=True,
        )
        return self._send(session, job.request, run)

    def _again(self, session: Session, result: Result, run: Run) -> tuple[Request, Bounds]:
        """A request like the one that made a picture, when that one is no longer known; and its frame."""
        settings = GenerateSettings.from_recipe(result.recipe, GenerateSettings(mode=run.mode))
        manifest = model_for(settings.model, settings.style)
        situation = self.situation(session)
        if run.mode not in (Mode.INPAINT, Mode.OUTPAINT):
            asked = build(session.document, settings, situation, manifest)
            return asked.request, asked.run.frame
        whole = session.document.stack.bounds
        frame = run.frame.moved(*session.anchor)
        if not whole.contains(frame):
            raise BadRequest("The canvas has been cut since.", hint="Undo the crop, or generate anew.")
        mask = np.zeros(frame.size.shape, np.uint8)
        place = result.bounds.moved(-run.frame.x, -run.frame.y)
        mask[place.slices] = result.coverage
        request = Inpaint(
            image=session.document.compose(frame),
            mask=mask,
            model=settings.model,
            prompt=settings.prompt,
            negative=settings.negative,
            style=settings.style,
            seed=0,
            steps=settings.steps,
            guidance=settings.guidance,
            scheduler=settings.scheduler,
            strength=settings.inpaint_strength,
            fill=settings.fill,
            feather=0.0,
            keep_outside=True,
            match_colour=settings.match_colour,
        )
        return request, run.frame

    def _send(self, session: Session, request: Request, run: Run) -> int:
        number = self._jobs.submit(request, Placement(session.number, run.id, run.frame, run.mode))
        session.results.begin(replace(run, job=number))
        return number

    # What comes back

    def _step(self, number: int, step: Step) -> None:
        session, run = self._owner(number)
        if session is None or run is None or not step.previews or step.bounds is None:
            return
        if session is not self._desk.current:
            return
        job = self._jobs.job(number)
        assert job is not None
        preview = rgba(step.previews[0])
        if isinstance(job.request, Inpaint):
            backdrop = self._backdrop(number, job.request)
            if backdrop is None:
                return
            preview = backdrop.mixed(preview)
        bounds = step.bounds.moved(run.frame.x + session.anchor[0], run.frame.y + session.anchor[1])
        self.previewed.emit(Preview(session, preview, bounds))

    def _backdrop(self, number: int, request: Inpaint) -> _Backdrop | None:
        """The ground of a job's previews; made in the background when its first step comes."""
        if number not in self._backdrops:
            self._backdrops[number] = None

            def made(backdrop: _Backdrop) -> None:
                if number in self._backdrops:
                    self._backdrops[number] = backdrop

            self._background.run(lambda: _laid(request), made, self.failed.emit)
        return self._backdrops[number]

    def _picture(self, number: int, picture: Picture) -> None:
        session, run = self._owner(number)
        if session is None or run is None:
            return
        result = session.results.add(run.id, picture)
        if result is not None:
            self.preview_ended.emit(session)
            self.arrived.emit(session, result)

    def _notice(self, number: int, text: str) -> None:
        job = self._jobs.job(number)
        if job is None or isinstance(job.placement, Placement):  # a board tells of its own
            self.told.emit(text)

    def _end(self, number: int) -> None:
        self._backdrops.pop(number, None)
        session, run = self._owner(number)
        job = self._jobs.job(number)
        if job is not None and job.error is not None:
            self.failed.emit(job.error)
        if session is None or run is None:
            return
        session.results.end(run.id)
        self.preview_ended.emit(session)
        if run.results:
            self.finished.emit(session)

    def _owner(self, number: int) -> tuple[Session | None, Run | None]:
        job = self._jobs.job(number)
        if job is None or not isinstance(job.placement, Placement):
            return None, None
        session = self._desk.session(job.placement.session)
        return session, session.results.run(job.placement.run) if session else None

    # What is done with it

    def apply(self, session: Session, result: Result, *, merge: bool = False) -> bool:
        """Make a picture part of its document; returns False when that could not be (``failed`` has the reason)."""
        run = session.results.run_of(result)
        if run is None:
            return False
        x, y = result.x + session.anchor[0], result.y + session.anchor[1]
        above = self._above(session, run)
        try:
            if merge:
                edits = merged(session.document, result.pixels, result.coverage, x, y, above)
            else:
                name = run.title.strip() or run.mode.value.capitalize()
                edits = applied(session.document, result.pixels, result.coverage, x, y, name[:60], above)
            session.do(*edits)
        except GouacheError as error:
            self.failed.emit(error)
            return False
        if not merge and session.document.active is not None:
            self._lying[run.id] = session.document.active
        session.results.mark_applied(result)
        return True

    def look(self, session: Session, result: Result) -> tuple[Pixels, Bounds] | None:
        """What will be seen once ``result`` is applied, straight RGBA, and where; None when nothing of it would be."""
        run = session.results.run_of(result)
        if run is None:
            return None
        x, y = result.x + session.anchor[0], result.y + session.anchor[1]
        try:
            return looks(session.document, result.pixels, result.coverage, x, y, self._above(session, run))
        except BadRequest:  # it lies off the canvas
            return None

    def _above(self, session: Session, run: Run) -> LayerId | None:
        """The layer right above which a run's next picture belongs."""
        lying = self._lying.get(run.id)
        return lying if lying in {layer.id for layer in session.document.layers} else run.above

    def _forget(self, session: Session) -> None:
        self._watches.pop(session.number, None)
        for run in session.results.runs:
            self._lying.pop(run.id, None)
        for job in self._jobs.jobs:
            mine = isinstance(job.placement, Placement) and job.placement.session == session.number
            if mine and not job.state.ended:
                self._jobs.cancel(job.id)


def _laid(request: Inpaint) -> _Backdrop:
    """The ground of an inpainting's previews, from the same plan that the engine follows."""
    manifest = model_for(request.model, request.style)
    planned = plan_inpaint(request, manifest)
    at = planned.context.bounds
    scale = min(1.0, PREVIEW_SIDE / max(at.width, at.height))
    width, height = max(1, round(at.width * scale)), max(1, round(at.height * scale))
    seen = np.zeros((at.height, at.width, 4), np.uint8)
    image = Bounds(*request.origin, request.image.shape[1], request.image.shape[0])
    common = image.intersection(at)
    if not common.empty:
        part = request.image[common.moved(-image.x, -image.y).slices]
        seen[common.moved(-at.x, -at.y).slices] = rgba(part)
    small = cv2.resize(seen, (width, height), interpolation=cv2.INTER_AREA)
    share = cv2.resize(planned.masks.composite, (width, height), interpolation=cv2.INTER_AREA)
    return _Backdrop(premultiply(np.asarray(small, np.uint8)), np.asarray(share, np.float32))
