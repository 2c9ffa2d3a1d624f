"""Is there a newer version: a signed note of the makers, read from a file or an address that the user gives.

Never asked for by itself. Nothing is sent but the request for that one address, and nothing is installed: an update is
opening the new installer. Signed with Ed25519 (RFC 8032); the public key comes with the program.
"""

from __future__ import annotations

import base64
import binascii
import http.client
import json
import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inference.errors import BadRequest
from inference.resources import RESOURCES
from inference.version import VERSION

KEY_FILE = RESOURCES / "update-key.txt"
"""The makers' public key: 32 bytes in base64, one line."""
FORMAT, FORMAT_VERSION = "gouache-update", 1
LARGEST = 1 << 18
SECONDS = 20
ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class UpdateRefused(BadRequest):
    """A note that cannot be read, or was not signed by the makers."""


@dataclass(frozen=True, kw_only=True)
class Installer:
    """One file of a version.

    Attributes:
        system: "linux-x86_64", "win32-AMD64", "darwin-arm64" ...
        address: where it can be had, or "".
    """

    system: str
    name: str
    sha256: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A version as its makers describe it.

    Attributes:
        version: three numbers with dots.
        date: year, month and day.
        notes: what is new, in a few sentences.
    """

    version: str
    date: str
    notes: str
    installers: tuple[Installer, ...]

    def is_newer(self, than: str = VERSION) -> bool:
        """True when it is newer than the version ``than``."""
        return numbers(self.version) > numbers(than)

    def installer_for(self, system: str) -> Installer | None:
        """The installer for this kind of machine, when there is one."""
        return next((each for each in self.installers if each.system == system), None)


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared.

    Raises:
        UpdateRefused: when it is not made of three numbers.
    """
    if not re.fullmatch(r"\d{1,6}\.\d{1,6}\.\d{1,6}", version):
        raise UpdateRefused(f"'{version}' is no version.", hint="Ask the makers for the file again.")
    return tuple(int(part) for part in version.split("."))


def check_for_update(place: str, key: bytes | None = None) -> Release:
    """Read the note at ``place``, a path or an address, and prove that the makers have signed it.

    Args:
        key: the makers' public key; None: that which comes with the program.

    Raises:
        UpdateRefused: it cannot be read, or is not theirs.
    """
    key = makers_key() if key is None else key
    return release_of(_fetched(place) if ADDRESS.match(place) else _read(Path(place)), key)


def makers_key(file: Path = KEY_FILE) -> bytes:
    """The public key that the program came with.

    Raises:
        UpdateRefused: it came without, as one that is run from its sources does.
    """
    try:
        key = base64.b64decode(file.read_text("ascii").strip(), validate=True)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise UpdateRefused(
            "This copy of the program does not know its makers' signature.",
            hint="Look for a newer version where you got this one.",
        )
    return key


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise _broken()
        return path.read_bytes()
    except OSError as error:
        raise UpdateRefused(
            f"{path} cannot be read: {error.strerror or error}.", hint="Choose another file."
        ) from error


def _fetched(address: str) -> bytes:
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "Gouache"})
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            raw = answer.read(LARGEST + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise UpdateRefused(
            f"{address} does not answer: {reason}.", hint="Get the file another way and choose it."
        ) from error
    if len(raw) > LARGEST:
        raise _broken()
    return raw


def release_of(raw: bytes, key: bytes) -> Release:
    """The note in these bytes, when ``key`` has signed it.

    Raises:
        UpdateRefused: it is broken, or signed by somebody else.
    """
    try:
        envelope = json.loads(raw)
        signed = envelope["signed"].encode("utf-8")
        signature = base64.b64decode(envelope["signature"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise _broken() from error
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature as error:
        raise UpdateRefused(
            "This was not signed by the makers of this program.", hint="Do not install what it points to."
        ) from error
    return _release(signed)


def _release(signed: bytes) -> Release:
    try:
        told: dict[str, Any] = json.loads(signed)
        if (told["format"], told["format_version"]) != (FORMAT, FORMAT_VERSION):
            raise UpdateRefused("This file is for another version of the program.", hint="Ask its makers.")
        fields = ("system", "name", "sha256", "address")
        installers = tuple(
            Installer(**{name: str(each.get(name, "")) for name in fields}) for each in told["installers"]
        )
        release = Release(
            version=str(told["version"]), date=str(told["date"]), notes=str(told["notes"]), installers=installers
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken() from error
    numbers(release.version)
    return release


def _broken() -> UpdateRefused:
    return UpdateRefused("This file does not say what the newest version is.", hint="Ask for the file again.")
