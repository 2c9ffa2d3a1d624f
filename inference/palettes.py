"""Palettes: colours with a name, their files (.gpl, .hex, .act, pictures), and the best few of a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.alpha import Pixels
from inference.clusters import best_colours, merged, nearest_of, once, packed_of, unpacked, visible_colours
from inference.errors import BadPicture, BadRequest, UnknownName
from inference.files import write_text
from inference.oklab import Lab, to_oklab
from inference.pictures import read_picture
from inference.resources import RESOURCES, user_folder

MOST_COLOURS = 1024
LARGEST_FILE = 1 << 20
"""Bytes of a palette's text; a file that is larger is something else."""
_HEX = re.compile(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
_ACT = 768
Colours = list[tuple[int, int, int]]


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours in an order.

    Attributes:
        name: what one calls it.
        colours: (n, 3) sRGB bytes, n from 1 to 1024, each once.
    """

    name: str
    colours: NDArray[np.uint8]

    def __post_init__(self) -> None:
        colours = np.asarray(self.colours)
        if colours.ndim != 2 or colours.shape[1] != 3 or not len(colours):
            raise BadRequest(f"The palette {self.name} has no colours.", hint="Give at least one.")
        colours = once(colours.astype(np.uint8))
        if len(colours) > MOST_COLOURS:
            raise BadRequest(
                f"The palette {self.name} has {len(colours)} colours.", hint=f"At most {MOST_COLOURS} can be used."
            )
        colours.setflags(write=False)
        object.__setattr__(self, "colours", colours)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Palette) and self.name == other.name and np.array_equal(self.colours, other.colours)

    def __hash__(self) -> int:
        return hash((self.name, self.colours.tobytes()))

    def __len__(self) -> int:
        return len(self.colours)

    @property
    def lab(self) -> Lab:
        """The colours in OKLab."""
        return to_oklab(self.colours)

    def hex(self) -> list[str]:
        """The colours as "#rrggbb"."""
        return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in self.colours]

    def nearest(self, colours: Pixels) -> NDArray[np.intp]:
        """Index of the nearest colour in OKLab for sRGB bytes (..., 3); a palette's own colour is its own nearest."""
        packed, back = np.unique(packed_of(colours), return_inverse=True)
        return nearest_of(to_oklab(unpacked(packed)), self.lab)[back].reshape(colours.shape[:-1])

    def map(self, colours: Pixels) -> Pixels:
        """sRGB bytes (..., 3) with each colour replaced by its nearest."""
        return self.colours[self.nearest(colours)]


def palette_of(pixels: Pixels, count: int, name: str = "own") -> Palette:
    """The ``count`` colours that stand best for a picture: variance splits in OKLab, then k-means (Lloyd).

    A colour that dominates is taken as it is, so flat colours do not move; a picture that has no more than ``count``
    gives exactly its own. Dark first. A picture of which nothing can be seen gives black.
    """
    return common_palette([pixels], count, name)


def common_palette(pictures: Iterable[Pixels], count: int, name: str = "common") -> Palette:
    """The ``count`` colours that stand best for several pictures, each of which counts the same."""
    if not 1 <= count <= MOST_COLOURS:
        raise BadRequest(f"{count} colours are not possible.", hint=f"Give 1 to {MOST_COLOURS}.")
    colours, weights = np.zeros((0, 3), np.uint8), np.zeros(0)
    for pixels in pictures:
        more, much = visible_colours(pixels)
        colours, weights = merged(
            np.concatenate([colours, more]), np.concatenate([weights, much / max(much.sum(), 1e-9)])
        )
    if not len(colours):
        return Palette(name, np.zeros((1, 3), np.uint8))
    if len(colours) > count:
        colours = best_colours(colours, weights, count)
    return Palette(name, colours[np.argsort(to_oklab(colours)[:, 0], kind="stable")])


def palette_folders() -> tuple[Path, ...]:
    """Where palettes are looked for, the user's last, so that they win."""
    return (RESOURCES / "palettes", user_folder() / "palettes")


def known_palettes(folders: Iterable[Path] | None = None) -> Mapping[str, Path]:
    """Files of palettes by name."""
    return {
        path.stem.lower(): path
        for folder in (palette_folders() if folders is None else folders)
        for path in sorted(folder.glob("*"))
        if path.suffix.lower() in READERS
    }


def shipped(palette: Palette) -> bool:
    """Whether every copy of the program has it under its name, so that the name alone can be passed on."""
    path = known_palettes((RESOURCES / "palettes",)).get(palette.name.lower())
    return path is not None and read_palette(path) == palette


def find_palette(name: str, folder: Path | None = None) -> Palette:
    """The palette of that name, or in that file (looked for in ``folder`` when its name is relative).

    Raises:
        UnknownName: with the near ones. BadRequest: when the file cannot be read.
    """
    if Path(name).suffix.lower() in READERS:
        return read_palette((folder or Path()) / name)
    known = known_palettes()
    if name.lower() not in known:
        raise UnknownName("palette", name, known)
    return read_palette(known[name.lower()])


def read_palette(path: Path) -> Palette:
    """Read .gpl, .hex, .act or a picture (.png, .gif), by the name's ending; colours that come twice count once.

    Raises:
        BadRequest: when it is missing, broken, no palette, or has more than 1024 colours.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadRequest(
            f"{path.name} is not a kind of palette that can be read.", hint="Use .gpl, .hex, .act or .png."
        )
    if not path.is_file():
        raise BadRequest(f"There is no palette {path}.", hint="Check the name.")
    try:
        name, colours = reader(path)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise BadRequest(
            f"The palette {path} cannot be read.", hint="Save it again as .gpl or .hex.", detail=str(error)
        ) from error
    if not len(colours):
        raise BadRequest(f"The palette {path} has no colours.", hint="Save it again as .gpl or .hex.")
    return Palette(name or path.stem, np.array(colours, np.uint8))


def write_palette(path: Path, palette: Palette) -> None:
    """Write .gpl or .hex, by the name's ending; the old file stays until the new one is whole."""
    if path.suffix.lower() == ".hex":
        write_text(path, "".join(f"{colour[1:]}\n" for colour in palette.hex()))
    elif path.suffix.lower() == ".gpl":
        rows = "".join(f"{r:3} {g:3} {b:3}\t{r:02x}{g:02x}{b:02x}\n" for r, g, b in palette.colours)
        name = " ".join(palette.name.split())
        write_text(path, f"GIMP Palette\nName: {name}\nColumns: {min(16, len(palette))}\n#\n{rows}")
    else:
        raise BadRequest(f"{path.name} is not a kind of palette that can be written.", hint="Use .gpl or .hex.")


def parse_colour(text: str) -> tuple[int, int, int]:
    """ "#rrggbb", "rrggbb" or "#rgb" as bytes. Raises ValueError otherwise."""
    short = re.fullmatch(r"#?([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])", text)
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})", text)
    if not short and not found:
        raise ValueError(f"'{text}' is no colour")
    digits = found[1] if found else "".join(2 * digit for digit in short.groups()) if short else ""
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _text(path: Path) -> Iterator[str]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError("it is too large to be a palette")
    for line in path.read_text("utf-8-sig", errors="replace").splitlines():
        yield line.strip()


