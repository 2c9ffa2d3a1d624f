"""What may be imported when: asked of a fresh interpreter, since imports leave traces."""

import subprocess
import sys

import pytest

LIGHT = ["api", "geometry", "masks", "manifest", "library", "styles", "prompt", "recipe", "samplers", "edits"]
LIGHT += ["words", "words_file", "nearest", "pictures", "metadata", "noise", "preview", "sheets"]
LIGHT += ["oklab", "clusters", "palettes", "post.chain", "upscaling_card", "cancelling"]
LIGHT += ["locks", "lab", "request_checks"]
LIGHT += ["loras", "style_files", "detecting", "importing"]
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
