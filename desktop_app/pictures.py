"""Pictures between numpy, Qt and the clipboard."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from inference.alpha import Pixels
from inference.api import LARGEST_SIDE
from inference.errors import BadPicture


def to_image(pixels: Pixels) -> QImage:
    """An own copy of (height, width, 3 or 4) bytes with straight alpha."""
    height, width, channels = pixels.shape
    kind = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, packed.strides[0], kind).copy()


def from_image(image: QImage) -> Pixels:
    """(height, width, 4) bytes, straight alpha.

    Raises:
        BadPicture: when it is empty or larger than 8192 pixels a side.
    """
    if image.isNull():
        raise BadPicture("There is no picture on the clipboard.", hint="Copy a picture first.")
    width, height = image.width(), image.height()
    if max(width, height) > LARGEST_SIDE:
        raise BadPicture(f"The picture is {width}x{height}.", hint=f"Sides up to {LARGEST_SIDE} can be used.")
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(height, plain.bytesPerLine())
    return rows[:, : width * 4].reshape(height, width, 4).copy()


def copy_to_clipboard(pixels: Pixels) -> None:
    """Put a picture on the clipboard, with its transparency."""
    QGuiApplication.clipboard().setImage(to_image(pixels))


def clipboard_has_picture() -> bool:
    """True when ``paste`` would find something."""
    mime = QGuiApplication.clipboard().mimeData()
    return mime is not None and (mime.hasImage() or bool(local_files(mime)))


def local_files(mime: QMimeData) -> list[str]:
    """Paths of the files that are dropped or pasted."""
    return [url.toLocalFile() for url in mime.urls() if isinstance(url, QUrl) and url.isLocalFile()]
