"""How the package is made, piece by piece: what goes in, licences, sizes, archives that are the same twice."""

# ruff: noqa: E402 (packaging/ is no package)

from __future__ import annotations

import ast
import ctypes
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))

import contents
import icons
import linux_packages
import manual
import size_report
import third_party
import without_gpl

from main import COMMANDS, build_parser

EPOCH = 1_700_000_000


# What goes in


def test_every_module_that_is_imported_by_name_goes_in():
    modules = set(contents.own_modules())
    assert {command.module for command in COMMANDS.values()} <= modules
    assert {"inference.upscaling", "inference.runtime", "training.export", "desktop_app.dialogs.about"} <= modules
    assert "inference" in modules
    for file in ROOT.glob("inference/**/*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.import_module":
                argument = node.args[0]
                assert not isinstance(argument, ast.Constant) or argument.value in modules, file


def test_our_files_are_there():
    for place in contents.DATA:
        assert (ROOT / place).exists() or place.endswith("update-key.txt"), place


@pytest.mark.parametrize(
    "place",
    [
        "torch/lib/libtorch_cpu.so", "torch/bin/torch_shm_manager", "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so", "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "onnxruntime/capi/libonnxruntime_providers_shared.so", "onnxruntime/capi/onnxruntime_pybind11_state.so",
        "qtawesome/fonts/phosphor-1.3.0.ttf", "av.libs/libavcodec-5e6b81c2.so.62",
        "resources/models/sprites/unet/model.onnx", "PySide6/Qt/lib/libQt6DBus.so.6",
    ],
)  # fmt: skip
def test_what_is_needed_is_kept(place):
    assert contents.kept(place)


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/protoc", "torch/test/cpp", "torch/include/ATen/a.h", "onnxruntime/capi/libonnxruntime.so.1.31.1",
        "onnxruntime/capi/libonnxruntime_providers_tensorrt.so", "PySide6/Qt/lib/libQt6Quick.so.6",
        "libcudart.so.13", "qtawesome/fonts/fontawesome6-solid.ttf", "PySide6/Qt/translations/qtbase_de.qm",
    ],
)  # fmt: skip
def test_what_nothing_reads_is_dropped(place):
    assert not contents.kept(place)
    assert not contents.kept(place.replace("/", "\\"))


def test_the_cuda_provider_comes_with_the_add_on():
    place = "onnxruntime/capi/libonnxruntime_providers_cuda.so"
    assert not contents.kept(place)
    assert contents.kept(place, cuda=True)


def test_of_lazy_packages_only_what_is_used_goes_in():
    parts = contents.all_parts("transformers")
    assert {"transformers.models.clip.modeling_clip", "transformers.models.bert.modeling_bert"} <= set(parts)
    unused = contents.unused_parts(["transformers.models.clip.modeling_clip"])
    assert "transformers.models.bert.modeling_bert" in unused
    assert "transformers.models.clip.modeling_clip" not in unused
    assert not [name for name in unused if name.startswith("diffusers.schedulers")]


def test_nothing_is_both_needed_and_left_out():
    tops = {name.split(".")[0] for name in contents.EXCLUDED if "." not in name}
    used = set()
    for name in contents.own_modules():
        file = ROOT / Path(*name.split("."))
        source = file.with_suffix(".py") if file.with_suffix(".py").exists() else file / "__init__.py"
        for node in ast.parse(source.read_text("utf-8")).body:
            if isinstance(node, ast.Import):
                used |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                used.add(node.module.split(".")[0])
    assert not used & tops


# Sizes


def test_sizes_are_told_by_component(tmp_path):
    for name, size in (("_internal/torch/lib/a.so", 5), ("_internal/av.libs/b.so", 3), ("gouache", 2), ("c", 1)):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    (tmp_path / "link").symlink_to("gouache")
    counted = size_report.sizes(tmp_path)
    assert counted["PyTorch"] == 5
    assert counted["PyAV and FFmpeg"] == 3
    assert counted[size_report.REST] == 1
    assert sum(counted.values()) == 11
    assert size_report.table(counted)[-1].startswith("in all")


