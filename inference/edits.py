"""An edit before and after the model: what it sees, at what size, with which soft masks; and how it is stitched back.

Pure functions on arrays. The window draws its overlay from the same plan that the engine follows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from inference.alpha import (
    Colours,
    Pixels,
    bleed,
    colours_at,
    over,
    premultiply,
    resize,
    to_bytes,
    unpremultiply,
)
from inference.api import Inpaint, Vary
from inference.fills import choose, fill_masked, neighbourhood
from inference.geometry import Bounds, Context, Size, choose_context
from inference.lab import from_lab, to_lab
from inference.locks import (
    ColourLock,
    Silhouette,
    denoise_inside,
    denoise_loose,
    source_palette,
    with_outline,
    with_palette,
    with_statistics,
)
from inference.manifest import Alpha, ModelManifest
from inference.masks import Map, Mask, SoftMasks, bounds_of, feather_radius, ring_weights, soften

CONTEXT_SHARE = 0.5
"""Default context around a selection, as a share of its mean side."""
LARGEST_GAIN = 1.25
"""How far colour matching may stretch or squeeze contrast."""
FEWEST_RING_PIXELS = 48.0
LATENT_PIXELS = 8
"""Run pixels around a renewed one that are renewed with it, since latents are coarser than pixels."""
OPEN_PIXELS = 12
"""Run pixels inside a loose outline that are made anew with it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class EditPlan:
    """How an edit will be run.

    Attributes:
        frame: size of the request's frame.
        context: which part of the frame (and beyond) the model sees, and at what size it runs.
        feather: width of the soft band in picture pixels.
        masks: soft masks over the context, in picture pixels.
        patch: the part of the frame that can change.
    """

    frame: Size
    context: Context
    feather: float
    masks: SoftMasks
    patch: Bounds

    @property
    def patch_in_context(self) -> Bounds:
        """``patch`` seen from the context's corner."""
        return self.patch.moved(-self.context.bounds.x, -self.context.bounds.y)


def plan_inpaint(request: Inpaint, manifest: ModelManifest) -> EditPlan:
    """Choose context, size and soft masks for an inpainting.

    Raises:
        BadPicture: when the mask is empty.
    """
    return plan_selection(
        request.mask,
        manifest,
        strength=request.strength,
        feather=request.feather,
        context=request.context,
        keep_outside=request.keep_outside,
    )


def plan_selection(
    mask: Mask,
    manifest: ModelManifest,
    *,
    strength: float = 1.0,
    feather: float | None = None,
    context: float | None = None,
    keep_outside: bool = False,
    at: Bounds | None = None,
) -> EditPlan:
    """The plan of an inpainting, from its mask alone: no picture is needed and nothing is copied but the context.

    Args:
        mask: bytes (height, width) of the whole frame, 255 where it may change.
        strength, feather, context, keep_outside: as in ``Inpaint``.
        at: the smallest rectangle around what is not 0, where the caller knows it; None looks for it, which is what
            takes longest for a small selection of a large frame.

    Raises:
        BadPicture: when the mask is empty.
    """
    frame = Size(mask.shape[1], mask.shape[0])
    selected = bounds_of(mask) if at is None or at.empty else at
    chosen, feather = plan_context(selected, frame, manifest, strength=strength, feather=feather, context=context)
    selection = _window(mask[..., None], chosen.bounds)[..., 0]
    masks = soften(selection, feather, keep_outside=keep_outside)
    return EditPlan(
        frame=frame,
        context=chosen,
        feather=feather,
        masks=masks,
        patch=_shown(masks, chosen.bounds).intersection(Bounds.of(frame)),
    )


def plan_context(
    selected: Bounds,
    frame: Size,
    manifest: ModelManifest,
    *,
    strength: float = 1.0,
    feather: float | None = None,
    context: float | None = None,
) -> tuple[Context, float]:
    """What an inpainting sees and the width of its soft band in picture pixels: no mask is looked at.

    Args:
        selected: the smallest rectangle around what is selected, not empty, inside the frame.
        frame: the request's frame.
        strength, feather, context: as in ``Inpaint``.
    """
    if feather is None:
        feather = feather_radius(selected, strength=max(strength, 0.25))
    share = CONTEXT_SHARE if context is None else context
    margin = math.ceil(feather + share * (selected.width + selected.height) / 2)
    seen = selected.padded(margin).intersection(Bounds.of(frame))
    least = min(manifest.native.width, manifest.native.height)
    return choose_context(seen, frame, manifest.sizes, least=least), feather


