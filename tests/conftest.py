"""What the tests share: a home of their own, tiny models exported once a session, and comparisons that say where."""

# ruff: noqa: PLC0415 (torch and diffusers take seconds to import, and most tests need neither)

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from inference.engine import LocalEngine
    from inference.pipelines import Pipeline
    from inference.runtime import Runtime
    from inference.store import ModelStore

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # some tests import onnxruntime before our own runtime does
# Properties hold on a busy machine too: no test is about its own speed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

Tiny = Callable[[str], Path]


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's models, styles and caches are never touched."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOUACHE_HOME", str(home / "data"))
        patch.setenv("GOUACHE_CACHE", str(home / "cache"))
        patch.setenv("HF_HOME", str(home / "huggingface"))
        yield home


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """``saved(kind)``: the diffusers folder of a tiny pipeline (see ``tiny.KINDS``)."""
    folder = tmp_path_factory.mktemp("saved")

    import tiny

    @cache
    def save(kind: str) -> Path:
        return tiny.save(kind, folder / kind)

    return save


@pytest.fixture(scope="session")
def exported(saved: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """``exported(kind)``: the same pipeline as an ONNX folder in fp32."""
    folder = tmp_path_factory.mktemp("exported")

    @cache
    def export(kind: str) -> Path:
        from training.export import export_pipeline

        export_pipeline(saved(kind), folder / kind)
        return folder / kind

    return export


@pytest.fixture(scope="session")
def runtime() -> Iterator[Runtime]:
    from inference.runtime import Runtime

    runtime = Runtime(device="cpu", cache=None, threads=2)
    yield runtime
    runtime.close()


@pytest.fixture(scope="session")
def store(runtime: Runtime) -> Iterator[ModelStore]:
    from inference.store import ModelStore

    store = ModelStore(runtime)
    yield store
    store.drop_all()


@pytest.fixture(scope="session")
def pipeline(exported: Tiny, store: ModelStore) -> Callable[[str], Pipeline]:
    """``pipeline(kind)``: our pipeline of the exported tiny model."""
    from inference.manifest import read_manifest
    from inference.pipelines import Pipeline

    return lambda kind: Pipeline(read_manifest(exported(kind)), store)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """On two cores, with a cache of its own."""
    from inference.engine import LocalEngine

    engine = LocalEngine(device="cpu", threads=2, cache=tmp_path_factory.mktemp("graphs"))
    yield engine
    engine.close()


def assert_close(got: Any, wanted: Any, atol: float, what: str) -> float:
    """Compare arrays of one shape; a failure tells where they are farthest apart and by how much.

    Returns the largest absolute difference.
    """
    got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
    assert got.shape == wanted.shape, f"{what}: the shape is {got.shape}, not {wanted.shape}"
    difference = np.abs(got - wanted)
    difference[~np.isfinite(difference)] = np.inf
    if difference.size == 0:
        return 0.0
    at = tuple(int(i) for i in np.unravel_index(difference.argmax(), difference.shape))
    largest = float(difference[at])
    assert largest <= atol, (
        f"{what}: {largest:.3g} apart at {at} ({got[at]:.6g}, wanted {wanted[at]:.6g}); allowed is {atol:.3g}; "
        f"{np.count_nonzero(difference > atol)} of {difference.size} values are over it, "
        f"the mean difference is {difference.mean():.3g}"
    )
    return largest
