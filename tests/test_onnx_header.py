from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import pytest
from graphs import graph, unet_graph, write_part
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from inference.errors import ModelRefused
from inference.onnx_header import ELEMENT_NAMES, MOST_FIELDS, OnnxHeader, read_header

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SECONDS = 20.0
"""More than any file may take to be read or refused; the slowest here takes about four."""


@contextmanager
def at_once() -> Iterator[None]:
    started = time.process_time()
    yield
    took = time.process_time() - started
    assert took < SECONDS, f"{took:.1f} s"


def written(folder: Path, content: bytes, name: str = "model.onnx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read_or_refuse(path: Path) -> OnnxHeader | None:
    """The header, or None when it is refused in a sentence; anything else that is raised is a failure."""
    try:
        return read_header(path)
    except ModelRefused as refused:
        assert refused.message.endswith(".")
        assert refused.hint
        return None


def refusal(path: Path) -> str:
    with at_once(), pytest.raises(ModelRefused) as refused:
        read_header(path)
    assert refused.value.hint
    assert refused.value.exit_status == 2
    return str(refused.value)


# The wire format, to write what onnx would not


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def part(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


def model(graph_fields: bytes = b"", more: bytes = b"") -> bytes:
    return number(1, 8) + part(8, number(2, 17)) + part(7, graph_fields) + more


def tensor(
    dims: tuple[int, ...] = (2,), element: int = 1, raw: bytes | None = bytes(8), name: str = "w", more: bytes = b""
) -> bytes:
    shape = b"".join(number(1, size % (1 << 64)) for size in dims)
    return shape + number(2, element) + part(8, name.encode()) + (b"" if raw is None else part(9, raw)) + more


def external(location: str, *, name: str = "w", element: int = 1, **entries: int) -> bytes:
    entry = part(13, part(1, b"location") + part(2, location.encode()))
    for key, value in entries.items():
        entry += part(13, part(1, key.encode()) + part(2, str(value).encode()))
    return tensor((2,), element, None, name, entry + number(14, 1))


# Agreement with onnx

NUMPY = [np.float32, np.float16, np.float64, np.int8, np.uint8, np.int32, np.int64, np.bool_, np.uint16, np.complex64]
names = st.text(min_size=1, max_size=12)
axes = st.lists(st.integers(-1, 2**40) | names, max_size=5)
values = st.dictionaries(
    names, st.tuples(st.sampled_from([TensorProto.FLOAT, TensorProto.INT64, TensorProto.FLOAT16]), axes), max_size=4
)


@st.composite
def models(draw: st.DrawFn) -> onnx.ModelProto:
    inputs, outputs = draw(values), draw(values)
    weights = {
        name: np.zeros(draw(st.lists(st.integers(0, 4), max_size=4)), draw(st.sampled_from(NUMPY)))
        for name in draw(st.lists(names, max_size=4, unique=True))
    }
    nodes = [
        helper.make_node(operator, ["a"], ["b"], domain=domain, alpha=draw(st.floats(width=32)), name=draw(names))
        for operator, domain in draw(
            st.lists(st.tuples(names, st.sampled_from(["", "com.microsoft", "x"])), max_size=4)
        )
    ]
    inner = helper.make_graph([helper.make_node("Inner", [], ["y"])], "inner", [], [])
    nodes.append(helper.make_node("If", ["c"], ["z"], then_branch=inner, else_branch=inner))
    nodes.append(helper.make_node("Constant", [], ["k"], value=numpy_helper.from_array(np.zeros((3, 2), np.float32))))
    made = helper.make_graph(
        nodes,
        draw(names),
        [helper.make_tensor_value_info(name, element, shape) for name, (element, shape) in inputs.items()],
        [helper.make_tensor_value_info(name, element, shape) for name, (element, shape) in outputs.items()],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
        doc_string=draw(st.text(max_size=30)),
    )
    domains = draw(st.dictionaries(st.sampled_from(["", "com.microsoft", "x"]), st.integers(1, 30), max_size=3))
    return helper.make_model(
        made,
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in domains.items()],
        producer_name=draw(names),
    )


def shape_of(value: onnx.ValueInfoProto) -> tuple[int | str | None, ...]:
    dims = value.type.tensor_type.shape.dim
    return tuple(getattr(one, kind) if (kind := one.WhichOneof("value")) else None for one in dims)


def element_of(kind: int) -> str:
    return ELEMENT_NAMES.get(kind, f"type {kind}")


@LAW
@given(models())
def test_what_is_read_agrees_with_onnx(tmp_path: Path, one: onnx.ModelProto) -> None:
    header = read_header(written(tmp_path, one.SerializeToString()))
    weights = {weight.name: weight for weight in one.graph.initializer}
    for got, wanted in (
        (header.inputs, [value for value in one.graph.input if value.name not in weights]),
        (header.outputs, list(one.graph.output)),
    ):
        assert {name: (info.element, info.axes) for name, info in got.items()} == {
            value.name: (element_of(value.type.tensor_type.elem_type), shape_of(value)) for value in wanted
        }
        assert all(name == info.name for name, info in got.items())
    assert header.opsets == {opset.domain: opset.version for opset in one.opset_import}
    assert header.operators == {(node.domain, node.op_type) for node in one.graph.node} | {("", "Inner")}
    assert header.nodes == len(one.graph.node) + 2
    assert header.producer == one.producer_name
    assert header.external == {}
    counts: dict[str, int] = {"float32": 6}
    for weight in weights.values():
        element = element_of(weight.data_type)
        counts[element] = counts.get(element, 0) + int(np.prod(weight.dims))
    assert header.weight_elements == counts


def test_weights_of_every_storage_are_counted(tmp_path: Path) -> None:
    weights = [
        helper.make_tensor("typed", TensorProto.FLOAT, [2, 3], [0.5] * 6),
        helper.make_tensor("words", TensorProto.STRING, [2], [b"a", b"b"]),
        helper.make_tensor("scalar", TensorProto.INT64, [], [7]),
        helper.make_tensor("nothing", TensorProto.FLOAT, [0, 3], []),
        helper.make_tensor("half", TensorProto.FLOAT16, [4], np.zeros(4, np.float16).tobytes(), raw=True),
    ]
    made = helper.make_model(helper.make_graph([], "g", [], [], weights))
    header = read_header(written(tmp_path, made.SerializeToString()))
    assert header.weight_elements == {"float32": 6, "type 8": 2, "int64": 1, "float16": 4}


def test_a_function_that_the_model_brings_along_is_no_foreign_operator(tmp_path: Path) -> None:
    function = helper.make_function(
        "own", "Twice", ["x"], ["y"], [helper.make_node("Add", ["x", "x"], ["y"])], [helper.make_opsetid("", 17)]
    )
    made = helper.make_model(
        helper.make_graph([helper.make_node("Twice", ["a"], ["b"], domain="own")], "g", [], []), functions=[function]
    )
    assert read_header(written(tmp_path, made.SerializeToString())).operators == {("", "Add")}


# External weights


def model_with(location: str, **entries: int) -> bytes:
    return model(part(5, external(location, **entries)))


def test_weights_beside_the_graph_are_found(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    written(tmp_path, bytes(100), "weights.bin")
    written(tmp_path / "sub", bytes(8), "more.bin")
    tensors = [
        external("weights.bin", name="a"),
        external("weights.bin", name="b", offset=40, length=60),
        external("sub/more.bin", name="c", length=8),
    ]
    header = read_header(written(tmp_path, model(b"".join(part(5, one) for one in tensors))))
    assert header.external == {"weights.bin": 100, "sub/more.bin": 8}
    assert header.weight_elements == {"float32": 6}


def test_what_onnx_saves_beside_the_graph_is_found(tmp_path: Path) -> None:
    made = graph({"x": ("batch", 4)}, {"y": ("batch", 4)}, weights=4096)
    onnx.save(made, tmp_path / "model.onnx", save_as_external_data=True, location="权重 data.bin", size_threshold=0)
    header = read_header(tmp_path / "model.onnx")
    assert list(header.external) == ["权重 data.bin"]
    assert header.external["权重 data.bin"] <= (tmp_path / "权重 data.bin").stat().st_size
    (tmp_path / "权重 data.bin").write_bytes(b"short")
    assert "cut off" in refusal(tmp_path / "model.onnx")


OUTSIDE = [
    "/etc/passwd",
    "../weights.bin",
    "a/../../weights.bin",
    "..",
    "..\\weights.bin",
    "C:\\weights.bin",
    "C:weights.bin",
    "c:/weights.bin",
    "\\weights.bin",
    "\\\\server\\share\\weights.bin",
    "//server/share/weights.bin",
    "weights.bin\0.txt",
]


@pytest.mark.parametrize("location", OUTSIDE, ids=repr)
def test_weights_outside_the_folder_are_refused(tmp_path: Path, location: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    written(tmp_path, bytes(100), "weights.bin")
    assert "outside its folder" in refusal(written(folder, model_with(location)))


@pytest.mark.parametrize("where", ["attribute", "subgraph", "function", "sparse weight", "sparse attribute"])
def test_weights_outside_the_folder_are_found_wherever_they_hide(tmp_path: Path, where: str) -> None:
    hidden = external("../weights.bin")
    content = {
        "attribute": model(part(1, part(5, part(5, hidden)))),
        "subgraph": model(part(1, part(5, part(6, part(5, hidden))))),
        "function": model(b"", part(25, part(7, part(5, part(5, hidden))))),
        "sparse weight": model(part(15, part(1, tensor()) + part(2, hidden))),
        "sparse attribute": model(part(1, part(5, part(22, part(1, hidden))))),
    }[where]
    assert "outside its folder" in refusal(written(tmp_path, content))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("none.bin", "missing"),
        ("", "missing"),
        (".", "missing"),
        ("folder", "missing"),
        ("folder/none", "missing"),
        ("weights.bin/x", "missing"),
        ("x" * 300, "cannot be read"),
        ("é" * 3000, "cannot be read"),
        ("weights.bin", "cut off: 7 of 8 bytes"),
    ],
    ids=lambda value: value[:20],
)
def test_weights_that_are_not_there_are_named(tmp_path: Path, location: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    written(tmp_path, bytes(7), "weights.bin")
    assert words in refusal(written(tmp_path, model_with(location)))


@pytest.mark.parametrize(
    "entries", [{"length": 4}, {"offset": -1}, {"offset": -8, "length": 8}, {"length": -1}], ids=str
)
def test_weights_with_impossible_places_are_refused(tmp_path: Path, entries: dict[str, int]) -> None:
    written(tmp_path, bytes(100), "weights.bin")
    assert "needs" in refusal(written(tmp_path, model_with("weights.bin", **entries)))


@pytest.mark.parametrize("offset", [10**30, 2**63], ids=["1e30", "2**63"])
def test_weights_far_beyond_the_file_are_refused(tmp_path: Path, offset: int) -> None:
    written(tmp_path, bytes(100), "weights.bin")
    assert "cut off" in refusal(written(tmp_path, model_with("weights.bin", offset=offset)))


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        part(13, part(1, b"location")) + part(13, part(1, b"offset") + part(2, b"ten")),
        part(13, part(1, b"location")) + part(13, part(1, b"length") + part(2, b"9" * 5000)),
        part(13, b"\xff"),
    ],
    ids=["nowhere", "offset in words", "endless length", "broken"],
)
def test_weights_that_lie_nowhere_are_refused(tmp_path: Path, entry: bytes) -> None:
    refusal(written(tmp_path, model(part(5, tensor((2,), 1, None, "w", entry + number(14, 1))))))


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("how", ["file", "folder", "loop", "dangling"])
def test_links_out_of_the_folder_are_refused(tmp_path: Path, how: str) -> None:
    folder, outside = tmp_path / "model", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    written(outside, bytes(100), "weights.bin")
    location = "sub/weights.bin" if how == "folder" else "weights.bin"
    link, target = {
        "file": (folder / "weights.bin", outside / "weights.bin"),
        "folder": (folder / "sub", outside),
        "loop": (folder / "weights.bin", folder / "weights.bin"),
        "dangling": (folder / "weights.bin", folder / "none.bin"),
    }[how]
    link.symlink_to(target)
    said = refusal(written(folder, model_with(location)))
    assert {"file": "link", "folder": "link", "loop": "cannot be read", "dangling": "missing"}[how] in said


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_inside_the_folder_and_inside_a_download_cache_are_followed(tmp_path: Path) -> None:
    blobs, snapshot = tmp_path / "models--x" / "blobs", tmp_path / "models--x" / "snapshots" / "1" / "unet"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    written(blobs, bytes(100), "abc")
    written(blobs, model_with("model.onnx_data"), "def")
    (snapshot / "model.onnx_data").symlink_to(blobs / "abc")
    (snapshot / "model.onnx").symlink_to(blobs / "def")
    assert read_header(snapshot / "model.onnx").external == {"model.onnx_data": 8}
    written(snapshot, bytes(100), "real")
    (snapshot / "link").symlink_to(snapshot / "real")
    assert read_header(written(snapshot, model_with("link"), "other.onnx")).external == {"link": 8}


