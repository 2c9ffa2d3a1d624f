"""From a checkpoint or a diffusers folder to a model that the engine runs: part by part, each proven, resumable.

Parts that are done lie in a hidden folder beside the new model until all are there; a run that was stopped at any
moment goes on after the last whole part. Memory holds one part at a time: what PyTorch gives for the probes is
computed first, then the part is traced, let go, and its graph is run alone.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil
from torch import nn

from inference.control_card import write_card
from inference.detected import Detected, What
from inference.errors import BadRequest, ModelRefused
from inference.files import explained, replace_folder, write_text
from inference.manifest import GRAPH, MANIFEST_FILE, MANIFEST_VERSION, Family, hash_file, hash_parts
from inference.pipelines import fit_preview
from inference.resources import cache_folder
from inference.units import readable
from training.conversion_report import Made, Whole, write_report
from training.export import (
    TOLERANCES,
    ExportFailed,
    Outputs,
    PartExport,
    PartReport,
    Precision,
    compare_with,
    folder_bytes,
    outputs_of,
    plain,
    trace,
    write_index,
)
from training.graph_files import halve_weights, load_graph, save
from training.half import halve_graph
from training.real_probes import real_probes
from training.smoke import smoke_picture
from training.sources import ModelSource, PartSource, source_of

PART_FILE, OWNER = "part.json", "owner.json"
BYTES_ON_DISK = {Precision.FP32: 4, Precision.FP16: 2, Precision.HALF_WEIGHTS: 2}
USUAL_RATE = 14e6
"""Weights a second, until this machine was measured: two cores took a minute for Stable Diffusion 1's 860 million."""
MEASURED = 100_000_000
"""Weights of a model that tells how fast this machine is; smaller ones only tell how fast programs start."""
AROUND = 15.0
"""Seconds for programs, the smoke picture and hashes."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a conversion takes.

    Attributes:
        memory: bytes at most: the largest part in fp32, what tracing adds, and the libraries.
        disk: bytes that the model takes.
        scratch: bytes that are free again at the end.
        seconds: by this machine's own speed, where it has converted a model before.
        largest: bytes of the largest part in fp32.
    """

    memory: int
    disk: int
    scratch: int
    seconds: float
    largest: int


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What a conversion is at. ``share``: of all the work, 0 to 1."""

    words: str
    share: float
    seconds_left: float


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is converted, to what.

    Attributes:
        prediction: what the model predicts, or "" for what the file says.
        title, licence, native: what the manifest should say beside what is known.
        kind: what a ControlNet was trained on, or "" for what its name says.
    """

    found: Detected
    target: Path
    precision: Precision
    vae: Path | None = None
    prediction: str = ""
    title: str = ""
    licence: str = ""
    native: int = 0
    kind: str = ""

    @property
    def key(self) -> str:
        """Names the parts that are kept: of the same file, made in the same way."""
        path = self.found.path
        status = [(file, file.stat().st_size, file.stat().st_mtime_ns) for file in _files(path)]
        vae = (str(self.vae), self.vae.stat().st_mtime_ns) if self.vae else ()
        said = repr((str(path.resolve()), status, vae, self.precision.value))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def work(self) -> Path:
        """Where parts that are done wait for the others."""
        return self.target.parent / f".import-{self.key}"


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.glob("*/*.safetensors"))


def estimate(order: Order) -> Estimate:
    """What the order will take. Raises ModelRefused when there is nothing to convert."""
    parts = source_of(order.found, vae=order.vae).parts
    largest, total = max(part.weights for part in parts), sum(part.weights for part in parts)
    return Estimate(
        memory=int(largest * 4 * 1.3) + (700 << 20),
        disk=total * BYTES_ON_DISK[order.precision],
        scratch=largest * (4 + 4 + BYTES_ON_DISK[order.precision]),
        seconds=AROUND + total / _rate(),
        largest=largest * 4,
    )


def check_room(order: Order, expected: Estimate) -> None:
    """Refuse what cannot end well. Raises BadRequest."""
    order.target.parent.mkdir(parents=True, exist_ok=True)
    needed, free = expected.disk + expected.scratch, shutil.disk_usage(order.target.parent).free
    done = folder_bytes(order.work) if order.work.is_dir() else 0
    if needed - done > free:
        raise BadRequest(
            f"The conversion needs {readable(needed - done)} of disk, and {order.target.parent} has {readable(free)}.",
            hint="Make room there; most of it is free again at the end.",
        )
    if expected.memory > psutil.virtual_memory().total:
        raise BadRequest(
            f"The conversion needs about {readable(expected.memory)} of memory, more than this machine has.",
            hint="Convert it on a larger machine and copy the folder.",
        )


