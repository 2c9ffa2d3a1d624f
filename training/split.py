"""Train, validation and test by concept: the same thing in another style never lies on two sides.

A concept's side is a hash of its name, so it does not change when pictures are added.
"""

from __future__ import annotations

import enum
import hashlib
import unicodedata
from collections.abc import Iterable

from training.dataset import Entry

FEWEST = 40
"""Concepts below which nothing is held out: ten pictures of a project are all needed to learn from."""


class Split(enum.Enum):
    """What a picture is used for."""

    TRAIN = "train"
    VALIDATION = "val"
    TEST = "test"


TAUGHT = "taught"
"""In ``Entry.extra``: true for concepts that are never held out."""
SHARES = ((Split.TRAIN, 0.90), (Split.VALIDATION, 0.95), (Split.TEST, 1.0))
"""Upper ends of the hash's range."""


def concept_key(entry: Entry) -> str:
    """What decides a picture's side: its concept, else its caption, else its pixels."""
    words = entry.concept or entry.caption
    key = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    return key or entry.hash or entry.file


def split_of(key: str) -> Split:
    """The side of a concept."""
    place = int.from_bytes(hashlib.sha256(f"split:{key}".encode()).digest()[:8]) / 2**64
    return next((split for split, end in SHARES if place < end), Split.TEST)


def splits_of(entries: Iterable[Entry]) -> tuple[Split, ...]:
    """The side of each entry; all are for training when there are fewer than ``FEWEST`` concepts.

    A concept that one of its entries says is ``TAUGHT`` is for training as a whole.
    """
    listed = list(entries)
    keys = [concept_key(entry) for entry in listed]
    if len(set(keys)) < FEWEST:
        return (Split.TRAIN,) * len(keys)
    taught = {key for key, entry in zip(keys, listed, strict=True) if entry.extra.get(TAUGHT) is True}
    return tuple(Split.TRAIN if key in taught else split_of(key) for key in keys)
