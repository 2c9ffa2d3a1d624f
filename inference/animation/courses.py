"""The table of modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from inference.animation.animation import Animation, Mode
from inference.animation.course import Course, Walk
from inference.animation.feedback import Feedback
from inference.animation.folder import AnimationFolder
from inference.animation.restyle import Restyle

COURSES: Mapping[Mode, Callable[[Animation, AnimationFolder], Course]] = {
    Mode.WALK: Walk,
    Mode.FEEDBACK: Feedback,
    Mode.RESTYLE: Restyle,
}


def course_of(animation: Animation, folder: AnimationFolder) -> Course:
    """The course of an animation's mode."""
    return COURSES[animation.mode](animation, folder)
