"""Small pictures of files, for lists of them. May be called in any thread: ``QImage`` is a value."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from desktop_app.document.opening import PICTURES

log = logging.getLogger(__name__)

INSIDE_ORA = "Thumbnails/thumbnail.png"
MOST_BYTES = 4 << 20
"""Of the picture inside an .ora file: the format allows 256x256 pixels."""


def thumbnail(path: Path, side: int) -> QImage:
    """The picture of a file, at most ``side`` pixels a side; an empty image where there is none to be had quickly."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".ora":
            return _scaled(_inside_ora(path), side)
        if suffix in PICTURES:
            return _scaled(_read(path, side), side)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, RuntimeError, NotImplementedError) as error:
        log.info("no thumbnail of %s: %s", path, error)
    return QImage()


def _inside_ora(path: Path) -> QImage:
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(INSIDE_ORA).file_size > MOST_BYTES:
            raise ValueError("its thumbnail is too large")
        return QImage.fromData(archive.read(INSIDE_ORA))


def _read(path: Path, side: int) -> QImage:
    """JPEG is decoded at the size that is wanted."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > 2 * side:
        reader.setScaledSize(size.scaled(QSize(2 * side, 2 * side), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def _scaled(image: QImage, side: int) -> QImage:
    if image.isNull() or max(image.width(), image.height()) <= side:
        return image
    kept, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(side, side), kept, smooth)
