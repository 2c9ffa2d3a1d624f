"""Control layers: drawings that guide a picture and are no part of it.

They are seen on the canvas while one works, and left out of the composed picture, of exports and of what a model edits.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from inference.controls import STRENGTH_RANGE, Control
from inference.errors import BadRequest
from inference.geometry import Bounds
from inference.readings import PLAIN, Reading
from inference.request_checks import check_range

if TYPE_CHECKING:
    from desktop_app.document.layers import Layer


@dataclass(frozen=True, kw_only=True)
class LayerControl:
    """How a layer guides.

    Attributes:
        name: of the ControlNet; "" while none is chosen.
        reading: what is made of the layer first.
        strength, start, end: see ``inference.controls.Control``.
    """

    name: str = ""
    reading: Reading = PLAIN
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0

    def __post_init__(self) -> None:
        check_range("strength", self.strength, *STRENGTH_RANGE)
        check_range("start", self.start, 0, 1)
        check_range("end", self.end, self.start, 1)

    def as_json(self) -> str:
        """For a file."""
        return json.dumps(asdict(self) | {"reading": self.reading.as_text()}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> LayerControl:
        """Read back what ``as_json`` wrote; what is not known is left out. Raises BadRequest."""
        try:
            said = json.loads(text)
            numbers = {name: float(said[name]) for name in ("strength", "start", "end") if name in said}
            return cls(name=str(said.get("name", "")), reading=Reading.from_text(str(said["reading"])), **numbers)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError) as error:
            raise BadRequest("The control of a layer cannot be read.", detail=str(error)) from error


def picture_layers(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Those that are part of the picture."""
    return tuple(layer for layer in layers if layer.control is None)


def drawn(layer: Layer) -> Layer:
    """A control layer as a layer of its own, to be looked at alone."""
    return replace(layer, control=None, visible=True)


def leading(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Those that guide: shown, and of some strength."""
    return tuple(each for each in layers if each.control and each.visible and each.control.strength > 0)


def controls_of(layers: Iterable[Layer], frame: Bounds) -> tuple[Control, ...]:
    """What a request says of the control layers.

    Args:
        frame: of the request, on the canvas; may reach beyond it.

    Raises:
        BadRequest: when one has no ControlNet.
    """
    from desktop_app.document.composing import compose  # noqa: PLC0415 (it asks here what is part of the picture)

    found = []
    for layer in leading(layers):
        said = layer.control
        assert said is not None
        if not said.name:
            raise BadRequest(
                f"The control layer '{layer.name}' has no ControlNet.", hint="Choose one for it, or hide the layer."
            )
        values = {name: getattr(said, name) for name in ("name", "reading", "strength", "start", "end")}
        found.append(Control(picture=compose((drawn(layer),), frame), **values))
    return tuple(found)