# Licences


@pytest.fixture(scope="module")
def parts():
    return third_party.distributions_of(["torch", "PySide6", "av", "numpy", "tokenizers", "not_there"])


def test_wheels_and_what_is_in_them_are_known(parts):
    known = {part.name: part for part in parts}
    assert known["FFmpeg"].licence == "LGPL-3.0-or-later"
    assert known["tokenizers"].texts == (third_party.TEXTS / "Apache-2.0.txt",)
    assert known["torch"].purl.startswith("pkg:pypi/torch@2")
    for name in ("torch", "av", "numpy", "PySide6_Essentials"):
        assert known[name].texts, f"{name} has no text"


def test_every_text_is_written_once(parts, tmp_path):
    third_party.write_licences(parts, tmp_path)
    listed = json.loads((tmp_path / "parts.json").read_text("utf-8"))
    named = {text for each in listed for text in each["texts"]}
    assert named == {file.name for file in tmp_path.glob("*.txt")}
    contents_ = [file.read_bytes() for file in tmp_path.glob("*.txt")]
    assert len(set(contents_)) == len(contents_)
    assert "| torch |" in (tmp_path / "README.md").read_text("utf-8")


@pytest.mark.filterwarnings("ignore:.*no defined dependencies")
def test_the_bill_is_the_same_twice(parts):
    bill = third_party.bill_of_materials(parts, "1.2.3")
    assert bill == third_party.bill_of_materials(list(parts), "1.2.3")
    told = json.loads(bill)
    assert told["specVersion"] == "1.6"
    assert {each["name"] for each in told["components"]} == {part.name for part in parts}
    assert "timestamp" not in told["metadata"]


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("nm")), reason="no C compiler")
def test_an_empty_library_answers_with_nothing(tmp_path):
    codecs = tmp_path / "libavcodec-1.so"
    code = "void *x264_encoder_open_165(void); void *x265_api_get_216(int); int x264_param_default_preset(void);\n"
    code += "void *f(void) { x265_api_get_216(8); x264_param_default_preset(); return x264_encoder_open_165(); }\n"
    (tmp_path / "a.c").write_text(code)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", codecs, tmp_path / "a.c"], check=True)
    for name in ("libx264-abc.so.165", "libx265-def.so.216", "libvpx-1.so"):
        (tmp_path / name).write_bytes(b"the real one")
    assert without_gpl.replaced(tmp_path) == ["libx264-abc.so.165", "libx265-def.so.216"]
    assert (tmp_path / "libvpx-1.so").read_bytes() == b"the real one"
    first = ctypes.CDLL(str(tmp_path / "libx264-abc.so.165"))
    assert first.x264_encoder_open_165() == 0
    assert first.x264_param_default_preset() == -1
    second = ctypes.CDLL(str(tmp_path / "libx265-def.so.216"))
    second.x265_api_get_216.restype = ctypes.c_void_p
    table = second.x265_api_get_216(8)
    allocate = ctypes.CFUNCTYPE(ctypes.c_void_p)(ctypes.c_void_p.from_address(table + 8 * 5).value)
    assert allocate() is None, "an interface without functions would end the program"


# Archives


