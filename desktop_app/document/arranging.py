"""Edits of the structure: layers come, go, move and change; the canvas is cut and extended.

Every function takes the document as it is and returns the edit to do (see ``history.History.do``).
"""

from __future__ import annotations

from dataclasses import replace

from desktop_app.document.blending import BlendMode
from desktop_app.document.composing import compose
from desktop_app.document.control_layers import LayerControl, picture_layers
from desktop_app.document.document import Document
from desktop_app.document.edits import Edit, around, restack
from desktop_app.document.layers import Layer, LayerId, Raster, Stack, blank, check_size, empty_mask
from inference.alpha import Pixels
from inference.errors import BadRequest
from inference.geometry import Bounds, Size


def add_layer(
    document: Document,
    pixels: Pixels | None = None,
    name: str | None = None,
    *,
    x: int = 0,
    y: int = 0,
    label: str = "Add layer",
) -> Edit:
    """A new, active layer above the active one: ``pixels`` (copied) at x, y, or transparent, as large as the canvas."""
    stack = document.stack
    name = name or free_name(stack)
    empty = pixels is None
    layer = Layer(raster=Raster(blank(stack.size)), name=name) if empty else Layer.of(pixels, name, x=x, y=y)
    return _inserted(label, stack, layer)


def duplicate_layer(document: Document, layer: LayerId | None = None) -> Edit:
    """A copy of a layer, right above it and active."""
    stack = document.stack
    source = stack.layer(layer)
    made = replace(Layer.of(source.pixels, f"{source.name} copy"), opacity=source.opacity, mode=source.mode)
    made = replace(made, visible=source.visible, x=source.x, y=source.y, control=source.control)
    return _inserted("Duplicate layer", replace(stack, active=source.id), made, stack)


def _inserted(label: str, stack: Stack, layer: Layer, before: Stack | None = None) -> Edit:
    place = 0 if stack.active is None else stack.index(stack.active) + 1
    layers = (*stack.layers[:place], layer, *stack.layers[place:])
    return restack(label, before or stack, replace(stack, layers=layers, active=layer.id), _seen(stack, layer))


def layer_above(stack: Stack, layer: LayerId | None) -> int:
    """The place in the stack right above a layer; the top when it is not there."""
    places = [index + 1 for index, each in enumerate(stack.layers) if each.id == layer]
    return places[0] if places else len(stack.layers)


def free_name(stack: Stack) -> str:
    """ "Layer n" with the smallest n that no layer has."""
    taken = {layer.name for layer in stack.layers}
    return next(name for n in range(1, len(taken) + 2) if (name := f"Layer {n}") not in taken)


def remove_layer(document: Document, layer: LayerId | None = None) -> Edit:
    """Take a layer away; the one under it (or above) becomes active."""
    stack = document.stack
    gone = stack.writable(layer)
    place = stack.index(gone.id)
    layers = (*stack.layers[:place], *stack.layers[place + 1 :])
    active = layers[max(place - 1, 0)].id if layers else None
    return restack("Remove layer", stack, replace(stack, layers=layers, active=active), _seen(stack, gone))


def move_in_stack(document: Document, layer: LayerId, place: int) -> Edit:
    """Put a layer at ``place``, counted from the lowest (0)."""
    stack = document.stack
    moved = stack.layer(layer)
    rest = [other for other in stack.layers if other.id != layer]
    place = min(max(place, 0), len(rest))
    layers = (*rest[:place], moved, *rest[place:])
    return restack("Reorder layers", stack, replace(stack, layers=layers), _seen(stack, moved))


def rename_layer(document: Document, layer: LayerId, name: str) -> Edit:
    """Give a layer another name."""
    if not name.strip():
        raise BadRequest("A layer needs a name.", hint="Type at least one letter.")
    return _changed("Rename layer", document, replace(document.stack.layer(layer), name=name.strip()))


def set_opacity(document: Document, layer: LayerId, opacity: float) -> Edit:
    """Set a layer's opacity, 0 to 1."""
    return _changed("Layer opacity", document, replace(document.stack.layer(layer), opacity=opacity))


def set_mode(document: Document, layer: LayerId, mode: BlendMode) -> Edit:
    """Set a layer's blend mode."""
    return _changed("Blend mode", document, replace(document.stack.layer(layer), mode=mode))


def set_visible(document: Document, layer: LayerId, visible: bool) -> Edit:
    """Show or hide a layer."""
    label = "Show layer" if visible else "Hide layer"
    return _changed(label, document, replace(document.stack.layer(layer), visible=visible))


def show_only(document: Document, layer: LayerId) -> Edit:
    """Show a layer and hide all others; show all when it is the only one that is shown."""
    stack = document.stack
    alone = [each.id for each in stack.layers if each.visible] == [stack.layer(layer).id]
    label = "Show all layers" if alone else "Show one layer"
    layers = tuple(replace(each, visible=alone or each.id == layer) for each in stack.layers)
    return restack(label, stack, replace(stack, layers=layers))


def set_locked(document: Document, layer: LayerId, locked: bool) -> Edit:
    """Lock a layer against painting, moving and removal, or unlock it."""
    label = "Lock layer" if locked else "Unlock layer"
    return _changed(label, document, replace(document.stack.layer(layer), locked=locked))


