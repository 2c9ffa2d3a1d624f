"""Open a clip: a folder of pictures, a picture file that moves, or a video, told apart by what they hold."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from inference.clips.folder import open_folder
from inference.clips.frame import Clip
from inference.clips.pictures import open_pictures
from inference.errors import BadRequest


def open_clip(path: Path, *, rate: Fraction | None = None) -> Clip:
    """Look at a clip without reading its frames. It can be used as a context manager, and read several times.

    MP4, WebM, MOV (and what else FFmpeg reads), GIF, APNG, animated WebP, and folders of numbered pictures. A still
    picture is a clip of one frame.

    Args:
        rate: frames a second of a folder without ``clip.json``; None for 12.

    Raises:
        BadRequest: when it is missing, no clip, cut off before the first frame, or has no pictures.
    """
    if path.is_dir():
        return open_folder(path, rate)
    if not path.exists():
        raise BadRequest(f"{path} does not exist.", hint="Check the name.")
    if path.stat().st_size == 0:
        raise BadRequest(f"{path} is empty.", hint="Save or download it again.")
    kind = kind_of(path)
    if kind:
        return open_pictures(path, kind)
    from inference.clips.video import open_video

    return open_video(path)


def kind_of(path: Path) -> str:
    """ "gif", "apng" (any PNG) or "webp" by the first bytes, "" for everything else."""
    with path.open("rb") as file:
        head = file.read(16)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "apng"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""
