"""animate, restyle and cycle from the command line: what is written, gone on with, kept, and refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_animation_frames import SIDE, pictures

import main as program
from inference.animation import spread
from inference.animation.folder import AnimationFolder
from inference.api import Event, Request
from inference.cli import animate, frames
from inference.clips.reading import open_clip
from inference.errors import Cancelled
from inference.pictures import write_picture

KEYS = ["--key", "0: a cat", "--key", "4: a dog", "--seed", "5", "--quiet"]


class Quick:
    """Makes pictures at once; stops when ``left`` of them were made."""

    left = 10_000
    made = 0

    def run(self, request: Request) -> Generator[Event, None, None]:
        for picture in pictures(request):
            if Quick.left == 0:
                raise Cancelled
            Quick.left -= 1
            Quick.made += 1
            yield picture

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    Quick.left, Quick.made = 10_000, 0
    monkeypatch.setattr(frames, "make_engine", lambda _: Quick())
    monkeypatch.setattr(animate, "make_engine", lambda _: Quick())
    monkeypatch.setattr(spread, "make_engine", lambda *_: Quick())


Refused = Callable[..., str]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    def run(*words: object) -> str:
        assert program.main([str(word) for word in words]) == 2
        said = capsys.readouterr().err.strip()
        assert said.startswith("gouache: ")
        assert "\n" not in said, said
        return said

    return run


def run(*words: object) -> int:
    return program.main([str(word) for word in words])


def sprite(path: Path, side: int = SIDE) -> Path:
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[side // 4 :, side // 4 : -side // 4] = (200, 90, 40, 255)
    pixels[side // 2 :, side // 3 : side // 2] = (20, 90, 240, 255)
    write_picture(path, pixels)
    return path


def clip_of(folder: Path, count: int = 4, *, alpha: bool = True) -> Path:
    for frame in range(count):
        pixels = np.roll(np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 4), np.uint8), frame, axis=1)
        pixels[..., 3] = np.where(pixels[..., 3] > 90, 255, 0) if alpha else 255
        write_picture(folder / f"{frame:03d}.png", pixels)
    return folder


def test_a_clip_has_its_frames_its_size_and_its_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "walk.webp"
    assert run("animate", *KEYS, "--fps", "10", "--loop", "--frames", "8", "--out", out, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said[0]["frames"], said[0]["width"], said[0]["seconds"]) == (8, SIDE, 0.8)
    with open_clip(out) as clip:
        read = [frame.pixels for frame in clip]
    kept = AnimationFolder(tmp_path / "walk.animation")
    assert all(np.array_equal(one[..., 3], kept.read(frame)[..., 3]) for frame, one in enumerate(read))
    assert clip.loops == 0
    assert Quick.made == 5, "the way back costs nothing"


def test_a_stop_keeps_what_is_made_and_says_how_to_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "walk"
    Quick.left = 3
    assert run("animate", *KEYS, "--out", out) == 130
    assert "3 of 5 frames are in" in capsys.readouterr().err
    Quick.left = 100
    assert run("animate", *KEYS[:4], "--quiet", "--out", out) == 0, "the seed of before is used"
    assert Quick.made == 5
    whole = tmp_path / "whole"
    assert run("animate", *KEYS, "--out", whole) == 0
    for one, other in zip(sorted(out.rglob("*.png")), sorted(whole.rglob("*.png")), strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert run("animate", "--out", out, "--quiet") == 0, "a folder goes on by itself"
    assert Quick.made == 10


def test_frames_of_other_settings_are_not_replaced_unasked(tmp_path: Path, refused: Refused) -> None:
    out = tmp_path / "walk"
    assert run("animate", *KEYS, "--out", out) == 0
    other = ["--key", "0: a cow", "--key", "4: a dog", "--quiet", "--out", out]
    before = {path: path.read_bytes() for path in out.rglob("*.png")}
    assert "--overwrite" in refused("animate", *other)
    assert before == {path: path.read_bytes() for path in out.rglob("*.png")}
    assert run("animate", *other, "--overwrite") == 0
    assert run("animate", *KEYS, "--out", tmp_path / "a.gif") == 0
    assert "exists already" in refused("animate", *KEYS, "--out", tmp_path / "a.gif")


def test_frames_are_made_again_and_seen_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "walk"
    assert run("animate", *KEYS, "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.rglob("frames/*.png")}
    assert run("animate", *KEYS, "--out", out, "--remake", "1..2") == 0
    after = {path.name: path.read_bytes() for path in out.rglob("frames/*.png")}
    assert [name for name in before if before[name] != after[name]] == ["000001.png", "000002.png"]
    capsys.readouterr()
    assert run("animate", *KEYS, "--out", out, "--preview", "3", "--preview-steps", "2") == 0
    assert capsys.readouterr().out.strip() == str(out / "previews" / "000003.png")
    assert after == {path.name: path.read_bytes() for path in out.rglob("frames/*.png")}


def test_a_clip_can_be_encoded_again_when_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "walk.gif"

    def full(*_: object, **__: object) -> None:
        raise frames.BadRequest("There is no room.")

    with monkeypatch.context() as patch:
        patch.setattr(frames, "write_clip", full)
        assert run("animate", *KEYS, "--out", out) == 2
    made = Quick.made
    assert run("animate", *KEYS, "--out", out, "--export-only") == 0
    assert Quick.made == made
    assert out.is_file()


@pytest.mark.enable_socket
def test_workers_make_the_same_frames(tmp_path: Path, refused: Refused) -> None:
    assert run("animate", *KEYS, "--out", tmp_path / "one") == 0
    assert run("animate", *KEYS, "--out", tmp_path / "two", "--workers", "2") == 0
    for frame in range(5):
        one, two = (AnimationFolder(tmp_path / name).frame_path(frame).read_bytes() for name in ("one", "two"))
        assert one == two
    words = ["animate", *KEYS, "--out", tmp_path / "three", "--workers", "2", "--mode", "feedback"]
    assert "cannot share" in refused(*words)
    assert "workers cannot be" in refused("animate", *KEYS, "--out", tmp_path / "four", "--workers", "0")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no keys"),
        (["--key", "a cat"], "is no key"),
        (["--key", "0: a cat", "--key", "0: a dog"], "two keys"),
        (["--key", "0: a cat", "--frames", "0"], "number of frames"),
        (["--key", "0: a cat", "--fps", "0"], "frames a second"),
        (["--key", "0: a | easing=bouncy"], "easing"),
        (["--key", "0: a cat", "--easing", "bouncy"], "easing"),
        (["--key", "0: a", "--key", "9: b", "--loop", "--frames", "9"], "way back"),
        (["--key", "0: a", "--strength", "2"], "strength"),
        (["--key", "0: a", "--style", "notto"], "noto"),
        (["--key", "0: a", "--size", "13x13"], "not allowed"),
        (["--key", "0: a", "--scheduler", "eular"], "euler"),
        (["--key", "0: a", "--model", "nothing"], "nothing"),
        (["--key", "0: a", "--remake", "9"], "There is no frame"),
        (["--key", "0: a", "--image", "nothing.png"], "does not exist"),
        (["--key", "0: a", "--mode", "feedback", "--image", "SPRITE"], "walk"),
    ],
)
def test_bad_words_are_refused_in_one_line(words: list[str], said: str, tmp_path: Path, refused: Refused) -> None:
    given = [str(sprite(tmp_path / "s.png")) if word == "SPRITE" else word for word in words]
    out = [] if not words else ["--out", tmp_path / "out"]
    assert said in refused("animate", *given, *out)
    assert not list((tmp_path / "out").rglob("frames/*.png"))


def test_an_unknown_kind_of_clip_is_refused_before_any_work(tmp_path: Path, refused: Refused) -> None:
    refused("animate", *KEYS, "--out", tmp_path / "walk.doc")
    assert Quick.made == 0


def test_a_clip_is_restyled_frame_for_frame(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip, out = clip_of(tmp_path / "in"), tmp_path / "new"
    assert run("restyle", clip, "--prompt", "a cat", "--out", out, "--quiet", "--fps", "8", "--against") == 0
    said = capsys.readouterr()
    assert "without consistency" in said.err
    assert len(said.out.split()) == 4
    folder = AnimationFolder(out)
    assert folder.load().timeline.rate == Fraction(8)
    for frame in range(1, 4):
        assert np.array_equal(folder.read(frame)[..., 3], folder.read_clip(frame)[..., 3]), "alpha is the clip's"
    made = Quick.made
    assert run("restyle", clip, "--prompt", "a cat", "--out", out, "--quiet") == 0
    assert Quick.made == made


def test_a_clip_keeps_its_uneven_times(tmp_path: Path) -> None:
    stills = [Image.fromarray(np.full((SIDE, SIDE, 4), value, np.uint8)) for value in (90, 160, 255)]
    source = tmp_path / "in.webp"
    stills[0].save(source, save_all=True, append_images=stills[1:], duration=[100, 300, 50], lossless=True)
    assert run("restyle", source, "--prompt", "a cat", "--out", tmp_path / "out.webp", "--quiet") == 0
    with open_clip(tmp_path / "out.webp") as clip:
        assert [frame.duration for frame in clip] == [Fraction(1, 10), Fraction(3, 10), Fraction(1, 20)]


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x00" * 4000, None])
def test_what_is_no_clip_is_refused(content: bytes | None, tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "clip.gif"
    if content is not None:
        path.write_bytes(content)
    refused("restyle", path, "--prompt", "a cat", "--out", tmp_path / "out", "--quiet")
    assert Quick.made == 0


def test_a_folder_of_another_animation_is_left_alone(tmp_path: Path, refused: Refused) -> None:
    assert run("animate", *KEYS, "--out", tmp_path / "walk") == 0
    assert "another animation" in refused("restyle", clip_of(tmp_path / "in"), "--out", tmp_path / "walk")


@pytest.mark.parametrize("kind", ["idle", "bob", "blink", "flash", "flicker", "spin", "squash"])
def test_a_cycle_is_a_sheet_with_times_and_feet(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    words = [sprite(tmp_path / "s.png", 64), "--kind", kind, "--out", out, "--quiet", "--alive", "0"]
    words += ["--eyes", "24,36,4,6", "--eyes", "40,36,4,6"] if kind == "blink" else []
    assert run("cycle", *words) == 0
    said = json.loads(out.with_suffix(".json").read_text())
    sheet = np.asarray(Image.open(out))
    assert [frame["filename"] for frame in said["frames"]] == [str(number) for number in range(8)]
    assert (said["meta"]["size"]["w"], said["meta"]["size"]["h"]) == (sheet.shape[1], sheet.shape[0])
    tag = said["meta"]["frameTags"][0]
    assert tag["name"] == kind
    assert ("repeat" in tag) == (kind == "squash")
    times = [frame["duration"] for frame in said["frames"]]
    assert all(time >= 10 for time in times)
    assert (len(set(times)) > 1) == (kind in ("blink", "flash"))


def test_a_latent_cycle_closes(tmp_path: Path) -> None:
    out = tmp_path / "fire.gif"
    assert run("cycle", sprite(tmp_path / "s.png"), "a fire", "--kind", "flicker", "--out", out, "--quiet") == 0
    animation = AnimationFolder(tmp_path / "fire.animation").load()
    assert animation.spec(0) == animation.spec(8)
    assert Quick.made == 8


@pytest.mark.parametrize(
    "words",
    [
        ["--kind", "dance"],
        ["--kind", "idle", "--frames", "1"],
        ["--kind", "idle", "--amount", "9"],
        ["--kind", "blink"],
        ["--kind", "blink", "--eyes", "1,2,3"],
        ["--kind", "blink", "--eyes", "900,2,3,4"],
        ["--kind", "idle", "--seconds", "-1"],
        ["--kind", "idle", "--out", "folder"],
    ],
)
def test_cycles_that_cannot_be(words: list[str], tmp_path: Path, refused: Refused) -> None:
    out = [] if "--out" in words else ["--out", tmp_path / "x.png"]
    refused("cycle", sprite(tmp_path / "s.png"), *words, *out, "--quiet")


def test_a_sprite_that_is_not_there_is_refused(tmp_path: Path, refused: Refused) -> None:
    write_picture(tmp_path / "none.png", np.zeros((SIDE, SIDE, 4), np.uint8))
    words = ["--kind", "idle", "--out", tmp_path / "x.png"]
    assert "transparent all over" in refused("cycle", tmp_path / "none.png", *words)
