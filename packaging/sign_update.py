"""Sign what is said of a new version, for "Check for an Update".

    .venv/bin/python packaging/sign_update.py --make-key KEY     # once; keep KEY safe and offline
    .venv/bin/python packaging/sign_update.py --key KEY --to update.json --notes "What is new." dist/gouache*.deb

The first writes the private key to KEY, for its owner alone to read, and the public one to resources/update-key.txt,
which goes into every package. The second names the installers with their hashes.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inference import updates
from inference.version import VERSION

SYSTEMS = {".deb": "linux-x86_64", ".zst": "linux-x86_64", ".exe": "win32-AMD64", ".dmg": "darwin-arm64"}


def main(arguments: list[str] | None = None) -> int:
    """Make a key, or sign."""
    parser = argparse.ArgumentParser(description="Sign what is said of a new version.")
    parser.add_argument("installers", nargs="*", type=Path)
    parser.add_argument("--make-key", type=Path, metavar="KEY")
    parser.add_argument(
        "--public", type=Path, default=updates.KEY_FILE, metavar="FILE", help="where the public key goes"
    )
    parser.add_argument("--key", type=Path)
    parser.add_argument("--to", type=Path, default=Path("update.json"))
    parser.add_argument("--notes", default="")
    parser.add_argument("--address", default="", help="of the folder in which the installers can be had")
    args = parser.parse_args(arguments)
    if args.make_key:
        make_key(args.make_key, args.public)
        return 0
    if not args.key:
        parser.error("name the key with --key, or make one with --make-key")
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(args.key.read_text()))
    date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
    args.to.write_text(signed(key, described(args.installers, args.notes, args.address, date)) + "\n", "utf-8")
    print(args.to)
    return 0


def make_key(private: Path, public: Path) -> None:
    """Write a new pair of keys; an older private key is not written over."""
    key = Ed25519PrivateKey.generate()
    handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(key.private_bytes_raw()).decode() + "\n")
    public.write_text(base64.b64encode(key.public_key().public_bytes_raw()).decode() + "\n", "ascii")


def described(installers: list[Path], notes: str, address: str, date: str) -> str:
    """What is signed: JSON as text."""
    told = [
        {
            "system": SYSTEMS[file.suffix],
            "name": file.name,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "address": f"{address.rstrip('/')}/{file.name}" if address else "",
        }
        for file in installers
    ]
    head = {"format": updates.FORMAT, "format_version": updates.FORMAT_VERSION, "version": VERSION, "date": date}
    return json.dumps({**head, "notes": notes, "installers": told}, ensure_ascii=False)


def signed(key: Ed25519PrivateKey, text: str) -> str:
    """The file's content: the text with its signature."""
    signature = base64.b64encode(key.sign(text.encode("utf-8"))).decode()
    return json.dumps({"signed": text, "signature": signature}, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.exit(main())
