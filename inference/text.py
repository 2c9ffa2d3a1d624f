"""Prompts to token ids: CLIP's tokenizer, weights by word, and chunks for prompts of any length.

The only module that imports a tokenizer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE

from inference.embeddings import Embedding, said
from inference.errors import ModelRefused
from inference.prompt import Span, parse

START, END = "<|startoftext|>", "<|endoftext|>"
_WORDS = r"""<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""

STAND_IN = 0
"""A token that every vocabulary has, where an embedding's vector stands."""
_NONE: Mapping[str, Embedding] = {}


@dataclass(frozen=True)
class Chunks:
    """A prompt as whole windows of the text encoder.

    Attributes:
        ids: (chunks, window) token ids, each chunk with its start and end.
        weights: (chunks, window), 1 where nothing was asked.
        taught: (chunks, window), 1 + the number of an embedding's vector where one stands, else 0; numbers count over
            the embeddings in their order.
        embeddings: that are in it, each once.
    """

    ids: NDArray[np.int64]
    weights: NDArray[np.float32]
    taught: NDArray[np.int64]
    embeddings: tuple[Embedding, ...] = ()

    @property
    def weighted(self) -> bool:
        """True when some word has a weight other than 1."""
        return bool((self.weights != 1).any())


class PromptTokenizer:
    """The tokenizer of one text encoder.

    Args:
        folder: with ``tokenizer.json``, or ``vocab.json`` and ``merges.txt``.

    Raises:
        ModelRefused: when it has neither or they cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        settings = _settings(folder)
        self._tokenizer = _load(folder)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.window = int(settings.get("model_max_length") or 77)
        if not 3 <= self.window <= 1024:
            self.window = 77
        self.start = self._id(settings, "bos_token", START)
        self.end = self._id(settings, "eos_token", END)
        self.pad = self._id(settings, "pad_token", END)

    def chunks(self, prompt: str, least: int = 1, known: Mapping[str, Embedding] = _NONE) -> Chunks:
        """Tokenise a prompt with weights; at least ``least`` chunks, the further ones empty.

        Args:
            known: embeddings by their words. Their vectors stay in one chunk.
        """
        body = self.window - 2
        numbers: dict[Embedding, int] = {}
        rows: list[list[tuple[int, float, int]]] = [[]]
        for span in parse(prompt):
            if span.text is None:
                rows.append([])
                continue
            for run in self._runs(span, known, numbers):
                if len(run) > 1 and len(rows[-1]) + len(run) > body:
                    rows.append([])
                for token, taught in run:
                    if len(rows[-1]) == body:
                        rows.append([])
                    rows[-1].append((token, span.weight, taught))
        rows += [[] for _ in range(least - len(rows))]
        return Chunks(
            np.array([self._row([token for token, _, _ in row]) for row in rows], np.int64),
            np.array([self._filled([weight for _, weight, _ in row], 1.0) for row in rows], np.float32),
            np.array([self._filled([taught for _, _, taught in row], 0) for row in rows], np.int64),
            tuple(numbers),
        )

    def _runs(
        self, span: Span, known: Mapping[str, Embedding], numbers: dict[Embedding, int]
    ) -> Iterator[list[tuple[int, int]]]:
        """Tokens and numbers of vectors that stay together; ``numbers`` holds the first of each embedding."""
        for piece in said(span.text or "", known):
            embedding = piece.embedding
            if embedding is None:
                yield from ([(token, 0)] for token in self._ids(piece.text))
                continue
            first = numbers.setdefault(embedding, 1 + sum(each.count for each in numbers))
            yield [(STAND_IN, first + at) for at in range(embedding.count)]

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def _row(self, ids: Sequence[int]) -> list[int]:
        filler = [self.pad] * (self.window - 2 - len(ids))
        return [self.start, *ids, self.end, *filler]

    def _filled(self, values: Sequence[float], usual: float) -> list[float]:
        return [usual, *values, *[usual] * (self.window - 1 - len(values))]

    def _id(self, settings: dict[str, Any], key: str, default: str) -> int:
        token = settings.get(key, default)
        text = token["content"] if isinstance(token, dict) else token
        number = self._tokenizer.token_to_id(text or default)
        if number is None:
            raise ModelRefused(f"The tokenizer has no token {text!r}.", hint="Copy the model's tokenizer again.")
        return number


def _settings(folder: Path) -> dict[str, Any]:
    """The tokenizer's settings; its map of special tokens goes first unless the config lists the tokens itself.

    It is transformers' rule, and matters: Stable Diffusion 2's two files differ in the pad token.
    """
    settings = _json(folder / "tokenizer_config.json")
    return settings if "added_tokens_decoder" in settings else settings | _json(folder / "special_tokens_map.json")


def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _load(folder: Path) -> Tokenizer:
    try:
        if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
            return _clip_tokenizer(folder)
        if (folder / "tokenizer.json").is_file():
            return Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the tokenizers library raises plain Exceptions
        raise ModelRefused(f"{folder} cannot be read.", hint="Copy it again.", detail=str(error)) from error
    raise ModelRefused(f"{folder} has no tokenizer.", hint="It needs tokenizer.json, or vocab.json and merges.txt.")


def _clip_tokenizer(folder: Path) -> Tokenizer:
    """CLIP's byte-pair encoding from its vocabulary and merges."""
    vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
    lines = (folder / "merges.txt").read_text("utf-8").splitlines()
    merges = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
    tokenizer = Tokenizer(
        BPE(
            vocab=vocabulary,
            merges=merges,  # type: ignore[arg-type]
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
            fuse_unk=False,
            unk_token=END,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(  # type: ignore[assignment]
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # type: ignore[assignment]
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in (START, END)])
    return tokenizer