# What is no model

PICKLES = [b"\x80\x02}q\x00.", b"\x80\x04\x95\x00", b"\x80\x05K\x01.", b"PK\x03\x04\x14\x00", b"PK\x03\x04" + bytes(99)]


@pytest.mark.parametrize("content", PICKLES, ids=repr)
def test_pickles_and_archives_are_refused_as_such(tmp_path: Path, content: bytes) -> None:
    assert "pickle" in refusal(written(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"\x08",
        b"\x08\x08",
        b"not a model at all",
        bytes(4096),
        b"\xff" * 4096,
        b'{"json": true}',
        "版本".encode(),
        number(1, 8),
        part(7, b""),
        model() + part(7, b""),
    ],
    ids=lambda content: repr(content[:16]),
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    refusal(written(tmp_path, content))


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "missing" in refusal(tmp_path / "none.onnx")
    assert "missing" in refusal(tmp_path)


def nested(depth: int) -> bytes:
    """A graph in a node's attribute, ``depth`` times."""
    content = b""
    for _ in range(depth):
        content = part(1, part(5, part(6, content)))
    return content


HOSTILE: dict[str, Callable[[], bytes]] = {
    "an endless number": lambda: b"\x08" + b"\x80" * 5000,
    "a number over 64 bits": lambda: number(1, 2**66) + part(7, b""),
    "a part longer than the file": lambda: number(1, 8) + b"\x3a" + varint(2**62),
    "a part of 2**64 - 1 bytes": lambda: number(1, 8) + b"\x3a" + varint(2**64 - 1),
    "a part longer than its parent": lambda: model(part(5, b"\x4a\x20" + bytes(8))),
    "field 0": lambda: number(1, 8) + b"\x02\x00",
    "a group": lambda: number(1, 8) + b"\x3b\x3c",
    "an unknown wire type": lambda: number(1, 8) + b"\x3e",
    "ten thousand graphs deep": lambda: model(nested(10_000)),
    "a name of a megabyte": lambda: model(part(5, tensor(name="x" * (1 << 20)))),
    "a negative axis": lambda: model(part(5, tensor((-2,)))),
    "negative axes whose product fits": lambda: model(part(5, tensor((-2, -1)))),
    "an absurd axis": lambda: model(part(5, tensor((2**62,)))),
    "axes whose product passes 2**64": lambda: model(part(5, tensor((2**32, 2**32, 2**32)))),
    "33 axes": lambda: model(part(5, tensor((1,) * 33, raw=bytes(4)))),
    "packed axes without end": lambda: model(part(5, part(1, b"\x01" * (4 << 20)))),
    "packed axes cut off": lambda: model(part(5, part(1, b"\x01\x80"))),
    "fewer bytes than the shape says": lambda: model(part(5, tensor((3,)))),
    "more bytes than the shape says": lambda: model(part(5, tensor((1,)))),
    "a shape and no bytes": lambda: model(part(5, tensor((2,), raw=None))),
    "typed values that the file cannot hold": lambda: model(
        part(5, tensor((2**40,), raw=None, more=part(4, bytes(8))))
    ),
    "more fields than any model has": lambda: model(b"\x20\x00" * (MOST_FIELDS + 1)),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused(tmp_path: Path, make: Callable[[], bytes]) -> None:
    assert "not a whole ONNX file" in refusal(written(tmp_path, make()))


@pytest.mark.parametrize(
    ("what", "size"), [("zeros", 200 << 20), ("one weight", 200 << 20), ("packed axes", 64 << 20)], ids=str
)
def test_a_large_file_is_read_or_refused_without_being_loaded(tmp_path: Path, what: str, size: int) -> None:
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        if what == "one weight":
            head = number(1, size // 4) + number(2, 1) + b"\x4a" + varint(size)
            graph_head = b"\x2a" + varint(len(head) + size) + head
            file.write(number(1, 8) + b"\x3a" + varint(len(graph_head) + size) + graph_head)
        elif what == "packed axes":
            head = b"\x0a" + varint(size)
            graph_head = b"\x2a" + varint(len(head) + size) + head
            file.write(number(1, 8) + b"\x3a" + varint(len(graph_head) + size) + graph_head)
        file.truncate(file.tell() + size)
    tracemalloc.start()
    try:
        with at_once():
            header = read_or_refuse(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (header is not None) == (what == "one weight")
    assert peak < 1 << 20, f"{peak:,} bytes were needed for {what}"


def sample() -> bytes:
    """A model with something of everything."""
    made = unet_graph(4, 768, timestep_cond=("batch", 256))
    made.graph.node.append(helper.make_node("Constant", [], ["k"], value=helper.make_tensor("t", 1, [2], [1.0, 2.0])))
    inner = helper.make_graph([helper.make_node("Inner", [], ["y"])], "inner", [], [])
    made.graph.node.append(helper.make_node("If", ["c"], ["z"], then_branch=inner, else_branch=inner))
    return made.SerializeToString() + part(25, part(1, b"f") + part(10, b"d") + part(7, part(4, b"Add")))


def test_a_file_cut_off_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    whole = sample()
    assert read_or_refuse(written(tmp_path, whole)) is not None
    read = [n for n in range(len(whole)) if read_or_refuse(written(tmp_path, whole[:n])) is not None]
    graph_ends = whole.rindex(b"graph") + 5
    assert all(n > graph_ends for n in read), f"a graph cut off at {read} was read"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_file_with_wrong_bytes_is_read_or_refused(tmp_path: Path, flips: list[tuple[int, int]]) -> None:
    content = bytearray(sample())
    for at, value in flips:
        content[at % len(content)] = value
    with at_once():
        read_or_refuse(written(tmp_path, bytes(content)))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200)
    | st.binary(max_size=120).map(model)
    | st.binary(max_size=99).map(lambda b: model(part(5, b)))
)
def test_random_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with at_once():
        read_or_refuse(written(tmp_path, content))


def test_a_graph_of_our_own_is_read(tmp_path: Path) -> None:
    header = read_header(write_part(tmp_path / "unet", unet_graph(9, 1024)))
    assert header.inputs["sample"].axes == ("batch", 9, "height", "width")
    assert header.inputs["encoder_hidden_states"].element == "float32"
    assert set(header.inputs) == {"sample", "timestep", "encoder_hidden_states"}
