"""Read what an ONNX file says of itself (inputs, outputs, operators, where its weights lie) and skip the weights.

A graph with gigabytes inside is read in milliseconds, since tensor bytes are stepped over, and a hostile file is
refused before any runtime sees it: every length is checked against the file, every weight's shape against its bytes,
every external path against the folder. Field numbers are those of ``onnx.proto3`` (ONNX IR).
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PureWindowsPath

from inference.errors import ModelRefused

MOST_FIELDS = 2_000_000
"""Fields read of one file, in a few seconds: a node has some ten, and large diffusion models some 10,000 nodes."""
MOST_DEPTH = 64
MOST_AXES = 32
ELEMENT_BYTES = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2}
ELEMENT_NAMES = {1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool", 10: "float16", 11: "float64"}
ELEMENT_NAMES |= {16: "bfloat16"}
BYTES_OF_BLOCK = {17: 1, 18: 1, 19: 1, 20: 1}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class TensorInfo:
    """An input or output: element type by name and axes, each a number or a symbol's name (``None``: unknown)."""

    name: str
    element: str
    axes: tuple[int | str | None, ...] | None


@dataclass
class OnnxHeader:
    """What a model file says of itself.

    Attributes:
        opsets: version by domain; "" is ONNX's own.
        weight_elements: number of weights by element type.
        external: bytes needed in each file beside the graph.
    """

    inputs: dict[str, TensorInfo] = field(default_factory=dict)
    outputs: dict[str, TensorInfo] = field(default_factory=dict)
    opsets: dict[str, int] = field(default_factory=dict)
    operators: set[tuple[str, str]] = field(default_factory=set)
    weight_elements: dict[str, int] = field(default_factory=dict)
    external: dict[str, int] = field(default_factory=dict)
    nodes: int = 0
    producer: str = ""


class _Broken(Exception):
    """The bytes are not a model; the text says how."""


class _Bytes(mmap.mmap):
    """The file, and how many fields were read of it."""

    fields = 0


