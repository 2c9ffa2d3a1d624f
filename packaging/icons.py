"""The program's icon in the forms that Windows and macOS want, made of the picture in ``resources/icons``.

.venv/bin/python packaging/icons.py build       # build/gouache.ico and build/gouache.icns
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SVG = ROOT / "resources" / "icons" / "gouache.svg"
WINDOWS = (16, 24, 32, 48, 64, 128, 256)
MAC = 1024


def drawn(size: int) -> bytes:
    """The icon as a PNG of this many pixels."""
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=SVG.read_text("utf-8"), width=size, height=size))


def write(folder: Path) -> None:
    """Write both forms into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [Image.open(io.BytesIO(drawn(size))) for size in WINDOWS]
    pictures[-1].save(folder / "gouache.ico", sizes=[(size, size) for size in WINDOWS], append_images=pictures[:-1])
    Image.open(io.BytesIO(drawn(MAC))).save(folder / "gouache.icns")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build"))
