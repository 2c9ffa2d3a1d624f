"""onnxruntime behind a small face: sessions that load fast, can be stopped inside a call, and say what they run on.

The only module that imports onnxruntime.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import io
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from inference import gpu_addon

# From 1.31 on the runtime would, when it is imported, write an identifier into the user's cache and send where it runs.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
ADDON, ADDON_PROBLEM = gpu_addon.activate()
"""The GPU add-on in use, and why one that is there is not: it must be found before onnxruntime is imported."""

# ruff: noqa: E402
import onnxruntime as ort

from inference.cancelling import Cancel
from inference.errors import BadRequest, Cancelled, EngineFailed, GouacheError, ModelRefused, OutOfMemory
from inference.machine import nvidia_driver, nvidia_name, physical_cores, processor_name
from inference.onnx_header import ELEMENT_NAMES, read_header
from inference.tuned import Place

Array = NDArray[Any]
T = TypeVar("T")

ort.set_default_logger_severity(4)
ort.disable_telemetry_events()

CPU = "CPUExecutionProvider"
PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "cpu": CPU,
}
TITLES = {
    "CUDAExecutionProvider": "CUDA",
    "DmlExecutionProvider": "DirectML",
    "CoreMLExecutionProvider": "CoreML",
    CPU: "CPU",
}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "CUDAExecutionProvider": {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"}
}
REOPEN_BYTES = 256 << 20
"""Weights above which a session is opened anew from its own optimised copy, which the system maps from disk."""
GRACE = 0.2
"""Seconds that a cancelled call is waited for before it is left to end by itself."""
CACHE_BUDGET = 24 << 30
"""Bytes of optimised graphs kept on disk."""
COPY_FORMAT = 2
"""Counts up when optimised copies are written in another way."""
_NUMPY = {"bool": np.bool_} | {
    name: np.dtype(name) for name in ELEMENT_NAMES.values() if name not in ("bool", "bfloat16")
}
_NO_MEMORY = ("bad_alloc", "bad allocation", "failed to allocate", "out of memory", "alloc_failed", "cudaerrormemory")


class Session(Protocol):
    """A loaded graph."""

    @property
    def inputs(self) -> Mapping[str, tuple[Any, int | None]]:
        """numpy dtype and rank (None: unknown) of each input."""
        ...

    @property
    def provider(self) -> str:
        """The provider really obtained."""
        ...

    def run(self, feeds: Mapping[str, Array]) -> dict[str, Array]:
        """Run the graph; values are cast to the inputs' types.

        Raises:
            Cancelled: when the runtime's ``cancel`` was set. OutOfMemory, EngineFailed.
        """
        ...

    def close(self) -> None:
        """Free its memory."""
        ...


class Change(Protocol):
    """Weights of a graph that are others than in its file."""

    @property
    def key(self) -> str:
        """Names the change: the same graph with the same change is the same session."""
        ...

    @property
    def bytes(self) -> int:
        """Memory of the changed weights; 0 where only the graph is another."""
        ...

    def merged(self, path: Path) -> tuple[bytes, Mapping[str, Array]]:
        """The graph in ``path`` with some weights said to lie outside, and those weights by name."""
        ...


class Runtime:
    """Makes sessions on one device.

    All calls into onnxruntime run in one thread of its own, so that the caller can always be let go: a cancelled call
    is told to terminate and, where it does not within ``GRACE`` seconds (a single large operator), ends by itself
    while the caller goes on. The next call waits its turn behind it.

    Args:
        device: "auto", "cuda", "directml", "coreml" or "cpu".
        threads: cores that a CPU session uses; None for all physical ones.
        cache: folder for optimised graphs, or None for no cache.
        frugal: leave weights where they lie: nothing is optimised or packed. Slower, and takes half the memory.
    """

    def __init__(
        self, *, device: str = "auto", threads: int | None = None, cache: Path | None = None, frugal: bool = False
    ) -> None:
        self.frugal = frugal
        self.device = device
        self.threads = threads or physical_cores()
        self.cache = cache
        self.cancel = Cancel()
        self.wanted = _wanted_providers(device)
        self._pool = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="gouache-runtime")

    @property
    def name(self) -> str:
        """Runtime and version."""
        return f"onnxruntime {ort.__version__}"

    @property
    def place(self) -> Place:
        """What it makes sessions on, as measurements are kept by it."""
        best = self.wanted[0]
        return Place(provider=best, name=device_name(best), runtime=self.name)

    def load(self, path: Path, change: Change | None = None) -> Session:
        """Open a graph, from its optimised copy when there is one and no LoRA changes its weights.

        Raises:
            ModelRefused: when the file is broken. Cancelled, OutOfMemory.
        """
        return OrtSession(self, path, change)

    def call(self, function: Callable[[], T], terminate: Callable[[], None]) -> T:
        """Run ``function`` in the runtime's thread; on cancelling, call ``terminate`` and stop waiting for it."""
        self.cancel.check()
        future = self._pool.submit(function)
        with self.cancel.wakes(future) as wake:
            wake.wait()
        if not future.done():
            terminate()
            concurrent.futures.wait([future], timeout=GRACE)
            raise Cancelled
        try:
            return future.result()
        except GouacheError:
            raise
        except Exception as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> Exception:
        if self.cancel.is_set():
            return Cancelled()
        text = str(error)
        if lacks_memory(error):
            return OutOfMemory("There is not enough memory for this.", hint="Try a smaller size.", detail=text)
        return EngineFailed("The model could not be run.", hint="The log has the runtime's own words.", detail=text)

    def close(self) -> None:
        """End the thread; a call that is still running ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class OrtSession:
    """A graph in onnxruntime (see ``Session``)."""

    def __init__(self, runtime: Runtime, path: Path, change: Change | None = None) -> None:
        self._runtime = runtime
        self._session: ort.InferenceSession | None = runtime.call(lambda: _open(runtime, path, change), lambda: None)
        self.inputs = {i.name: (_dtype(i.type), _rank(i.shape)) for i in self._session.get_inputs()}
        self._outputs = [o.name for o in self._session.get_outputs()]
        self._shrinks = runtime.wanted == [CPU]
        """A call's scratch memory (a gigabyte for a large decoder) is given back after it; that costs no time."""

    @property
    def provider(self) -> str:
        assert self._session is not None
        return self._session.get_providers()[0]

    def run(self, feeds: Mapping[str, Array]) -> dict[str, Array]:
        session = self._session
        assert session is not None, "the session is closed"
        options = ort.RunOptions()
        options.log_severity_level = 4
        if self._shrinks:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        cast = {name: np.asarray(value, self.inputs[name][0], order="C") for name, value in feeds.items()}

        def terminate() -> None:
            options.terminate = True

        values: Any = self._runtime.call(lambda: session.run(self._outputs, cast, options), terminate)
        return dict(zip(self._outputs, values, strict=True))

    def close(self) -> None:
        self._session = None


