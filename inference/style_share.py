"""A style as one file, ``NAME.gouache-style``: a zip of a manifest and what the style names, safe to open from anybody.

Nothing in it is compressed, so it unpacks to what it weighs and no more; names are plain; every file is in the manifest
with its length and hash, and nothing else is in the zip. It is unpacked beside the styles, read as a style, and only
then becomes one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from inference.errors import BadRequest
from inference.files import replace_file
from inference.lora_file import read_lora
from inference.loras import file_hash
from inference.manifest import read_manifest
from inference.pictures import read_picture
from inference.style_files import as_json, check_free, free_title, kept_name, name_for, own_folder, save_style
from inference.styles import Style, style_from_json

SHARE_SUFFIX = ".gouache-style"
FORMAT, SHARE_VERSION = "gouache-style", 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1 << 20
MOST_FILES = 256
ROOM = 256 << 20
"""Bytes of the disk that stay free."""
_PIECE = 1 << 20
_LONGEST_NAME = 120
_HINT = "Ask for the file again."


def export_style(style: Style, path: Path) -> Path:
    """Write a style with all that it names as one file; returns its path, with the ending.

    Raises:
        BadRequest: when it may not be passed on, is a blend, or the file cannot be written.
    """
    if style.licence:
        raise BadRequest(
            f"The style {style.title} is {style.licence}.", hint="Share styles of pictures that may be passed on."
        )
    if style.parts:
        raise BadRequest("A blend cannot be shared as one style.", hint="Share its styles one by one.")
    path = path if path.suffix == SHARE_SUFFIX else path.with_name(path.name + SHARE_SUFFIX)
    files = dict(_files_of(style))
    said = {name: {"bytes": file.stat().st_size, "sha256": file_hash(file)} for name, file in files.items()}
    manifest = {"format": FORMAT, "version": SHARE_VERSION, "style": as_json(style), "files": said}
    with replace_file(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2))
        for name, file in files.items():
            archive.write(file, name)
    return path


def import_style(path: Path, title: str | None = None) -> Style:
    """Make a shared style one's own; the name gets a number where it is taken, nothing is ever replaced.

    Args:
        title: to call it otherwise.

    Raises:
        BadRequest: when the file is broken, hostile, or from a newer version, or the title is taken.
    """
    if title is not None:
        check_free(title)
    with _unpacked(path) as (folder, value):
        style = _checked(path, folder, value)
        title = title or free_title(style.title)
        style = replace(style, name=name_for(title), title=title.strip())
        if style.model is not None:
            own = own_folder() / style.name
            style.model.rename(own)
            style = replace(style, model=own)
        return save_style(style)


def _files_of(style: Style) -> Iterator[tuple[str, Path]]:
    """Files by their names in the zip."""
    for file in (*(Path(lora.name) for lora in style.loras), *style.references):
        yield f"files/{kept_name(file)}", file
    if style.model is not None:
        for file in sorted(path for path in style.model.rglob("*") if path.is_file()):
            yield f"model/{file.relative_to(style.model).as_posix()}", file


@contextmanager
def _unpacked(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A folder that holds what is in the file, as a style's files lie, and the manifest; it goes at the end."""
    own_folder().mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=own_folder(), prefix=".import-"))
    try:
        with _opened(path) as archive:
            manifest = _manifest(path, archive)
            for name, said in manifest["files"].items():
                _extract(path, archive, name, said, draft)
        yield draft, manifest["style"]
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BadRequest(f"There is no file {path}.", hint="Check the name.") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path.name} is not a whole style file.", hint=_HINT, detail=str(error)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(f"{path.name} could not be imported: {reason}.", hint="Make room, then try again.") from error


def _manifest(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the file says is in it, checked against what is."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_FILES + 1 or MANIFEST not in names:
        raise _broken(path, f"{len(entries)} entries")
    if len(set(names)) < len(names) or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise _broken(path, "an entry twice, or a compressed one")
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise _broken(path, "entries that overlap")
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise _broken(path, "a manifest that is too large")
    try:
        value = json.loads(archive.read(MANIFEST))
        if value["format"] != FORMAT:
            raise _broken(path, "another format")
        if int(value["version"]) > SHARE_VERSION:
            raise BadRequest(f"{path.name} was made by a newer Gouache.", hint="Update the program.")
        sizes = {name: int(said["bytes"]) for name, said in value["files"].items()}
        hashes = {name: str(said["sha256"]) for name, said in value["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _broken(path, repr(error)) from error
    if {entry.filename: entry.file_size for entry in entries if entry.filename != MANIFEST} != sizes or not hashes == {
        name: digest for name, digest in hashes.items() if len(digest) == 64
    }:
        raise _broken(path, "files that are not in the manifest")
    if shutil.disk_usage(own_folder()).free < 2 * sum(sizes.values()) + ROOM:
        raise BadRequest("The disk is nearly full.", hint="Make room, then import it.")
    return value


def _extract(path: Path, archive: zipfile.ZipFile, name: str, said: Mapping[str, Any], draft: Path) -> None:
    target = draft / _place(path, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as source, target.open("xb") as copy:
        while piece := source.read(_PIECE):
            digest.update(piece)
            copy.write(piece)
    if digest.hexdigest() != said["sha256"]:
        raise _broken(path, f"{name} has another hash")


def _place(path: Path, name: str) -> Path:
    """Where an entry goes below the draft: beside the style's JSON, or into its model's folder."""
    parts = PurePosixPath(name).parts
    plain = all(_is_plain(part) for part in parts) and "/".join(parts) == name
    if plain and len(parts) == 2 and parts[0] == "files":
        return Path("style.files") / parts[1]
    if plain and len(parts) in (2, 3) and parts[0] == "model":
        return Path(*parts)
    raise _broken(path, f"the name {name!r}")


def _is_plain(part: str) -> bool:
    return (
        part.isprintable()
        and not part.startswith((".", " "))
        and not part.endswith((".", " "))
        and not any(sign in part for sign in '\\/:*?"<>|')
        and len(part) <= _LONGEST_NAME
    )


def _checked(path: Path, folder: Path, value: Any) -> Style:
    """The unpacked style, once everything in it could be opened."""
    try:
        if value.get("model") is not None:
            value = value | {"model": "model"}
        style = style_from_json(value, folder / "style.json")
        for picture in style.references:
            read_picture(picture)
        for lora in style.loras:
            read_lora(Path(lora.name))
        if style.model is not None:
            read_manifest(style.model)
        name_for(style.title)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _broken(path, repr(error)) from error
    except BadRequest as error:  # its words name the draft
        newer = "newer" in error.message
        raise BadRequest(
            f"{path.name} was made by a newer Gouache." if newer else f"{path.name} holds no style that can be used.",
            hint="Update the program." if newer else _HINT,
            detail=error.message,
        ) from error
    if style.licence:
        raise _broken(path, "it may not be passed on")
    return style


def _broken(path: Path, detail: str) -> BadRequest:
    return BadRequest(f"{path.name} is not a style file that can be trusted.", hint=_HINT, detail=detail)
