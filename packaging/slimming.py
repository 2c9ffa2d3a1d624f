"""Make a frozen folder on Linux smaller: no symbols that only a debugger reads, and one FFmpeg instead of two."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

ELF = b"\x7fELF\x02"
"""How a 64-bit ELF file begins."""
LOAD = 1
SHARED = ("libavcodec", "libavformat", "libavutil", "libswscale", "libswresample")
"""FFmpeg's libraries: within one major version any takes another's place."""
ALONE = ("libvpx", "libssl", "libcrypto", "libbz2")
"""Of OpenCV's wheel, what only its own FFmpeg needs."""


def stripped(folder: Path) -> int:
    """Strip every shared library that stays loadable without its symbols. Returns the bytes saved.

    Libraries that a wheel's maker has patched can lose their pages' alignment by it: those are left as they are.
    """
    return sum(_strip(file) for file in libraries(folder))


def libraries(folder: Path) -> Iterator[Path]:
    """All ELF files."""
    for file in sorted(folder.rglob("*.so*")):
        if file.is_file() and not file.is_symlink() and file.open("rb").read(len(ELF)) == ELF:
            yield file


def _strip(file: Path) -> int:
    draft = file.with_name(f"{file.name}.stripped")
    done = subprocess.run(["strip", "--strip-unneeded", "-o", draft, file], capture_output=True, check=False)
    before = file.stat().st_size
    try:
        if done.returncode or draft.stat().st_size >= before or not aligned(draft):
            return 0
        shutil.copymode(file, draft)
        draft.replace(file)
        return before - file.stat().st_size
    finally:
        draft.unlink(missing_ok=True)


def aligned(file: Path) -> bool:
    """True when each part that is loaded lies in the file as it will lie in memory, as the loader demands."""
    with file.open("rb") as data:
        header = data.read(64)
        offset, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
        data.seek(offset)
        table = data.read(size * count)
    for i in range(count):
        kind, _flags, place, address, _, _, _, step = struct.unpack_from("<IIQQQQQQ", table, i * size)
        if kind == LOAD and step > 1 and (place - address) % step:
            return False
    return True


def shared(inside: Path) -> list[str]:
    """Let OpenCV use PyAV's FFmpeg (of OpenCV's, nothing here but the loader uses any). Returns what was replaced."""
    theirs, ours = inside / "opencv_python_headless.libs", inside / "av.libs"
    done = []
    for file in sorted(theirs.glob("lib*")):
        name = file.name.split("-")[0]
        twin = next(ours.glob(f"{name}-*.so.{_major(file)}.*"), None) if name in SHARED else None
        if twin is not None:
            file.unlink()
            file.symlink_to(Path("..", ours.name, twin.name))
            done.append(file.name)
    if done:
        for file in [file for name in ALONE for file in theirs.glob(f"{name}-*")]:
            if not _needed(file, theirs):
                file.unlink()
                done.append(file.name)
    for link in sorted(inside.iterdir()):  # PyInstaller's links to what is gone
        if link.is_symlink() and not link.exists():
            link.unlink()
    return done


def _major(file: Path) -> str:
    return file.name.split(".so.")[1].split(".")[0] if ".so." in file.name else ""


def _needed(file: Path, folder: Path) -> bool:
    """True when a real library of the folder, or OpenCV itself, asks for ``file``."""
    asking = [f for f in folder.iterdir() if f.is_file() and not f.is_symlink() and f != file]
    asking += sorted((folder.parent / "cv2").glob("*.so"))
    return any(file.name in needs(other) for other in asking if other.name.split("-")[0] not in ALONE)


def needs(library: Path) -> list[str]:
    """The names of the libraries that a library asks for."""
    done = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=False, env=os.environ)
    return [line.split("[")[1].split("]")[0] for line in done.stdout.splitlines() if "(NEEDED)" in line]


UNREAD = ("_decomp", "_dynamo", "_export", "_functorch", "_higher_order_ops", "_inductor", "_numpy", "_refs", "ao",
          "distributed", "export", "testing")  # fmt: skip
"""Parts of torch whose sources lie beside their bytecode and are read by nothing ..."""
READ = re.compile(r"install_config_module|jit\.script|_overload|getsource|torch_function_dispatch")
"""... but for files with one of these: torch reads its settings' comments, and scripts functions from their sources."""


def without_sources(inside: Path) -> int:
    """Take the sources of parts of torch away; the bytecode stays. Returns the bytes saved."""
    saved = 0
    for part in UNREAD:
        for file in sorted((inside / "torch" / part).rglob("*.py")):
            if not READ.search(file.read_text("utf-8", "replace")):
                saved += file.stat().st_size
                file.unlink()
    return saved
