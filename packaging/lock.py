"""Write ``packaging/package.lock``: what a package is built with, by hash, for pip's ``--require-hashes``.

    .venv/bin/python packaging/lock.py

pip resolves the project with its ``package`` extra under ``constraints.txt``, for this system and Python. Hashes are of
the files that this machine's index offers: torch's CPU build where it has one (only that is meant to be packed).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "package.lock"
HEAD = """\
# Written by packaging/lock.py, not by hand: what the package is built with, on {system}, Python {python}.
# pip install --require-hashes --no-deps -r packaging/package.lock
"""


def main() -> int:
    """Resolve, and write the lock."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    command += [
        "--no-build-isolation",
        "-c",
        str(ROOT / "packaging" / "constraints.txt"),
        f"{ROOT}[package]",
        "setuptools",
    ]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    environment = told["environment"]
    head = HEAD.format(system=environment["sys_platform"], python=environment["python_version"])
    LOCK.write_text(head + "".join(lines(told["install"])), "utf-8")
    print(LOCK)
    return 0


def lines(installs: list[dict[str, Any]]) -> list[str]:
    """A line for each distribution but the project itself, by name."""
    found = []
    for each in installs:
        name, version = each["metadata"]["name"], each["metadata"]["version"]
        hashes = each["download_info"].get("archive_info", {}).get("hashes", {})
        if name != "gouache":
            found.append(f"{name}=={version} --hash=sha256:{hashes['sha256']}\n")
    return sorted(found, key=str.lower)


if __name__ == "__main__":
    sys.exit(main())