def convert(order: Order, *, overwrite: bool = False) -> Iterator[Doing]:
    """Convert, and say before each step what it is. Closing it stops; the parts that are done are kept.

    Raises:
        ModelRefused, BadRequest: when it cannot be done. ExportFailed: when a part does not agree with PyTorch, or the
            picture is none; nothing is left then.
    """
    if order.target.exists() and not overwrite:
        raise BadRequest(f"{order.target} exists already.", hint="Give another --name, or --overwrite.")
    source = source_of(order.found, vae=order.vae, prediction=order.prediction)
    check_room(order, estimate(order))
    began, counted = time.monotonic(), _Counted(source)
    with explained(order.work), _owned(order.work):
        try:
            made = []
            for part in source.parts:
                made += yield from _part(part, order, counted)
            yield counted.doing("writing the model")
            if order.found.what is What.CONTROLNET:
                _assemble_control(order, made, began)
            else:
                yield from _assemble(order, source, made, counted, began)
        except (ExportFailed, ModelRefused):
            shutil.rmtree(order.work, ignore_errors=True)
            raise
    shutil.rmtree(order.work, ignore_errors=True)
    if counted.fresh and counted.total > MEASURED:
        _remember_rate(counted.done / max(time.monotonic() - began - AROUND, 1.0))


@contextmanager
def _owned(work: Path) -> Iterator[None]:
    """Keep two processes from the same parts. Raises BadRequest."""
    work.mkdir(parents=True, exist_ok=True)
    owner = work / OWNER
    with suppress(OSError, ValueError, KeyError, TypeError, psutil.Error):
        said = json.loads(owner.read_text("utf-8"))
        if said["pid"] != os.getpid() and psutil.Process(said["pid"]).create_time() == said["since"]:
            raise BadRequest("This model is being imported already.", hint="Wait for it, or stop it.")
    me = psutil.Process()
    write_text(owner, json.dumps({"pid": me.pid, "since": me.create_time()}))
    yield


class _Counted:
    """How much of the work is done, in weights."""

    def __init__(self, source: ModelSource) -> None:
        self.total = sum(part.weights for part in source.parts)
        self.done, self.began, self.fresh = 0, time.monotonic(), True
        self._furthest = 0.0

    def doing(self, words: str, within: float = 0.0, weights: int = 0) -> Doing:
        """``within``: the share of the part of ``weights`` that is done. It never goes back: a module of two graphs
        begins twice.
        """
        done = self._furthest = max(self._furthest, self.done + within * weights)
        left = (self.total - done) / _rate() + AROUND
        return Doing(words=words, share=0.95 * done / max(self.total, 1), seconds_left=left)


def _part(part: PartSource, order: Order, counted: _Counted) -> Iterator[Doing]:
    """Make the graphs of one module, or take those that are there. Returns what was made."""
    folders = [order.work / "parts" / name for name in part.names]
    made = []
    if all((folder / PART_FILE).is_file() for folder in folders):
        counted.fresh = False
        yield counted.doing(f"{' and '.join(part.names)}: there already")
        made = [Made.from_json(json.loads((folder / PART_FILE).read_text("utf-8"))) for folder in folders]
    else:
        yield counted.doing(f"{part.names[0]}: reading", 0.0, part.weights)
        exports = part.load()
        while exports:  # nothing here may hold on to a part: its weights are let go as soon as it is traced
            made.append((yield from _graph(exports.pop(0), order, counted, part.weights)))
    counted.done += part.weights
    return made


def _graph(export: PartExport, order: Order, counted: _Counted, weights: int) -> Iterator[Doing]:
    began, name = time.monotonic(), export.name
    full, folder = _drafts(order, name)
    for each in (full, folder):
        shutil.rmtree(each, ignore_errors=True)
    yield counted.doing(f"{name}: computing what PyTorch gives", 0.1, weights)
    wanted = outputs_of(export)
    yield counted.doing(f"{name}: writing the graph", 0.3, weights)
    full.mkdir(parents=True)
    trace(export, full)
    export = replace(export, module=nn.Identity())
    gc.collect()
    yield counted.doing(f"{name}: {_STORED[order.precision]}", 0.6, weights)
    kept, notes = _store(export, full, folder, order)
    yield counted.doing(f"{name}: comparing with PyTorch", 0.8, weights)
    report = compare_with(export, wanted, folder)
    if not report.relative <= TOLERANCES[order.precision]:
        report, kept, notes = _retry(export, wanted, order, report)
    shutil.rmtree(full)
    (folder / "config.json").write_text(json.dumps(plain(export.config), indent=2, sort_keys=True) + "\n")
    made = Made(report=report, kept=kept, notes=notes, seconds=time.monotonic() - began)
    write_text(folder / PART_FILE, json.dumps(made.as_json(), indent=2))
    final = order.work / "parts" / name
    shutil.rmtree(final, ignore_errors=True)
    final.parent.mkdir(exist_ok=True)
    folder.rename(final)
    return made


def _drafts(order: Order, name: str) -> tuple[Path, Path]:
    """Where a part is traced to, and where it is stored while it is not proven."""
    return order.work / f"{name}.full", order.work / f"{name}.new"


_STORED = {
    Precision.FP32: "keeping full precision",
    Precision.HALF_WEIGHTS: "storing the weights in half precision",
    Precision.FP16: "finding what overflows in half precision",
}


