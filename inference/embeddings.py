"""Textual inversions by name: vectors that stand for a word of a prompt, and which of its words those are. Light.

Gal et al., An Image is Worth One Word (2022). A file holds a vector or several for each text encoder; A1111's layout
and that of diffusers are read, and SDXL's pair. A word counts where it stands alone, in any case: that a file is called
"cat" changes no "catalogue".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.errors import GouacheError, ModelRefused
from inference.manifest import ModelManifest
from inference.prompt import parse
from inference.resources import user_folder
from inference.tensor_header import SUFFIX, TensorHeader, read_tensor, read_tensor_header

FOLDER = "embeddings"
MOST_VECTORS = 75
"""As many as a window of CLIP has room for."""
LAYERS: Mapping[str, str] = {
    "clip_l": "text_encoder",
    "clip_g": "text_encoder_2",
    "text_encoders_0": "text_encoder",
    "text_encoders_1": "text_encoder_2",
}
"""Names of tensors that say which text encoder they are for."""
UNNAMED = ("emb_params", *LAYERS)
"""Names of tensors that are no words; any other is the word that was trained."""
_KINDS = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "F64": "<f8"}


@dataclass(frozen=True)
class Embedding:
    """A file of vectors.

    Attributes:
        words: that stand for it in a prompt: the file's name, and the one that it was trained under.
        tensors: names of those in the file, with the width of their vectors.
        count: vectors that one word becomes.
    """

    words: tuple[str, ...]
    path: Path
    tensors: tuple[tuple[str, int], ...]
    count: int

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.words[0]

    def parts(self, manifest: ModelManifest) -> dict[str, str]:
        """The tensor for each text encoder of a model; none where it is for another kind of model.

        The last encoder must have one: it says most. One without reads the word as it is spelt.
        """
        widths = text_widths(manifest)
        found: dict[str, str] = {}
        for tensor, width in self.tensors:
            fitting = [part for part in widths if widths[part] == width and LAYERS.get(tensor, part) == part]
            if not fitting:
                return {}
            found[fitting[-1]] = tensor
        return found if list(widths)[-1] in found else {}

    def vectors(self, tensor: str) -> NDArray[np.float32]:
        """(count, width) of one of its tensors.

        Raises:
            ModelRefused: when it cannot be read, or is not made of numbers.
        """
        header = read_tensor_header(self.path)
        entry = header.tensors[tensor]
        values = np.frombuffer(read_tensor(header, tensor), _KINDS[entry.element])
        if entry.element == "BF16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        rows = values.astype(np.float32).reshape(-1, entry.shape[-1])
        if not np.isfinite(rows).all():
            raise ModelRefused(f"The embedding {self.name} is not made of numbers.", hint="Its training failed.")
        return rows


def text_widths(manifest: ModelManifest) -> dict[str, int]:
    """Width of the vectors that each text encoder of a model reads."""
    parts = [manifest.parts[name] for name in ("text_encoder", "text_encoder_2") if name in manifest.parts]
    return {part.name: int(part.config.get("hidden_size") or _told(manifest)) for part in parts}


def _told(manifest: ModelManifest) -> int:
    """Width of the states that the UNet reads: that of the vectors, where there is one encoder."""
    axes = manifest.parts["unet"].header.inputs["encoder_hidden_states"].axes
    width = axes[2] if axes is not None and len(axes) == 3 else 0
    return width if isinstance(width, int) else 0


# The user's files


def known_embeddings() -> dict[str, Embedding]:
    """The user's embeddings by the words that stand for them, in small letters; what is none is left out."""
    folder = user_folder() / FOLDER
    found: dict[str, Embedding] = {}
    for path in sorted(folder.rglob(f"*{SUFFIX}")) if folder.is_dir() else []:
        try:
            status = path.stat()
            embedding = _read(path, status.st_size, status.st_mtime_ns)
        except (OSError, GouacheError):
            continue
        for word in embedding.words:
            found.setdefault(word.lower(), embedding)
    return found


@functools.lru_cache(maxsize=1024)
def _read(path: Path, size: int, time: int) -> Embedding:
    return embedding_of(read_tensor_header(path))


def embedding_of(header: TensorHeader) -> Embedding:
    """What a file's header says.

    Raises:
        ModelRefused: when it does not hold one word's vectors.
    """
    shapes = {name: entry.shape for name, entry in header.tensors.items()}
    counts = {shape[0] if len(shape) == 2 else 1 for shape in shapes.values()}
    fits = (
        1 <= len(shapes) <= 2
        and len(counts) == 1
        and all(len(shape) in (1, 2) and shape[-1] > 0 for shape in shapes.values())
        and all(entry.element in _KINDS for entry in header.tensors.values())
    )
    if not fits or not 1 <= min(counts) <= MOST_VECTORS:
        raise ModelRefused(f"{header.path} does not hold the vectors of one word.", hint="Is it an embedding?")
    own = [name for name in shapes if name not in UNNAMED]
    words = dict.fromkeys((header.path.stem, *own))
    return Embedding(tuple(words), header.path, tuple((name, shape[-1]) for name, shape in shapes.items()), min(counts))


# In prompts


class Said(NamedTuple):
    """A piece of a prompt: text as it stands there, or the embedding that a word is."""

    text: str
    embedding: Embedding | None = None


def said(text: str, known: Mapping[str, Embedding]) -> Iterator[Said]:
    """A text with the words that are embeddings told from the rest; the longest word goes first."""
    at = 0
    for match in _pattern(tuple(known)).finditer(text) if known else ():
        if match.start() > at:
            yield Said(text[at : match.start()])
        yield Said(match[0], known[match[0].lower()])
        at = match.end()
    if at < len(text):
        yield Said(text[at:])


@functools.lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


def fitting(manifest: ModelManifest) -> dict[str, Embedding]:
    """Those that a model can read, by their words."""
    return {word: each for word, each in known_embeddings().items() if each.parts(manifest)}


def spoken(prompts: Iterable[str], known: Mapping[str, Embedding]) -> tuple[Embedding, ...]:
    """The embeddings that prompts speak of, each once, in their order."""
    texts = (span.text for prompt in prompts for span in parse(prompt) if span.text)
    return tuple(dict.fromkeys(each.embedding for text in texts for each in said(text, known) if each.embedding))


def used(
    manifest: ModelManifest, prompts: Iterable[str], known: Mapping[str, Embedding] | None = None
) -> tuple[Embedding, ...]:
    """Those that change what a model makes of prompts. ``known``: the user's, where one has them already."""
    known = known_embeddings() if known is None else known
    if not known:
        return ()
    return tuple(each for each in spoken(prompts, known) if each.parts(manifest))


def misfit(manifest: ModelManifest, prompts: Iterable[str]) -> str:
    """One sentence on embeddings that prompts speak of and the model cannot read; "" where there are none."""
    known = known_embeddings()
    strangers = [each for each in spoken(prompts, known) if not each.parts(manifest)] if known else []
    if not strangers:
        return ""
    notes: list[str] = []
    names = ", ".join(f"{each.name} ({_widths(width for _, width in each.tensors)})" for each in strangers)
    own = _widths(text_widths(manifest).values())
    notes.append(f"Embeddings for another kind of model are read as plain words: {names}; {manifest.title} has {own}.")
    return notes[0]


def _widths(widths: Iterable[int]) -> str:
    return "+".join(map(str, widths))
