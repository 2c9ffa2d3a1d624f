"""What takes the space in a package, component by component."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

COMPONENTS = (
    (r"^_internal/(torch|torchgen|functorch)(/|-)|libgomp", "PyTorch"),
    (r"^_internal/(onnxruntime)(/|_)", "onnxruntime"),
    (r"^_internal/(PySide6|shiboken6|pyside6|libpyside|libshiboken|qtawesome|libQt)", "Qt and PySide6"),
    (r"^_internal/(cv2|opencv)", "OpenCV"),
    (r"^_internal/av(\.libs|/|-)", "PyAV and FFmpeg"),
    (r"^_internal/(numpy)", "NumPy and OpenBLAS"),
    (r"^_internal/(PIL|pillow)", "Pillow"),
    (r"^_internal/(transformers|diffusers|tokenizers|safetensors|hugging|regex)", "diffusers and transformers"),
    (r"^_internal/(onnx)(/|-)", "onnx"),
    (r"^_internal/resources/(models|controlnets)", "the embedded model"),
    (r"^_internal/(resources|training)", "styles, samples, translations, upscaler"),
    (r"^_internal/licences|sbom", "licences and bill of materials"),
    (r"^_internal/(libpython|lib-dynload|base_library|python3)", "Python"),
    (r"^gouache(\.exe)?$|^gouache-cli", "the program and its Python modules"),
    (r"^_internal/lib[^/]*\.so|^_internal/[^/]*\.dll", "libraries of the system"),
)  # fmt: skip
"""A regular expression on the path in the package, and what such files are part of; the first that fits."""
REST = "the rest"


def component(path: str) -> str:
    """What a file is part of."""
    return next((name for pattern, name in COMPONENTS if re.search(pattern, path)), REST)


def sizes(folder: Path) -> Counter[str]:
    """Bytes by component; a link weighs nothing."""
    counted: Counter[str] = Counter()
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            counted[component(file.relative_to(folder).as_posix())] += file.stat().st_size
    return counted


def table(counted: Counter[str]) -> list[str]:
    """Lines for people, the largest first, in MB of 10^6 bytes."""
    total = sum(counted.values())
    rows = [*counted.most_common(), ("in all", total)]
    return [f"{name:<40}{size / 1e6:8.1f} MB {100 * size / max(total, 1):5.1f} %" for name, size in rows]


def largest(folder: Path, count: int = 12) -> list[str]:
    """The largest files."""
    files: Iterable[Path] = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    ranked = sorted(files, key=lambda file: file.stat().st_size, reverse=True)[:count]
    return [f"{file.stat().st_size / 1e6:8.1f} MB {file.relative_to(folder).as_posix()}" for file in ranked]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print("\n".join([*table(sizes(place)), "", "Largest files:", *largest(place)]))
