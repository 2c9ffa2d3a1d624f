"""The words of a model, ``words.json`` in its folder.

    {"format": "gouache-words", "version": 1,
     "concepts": {"goblin": {"synonyms": ["hobgoblin"], "chinese": ["哥布林"], "tags": ["creature"]}},
     "styles": {"flat": ["扁平"]},
     "words": ["green", "small"]}

A concept's key is its caption as the text encoder saw it. ``styles`` are those that captions named ("flat style"), with
their Chinese names. ``words`` are all other words of captions. Plurals, American and British spellings and common
Chinese adjectives need not be listed. People may read and mend the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inference.errors import ModelRefused
from inference.files import write_text
from inference.nearest import Concept
from inference.words import Vocabulary

WORDS_FILE = "words.json"
FORMAT, VERSION = "gouache-words", 1


def read_words(folder: Path) -> Vocabulary | None:
    """The vocabulary of a model folder; None when it has none.

    Raises:
        ModelRefused: when the file is broken or from a newer version.
    """
    path = folder / WORDS_FILE
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text("utf-8"))
        _check_version(path, values)
        return Vocabulary(
            {_text(label): _concept(said) for label, said in values["concepts"].items()},
            {_text(style): _texts(names) for style, names in values["styles"].items()},
            _texts(values["words"]),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelRefused(
            f"{path} is not a list of words.", hint="Copy the model again.", detail=str(error)
        ) from error


def write_words(vocabulary: Vocabulary, folder: Path) -> Path:
    """Write ``words.json`` into a model folder; what says nothing is left out."""
    concepts = {
        label: {name: list(each) for name, each in vars(concept).items() if each}
        for label, concept in sorted(vocabulary.concepts.items())
    }
    values = {
        "format": FORMAT,
        "version": VERSION,
        "concepts": concepts,
        "styles": {style: list(names) for style, names in sorted(vocabulary.styles.items())},
        "words": sorted(vocabulary.words),
    }
    path = folder / WORDS_FILE
    write_text(path, json.dumps(values, ensure_ascii=False, indent=1) + "\n")
    return path


def _check_version(path: Path, values: dict[str, Any]) -> None:
    if values.get("format") != FORMAT:
        raise ValueError("another format")
    if values["version"] > VERSION:
        raise ModelRefused(f"{path} was made by a newer Gouache.", hint="Update the program.")


def _concept(said: Any) -> Concept:
    return Concept(**{name: _texts(said.get(name, [])) for name in ("synonyms", "chinese", "tags")})


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("no list")
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("no text")
    return value
