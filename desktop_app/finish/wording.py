"""The words of steps in the interface's language: titles, what they do, what they can be told, presets.

Steps carry their own English words, far from Qt. The list below is for lupdate; a test holds that it is complete.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.language import QT_TRANSLATE_NOOP
from inference.post.step import Step

_LABELS: dict[tuple[str, str], str] = {
    ("upscale", "by"): "Times",
    ("pad", "to"): "Round up to",
    ("pad", "larger"): "If too large",
    ("shadow", "x"): "To the right",
    ("shadow", "y"): "Down",
    ("outline", "place"): "Side",
    ("outline", "tint"): "Colouring",
    ("despeckle", "least"): "Smallest part",
    ("despeckle", "faint"): "Haze",
    ("pixelate", "cover"): "Coverage",
    ("pixelate", "tidy"): "Take away lone specks and burrs",
    ("outline", "grow"): "Widen the canvas where needed",
    ("shadow", "grow"): "Widen the canvas where needed",
    ("pad", "multiple"): "Multiple of",
}
"""Parameters whose name says too little beside a control."""


def step_title(step: type[Step] | Step) -> str:
    """What a step is called."""
    return said(step.title)


def step_words(step: type[Step] | Step) -> str:
    """What a step does, as a sentence."""
    return sentence(said(step.words))


def sentence(words: str) -> str:
    """With a capital letter in front."""
    return words[:1].upper() + words[1:]


def parameter_title(step: str, name: str) -> str:
    """What a parameter of a step is called beside its control."""
    return said(_LABELS.get((step, name), name.capitalize()))


def choice_title(choice: str) -> str:
    """A choice's word."""
    return said(choice.replace("-", " "))


def said(text: str) -> str:
    """A text of this page in the interface's language."""
    return QCoreApplication.translate("Finish", text)