def plan_vary(request: Vary, manifest: ModelManifest) -> EditPlan:
    """The whole picture is seen and shown; ``where`` and the silhouette say how much each pixel may change."""
    frame = Size(request.image.shape[1], request.image.shape[0])
    whole = Bounds.of(frame)
    context = choose_context(whole, frame, manifest.sizes)
    painted = np.full((*frame.shape, 1), 255, np.uint8) if request.where is None else request.where[..., None]
    denoise = _window(painted, context.bounds)[..., 0].astype(np.float32) / 255
    shown = (denoise > 0).astype(np.float32)
    image = _window(request.image, context.bounds)
    if request.silhouette is Silhouette.LOCKED:
        denoise = denoise_inside(denoise, image)
        shown = (denoise > 0).astype(np.float32)
    elif request.silhouette is Silhouette.LOOSE:
        denoise = denoise_loose(denoise, image, request.strength, OPEN_PIXELS / context.scale)
    return EditPlan(frame=frame, context=context, feather=0.0, masks=SoftMasks(denoise, shown), patch=whole)


def _shown(masks: SoftMasks, at: Bounds) -> Bounds:
    x, y, width, height = cv2.boundingRect((masks.composite > 0).astype(np.uint8))
    return Bounds(x + at.x, y + at.y, width, height)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """What a model is shown of an edit, at the size it runs.

    Attributes:
        original: premultiplied RGBA of the context, at the picture's own scale.
        ground: what shows through where the model's picture is transparent and the edit must stay opaque.
        opaque: no pixel of the selection was transparent, so none becomes it.
        seen: premultiplied RGBA at run size, the masked part filled.
        denoise: the denoise map at run size.
    """

    original: Colours
    ground: Colours
    opaque: bool
    seen: Colours
    denoise: Map


def prepare(request: Inpaint | Vary, plan: EditPlan, manifest: ModelManifest) -> Source:
    """Cut the context out of the picture, extend it where it reaches beyond, fill its masked part, scale it."""
    image = request.image
    at = plan.context.bounds
    origin = request.origin if isinstance(request, Inpaint) else (0, 0)
    local = at.moved(-origin[0], -origin[1])
    absent = np.ones(at.size.shape, bool)
    absent[local.intersection(Bounds.of(Size(image.shape[1], image.shape[0]))).moved(-local.x, -local.y).slices] = False
    original = premultiply(_window(image, local))
    original[absent] = 0
    known = original
    if absent.any():
        known = neighbourhood(original, absent)
    transparent = manifest.alpha is not Alpha.NONE and image.shape[2] == 4
    size = plan.context.size
    shown = plan.masks.composite > 0
    seen = ground = known
    opaque = image.shape[2] == 3
    if isinstance(request, Inpaint):
        fill = choose(request.fill, request.strength)
        seen = fill_masked(known, plan.masks.composite, fill, transparent=transparent)
        opaque = opaque or bool((known[..., 3][shown] >= 1).all())
        ground = neighbourhood(known, shown) if opaque else known
    return Source(
        original=original,
        ground=ground,
        opaque=opaque,
        seen=resize(seen, size.width, size.height),
        denoise=resize(plan.masks.denoise, size.width, size.height),
    )


def _window(pixels: Pixels, at: Bounds) -> Pixels:
    """The part of ``pixels`` under ``at``, zero where it reaches beyond."""
    height, width = pixels.shape[:2]
    inside = at.intersection(Bounds(0, 0, width, height))
    out = np.zeros((at.height, at.width, pixels.shape[2]), pixels.dtype)
    out[inside.moved(-at.x, -at.y).slices] = pixels[inside.slices]
    return out


def stitch(request: Inpaint | Vary, plan: EditPlan, source: Source, made: Colours) -> tuple[Pixels, np.ndarray]:
    """Bring the model's picture back to the frame.

    Args:
        made: premultiplied RGBA at run size.

    Returns:
        The pixels of ``plan.patch`` with straight alpha, and their coverage: where it is 0 they are the request's own
        bytes.
    """
    bounds = plan.context.bounds
    new = resize(made, bounds.width, bounds.height)
    if source.opaque:
        new = over(new, source.ground)
        new = np.concatenate([new[..., :3], np.ones_like(new[..., 3:])], axis=2)
    if isinstance(request, Inpaint) and request.match_colour:
        clearance = LATENT_PIXELS / plan.context.scale
        new = match_colour(new, source.original, ring_weights(plan.masks, plan.feather, clearance))
    if isinstance(request, Vary):
        new = _locked(request, plan, source, new)
    shown = plan.masks.composite[..., None]
    mixed = source.original * (1 - shown) + new * shown
    part = plan.patch_in_context.slices
    pixels = to_bytes(mixed[part][..., :3]) if request.image.shape[2] == 3 else unpremultiply(mixed[part])
    coverage = np.ceil(plan.masks.composite[part] * 255).astype(np.uint8)
    origin = request.origin if isinstance(request, Inpaint) else (0, 0)
    own = _window(request.image, plan.patch.moved(-origin[0], -origin[1]))
    kept = coverage == 0
    if isinstance(request, Vary):
        pixels = _bytes_locked(request, pixels, own, coverage)
    pixels[kept] = own[kept]
    return pixels, coverage


