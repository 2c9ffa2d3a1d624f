"""Write beside, flush, then replace: a file or folder is either the old one or the new one, never half of either."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inference.errors import BadRequest

LONGEST_PREFIX = 24
"""Letters of a file's name that its draft's name begins with: a name may be as long as the disk allows."""


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


UMASK = _umask()
"""Asked for once: it can only be read by changing it, and two threads at that would leave it changed."""


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; ``path`` becomes that file when the block ends well. A link stays a link.

    Raises:
        BadRequest: when the folder cannot be made or written.
    """
    with _explained(path):
        path = Path(os.path.realpath(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:LONGEST_PREFIX]}-", suffix=path.suffix)
        os.close(handle)
        draft = Path(name)
        try:
            yield draft
            _flush(draft)
            draft.chmod(0o666 & ~UMASK)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def replace_folder(path: Path) -> Iterator[Path]:
    """Yield an empty folder to fill; ``path`` becomes that folder when the block ends well.

    Raises:
        BadRequest: when a file is in the way or the place cannot be written.
    """
    with _explained(path):
        if path.exists() and not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:LONGEST_PREFIX]}-"))
        old = draft.with_name(draft.name + ".old")
        try:
            yield draft
            draft.chmod(0o777 & ~UMASK)
            if path.exists():
                path.rename(old)
            draft.rename(path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if old.exists() and not path.exists():
                old.rename(path)
            shutil.rmtree(old, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in UTF-8."""
    with replace_file(path) as draft:
        draft.write_text(text, "utf-8")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "Make room there, or choose another place." if full else "Choose another place."
        raise BadRequest(f"{path} could not be written: {reason}.", hint=hint, detail=str(error)) from error


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
