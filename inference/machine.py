"""The machine in words and numbers: its processor, its cores, an NVIDIA card. Light: no runtime is imported."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import psutil

CARDS = Path("/proc/driver/nvidia/gpus")


def physical_cores() -> int:
    """Cores that this process may use, hyper-threads not counted twice."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def nvidia_driver() -> bool:
    """True when an NVIDIA driver answers on this machine."""
    if platform.system() == "Windows":
        return bool(shutil.which("nvidia-smi")) or Path(r"C:\Windows\System32\nvcuda.dll").exists()
    return Path("/proc/driver/nvidia/version").exists() or Path("/dev/nvidia0").exists()


def nvidia_name(cards: Path = CARDS) -> str:
    """What the first card calls itself (Linux; empty where that is not known without asking the card)."""
    try:
        for file in sorted(cards.glob("*/information")):
            for line in file.read_text("utf-8", "replace").splitlines():
                name, _, value = line.partition(":")
                if name.strip() == "Model":
                    return value.strip()
    except OSError:
        pass
    return ""


@cache
def processor_name() -> str:
    """What the processor calls itself, as "AMD EPYC 9B14"."""
    try:
        said = _said_by_the_system()
    except (OSError, subprocess.SubprocessError):
        said = ""
    return " ".join(said.split()) or platform.processor() or platform.machine()


def _said_by_the_system() -> str:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 (Windows alone has it)

        place = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place) as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0])
    if sys.platform == "darwin":
        asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=2, check=True).stdout
    lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    return next((line.partition(":")[2] for line in lines if line.startswith("model name")), "")
