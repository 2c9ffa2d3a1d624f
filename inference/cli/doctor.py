"""doctor: what this machine offers, what is really in use, and whether one small job goes through."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import platform
import sys
import time
from contextlib import closing
from typing import Any

import psutil

from inference.api import DEFAULT_MODEL, Generate, Picture
from inference.cli.arguments import add_device
from inference.errors import GouacheError
from inference.resources import RESOURCES, cache_folder, user_folder
from inference.units import readable
from inference.version import VERSION

HELP = "say which devices, providers and versions are in use, and run one smoke job"
PACKAGES = ("onnxruntime-gpu", "onnxruntime", "torch", "diffusers", "numpy", "pillow", "PySide6_Essentials")
SMOKE_STEPS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--model", default=DEFAULT_MODEL, metavar="NAME|FOLDER", help=f"default: {DEFAULT_MODEL}")
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the findings; status 1 when the smoke job fails or the device that was asked for is not obtained."""
    report = examine(args)
    if args.json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        for key, value in report.items():
            for i, line in enumerate(value if isinstance(value, list) else [value]):
                print(f"{key + ':' if i == 0 else '':<16}{line}")
    return 1 if report["problems"] != ["none"] and report["smoke job"].startswith("failed") else 0


def examine(args: argparse.Namespace) -> dict[str, Any]:
    """All findings by name, in words."""
    from inference import runtime

    problems: list[str] = []
    versions = {name: _version(name) for name in PACKAGES}
    if versions["onnxruntime"] and versions["onnxruntime-gpu"]:
        problems.append(
            "onnxruntime and onnxruntime-gpu are both installed and share one folder: remove both, install one."
        )
    memory = psutil.virtual_memory()
    driver = runtime.nvidia_driver()
    smoke, obtained = _smoke(args, problems)
    if driver and "CUDA" not in obtained and args.device in ("auto", "cuda"):
        problems.append(_missing_cuda())
    elif runtime.ADDON_PROBLEM:
        problems.append(runtime.ADDON_PROBLEM)
    if args.device == "cuda" and not driver:
        problems.append("No NVIDIA driver answers on this machine: install the driver, then run doctor again.")
    return {
        "Gouache": VERSION,
        "system": f"{platform.platform()}, Python {platform.python_version()}",
        "processor": f"{_processor()}, {runtime.physical_cores()} cores used",
        "memory": f"{readable(memory.total)}, {readable(memory.available)} free",
        "NVIDIA driver": "found" if driver else "not found",
        "could use": ", ".join(runtime.ort.get_available_providers()) + " (what this build knows, not what is here)",
        "really in use": obtained,
        "GPU add-on": str(runtime.ADDON.folder) if runtime.ADDON is not None else "none",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items() if version),
        "resources": str(RESOURCES),
        "own models": str(user_folder() / "models"),
        "graph cache": str(cache_folder() / "graphs"),
        "smoke job": smoke,
        "problems": problems or ["none"],
    }


def _smoke(args: argparse.Namespace, problems: list[str]) -> tuple[str, str]:
    """Make one picture in two steps; what happened, and the provider that did it."""
    from inference.engine import LocalEngine

    start = time.perf_counter()
    request = Generate(model=args.model, prompt="a red apple", seed=0, steps=SMOKE_STEPS, previews=False)
    try:
        with closing(LocalEngine(device=args.device, threads=args.threads)) as engine:
            pictures = [event for event in engine.run(request) if isinstance(event, Picture)]
    except GouacheError as error:
        problems.append(str(error))
        print(error.detail, file=sys.stderr)
        return f"failed: {error.message}", "nothing"
    pixels, recipe = pictures[0].pixels, pictures[0].recipe
    size = f"{pixels.shape[1]}x{pixels.shape[0]}"
    return f"{size} in {SMOKE_STEPS} steps, {time.perf_counter() - start:.1f} s with loading", recipe.backend


def _missing_cuda() -> str:
    """What keeps the GPU from being used, in one line."""
    from inference import gpu_addon, runtime

    folder = runtime.ADDON.folder if runtime.ADDON is not None else None
    missing = gpu_addon.missing_libraries(folder, runtime.provider_folder())
    if runtime.ADDON_PROBLEM:
        return f"The GPU is not in use. {runtime.ADDON_PROBLEM}"
    libraries = ", ".join(missing) or "nothing that is known"
    if getattr(sys, "frozen", False):
        hint = (
            f"Put the GPU add-on of this version at {user_folder() / 'gpu'}, or choose its folder in the device panel."
        )
    else:
        hint = "Install the extra: pip install '.[cuda]'."
    return f"The GPU is not in use. Missing: {libraries}. {hint}"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        return names[0] if names else platform.processor()
    except OSError:
        return platform.processor() or platform.machine()