@pytest.fixture
def program(tmp_path):
    """A folder as PyInstaller makes it, with a link in it."""
    folder = tmp_path / "gouache"
    (folder / "_internal" / "资源").mkdir(parents=True)
    (folder / "gouache").write_text("#!/bin/sh\necho started\n")
    (folder / "gouache").chmod(0o700)
    (folder / "_internal" / "资源" / "a.txt").write_text("a")
    (folder / "_internal" / "libb.so").symlink_to("资源/a.txt")
    return folder


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="no dpkg-deb")
def test_a_deb_has_what_a_desktop_wants_and_is_the_same_twice(program, tmp_path):
    made = []
    for number in (1, 2):
        out = tmp_path / f"out{number}"
        out.mkdir()
        made.append(linux_packages.deb(program, out, "1.2.3", ".TH G 1\n", EPOCH).read_bytes())
        (program / "gouache").touch()
    assert made[0] == made[1]
    deb = tmp_path / "out1" / "gouache_1.2.3_amd64.deb"
    listed = subprocess.run(["dpkg-deb", "-c", deb], capture_output=True, text=True, check=True).stdout
    for place in (
        "applications/gouache.desktop", "mime/packages/gouache.xml", "metainfo/gouache.metainfo.xml",
        "man/man1/gouache.1.gz", "doc/gouache/copyright", "icons/hicolor/48x48/apps/gouache.png",
    ):  # fmt: skip
        assert f"./usr/share/{place}" in listed
    assert "./usr/bin/gouache -> ../lib/gouache/gouache" in listed
    assert re.search(r"^-rwxr-xr-x root/root .* \./usr/lib/gouache/gouache$", listed, re.MULTILINE)
    control = subprocess.run(["dpkg-deb", "-f", deb], capture_output=True, text=True, check=True).stdout
    assert "Version: 1.2.3" in control
    assert "libxcb-cursor0" in control


def test_the_portable_archive_is_the_same_twice(program, tmp_path):
    zstandard = pytest.importorskip("zstandard")
    linux_packages.date_all(program, EPOCH)
    first = linux_packages.portable(program, tmp_path, "1.2.3", EPOCH).read_bytes()
    (program / "gouache").touch()
    second = linux_packages.portable(program, tmp_path, "1.2.3", EPOCH).read_bytes()
    assert first == second
    with (
        (tmp_path / "gouache-1.2.3-linux-x86_64.tar.zst").open("rb") as file,
        tarfile.open(fileobj=zstandard.ZstdDecompressor().stream_reader(file), mode="r|") as archive,
    ):
        entries = {entry.name: entry for entry in archive}
    assert entries["gouache/gouache"].mode & 0o111
    assert entries["gouache/_internal/libb.so"].linkname == "资源/a.txt"
    assert entries["gouache/_internal/资源/a.txt"].uname == "root"


def test_the_description_names_this_version():
    told = linux_packages.metainfo("1.2.3", EPOCH)
    assert 'version="1.2.3" date="2023-11-14"' in told
    assert "@" not in re.sub(r"<!--.*?-->", "", told)


def test_the_icon_has_every_size(tmp_path):
    from PIL import Image  # noqa: PLC0415

    pytest.importorskip("resvg_py")
    icons.write(tmp_path)
    with Image.open(tmp_path / "gouache.ico") as icon:
        assert set(icon.info["sizes"]) == {(size, size) for size in icons.WINDOWS}
    assert (tmp_path / "gouache.icns").read_bytes()[:4] == b"icns"


# The manual


def test_the_manual_has_every_command_and_option():
    page = manual.page(build_parser("gouache"), "2026-01-02")
    assert page.startswith('.TH GOUACHE 1 "2026-01-02"')
    for path in COMMANDS:
        assert f".SS {manual.text(' '.join(path))}\n" in page
    assert r"\fB\-\-seed N\fR" in page
    assert "main.py" not in page
    assert "%(" not in page


@pytest.mark.parametrize(
    ("words", "roff"), [(".hidden", r"\&.hidden"), ("a\\b", r"a\eb"), ("x-y", r"x\-y"), ("'q'", r"\&'q'")]
)
def test_nothing_in_words_is_taken_for_a_request(words, roff):
    assert manual.text(words) == roff


@pytest.mark.skipif(not shutil.which("man"), reason="no man")
def test_the_manual_is_read_without_a_warning(tmp_path):
    file = tmp_path / "gouache.1"
    file.write_text(manual.page(build_parser("gouache"), "2026-01-02"), "utf-8")
    command = ["man", "--warnings", "-E", "UTF-8", "-l", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env={"MANPAGER": "cat", "PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stderr) == (0, "")
