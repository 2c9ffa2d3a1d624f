"""A CLIP tokenizer (byte-pair encoding of lower-case words) learned from captions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, trainers
from tokenizers.models import BPE

from inference.errors import BadRequest
from inference.text import END, START

_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
SMALLEST = 2 * 256 + 2
"""Tokens that there are without any merge: each byte inside a word and at its end, start and end."""


def byte_letters() -> list[str]:
    """The 256 letters that stand for bytes in CLIP's vocabulary, in its order ("!" is the first)."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    return [chr(byte) for byte in shown] + [chr(256 + i) for i in range(256 - len(shown))]


def write_tokenizer(captions: Iterable[str], folder: Path, *, size: int, window: int) -> int:
    """Learn merges and write the tokenizer as published CLIP models have it. Returns the number of tokens.

    Args:
        size: largest number of tokens.
        window: tokens of a prompt, start and end included.
    """
    if size < SMALLEST or window < 3:
        raise BadRequest(f"A vocabulary has at least {SMALLEST} tokens and prompts at least 3.")
    merges = _merges(captions, size - SMALLEST)
    letters = byte_letters()
    joined = [left + right for left, right in merges]
    tokens = list(dict.fromkeys([*letters, *(letter + "</w>" for letter in letters), *joined, START, END]))
    special = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
    files = {
        "vocab.json": json.dumps({token: i for i, token in enumerate(tokens)}, ensure_ascii=False),
        "merges.txt": "\n".join(["#version: 0.2", *(" ".join(merge) for merge in merges)]) + "\n",
        "special_tokens_map.json": json.dumps(special),
        "tokenizer_config.json": json.dumps(
            {**special, "model_max_length": window, "tokenizer_class": "CLIPTokenizer"}, indent=2
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return len(tokens)


def _merges(captions: Iterable[str], count: int) -> list[tuple[str, str]]:
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence(  # type: ignore[assignment]
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(  # type: ignore[assignment]
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=SMALLEST + count,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(sorted(captions), trainer)
    found = json.loads(tokenizer.to_str())["model"]["merges"]
    pairs = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in found]
    return pairs[:count]
