"""How keys change what a shape does to the selection."""

from __future__ import annotations

from desktop_app.canvas.pointer import Modifiers
from desktop_app.document.selecting import Combine

HELD = {
    Modifiers.SHIFT: Combine.ADD,
    Modifiers.ALT: Combine.SUBTRACT,
    Modifiers.SHIFT | Modifiers.ALT: Combine.INTERSECT,
}


def combined(option: Combine, held: Modifiers) -> Combine:
    """Shift adds, Alt takes away, both together keep what is in both; else it is as the option says."""
    return HELD.get(held & (Modifiers.SHIFT | Modifiers.ALT), option)