def _locked(request: Vary, plan: EditPlan, source: Source, new: Colours) -> Colours:
    """What a variation keeps of its source, in premultiplied RGBA over the context."""
    if request.silhouette is Silhouette.LOCKED and request.image.shape[2] == 4:
        new = with_outline(new, _window(request.image, plan.context.bounds))
    if request.colour is not ColourLock.FREE:
        new = with_statistics(new, source.original, plan.masks.composite)
    return new


def _bytes_locked(request: Vary, pixels: Pixels, own: Pixels, coverage: Mask) -> Pixels:
    """What holds to the last bit."""
    if request.silhouette is Silhouette.LOCKED and request.image.shape[2] == 4:
        pixels[..., 3] = own[..., 3]
    if request.colour is ColourLock.PALETTE:
        pixels = with_palette(pixels, source_palette(request.image), coverage)
    return pixels


def match_colour(new: Colours, old: Colours, weights: Map) -> Colours:
    """Bring ``new`` in line with ``old`` by what happened to the ring around the selection.

    On the ring both show the same thing, so the difference of their means and spreads in CIE Lab is the model's own
    drift. Statistics are weighted (masked and transparent pixels weigh nothing). Reinhard et al., Color Transfer
    between Images (2001). Premultiplied RGBA; alpha is not touched.
    """
    weights = weights * np.minimum(new[..., 3], old[..., 3])
    total = float(weights.sum())
    if total < FEWEST_RING_PIXELS:
        return new
    lab_new, lab_old = to_lab(new), to_lab(old)
    share = (weights / total)[..., None]
    mean_new, mean_old = (lab_new * share).sum((0, 1)), (lab_old * share).sum((0, 1))
    spread_new = np.sqrt((((lab_new - mean_new) ** 2) * share).sum((0, 1)))
    spread_old = np.sqrt((((lab_old - mean_old) ** 2) * share).sum((0, 1)))
    gain = np.clip((spread_old + 1) / (spread_new + 1), 1 / LARGEST_GAIN, LARGEST_GAIN)
    return from_lab((lab_new - mean_new) * gain + mean_old, new[..., 3:])


def to_model(colours: Colours, manifest: ModelManifest) -> np.ndarray:
    """Premultiplied RGBA in [0, 1] to what the encoder takes: (channels, height, width) in [-1, 1].

    For models without alpha, transparency is filled with the colour around it.
    """
    if manifest.channels == 4:
        ready = colours if manifest.alpha is Alpha.PREMULTIPLIED else _straight(colours)
    else:
        pixels = bleed(unpremultiply(colours), reach=max(colours.shape[:2]))
        solid = pixels[..., :3].astype(np.float32) / 255
        ready = solid if (colours[..., 3] < 1).any() else colours[..., :3]
    return np.ascontiguousarray(np.moveaxis(ready, 2, 0), np.float32) * 2 - 1


def from_model(decoded: np.ndarray, manifest: ModelManifest) -> Colours:
    """What the decoder gives, (channels, height, width), to premultiplied RGBA in [0, 1]."""
    values = np.clip(np.moveaxis(decoded, 0, 2) / 2 + 0.5, 0, 1).astype(np.float32)
    if manifest.channels == 3:
        return np.dstack([values, np.ones(values.shape[:2], np.float32)])
    alpha = values[..., 3:]
    if manifest.alpha is Alpha.STRAIGHT:
        values = np.concatenate([values[..., :3] * alpha, alpha], axis=2)
    low, high = manifest.haze
    cleared = np.clip((alpha - low) / (high - low), 0, 1).astype(np.float32)
    return colours_at(values, alpha, cleared)


def _straight(colours: Colours) -> Colours:
    straight = colours[..., :3] / np.maximum(colours[..., 3:], 1e-6)
    return np.concatenate([np.clip(straight, 0, 1), colours[..., 3:]], axis=2)
