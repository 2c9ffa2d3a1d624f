"""Read pictures and masks of any kind that people have, and write pictures that carry their recipe."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from inference.alpha import Pixels
from inference.errors import BadPicture, BadRequest
from inference.files import replace_file
from inference.masks import Mask
from inference.metadata import exif_of, png_info_of
from inference.recipe import Recipe
from inference.request_checks import LARGEST_SIDE

SUFFIXES = (".png", ".webp", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Loaded:
    """A picture as it was read: (height, width, 3 or 4) bytes, and what the reader should be told."""

    pixels: Pixels
    notes: tuple[str, ...] = ()


def read_picture(path: Path) -> Loaded:
    """Read a picture as RGB or RGBA with straight alpha, upright, in sRGB, 8 bits a channel.

    Raises:
        BadPicture: when it is missing, no picture, cut off, empty or larger than 8192 pixels a side.
    """
    notes: list[str] = []
    with _open(path) as image, _Decoding(path):
        frames = getattr(image, "n_frames", 1)
        if frames > 1:
            notes.append(f"{path.name} has {frames} frames; the first is used.")
        image.load()
        pixels = np.asarray(_eight_bit(ImageOps.exif_transpose(image), path, notes))
    return Loaded(np.ascontiguousarray(pixels), tuple(notes))


def read_mask(path: Path) -> Mask:
    """Read a mask: white, or opaque where the picture has transparency, is what may change.

    Returns:
        (height, width) bytes.
    """
    with _open(path, side=2 * LARGEST_SIDE) as image, _Decoding(path):
        image.load()
        ready = _eight_bit(ImageOps.exif_transpose(image), path, [])
        if ready.mode == "RGBA":
            alpha = np.asarray(ready.getchannel("A"))
            if alpha.min() < 255:
                return np.ascontiguousarray(alpha)
        return np.ascontiguousarray(np.asarray(ready.convert("L")))


def write_picture(path: Path, pixels: Pixels, recipe: Recipe | None = None) -> None:
    """Write PNG, WebP or JPEG by the name's ending; the old file stays until the new one is whole.

    JPEG has no transparency: it is laid on white.

    Raises:
        BadRequest: when the ending is not known or the place cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadRequest(f"{path.name} is not a kind of picture that can be written.", hint="Use .png, .webp or .jpg.")
    image = Image.fromarray(pixels)
    with replace_file(path) as draft:
        if suffix == ".png":
            image.save(draft, "PNG", pnginfo=png_info_of(recipe) if recipe else None, compress_level=6)
        elif suffix == ".webp":
            image.save(draft, "WEBP", lossless=True, exact=True, exif=exif_of(recipe) if recipe else b"")
        else:
            flat = Image.new("RGB", image.size, "white")
            flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
            flat.save(draft, "JPEG", quality=95, subsampling=0, exif=exif_of(recipe) if recipe else b"")


def _open(path: Path, side: int = LARGEST_SIDE) -> Image.Image:
    if not path.exists():
        raise BadPicture(f"{path} does not exist.", hint="Check the name.")
    if path.is_dir():
        raise BadPicture(f"{path} is a folder, not a picture.", hint="Give a file.")
    if path.stat().st_size == 0:
        raise BadPicture(f"{path} is empty.", hint="Save the picture again.")
    with _Decoding(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = Image.open(path)
    width, height = image.size
    if max(width, height) > side:
        image.close()
        raise BadPicture(f"{path} is {width}x{height}.", hint=f"Sides up to {side} can be used; scale it down.")
    if min(width, height) < 1:
        image.close()
        raise BadPicture(f"{path} has no pixels.", hint="Save the picture again.")
    return image


class _Decoding:
    """Turns whatever Pillow raises on a broken file into one sentence."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BadRequest) or not isinstance(error, Exception):
            return
        if isinstance(error, UnidentifiedImageError):
            raise BadPicture(f"{self.path} is not a picture.", hint="PNG, JPEG, WebP, GIF, BMP and TIFF can be read.")
        if isinstance(error, Image.DecompressionBombError):
            raise BadPicture(f"{self.path} is enormous.", hint=f"Sides up to {LARGEST_SIDE} can be used.")
        raise BadPicture(
            f"{self.path} is broken or cut off.", hint="Save the picture again.", detail=str(error)
        ) from error


def _eight_bit(image: Image.Image, path: Path, notes: list[str]) -> Image.Image:
    """RGB or RGBA from any mode."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        notes.append(f"{path.name} has more than 8 bits a channel; they are reduced to 8.")
        image = _reduced(image)
    transparent = "A" in image.getbands() or "transparency" in image.info or image.mode in ("PA", "La", "RGBa")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        image = _in_srgb(image, profile)
    return image.convert("RGBA" if transparent else "RGB")


def _reduced(image: Image.Image) -> Image.Image:
    """Integers of 16 or 32 bits and floats to 8 bits, by the range they use."""
    values = np.asarray(image).astype(np.float64)
    if image.mode == "F":
        top = 1.0 if np.nanmax(values) <= 1 else 255.0 if np.nanmax(values) <= 255 else 65535.0
    else:
        top = 65535.0 if image.mode.startswith("I;16") or values.max() > 255 else 255.0
    return Image.fromarray(np.round(np.clip(np.nan_to_num(values) / top, 0, 1) * 255).astype(np.uint8))


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the embedded profile means them; left alone when the profile is broken."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