def _dtype(name: str) -> Any:
    inner = name.removeprefix("tensor(").removesuffix(")")
    return _NUMPY.get({"float": "float32", "double": "float64"}.get(inner, inner), np.float32)


def _rank(shape: list[Any] | None) -> int | None:
    return None if shape is None else len(shape)


def lacks_memory(error: Exception) -> bool:
    """True when a runtime's error says that there was no memory."""
    return isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _NO_MEMORY)


def _wanted_providers(device: str) -> list[str]:
    """Providers to ask for, best first. ``auto`` asks for what this build has and this machine could have."""
    built = ort.get_available_providers()
    if device != "auto" and device not in PROVIDERS:
        raise BadRequest(f"There is no device '{device}'.", hint=f"Known: auto, {', '.join(PROVIDERS)}.")
    if device != "auto":
        return [p for p in dict.fromkeys((PROVIDERS[device], CPU)) if p in built or p == CPU]
    wanted = [p for p in PROVIDERS.values() if p in built]
    return [p for p in wanted if p != PROVIDERS["cuda"] or nvidia_driver()]


def threads_beside_a_window() -> int:
    """Cores for a CPU session whose program has a window that must answer at once.

    On Linux all of them: the threads of the runtime inherit the worker's niceness, and the window goes first (see
    ``benchmarks/responsiveness.py``). Other systems do not hand priorities on, so one core is left to the window.
    """
    cores = physical_cores()
    return cores if sys.platform == "linux" else max(1, cores - 1)


