"""What may be imported when: asked of a fresh interpreter, since imports leave traces."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LIGHT = ["api", "geometry", "masks", "manifest", "library", "styles", "prompt", "recipe", "samplers", "edits"]
LIGHT += ["words", "words_file", "nearest", "pictures", "metadata", "noise", "preview", "sheets"]
LIGHT += ["oklab", "clusters", "palettes", "post.chain", "upscaling_card", "cancelling"]
LIGHT += ["locks", "lab", "request_checks"]
LIGHT += ["loras", "style_files", "detecting", "importing", "embeddings", "tuned"]
LIGHT += ["controls", "control_card", "readings", "leads_map"]
LIGHT += ["gpu_addon", "updates"]
LIGHT += ["axes", "board", "board_files", "board_scores", "request_json"]
LIGHT += ["clips.reading", "clips.writing"]
LIGHT += ["animation.making", "animation.cycle", "animation.key_text"]


@pytest.mark.parametrize("module", LIGHT)
def test_a_light_module_brings_no_runtime(module):
    code = (
        f"import sys, inference.{module}\n"
        "heavy = {'torch', 'onnxruntime', 'diffusers', 'transformers', 'tokenizers', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_engine_brings_no_torch_before_a_job_runs():
    code = (
        "import sys, threading\n"
        "threading.Thread.start = lambda self: None\n"
        "import inference.engine\n"
        "sys.exit(f'imported torch' if 'torch' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_runtime_leaves_no_identifier_of_this_machine(tmp_path):
    """onnxruntime writes one before it sends anything; where there is none, its sender was never made."""
    code = (
        "import inference.runtime, pathlib, time\n"
        "runtime = inference.runtime.Runtime(device='cpu', threads=1)\n"
        "runtime.load(pathlib.Path('resources/upscalers/icons-x2/model.onnx'))\n"
        "runtime.close()\n"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment, cwd=root
    )
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.rglob("*") if "microsoft" in str(path).lower()]
