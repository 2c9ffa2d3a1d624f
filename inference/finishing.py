"""From what a decoder gives to the picture that is handed over: references, locks, stitching, blends, a style's last
steps.
"""

from __future__ import annotations

import numpy as np

from inference.alpha import Colours, Pixels, premultiply, to_bytes, unpremultiply
from inference.api import Inpaint, Request, Vary
from inference.conditioning import weighted
from inference.edits import from_model, stitch
from inference.geometry import Bounds
from inference.jobs import End, Job
from inference.locks import ColourLock, Silhouette
from inference.manifest import Alpha
from inference.masks import Mask
from inference.noise import Latents
from inference.post.chain import Chain
from inference.post.pixel_art import Quantise
from inference.post.step import rgba
from inference.references import Statistics, towards

Placed = tuple[Pixels, Mask, Bounds]
"""Finished pixels, their coverage, and where they belong in the request's frame."""


def finished(job: Job, decoded: Latents, pulled: tuple[Statistics, float] | None) -> Placed:
    """One picture of a job.

    Args:
        decoded: (channels, height, width), about in [-1, 1].
        pulled: statistics of reference pictures and their weight.
    """
    made = from_model(decoded, job.manifest)
    if pulled is not None and not isinstance(job.request, Inpaint):
        made = towards(made, *pulled)
    return _mixed(job, [_placed(job, end, made) for end in job.ends])


def dressed(job: Job, placed: Placed) -> Placed:
    """A finished picture in its style's palette and after the style's and the request's steps.

    One that gets another size stays centred. An edit has the palette where it was made anew, and no steps.
    """
    style = job.style
    pixels, coverage, bounds = placed
    if style is not None and style.palette is not None and not _colours_kept(job.request):
        quantised = Quantise(palette=style.palette).apply(rgba(pixels))[..., : pixels.shape[2]]
        pixels = np.where(coverage[..., None] > 0, quantised, pixels)
    steps = (style.post.steps if style is not None else ()) + job.request.post.steps
    if not steps or left_off(job):
        return pixels, coverage, bounds
    pixels = Chain(steps).apply(pixels)
    height, width = pixels.shape[:2]
    if (width, height) == (bounds.width, bounds.height):
        return pixels, np.full_like(coverage, 255), bounds
    x, y = bounds.x + (bounds.width - width) // 2, bounds.y + (bounds.height - height) // 2
    return pixels, np.full((height, width), 255, np.uint8), Bounds(x, y, width, height)


def left_off(job: Job) -> str:
    """Why no steps are done with this job's pictures, in one sentence; "" when nothing is left off."""
    style = job.style if job.style is not None and job.style.post.steps else None
    if style is None and not job.request.post.steps:
        return ""
    if isinstance(job.request, Inpaint):
        if style is not None:
            return f"The steps of the style {style.title} are for whole pictures and were left off."
        return "The finishing steps are for whole pictures and were left off."
    if isinstance(job.request, Vary) and job.request.silhouette is Silhouette.LOCKED:
        if style is not None:
            return f"The outline is kept, so the steps of the style {style.title} were left off."
        return "The outline is kept, so the finishing steps were left off."
    return ""


def _colours_kept(request: Request) -> bool:
    return isinstance(request, Vary) and request.colour is ColourLock.PALETTE


def handed_back(job: Job) -> Placed:
    """The source as it is, where nothing may change; sources faded into each other where there are several."""
    placed = []
    for end in job.ends:
        assert isinstance(end.request, Inpaint | Vary)
        image = end.request.image
        origin = end.request.origin if isinstance(end.request, Inpaint) else (0, 0)
        bounds = Bounds(*origin, image.shape[1], image.shape[0])
        placed.append((image.copy(), np.zeros(image.shape[:2], np.uint8), bounds))
    return _mixed(job, placed)


def _placed(job: Job, end: End, made: Colours) -> Placed:
    if end.plan is None or end.source is None:
        pixels = unpremultiply(made)
        if job.manifest.alpha is Alpha.NONE:
            pixels = np.ascontiguousarray(pixels[..., :3])
        return pixels, np.full(job.size.shape, 255, np.uint8), Bounds.of(job.size)
    assert isinstance(end.request, Inpaint | Vary)
    pixels, coverage = stitch(end.request, end.plan, end.source, made)
    return pixels, coverage, end.plan.patch


def _mixed(job: Job, placed: list[Placed]) -> Placed:
    """What each end made of it, by weight: the same where they agree, a fade where they do not."""
    pixels, coverage, bounds = placed[0]
    if all(pixels.shape == other.shape and np.array_equal(pixels, other) for other, _, _ in placed[1:]):
        return pixels, np.max([each for _, each, _ in placed], axis=0) if len(placed) > 1 else coverage, bounds
    colours = weighted([premultiply(each) for each, _, _ in placed], job.weights)
    opaque = all(each.shape[2] == 3 for each, _, _ in placed)
    out = to_bytes(colours[..., :3]) if opaque else unpremultiply(colours)
    return out, np.full(out.shape[:2], 255, np.uint8), bounds
