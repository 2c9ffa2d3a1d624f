"""Styles of one's own on the disk: saved, renamed, copied and deleted, each a JSON file and ``NAME.files`` beside it.

What a style names is copied into its folder under a name that tells its content, before the JSON changes and never over
another file; what is no longer named is deleted last. At every moment the style is whole, old or new.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inference.alpha import Pixels
from inference.errors import BadRequest, UnknownName
from inference.files import replace_file, write_text
from inference.loras import file_hash
from inference.pictures import write_picture
from inference.resources import user_folder
from inference.style_blends import NONE
from inference.styles import PALETTE, PLACE, STYLE_VERSION, Style, files_folder, load_styles, read_style

LONGEST_TITLE = 40
_RESERVED = {NONE, *(f"{name}{i}" for name in ("com", "lpt") for i in range(10)), "con", "prn", "aux", "nul"}
_PLAIN = re.compile(r"[^\w]+")


def own_folder() -> Path:
    """Where the user's styles lie."""
    return user_folder() / "styles"


def own_styles() -> dict[str, Style]:
    """The user's styles by name; those that the program ships are not among them."""
    return load_styles([own_folder()])


def name_for(title: str) -> str:
    """A style's name, which is its file's too, from its title: letters and digits of any script.

    Raises:
        BadRequest: when there is none in it, or too many.
    """
    name = _PLAIN.sub("-", title.strip().lower()).strip("-_")
    if not name or len(title.strip()) > LONGEST_TITLE:
        raise BadRequest(
            f"A style cannot be called '{title.strip()}'.", hint=f"Use up to {LONGEST_TITLE} letters and digits."
        )
    return f"{name}-style" if name in _RESERVED else name


def free_title(title: str) -> str:
    """``title``, or the same with the first number that no style has yet."""
    known = load_styles()
    titles = {style.title.casefold() for style in known.values()}
    count, free = 2, title
    while free.casefold() in titles or name_for(free) in known:
        number = f" {count}"
        free, count = title[: LONGEST_TITLE - len(number)] + number, count + 1
    return free


def as_json(style: Style) -> dict[str, Any]:
    """What ``read_style`` reads; files by the names that they get when the style is saved."""
    value: dict[str, Any] = {"version": 1, "name": style.name, "title": style.title, "template": style.template}
    value |= {"negative": style.negative, "sampling": dict(style.sampling), "models": list(style.models)}
    if style.model is not None:
        value["model"] = style.model.name
    if style.licence:
        value["licence"] = style.licence
    look: dict[str, Any] = {}
    if style.loras:
        look["loras"] = [{"file": kept_name(Path(lora.name)), "weight": lora.weight} for lora in style.loras]
    if style.references:
        names = [kept_name(path) for path in style.references]
        look["references"] = {"pictures": names, "weight": style.reference_weight}
    if style.palette is not None:
        look["palette"] = PALETTE.write(style.palette)
    if style.post.steps:
        look["post"] = style.post.as_json()
    return value | look | {"version": STYLE_VERSION if look else 1}


def save_style(style: Style, pictures: Mapping[Path, Pixels] | None = None) -> Style:
    """Write a style of one's own, over the one of its name, and read it back.

    Args:
        pictures: references that are in no file yet, by the path that ``style.references`` has for them.

    Raises:
        BadRequest: when it is shipped with the program, blended, or cannot be written.
    """
    if style.parts:
        raise BadRequest("A blend of styles cannot be saved.", hint="Write it where a style is named.")
    if PLACE not in style.template:
        raise BadRequest(f"The template has no {PLACE}.", hint="Say where the prompt goes.")
    if style.name in load_styles() and style.name not in own_styles():
        raise BadRequest(f"{style.title} comes with the program.", hint="Give yours another name.")
    path = own_folder() / f"{style.name}.json"
    folder = files_folder(path)
    style = replace(style, references=tuple(_as_file(each, folder, pictures or {}) for each in style.references))
    for file in _files_of(style):
        _keep(file, folder)
    write_text(path, json.dumps(as_json(style), ensure_ascii=False, indent=2) + "\n")
    saved = read_style(path)
    _sweep(folder, {each.name for each in _files_of(saved)})
    return saved


