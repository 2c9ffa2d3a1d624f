"""Reading what people have, and refusing what cannot be read."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from inference.errors import BadPicture, BadRequest
from inference.metadata import read_recipe
from inference.pictures import read_mask, read_picture, write_picture
from inference.recipe import Recipe

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
RGBA = RNG.integers(0, 256, (20, 30, 4), dtype=np.uint8)


def recipe(**changes):
    values = {
        "kind": "generate",
        "model": "sprites",
        "model_hash": "ab" * 32,
        "prompt": "a red apple",
        "negative": "",
        "style": None,
        "seed": 1,
        "steps": 20,
        "guidance": 4.0,
        "scheduler": "ddim",
        "width": 30,
        "height": 20,
    }
    return Recipe(**{**values, **changes})


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".webp"])
def test_lossless_kinds_are_read_as_they_are(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    Image.fromarray(RGB).save(path, lossless=True)
    assert np.array_equal(read_picture(path).pixels, RGB)


def test_straight_alpha_is_read_as_it_is(tmp_path):
    Image.fromarray(RGBA).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, RGBA)


def test_sixteen_bits_become_eight_and_it_is_said(tmp_path):
    deep = (np.arange(600).reshape(20, 30) * 109).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "a.png")
    loaded = read_picture(tmp_path / "a.png")
    assert loaded.pixels.shape == (20, 30, 3)
    assert np.abs(loaded.pixels[..., 0].astype(float) - deep / 257).max() <= 0.5
    assert "8 bits" in loaded.notes[0]


def test_a_palette_with_a_transparent_entry_becomes_rgba(tmp_path):
    image = Image.fromarray(RGB).quantize(8)
    image.info["transparency"] = 0
    image.save(tmp_path / "a.png", transparency=0)
    pixels = read_picture(tmp_path / "a.png").pixels
    assert pixels.shape == (20, 30, 4)
    assert set(np.unique(pixels[..., 3])) == {0, 255}


@pytest.mark.parametrize(("mode", "channels"), [("1", 3), ("L", 3), ("LA", 4), ("P", 3), ("CMYK", 3), ("YCbCr", 3)])
def test_every_mode_becomes_rgb_or_rgba(tmp_path, mode, channels):
    path = tmp_path / ("a.tiff" if mode in ("CMYK", "YCbCr") else "a.png")
    Image.fromarray(RGB).convert(mode).save(path)
    assert read_picture(path).pixels.shape == (20, 30, channels)


def test_a_cmyk_jpeg_keeps_its_colours(tmp_path):
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(tmp_path / "a.jpg", quality=100)
    red, green, blue = read_picture(tmp_path / "a.jpg").pixels.reshape(-1, 3).mean(0)
    assert red > 200
    assert max(green, blue) < 60


def test_the_first_frame_of_an_animation_is_used_and_it_is_said(tmp_path):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    loaded = read_picture(tmp_path / "a.gif")
    assert tuple(loaded.pixels[0, 0, :3]) == (255, 0, 0)
    assert "3 frames" in loaded.notes[0]


def test_a_photo_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RGB).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, np.rot90(RGB, -1))


def test_a_broken_colour_profile_is_ignored(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "a.png", icc_profile=b"not a profile")
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, RGB)


def test_an_srgb_profile_changes_nothing(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(RGB).save(tmp_path / "a.png", icc_profile=profile)
    difference = np.abs(read_picture(tmp_path / "a.png").pixels.astype(int) - RGB)
    assert difference.max() <= 1


def png_header(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def whole_png(tmp_path):
    Image.fromarray(RNG.integers(0, 256, (200, 200, 3), dtype=np.uint8)).save(tmp_path / "whole.png")
    return (tmp_path / "whole.png").read_bytes()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: b"", "is empty"),
        (lambda folder: b"hello, I am text", "is not a picture"),
        (lambda folder: whole_png(folder)[:9000], "broken or cut off"),
        (lambda folder: png_header(20_000, 20_000), "enormous"),
        (lambda folder: png_header(200_000, 200_000), "enormous"),
        (lambda folder: png_header(9000, 20), "is 9000x20"),
        (lambda folder: png_header(0, 20), "broken|no pixels|not a picture"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, make, words):
    path = tmp_path / "a.png"
    path.write_bytes(make(tmp_path))
    with pytest.raises(BadPicture, match=words) as caught:
        read_picture(path)
    assert "\n" not in str(caught.value)


def test_a_folder_and_a_missing_file_are_not_pictures(tmp_path):
    with pytest.raises(BadPicture, match="folder"):
        read_picture(tmp_path)
    with pytest.raises(BadPicture, match="does not exist"):
        read_picture(tmp_path / "no.png")


def test_a_mask_is_its_brightness_or_its_alpha(tmp_path):
    grey = RGB[..., 0]
    Image.fromarray(grey).save(tmp_path / "grey.png")
    Image.fromarray(RGBA).save(tmp_path / "alpha.png")
    assert np.array_equal(read_mask(tmp_path / "grey.png"), grey)
    assert np.array_equal(read_mask(tmp_path / "alpha.png"), RGBA[..., 3])


@pytest.mark.parametrize("prompt", ["a red apple", "一个红苹果, 水彩", 'quotes " and: colons, commas', "Ærø\nline"])
def test_a_png_carries_its_recipe(tmp_path, prompt):
    wanted = recipe(prompt=prompt)
    write_picture(tmp_path / "a.png", RGBA, wanted)
    assert read_recipe(tmp_path / "a.png") == wanted
    with Image.open(tmp_path / "a.png") as image:
        assert image.text["parameters"] == wanted.parameters()
        assert "trainedAlgorithmicMedia" in image.text["XML:com.adobe.xmp"]
        assert np.array_equal(np.asarray(image), RGBA)


@pytest.mark.parametrize("suffix", [".webp", ".jpg"])
def test_webp_and_jpeg_carry_the_parameters(tmp_path, suffix):
    wanted = recipe(prompt="一个红苹果")
    write_picture(tmp_path / f"a{suffix}", RGBA, wanted)
    with Image.open(tmp_path / f"a{suffix}") as image:
        comment = image.getexif().get_ifd(0x8769)[0x9286]
    assert comment.removeprefix(b"UNICODE\0").decode("utf-16-be") == wanted.parameters()


def test_webp_keeps_every_pixel(tmp_path):
    write_picture(tmp_path / "a.webp", RGBA)
    with Image.open(tmp_path / "a.webp") as image:
        assert np.array_equal(np.asarray(image), RGBA)


def test_jpeg_lies_on_white(tmp_path):
    write_picture(tmp_path / "a.jpg", np.zeros((16, 16, 4), np.uint8))
    with Image.open(tmp_path / "a.jpg") as image:
        assert np.asarray(image).min() > 250


def test_an_unknown_ending_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(BadRequest, match=r"\.png"):
        write_picture(tmp_path / "a.xyz", RGB)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_without_a_recipe_says_so(tmp_path):
    write_picture(tmp_path / "a.png", RGB)
    with pytest.raises(BadRequest, match="no recipe"):
        read_recipe(tmp_path / "a.png")
