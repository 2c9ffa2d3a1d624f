"""A .deb and a .tar.zst of the folder that PyInstaller made. Nothing but dpkg-deb and this interpreter is needed.

The same folder at the same SOURCE_DATE_EPOCH gives the same bytes.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
import time
from pathlib import Path

import icons

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
ICONS = ROOT / "resources" / "icons"
SIZES = (16, 32, 48, 64, 128, 256)
DEPENDS = (
    "libc6 (>= 2.36)", "libstdc++6", "libgl1", "libegl1", "libfontconfig1", "libfreetype6", "libglib2.0-0",
    "libdbus-1-3", "libx11-6", "libxcb1", "libx11-xcb1", "libxkbcommon0", "libxkbcommon-x11-0", "libxcb-cursor0",
    "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0", "libxcb-render0", "libxcb-render-util0",
    "libxcb-shape0", "libxcb-shm0", "libxcb-sync1", "libxcb-xfixes0", "libxcb-xkb1", "zlib1g",
)  # fmt: skip
"""Libraries of the desktop, that Qt's own wheel leaves to the system."""
RECOMMENDS = ("fonts-wqy-microhei | fonts-noto-cjk", "shared-mime-info", "desktop-file-utils")
CONTROL = """\
Package: gouache
Version: {version}
Architecture: amd64
Maintainer: The authors of Gouache <gouache@localhost>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Section: graphics
Priority: optional
Description: offline generative studio for designers and game artists
 Sprites and icons from words, the masked part of a picture anew, variations
 of a style, sheets and clips for a game engine. A model comes with it, more
 can be added and trained. Everything is computed on this machine: nothing is
 sent anywhere, and no network is needed.
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Gouache
Comment: The texts of all licences lie in /usr/lib/gouache/_internal/licences.

Files: *
Copyright: The authors of Gouache
License: Apache-2.0
 On Debian systems, the text of the Apache License 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
"""


def stage(program: Path, root: Path, version: str, manual: str, epoch: int) -> None:
    """Lay out the package's files under ``root``, all dated ``epoch``."""
    share = root / "usr" / "share"
    shutil.copytree(program, root / "usr" / "lib" / "gouache", symlinks=True)
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "gouache").symlink_to("../lib/gouache/gouache")
    place(share / "applications" / "gouache.desktop", (HERE / "linux" / "gouache.desktop").read_bytes())
    place(share / "mime" / "packages" / "gouache.xml", (HERE / "linux" / "gouache.xml").read_bytes())
    place(share / "metainfo" / "gouache.metainfo.xml", metainfo(version, epoch).encode())
    place(share / "man" / "man1" / "gouache.1.gz", gzip.compress(manual.encode(), 9, mtime=0))
    place(share / "doc" / "gouache" / "copyright", COPYRIGHT.encode())
    news = (ROOT / "CHANGELOG.md").read_bytes()
    place(share / "doc" / "gouache" / "changelog.gz", gzip.compress(news, 9, mtime=0))
    place(share / "icons" / "hicolor" / "scalable" / "apps" / "gouache.svg", (ICONS / "gouache.svg").read_bytes())
    for size in SIZES:
        place(share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "gouache.png", icons.drawn(size))
    date_all(root, epoch)


def place(file: Path, content: bytes) -> None:
    """Write a file and its folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def metainfo(version: str, epoch: int) -> str:
    """AppStream's description of this version."""
    text = (HERE / "linux" / "gouache.metainfo.xml").read_text("utf-8")
    return text.replace("@VERSION@", version).replace("@DATE@", time.strftime("%Y-%m-%d", time.gmtime(epoch)))


def date_all(root: Path, epoch: int) -> None:
    """One time and plain rights for everything, so that nothing depends on who built it and when."""
    for path in sorted(root.rglob("*"), reverse=True):
        if not path.is_symlink():
            runs = path.is_dir() or os.access(path, os.X_OK)
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    os.utime(root, (epoch, epoch))


def deb(program: Path, out: Path, version: str, manual: str, epoch: int) -> Path:
    """Build ``gouache_VERSION_amd64.deb`` in ``out``.

    Raises:
        subprocess.CalledProcessError: when dpkg-deb fails; its words are on stderr.
    """
    root = out / "deb"
    shutil.rmtree(root, ignore_errors=True)
    stage(program, root, version, manual, epoch)
    size = sum(file.stat().st_size for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    control = CONTROL.format(
        version=version, size=size // 1024, depends=", ".join(DEPENDS), recommends=", ".join(RECOMMENDS)
    )
    place(root / "DEBIAN" / "control", control.encode())
    date_all(root / "DEBIAN", epoch)
    target = out / f"gouache_{version}_amd64.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", str(root), str(target)]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)}, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)
    return target


def portable(program: Path, out: Path, version: str, epoch: int) -> Path:
    """Build ``gouache-VERSION-linux-x86_64.tar.zst`` in ``out``: unpack it anywhere and start ``gouache/gouache``."""
    import zstandard

    target = out / f"gouache-{version}-linux-x86_64.tar.zst"
    packer = zstandard.ZstdCompressor(level=15, write_checksum=True)

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        return entry

    with (
        target.open("wb") as file,
        packer.stream_writer(file) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.add(program, "gouache", filter=plain, recursive=True)
    return target
