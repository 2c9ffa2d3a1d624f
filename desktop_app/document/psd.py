"""Photoshop documents (.psd, .psb) through psd-tools: read layer by layer, written so that GIMP and Krita open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdMode
from psd_tools.constants import Compression

from desktop_app.document.areas import Area
from desktop_app.document.blending import BlendMode
from desktop_app.document.document import Document
from desktop_app.document.groups import Group, ungrouped
from desktop_app.document.inks import times
from desktop_app.document.layers import Layer, Raster, Stack, check_size
from inference.alpha import Pixels
from inference.errors import BadPicture, BadRequest
from inference.files import replace_file
from inference.geometry import Bounds, Size

MODES: dict[BlendMode, PsdMode] = {
    BlendMode.NORMAL: PsdMode.NORMAL,
    BlendMode.MULTIPLY: PsdMode.MULTIPLY,
    BlendMode.SCREEN: PsdMode.SCREEN,
    BlendMode.OVERLAY: PsdMode.OVERLAY,
    BlendMode.DARKEN: PsdMode.DARKEN,
    BlendMode.LIGHTEN: PsdMode.LIGHTEN,
    BlendMode.COLOR_DODGE: PsdMode.COLOR_DODGE,
    BlendMode.COLOR_BURN: PsdMode.COLOR_BURN,
    BlendMode.HARD_LIGHT: PsdMode.HARD_LIGHT,
    BlendMode.SOFT_LIGHT: PsdMode.SOFT_LIGHT,
    BlendMode.DIFFERENCE: PsdMode.DIFFERENCE,
    BlendMode.EXCLUSION: PsdMode.EXCLUSION,
    BlendMode.HUE: PsdMode.HUE,
    BlendMode.SATURATION: PsdMode.SATURATION,
    BlendMode.COLOR: PsdMode.COLOR,
    BlendMode.LUMINOSITY: PsdMode.LUMINOSITY,
    BlendMode.PLUS: PsdMode.LINEAR_DODGE,
}
OURS = {theirs: ours for ours, theirs in MODES.items()}
MOST_BYTES = 4 << 30
"""That reading one layer may take."""


def read_psd(path: Path, notes: list[str]) -> Document:
    """Open a Photoshop document with its layers. Masks and clipping become alpha; groups become plain layers.

    Args:
        notes: what the reader should be told is added to it.

    Raises:
        BadPicture: when it is none, broken or too large.
    """
    try:
        psd = PSDImage.open(path, max_alloc_bytes=MOST_BYTES)
        size = Size(psd.width, psd.height)
        check_size(size)
        layers = ungrouped(_nodes(psd, notes), Bounds.of(size), notes)
        layers = layers or (Layer.of(_rgba(psd.topil()), "Background"),)
    except BadPicture:
        raise
    except FileNotFoundError as error:
        raise BadPicture(f"{path} does not exist.", hint="Check the name.") from error
    except Exception as error:
        raise BadPicture(
            f"{path.name} is not a Photoshop document or is broken.",
            hint="Open it in the program that made it and save it again.",
            detail=repr(error),
        ) from error
    return Document(Stack.of(size, layers))


def _nodes(group: Iterable[Any], notes: list[str]) -> tuple[Layer | Group, ...]:
    """The layers and groups in a group of psd-tools, the lowest first."""
    nodes: list[Layer | Group] = []
    base: Layer | Group | None = None
    for item in group:
        node = _group(item, notes) if item.is_group() else _layer(item, notes)
        if node is None:
            continue
        if not item.clipping:
            base = node
        elif isinstance(node, Layer) and isinstance(base, Layer):
            node = _clipped(node, base)
        else:
            notes.append(f"'{node.name}' is clipped by a group; it is shown whole.")
        nodes.append(node)
    return tuple(nodes)


def _group(item: Any, notes: list[str]) -> Group:
    through = item.blend_mode is PsdMode.PASS_THROUGH
    return Group(
        name=_name(item),
        children=_nodes(item, notes),
        opacity=item.opacity / 255,
        mode=BlendMode.NORMAL if through else _mode(item, notes),
        visible=item.visible,
        isolated=not (through and item.opacity == 255),
    )


def _layer(item: Any, notes: list[str]) -> Layer | None:
    image = item.topil() if item.has_pixels() else None
    if image is None:
        notes.append(f"'{item.name}' has no pixels of its own ({item.kind}) and was left out.")
        return None
    if item.has_effects():
        notes.append(f"The effects of '{item.name}' were left out.")
    check_size(Size(*image.size), f"layer '{item.name}'")
    layer = Layer(
        raster=Raster(_rgba(image)),
        name=_name(item),
        opacity=item.opacity / 255,
        mode=_mode(item, notes),
        visible=item.visible,
        locked=bool(item.locks and item.locks.complete),
        x=item.left,
        y=item.top,
    )
    return _masked(layer, item)


def _name(item: Any) -> str:
    return item.name.rstrip("\0")  # Krita ends names with a zero


def _mode(item: Any, notes: list[str]) -> BlendMode:
    if item.blend_mode not in OURS:
        notes.append(f"The layer '{item.name}' has a blend mode that is not known here; it is shown as normal.")
    return OURS.get(item.blend_mode, BlendMode.NORMAL)


def _rgba(image: Image.Image | None) -> Pixels:
    if image is None:
        raise BadPicture("The document has no picture.", hint="Save it with 'maximise compatibility'.")
    return np.array(image.convert("RGBA"))


def _masked(layer: Layer, item: Any) -> Layer:
    """A layer mask, baked into alpha."""
    mask = item.mask
    if mask is None or mask.disabled:
        return layer
    image = mask.topil()
    shown = np.full(layer.bounds.size.shape, mask.background_color, np.uint8)
    if image is not None:
        coverage = np.array(image.convert("L"))
        place = Bounds(mask.left, mask.top, coverage.shape[1], coverage.shape[0])
        common = place.intersection(layer.bounds)
        if not common.empty:
            inside = coverage[common.moved(-place.x, -place.y).slices]
            shown[common.moved(-layer.x, -layer.y).slices] = inside
    return _with_alpha(layer, Area(layer.bounds, shown))


def _clipped(layer: Layer, base: Layer) -> Layer:
    """A layer shown only where the one that clips it is."""
    clipped = _with_alpha(layer, Area(base.bounds, base.pixels[..., 3]))
    return replace(clipped, visible=layer.visible and base.visible)


def _with_alpha(layer: Layer, area: Area) -> Layer:
    pixels = layer.pixels.copy()
    pixels[..., 3] = times(pixels[..., 3], area.at(layer.bounds))
    return replace(layer, raster=Raster(pixels))


def write_psd(path: Path, document: Document) -> None:
    """Save as layered PSD with a merged picture; the old file stays until the new one is whole.

    Opacity has 255 steps there; the selection and the notes are not kept.

    Raises:
        BadRequest: when there is no layer or the place cannot be written.
    """
    if not document.layers:
        raise BadRequest("There is no layer to save.", hint="Add a layer first.")
    psd = PSDImage.new("RGBA", (document.size.width, document.size.height))
    for layer in document.layers:
        _add(psd, layer)
    merged = _on_white(document.compose())
    record = psd._record
    record.image_data.compression = Compression.RLE
    record.image_data.set_data([merged[..., channel].tobytes() for channel in range(4)], record.header)
    info = record.layer_and_mask_information.layer_info
    if info is not None:
        info.layer_count = -len(document.layers)  # negative: the merged picture's fourth channel is its transparency
    with replace_file(path) as draft, draft.open("wb") as file:
        # Not psd.save: it would draw the merged picture anew, with optional packages.
        record.write(file)


def _on_white(pixels: Pixels) -> Pixels:
    """The merged picture as Photoshop keeps it: colours laid on white, beside the alpha."""
    alpha = pixels[..., 3:].astype(np.uint32)
    out = pixels.copy()
    out[..., :3] = (pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return out


def _add(psd: PSDImage, layer: Layer) -> None:
    # A name outside of ASCII makes create_pixel_layer write a broken file; the property sets the Unicode name too.
    image = Image.fromarray(layer.pixels)
    made = psd.create_pixel_layer(image, name="layer", top=layer.y, left=layer.x, compression=Compression.RLE)
    made.name = layer.name[:255]
    made.opacity = round(layer.opacity * 255)
    made.blend_mode = MODES[layer.mode]
    made.visible = layer.visible and layer.control is None  # a guide is no part of the picture
    if layer.locked:
        made.lock()  # the first call only makes room for the flag (psd-tools 1.26)
        made.lock()