def missed(device: str, wanted: Sequence[str], obtained: str) -> str | None:
    """Why a GPU is not used although it was asked for, or is in the machine, in one sentence; None when all is well.

    Args:
        device: as it was asked for.
        wanted: the providers that were asked for, best first.
        obtained: the provider that a session really runs on.
    """
    if device == "cpu":
        return None
    best = PROVIDERS[device] if device != "auto" else wanted[0]
    if device == "auto" and best == CPU and nvidia_driver():
        best = PROVIDERS["cuda"]
    if obtained == best:
        return None
    return f"{TITLES[best]} could not be used, so the {TITLES.get(obtained, obtained)} does the work."


def device_name(provider: str) -> str:
    """The name of what ``provider`` runs on, as far as the machine tells it at once; its title otherwise."""
    title = TITLES.get(provider, provider)
    if title in ("CPU", "CoreML"):
        return processor_name()
    return (nvidia_name() if title == "CUDA" else "") or _described() or title


def _described() -> str:
    """What the runtime says of the first GPU that it knows (on Windows)."""
    known = (each.device for each in ort.get_ep_devices())
    gpus = (each for each in known if each.type == ort.OrtHardwareDeviceType.GPU)
    return next((each.metadata.get("Description", "") for each in gpus), "")


def _open(runtime: Runtime, path: Path, change: Change | None) -> ort.InferenceSession:
    read_header(path)
    if PROVIDERS["cuda"] in runtime.wanted:
        _preload()
    providers: list[Any] = [(p, dict(OPTIONS.get(p, {}))) for p in runtime.wanted]
    try:
        cached = runtime.cache if runtime.wanted == [CPU] else None
        if change is not None and (change.bytes or cached is None):
            return _open_changed(runtime, path, change, providers)
        if cached is None:
            return ort.InferenceSession(str(path), _options(runtime), providers=providers)
        return _open_cached(runtime, path, cached, change)
    except Exception as error:
        # onnxruntime's own exception classes share no base but Exception.
        its_own = isinstance(error, RuntimeError) or type(error).__module__.startswith("onnxruntime")
        if lacks_memory(error) or not its_own:
            raise
        raise ModelRefused(
            f"{path} could not be opened by the runtime.", hint="Copy or export the model again.", detail=str(error)
        ) from error


def _preload() -> None:
    """Load CUDA's libraries, the add-on's first. onnxruntime prints which it lacks: ``doctor`` says it, in one line."""
    with contextlib.redirect_stdout(io.StringIO()):
        ort.preload_dlls(directory=str(ADDON.folder) if ADDON is not None else None)


def provider_folder() -> Path:
    """Where onnxruntime looks for the libraries of its providers."""
    return Path(sys.modules[gpu_addon.BINDING].__file__ or "").parent


def _open_changed(runtime: Runtime, path: Path, change: Change, providers: list[Any]) -> ort.InferenceSession:
    """Open a graph with some of its weights replaced.

    onnxruntime replaces exactly those that are said to lie in another file (``add_initializer`` is for sharing equal
    weights and changes some or none, without a word). The optimised copy has its weights laid out anew under other
    names, so the graph itself is opened.
    """
    graph, weights = change.merged(path)
    options = _options(runtime)
    values = [ort.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
    if values:
        options.add_external_initializers(list(weights), values)
    return _from_memory(graph, path, options, providers)


def _from_memory(graph: bytes, path: Path, options: ort.SessionOptions, providers: list[Any]) -> ort.InferenceSession:
    """Open a graph that was derived from the one in ``path``: its weights still lie beside that."""
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(path.parent))
    return ort.InferenceSession(graph, options, providers=providers)


def _open_plain(path: Path, change: Change | None, options: ort.SessionOptions) -> ort.InferenceSession:
    """Open a graph on the processor, as it is or changed in nothing but its nodes."""
    if change is None:
        return ort.InferenceSession(str(path), options, providers=[CPU])
    return _from_memory(change.merged(path)[0], path, options, [CPU])