def _store(export: PartExport, full: Path, folder: Path, order: Order) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the traced graph in the precision that was asked for. Returns the nodes kept in fp32, and sentences."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if order.precision is Precision.FP16:
        done = halve_graph(full, real_probes(export, order.work / "parts", order.found.family), folder)
        return done.kept, (f"{len(done.kept)} of {done.nodes} nodes in fp32; largest value {done.largest:.4g}",)
    model = load_graph(full / GRAPH)
    if order.precision is Precision.HALF_WEIGHTS:
        halve_weights(model, source=full)
    save(model, folder, source=full)
    return (), ()


def _retry(
    export: PartExport, wanted: list[Outputs], order: Order, report: PartReport
) -> tuple[PartReport, tuple[str, ...], tuple[str, ...]]:
    """A part that half precision spoils is kept in full. Raises ExportFailed when that is not it."""
    full, folder = _drafts(order, export.name)
    if order.precision is not Precision.FP32:
        _store(export, full, folder, replace(order, precision=Precision.FP32))
        again = compare_with(export, wanted, folder)
        if again.relative <= TOLERANCES[Precision.FP32]:
            words = f"kept in fp32: in {order.precision.value} it was {report.relative:.2g} of its scale off"
            return again, (), (words,)
        report = again
    raise ExportFailed(
        f"The converted {export.name} differs from PyTorch by {report.relative:.2g} of its own scale.",
        hint="The file may be broken: check its hash where you got it, and download it again.",
    )


def _assemble(order: Order, source: ModelSource, made: list[Made], counted: _Counted, began: float) -> Iterator[Doing]:
    with replace_folder(order.target) as draft:
        for each in made:
            # Linked, not moved: until the model stands, the parts stay where a second run finds them.
            _link(order.work / "parts" / each.report.part, draft / each.report.part)
        source.write_settings(draft)
        write_index(dict(source.index), draft)
        _write_manifest(draft, order, made)
        yield counted.doing("making a picture")
        smoke = smoke_picture(draft)
        yield counted.doing("computing hashes")
        _write_manifest(draft, order, made, hashed=True)
        took = time.monotonic() - began
        write_report(
            draft, Whole(found=order.found, precision=order.precision.value, made=made, smoke=smoke, seconds=took)
        )


def _assemble_control(order: Order, made: list[Made], began: float) -> None:
    """A ControlNet's folder: its one part, and a card."""
    found, (control,) = order.found, made
    with replace_folder(order.target) as draft:
        draft.rmdir()
        _link(order.work / "parts" / control.report.part, draft)
        write_card(
            draft,
            title=order.title or found.title or order.target.name,
            family=found.family or Family.OWN,
            kind=order.kind or found.kind,
            precision=order.precision.value,
            licence=order.licence or found.licence,
            origin=found.path,
            export={k: v for k, v in asdict(control.report).items() if k != "part"},
        )
        smoke = "none, since a ControlNet makes no picture of its own."
        took = time.monotonic() - began
        write_report(draft, Whole(found=found, precision=order.precision.value, made=made, smoke=smoke, seconds=took))


def _link(folder: Path, target: Path) -> None:
    target.mkdir()
    for file in folder.iterdir():
        if file.name == PART_FILE:
            continue
        try:
            os.link(file, target / file.name)
        except OSError:
            shutil.copyfile(file, target / file.name)


def _write_manifest(draft: Path, order: Order, made: list[Made], *, hashed: bool = False) -> None:
    found = order.found
    card: dict[str, Any] = {
        "version": MANIFEST_VERSION,
        "title": order.title or found.title or order.target.name,
        "licence": order.licence or found.licence,
        "sources": [found.path.name],
        "precision": order.precision.value,
        "export": {m.report.part: {k: v for k, v in asdict(m.report).items() if k != "part"} for m in made},
    }
    if order.native:
        card["native"] = [order.native, order.native]
    if any(each in found.variant for each in ("LCM", "Turbo", "Lightning", "Hyper")):
        card["few_steps"] = True
    if hashed:
        card["origin"] = {"file": str(found.path), "sha256": hash_file(found.path) if found.path.is_file() else ""}
        card["hashes"] = hash_parts(draft)
        card["preview"] = fit_preview(draft).as_json()
    write_text(draft / MANIFEST_FILE, json.dumps(card, indent=2, ensure_ascii=False) + "\n")


# How fast this machine is


def _rate_file() -> Path:
    return cache_folder() / "conversion-rate.json"


def _rate() -> float:
    with suppress(OSError, ValueError, KeyError, TypeError):
        rate = float(json.loads(_rate_file().read_text("utf-8"))["weights_per_second"])
        if 1e4 < rate < 1e12:
            return rate
    return USUAL_RATE


def _remember_rate(rate: float) -> None:
    with suppress(BadRequest):
        write_text(_rate_file(), json.dumps({"weights_per_second": rate}))
