"""Whether a window can be shown here: found out before Qt, which ends the process when it cannot."""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path


def missing_display() -> str | None:
    """Why no window can be shown, in one sentence; None when one can."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if os.environ.get("WAYLAND_DISPLAY"):
        return None
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "There is no display here (DISPLAY and WAYLAND_DISPLAY are not set)."
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local is not None and not _answers(int(local[1])):
        return f"The display {display} does not answer."
    return None


def _answers(number: int) -> bool:
    """True when an X server of this machine listens."""
    path = f"/tmp/.X11-unix/X{number}"
    for address in (f"\0{path}", path):
        if not address.startswith("\0") and not Path(address).exists():
            continue
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(address)
            except OSError:
                continue
            return True
    return False
