"""The package that ``make package`` has put in dist/: `make package-test` asks it; GOUACHE_PACKAGE names another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inference.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("GOUACHE_PACKAGE", ROOT / "dist" / "gouache"))
EXECUTABLE = PROGRAM / ("gouache-cli.exe" if sys.platform == "win32" else "gouache")
LARGEST = 900_000_000

pytestmark = [
    pytest.mark.package,
    pytest.mark.slow,
    pytest.mark.skipif(not EXECUTABLE.exists(), reason="there is no package: make package"),
    pytest.mark.timeout(1800),
]


def plain(home: Path) -> dict[str, str]:
    """The surroundings of somebody who has no Python."""
    home.mkdir(parents=True, exist_ok=True)
    return {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}


def ask(
    *arguments: str, home: Path, program: Path = EXECUTABLE, **surroundings: str
) -> subprocess.CompletedProcess[str]:
    environment = plain(home) | surroundings
    return subprocess.run(
        [str(program), *arguments], capture_output=True, text=True, env=environment, timeout=1700, cwd=home
    )


def test_it_says_its_version_and_brings_nothing_heavy(tmp_path):
    done = ask("--version", home=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, f"Gouache {VERSION}")


def test_the_self_test_passes(tmp_path):
    done = ask("--self-test", "--json", "--device", "cpu", home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["packaged"]
    assert told["packages"]["torch"].startswith("2.")
    assert "libx264" not in done.stderr


def test_it_is_no_larger_than_it_may_be():
    size = sum(f.stat().st_size for f in PROGRAM.rglob("*") if f.is_file() and not f.is_symlink())
    assert size < LARGEST, f"{size / 1e6:.0f} MB"


def test_everybody_s_licence_is_inside():
    listed = json.loads((PROGRAM / "_internal" / "licences" / "parts.json").read_text("utf-8"))
    names = {each["name"] for each in listed}
    assert {"torch", "numpy", "pillow", "FFmpeg", "Qt", "transformers"} <= names
    for each in listed:
        for text in each["texts"]:
            assert (PROGRAM / "_internal" / "licences" / text).stat().st_size > 0
    bill = json.loads((PROGRAM / "_internal" / "sbom.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["version"]) == ("CycloneDX", VERSION)
    assert names == {each["name"] for each in bill["components"]}


def test_no_gpl_encoder_and_no_cuda_is_inside():
    for name in ("libx264", "libx265"):
        for file in PROGRAM.rglob(f"{name}*"):
            assert file.stat().st_size < 100_000, f"{file} is the real one"
    assert not list(PROGRAM.rglob("*providers_cuda*"))
    assert not list(PROGRAM.rglob("libcudart*"))


def test_it_trains_and_exports(tmp_path):
    """A style on a dozen drawings: torch, transformers, diffusers and the exporter are all there."""
    from drawn import Drawn  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number, pixels in enumerate(Drawn(count=12).pictures):
        Image.fromarray(pixels).save(pictures / f"a thing {number}.png")
    data, out = tmp_path / "data", tmp_path / "styled"
    given = ["--style", "drawn", "--licence", "own", "--source", "these tests", "--quiet"]
    steps = ["--steps", "2", "--batch", "2", "--sample-steps", "0", "--quiet"]
    model = str(PROGRAM / "_internal" / "resources" / "models" / "sprites")
    for command in (
        ["train", "collect", str(pictures), "--to", str(data), *given],
        ["train", "normalise", str(data), "--size", "128", "--quiet"],
        ["train", "lora", str(data), "--out", str(tmp_path / "run"), "--from", model, *steps, "--export", str(out)],
        ["models", "check", str(out)],
        ["generate", "a thing", "--model", str(out), "--steps", "2", "--out", str(tmp_path / "made"), "--quiet"],
    ):
        done = ask(*command, home=tmp_path / "home")
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another thing there")
def test_from_a_folder_that_cannot_be_written_with_spaces_and_chinese(tmp_path):
    place = tmp_path / "程序 for artists"
    shutil.copytree(PROGRAM, place, symlinks=True, copy_function=os.link)
    for folder in (place, *(path for path in place.rglob("*") if path.is_dir() and not path.is_symlink())):
        folder.chmod(0o555)
    try:
        out = tmp_path / "图 out"
        done = ask("demo", "--out", str(out), "--quiet", home=tmp_path / "家 home", program=place / EXECUTABLE.name)
        assert done.returncode == 0, done.stderr
        assert (out / "contact-sheet.png").is_file()
    finally:
        for folder in (place, *(path for path in place.rglob("*") if path.is_dir() and not path.is_symlink())):
            folder.chmod(0o755)
