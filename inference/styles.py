"""Styles as data: ``resources/styles/*.json`` and the user's own.

A style is a JSON file; the pictures and LoRA files that it names lie beside it in ``NAME.files``, and nowhere else.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from inference.errors import BadRequest, UnknownName
from inference.loras import MOST_LORAS, SUFFIX, Lora
from inference.manifest import Defaults
from inference.palettes import READERS, Palette
from inference.pictures import SUFFIXES
from inference.post.chain import Chain
from inference.post.parameters import parameters_of
from inference.post.pixel_art import Quantise
from inference.request_checks import MOST_REFERENCES, REFERENCE_WEIGHT
from inference.resources import RESOURCES, user_folder
from inference.style_blends import NONE, is_blend, mixed, read_blend

PLACE = "{prompt}"
STYLE_VERSION = 2
"""Version 1 had words and sampling alone."""
LARGEST_STYLE = 1 << 20
"""Bytes that are read of a style's file; one that is larger is something else."""
_SAMPLING = {"steps": int, "guidance": float, "scheduler": str}


class Wording(NamedTuple):
    """A whole prompt, what the picture should not be, and how much it counts."""

    prompt: str
    negative: str
    weight: float = 1.0


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
        loras: changes of the model's weights; their names are paths.
        references: files of pictures whose colours and texture are taken on.
        reference_weight: how far, 0 to 1.
        palette: the only colours that its pictures may have; None for all.
        post: steps that each of its pictures goes through, after the palette.
        parts: the styles that it is blended of and their weights, which sum to 1; empty for a plain one.
    """

    name: str
    title: str
    template: str
    negative: str = ""
    sampling: Mapping[str, Any] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    model: Path | None = None
    licence: str = ""
    loras: tuple[Lora, ...] = ()
    references: tuple[Path, ...] = ()
    reference_weight: float = REFERENCE_WEIGHT
    palette: Palette | None = None
    post: Chain = field(default_factory=Chain)
    parts: tuple[tuple[Style, float], ...] = ()

    def apply(self, prompt: str) -> str:
        """The whole prompt."""
        return self.template.replace(PLACE, prompt.strip())

    def wordings(self, prompt: str, negative: str) -> tuple[Wording, ...]:
        """The whole prompts, each as one of ``parts`` words it."""
        return tuple(
            Wording(style.apply(prompt), style.join_negative(negative), weight)
            for style, weight in self.parts or ((self, 1.0),)
        )

    def looks(self) -> tuple[tuple[tuple[Path, ...], float], ...]:
        """References and how far each set of them counts."""
        own = [(style.references, weight * style.reference_weight) for style, weight in self.parts or ((self, 1.0),)]
        return tuple((pictures, weight) for pictures, weight in own if pictures and weight > 0)

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
    """The style of that name, or the blend that it stands for (see ``inference.style_blends``).

    Raises:
        UnknownName: with the near ones. BadRequest: when the file of that name is broken, or the blend cannot be.
    """
    known = load_styles() if styles is None else styles
    if name.lower() in known:
        return known[name.lower()]
    if is_blend(name):
        return mixed([(_part(each, known), weight) for each, weight in read_blend(name)])
    for folder in style_folders() if styles is None else ():
        if "/" not in name and (folder / f"{name}.json").is_file():
            read_style(folder / f"{name}.json")
    raise UnknownName("style", name, known)


def known_style(name: str | None) -> Style | None:
    """The style or blend of that name; None where there is none, or it cannot be."""
    if not name:
        return None
    with contextlib.suppress(BadRequest):
        return find_style(name)
    return None


def _part(name: str, known: Mapping[str, Style]) -> Style:
    if name == NONE and NONE not in known:
        return Style(name=NONE, title="None", template=PLACE)
    return find_style(name, known)


def files_folder(path: Path) -> Path:
    """Where the pictures and LoRA files of the style in ``path`` lie."""
    return path.with_name(f"{path.stem}.files")


def read_style(path: Path) -> Style:
    """Read a style file.

    Raises:
        BadRequest: when it is broken or from a newer version, or lacks a file that it names.
    """
    try:
        with path.open("rb") as file:
            return style_from_json(json.loads(file.read(LARGEST_STYLE).decode()), path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadRequest(f"The style {path} cannot be read.", hint="Repair or delete it.", detail=str(error)) from error


def style_from_json(value: Any, path: Path) -> Style:
    """The style that a JSON value from the file ``path`` stands for.

    Raises:
        BadRequest: as ``read_style`` does. ValueError, KeyError, TypeError ...: when the value is no style.
    """
    if value.get("version", 1) > STYLE_VERSION:
        raise BadRequest(f"The style {path} was made by a newer Gouache.", hint="Update the program.")
    references = value.get("references") or {}
    style = Style(
        name=str(value["name"]).lower(),
        title=str(value.get("title", value["name"])),
        template=str(value["template"]),
        negative=str(value.get("negative", "")),
        sampling={
            key: kind(value["sampling"][key]) for key, kind in _SAMPLING.items() if key in value.get("sampling", {})
        },
        models=tuple(value.get("models", ())),
        model=None if value.get("model") is None else path.parent / _plain_name(value["model"]),
        licence=str(value.get("licence", "")),
        loras=tuple(_lora(each, path) for each in value.get("loras", ())),
        references=tuple(_picture(each, path) for each in references.get("pictures", ())),
        reference_weight=_share(references.get("weight", REFERENCE_WEIGHT)),
        palette=_palette(value.get("palette"), path),
        post=_chain(value.get("post", []), path),
    )
    if PLACE not in style.template:
        raise BadRequest(f"The style {path} has no {PLACE} in its template.", hint="Say where the prompt goes.")
    if len(style.loras) > MOST_LORAS or len(style.references) > MOST_REFERENCES:
        raise BadRequest(
            f"The style {path} has {len(style.loras)} LoRAs and {len(style.references)} pictures.",
            hint=f"It can have {MOST_LORAS} and {MOST_REFERENCES}.",
        )
    return style


def _lora(value: Any, path: Path) -> Lora:
    return Lora(str(_beside(value["file"], path, "LoRA", (SUFFIX,))), float(value.get("weight", 1.0)))


def _picture(value: Any, path: Path) -> Path:
    return _beside(value, path, "picture", SUFFIXES)


def _beside(name: Any, path: Path, what: str, suffixes: tuple[str, ...]) -> Path:
    """A file that a style names: a style never leads out of its own folder."""
    folder = files_folder(path)
    file = folder / _plain_name(name)
    if file.suffix.lower() not in suffixes:
        raise ValueError(f"{name!r} is no {what}")
    if not file.is_file():
        raise BadRequest(
            f"The style {path.stem} lacks its {what} {name}.", hint=f"Put it into {folder}, or import the style again."
        )
    if not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name!r} leads out of {folder}")
    return file


def _share(value: Any) -> float:
    if not 0 <= float(value) <= 1:
        raise ValueError(f"the references' weight is {value}")
    return float(value)


def _palette(value: Any, path: Path) -> Palette | None:
    """By its name, or as its colours. A file's name would lead out of the folder."""
    if isinstance(value, str) and (any(sign in value for sign in _SIGNS) or Path(value).suffix.lower() in READERS):
        raise ValueError(f"{value!r} is no palette's name")
    return _told(path, lambda: PALETTE.read(value)) if value is not None else None


def _chain(value: Any, path: Path) -> Chain:
    for step in value:
        _palette(step.get("palette"), path)
    return _told(path, lambda: Chain.from_json(value))


def _told(path: Path, read: Callable[[], Any]) -> Any:
    """What ``read`` gives; its refusal names the style."""
    try:
        return read()
    except BadRequest as error:
        raise BadRequest(f"The style {path}: {error.message}", hint=error.hint, detail=error.detail) from error


_SIGNS = "/\\:"
PALETTE = next(each for each in parameters_of(Quantise) if each.name == "palette")
"""How a palette is written in JSON and read."""


def _plain_name(name: Any) -> str:
    """The name of a file or folder that lies beside."""
    if not isinstance(name, str) or name in ("", ".", "..") or not name.isprintable():
        raise ValueError(f"{name!r} is no name of a file beside it")
    if any(sign in name for sign in _SIGNS):
        raise ValueError(f"{name!r} is no name of a file beside it")
    return name