def set_control(document: Document, layer: LayerId, control: LayerControl | None) -> Edit:
    """Have a layer guide pictures, or guide them otherwise; with None it is a part of the picture (again)."""
    old = document.stack.layer(layer).control
    label = "Control layer" if old is None or control is not None else "Picture layer"
    return _changed(label, document, replace(document.stack.layer(layer), control=control))


def move_layer(document: Document, x: int, y: int, layer: LayerId | None = None) -> Edit:
    """Put a layer's first pixel at x, y of the canvas."""
    return _changed("Move layer", document, replace(document.stack.writable(layer), x=x, y=y))


def _changed(label: str, document: Document, layer: Layer) -> Edit:
    stack = document.stack
    bounds = _seen(stack, layer).union(_seen(stack, stack.layer(layer.id)))
    return restack(label, stack, stack.having(layer), bounds)


def _seen(stack: Stack, layer: Layer) -> Bounds:
    return layer.bounds.intersection(stack.bounds)


def cover_canvas(document: Document, layer: LayerId | None = None) -> Edit | None:
    """Extend a layer with transparency to the whole canvas, or None when it covers it: brushes need the room."""
    stack = document.stack
    old = stack.layer(layer)
    wanted = old.bounds.union(stack.bounds)
    if old.bounds == wanted:
        return None
    pixels = blank(wanted.size)
    pixels[old.bounds.moved(-wanted.x, -wanted.y).slices] = old.pixels
    grown = replace(old, raster=Raster(pixels), x=wanted.x, y=wanted.y)
    return restack("Extend layer", stack, stack.having(grown), Bounds(0, 0, 0, 0))


def crop(document: Document, bounds: Bounds, label: str = "Crop") -> Edit:
    """Make ``bounds`` the canvas; they may reach beyond it, where it is transparent then.

    Layers lose what lies outside; a layer that lies wholly outside keeps one transparent pixel.
    """
    stack = document.stack
    check_size(bounds.size)
    layers = tuple(_cropped(layer, bounds) for layer in stack.layers)
    selection = empty_mask(bounds.size)
    common = bounds.intersection(stack.bounds)
    if not common.empty:
        selection[common.moved(-bounds.x, -bounds.y).slices] = document.selection[common.slices]
    anchor = (stack.anchor[0] - bounds.x, stack.anchor[1] - bounds.y)
    after = replace(stack, size=bounds.size, layers=layers, selection=Raster(selection), anchor=anchor)
    return restack(label, stack, after)


def _cropped(layer: Layer, bounds: Bounds) -> Layer:
    kept = layer.bounds.intersection(bounds)
    if kept == layer.bounds:
        return replace(layer, x=layer.x - bounds.x, y=layer.y - bounds.y)
    if kept.empty:
        return replace(layer, raster=Raster(blank(Size(1, 1))), x=0, y=0)
    return replace(layer, raster=Raster(layer.part(kept).copy()), x=kept.x - bounds.x, y=kept.y - bounds.y)


def extend_canvas(document: Document, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> Edit:
    """Add transparent room on the sides, in pixels; negative numbers take away."""
    size = document.size
    return crop(document, Bounds(-left, -top, size.width + left + right, size.height + top + bottom), "Extend canvas")


def flatten(document: Document) -> Edit:
    """Merge all visible layers into one; hidden ones are dropped. Control layers stay, above it."""
    stack = document.stack
    if not stack.layers:
        raise BadRequest("There is no layer.", hint="Add a layer first.")
    pictured = picture_layers(stack.layers)
    merged = Layer(raster=Raster(document.compose()), name=(pictured or stack.layers)[0].name)
    kept = tuple(layer for layer in stack.layers if layer.control is not None)
    return restack("Flatten", stack, replace(stack, layers=(merged, *kept), active=merged.id))


def merge_down(document: Document, layer: LayerId | None = None) -> Edit:
    """Merge a layer into the one under it, which keeps its name, opacity and blend mode.

    The look is kept where the lower layer is normal and opaque; otherwise as near as one layer can come to it.
    """
    stack = document.stack
    upper = stack.writable(layer)
    place = stack.index(upper.id)
    if place == 0:
        raise BadRequest("There is no layer under this one.", hint="Choose a higher layer.")
    lower = stack.writable(stack.layers[place - 1].id)
    if (lower.control is None) != (upper.control is None):
        raise BadRequest("A control layer is no part of the picture.", hint="Merge two control layers, or two others.")
    both = (
        replace(lower, opacity=1.0, mode=BlendMode.NORMAL, visible=True, control=None),
        replace(upper, control=None),
    )
    merged = merged_layer(both, lower)
    layers = (*stack.layers[: place - 1], merged, *stack.layers[place + 1 :])
    bounds = _seen(stack, upper).union(_seen(stack, lower))
    return restack("Merge down", stack, replace(stack, layers=layers, active=merged.id), bounds)


def merged_layer(layers: tuple[Layer, ...], like: Layer) -> Layer:
    """One layer that holds what ``layers`` look like together, with the name, opacity and mode of ``like``."""
    bounds = around(layer.bounds for layer in layers if layer.visible)
    if bounds.empty:
        bounds = like.bounds
    check_size(bounds.size, "merged layer")
    return replace(like, raster=Raster(compose(layers, bounds)), x=bounds.x, y=bounds.y)