TEXTS = (
    QT_TRANSLATE_NOOP("Finish", "Despeckle"),
    QT_TRANSLATE_NOOP("Finish", "without specks and haze around the shape"),
    QT_TRANSLATE_NOOP("Finish", "parts smaller than this part of the largest go"),
    QT_TRANSLATE_NOOP("Finish", "Smallest part"),
    QT_TRANSLATE_NOOP("Finish", "alpha up to which a pixel away from any part is haze"),
    QT_TRANSLATE_NOOP("Finish", "Haze"),
    QT_TRANSLATE_NOOP("Finish", "Trim"),
    QT_TRANSLATE_NOOP("Finish", "without the empty border"),
    QT_TRANSLATE_NOOP("Finish", "empty pixels to leave"),
    QT_TRANSLATE_NOOP("Finish", "Margin"),
    QT_TRANSLATE_NOOP("Finish", "alpha up to which a pixel counts as empty"),
    QT_TRANSLATE_NOOP("Finish", "Threshold"),
    QT_TRANSLATE_NOOP("Finish", "Defringe"),
    QT_TRANSLATE_NOOP("Finish", "edges without the colours of an old background"),
    QT_TRANSLATE_NOOP("Finish", "how much of the fringe is replaced"),
    QT_TRANSLATE_NOOP("Finish", "Amount"),
    QT_TRANSLATE_NOOP("Finish", "how far inside the true colour may lie"),
    QT_TRANSLATE_NOOP("Finish", "Reach"),
    QT_TRANSLATE_NOOP("Finish", "take this much off the outline first, where the fringe is opaque"),
    QT_TRANSLATE_NOOP("Finish", "Choke"),
    QT_TRANSLATE_NOOP("Finish", "make the edge steeper: 0 as it is, 1 whole pixels"),
    QT_TRANSLATE_NOOP("Finish", "Harden"),
    QT_TRANSLATE_NOOP("Finish", "colour under empty pixels around, for engines that filter textures"),
    QT_TRANSLATE_NOOP("Finish", "Bleed"),
    QT_TRANSLATE_NOOP("Finish", "Sharpen"),
    QT_TRANSLATE_NOOP("Finish", "steeper edges inside the shape, without rings"),
    QT_TRANSLATE_NOOP("Finish", "how much"),
    QT_TRANSLATE_NOOP("Finish", "how wide the edges are"),
    QT_TRANSLATE_NOOP("Finish", "Radius"),
    QT_TRANSLATE_NOOP("Finish", "Fewer colours"),
    QT_TRANSLATE_NOOP("Finish", "the nearest colours of a palette, or the picture's own best few"),
    QT_TRANSLATE_NOOP("Finish", "the colours; left out, the picture's own best few"),
    QT_TRANSLATE_NOOP("Finish", "Palette"),
    QT_TRANSLATE_NOOP("Finish", "how many of its own, without a palette"),
    QT_TRANSLATE_NOOP("Finish", "Colours"),
    QT_TRANSLATE_NOOP("Finish", "pattern that mixes two colours where none is near"),
    QT_TRANSLATE_NOOP("Finish", "Dither"),
    QT_TRANSLATE_NOOP("Finish", "none"),
    QT_TRANSLATE_NOOP("Finish", "2x2"),
    QT_TRANSLATE_NOOP("Finish", "4x4"),
    QT_TRANSLATE_NOOP("Finish", "8x8"),
    QT_TRANSLATE_NOOP("Finish", "Pixelate"),
    QT_TRANSLATE_NOOP("Finish", "a grid of large pixels in few colours, or the true pixels of enlarged pixel art"),
    QT_TRANSLATE_NOOP("Finish", "pixels along the longer side; 0 finds the grid of existing pixel art"),
    QT_TRANSLATE_NOOP("Finish", "Cells"),
    QT_TRANSLATE_NOOP("Finish", "how many of its own, without a palette; 0 for as many as come"),
    QT_TRANSLATE_NOOP("Finish", "hard: a pixel is there or not; soft: it may be half there"),
    QT_TRANSLATE_NOOP("Finish", "Alpha"),
    QT_TRANSLATE_NOOP("Finish", "hard"),
    QT_TRANSLATE_NOOP("Finish", "soft"),
    QT_TRANSLATE_NOOP("Finish", "how much of a cell must be there for the pixel to be there"),
    QT_TRANSLATE_NOOP("Finish", "Coverage"),
    QT_TRANSLATE_NOOP("Finish", "take away lone specks and burrs"),
    QT_TRANSLATE_NOOP("Finish", "Take away lone specks and burrs"),
    QT_TRANSLATE_NOOP("Finish", "Outline"),
    QT_TRANSLATE_NOOP("Finish", "a line around the shape, of one colour or a darker one of what it borders on"),
    QT_TRANSLATE_NOOP("Finish", "how wide"),
    QT_TRANSLATE_NOOP("Finish", "Width"),
    QT_TRANSLATE_NOOP("Finish", "outside or inside the shape"),
    QT_TRANSLATE_NOOP("Finish", "Side"),
    QT_TRANSLATE_NOOP("Finish", "outside"),
    QT_TRANSLATE_NOOP("Finish", "inside"),
    QT_TRANSLATE_NOOP("Finish", "flat: the colour below; neighbour: each pixel's neighbour, darkened"),
    QT_TRANSLATE_NOOP("Finish", "Colouring"),
    QT_TRANSLATE_NOOP("Finish", "flat"),
    QT_TRANSLATE_NOOP("Finish", "neighbour"),
    QT_TRANSLATE_NOOP("Finish", "of a flat line"),
    QT_TRANSLATE_NOOP("Finish", "Colour"),
    QT_TRANSLATE_NOOP("Finish", "how much darker a neighbour's colour gets"),
    QT_TRANSLATE_NOOP("Finish", "Darken"),
    QT_TRANSLATE_NOOP("Finish", "hard: whole pixels; soft: smooth; auto: as the picture is"),
    QT_TRANSLATE_NOOP("Finish", "Edge"),
    QT_TRANSLATE_NOOP("Finish", "auto"),
    QT_TRANSLATE_NOOP("Finish", "widen the canvas where it would be cut off"),
    QT_TRANSLATE_NOOP("Finish", "Widen the canvas where needed"),
    QT_TRANSLATE_NOOP("Finish", "Drop shadow"),
    QT_TRANSLATE_NOOP("Finish", "a shadow beneath the shape, soft or of whole pixels"),
    QT_TRANSLATE_NOOP("Finish", "how far to the right"),
    QT_TRANSLATE_NOOP("Finish", "To the right"),
    QT_TRANSLATE_NOOP("Finish", "how far down"),
    QT_TRANSLATE_NOOP("Finish", "Down"),
    QT_TRANSLATE_NOOP("Finish", "how soft; 0 for pixel art"),
    QT_TRANSLATE_NOOP("Finish", "Blur"),
    QT_TRANSLATE_NOOP("Finish", "of the shadow"),
    QT_TRANSLATE_NOOP("Finish", "how dark"),
    QT_TRANSLATE_NOOP("Finish", "Opacity"),
    QT_TRANSLATE_NOOP("Finish", "Pad"),
    QT_TRANSLATE_NOOP("Finish", "a canvas of an exact size, of a multiple, or of the next power of two"),
    QT_TRANSLATE_NOOP("Finish", "exact width; 0 for the picture's"),
    QT_TRANSLATE_NOOP("Finish", "exact height; 0 for the picture's"),
    QT_TRANSLATE_NOOP("Finish", "Height"),
    QT_TRANSLATE_NOOP("Finish", "then each side up to the next power of two, or multiple"),
    QT_TRANSLATE_NOOP("Finish", "Round up to"),
    QT_TRANSLATE_NOOP("Finish", "exact"),
    QT_TRANSLATE_NOOP("Finish", "power of two"),
    QT_TRANSLATE_NOOP("Finish", "multiple"),
    QT_TRANSLATE_NOOP("Finish", "of which a side is to be a multiple"),
    QT_TRANSLATE_NOOP("Finish", "Multiple of"),
    QT_TRANSLATE_NOOP("Finish", "both sides as long as the longer one"),
    QT_TRANSLATE_NOOP("Finish", "Square"),
    QT_TRANSLATE_NOOP("Finish", "where the picture stands on the canvas"),
    QT_TRANSLATE_NOOP("Finish", "Anchor"),
    QT_TRANSLATE_NOOP("Finish", "centre"),
    QT_TRANSLATE_NOOP("Finish", "top"),
    QT_TRANSLATE_NOOP("Finish", "bottom"),
    QT_TRANSLATE_NOOP("Finish", "left"),
    QT_TRANSLATE_NOOP("Finish", "right"),
    QT_TRANSLATE_NOOP("Finish", "top left"),
    QT_TRANSLATE_NOOP("Finish", "top right"),
    QT_TRANSLATE_NOOP("Finish", "bottom left"),
    QT_TRANSLATE_NOOP("Finish", "bottom right"),
    QT_TRANSLATE_NOOP("Finish", "what is done with a picture that is larger than the exact size"),
    QT_TRANSLATE_NOOP("Finish", "If too large"),
    QT_TRANSLATE_NOOP("Finish", "refuse"),
    QT_TRANSLATE_NOOP("Finish", "shrink"),
    QT_TRANSLATE_NOOP("Finish", "cut"),
    QT_TRANSLATE_NOOP("Finish", "Upscale"),
    QT_TRANSLATE_NOOP("Finish", "a whole number of times as large"),
    QT_TRANSLATE_NOOP("Finish", "how many times as large"),
    QT_TRANSLATE_NOOP("Finish", "Times"),
    QT_TRANSLATE_NOOP(
        "Finish", "integer: each pixel a square, for pixel art; lanczos: smooth; model: redrawn, for icons"
    ),
    QT_TRANSLATE_NOOP("Finish", "Method"),
    QT_TRANSLATE_NOOP("Finish", "integer"),
    QT_TRANSLATE_NOOP("Finish", "lanczos"),
    QT_TRANSLATE_NOOP("Finish", "model"),
    QT_TRANSLATE_NOOP("Finish", "Pixel art, 32 colours"),
    QT_TRANSLATE_NOOP("Finish", "Pixel art, handheld"),
    QT_TRANSLATE_NOOP("Finish", "Icon with outline"),
    QT_TRANSLATE_NOOP("Finish", "Clean edges"),
    QT_TRANSLATE_NOOP("Finish", "Sticker"),
    QT_TRANSLATE_NOOP("Finish", "Engine-ready"),
    QT_TRANSLATE_NOOP("Finish", "Twice as large"),
    QT_TRANSLATE_NOOP("Finish", "Its own colours"),
    QT_TRANSLATE_NOOP("Finish", "Checkers"),
    QT_TRANSLATE_NOOP("Finish", "black"),
    QT_TRANSLATE_NOOP("Finish", "white"),
    QT_TRANSLATE_NOOP("Finish", "magenta"),
)
"""For lupdate."""
