"""Make the GPU add-on: onnxruntime's CUDA provider and NVIDIA's libraries in one folder, with their hashes.

.venv/bin/python packaging/make_gpu_addon.py dist/gouache-gpu                  # of what is installed (EXTRAS=cuda)
.venv/bin/python packaging/make_gpu_addon.py dist/gouache-gpu --wheels FOLDER  # of wheels (pip download)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from inference import gpu_addon

RUNTIME = re.compile(r"(onnxruntime_pybind11_state\..*|(lib)?onnxruntime_providers_(cuda|shared)\.(so|dll))$")
NVIDIA = re.compile(
    r"(lib(cudart|cublas|cublasLt|cufft|curand|cudnn\w*|nvrtc|nvrtc-builtins|nvJitLink)\.so[.\d]*|.*\.dll)$"
)
"""Libraries that the provider loads, and those that they load."""


def main(arguments: list[str] | None = None) -> int:
    """Make it, verify it as the program would, say how large it is."""
    parser = argparse.ArgumentParser(description="Make the GPU add-on.")
    parser.add_argument("folder", type=Path, help="of the add-on; must not exist")
    parser.add_argument("--wheels", type=Path, help="a folder of wheels; default: what is installed here")
    args = parser.parse_args(arguments)
    args.folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=args.folder.parent) as unpacked:
        places = unpack(args.wheels, Path(unpacked)) if args.wheels else installed()
        for file in wanted(places):
            shutil.copyfile(file, args.folder / file.name)
    write_manifest(args.folder)
    addon = gpu_addon.read_addon(args.folder)
    gpu_addon.verify(addon)
    print(f"{args.folder}: {len(addon.files)} files, {addon.bytes / 1e6:.0f} MB, for onnxruntime {addon.runtime}")
    return 0


def installed() -> list[Path]:
    """The folders of onnxruntime and of NVIDIA's libraries in this environment."""
    found = (find_spec(name) for name in ("onnxruntime", "nvidia"))
    return [Path(place) for spec in found if spec for place in spec.submodule_search_locations or ()]


def unpack(wheels: Path, folder: Path) -> list[Path]:
    """Unpack wheels; the folders that were made of them."""
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return [folder]


def wanted(places: Iterable[Path]) -> list[Path]:
    """The files of an add-on among all of these, each name once.

    Raises:
        SystemExit: when the provider itself is not among them.
    """
    found: dict[str, Path] = {}
    for place in places:
        for file in sorted(place.rglob("*")):
            ours = file.parent.name == "capi" and RUNTIME.match(file.name)
            theirs = "nvidia" in file.parts and NVIDIA.match(file.name)
            if (ours or theirs) and file.is_file():
                found.setdefault(file.name, file)
    if not any("providers_cuda" in name for name in found):
        raise SystemExit("onnxruntime-gpu is not among these: its CUDA provider is missing.")
    return list(found.values())


def write_manifest(folder: Path) -> None:
    """Hashes of all files that lie in ``folder``."""
    files = [file for file in sorted(folder.iterdir()) if file.name != gpu_addon.MANIFEST]
    told = {
        "format": gpu_addon.FORMAT,
        "version": gpu_addon.VERSION,
        "runtime": gpu_addon.runtime_version(),
        "system": gpu_addon.system_name(),
        "files": [{"name": f.name, "bytes": f.stat().st_size, "sha256": _hash(f)} for f in files],
    }
    (folder / gpu_addon.MANIFEST).write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _hash(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
