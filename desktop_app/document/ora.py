"""OpenRaster (.ora): the studio's own format, which Krita opens with all its layers.

Specification: https://www.openraster.org (0.0.6). A zip file with ``mimetype`` first and stored, ``stack.xml``,
the layers as PNG, the merged picture and a thumbnail; what the studio adds lies under ``gouache/``.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import cv2
import numpy as np
import psutil
from PIL import Image

from desktop_app.document.archive import Archive
from desktop_app.document.blending import BlendMode
from desktop_app.document.control_layers import LayerControl
from desktop_app.document.document import Document, Json
from desktop_app.document.grid import THREADS
from desktop_app.document.groups import Group, ungrouped
from desktop_app.document.layers import Layer, Raster, Stack, check_size
from inference.alpha import Pixels
from inference.errors import BadPicture, BadRequest
from inference.files import replace_file
from inference.geometry import Bounds, Size
from inference.masks import Mask

MIMETYPE = "image/openraster"
OWN = ("mimetype", "stack.xml", "mergedimage.png", "Thumbnails/thumbnail.png", "gouache/selection.png")
NOTE = re.compile(r"gouache/([\w-]+)\.json")
THUMBNAIL = 256
PNG = (cv2.IMWRITE_PNG_COMPRESSION, 1, 19, 16)
"""Fast: zlib level 1, and one filter for all rows (flag 19, SUB; OpenCV before 4.12 passes over it)."""
CONTROL, SHOWN = "gouache-control", "gouache-shown"
"""Attributes of a control layer: how it guides, and that it is shown."""
FARTHEST = 1_000_000
"""Pixels by which a layer may lie off the canvas."""
MOST_PIXELS = 1 << 30
"""In all layers together."""
DEEPEST = 64
"""Groups within groups."""
SHARE_OF_MEMORY = 0.8

OPS: dict[BlendMode, str] = {mode: f"svg:{mode.value}" for mode in BlendMode} | {
    BlendMode.NORMAL: "svg:src-over",
    # Not in the specification; Krita's own names, with which it reads and writes them.
    BlendMode.EXCLUSION: "krita:exclusion",
}
MODES = {op: mode for mode, op in OPS.items()} | {
    "svg:exclusion": BlendMode.EXCLUSION,
    "svg:add": BlendMode.PLUS,
    "krita:linear_dodge": BlendMode.PLUS,
    "krita:hue_hsl": BlendMode.HUE,
    "krita:saturation_hsl": BlendMode.SATURATION,
    "krita:color_hsl": BlendMode.COLOR,
    "krita:soft_light": BlendMode.SOFT_LIGHT,
}

Encode = Callable[[Raster], bytes]


def read_ora(path: Path, notes: list[str]) -> Document:
    """Open an OpenRaster file.

    Args:
        notes: what the reader should be told is added to it.

    Raises:
        BadPicture: when it is none, broken, hostile or too large.
    """
    with Archive(path) as archive:
        root = _parsed(archive.read("stack.xml"), path)
        size = Size(_number(root, "w", path), _number(root, "h", path))
        check_size(size)
        reader = _Reader(archive, size, notes)
        top = root.find("stack")
        if top is None:
            raise _broken(path, "it has no stack")
        layers = ungrouped(reader.children(top), Bounds.of(size), notes)
        stack = Stack.of(size, layers)
        chosen = [layer.id for layer in layers if layer.id in reader.selected]
        if chosen:
            stack = replace(stack, active=chosen[-1])
        if "gouache/selection.png" in archive.names:
            stack = replace(stack, selection=Raster(reader.mask("gouache/selection.png")))
        entries = archive.rest({*OWN, *reader.sources})
        return Document(stack, notes=_notes(entries, notes), entries=entries)


def _parsed(xml: bytes, path: Path) -> ElementTree.Element:
    """The root of stack.xml. Document types are refused: entities that expand come with them."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise BadPicture(f"{path.name} has a stack.xml with a document type.", hint="Do not trust this file.")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
        root = ElementTree.fromstring(xml)
    except (expat.ExpatError, ElementTree.ParseError, LookupError, ValueError, RecursionError) as error:
        raise _broken(path, "its stack.xml cannot be read", str(error)) from error
    if root.tag != "image":
        raise _broken(path, "its stack.xml describes no image")
    return root


def _broken(path: Path, why: str, detail: str = "") -> BadPicture:
    hint = "Open it in the program that made it and save it again."
    return BadPicture(f"{path.name} is broken: {why}.", hint=hint, detail=detail)


def _number(element: ElementTree.Element, name: str, path: Path, default: str | None = None) -> int:
    text = element.get(name, default)
    try:
        number = round(float(text or ""))
    except (ValueError, OverflowError) as error:
        raise _broken(path, f"'{name}' is '{text}'") from error
    if abs(number) > FARTHEST:
        raise _broken(path, f"'{name}' is {number}")
    return number


