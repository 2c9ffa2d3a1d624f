"""Import an Iconify JSON set, as the npm packages ``@iconify-json/...`` hold it, rendered with resvg.

Format: https://iconify.design/docs/types/iconify-json.html. Author and licence come from the set itself.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import BadRequest
from training.collect.storing import Found, Origin
from training.dataset import BadDataset, Entry
from training.licences import UNKNOWN

LARGEST_SET = 512 << 20
LONGEST_BODY = 1 << 20
DEEPEST_ALIAS = 5
REFUSED = re.compile(r"<\s*(?:image|text|script|foreignObject|style)\b|<[!?]|href\s*=\s*[\"'](?!#)", re.IGNORECASE)
"""What an icon does not need: other files, fonts of this machine, programs, entities."""

PALETTE: dict[str, str] = {
    "red": "#d92d2d",
    "orange": "#f08021",
    "yellow": "#f4c822",
    "green": "#3ba147",
    "teal": "#1f9e94",
    "blue": "#2f6fde",
    "purple": "#8543c9",
    "pink": "#ec6aa6",
    "brown": "#86552f",
    "grey": "#85898f",
    "black": "#24262a",
    "white": "#f4f5f7",
    "golden": "#dba32c",
    "silver": "#b4bcc6",
}
"""Colours for icons that have none of their own; the word goes into the caption."""


class BadSet(BadDataset):
    """An icon set that cannot be read."""


@dataclass(frozen=True)
class Icon:
    """One icon: SVG inside a view box.

    Attributes:
        box: left, top, width and height.
        turned: SVG transform of an alias that mirrors or turns, or "".
        names: other names under which the set has the same icon.
        codepoint: the character's code points as the set has them ("1f409"), or "".
    """

    name: str
    body: str
    box: tuple[float, float, float, float]
    turned: str = ""
    names: tuple[str, ...] = ()
    codepoint: str = ""

    @property
    def monochrome(self) -> bool:
        """True when its colour is left to whoever draws it."""
        return "currentColor" in self.body

    def svg(self, size: int, colour: str) -> str:
        """The whole document, its longer side ``size`` pixels."""
        left, top, width, height = self.box
        scale = size / max(width, height)
        body = f'<g transform="{self.turned}">{self.body}</g>' if self.turned else self.body
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'width="{max(1, round(width * scale))}" height="{max(1, round(height * scale))}" '
            f'viewBox="{left:g} {top:g} {width:g} {height:g}" color="{colour}">{body}</svg>'
        )


@dataclass(frozen=True)
class IconSet:
    """An icon set: what it is, whose, and its icons in the order of their names."""

    prefix: str
    title: str
    origin: Origin
    icons: tuple[Icon, ...]


def read_set(path: Path) -> IconSet:
    """Read a package's folder, its ``icons.json``, or one of the single files of ``@iconify/json``.

    Raises:
        BadSet: when it is none.
    """
    file = path / "icons.json" if path.is_dir() else path
    values = _json(file)
    if not isinstance(values.get("icons"), dict) or not isinstance(values.get("prefix"), str):
        raise BadSet(f"{file} is not an Iconify set.", hint="Give the folder of an @iconify-json package.")
    said = values.get("info") or _json(file.with_name("info.json"), missing={})
    characters = values.get("chars") or _json(file.with_name("chars.json"), missing={})
    package = _json(file.with_name("package.json"), missing={})
    try:
        title = str(said.get("name") or values["prefix"])
        return IconSet(values["prefix"], title, _origin(values["prefix"], said, package), _icons(values, characters))
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        raise BadSet(f"{file} is broken.", hint="Fetch the package again.", detail=str(error)) from error


def find_icons(
    icons: IconSet, *, size: int, colour: str = "#24262a", palette: Sequence[str] = (), colours_each: int = 1
) -> Iterator[Found]:
    """Render a set.

    Args:
        size: pixels of the longer side.
        colour: of monochrome icons.
        palette: words of ``PALETTE``: monochrome icons come in ``colours_each`` of them, chosen by the icon's name,
            with the word in the caption.

    Raises:
        BadRequest: when resvg is not installed.
    """
    draw = _renderer()
    origin = icons.origin.onto(Entry(file=""))
    for icon in icons.icons:
        words = icon.name.replace("-", " ").replace("_", " ")
        for name in chosen_colours(icon.name, palette, colours_each) if icon.monochrome else [""]:
            entry = Entry(
                file="",
                caption=f"{name} {words}".strip(),
                concept=words,
                tags=(name,) if name else (),
                synonyms=tuple(each.replace("-", " ") for each in icon.names),
                source=origin.source,
                licence=origin.licence,
                author=origin.author,
                style=origin.style,
                extra={"codepoint": icon.codepoint} if icon.codepoint else {},
            )
            content = draw(icon.svg(size, PALETTE.get(name, colour)))
            yield Found(name=f"{icon.name}-{name}" if name else icon.name, entry=entry, content=content)


def chosen_colours(name: str, palette: Sequence[str], count: int) -> list[str]:
    """``count`` different colours of the palette, always the same for a name; [""] without a palette."""
    order = sorted(palette, key=lambda colour: hashlib.sha256(f"{name}:{colour}".encode()).digest())
    return order[:count] or [""]


def _renderer() -> Any:
    try:
        resvg = importlib.import_module("resvg_py")
    except ImportError as error:
        raise BadRequest(
            "Icons cannot be rendered: resvg is not installed.", hint="Add it: make setup EXTRAS=train."
        ) from error

    def draw(svg: str) -> bytes:
        """PNG, or what the cleaner will call unreadable when resvg refuses the drawing."""
        try:
            return b"" if REFUSED.search(svg) else bytes(resvg.svg_to_bytes(svg_string=svg, skip_system_fonts=True))
        except (ValueError, RuntimeError):
            return b""

    return draw


def _json(path: Path, missing: Any = None) -> Any:
    if missing is not None and not path.exists():
        return missing
    try:
        if path.stat().st_size > LARGEST_SET:
            raise BadSet(f"{path} is enormous.", hint="Give one icon set.")
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadSet(f"{path} cannot be read.", hint="Give an @iconify-json package.", detail=str(error)) from error
    if not isinstance(values, dict):
        raise BadSet(f"{path} is not an Iconify set.", hint="Give the folder of an @iconify-json package.")
    return values


def _origin(prefix: str, said: dict[str, Any], package: dict[str, Any]) -> Origin:
    licence, author = said.get("license") or {}, said.get("author") or {}
    version = package.get("version")
    return Origin(
        source=f"npm @iconify-json/{prefix}" + (f" {version}" if version else ""),
        licence=str(licence.get("spdx") or licence.get("title") or UNKNOWN),
        author=str(author.get("name") or UNKNOWN),
        style=prefix,
    )


def _icons(values: dict[str, Any], characters: dict[str, Any]) -> tuple[Icon, ...]:
    icons, aliases = values["icons"], values.get("aliases") or {}
    codepoints: dict[str, str] = {}
    for codepoint, name in characters.items():
        codepoints.setdefault(str(name), str(codepoint))
    plain: dict[str, list[str]] = {}
    for alias, target in aliases.items():
        if not _turn(_resolved(alias, icons, aliases)):
            plain.setdefault(str(target["parent"]), []).append(alias)
    found = []
    for name in sorted([*icons, *aliases]):
        merged = _resolved(name, icons, aliases)
        if merged.get("hidden") or (name in aliases and not _turn(merged)):
            continue
        box = tuple(float(merged.get(key, values.get(key, usual))) for key, usual in _BOX)
        if min(box[2:]) <= 0 or not all(abs(number) < 1e6 for number in box) or len(merged["body"]) > LONGEST_BODY:
            continue
        icon = Icon(name, merged["body"], box, _transform(merged, box), tuple(plain.get(name, ())))  # pyright: ignore[reportArgumentType]
        found.append(icon if name not in codepoints else _with_codepoint(icon, codepoints[name]))
    return tuple(found)


_BOX = (("left", 0), ("top", 0), ("width", 16), ("height", 16))
_TURNS = ("hFlip", "vFlip", "rotate")


def _with_codepoint(icon: Icon, codepoint: str) -> Icon:
    return Icon(icon.name, icon.body, icon.box, icon.turned, icon.names, codepoint)


def _resolved(name: str, icons: dict[str, Any], aliases: dict[str, Any]) -> dict[str, Any]:
    """An icon or alias with what it inherits; flips and turns add up along the chain."""
    merged: dict[str, Any] = {"hFlip": False, "vFlip": False, "rotate": 0}
    for _ in range(DEEPEST_ALIAS):
        layer = icons.get(name) or aliases.get(name)
        if not isinstance(layer, dict):
            break
        merged = (
            layer
            | merged
            | {
                "hFlip": merged["hFlip"] != bool(layer.get("hFlip")),
                "vFlip": merged["vFlip"] != bool(layer.get("vFlip")),
                "rotate": (merged["rotate"] + int(layer.get("rotate", 0))) % 4,
            }
        )
        if name in icons:
            if not isinstance(layer.get("body"), str):
                break
            return merged
        name = str(layer.get("parent"))
    raise ValueError(f"the icon '{name}' has no drawing")


def _turn(merged: dict[str, Any]) -> bool:
    return any(merged[key] for key in _TURNS)


def _transform(merged: dict[str, Any], box: Sequence[float]) -> str:
    """SVG's transform for the flips and quarter turns of an alias, about the middle of the box."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    steps = []
    if merged["rotate"]:
        steps.append(f"rotate({90 * merged['rotate']} {x:g} {y:g})")
    if merged["hFlip"] or merged["vFlip"]:
        across, down = -1 if merged["hFlip"] else 1, -1 if merged["vFlip"] else 1
        steps.append(f"translate({x:g} {y:g}) scale({across} {down}) translate({-x:g} {-y:g})")
    return " ".join(steps)
