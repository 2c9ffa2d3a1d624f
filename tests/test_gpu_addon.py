"""The GPU add-on: what is not whole is refused by name; remembered, and found by the runtime at the next start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inference import gpu_addon
from inference.gpu_addon import MANIFEST, AddonRefused, choose, current, forget, missing_libraries, read_addon, verify
from inference.resources import user_folder

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import make_gpu_addon  # noqa: E402


@pytest.fixture
def addon(tmp_path, monkeypatch):
    """An add-on of two small files."""
    monkeypatch.setenv("GOUACHE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "显卡 addon"
    folder.mkdir()
    (folder / "libcudart.so.13").write_bytes(os.urandom(5000))
    (folder / "libcudnn.so.9").write_bytes(b"cudnn")
    make_gpu_addon.write_manifest(folder)
    return folder


def rewrite(folder: Path, **changes: object) -> None:
    told = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(told | changes))


def test_a_whole_one_is_chosen_and_found(addon):
    assert current() is None
    seen = []
    made = choose(addon, lambda done, count: seen.append((done, count)))
    assert seen[-1] == (5005, 5005)
    assert made.bytes == 5005
    found = current()
    assert found is not None
    assert found.folder == addon
    forget()
    assert current() is None


def test_dropped_in_at_its_place_it_is_verified_and_found(addon):
    user_folder().mkdir(parents=True)
    addon.rename(user_folder() / "gpu")
    found = current()
    assert found is not None
    assert found.folder == user_folder() / "gpu"
    (found.folder / "libcudnn.so.9").write_bytes(b"cuDNN")
    with pytest.raises(AddonRefused, match=r"libcudnn\.so\.9.*damaged"):
        current()


def damage(folder):
    raw = bytearray((folder / "libcudart.so.13").read_bytes())
    raw[77] ^= 1
    (folder / "libcudart.so.13").write_bytes(raw)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (damage, r"libcudart\.so\.13.*damaged"),
        (lambda folder: (folder / "libcudnn.so.9").unlink(), r"libcudnn\.so\.9 is missing"),
        (lambda folder: (folder / "libcudnn.so.9").write_bytes(b""), r"libcudnn\.so\.9.*damaged"),
        (lambda folder: (folder / MANIFEST).unlink(), "is no GPU add-on"),
        (lambda folder: (folder / MANIFEST).write_text("[1"), "is no GPU add-on"),
        (lambda folder: (folder / MANIFEST).write_text("[]"), "is broken"),
        (lambda folder: rewrite(folder, version=2), "of another kind"),
        (lambda folder: rewrite(folder, runtime="1.0"), "for onnxruntime 1.0"),
        (lambda folder: rewrite(folder, system="beos-m68k"), "for beos-m68k"),
        (lambda folder: rewrite(folder, files=[]), "is broken"),
        (lambda folder: rewrite(folder, files=[{"name": "../x", "bytes": 1, "sha256": ""}]), "is broken"),
    ],
)
def test_what_is_not_whole_is_refused_by_name(addon, harm, words):
    harm(addon)
    with pytest.raises(AddonRefused, match=words):
        choose(addon)
    assert current() is None, "it was remembered all the same"


def test_verified_once_it_is_not_read_again(addon, monkeypatch):
    choose(addon)
    monkeypatch.setattr(gpu_addon, "verify", lambda *_: pytest.fail("read again"))
    assert current() is not None


def test_a_choice_that_is_gone_is_said(addon, tmp_path):
    choose(addon)
    addon.rename(tmp_path / "elsewhere")
    with pytest.raises(AddonRefused, match="is no GPU add-on"):
        current()


def test_what_is_missing_is_said_in_words(tmp_path):
    said = missing_libraries(tmp_path, tmp_path)
    if sys.platform == "linux":
        assert said[0].startswith("onnxruntime's CUDA provider")
    assert all("(" in each for each in said)


@pytest.mark.skipif(sys.platform != "linux", reason="the names are Linux's")
def test_the_runtime_takes_binding_and_provider_from_it(tmp_path):
    """With onnxruntime-gpu's own files as the add-on, in a program of its own."""
    provider = make_gpu_addon.installed()[0] / "capi" / gpu_addon.PROVIDERS["linux"]
    if not provider.is_file():
        pytest.skip("onnxruntime-gpu is not installed")
    folder, home = tmp_path / "addon", tmp_path / "home"
    folder.mkdir()
    for file in make_gpu_addon.wanted([provider.parent]):
        (folder / file.name).symlink_to(file)
    make_gpu_addon.write_manifest(folder)
    code = (
        "import sys, inference.gpu_addon as g, pathlib\n"
        f"g.choose(pathlib.Path({str(folder)!r}))\n"
        "import inference.runtime as r\n"
        "assert r.ADDON is not None, r.ADDON_PROBLEM\n"
        "print(r.provider_folder())\n"
        "runtime = r.Runtime(device='cpu', threads=1)\n"
        f"s = runtime.load(pathlib.Path({str(ROOT / 'resources/upscalers/icons-x2/model.onnx')!r}))\n"
        "print(s.provider)\n"
    )
    environment = os.environ | {"GOUACHE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == [str(folder), "CPUExecutionProvider"]
    assert verify(read_addon(folder)) is None