def _notes(entries: dict[str, bytes], told: list[str]) -> dict[str, Json]:
    """Take the notes out of the unknown entries; one that cannot be read stays there as it is."""
    notes: dict[str, Json] = {}
    for name in list(entries):
        match = NOTE.fullmatch(name)
        if match is None:
            continue
        try:
            notes[match[1]] = json.loads(entries[name])
        except (ValueError, RecursionError):
            told.append(f"The note '{name}' could not be read; it is kept as it is.")
        else:
            del entries[name]
    return notes


class _Reader:
    """Makes layers and groups of the elements of stack.xml."""

    def __init__(self, archive: Archive, canvas: Size, notes: list[str]) -> None:
        self.archive, self.canvas, self.notes = archive, canvas, notes
        self.sources: set[str] = set()
        self.selected: set[int] = set()
        self._pixels = 0
        self._most = min(MOST_PIXELS, int(SHARE_OF_MEMORY * psutil.virtual_memory().available / 4))
        self._depth = 0

    def children(self, stack: ElementTree.Element) -> tuple[Layer | Group, ...]:
        """What lies in a stack; the file has the topmost first."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _broken(self.archive.path, "its groups are nested too deep")
        nodes = [self._node(element) for element in stack]
        self._depth -= 1
        return tuple(node for node in reversed(nodes) if node is not None)

    def _node(self, element: ElementTree.Element) -> Layer | Group | None:
        if element.tag == "layer":
            return self._layer(element)
        if element.tag == "stack":
            return self._group(element)
        self.notes.append(f"'{element.get('name', element.tag)}' is no layer of pixels and was left out.")
        return None

    def _group(self, element: ElementTree.Element) -> Group:
        mode, opacity = self._mode(element), self._opacity(element)
        auto = element.get("isolation", "isolate") == "auto"
        return Group(
            name=element.get("name", "Group"),
            children=self.children(element),
            opacity=opacity,
            mode=mode,
            visible=element.get("visibility", "visible") != "hidden",
            isolated=not (auto and opacity == 1 and mode is BlendMode.NORMAL),
        )

    def _layer(self, element: ElementTree.Element) -> Layer:
        path, source = self.archive.path, element.get("src")
        if not source:
            raise _broken(path, f"the layer '{element.get('name', '')}' has no picture")
        control = self._control(element)
        hidden = element.get("visibility", "visible") == "hidden"
        layer = Layer(
            raster=Raster(self._picture(source)),
            name=element.get("name", "Layer"),
            opacity=self._opacity(element),
            mode=self._mode(element),
            visible=element.get(SHOWN) == "true" if control is not None and hidden else not hidden,
            control=control,
            locked=element.get("edit-locked", "false") == "true",
            x=_number(element, "x", path, "0"),
            y=_number(element, "y", path, "0"),
        )
        if element.get("selected") == "true":
            self.selected.add(layer.id)
        return layer

    def _control(self, element: ElementTree.Element) -> LayerControl | None:
        text = element.get(CONTROL)
        if text is None:
            return None
        try:
            return LayerControl.from_json(text)
        except BadRequest:
            self.notes.append(f"How the layer '{element.get('name', '')}' guides could not be read.")
            return LayerControl()

    def _opacity(self, element: ElementTree.Element) -> float:
        text = element.get("opacity", "1")
        try:
            value = float(text)
        except ValueError as error:
            raise _broken(self.archive.path, f"an opacity is '{text}'") from error
        return min(max(value, 0.0), 1.0) if value == value else 1.0  # noqa: PLR0124 (not a number)

    def _mode(self, element: ElementTree.Element) -> BlendMode:
        op = element.get("composite-op", "svg:src-over")
        if op not in MODES:
            self.notes.append(
                f"The layer '{element.get('name', '')}' has the blend mode '{op}'; it is shown as normal."
            )
        return MODES.get(op, BlendMode.NORMAL)

    def _picture(self, source: str) -> Pixels:
        self.sources.add(source)
        with self._opened(source) as image:
            return np.array(image.convert("RGBA"))

    def mask(self, source: str) -> Mask:
        """The selection; it must have the canvas's size."""
        with self._opened(source) as image:
            if image.size != (self.canvas.width, self.canvas.height):
                raise _broken(self.archive.path, "its selection has another size than the canvas")
            return np.array(image.convert("L"))

    def _opened(self, source: str) -> Image.Image:
        """The picture of an entry, decoded, after a look at its size."""
        try:
            image = Image.open(io.BytesIO(self.archive.read(source)), formats=("PNG",))
            check_size(Size(*image.size), f"layer '{source}'")
            self._take(image.size[0] * image.size[1])
            image.load()
        except BadPicture:
            raise
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise _broken(self.archive.path, f"'{source}' is not a picture", str(error)) from error
        return image

    def _take(self, pixels: int) -> None:
        self._pixels += pixels
        if self._pixels > self._most:
            raise BadPicture(
                f"{self.archive.path.name} needs more memory than there is.",
                hint="Close other documents, or flatten it.",
            )


