"""Import the studio's own documents (OpenRaster): their layers, the merged picture, the results kept in them."""

from __future__ import annotations

import enum
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from PIL import Image

from inference.api import LARGEST_SIDE
from inference.errors import BadPicture, BadRequest
from inference.recipe import Recipe
from training.collect.storing import Found
from training.collect.words import caption_of_name
from training.dataset import BadDataset, Entry

MERGED, RESULTS, RESULT_FOLDER = "mergedimage.png", "gouache/results.json", "gouache/results/"
MOST_ENTRIES = 4096
LARGEST_ENTRY = 1 << 28
"""Bytes, unpacked; what an entry says of itself is not believed."""
LARGEST_XML = 1 << 24
WHOLE_PICTURES = ("generate", "vary")
"""Kinds of run whose results are pictures of their own; the others are patches."""


class Part(enum.Enum):
    """What is taken from a document."""

    LAYERS = "layers"
    MERGED = "merged"
    RESULTS = "results"


def find_in_document(path: Path, parts: tuple[Part, ...]) -> Iterator[Found]:
    """The pictures of a document, cut to what a layer holds; hidden layers are passed over.

    Raises:
        BadPicture: when it is no OpenRaster file, broken or hostile. BadDataset: when it has nothing of ``parts``.
    """
    with _opened(path) as archive:
        found = [each for part in parts for each in _FINDERS[part](archive, path)]
    if not found:
        raise BadDataset(f"{path.name} holds none of: {', '.join(part.value for part in parts)}.", hint="See --parts.")
    yield from found


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BadPicture(f"{path} does not exist.", hint="Check the name.") from None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadPicture(f"{path.name} is not an OpenRaster file or is cut off.", detail=str(error)) from error
    if len(archive.infolist()) > MOST_ENTRIES:
        archive.close()
        raise _broken(path, "it has too many parts")
    return archive


def _broken(path: Path, why: str, detail: str = "") -> BadPicture:
    hint = "Open it in the program that made it and save it again."
    return BadPicture(f"{path.name} is broken: {why}.", hint=hint, detail=detail)


def _read(archive: zipfile.ZipFile, name: str, path: Path, most: int = LARGEST_ENTRY) -> bytes:
    try:
        with archive.open(name) as file:
            content = file.read(most + 1)
    except KeyError as error:
        raise _broken(path, f"'{name}' is not in it") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise _broken(path, f"'{name}' cannot be read", str(error)) from error
    if len(content) > most:
        raise _broken(path, f"'{name}' is enormous")
    return content


def _layers(archive: zipfile.ZipFile, path: Path) -> Iterator[Found]:
    for number, (name, source) in enumerate(_visible(_root(archive, path))):
        words = caption_of_name(name) or caption_of_name(path.stem)
        yield _found(archive, path, source, f"{path.stem}-{name or number}", Entry(file="", caption=words))


def _merged(archive: zipfile.ZipFile, path: Path) -> Iterator[Found]:
    if MERGED in archive.namelist():
        yield _found(archive, path, MERGED, path.stem, Entry(file="", caption=caption_of_name(path.stem)))


def _results(archive: zipfile.ZipFile, path: Path) -> Iterator[Found]:
    """What was made for the document and kept: the recipe's words are the caption."""
    if RESULTS not in archive.namelist():
        return
    try:
        runs = json.loads(_read(archive, RESULTS, path, LARGEST_XML))["runs"]
        wanted = [result for run in runs if run["mode"] in WHOLE_PICTURES for result in run["results"]]
        kept = [(str(result["id"]), Recipe.from_json(str(result["recipe"]))) for result in wanted]
    except (KeyError, TypeError, ValueError, RecursionError, BadRequest) as error:
        raise _broken(path, "its list of results cannot be read", str(error)) from error
    for name, recipe in kept:
        entry = Entry(file="", caption=str(recipe.prompt), style=str(recipe.style or ""), extra={"made": "model"})
        yield _found(archive, path, f"{RESULT_FOLDER}{name}.png", f"{path.stem}-{name[:8]}", entry)


_FINDERS = {Part.LAYERS: _layers, Part.MERGED: _merged, Part.RESULTS: _results}


def _found(archive: zipfile.ZipFile, path: Path, source: str, name: str, entry: Entry) -> Found:
    content = _read(archive, source, path)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            size = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _broken(path, f"'{source}' is not a picture", str(error)) from error
    if max(size) > LARGEST_SIDE:
        raise _broken(path, f"'{source}' is {size[0]}x{size[1]}")
    return Found(name=name, entry=entry, content=content)


def _root(archive: zipfile.ZipFile, path: Path) -> ElementTree.Element:
    """The root of stack.xml. Document types are refused: entities that expand come with them."""
    xml = _read(archive, "stack.xml", path, LARGEST_XML)
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise _broken(path, "its stack.xml has a document type")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
        return ElementTree.fromstring(xml)
    except (expat.ExpatError, ElementTree.ParseError, LookupError, ValueError, RecursionError) as error:
        raise _broken(path, "its stack.xml cannot be read", str(error)) from error


def _visible(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Name and picture of each layer that shows, the lowest first; without recursion, whatever the nesting."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.get("visibility", "visible") == "hidden":
            continue
        source = element.get("src")
        if element.tag == "layer" and source:
            yield element.get("name", ""), source
        elif element.tag in ("image", "stack"):
            waiting.extend(element)
