"""The GPU add-on: a folder with NVIDIA's libraries and the half of onnxruntime that speaks to them, verified by hash.

A package leaves these out: they are larger than all the rest. The folder is put at ``gpu`` in the user's folder, or
chosen in the device panel; it is verified once, and found at the next start. What is verified is that nothing was lost
or changed on the way; who made it, whoever copies it must know, as with a program.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.machinery
import importlib.util
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from inference.errors import BadRequest
from inference.files import write_text
from inference.resources import user_folder

FORMAT, VERSION = "gouache-gpu", 1
MANIFEST = "gouache-gpu.json"
CHOICE = "gpu.json"
"""In the user's folder: which add-on is used, and how its files looked when they were verified."""
BINDING = "onnxruntime.capi.onnxruntime_pybind11_state"
"""onnxruntime looks for its providers beside this module, so the add-on brings one."""
CHUNK = 1 << 22
LIBRARIES = {
    "linux": (
        ("the NVIDIA driver", "libcuda.so.1"),
        ("the CUDA runtime", "libcudart.so.13"),
        ("cuBLAS", "libcublasLt.so.13"),
        ("cuRAND", "libcurand.so.10"),
        ("cuFFT", "libcufft.so.12"),
        ("cuDNN", "libcudnn.so.9"),
    ),
    "win32": (
        ("the NVIDIA driver", "nvcuda.dll"),
        ("the CUDA runtime", "cudart64_13.dll"),
        ("cuBLAS", "cublasLt64_13.dll"),
        ("cuFFT", "cufft64_12.dll"),
        ("cuDNN", "cudnn64_9.dll"),
    ),
}
"""What onnxruntime's CUDA provider loads, in words and as files."""
PROVIDERS = {"linux": "libonnxruntime_providers_cuda.so", "win32": "onnxruntime_providers_cuda.dll"}

Progress = Callable[[int, int], None]
"""Told bytes done and bytes in all; may raise ``Cancelled``."""


class AddonRefused(BadRequest):
    """A folder that is no GPU add-on for this program, or is not whole."""


@dataclass(frozen=True, kw_only=True)
class AddonFile:
    """A file of an add-on, by its name."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Addon:
    """An add-on as its manifest describes it.

    Attributes:
        runtime: the version of onnxruntime that it is for, exactly.
        system: ``system_name()`` of the machines it is for.
    """

    folder: Path
    runtime: str
    system: str
    files: tuple[AddonFile, ...]

    @property
    def bytes(self) -> int:
        """All files together."""
        return sum(file.bytes for file in self.files)


def system_name() -> str:
    """This kind of machine: "linux-x86_64", "win32-AMD64" ..."""
    return f"{sys.platform}-{platform.machine()}"


def runtime_version() -> str:
    """Of onnxruntime as it is installed, or ""."""
    for name in ("onnxruntime-gpu", "onnxruntime"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


def read_addon(folder: Path) -> Addon:
    """Read an add-on's manifest; its files are not looked at yet.

    Raises:
        AddonRefused: there is none, it is broken, or for another machine or another version.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AddonRefused(
            f"{folder} is no GPU add-on.", hint=f"Choose the folder that has {MANIFEST} in it.", detail=str(error)
        ) from error
    addon = _addon(folder, told)
    if addon.system != system_name():
        raise AddonRefused(f"This GPU add-on is for {addon.system}.", hint=f"Get the one for {system_name()}.")
    if addon.runtime != runtime_version():
        raise AddonRefused(
            f"This GPU add-on is for onnxruntime {addon.runtime}, and the program has {runtime_version() or 'none'}.",
            hint="Get the add-on that came with this version of the program.",
        )
    return addon


def _addon(folder: Path, told: Any) -> Addon:
    try:
        if told["format"] != FORMAT or told["version"] != VERSION:
            raise AddonRefused(
                f"{folder} is a GPU add-on of another kind.", hint="Get the add-on that came with this program."
            )
        files = tuple(
            AddonFile(name=str(each["name"]), bytes=int(each["bytes"]), sha256=str(each["sha256"]))
            for each in told["files"]
        )
        runtime, system = str(told["runtime"]), str(told["system"])
    except (KeyError, TypeError, ValueError) as error:
        raise AddonRefused(f"{folder / MANIFEST} is broken.", hint="Copy the add-on again.") from error
    bad = [file.name for file in files if Path(file.name).name != file.name or "\\" in file.name or not file.name]
    if bad or not files:
        raise AddonRefused(f"{folder / MANIFEST} is broken.", hint="Copy the add-on again.", detail=", ".join(bad))
    return Addon(folder=folder, runtime=runtime, system=system, files=files)