def write_ora(path: Path, document: Document, encode: Encode | None = None) -> None:
    """Save a document; the old file stays until the new one is whole.

    Args:
        encode: makes PNG of a raster; give ``PngCache().encode`` to a document that is saved again and again.

    Raises:
        BadRequest: when the place cannot be written.
    """
    with replace_file(path) as draft, zipfile.ZipFile(draft, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MIMETYPE)
        for name, content in _contents(document, encode or png_of):
            how = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(_entry(name), content, how)


def _entry(name: str) -> zipfile.ZipInfo:
    """No clock in the file: the same document makes the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    return entry


def _contents(document: Document, encode: Encode) -> list[tuple[str, bytes]]:
    sources = _sources(document)
    merged = Raster(document.compose())
    rasters = [merged, *(layer.raster for layer in document.layers)]
    if document.selected() is not None:
        rasters.append(document.stack.selection)
    with ThreadPoolExecutor(THREADS) as pool:
        pictures = list(pool.map(encode, rasters))
    names = ["mergedimage.png", *sources, "gouache/selection.png"][: len(pictures)]
    return [
        ("stack.xml", _stack_xml(document, sources)),
        *zip(names, pictures, strict=True),
        ("Thumbnails/thumbnail.png", _thumbnail(merged.array)),
        *((f"gouache/{name}.json", _json(note)) for name, note in document.notes.items()),
        *((name, content) for name, content in document.entries.items() if name not in (*OWN, *sources)),
    ]


def _sources(document: Document) -> list[str]:
    """A free name for the picture of each layer, the lowest first."""
    folder = "data"
    while any(name.startswith(f"{folder}/layer") for name in document.entries):
        folder += "_"
    return [f"{folder}/layer{index}.png" for index in range(len(document.layers))]


def _json(note: Json) -> bytes:
    return json.dumps(note, ensure_ascii=False, indent=1).encode()


def _stack_xml(document: Document, sources: list[str]) -> bytes:
    size = document.size
    root = ElementTree.Element("image", version="0.0.5", w=str(size.width), h=str(size.height), xres="72", yres="72")
    stack = ElementTree.SubElement(root, "stack")
    for layer, source in reversed(list(zip(document.layers, sources, strict=True))):
        attributes = _attributes(layer, source)
        if layer.id == document.active:
            attributes["selected"] = "true"
        ElementTree.SubElement(stack, "layer", attributes)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _attributes(layer: Layer, source: str) -> dict[str, str]:
    return (
        {
            "name": _printable(layer.name),
            "src": source,
            "x": str(layer.x),
            "y": str(layer.y),
            "opacity": repr(float(layer.opacity)),
            "composite-op": OPS[layer.mode],
            "visibility": "visible" if layer.visible and layer.control is None else "hidden",
        }
        | ({"edit-locked": "true"} if layer.locked else {})
        | _guiding(layer)
    )


def _guiding(layer: Layer) -> dict[str, str]:
    """Other programs find a control layer hidden: it is no part of the picture."""
    if layer.control is None:
        return {}
    return {CONTROL: _printable(layer.control.as_json())} | ({SHOWN: "true"} if layer.visible else {})


def _printable(name: str) -> str:
    """Without what XML cannot hold: control characters and lone surrogates."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", name)


def png_of(raster: Raster) -> bytes:
    """PNG of a layer or mask; colour under zero alpha is kept."""
    pixels = raster.array
    _, png = cv2.imencode(".png", pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), PNG)
    return png.tobytes()


def _thumbnail(pixels: Pixels) -> bytes:
    image = Image.fromarray(pixels).convert("RGBa")
    image.thumbnail((THUMBNAIL, THUMBNAIL), reducing_gap=2.0)
    out = io.BytesIO()
    image.convert("RGBA").save(out, "PNG")
    return out.getvalue()


class PngCache:
    """Keeps the PNG of rasters that have not changed: a document that is saved every minute encodes only what has.

    Safe for several threads.
    """

    def __init__(self) -> None:
        self._kept: dict[Raster, tuple[int, bytes]] = {}

    def encode(self, raster: Raster) -> bytes:
        """PNG of a raster, encoded when its version is a new one."""
        version, png = self._kept.get(raster, (-1, b""))
        if version != raster.version:
            version, png = raster.version, png_of(raster)
            self._kept[raster] = (version, png)
        return png

    def forget_but(self, rasters: frozenset[Raster]) -> None:
        """Drop what is not among ``rasters``."""
        self._kept = {raster: kept for raster, kept in self._kept.items() if raster in rasters}
