"""Prompts to what a UNet is told of them: the text encoders' states, with weights, layers left out, and blends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inference.embeddings import fitting
from inference.errors import ModelRefused
from inference.manifest import ModelManifest
from inference.noise import Latents
from inference.taught_words import ROWS, VECTORS, WHERE
from inference.text import Chunks, PromptTokenizer

Run = Callable[[str, Mapping[str, NDArray[np.generic]]], dict[str, Latents]]
"""Runs a part of a model by its name."""


@dataclass(frozen=True)
class Conditioning:
    """What prompts say to the UNet: of one picture, or of each of a batch.

    Attributes:
        hidden: (2 or 1, sequence, width): negative then positive, or positive alone without guidance.
        pooled: (2 or 1, width) for SDXL, else None.
        rows: pictures that have words of their own; then ``hidden`` holds all negatives, then all positives.
    """

    hidden: Latents
    pooled: Latents | None = None
    rows: int = 1

    @property
    def guided(self) -> bool:
        """True when there is a negative to be guided away from."""
        return len(self.hidden) == 2 * self.rows

    def row(self, index: int) -> Conditioning:
        """One picture's; all pictures share one where there is only one."""
        if self.rows == 1:
            return self
        pooled = None if self.pooled is None else self.pooled[index :: self.rows]
        return Conditioning(self.hidden[index :: self.rows], pooled)

    def told(self, halves: slice, each: int) -> tuple[Latents, Latents | None]:
        """States for a batch of ``each`` pictures: the negatives (half 0), the positives, or both."""
        part = slice(halves.start * self.rows, halves.stop * self.rows)
        times = each // self.rows
        pooled = None if self.pooled is None else np.repeat(self.pooled[part], times, axis=0)
        return np.repeat(self.hidden[part], times, axis=0), pooled


def stacked(conditionings: Sequence[Conditioning]) -> Conditioning:
    """Of several pictures, for a batch; their prompts have one length."""
    hidden = np.stack([each.hidden for each in conditionings], axis=1)
    pooled = [each.pooled for each in conditionings if each.pooled is not None]
    return Conditioning(
        hidden.reshape(-1, *hidden.shape[2:]),
        np.stack(pooled, axis=1).reshape(-1, pooled[0].shape[-1]) if pooled else None,
        len(conditionings),
    )


def blended(conditionings: Sequence[Conditioning], weights: Sequence[float]) -> Conditioning:
    """The states of several prompts mixed by weights that sum to 1; all with a negative, or none."""
    if len(conditionings) == 1:
        return conditionings[0]
    hidden = equal_lengths([each.hidden for each in conditionings])
    pooled = [each.pooled for each in conditionings if each.pooled is not None]
    return Conditioning(weighted(hidden, weights), weighted(pooled, weights) if pooled else None)


def weighted(arrays: Sequence[Latents], weights: Sequence[float]) -> Latents:
    """The sum of arrays by their weights, float32; one array of weight 1 comes back bit for bit."""
    total = np.float32(weights[0]) * arrays[0]
    for array, weight in zip(arrays[1:], weights[1:], strict=True):
        total = total + np.float32(weight) * array
    return total


