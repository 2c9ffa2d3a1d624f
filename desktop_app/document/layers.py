"""Layers and the stack they lie in: frozen values around arrays of pixels that are painted on in place."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.document.blending import BlendMode
from desktop_app.document.control_layers import LayerControl
from desktop_app.document.patches import Patch
from inference.alpha import Pixels
from inference.api import LARGEST_SIDE
from inference.errors import BadPicture, BadRequest
from inference.geometry import Bounds, Size
from inference.masks import Mask

LayerId = int

_ids = itertools.count(1)


class Raster:
    """An array of bytes, (height, width, 4) for a layer or (height, width) for a mask, that edits write into.

    While only the history knows it, it can be *parked*: packed by a background thread, unpacked when next asked for.

    Attributes:
        version: grows with every change, so that copies and encoded files of an unchanged one can be kept.
    """

    __slots__ = ("_array", "_lock", "_packed", "_parked", "_parks", "shape", "version")

    def __init__(self, array: NDArray[np.uint8]) -> None:
        self._array: NDArray[np.uint8] | None = array
        self._packed: Patch | None = None
        self._parked = False
        self._parks = 0
        self._lock = threading.Lock()
        self.shape = array.shape
        self.version = 0

    @property
    def array(self) -> NDArray[np.uint8]:
        """The pixels, unpacked first when they were parked."""
        if self._parked or self._array is None:
            with self._lock:
                self._parked = False
                if self._array is None:
                    self._array = np.empty(self.shape, np.uint8)
                    if self._packed is not None:
                        self._packed.write(self._array)
                    self._packed = None
        return self._array

    @property
    def bytes(self) -> int:
        """Memory that it takes now."""
        packed, array = self._packed, self._array
        return array.nbytes if array is not None else packed.bytes if packed is not None else 0

    @property
    def bounds(self) -> Bounds:
        """All of it, in its own coordinates."""
        return Bounds(0, 0, self.shape[1], self.shape[0])

    def park(self) -> None:
        """Nobody shows it any more: ``pack`` may take its array away."""
        with self._lock:
            self._parked = True
            self._parks += 1

    def pack(self) -> None:
        """Pack it if it is still parked. For a background thread."""
        with self._lock:
            array, parks = self._array, self._parks
            if array is None or not self._parked:
                return
        packed = Patch.of(array, self.bounds)
        packed.pack()
        with self._lock:
            if self._parked and self._parks == parks:  # nobody has painted on it in the meantime
                self._packed, self._array = packed, None


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer.

    Attributes:
        id: its identity, the same through all edits of it.
        raster: its pixels.
        opacity: 0 to 1.
        x: column of the canvas at which its first column lies; may be negative.
        y: row likewise.
        control: how it guides a picture that it is no part of; None for layers of the picture.
    """

    id: LayerId = field(default_factory=lambda: next(_ids))
    raster: Raster
    name: str
    opacity: float = 1.0
    mode: BlendMode = BlendMode.NORMAL
    visible: bool = True
    locked: bool = False
    x: int = 0
    y: int = 0
    control: LayerControl | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.opacity <= 1:
            raise BadRequest(f"The opacity is {self.opacity}, which cannot be.", hint="It goes from 0 to 1.")

    @classmethod
    def of(cls, pixels: Pixels, name: str, *, x: int = 0, y: int = 0) -> Layer:
        """A layer of its own copy of RGB or RGBA ``pixels``.

        Raises:
            BadPicture: when they are not 8 bits a channel, or larger than 8192 pixels a side.
        """
        return cls(raster=Raster(rgba(pixels)), name=name, x=x, y=y)

    @property
    def pixels(self) -> Pixels:
        """(height, width, 4) bytes with straight alpha; only edits write into it."""
        return self.raster.array

    @property
    def bounds(self) -> Bounds:
        """Where it lies on the canvas; may reach beyond."""
        return Bounds(self.x, self.y, self.raster.shape[1], self.raster.shape[0])

    def part(self, bounds: Bounds) -> Pixels:
        """A view of its pixels in ``bounds`` of the canvas, which lie inside it."""
        return self.pixels[bounds.moved(-self.x, -self.y).slices]


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All of a document that an edit of its structure replaces at once.

    Attributes:
        size: of the canvas, 1 to 8192 a side.
        layers: the lowest first.
        active: the layer that tools work on; None only when there are no layers.
        selection: mask of the canvas's size; all 0 means that nothing is selected.
        anchor: where the point that was 0, 0 at first lies now. Cropping and extending move it, so that what was
            placed by it can be found again.
    """

    size: Size
    layers: tuple[Layer, ...] = ()
    active: LayerId | None = None
    selection: Raster
    anchor: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, size: Size, layers: tuple[Layer, ...] = ()) -> Stack:
        """A stack whose topmost layer is active and where nothing is selected."""
        check_size(size)
        active = layers[-1].id if layers else None
        return cls(size=size, layers=layers, active=active, selection=Raster(np.zeros(size.shape, np.uint8)))

    @property
    def bounds(self) -> Bounds:
        """The canvas."""
        return Bounds.of(self.size)

    @property
    def rasters(self) -> frozenset[Raster]:
        """All pixels that it shows."""
        return frozenset([self.selection, *(layer.raster for layer in self.layers)])

    def index(self, layer: LayerId) -> int:
        """Place of a layer counted from the lowest. Raises BadRequest when it is not there."""
        for index, candidate in enumerate(self.layers):
            if candidate.id == layer:
                return index
        raise BadRequest("That layer is no longer there.", hint="Choose another layer.")

    def layer(self, layer: LayerId | None = None) -> Layer:
        """A layer, or the active one. Raises BadRequest when it is not there."""
        wanted = self.active if layer is None else layer
        if wanted is None:
            raise BadRequest("There is no layer.", hint="Add a layer first.")
        return self.layers[self.index(wanted)]

    def writable(self, layer: LayerId | None = None) -> Layer:
        """The same; raises BadRequest when it is locked."""
        found = self.layer(layer)
        if found.locked:
            raise BadRequest(f"The layer '{found.name}' is locked.", hint="Unlock it in the layers panel.")
        return found

    def having(self, layer: Layer) -> Stack:
        """The stack with the layer of that identity replaced."""
        index = self.index(layer.id)
        return replace(self, layers=(*self.layers[:index], layer, *self.layers[index + 1 :]))


def rgba(pixels: Pixels) -> Pixels:
    """An own, contiguous RGBA copy of RGB or RGBA bytes. Raises BadPicture when it cannot be a layer."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise BadPicture("The picture is not RGB or RGBA with 8 bits a channel.", hint="Convert it first.")
    height, width = pixels.shape[:2]
    check_size(Size(width, height), "picture")
    out = np.empty((height, width, 4), np.uint8)
    out[..., 3] = 255
    out[..., : pixels.shape[2]] = pixels
    return out


def blank(size: Size) -> Pixels:
    """Transparent pixels; memory is taken when they are first painted on."""
    check_size(size)
    return np.zeros((*size.shape, 4), np.uint8)


def check_size(size: Size, what: str = "canvas") -> None:
    """Raise BadPicture when a side is not 1 to 8192 pixels."""
    if not (1 <= size.width <= LARGEST_SIDE and 1 <= size.height <= LARGEST_SIDE):
        raise BadPicture(f"The {what} would be {size}.", hint=f"Sides from 1 to {LARGEST_SIDE} can be used.")


def empty_mask(size: Size) -> Mask:
    """A mask that selects nothing."""
    return np.zeros(size.shape, np.uint8)
