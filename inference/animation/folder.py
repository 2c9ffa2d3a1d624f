"""An animation on disk: ``animation.json``, ``frames/000000.png`` ... with ``frames.jsonl``, the clip that it restyles
in ``clip/``, and what its base starts from in ``sources/``. Command line and window read and write the same folders.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from inference.alpha import Pixels
from inference.animation.animation import Animation
from inference.animation.animation_json import animation_as_json, animation_from_json
from inference.animation.frame_log import FrameLog, Line, State, file_sha
from inference.errors import BadRequest
from inference.files import replace_file, write_text
from inference.metadata import png_info_of
from inference.pictures import read_picture
from inference.recipe import Recipe
from inference.source_files import get_source, put_source

FILE, FRAMES, LOG, CLIP, SOURCES, KEPT = "animation.json", "frames", "frames.jsonl", "clip", "sources", "kept"
TIMES = "times.json"


class AnimationFolder:
    """An animation's folder. Every frame is on disk, whole or not at all, as soon as it is kept. One program at a time
    writes, one thread of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log: FrameLog | None = None
        self._hashed: dict[Path, tuple[tuple[int, int], str]] = {}

    @property
    def exists(self) -> bool:
        """True when there is an animation in it."""
        return (self.path / FILE).is_file()

    def save(self, animation: Animation) -> None:
        """Write what makes the frames."""
        said = animation_as_json(animation, partial(put_source, self.path / SOURCES))
        write_text(self.path / FILE, json.dumps(said, ensure_ascii=False, indent=1) + "\n")

    def load(self) -> Animation:
        """Read it.

        Raises:
            BadRequest: when there is none, or it is damaged or from a newer version.
        """
        try:
            said = json.loads((self.path / FILE).read_text("utf-8"))
        except FileNotFoundError:
            raise BadRequest(
                f"There is no animation in {self.path}.", hint=f"Choose a folder with an {FILE}."
            ) from None
        except (OSError, ValueError, RecursionError) as error:
            raise BadRequest(
                f"{self.path / FILE} cannot be read.", hint="The frames are in frames/.", detail=repr(error)
            ) from error
        return animation_from_json(said, partial(get_source, self.path / SOURCES))

    def times(self, count: int, rate: Fraction) -> list[Fraction]:
        """How long each frame is shown, in seconds: as was said, else by the rate."""
        path = self.path / TIMES
        if not path.is_file():
            return [1 / rate] * count
        try:
            said = [Fraction(text) for text in json.loads(path.read_text("utf-8"))]
        except (OSError, ValueError, TypeError, ZeroDivisionError) as error:
            raise BadRequest(f"{path} cannot be read.", hint="Delete it for even times.", detail=repr(error)) from error
        return [*said, *[1 / rate] * count][:count]

    def save_times(self, times: Sequence[Fraction]) -> None:
        """Say how long each frame is shown, where that is not even."""
        write_text(self.path / TIMES, json.dumps([str(each) for each in times]) + "\n")

    # Frames

    @property
    def log(self) -> FrameLog:
        """What was made, read once."""
        if self._log is None:
            self._log = FrameLog.read(self.path / LOG)
        return self._log

    def frame_path(self, frame: int) -> Path:
        """Where a frame lies."""
        return self.path / FRAMES / f"{frame:06d}.png"

    def sha(self, frame: int) -> str:
        """SHA-256 of a frame's file, "" without one; a file that has not changed is read once."""
        return self._sha(self.frame_path(frame))

    def _sha(self, path: Path) -> str:
        try:
            about = path.stat()
        except FileNotFoundError:
            return ""
        stamp = (about.st_mtime_ns, about.st_size)
        if self._hashed.get(path, (None, ""))[0] != stamp:
            self._hashed[path] = (stamp, file_sha(path))
        return self._hashed[path][1]

    def state(self, frame: int, key: str) -> State:
        """What a frame is whose picture would be named by ``key``."""
        return self.log.state(frame, key, self.sha(frame))

    def read(self, frame: int) -> Pixels:
        """A frame: (height, width, 4) bytes with straight alpha. Raises BadPicture when it is missing or damaged."""
        return with_alpha(read_picture(self.frame_path(frame)).pixels)

    def keep(self, frame: int, key: str, pixels: Pixels, recipe: Recipe | None = None) -> Path:
        """Put a frame in its place; what somebody painted there goes to ``kept``.

        Raises:
            BadRequest: when the folder cannot be written.
        """
        return self._place(frame, key, _png(pixels, recipe))

    def copy(self, frame: int, key: str, other: int) -> Path:
        """The same picture as another frame's."""
        return self._place(frame, key, self.frame_path(other).read_bytes())

    def _place(self, frame: int, key: str, content: bytes) -> Path:
        path = self.frame_path(frame)
        if self.state(frame, key) is State.EDITED:
            self._keep_aside(path)
        self.log.add(frame, Line(key, hashlib.sha256(content).hexdigest()))
        with replace_file(path) as draft:
            draft.write_bytes(content)
        self._hashed.pop(path, None)
        return path

    def put(self, frame: int, pixels: Pixels) -> Path:
        """Make somebody's own picture a frame: it is kept until it is made again on purpose. What somebody had painted
        there before goes to ``kept``.

        Raises:
            BadRequest: when the folder cannot be written.
        """
        self.put_aside(frame)
        path = self.frame_path(frame)
        with replace_file(path) as draft:
            draft.write_bytes(_png(pixels, None))
        self._hashed.pop(path, None)
        return path

    def put_aside(self, frame: int) -> bool:
        """Move what somebody painted on a frame to ``kept``, so that it is made again; False for what we made."""
        if self.state(frame, "") is not State.EDITED:
            return False
        self._keep_aside(self.frame_path(frame))
        return True

    def _keep_aside(self, path: Path) -> None:
        aside = self.path / KEPT / path.name
        number = 2
        while aside.exists():
            aside, number = self.path / KEPT / f"{path.stem}-{number}.png", number + 1
        aside.parent.mkdir(parents=True, exist_ok=True)
        path.replace(aside)

    # The clip

    def clip_path(self, frame: int) -> Path:
        """Where a frame of the clip that is restyled lies."""
        return self.path / CLIP / f"{frame:06d}.png"

    def clip_sha(self, frame: int) -> str:
        """SHA-256 of a frame of the clip; "" without one."""
        return self._sha(self.clip_path(frame))

    def read_clip(self, frame: int) -> Pixels:
        """A frame of the clip: (height, width, 4) bytes. Raises BadPicture when it is missing."""
        return with_alpha(read_picture(self.clip_path(frame)).pixels)

    def keep_clip(self, frame: int, pixels: Pixels) -> None:
        """Write a frame of the clip; one that is there already is left alone."""
        content = _png(pixels, None, level=1)
        if self.clip_sha(frame) == hashlib.sha256(content).hexdigest():
            return
        with replace_file(self.clip_path(frame)) as draft:
            draft.write_bytes(content)


def with_alpha(pixels: Pixels) -> Pixels:
    """RGBA of RGB or RGBA."""
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def _png(pixels: Pixels, recipe: Recipe | None, level: int = 6) -> bytes:
    buffer = io.BytesIO()
    pnginfo = png_info_of(recipe) if recipe else None
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=pnginfo, compress_level=level)
    return buffer.getvalue()
