"""Make the package: PyInstaller, licences, bill of materials, size report, hashes; on Linux a .deb and a .tar.zst, too.

make package                                    # all of it, into dist/
make package ARGS="--folder-only"               # the program's folder alone
make package ARGS="--out /somewhere/else"
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

import linux_packages
import manual
import size_report
import slimming
import third_party
import without_gpl

from inference.version import VERSION

BUILD = ROOT / "build" / "package"
EPOCH = 1_780_000_000
"""The time of all files where git cannot tell when its last commit was made."""


def main(arguments: list[str] | None = None) -> int:
    """Make it, and say how large it is."""
    parser = argparse.ArgumentParser(description="Make the package.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--folder-only", action="store_true", help="no .deb and no archive")
    parser.add_argument("--locked", action="store_true", help="install package.lock, by hash, into build/locked first")
    args = parser.parse_args(arguments)
    if args.locked:
        again = [str(locked()), __file__, "--out", str(args.out), *(["--folder-only"] if args.folder_only else [])]
        return subprocess.run(again, check=False).returncode
    start = time.time()
    args.out.mkdir(parents=True, exist_ok=True)
    program = freeze(args.out)
    complete(program)
    report = size_report.table(size_report.sizes(program))
    (args.out / "size-report.txt").write_text("\n".join([*report, "", *size_report.largest(program)]) + "\n")
    print("\n".join(report))
    (args.out / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in hashes(program)))
    if sys.platform == "linux" and not args.folder_only:
        for made in archives(program, args.out):
            print(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
    print(f"made in {time.time() - start:.0f} s")
    return 0


def locked() -> Path:
    """The interpreter of an environment that has exactly what the lock names, each file proved by its hash."""
    folder = ROOT / "build" / "locked"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps", "--require-hashes"]
    subprocess.run([*install, "-r", str(ROOT / "packaging" / "package.lock")], check=True)
    return python


def freeze(out: Path) -> Path:
    """Run PyInstaller; the folder that it made."""
    shutil.rmtree(out / "gouache", ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(BUILD), str(ROOT / "build.spec")]
    settled = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(epoch()), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | settled)
    return out / "gouache"


def epoch() -> int:
    """The time of the last commit: what is built from the same commit is dated alike."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said:
        return int(said)
    asked = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, check=False)
    return int(done.stdout) if done.returncode == 0 else EPOCH


def complete(program: Path) -> None:
    """What PyInstaller does not do: no GPL inside, everybody's licences, the bill of materials, one date."""
    inside = program / "_internal"
    if sys.platform == "linux":
        print("empty in place of GPL libraries:", ", ".join(without_gpl.replaced(inside / "av.libs")) or "none found")
        print("one FFmpeg for two:", ", ".join(slimming.shared(inside)) or "not possible here")
        saved = slimming.without_sources(inside) + slimming.stripped(inside)
        print(f"sources and symbols that nothing reads: {saved / 1e6:.0f} MB less")
    parts = [*third_party.distributions_of(modules(program)), *third_party.debian_packages_of(from_the_system())]
    third_party.write_licences(parts, inside / "licences")
    (inside / "sbom.cdx.json").write_text(third_party.bill_of_materials(parts, VERSION), "utf-8")
    linux_packages.date_all(program, epoch())


def modules(program: Path) -> set[str]:
    """Top-level names of all that can be imported in the package."""
    from PyInstaller.archive.readers import CArchiveReader

    name = "gouache.exe" if sys.platform == "win32" else "gouache"
    archive = CArchiveReader(str(program / name)).open_embedded_archive("PYZ.pyz")
    beside = (entry.name.split(".")[0] for entry in (program / "_internal").iterdir())
    return {each.split(".")[0] for each in archive.toc} | set(beside)


def from_the_system() -> list[str]:
    """Files of the building machine's system that PyInstaller took, as it has written them down."""
    toc = BUILD / "build" / "COLLECT-00.toc"
    return sorted(source for source in _sources(ast.literal_eval(toc.read_text("utf-8"))) if _is_system(source))


def _sources(told: object) -> Iterator[str]:
    """The sources among PyInstaller's triples (place, source, kind), however deep they lie."""
    if isinstance(told, tuple) and len(told) == 3 and all(isinstance(each, str) for each in told):
        yield told[1]
    elif isinstance(told, (list, tuple)):
        for each in told:
            yield from _sources(each)


def _is_system(source: str) -> bool:
    return source.startswith(("/lib/", "/lib64/", "/usr/lib/"))


def hashes(program: Path) -> Iterator[tuple[str, str]]:
    """Every file's path and SHA-256, in order; of a link, where it points."""
    for file in sorted(program.rglob("*")):
        name = file.relative_to(program).as_posix()
        if file.is_symlink():
            yield name, hashlib.sha256(str(file.readlink()).encode()).hexdigest()
        elif file.is_file():
            with file.open("rb") as data:
                yield name, hashlib.file_digest(data, "sha256").hexdigest()


def archives(program: Path, out: Path) -> Iterator[Path]:
    """The .deb and the portable archive."""
    from main import build_parser

    date = time.strftime("%Y-%m-%d", time.gmtime(epoch()))
    yield linux_packages.deb(program, out, VERSION, manual.page(build_parser("gouache"), date), epoch())
    yield linux_packages.portable(program, out, VERSION, epoch())


if __name__ == "__main__":
    sys.exit(main())