class TextEncoders:
    """The one or two text encoders of a model.

    Args:
        run: runs them.
        pooled: says whether the UNet wants to know the pooled states too; asked when they are there.
    """

    def __init__(self, manifest: ModelManifest, run: Run, *, pooled: Callable[[], bool]) -> None:
        self.manifest = manifest
        self._run = run
        self._pooled = pooled

    @cached_property
    def tokenizers(self) -> tuple[PromptTokenizer, ...]:
        """One for each text encoder."""
        folder = self.manifest.folder
        names = ("tokenizer", "tokenizer_2") if "text_encoder_2" in self.manifest.parts else ("tokenizer",)
        return tuple(PromptTokenizer(folder / name) for name in names)

    def condition(self, prompt: str, negative: str, *, guided: bool, clip_skip: int = 0) -> Conditioning:
        """Encode a prompt and, when ``guided``, what it should not be, in the words that the model was trained on.

        The user's embeddings that fit the model are words, too.
        """
        known = fitting(self.manifest)
        words = self.manifest.words.knowing(tuple(known)) if self.manifest.words else None
        if words is not None:
            prompt, negative = words.read(prompt).text, words.read(negative).text
        texts = [negative, prompt] if guided else [prompt]
        hidden: list[Latents] = []
        pooled: Latents | None = None
        for tokenizer, part in zip(self.tokenizers, ("text_encoder", "text_encoder_2"), strict=False):
            own = {word: each for word, each in known.items() if part in each.parts(self.manifest)}
            longest = max(len(tokenizer.chunks(text, known=own).ids) for text in texts)
            states = [self._encode_text(part, tokenizer.chunks(text, longest, own), clip_skip) for text in texts]
            hidden.append(np.stack([state for state, _ in states]))
            pooled = np.stack([pool for _, pool in states])
        joined = np.concatenate(equal_lengths(hidden), axis=-1)
        if not self._pooled():
            pooled = None
        if guided and not negative and self.manifest.zero_empty_negative:
            joined[0] = 0
            if pooled is not None:
                pooled[0] = 0
        return Conditioning(joined, pooled)

    def _encode_text(self, part: str, chunks: Chunks, clip_skip: int) -> tuple[Latents, Latents]:
        """Hidden states (chunks * window, width) and the first chunk's pooled state (width,)."""
        out = self._run(part, {"input_ids": chunks.ids, **self._taught(part, chunks)})
        states = self._text_layer(out, clip_skip)
        if chunks.weighted:
            empty = self.tokenizers[0 if part == "text_encoder" else 1].chunks("")
            blank = self._text_layer(self._run(part, {"input_ids": empty.ids}), clip_skip)
            states = blank + (states - blank) * chunks.weights[..., None]
        pooled = out.get("text_embeds", out.get("pooler_output", states[:, 0]))
        return states.reshape(-1, states.shape[-1]), pooled[0]

    def _taught(self, part: str, chunks: Chunks) -> dict[str, NDArray[np.generic]]:
        """The vectors of a prompt's embeddings, and where they stand; nothing where it has none."""
        if not chunks.embeddings:
            return {}
        held = [each.vectors(each.parts(self.manifest)[part]) for each in chunks.embeddings]
        return {
            WHERE: (chunks.taught > 0)[..., None],
            ROWS: np.maximum(chunks.taught - 1, 0),
            VECTORS: np.concatenate(held),
        }

    def _text_layer(self, out: Mapping[str, Latents], clip_skip: int) -> Latents:
        layers = sorted((k for k in out if k.startswith("hidden_states.")), key=lambda k: int(k.split(".")[1]))
        back = self.manifest.text_layer
        if back == 0 and clip_skip == 0:
            return out["last_hidden_state"].astype(np.float32)
        wanted = clip_skip + max(back, 1)
        if wanted > len(layers):
            raise ModelRefused(
                f"The text encoder of {self.manifest.name} has no layer to skip to.",
                hint="Set clip skip to 0, or export the model again with all hidden states.",
            )
        states = out[layers[-wanted]].astype(np.float32)
        return states if back else _final_norm(states, out[layers[-1]], out["last_hidden_state"])


def equal_lengths(states: list[Latents]) -> list[Latents]:
    """Repeat the last window of the shorter of two encoders' states; their tokenizers may chunk differently."""
    longest = max(state.shape[1] for state in states)
    return [
        state
        if state.shape[1] == longest
        else np.pad(state, ((0, 0), (0, longest - state.shape[1]), (0, 0)), mode="wrap")
        for state in states
    ]


def _final_norm(states: Latents, raw: Latents, normed: Latents) -> Latents:
    """Apply the text encoder's last layer norm to an earlier layer's states.

    The norm's gain and offset are not outputs of the graph; they follow exactly from what it did to the last layer.
    """
    x = _standardised(raw.astype(np.float32)).reshape(-1, raw.shape[-1])
    y = normed.astype(np.float32).reshape(-1, raw.shape[-1])
    centred = x - x.mean(0)
    gain = (centred * (y - y.mean(0))).sum(0) / np.maximum((centred**2).sum(0), 1e-12)
    offset = y.mean(0) - gain * x.mean(0)
    return (_standardised(states) * gain + offset).astype(np.float32)


def _standardised(states: Latents) -> Latents:
    centred = states - states.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
