"""What is to be known of an animation's model, styles and size, and about how long its frames will take."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from desktop_app.estimates import Speeds, is_guided
from desktop_app.language import QT_TRANSLATE_NOOP, translated
from desktop_app.timeline.beginning import recent_folders
from desktop_app.timeline.frame_desk import read_about
from desktop_app.timeline.open_animation import OpenAnimation
from desktop_app.timeline.start_page import Recent
from inference.animation.animation import Animation, Mode
from inference.animation.folder import FILE, FRAMES, AnimationFolder
from inference.api import Device, Generate, Vary
from inference.errors import GouacheError
from inference.geometry import Size
from inference.library import find_model, model_for
from inference.manifest import ModelManifest
from inference.samplers import title_of
from inference.styles import Style, find_style, load_styles, sampling

USUAL_SIZE = Size(128, 128)
MADE = QT_TRANSLATE_NOOP("Animations", "{count} made")


def manifest_of(animation: Animation) -> ModelManifest | None:
    """Of the model that makes it; None when it is not there."""
    try:
        return model_for(animation.base.model, animation.timeline.moments[0].style)
    except GouacheError:
        return None


def style_of(animation: Animation) -> Style | None:
    """Of its first key."""
    name = animation.timeline.moments[0].style
    try:
        return find_style(name) if name else None
    except GouacheError:
        return None


def styles_for(animation: Animation) -> dict[str, str]:
    """Names and titles of the styles that the animation's model can make."""
    manifest = manifest_of(animation)
    return {
        name: style.title
        for name, style in load_styles().items()
        if manifest is None or not style.models or manifest.name in style.models
    }


def size_of(folder: AnimationFolder, animation: Animation) -> Size:
    """Of its frames, as far as that is known before they are made."""
    base = animation.base
    if isinstance(base, Vary):
        return Size(base.image.shape[1], base.image.shape[0])
    if animation.mode is Mode.RESTYLE:
        try:
            pixels = folder.read_clip(0)
        except GouacheError:
            return USUAL_SIZE
        return Size(pixels.shape[1], pixels.shape[0])
    manifest = manifest_of(animation)
    return base.size or (manifest.native if manifest is not None else USUAL_SIZE)


def base_words(animation: Animation) -> str:
    """What frames are made with, in one line."""
    manifest, base = manifest_of(animation), animation.base
    if manifest is None:
        return base.model
    usual = sampling(base, style_of(animation), manifest.defaults)
    try:
        title = find_model(base.model).title
    except GouacheError:
        title = base.model
    steps = translated("Board", "{value} steps").format(value=usual.steps)
    parts = [title, steps, title_of(usual.scheduler)]
    if isinstance(base, Generate) and animation.mode is not Mode.RESTYLE:
        size = base.size or manifest.native
        parts.insert(1, f"{size.width} × {size.height}")
    return " · ".join(parts)


def seconds_for(animation: OpenAnimation, speeds: Speeds, device: Device | None) -> float | None:
    """For what is left, from what was measured; None before anything was."""
    told = animation.animation
    manifest = manifest_of(told)
    if manifest is None:
        return None
    guidance = told.timeline.moments[0].guidance
    usual = sampling(replace(told.base, guidance=guidance), style_of(told), manifest.defaults)
    share = 1.0
    if told.mode is not Mode.WALK or isinstance(told.base, Vary):
        share = float(np.mean([moment.strength for moment in told.timeline.moments]))
    return speeds.estimate(
        manifest,
        device,
        getattr(told.base, "size", None) or manifest.native,
        steps=max(1, round(usual.steps * share)),
        count=len(animation.left),
        guided=is_guided(manifest, usual.guidance),
    ).seconds


def recent_animations() -> list[Recent]:
    """The last ones, newest first."""
    found = []
    for path in recent_folders():
        about = read_about(path)
        frames = sorted((path / FRAMES).glob("*.png"))
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime((path / FILE).stat().st_mtime))
        count = translated("Animations", MADE).format(count=len(frames))
        found.append(Recent(path, about.title or path.name, f"{when} · {count}", frames[0] if frames else None))
    return found
