"""Commands of the menus that belong to no tool: each does one step on a session, and raises GouacheError."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.document import filling, selecting
from desktop_app.document.arranging import add_layer
from desktop_app.document.edits import Edit
from desktop_app.document.inks import Colour, through
from desktop_app.document.layers import Layer, Stack
from desktop_app.document.transforming import Turn, turn_layer
from desktop_app.session import Session
from desktop_app.tools.gestures import one_step
from inference.errors import BadRequest


def invert(session: Session) -> None:
    """Select what was not selected."""
    session.do(selecting.invert(session.document))


def grow(session: Session, by: float) -> None:
    """Widen the selection by pixels."""
    session.do(selecting.grow(session.document, by))


def shrink(session: Session, by: float) -> None:
    """Narrow the selection by pixels."""
    session.do(selecting.shrink(session.document, by))


def feather(session: Session, radius: float) -> None:
    """Soften the selection's edge over pixels."""
    session.do(selecting.feather(session.document, radius))


def select_all(session: Session) -> None:
    """Select the whole canvas."""
    session.do(selecting.select_all(session.document))


def select_none(session: Session) -> None:
    """Select nothing."""
    session.do(selecting.select_none(session.document))


def select_alpha(session: Session) -> None:
    """Select what the active layer covers."""
    session.do(selecting.select_alpha(session.document))


def fill(session: Session, colour: Colour) -> None:
    """Fill what is selected of the active layer (all of it when nothing is); where there is no layer, of a new one."""

    def work(session: Session) -> None:
        if not session.document.layers:
            session.do(add_layer(session.document))
        session.do(*filling.fill(session.document, colour))

    one_step(session, work, label="Fill")


def clear(session: Session) -> None:
    """Erase what is selected of the active layer (all of it when nothing is)."""
    session.do(*filling.clear(session.document))


def turn(session: Session, turn: Turn) -> None:
    """Flip or turn the active layer."""
    session.do(turn_layer(session.document, turn))


def copy_to_layer(session: Session) -> None:
    """What is selected of the active layer (all of it when nothing is) as a new layer right above it."""
    session.do(_copied(session))


def _copied(session: Session) -> Edit:
    document = session.document
    layer = document.stack.layer()
    found = document.selected()
    bounds = layer.bounds if found is None else layer.bounds.intersection(found)
    if bounds.empty:
        raise BadRequest("Nothing of this layer is selected.", hint="Select a part of it, or another layer.")
    pixels = layer.part(bounds)
    if found is not None:
        pixels = through(pixels, document.selection[bounds.slices])
    return _like(layer, add_layer(document, pixels, x=bounds.x, y=bounds.y, label="Layer via copy"))


def _like(layer: Layer, edit: Edit) -> Edit:
    """The new layer with the opacity and mode of the one that it was copied from, so that it looks the same."""
    assert isinstance(edit.after, Stack)
    made = replace(edit.after.layer(), opacity=layer.opacity, mode=layer.mode)
    return replace(edit, after=edit.after.having(made))
