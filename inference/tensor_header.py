"""Read what a safetensors file says of itself: names, shapes and places of its tensors. No weight is read.

A file of any size is read in milliseconds, and a hostile one is refused before a library sees it: the header's length,
every shape and every offset are checked against the file. The format: https://github.com/huggingface/safetensors
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.errors import ModelRefused
from inference.units import readable

SUFFIX = ".safetensors"
LARGEST_HEADER = 32 << 20
"""Bytes of a header; the format allows 100 MB, and the largest diffusion models need less than one."""
MOST_AXES = 32
LENGTH_BYTES = 8
AGAIN = "Copy or download it again."
ELEMENT_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
}
_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"PK\x03\x04",
        "a pickle in an archive, or a zip: it can run code and is never opened",
        "Convert it to safetensors.",
    ),
    (b"GGUF", "a GGUF file: weights squeezed for another program", "Get the model as safetensors."),
    (b"version https://git-lfs", "only a pointer to a file that was not fetched", "Run 'git lfs pull' there."),
    (b"<", "a web page, not a model: the download went wrong", "Sign in on the site, and download it again."),
    *(
        (bytes((0x80, n)), "a pickle, which can run code and is never opened", "Convert it to safetensors.")
        for n in range(6)
    ),
)
"""What a file with another beginning is, and what to do."""


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One tensor: its element type by the format's name, its shape, and where its bytes lie after the header."""

    element: str
    shape: tuple[int, ...]
    start: int
    end: int

    @property
    def count(self) -> int:
        """Number of values."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class TensorHeader:
    """What a file says of itself.

    Attributes:
        metadata: words that whoever wrote it put there.
        offset: where the tensors' bytes begin.
        bytes: of the whole file.
    """

    path: Path
    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]
    offset: int
    bytes: int


class _Broken(Exception):
    """The bytes are not such a file; the text says how."""


def read_tensor_header(path: Path) -> TensorHeader:
    """Read and check the header of ``path``.

    Raises:
        ModelRefused: with a plain reason: a pickle, a file that is cut off, a header that makes no sense.
    """
    try:
        return _read(path)
    except _Broken as error:
        raise ModelRefused(f"{path} is not a whole safetensors file: {error}.", hint=AGAIN) from None
    except OSError as error:
        raise ModelRefused(f"{path} cannot be read.", hint=AGAIN, detail=str(error)) from error


def _read(path: Path) -> TensorHeader:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(32)
        refuse_other(start, path)
        length = int.from_bytes(start[:LENGTH_BYTES], "little")
        if size < LENGTH_BYTES + 2:
            raise _Broken("it is too short")
        if length > LARGEST_HEADER:
            raise _Broken(f"its header is said to have {length:,} bytes")
        if length > size - LENGTH_BYTES:
            raise _cut_off(path, size, LENGTH_BYTES + length)
        file.seek(LENGTH_BYTES)
        return _header(path, size, LENGTH_BYTES + length, file.read(length))


def refuse_other(start: bytes, path: Path) -> None:
    """Raise ModelRefused when a file's first bytes are those of a pickle, or of something else that is known."""
    if start[4:9] == b"\0\0\0\0{":  # a length below 4 GB, then the header: its lowest bytes may be those of a pickle
        return
    for sign, words, hint in _STARTS:
        if start.startswith(sign):
            raise ModelRefused(f"{path} cannot be used: it is {words}.", hint=hint)


def read_tensor(header: TensorHeader, name: str, most: int = 1 << 20) -> bytes:
    """The bytes of one small tensor. Raises ModelRefused when it is larger than ``most``, or cannot be read."""
    entry = header.tensors[name]
    if entry.end - entry.start > most:
        raise ModelRefused(f"{header.path} has a {name} of {readable(entry.end - entry.start)}.", hint=AGAIN)
    try:
        with header.path.open("rb") as file:
            file.seek(header.offset + entry.start)
            return file.read(entry.end - entry.start)
    except OSError as error:
        raise ModelRefused(f"{header.path} cannot be read.", hint=AGAIN, detail=str(error)) from error


def _cut_off(path: Path, size: int, whole: int) -> ModelRefused:
    there, all_of_it = in_one_unit(size, whole)
    return ModelRefused(f"{path} is cut off at {there} of {all_of_it}.", hint=AGAIN)


def in_one_unit(size: int, whole: int) -> tuple[str, str]:
    """Two sizes with one unit, as finely as it takes to tell them apart."""
    unit = readable(whole).split()[1]
    scale = 1000 ** ("B", "kB", "MB", "GB", "TB").index(unit)
    digits = next((n for n in (1, 2, 3, 6, 9) if round(size / scale, n) != round(whole / scale, n)), 12)
    return (
        (f"{size / scale:.{digits}f}", f"{whole / scale:.{digits}f} {unit}") if scale > 1 else (str(size), f"{whole} B")
    )


def _header(path: Path, size: int, offset: int, text: bytes) -> TensorHeader:
    try:
        said = json.loads(text, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError, MemoryError) as error:
        raise _Broken("its header cannot be read") from error
    if not isinstance(said, dict):
        raise _Broken("its header holds no names")
    metadata = said.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise _Broken("its words about itself cannot be read")
    tensors = {name: _entry(name, value) for name, value in said.items()}
    ends = _check_places(tensors)
    if offset + ends > size:
        raise _cut_off(path, size, offset + ends)
    if offset + ends < size:
        raise _Broken(f"{size - offset - ends:,} bytes at its end belong to no tensor")
    words = {str(key): value for key, value in metadata.items() if isinstance(value, str)}
    return TensorHeader(path, tensors, words, offset, size)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _entry(name: str, value: Any) -> TensorEntry:
    shown = name[:80]
    try:
        element, shape, (start, end) = value["dtype"], tuple(value["shape"]), value["data_offsets"]
    except (TypeError, ValueError, KeyError):
        raise _Broken(f"it does not say what {shown!r} is") from None
    numbers = (*shape, start, end)
    if len(shape) > MOST_AXES or not all(type(number) is int and 0 <= number < 1 << 62 for number in numbers):
        raise _Broken(f"{shown!r} has an impossible shape or place")
    bits = ELEMENT_BITS.get(element) if isinstance(element, str) else None
    if bits is None:
        raise _Broken(f"{shown!r} holds numbers of an unknown kind")
    if math.prod(shape) * bits != (end - start) * 8:
        raise _Broken(f"{shown!r} of shape {list(shape)[:8]} does not fit its {end - start:,} bytes")
    return TensorEntry(element, shape, start, end)


def _check_places(tensors: Mapping[str, TensorEntry]) -> int:
    """Where the last tensor ends; the format wants them one after the other, without a gap."""
    end = 0
    for name, entry in _in_order(tensors):
        if entry.start != end:
            raise _Broken(f"{name[:80]!r} {'overlaps another' if entry.start < end else 'leaves a gap'}")
        end = entry.end
    return end


def _in_order(tensors: Mapping[str, TensorEntry]) -> Iterator[tuple[str, TensorEntry]]:
    yield from sorted(tensors.items(), key=lambda item: (item[1].start, item[1].end))