def read_header(path: Path) -> OnnxHeader:
    """Read ``path`` and check the files beside it that it names.

    Raises:
        ModelRefused: when the file is missing, cut off or not ONNX, or names weights that are missing, too short or
            outside its folder.
    """
    if not path.is_file():
        raise ModelRefused(f"{path} is missing.", hint="Copy the model again, with all its files.")
    if path.stat().st_size == 0:
        raise ModelRefused(f"{path} is empty.", hint="Copy the model again.")
    try:
        with path.open("rb") as file, _Bytes(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            refuse_pickle(bytes(data[:16]), path)
            header = _model(data)
    except _Broken as error:
        raise ModelRefused(
            f"{path} is not a whole ONNX file: {error}.", hint="It may be cut off; copy it again."
        ) from None
    except OSError as error:
        raise ModelRefused(f"{path} cannot be read.", hint="Copy the model again.", detail=str(error)) from error
    _check_external(header, path)
    return header


def refuse_pickle(start: bytes, path: Path) -> None:
    """Raise ModelRefused when a file's first bytes are those of a pickle or a PyTorch archive."""
    pickled = start[:1] == b"\x80" and len(start) > 1 and start[1] <= 5
    if pickled or start.startswith(b"PK\x03\x04"):
        raise ModelRefused(
            f"{path} is a pickle or an archive, not ONNX.",
            hint="Pickles can run code and are never opened; export the model to ONNX.",
        )


def _check_external(header: OnnxHeader, path: Path) -> None:
    for location, needed in header.external.items():
        anywhere = PureWindowsPath(location)  # it knows both kinds of slash, drives and shares
        if anywhere.anchor or ".." in anywhere.parts or "\0" in location:
            raise ModelRefused(
                f"{path} wants weights from outside its folder ({location!r}).", hint="Do not trust this model."
            )
        try:
            size = _size_beside(path.parent, location)
        except (OSError, RuntimeError) as error:  # a name too long for the disk, a link to itself
            raise ModelRefused(
                f"{path} keeps its weights in a file that cannot be read.",
                hint="Copy the model again.",
                detail=str(error),
            ) from error
        if size is None:
            raise ModelRefused(
                f"{path} keeps its weights in {location}, which is missing.",
                hint=f"Put {location} beside it; both files are needed.",
            )
        if size < needed:
            raise ModelRefused(
                f"{path.parent / location} is cut off: {size:,} of {needed:,} bytes.", hint="Copy the model again."
            )


def _size_beside(folder: Path, location: str) -> int | None:
    """Size of a file of weights; None when it is missing. Raises ModelRefused when a link leads out of the folder."""
    beside = folder / location
    if not beside.resolve().is_relative_to(folder.resolve()) and not _is_store_link(beside):
        raise ModelRefused(
            f"{beside} is a link that leaves the model's folder.", hint="Copy the weights themselves into the folder."
        )
    return beside.stat().st_size if beside.is_file() else None


def _is_store_link(path: Path) -> bool:
    """A link within one Hugging Face cache: ``snapshots/<revision>/part/file`` to ``blobs/<hash>``."""
    target = path.resolve()
    return path.is_symlink() and target.parent.name == "blobs" and target.parents[1] in path.absolute().parents


# The wire format of protobuf: https://protobuf.dev/programming-guides/encoding/


def _varint(data: _Bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if value >> 64:
                break
            return value, at
        shift += 7
    raise _Broken("a number runs past its end")


def _fields(data: _Bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Each field of a message: number, wire type, and where its value starts and ends (a varint: value, value)."""
    at = start
    while at < end:
        data.fields += 1
        if data.fields > MOST_FIELDS:
            raise _Broken(f"it has more than {MOST_FIELDS:,} fields")
        key, at = _varint(data, at, end)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise _Broken("it has a field numbered 0")
        if wire == _VARINT:
            value, at = _varint(data, at, end)
            yield number, wire, value, value
        elif wire in (_FIXED64, _FIXED32, _BYTES):
            length = {_FIXED64: 8, _FIXED32: 4}.get(wire, -1)
            if length < 0:
                length, at = _varint(data, at, end)
            if length > end - at:
                raise _Broken(f"a part of {length:,} bytes does not fit the {end - at:,} that are left")
            yield number, wire, at, at + length
            at += length
        else:
            raise _Broken(f"it has a field of unknown kind {wire}")


def _text(data: _Bytes, start: int, end: int) -> str:
    if end - start > 1 << 16:
        raise _Broken("a name is longer than 65,536 bytes")
    return data[start:end].decode("utf-8", "replace")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _model(data: _Bytes) -> OnnxHeader:
    header = OnnxHeader()
    version = graph = None
    functions: set[tuple[str, str]] = set()
    for number, wire, start, end in _fields(data, 0, len(data)):
        if number == 1 and wire == _VARINT:
            version = start
        elif number == 2 and wire == _BYTES:
            header.producer = _text(data, start, end)
        elif number == 7 and wire == _BYTES:
            if graph is not None:
                raise _Broken("it holds two graphs")
            graph = (start, end)
        elif number == 25 and wire == _BYTES:
            functions.add(_function(data, start, end, header))
        elif number == 8 and wire == _BYTES:
            domain, opset = "", 0
            for inner, kind, a, b in _fields(data, start, end):
                if inner == 1 and kind == _BYTES:
                    domain = _text(data, a, b)
                elif inner == 2 and kind == _VARINT:
                    opset = a
            header.opsets[domain] = opset
    if version is None or graph is None:
        raise _Broken("it holds no graph")
    _graph(data, *graph, header, 0)
    header.operators -= functions
    return header


def _function(data: _Bytes, start: int, end: int, header: OnnxHeader) -> tuple[str, str]:
    """Look through an operator that the model brings along. Returns its domain and name."""
    name = domain = ""
    for number, wire, a, b in _fields(data, start, end):
        if wire != _BYTES:
            continue
        if number == 1:
            name = _text(data, a, b)
        elif number == 10:
            domain = _text(data, a, b)
        elif number == 7:
            _node(data, a, b, header, 1)
        elif number == 11:
            _attribute(data, a, b, header, 1)
    return domain, name


def _graph(data: _Bytes, start: int, end: int, header: OnnxHeader, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise _Broken("its graphs are nested too deep")
    weights: set[str] = set()
    inputs: dict[str, TensorInfo] = {}
    for number, wire, a, b in _fields(data, start, end):
        if wire != _BYTES:
            continue
        if number == 1:
            _node(data, a, b, header, depth)
        elif number == 5:
            weights.add(_tensor(data, a, b, header))
        elif number == 15:
            weights.add(_sparse(data, a, b, header))
        elif number == 11 and depth == 0:
            value = _value(data, a, b)
            inputs[value.name] = value
        elif number == 12 and depth == 0:
            value = _value(data, a, b)
            header.outputs[value.name] = value
    if depth == 0:
        header.inputs = {name: value for name, value in inputs.items() if name not in weights}


def _node(data: _Bytes, start: int, end: int, header: OnnxHeader, depth: int) -> None:
    header.nodes += 1
    operator = domain = ""
    for number, wire, a, b in _fields(data, start, end):
        if wire != _BYTES:
            continue
        if number == 4:
            operator = _text(data, a, b)
        elif number == 7:
            domain = _text(data, a, b)
        elif number == 5:
            _attribute(data, a, b, header, depth)
    header.operators.add((domain, operator))


def _attribute(data: _Bytes, start: int, end: int, header: OnnxHeader, depth: int) -> None:
    for number, wire, a, b in _fields(data, start, end):
        if wire == _BYTES and number in (5, 10):
            _tensor(data, a, b, header)
        elif wire == _BYTES and number in (22, 23):
            _sparse(data, a, b, header)
        elif wire == _BYTES and number in (6, 11):
            _graph(data, a, b, header, depth + 1)


def _packed(data: _Bytes, wire: int, start: int, end: int) -> Iterator[int]:
    if wire == _VARINT:
        yield _signed(start)
        return
    while start < end:
        value, start = _varint(data, start, end)
        yield _signed(value)


def _tensor(data: _Bytes, start: int, end: int, header: OnnxHeader) -> str:
    """Take note of one tensor and check that its shape and its bytes agree. Returns its name."""
    dims: list[int] = []
    element = raw = location = typed = 0
    name = ""
    external: dict[str, str] = {}
    for number, wire, a, b in _fields(data, start, end):
        if number == 1:
            dims.extend(islice(_packed(data, wire, a, b), MOST_AXES + 1))
            if len(dims) > MOST_AXES:
                raise _Broken(f"a weight has more than {MOST_AXES} axes")
        elif number == 2 and wire == _VARINT:
            element = a
        elif number == 8 and wire == _BYTES:
            name = _text(data, a, b)
        elif number == 9 and wire == _BYTES:
            raw = b - a
        elif number == 13 and wire == _BYTES:
            key, value = _entry(data, a, b)
            external[key] = value
        elif number == 14 and wire == _VARINT:
            location = a
        elif number in (4, 5, 6, 7, 10, 11):
            typed += 1
    if any(size < 0 for size in dims):
        raise _Broken(f"the weight {name!r} has an impossible shape {dims[:8]}")
    count = math.prod(dims)
    needed = count * ELEMENT_BYTES.get(element, BYTES_OF_BLOCK.get(element, 0))
    header.weight_elements[_element(element)] = header.weight_elements.get(_element(element), 0) + count
    if location == 1:
        _external(header, name, needed, external)
    elif element in ELEMENT_BYTES and not typed and element != 8 and raw != needed:
        raise _Broken(f"the weight {name!r} of shape {dims[:8]} needs {needed:,} bytes and has {raw:,}")
    elif typed and needed > 64 * (end - start):
        raise _Broken(f"the weight {name!r} of shape {dims[:8]} is larger than the file")
    return name


def _sparse(data: _Bytes, start: int, end: int, header: OnnxHeader) -> str:
    """Take note of a sparse tensor's values and places. Returns its name, which is that of its values."""
    name = ""
    for number, wire, a, b in _fields(data, start, end):
        if wire == _BYTES and number == 1:
            name = _tensor(data, a, b, header)
        elif wire == _BYTES and number == 2:
            _tensor(data, a, b, header)
    return name


def _external(header: OnnxHeader, name: str, needed: int, entries: dict[str, str]) -> None:
    try:
        location, offset = entries["location"], int(entries.get("offset", "0"))
        length = int(entries.get("length", needed))
    except (KeyError, ValueError):
        raise _Broken(f"it does not say where the weight {name!r} lies") from None
    if offset < 0 or length < needed:
        raise _Broken(f"the weight {name!r} needs {needed:,} bytes and is given {length:,}")
    header.external[location] = max(header.external.get(location, 0), offset + length)


def _entry(data: _Bytes, start: int, end: int) -> tuple[str, str]:
    key = value = ""
    for number, wire, a, b in _fields(data, start, end):
        if number == 1 and wire == _BYTES:
            key = _text(data, a, b)
        elif number == 2 and wire == _BYTES:
            value = _text(data, a, b)
    return key, value


def _element(number: int) -> str:
    return ELEMENT_NAMES.get(number, f"type {number}")


def _value(data: _Bytes, start: int, end: int) -> TensorInfo:
    name, element, axes = "", 0, None
    for number, wire, a, b in _fields(data, start, end):
        if number == 1 and wire == _BYTES:
            name = _text(data, a, b)
        elif number == 2 and wire == _BYTES:
            for inner, kind, c, d in _fields(data, a, b):
                if inner == 1 and kind == _BYTES:
                    element, axes = _tensor_type(data, c, d)
    return TensorInfo(name, _element(element), axes)


def _tensor_type(data: _Bytes, start: int, end: int) -> tuple[int, tuple[int | str | None, ...] | None]:
    element, axes = 0, None
    for number, wire, a, b in _fields(data, start, end):
        if number == 1 and wire == _VARINT:
            element = a
        elif number == 2 and wire == _BYTES:
            found = (_axis(data, c, d) for inner, kind, c, d in _fields(data, a, b) if inner == 1 and kind == _BYTES)
            axes = tuple(islice(found, MOST_AXES))
    return element, axes


def _axis(data: _Bytes, start: int, end: int) -> int | str | None:
    for number, wire, a, b in _fields(data, start, end):
        if number == 1 and wire == _VARINT:
            return _signed(a)
        if number == 2 and wire == _BYTES:
            return _text(data, a, b)
    return None