def rename_style(name: str, title: str) -> Style:
    """Call a style of one's own something else.

    Raises:
        UnknownName, BadRequest: when it is not one's own, or the other name is taken.
    """
    old = own_style(name)
    new = replace(old, name=name_for(title), title=title.strip())
    if new.name == old.name:
        return save_style(new)
    if old.model is not None:
        raise BadRequest(f"{old.title} was trained and keeps its name.", hint="Train it again under another.")
    check_free(title)
    saved = save_style(new)
    _remove(old)
    return saved


def copy_style(style: Style, title: str) -> Style:
    """A copy of any style under another title.

    Raises:
        BadRequest: when the title is taken, or the style has a model of its own, which is not copied.
    """
    if style.model is not None:
        raise BadRequest(f"{style.title} has a model of its own.", hint="Only styles without one can be copied.")
    check_free(title)
    return save_style(replace(style, name=name_for(title), title=title.strip()))


def delete_style(name: str) -> None:
    """Delete a style of one's own and its files.

    Raises:
        UnknownName, BadRequest: when it is not one's own, or was trained (its training is what is deleted then).
    """
    style = own_style(name)
    if style.model is not None:
        raise BadRequest(
            f"{style.title} was trained; its pictures would stay behind.", hint="Delete its training in the window."
        )
    _remove(style)


def own_style(name: str) -> Style:
    """The user's style of that name.

    Raises:
        UnknownName: when there is none. BadRequest: when it comes with the program.
    """
    own = own_styles()
    if name.lower() in own:
        return own[name.lower()]
    shipped = load_styles().get(name.lower())
    if shipped is not None:
        raise BadRequest(f"{shipped.title} comes with the program.", hint="Only your own styles can be changed.")
    raise UnknownName("style of your own", name, own)


def check_free(title: str) -> None:
    """Raise BadRequest when a style is called so."""
    if name_for(title) in load_styles() or (own_folder() / f"{name_for(title)}.json").exists():
        raise BadRequest(f"There is a style named '{title.strip()}' already.", hint="Choose another name.")


def kept_name(path: Path) -> str:
    """The name of a file in a style's folder: its own, with a piece of its content's hash."""
    tail = f"-{file_hash(path)[:8]}"
    stem = _PLAIN.sub("-", path.stem).strip("-_") or "file"
    return f"{stem.removesuffix(tail)[:80]}{tail}{path.suffix.lower()}"


def _files_of(style: Style) -> list[Path]:
    return [*(Path(lora.name) for lora in style.loras), *style.references]


def _as_file(path: Path, folder: Path, pictures: Mapping[Path, Pixels]) -> Path:
    """A reference that is in no file yet gets one."""
    if path not in pictures:
        return path
    with replace_file(folder / f"{path.stem}.png") as draft:
        write_picture(draft, np.asarray(pictures[path]))
    return folder / f"{path.stem}.png"


def _keep(file: Path, folder: Path) -> None:
    """A copy in the style's folder; the same file twice is there once."""
    target = folder / kept_name(file)
    if not target.is_file():
        with replace_file(target) as draft:
            shutil.copyfile(file, draft)


def _sweep(folder: Path, wanted: set[str]) -> None:
    """Delete what the style no longer names."""
    for path in list(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in wanted and path.is_file():
            path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _remove(style: Style) -> None:
    """The JSON first, so that nothing offers what is half gone."""
    try:
        for path in [path for path in own_folder().glob("*.json") if _name_in(path) == style.name]:
            path.unlink(missing_ok=True)
            if files_folder(path).is_dir():
                shutil.rmtree(files_folder(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(
            f"The style {style.title} could not be deleted as a whole: {reason}.", hint="Close other programs."
        ) from error


def _name_in(path: Path) -> str:
    try:
        return read_style(path).name
    except BadRequest:
        return ""