def verify(addon: Addon, progress: Progress = lambda done, count: None) -> None:
    """Read every file whole and compare its hash.

    Raises:
        AddonRefused: a file is missing, or not as it was made; its name is in the message.
    """
    done = 0
    for file in addon.files:
        _check_size(addon, file)
        digest = hashlib.sha256()
        with (addon.folder / file.name).open("rb") as data:
            while piece := data.read(CHUNK):
                digest.update(piece)
                done += len(piece)
                progress(done, addon.bytes)
        if digest.hexdigest() != file.sha256:
            raise _damaged(addon, file)


def _check_size(addon: Addon, file: AddonFile) -> None:
    path = addon.folder / file.name
    if not path.is_file():
        raise AddonRefused(f"{file.name} is missing from the GPU add-on.", hint="Copy the add-on again.")
    if path.stat().st_size != file.bytes:
        raise _damaged(addon, file)


def _damaged(addon: Addon, file: AddonFile) -> AddonRefused:
    return AddonRefused(
        f"{file.name} of the GPU add-on is damaged.", hint="Copy the add-on again.", detail=str(addon.folder)
    )


# Which one is used


def choose(folder: Path, progress: Progress = lambda done, count: None) -> Addon:
    """Verify the add-on in ``folder`` and use it from the next start on.

    Raises:
        AddonRefused: as ``read_addon`` and ``verify``.
    """
    addon = read_addon(folder.absolute())
    verify(addon, progress)
    _remember(addon)
    return addon


def _remember(addon: Addon) -> None:
    told = {"folder": str(addon.folder), "looks": _looks(addon)}
    write_text(user_folder() / CHOICE, json.dumps(told, indent=1, ensure_ascii=False))


def _looks(addon: Addon) -> list[list[Any]]:
    """Name, size and time of every file: what tells at each start that they are those that were verified."""
    found = []
    for file in (MANIFEST, *(each.name for each in addon.files)):
        status = (addon.folder / file).stat()
        found.append([file, status.st_size, status.st_mtime_ns])
    return found


def forget() -> None:
    """Use no add-on from the next start on; its folder stays."""
    (user_folder() / CHOICE).unlink(missing_ok=True)


def current() -> Addon | None:
    """The add-on that is to be used: the chosen one, or that in the user's folder; None when there is none.

    One that was not verified yet, or has changed, is verified now.

    Raises:
        AddonRefused: there is one, and it cannot be used.
    """
    chosen = _choice()
    folder = Path(chosen["folder"]) if chosen else user_folder() / "gpu"
    if not chosen and not (folder / MANIFEST).is_file():
        return None
    addon = read_addon(folder)
    for file in addon.files:
        _check_size(addon, file)
    if not chosen or chosen.get("looks") != _looks(addon):
        verify(addon)
        _remember(addon)
    return addon


def _choice() -> dict[str, Any] | None:
    try:
        told = json.loads((user_folder() / CHOICE).read_text("utf-8"))
        return told if isinstance(told.get("folder"), str) else None
    except (OSError, ValueError, AttributeError):
        return None


# Using it


class _Beside:
    """Finds onnxruntime's binding in the add-on: the runtime looks for its providers beside it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The binding's place; nothing for any other module."""
        if name != BINDING:
            return None
        return importlib.util.spec_from_file_location(name, self._file)


def activate() -> tuple[Addon | None, str]:
    """Make the next import of onnxruntime use the add-on, when there is one.

    Returns:
        The add-on or None, and why one that is there is not used, or "".
    """
    if "onnxruntime" in sys.modules:
        return None, ""
    try:
        addon = current()
    except BadRequest as error:
        return None, str(error)
    except OSError as error:
        return None, f"The GPU add-on cannot be read: {error.strerror or error}."
    if addon is None:
        return None, ""
    binding = next(
        (addon.folder / f.name for f in addon.files if re.match(r"onnxruntime_pybind11_state\.", f.name)), None
    )
    if binding is not None:
        sys.meta_path.insert(0, _Beside(binding))  # type: ignore[arg-type]
    if sys.platform == "win32":
        os.add_dll_directory(str(addon.folder))
    return addon, ""


def missing_libraries(folder: Path | None = None, provider_folder: Path | None = None) -> list[str]:
    """What the CUDA provider needs and cannot be loaded here, in words.

    Args:
        folder: of the add-on, looked into first.
        provider_folder: where the runtime looks for the provider itself; None: not looked at.
    """
    missing = []
    provider = PROVIDERS.get(sys.platform, "")
    if provider_folder is not None and provider and not (provider_folder / provider).is_file():
        missing.append(f"onnxruntime's CUDA provider ({provider})")
    for words, library in LIBRARIES.get(sys.platform, ()):
        if not _loads(folder, library):
            missing.append(f"{words} ({library})")
    return missing


def _loads(folder: Path | None, library: str) -> bool:
    places = [str(folder / library)] if folder is not None and (folder / library).is_file() else []
    for place in (*places, library):
        try:
            ctypes.CDLL(place)
        except OSError:
            continue
        return True
    return False