def _gpl(path: Path) -> tuple[str, Colours]:
    lines = _text(path)
    if next(lines, "") != "GIMP Palette":
        raise ValueError("it does not begin with 'GIMP Palette'")
    name, colours = "", []
    for line in lines:
        if line.lower().startswith("name:"):
            name = line[5:].strip()
        elif line and not line.startswith("#") and not line.lower().startswith(("columns:", "channels:")):
            r, g, b = (int(word) for word in line.split()[:3])
            if not all(0 <= value <= 255 for value in (r, g, b)):
                raise ValueError(f"'{line}' is no colour")
            colours.append((r, g, b))
    return name, colours


def _hex(path: Path) -> tuple[str, Colours]:
    colours = []
    for line in _text(path):
        if not line or line.startswith((";", "//")):
            continue
        found = _HEX.fullmatch(line)
        if not found:
            raise ValueError(f"'{line[:40]}' is no colour")
        colours.append(parse_colour(found[1]))
    return "", colours


def _act(path: Path) -> tuple[str, Colours]:
    """256 colours of 3 bytes; with 4 more bytes, how many count and which one is transparent."""
    held = path.read_bytes()[: _ACT + 5]
    if len(held) not in (_ACT, _ACT + 4):
        raise ValueError("its length is not that of a colour table")
    colours = [(held[i], held[i + 1], held[i + 2]) for i in range(0, _ACT, 3)]
    if len(held) > _ACT:
        count, clear = int.from_bytes(held[_ACT : _ACT + 2], "big"), int.from_bytes(held[_ACT + 2 :], "big")
        colours = colours[: count or 256]
        if clear < len(colours):
            del colours[clear]
    return "", colours


def _picture(path: Path) -> tuple[str, Colours]:
    """The table of an indexed picture in its order; else the colours that can be seen, in reading order."""
    pixels = read_picture(path).pixels
    with Image.open(path) as image:
        image.load()
        table = image.getpalette("RGB") if image.mode == "P" else None
        clear = image.info.get("transparency")
    if table:
        gone = {clear} if isinstance(clear, int) else {i for i, a in enumerate(clear or b"") if a == 0}
        entries = [(table[i], table[i + 1], table[i + 2]) for i in range(0, len(table) - 2, 3)]
        return "", [colour for i, colour in enumerate(entries) if i not in gone]
    if len(visible_colours(pixels)[0]) > MOST_COLOURS:
        raise BadPicture(f"{path} has too many colours for a palette.", hint=f"At most {MOST_COLOURS} can be used.")
    flat = pixels.reshape(-1, pixels.shape[2])
    seen = flat[flat[:, 3] > 0, :3] if pixels.shape[2] == 4 else flat
    return "", [(int(r), int(g), int(b)) for r, g, b in once(seen)]


READERS: dict[str, Callable[[Path], tuple[str, Colours]]] = {
    ".gpl": _gpl,
    ".hex": _hex,
    ".act": _act,
    ".png": _picture,
    ".gif": _picture,
}
