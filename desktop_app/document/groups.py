"""Groups of other programs' files become plain layers in order; one that shows differently becomes one layer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_app.document.arranging import merged_layer
from desktop_app.document.blending import BlendMode
from desktop_app.document.edits import around
from desktop_app.document.layers import Layer, Raster, blank
from inference.geometry import Bounds, Size


@dataclass(frozen=True, kw_only=True)
class Group:
    """Layers and groups under one name, the lowest first.

    Attributes:
        isolated: its layers blend among themselves first; otherwise with all that lies beneath.
    """

    name: str
    children: tuple[Layer | Group, ...]
    opacity: float = 1.0
    mode: BlendMode = BlendMode.NORMAL
    visible: bool = True
    isolated: bool = True


def ungrouped(nodes: tuple[Layer | Group, ...], canvas: Bounds, notes: list[str]) -> tuple[Layer, ...]:
    """The layers of a tree, the lowest first.

    A group stays in its layers where the picture is the same without it: it is normal and fully opaque and either
    not isolated or made of normal layers only. Any other is merged into one layer, which is said in ``notes``.
    """
    layers: list[Layer] = []
    for node in nodes:
        layers += [node] if isinstance(node, Layer) else _opened(node, canvas, notes)
    return tuple(layers)


def _opened(group: Group, canvas: Bounds, notes: list[str]) -> list[Layer]:
    children = ungrouped(group.children, canvas, notes)
    if _transparent(group, children):
        return [replace(child, visible=child.visible and group.visible) for child in children]
    notes.append(f"The group '{group.name}' was merged into one layer, so that it looks the same.")
    bounds = around(child.bounds for child in children if child.visible).intersection(canvas)
    like = Layer(raster=Raster(blank(Size(1, 1))), name=group.name, opacity=group.opacity, mode=group.mode)
    like = replace(like, visible=group.visible)
    return [like if bounds.empty else _within(merged_layer(children, like), bounds)]


def _within(layer: Layer, bounds: Bounds) -> Layer:
    kept = layer.bounds.intersection(bounds)
    return replace(layer, raster=Raster(layer.part(kept).copy()), x=kept.x, y=kept.y)


def _transparent(group: Group, children: tuple[Layer, ...]) -> bool:
    plain = group.opacity == 1 and group.mode is BlendMode.NORMAL
    return plain and (not group.isolated or all(child.mode is BlendMode.NORMAL for child in children))
