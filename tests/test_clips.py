"""Clips written and read: every format by round trip, and against programs that we did not write."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from clipped import assert_same, film, sprites, uneven
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from inference.clips import writing
from inference.clips.colours import OPAQUE_FROM
from inference.clips.comparing import ExportFailed, difference
from inference.clips.folder import FolderWriter
from inference.clips.formats import FORMATS
from inference.clips.frame import Frame
from inference.clips.options import ExportOptions
from inference.clips.reading import open_clip
from inference.clips.timing import Ticker, scale_for
from inference.clips.video_writing import VideoWriter
from inference.clips.writing import write_clip
from inference.errors import BadRequest, Cancelled
from inference.geometry import Size

FFPROBE, FFMPEG = shutil.which("ffprobe"), shutil.which("ffmpeg")
VIDEOS = ("mp4", "av1.mp4", "webm")


def read(path: Path) -> list[Frame]:
    with open_clip(path) as clip:
        return list(clip.frames())


def options_for(name: str) -> ExportOptions:
    return ExportOptions(codec="av1") if name.startswith("av1") else ExportOptions()


@st.composite
def clips(draw: st.DrawFn) -> list[Frame]:
    """Small noise, still in places, with any alpha and durations."""
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    random = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    levels = draw(st.sampled_from([2, 256]))
    pixels = random.integers(0, levels, (height, width, 4), np.uint8)
    frames = []
    for _ in range(draw(st.integers(1, 5))):
        pixels = pixels.copy()
        y, x = random.integers(0, height), random.integers(0, width)
        patch = pixels[y : y + draw(st.integers(0, 4)), x : x + 3]
        patch[:] = random.integers(0, levels, patch.shape, np.uint8)
        duration = Fraction(draw(st.integers(1, 200)), draw(st.sampled_from([1000, 100, 24, 30, 7])))
        frames.append(Frame(pixels, duration))
    return frames


@given(frames=clips(), name=st.sampled_from(["x.apng", "x.png", "folder", "x.webp"]))
@settings(max_examples=12)
def test_exact_formats_keep_every_pixel_and_time(
    frames: list[Frame], name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("exact") / name
    report = write_clip(frames, path)
    assert report.exact
    assert (report.count, report.size) == (len(frames), frames[0].size)
    got = read(path)
    if name == "x.webp":
        ticker = Ticker(Fraction(1, 1000))
        frames = [Frame(each.pixels, Fraction(ticker.next(each.duration)[1], 1000)) for each in frames]
    if not any(each.pixels[..., 3].min() < 255 for each in frames):
        assert not report.alpha
    assert_same(got, frames)
    assert report.duration == sum(each.duration for each in frames)


@given(frames=clips())
@settings(max_examples=12)
def test_a_gif_of_few_colours_keeps_them(frames: list[Frame], tmp_path_factory: pytest.TempPathFactory) -> None:
    few = [Frame(each.pixels // 128 * 255, each.duration) for each in frames]
    path = tmp_path_factory.mktemp("gif") / "x.gif"
    report = write_clip(few, path)
    assert report.exact
    for got, wanted in zip(read(path), few, strict=True):
        seen = wanted.pixels[..., 3] >= OPAQUE_FROM
        np.testing.assert_array_equal(got.pixels[..., 3], np.where(seen, 255, 0))
        np.testing.assert_array_equal(got.pixels[seen], wanted.pixels[seen])


@given(parts=st.lists(st.tuples(st.integers(1, 300), st.sampled_from([24, 30, 7, 100, 1001])), min_size=1, max_size=12))
@settings(max_examples=50)
def test_times_in_ticks_never_drift(parts: list[tuple[int, int]]) -> None:
    durations = [Fraction(*each) for each in parts]
    tick, ticker, time = Fraction(1, 1000), Ticker(Fraction(1, 1000)), Fraction(0)
    for duration in durations:
        start, length = ticker.next(duration)
        assert length >= 1
        assert abs(start * tick - time) <= tick / 2
        time += duration
    assert ticker.exact == all((sum(durations[: i + 1]) * 1000).denominator == 1 for i in range(len(durations)))


def test_the_clock_of_a_video_holds_common_rates() -> None:
    for denominator in (1, 7, 24, 30, 24000, 60000, 90000):
        assert scale_for(denominator) % denominator == 0
        assert scale_for(denominator) >= 10_000


def test_many_colours_become_a_palette_that_stands_still(tmp_path: Path) -> None:
    frames = film(6, 96, 64)
    report = write_clip(frames, tmp_path / "x.gif")
    assert not report.exact
    assert any("colours stand for" in note for note in report.notes)
    got = read(tmp_path / "x.gif")
    colours = np.unique(np.concatenate([each.pixels.reshape(-1, 4) for each in got]), axis=0)
    assert len(colours) <= 256
    assert max(difference(a.pixels, b.pixels) for a, b in zip(frames, got, strict=True)) < 5
    still = frames[0].pixels[..., 2] == frames[1].pixels[..., 2]
    np.testing.assert_array_equal(got[0].pixels[still], got[1].pixels[still])


def test_dither_comes_nearer_than_none(tmp_path: Path) -> None:
    frames = film(2, 96, 64)
    off = {}
    for dither in ("ordered", "none"):
        write_clip(frames, tmp_path / "x.gif", ExportOptions(dither=dither, colours=16))
        shown = [each.pixels.astype(float) for each in read(tmp_path / "x.gif")]
        apart = np.stack(shown) - np.stack([each.pixels for each in frames])
        off[dither] = np.abs(apart.reshape(2, 16, 4, 24, 4, 4).mean((2, 4))).mean()
    assert off["ordered"] < off["none"]


@pytest.mark.parametrize("name", VIDEOS)
@pytest.mark.parametrize("size", [(64, 48), (66, 35), (33, 64)])
@pytest.mark.parametrize("duration", [lambda _: Fraction(1, 30), lambda _: Fraction(1001, 24000), uneven])
def test_a_video_keeps_count_size_times_and_order(tmp_path: Path, name: str, size: tuple[int, int], duration) -> None:
    frames = film(9, *size, duration=duration)
    odd = size[0] % 2 or size[1] % 2
    options = ExportOptions(chroma="444") if name == "mp4" and odd else options_for(name)
    path = tmp_path / f"x.{name}"
    report = write_clip(frames, path, options)
    got = read(path)
    assert [each.size for each in got] == [Size(*size)] * 9
    assert report.error <= report.limit
    for one, other in zip(frames, got, strict=True):
        assert difference(one.pixels, other.pixels) < 6
    if name != "webm" or duration is not uneven:
        assert [each.duration for each in got] == [each.duration for each in frames]
    else:
        assert abs(sum(each.duration for each in got) - report.duration) <= Fraction(1, 2000)


def test_webm_keeps_soft_transparency(tmp_path: Path) -> None:
    frames = film(8, 65, 49, alpha=True, soft=True)
    report = write_clip(frames, tmp_path / "x.webm")
    assert report.alpha
    with open_clip(tmp_path / "x.webm") as clip:
        assert clip.alpha
        for got, wanted in zip(clip, frames, strict=True):
            assert np.abs(got.pixels[..., 3].astype(int) - wanted.pixels[..., 3]).mean() < 2
            assert difference(got.pixels, wanted.pixels) < 4


def test_colours_are_those_of_bt709(tmp_path: Path) -> None:
    """A flat strong colour would be off by some ten levels under another matrix or range."""
    pixels = np.full((64, 64, 4), (200, 40, 90, 255), np.uint8)
    for name in VIDEOS:
        write_clip([Frame(pixels, Fraction(1, 30))] * 3, tmp_path / f"x.{name}", options_for(name))
        decoded = imageio.imread(tmp_path / f"x.{name}", index=1, plugin="pyav")
        assert np.abs(decoded[..., :3].astype(int) - pixels[..., :3]).max() <= 4, name


def _probe(path: Path) -> dict:
    fields = "nb_read_frames,width,height,r_frame_rate,avg_frame_rate,pix_fmt,duration,color_space:stream_tags"
    command = [FFPROBE, "-v", "error", "-count_frames", "-select_streams", "v", "-of", "json"]
    done = subprocess.run(
        [*command, "-show_entries", f"stream={fields}:format=duration", str(path)], capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    return found["streams"][0] | {"whole": found["format"].get("duration")}


@pytest.mark.skipif(FFPROBE is None, reason="ffprobe is not installed (Debian's package ffmpeg)")
@pytest.mark.parametrize("name", [*VIDEOS, "gif", "apng"])
@pytest.mark.parametrize("alpha", [False, True])
def test_ffprobe_agrees(tmp_path: Path, name: str, alpha: bool) -> None:
    frames = film(11, 66, 50, alpha=alpha, duration=lambda _: Fraction(1, 25))
    path = tmp_path / f"x.{name}"
    report = write_clip(frames, path, options_for(name))
    found = _probe(path)
    assert int(found["nb_read_frames"]) == 11
    assert (found["width"], found["height"]) == (66, 50)
    assert Fraction(found["avg_frame_rate"]) == report.rate == 25
    if name != "apng":  # Debian's ffprobe gives no duration of it
        assert float(found["whole"]) == pytest.approx(float(report.duration), abs=0.001)
    if name == "webm":
        assert (found["tags"].get("alpha_mode") == "1") == alpha
    if name in VIDEOS:
        assert found["color_space"] == "bt709"
    if name == "apng":
        assert found["pix_fmt"] == ("rgba" if alpha else "rgb24")


@pytest.mark.skipif(FFPROBE is None, reason="ffprobe is not installed (Debian's package ffmpeg)")
def test_ffprobe_sees_uneven_times(tmp_path: Path) -> None:
    frames = film(7, duration=uneven)
    for name in ("mp4", "av1.mp4", "webm"):
        write_clip(frames, tmp_path / f"x.{name}", options_for(name))
        command = [FFPROBE, "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
        done = subprocess.run([*command, str(tmp_path / f"x.{name}")], capture_output=True, check=True, text=True)
        times = [float(line.rstrip(",")) for line in done.stdout.split()]
        wanted = [float(sum((each.duration for each in frames[:i]), Fraction(0))) for i in range(7)]
        assert times == pytest.approx(wanted, abs=0.0006)
        assert float(_probe(tmp_path / f"x.{name}")["whole"]) == pytest.approx(13 / 24, abs=0.001)


@pytest.mark.skipif(FFMPEG is None, reason="ffmpeg is not installed (Debian's package ffmpeg)")
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_telephone_that_was_turned_gives_upright_frames(tmp_path: Path, degrees: int) -> None:
    path, turned = tmp_path / "x.mp4", tmp_path / "turned.mp4"
    write_clip(film(3, 48, 32, alpha=False), path)
    quiet = [str(FFMPEG), "-v", "error", "-y", "-i"]
    told = ["-map_metadata", "0", "-metadata:s:v", f"rotate={degrees}", "-c", "copy", str(turned)]
    subprocess.run([*quiet, str(path), *told], check=True)
    subprocess.run([*quiet, str(turned), str(tmp_path / "upright%d.png")], check=True)
    frames = read(turned)
    assert len(frames) == 3
    for number, frame in enumerate(frames, 1):
        with Image.open(tmp_path / f"upright{number}.png") as image:
            expected = np.array(image.convert("RGBA"))
        assert frame.pixels.shape == expected.shape == ((32, 48, 4) if degrees == 180 else (48, 32, 4))
        assert np.abs(frame.pixels.astype(int) - expected).mean() < 4, "FFmpeg turns it the same way"
        assert np.abs(frame.pixels[::-1, ::-1].astype(int) - expected).mean() > 8


@pytest.mark.parametrize("name", ["gif", "apng", "webp"])
def test_pillow_and_imageio_read_ours(tmp_path: Path, name: str) -> None:
    frames, path = sprites(), tmp_path / f"x.{name}"
    write_clip(frames, path)
    with Image.open(path) as image:
        assert image.n_frames == len(frames)
        for shown, frame in zip(ImageSequence.Iterator(image), frames, strict=True):
            pixels = np.array(shown.convert("RGBA"))
            assert shown.info["duration"] == 80
            seen = frame.pixels[..., 3] > 0
            np.testing.assert_array_equal(pixels[..., 3] > 0, seen)
            np.testing.assert_array_equal(pixels[seen], frame.pixels[seen])
    loaded = imageio.imread(path, plugin="pillow", index=..., mode="RGBA")
    assert loaded.shape == (len(frames), 24, 24, 4)


@pytest.mark.parametrize("name", ["gif", "png", "webp"])
@pytest.mark.parametrize("disposal", [0, 1, 2])
def test_we_read_what_pillow_writes(tmp_path: Path, name: str, disposal: int) -> None:
    frames, path = sprites(), tmp_path / f"x.{name}"
    images = [Image.fromarray(each.pixels) for each in frames]
    times = [40 + 10 * (index % 3) for index in range(len(images))]
    more = {"lossless": True} if name == "webp" else {"disposal": disposal if name == "gif" else min(disposal, 1)}
    images[0].save(path, save_all=True, append_images=images[1:], duration=times, loop=3, **more)
    with Image.open(path) as image:
        wanted = [np.array(each.convert("RGBA")) for each in ImageSequence.Iterator(image)]
    with open_clip(path) as clip:
        assert clip.count == len(wanted)
        got = list(clip)
    assert [each.duration * 1000 for each in got] == times
    for one, other in zip(got, wanted, strict=True):
        np.testing.assert_array_equal(one.pixels, other)


def test_we_read_what_imageio_writes(tmp_path: Path) -> None:
    frames = film(10, 64, 48)
    stack = np.stack([each.pixels[..., :3] for each in frames])
    for name, codec in (("x.mp4", "libx264"), ("x.mov", "libx264"), ("x.webm", "libvpx-vp9"), ("x.mkv", "ffv1")):
        imageio.imwrite(tmp_path / name, stack, plugin="pyav", codec=codec, fps=24)
        with open_clip(tmp_path / name) as clip:
            assert clip.rate == 24, name
            got = list(clip)
        assert [each.duration for each in got] == [Fraction(1, 24)] * 10, name
        assert max(difference(a.pixels, b.pixels) for a, b in zip(frames, got, strict=True)) < 9, name


def test_an_apng_with_a_still_before_it(tmp_path: Path) -> None:
    frames = sprites(4)
    images = [Image.fromarray(each.pixels) for each in frames]
    still = Image.new("RGBA", images[0].size, (9, 9, 9, 255))
    still.save(tmp_path / "x.png", save_all=True, append_images=images, default_image=True, duration=80, disposal=1)
    got = read(tmp_path / "x.png")
    assert len(got) == 4
    assert (got[0].pixels != 9).any()


def test_loops_are_kept(tmp_path: Path) -> None:
    for name in ("x.gif", "x.apng", "x.webp"):
        for loops in (0, 1, 3):
            write_clip(sprites(3), tmp_path / name, ExportOptions(loops=loops))
            with open_clip(tmp_path / name) as clip:
                assert clip.loops == loops, name


def test_a_folder_goes_by_the_numbers_in_its_names(tmp_path: Path) -> None:
    for number in (10, 9, 2):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(tmp_path / f"walk{number}.png")
    with open_clip(tmp_path, rate=Fraction(10)) as clip:
        assert (clip.count, clip.rate) == (3, 10)
        assert [int(each.pixels[0, 0, 0]) for each in clip] == [2, 9, 10]


def test_transparency_is_laid_on_the_background_and_said(tmp_path: Path) -> None:
    frames = film(3, alpha=True)
    report = write_clip(frames, tmp_path / "x.mp4", ExportOptions(background=(255, 0, 255)))
    assert not report.alpha
    assert "#ff00ff" in report.notes[0]
    corner = read(tmp_path / "x.mp4")[0].pixels[1, -2]
    assert np.abs(corner.astype(int) - (255, 0, 255, 255)).max() < 8


def test_odd_sizes_are_never_rounded_in_silence(tmp_path: Path) -> None:
    frames = film(3, 65, 49)
    with pytest.raises(BadRequest, match="even sides") as caught:
        write_clip(frames, tmp_path / "x.mp4")
    assert "--pad even" in caught.value.hint
    report = write_clip(frames, tmp_path / "x.mp4", ExportOptions(pad="even"))
    assert report.size == Size(66, 50)
    assert "65x49 to 66x50" in report.notes[0]
    assert np.abs(read(tmp_path / "x.mp4")[0].pixels[-1].astype(int) - (0, 0, 0, 255)).max() < 40


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("x.gif", {"quality": 50}, "no quality"),
        ("x.apng", {"chroma": "444"}, "no chroma"),
        ("x.avi", {}, "not a kind of clip"),
        ("x.mp4", {"format": "mpeg"}, "no format named"),
        ("x.mp4", {"codec": "av1", "chroma": "444"}, "420 only"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, name: str, options: dict, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        write_clip(film(2), tmp_path / name, ExportOptions(**options))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("frames", [[], iter([])])
def test_no_frames_are_refused(tmp_path: Path, frames) -> None:
    with pytest.raises(BadRequest, match="no frames"):
        write_clip(frames, tmp_path / "x.gif")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [*FORMATS])
def test_a_change_of_size_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / ("x" if name == "png" else f"x.{name}")
    with pytest.raises(BadRequest, match="frame 3 is 32x32"):
        write_clip([*film(2), *film(1, 32, 32)], path)
    assert not path.exists()


class Faulty(FolderWriter):
    """Forgets the third frame."""

    fault = "drop"

    def add(self, frame: Frame) -> None:
        self.seen = getattr(self, "seen", 0) + 1
        if self.seen == 3:
            if self.fault == "drop":
                return
            frame = {
                "twice": Frame(self.last.pixels, frame.duration),
                "longer": Frame(frame.pixels, 2 * frame.duration),
                "pixel": Frame(frame.pixels ^ np.uint8(1), frame.duration),
            }[self.fault]
        self.last = frame
        super().add(frame)


@pytest.mark.parametrize("fault", ["drop", "twice", "longer", "pixel"])
def test_reading_back_finds_what_went_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    write_clip(film(2), tmp_path / "out")
    before = read(tmp_path / "out")
    monkeypatch.setattr("inference.clips.folder.FolderWriter", Faulty)
    monkeypatch.setattr(Faulty, "fault", fault)
    with pytest.raises(ExportFailed):
        write_clip(film(5), tmp_path / "out")
    assert_same(read(tmp_path / "out"), before)


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_reading_back_a_video_finds_a_frame_twice(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest, last = VideoWriter.add, []

    def twice(self: VideoWriter, frame: Frame) -> None:
        last.append(frame)
        honest(self, Frame(last[-2].pixels, frame.duration) if len(last) % 5 == 4 else frame)

    monkeypatch.setattr(VideoWriter, "add", twice)
    with pytest.raises(ExportFailed):
        write_clip(film(5), tmp_path / f"x.{name}")
    assert not list(tmp_path.iterdir())


def test_frames_that_come_once_are_kept_when_the_encoder_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ExportFailed("The encoder fell over.")

    frames = film(4, alpha=True, duration=uneven)
    with monkeypatch.context() as patch:
        patch.setattr(writing, "_encode", fail)
        with pytest.raises(ExportFailed) as caught:
            write_clip(iter(frames), tmp_path / "x.apng")
    kept = tmp_path / "x-frames"
    assert str(kept) in caught.value.hint
    with open_clip(kept) as clip:
        assert write_clip(clip, tmp_path / "x.apng").exact
    assert_same(read(tmp_path / "x.apng"), frames)


def test_frames_that_come_once_leave_no_folder(tmp_path: Path) -> None:
    write_clip(iter(sprites()), tmp_path / "x.gif")
    assert [each.name for each in tmp_path.iterdir()] == ["x.gif"]


@pytest.mark.parametrize("name", [*FORMATS])
def test_stopping_in_the_middle_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / ("x" if name == "png" else f"x.{name}")
    write_clip(film(2), path)
    before = {each: each.stat().st_size for each in tmp_path.rglob("*")}

    def stop(what: str, done: int, count: int | None) -> None:
        if (what, done) == ("writing", 3):
            raise Cancelled

    with pytest.raises(Cancelled):
        write_clip(film(6), path, progress=stop)
    assert {each: each.stat().st_size for each in tmp_path.rglob("*")} == before


def test_a_folder_with_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadRequest, match="other things"):
        write_clip(film(2), tmp_path)
    assert (tmp_path / "notes.txt").exists()


def test_a_clip_is_read_several_times_and_closed(tmp_path: Path) -> None:
    write_clip(film(5), tmp_path / "x.mp4")
    with open_clip(tmp_path / "x.mp4") as clip:
        begun: Iterator[Frame] = clip.frames()
        next(begun)
        assert len(list(clip)) == len(list(clip)) == 5
    with pytest.raises(StopIteration):
        next(begun)


MEASURE = """
import resource, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from inference.clips.frame import Frame
from inference.clips.writing import write_clip

class Many:
    def __iter__(self):
        for index in range(int(sys.argv[2])):
            pixels = np.zeros((256, 256, 4), np.uint8)
            pixels[..., 0] = np.arange(256)
            pixels[:, index % 200 : index % 200 + 40] = (20, index % 256, 90, 255)
            pixels[..., 3] = 255
            yield Frame(pixels, Fraction(1, 25))

write_clip(Many(), Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["x.mp4", "x.webm", "x.gif", "x.apng", "x.webp", "x"])
def test_many_frames_need_no_more_memory_than_few(tmp_path: Path, name: str) -> None:
    """Kept in memory, 120 frames more would be 30 MB."""
    peaks = []
    for count in (40, 160):
        command = [sys.executable, "-c", MEASURE, str(tmp_path / str(count) / name), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 12, f"{peaks} MiB"
