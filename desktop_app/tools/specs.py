"""The tools as a table: name, words, key, icon, cursor, and which options each one uses."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from desktop_app.language import QT_TRANSLATE_NOOP


class Show(enum.Enum):
    """A group of controls of the option bar."""

    COMBINE = enum.auto()
    SIZE = enum.auto()
    HARDNESS = enum.auto()
    OPACITY = enum.auto()
    PRESSURE = enum.auto()
    TOLERANCE = enum.auto()
    CONTIGUOUS = enum.auto()
    ALL_LAYERS = enum.auto()
    FRAME = enum.auto()
    ANGLE = enum.auto()
    APPLY = enum.auto()


BRUSH = (Show.SIZE, Show.HARDNESS, Show.OPACITY, Show.PRESSURE)
ALIKE = (Show.TOLERANCE, Show.CONTIGUOUS, Show.ALL_LAYERS)


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """One tool.

    Attributes:
        title: of the "Tools" context, as ``hint`` is.
        hint: what the status bar says when it is chosen.
        keys: the first is shown.
        icon: a name of the theme's.
        masks: it paints on the selection: its icon has a dot in the colour of the selection's tint.
        cursor: a name of ``cursors``.
        shows: what of the option bar it uses.
        group: tools of a group stand together.
    """

    name: str
    title: str
    hint: str
    keys: tuple[str, ...]
    icon: str
    masks: bool = False
    cursor: str = "cross"
    shows: tuple[Show, ...] = ()
    group: int = 0

    @property
    def key(self) -> str:
        """The one that is shown."""
        return self.keys[0]


TOOLS: tuple[ToolSpec, ...] = (
    ToolSpec(
        name="mask-brush", title=QT_TRANSLATE_NOOP("Tools", "Mask brush"), keys=("K",), icon="mask-brush", masks=True,
        hint=QT_TRANSLATE_NOOP("Tools", "Brush over what should change. Alt or the right button erases, Shift draws "
                               "a straight line, X swaps with the eraser."),
        shows=BRUSH,
    ),
    ToolSpec(
        name="mask-eraser", title=QT_TRANSLATE_NOOP("Tools", "Mask eraser"), keys=("Shift+K",), icon="mask-eraser",
        masks=True, shows=BRUSH,
        hint=QT_TRANSLATE_NOOP("Tools", "Brush over what should stay. X swaps with the mask brush."),
    ),
    ToolSpec(
        name="rectangle", title=QT_TRANSLATE_NOOP("Tools", "Select a rectangle"), keys=("M",), icon="rectangle",
        hint=QT_TRANSLATE_NOOP("Tools", "Drag a rectangle. Shift makes a square, Alt starts from its middle, Space "
                               "moves it; held before the press, Shift adds and Alt takes away."),
        shows=(Show.COMBINE,),
    ),
    ToolSpec(
        name="ellipse", title=QT_TRANSLATE_NOOP("Tools", "Select an ellipse"), keys=("Shift+M",), icon="ellipse",
        hint=QT_TRANSLATE_NOOP("Tools", "Drag an ellipse. Shift makes a circle, Alt starts from its middle, Space "
                               "moves it; held before the press, Shift adds and Alt takes away."),
        shows=(Show.COMBINE,),
    ),
    ToolSpec(
        name="lasso", title=QT_TRANSLATE_NOOP("Tools", "Lasso"), keys=("L",), icon="lasso",
        hint=QT_TRANSLATE_NOOP("Tools", "Draw around what should be selected. Shift adds, Alt takes away."),
        shows=(Show.COMBINE,),
    ),
    ToolSpec(
        name="polygon", title=QT_TRANSLATE_NOOP("Tools", "Select a polygon"), keys=("Shift+L",), icon="polygon",
        hint=QT_TRANSLATE_NOOP("Tools", "Click corner after corner. A double click, Enter or the first corner closes "
                               "it, Backspace takes the last one back."),
        shows=(Show.COMBINE, Show.APPLY),
    ),
    ToolSpec(
        name="wand", title=QT_TRANSLATE_NOOP("Tools", "Magic wand"), keys=("W",), icon="wand",
        hint=QT_TRANSLATE_NOOP("Tools", "Click a colour to select what looks like it. Shift adds, Alt takes away."),
        shows=(Show.COMBINE, *ALIKE),
    ),
    ToolSpec(
        name="paint-brush", title=QT_TRANSLATE_NOOP("Tools", "Paint brush"), keys=("B",), icon="brush", group=1,
        hint=QT_TRANSLATE_NOOP("Tools", "Paint on the layer. Alt picks a colour, Shift draws a straight line, "
                               "X swaps with the eraser."),
        shows=BRUSH,
    ),
    ToolSpec(
        name="eraser", title=QT_TRANSLATE_NOOP("Tools", "Eraser"), keys=("E",), icon="eraser", group=1,
        hint=QT_TRANSLATE_NOOP("Tools", "Erase from the layer. Shift draws a straight line, X swaps with the brush."),
        shows=BRUSH,
    ),
    ToolSpec(
        name="bucket", title=QT_TRANSLATE_NOOP("Tools", "Bucket"), keys=("G",), icon="bucket", group=1,
        hint=QT_TRANSLATE_NOOP("Tools", "Click a colour to fill what looks like it. Alt picks a colour."),
        shows=ALIKE,
    ),
    ToolSpec(
        name="fill", title=QT_TRANSLATE_NOOP("Tools", "Fill"), keys=("Shift+G",), icon="fill", group=1,
        hint=QT_TRANSLATE_NOOP("Tools", "Click to fill the selection, or the whole layer, with the colour. "
                               "Alt picks a colour."),
    ),
    ToolSpec(
        name="picker", title=QT_TRANSLATE_NOOP("Tools", "Colour picker"), keys=("I",), icon="picker", group=1,
        hint=QT_TRANSLATE_NOOP("Tools", "Click a colour to paint with it. Alt or the right button picks the "
                               "background colour."),
        cursor="picker", shows=(Show.ALL_LAYERS,),
    ),
    ToolSpec(
        name="move", title=QT_TRANSLATE_NOOP("Tools", "Move layer"), keys=("V",), icon="move", group=2, cursor="move",
        hint=QT_TRANSLATE_NOOP("Tools", "Drag the layer. Shift keeps to one axis, arrow keys move it by a pixel, "
                               "Ctrl+click chooses the layer that is there."),
    ),
    ToolSpec(
        name="transform", title=QT_TRANSLATE_NOOP("Tools", "Transform layer"), keys=("T", "Ctrl+T"), icon="transform",
        hint=QT_TRANSLATE_NOOP("Tools", "Drag handles to scale, inside to move, outside to turn. Shift keeps "
                               "proportions, Alt the middle; Enter applies, Esc gives up."),
        shows=(Show.FRAME, Show.ANGLE, Show.APPLY), group=2, cursor="arrow",
    ),
    ToolSpec(
        name="crop", title=QT_TRANSLATE_NOOP("Tools", "Crop"), keys=("C",), icon="crop", group=2,
        hint=QT_TRANSLATE_NOOP("Tools", "Drag a frame around what should stay. Enter or a double click applies, "
                               "Esc gives up."),
        shows=(Show.FRAME, Show.APPLY),
    ),
    ToolSpec(
        name="extend", title=QT_TRANSLATE_NOOP("Tools", "Extend canvas"), keys=("Shift+C",), icon="extend", group=2,
        hint=QT_TRANSLATE_NOOP("Tools", "Drag the edges outwards, press Enter, then Generate fills the new room."),
        shows=(Show.FRAME, Show.APPLY), cursor="arrow",
    ),
    ToolSpec(
        name="pan", title=QT_TRANSLATE_NOOP("Tools", "Hand"), keys=("H",), icon="pan", group=3, cursor="hand",
        hint=QT_TRANSLATE_NOOP("Tools", "Drag to look elsewhere. Space does so with every tool."),
    ),
    ToolSpec(
        name="zoom", title=QT_TRANSLATE_NOOP("Tools", "Zoom"), keys=("Z",), icon="search", group=3, cursor="zoom-in",
        hint=QT_TRANSLATE_NOOP("Tools", "Click to look closer, with Alt or the right button from farther away; "
                               "drag a frame to fill the view with it."),
    ),
)  # fmt: skip
SPECS = {spec.name: spec for spec in TOOLS}
FIRST = "mask-brush"
"""The tool that is in the hand at first."""
SWAPS = {"mask-brush": "mask-eraser", "paint-brush": "eraser"}
SWAPS |= {other: one for one, other in SWAPS.items()}
"""Where X leads."""
