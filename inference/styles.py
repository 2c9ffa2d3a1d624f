"""Style presets as data: ``resources/styles/*.json`` and the user's own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from inference.errors import BadRequest, UnknownName
from inference.manifest import Defaults
from inference.resources import RESOURCES, user_folder

PLACE = "{prompt}"
STYLE_VERSION = 1
_SAMPLING = {"steps": int, "guidance": float, "scheduler": str}


@dataclass(frozen=True, kw_only=True)
class Style:
    """A style preset.

    Attributes:
        name: what one calls it.
        title: what a person reads.
        template: the prompt, with ``{prompt}`` where the user's words go.
        negative: added to the user's negative prompt.
        sampling: "steps", "guidance" and "scheduler" that suit it.
        models: names of the models it is made for; empty for any.
        model: folder of its own model, which makes its pictures instead of the one that is asked for (a trained style).
        licence: what may be done with its pictures' style, in words; "" when nothing keeps it from being shared.
    """

    name: str
    title: str
    template: str
    negative: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    model: Path | None = None
    licence: str = ""

    def apply(self, prompt: str) -> str:
        """The whole prompt."""
        return self.template.replace(PLACE, prompt.strip())

    def join_negative(self, negative: str) -> str:
        """The whole negative prompt."""
        return ", ".join(text for text in (negative.strip(), self.negative) if text)


class Asked(Protocol):
    """What may be left open: None is "as the style or the model says"."""

    @property
    def steps(self) -> int | None: ...

    @property
    def guidance(self) -> float | None: ...

    @property
    def scheduler(self) -> str | None: ...


def sampling(asked: Asked, style: Style | None, usual: Defaults) -> Defaults:
    """Steps, guidance and sampler with nothing left open: what was asked for, else the style's, else the model's."""
    said = style.sampling if style else {}

    def value(name: str) -> Any:
        own = getattr(asked, name)
        return own if own is not None else said.get(name, getattr(usual, name))

    return Defaults(
        steps=int(value("steps")), guidance=float(value("guidance")), scheduler=str(value("scheduler")).lower()
    )


def style_folders() -> tuple[Path, ...]:
    """Where styles are looked for, the user's last, so that they win."""
    return (RESOURCES / "styles", user_folder() / "styles")


def load_styles(folders: Iterable[Path] | None = None) -> dict[str, Style]:
    """All styles by name; a broken file is left out (``find_style`` says what is wrong with it)."""
    styles: dict[str, Style] = {}
    for folder in style_folders() if folders is None else folders:
        for path in sorted(folder.glob("*.json")):
            with contextlib.suppress(BadRequest):
                style = read_style(path)
                styles[style.name] = style
    return styles


def find_style(name: str, styles: Mapping[str, Style] | None = None) -> Style:
    """The style of that name.

    Raises:
        UnknownName: with the near ones. BadRequest: when the file of that name is broken.
    """
    known = load_styles() if styles is None else styles
    if name.lower() not in known:
        for folder in style_folders() if styles is None else ():
            if (folder / f"{name}.json").is_file():
                read_style(folder / f"{name}.json")
        raise UnknownName("style", name, known)
    return known[name.lower()]


def read_style(path: Path) -> Style:
    """Read a style file.

    Raises:
        BadRequest: when it is broken or from a newer version.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
        if value.get("version", STYLE_VERSION) > STYLE_VERSION:
            raise BadRequest(f"The style {path} was made by a newer Gouache.", hint="Update the program.")
        sampling = {
            key: kind(value["sampling"][key]) for key, kind in _SAMPLING.items() if key in value.get("sampling", {})
        }
        style = Style(
            name=str(value["name"]).lower(),
            title=str(value.get("title", value["name"])),
            template=str(value["template"]),
            negative=str(value.get("negative", "")),
            sampling=sampling,
            models=tuple(value.get("models", ())),
            model=_own_model(path, value.get("model")),
            licence=str(value.get("licence", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadRequest(f"The style {path} cannot be read.", hint="Repair or delete it.", detail=str(error)) from error
    if PLACE not in style.template:
        raise BadRequest(f"The style {path} has no {PLACE} in its template.", hint="Say where the prompt goes.")
    return style


def _own_model(path: Path, name: Any) -> Path | None:
    """A folder beside the style's file: a style never leads out of its own folder."""
    if name is None:
        return None
    if not isinstance(name, str) or name in ("", ".", "..") or any(sign in name for sign in "/\\:"):
        raise ValueError(f"{name!r} is no name of a folder beside it")
    return path.parent / name