def _options(runtime: Runtime, *, optimise: bool = True) -> ort.SessionOptions:
    options = ort.SessionOptions()
    levels = ort.GraphOptimizationLevel
    optimise = optimise and not runtime.frugal
    options.graph_optimization_level = levels.ORT_ENABLE_ALL if optimise else levels.ORT_DISABLE_ALL
    if runtime.frugal:
        options.add_session_config_entry("session.disable_prepacking", "1")
    options.intra_op_num_threads = runtime.threads
    options.log_severity_level = 4
    # Plans are made for one size each and kept beside the arena: a tenth more memory and no time saved.
    options.enable_mem_pattern = False
    # Spinning threads are a sixth faster on an idle machine and twice as slow on a busy one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _open_cached(runtime: Runtime, path: Path, cache: Path, change: Change | None) -> ort.InferenceSession:
    """Open the optimised copy of ``path`` (with the nodes that ``change`` gives it), making it first when needed.

    The copy's weights are mapped from disk and nothing is optimised or packed again: a model of gigabytes opens in
    about a second and a half, and a tenth of it is memory of its own.
    """
    folder = cache / _fingerprint(path, change.key if change else "")
    copy = folder / "model.onnx"
    if copy.is_file():
        try:
            os.utime(folder)
            return ort.InferenceSession(str(copy), _options(runtime, optimise=False), providers=[CPU])
        except Exception as error:
            if lacks_memory(error):
                raise
            # Whatever is wrong with the copy, the original is still there.
            shutil.rmtree(folder, ignore_errors=True)
    return _open_and_cache(runtime, path, folder, change)


def _open_and_cache(runtime: Runtime, path: Path, folder: Path, change: Change | None) -> ort.InferenceSession:
    """Open ``path`` and leave an optimised copy in ``folder`` where there is room for one."""
    weights = sum(file.stat().st_size for file in path.parent.glob("model.onnx*"))
    draft = _room_for_copy(folder.parent, weights)
    if draft is None:
        return _open_plain(path, change, _options(runtime))
    try:
        session = _open_and_copy(runtime, path, draft, change)
        draft.rename(folder)
        if weights < REOPEN_BYTES:
            return session
        del session
        return ort.InferenceSession(str(folder / "model.onnx"), _options(runtime, optimise=False), providers=[CPU])
    except Exception as error:
        if lacks_memory(error):
            raise
        # The disk is full, or another process has made the copy meanwhile.
        return _open_plain(path, change, _options(runtime))
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _room_for_copy(cache: Path, weights: int) -> Path | None:
    """An empty folder in ``cache`` for an optimised copy, or None when there is no room."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _trim_cache(cache, CACHE_BUDGET - 3 * weights)
        if shutil.disk_usage(cache).free < 4 * weights + (1 << 30):
            return None
        return Path(tempfile.mkdtemp(dir=cache, prefix=".draft-"))
    except OSError:
        return None


def _open_and_copy(runtime: Runtime, path: Path, draft: Path, change: Change | None) -> ort.InferenceSession:
    options = _options(runtime)
    options.optimized_model_filepath = str(draft / "model.onnx")
    entry = options.add_session_config_entry
    entry("session.optimized_model_external_initializers_file_name", "model.onnx_data")
    entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    # Weights as the processor's kernels want them, mapped like the rest instead of packed into memory at each load.
    entry("session.save_external_prepacked_constant_initializers", "1")
    return _open_plain(path, change, options)


def _trim_cache(cache: Path, budget: int) -> None:
    """Delete the optimised graphs that were used longest ago until the rest fits ``budget`` bytes."""
    folders = sorted(
        (f for f in cache.iterdir() if f.is_dir() and not f.name.startswith(".")),
        key=lambda f: f.stat().st_mtime,
        reverse=True,
    )
    used = 0
    for folder in folders:
        used += sum(file.stat().st_size for file in folder.iterdir())
        if used > max(budget, 0):
            shutil.rmtree(folder, ignore_errors=True)


def _fingerprint(path: Path, change: str = "") -> str:
    """A hash of the model's content, the runtime and the processor: what an optimised graph depends on.

    Weights beside the graph are told apart by size, time and samples of their bytes, so that gigabytes need not be
    read to open a model.
    """
    digest = hashlib.sha256(f"{COPY_FORMAT}|{ort.__version__}|{CPU}|{processor()}{change}".encode())
    for file in sorted(path.parent.glob("model.onnx*")):
        status = file.stat()
        digest.update(f"|{file.name}|{status.st_size}|{status.st_mtime_ns}|".encode())
        with file.open("rb") as data:
            for position in range(0, status.st_size, max(1 << 16, status.st_size // 64)):
                data.seek(position)
                digest.update(data.read(1 << 16))
    return digest.hexdigest()[:32]


def processor() -> str:
    """The processor's model and abilities: optimised graphs lay weights out for its vector width."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        lines = []
    said = [line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))]
    if said:
        return hashlib.sha256("\n".join(said).encode()).hexdigest()
    return platform.processor() or platform.machine()
