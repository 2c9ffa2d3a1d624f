"""What a model says of itself when it was taught a style: its base's words, the new style, and whose pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from inference.manifest import MANIFEST_FILE
from training.corpus import StoredCorpus
from training.dataset import credits_of, read_dataset

_OF_THE_FILES = ("version", "precision", "export", "hashes", "preview")
"""What an export writes itself."""


def styled_card(base: Path, corpus: StoredCorpus, title: str) -> dict[str, Any]:
    """The manifest's words for ``base`` with a LoRA of ``corpus``; not shareable unless every picture is."""
    path = base / MANIFEST_FILE
    said = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    card = {key: value for key, value in said.items() if key not in _OF_THE_FILES}
    styles = dict.fromkeys([*(entry.style for entry in corpus.entries if entry.style), *card.get("styles", ())])
    dataset = read_dataset(corpus.dataset)
    credit = [f"{each.source}, {each.author}, {each.licence}" for each in credits_of(dataset.used)]
    licence = card.get("licence", "")
    if not dataset.shareable:
        licence = f"for yourself: {dataset.obstacles[0]}" if dataset.obstacles else "for yourself"
    name = "".join(letter if letter.isalnum() else "-" for letter in title.lower()).strip("-") or "style"
    sources = [*card.get("sources", ()), *credit]
    return {**card, "name": name, "title": title, "styles": list(styles), "licence": licence, "sources": sources}
