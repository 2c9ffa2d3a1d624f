"""Clips that are broken as clips are: what was good before the fault is given, then one clear sentence."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from clipped import changing_size, film, only_sound, sprites
from PIL import Image

from inference.clips.comparing import difference
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.reading import open_clip
from inference.clips.writing import write_clip
from inference.errors import BadRequest


def until_the_fault(path: Path) -> tuple[list[Frame], BadRequest]:
    """The frames that come, and what is said then."""
    got: list[Frame] = []
    with pytest.raises(BadRequest) as caught, open_clip(path) as clip:
        for frame in clip:
            got.append(frame)
    return got, caught.value


@pytest.mark.parametrize("name", ["x.mp4", "x.webm", "x.gif", "x.apng", "x.webp"])
@pytest.mark.parametrize("part", [0.5, 0.8])
def test_a_clip_that_is_cut_off_gives_its_first_frames(tmp_path: Path, name: str, part: float) -> None:
    frames, path = sprites(40) if name == "x.gif" else film(40, 66, 50), tmp_path / name
    write_clip(frames, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    got, said = until_the_fault(path)
    assert "cut off" in said.message
    assert 1 <= len(got) < 40
    assert str(len(got)) in said.message
    for one, other in zip(got[:-1], frames, strict=False):
        assert difference(one.pixels, other.pixels) < 8


@pytest.mark.parametrize("name", ["x.mp4", "x.webm", "x.gif", "x.apng", "x.webp"])
def test_a_clip_that_is_cut_off_at_its_head_is_refused(tmp_path: Path, name: str) -> None:
    write_clip(film(5), tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    for length in (1, 20, 45, 120):
        (tmp_path / name).write_bytes(whole[:length])
        got, said = until_the_fault(tmp_path / name)
        assert not got
        assert any(words in said.message for words in ("cut off", "no frames", "no clip", "broken")), said.message


def test_an_mp4_without_its_index_is_refused(tmp_path: Path) -> None:
    """As a camera leaves it whose battery went flat."""
    path = tmp_path / "x.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in film(30):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame.pixels, format="rgba")))
        file.mux(stream.encode(None))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"moov") - 4])
    got, said = until_the_fault(path)
    assert not got
    assert "broken or cut off" in said.message


def test_a_clip_of_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="sound, but no pictures"):
        open_clip(only_sound(tmp_path / "x.mp4"))


def test_a_clip_that_changes_its_size_says_where(tmp_path: Path) -> None:
    got, said = until_the_fault(changing_size(tmp_path / "x.h264"))
    assert len(got) == 4
    assert "from 64x48 to 32x32 after frame 4" in said.message


def test_a_folder_that_changes_its_size_says_where(tmp_path: Path) -> None:
    for number, side in enumerate((8, 8, 9)):
        Image.new("RGBA", (side, 8)).save(tmp_path / f"{number}.png")
    got, said = until_the_fault(tmp_path)
    assert len(got) == 2
    assert "frame 3 is 9x8" in said.message


def test_a_folder_with_a_broken_picture_names_it(tmp_path: Path) -> None:
    write_clip(film(4), tmp_path / "x")
    third = tmp_path / "x" / "frame_00002.png"
    third.write_bytes(third.read_bytes()[:90])
    got, said = until_the_fault(tmp_path / "x")
    assert len(got) == 2
    assert third.name in said.message


def test_a_folder_that_lacks_a_frame_says_so(tmp_path: Path) -> None:
    write_clip(film(4), tmp_path / "x")
    (tmp_path / "x" / "frame_00002.png").unlink()
    with pytest.raises(BadRequest, match=r"has 3 frames, but clip\.json tells of 4"):
        open_clip(tmp_path / "x")
    with open_clip(tmp_path / "x", rate=Fraction(24)) as clip:
        assert clip.count == 3


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "gouache-clip", "durations": [["1/0", 4]]}', '{"format": 3}']
)
def test_a_broken_list_of_durations_is_refused(tmp_path: Path, text: str) -> None:
    write_clip(film(4), tmp_path / "x")
    (tmp_path / "x" / "clip.json").write_text(text)
    with pytest.raises(BadRequest, match=r"clip\.json"):
        open_clip(tmp_path / "x")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.mp4", b"", "is empty"),
        ("x.mp4", b"no video at all, but some text that goes on", "no clip"),
        ("x.gif", b"GIF89a" + bytes(7) + b";", "no frames"),
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "broken or cut off"),
        ("x.webp", b"RIFF\x10\0\0\0WEBPVP8X" + bytes(8), "cut off|broken"),
    ],
)
def test_what_is_no_clip_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRequest, match=words), open_clip(tmp_path / name) as clip:
        list(clip)


def test_what_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="does not exist"):
        open_clip(tmp_path / "x.mp4")
    with pytest.raises(BadRequest, match="has no frames"):
        open_clip(tmp_path)


@pytest.mark.parametrize("seed", range(2))
def test_damage_never_raises_anything_else(tmp_path: Path, seed: int) -> None:
    """Bytes that flipped somewhere: frames, or a sentence, and never a crash."""
    chance = np.random.default_rng(seed)
    for name in ("x.mp4", "x.webm", "x.gif", "x.apng", "x.webp"):
        path = tmp_path / name
        write_clip(sprites(5), path)
        content = np.frombuffer(path.read_bytes(), np.uint8).copy()
        content[chance.integers(0, len(content), 12)] = chance.integers(0, 256, 12)
        path.write_bytes(content.tobytes())
        try:
            with open_clip(path) as clip:
                for frame in clip:
                    assert frame.duration > 0
        except BadRequest as error:
            assert name in error.message


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("mounting a small tmpfs needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x.mp4", "av1.mp4", "x.webm", "x.gif", "x.apng", "x.webp", "x"])
def test_a_full_disk_is_said_and_keeps_what_is_there(small_disk: Path, name: str) -> None:
    path = small_disk / name
    options = ExportOptions(codec="av1" if name.startswith("av1") else "")
    write_clip(sprites(2), path, options)
    before = {each: each.read_bytes() for each in small_disk.rglob("*") if each.is_file()}
    chance = np.random.default_rng(0)
    noise = [
        Frame(chance.integers(0, 256, (128, 128, 4), np.uint8) | (0, 0, 0, 255), Fraction(1, 30)) for _ in range(30)
    ]
    noise = [Frame(each.pixels.astype(np.uint8), each.duration) for each in noise]
    with pytest.raises(BadRequest, match="no space left") as caught:
        write_clip(noise, path, options)
    assert "Make room" in caught.value.hint
    assert {each: each.read_bytes() for each in small_disk.rglob("*") if each.is_file()} == before


@pytest.mark.slow
def test_a_full_disk_keeps_frames_that_come_once(small_disk: Path) -> None:
    chance = np.random.default_rng(0)
    made = [Frame(chance.integers(0, 256, (64, 64, 4), np.uint8), Fraction(1, 30)) for _ in range(40)]
    with pytest.raises(BadRequest, match="no space left") as caught:
        write_clip(iter(made), small_disk / "x.gif")
    kept = small_disk / "x-frames"
    assert str(kept) in caught.value.hint
    with open_clip(kept, rate=Fraction(30)) as clip:
        got = list(clip)
    assert 1 <= len(got) < 40
    for one, other in zip(got, made, strict=False):
        np.testing.assert_array_equal(one.pixels, other.pixels)
