"""Whose work is in a package: the distributions and system libraries in it, their licences, and a bill of materials."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sysconfig
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "licences"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors|ofl)[^/]*$", re.IGNORECASE)
SPDX = {
    "Apache 2.0": "Apache-2.0", "Apache 2.0 License": "Apache-2.0", "Apache": "Apache-2.0", "MIT License": "MIT",
    "BSD": "BSD-3-Clause", "3-Clause BSD License": "BSD-3-Clause", "BSD 2-Clause License": "BSD-2-Clause",
}  # fmt: skip
"""What packages write, as the identifier that is meant."""
NOT_INSIDE = {"gouache", "pytest"}
"""Distributions that share a module's name with what is inside, or are the program itself."""
WITHOUT_TEXT = {
    "PySide6_Essentials": ("LGPL-3.0-only", ("LGPL-3.0.txt", "GPL-3.0.txt")),
    "shiboken6": ("LGPL-3.0-only", ("LGPL-3.0.txt", "GPL-3.0.txt")),
    "tokenizers": ("Apache-2.0", ("Apache-2.0.txt",)),
    "flatbuffers": ("Apache-2.0", ("Apache-2.0.txt",)),
    "rectpack": ("Apache-2.0", ("Apache-2.0.txt",)),
}
"""Distributions that bring no text: the licence under which they are used here, and its text among ours."""
INSIDE = {
    "av": (
        ("FFmpeg", "8", "LGPL-3.0-or-later", ("LGPL-3.0.txt", "GPL-3.0.txt")),
        ("GnuTLS, GMP, Nettle, libunistring", "", "LGPL-3.0-or-later", ("LGPL-3.0.txt", "GPL-3.0.txt")),
        ("LAME", "", "LGPL-2.0-or-later", ("LAME.txt",)),
        ("OpenCORE AMR", "", "Apache-2.0", ("Apache-2.0.txt",)),
        ("SVT-AV1", "", "BSD-3-Clause-Clear", ("SVT-AV1.txt",)),
        ("dav1d", "", "BSD-2-Clause", ("dav1d.txt",)),
        ("libvpx", "", "BSD-3-Clause", ("libvpx.txt",)),
        ("libwebp", "", "BSD-3-Clause", ("libwebp.txt",)),
        ("opus", "", "BSD-3-Clause", ("opus.txt",)),
    ),
    "PySide6_Essentials": (("Qt", "", "LGPL-3.0-only", ("LGPL-3.0.txt", "GPL-3.0.txt")),),
}
"""What a distribution's wheel carries besides, that its own licence does not speak of."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Somebody's work in the package.

    Attributes:
        texts: licence files to go along.
        kind: "pypi", "deb", or "generic" for what is inside another.
    """

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...] = field(default=())
    kind: str = "pypi"

    @property
    def purl(self) -> str:
        """Its package URL."""
        name = self.name.lower().replace("_", "-") if self.kind == "pypi" else self.name.replace(" ", "%20")
        place = f"deb/debian/{name}" if self.kind == "deb" else f"{self.kind}/{name}"
        return f"pkg:{place}@{self.version}" if self.version else f"pkg:{place}"


def distributions_of(modules: Iterable[str]) -> list[Part]:
    """The distributions that these top-level modules come from, with what their wheels carry."""
    known = metadata.packages_distributions()
    names = {name for module in modules for name in known.get(module.split(".")[0], ())} - NOT_INSIDE
    parts = [_python(), *(_distribution(metadata.distribution(name)) for name in names)]
    inside = [_inside(*given) for name in names for given in INSIDE.get(name, ())]
    return sorted([*parts, *inside], key=lambda part: part.name.lower())


def _python() -> Part:
    """Python itself; its libraries are part of it."""
    text = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    return Part(
        name="Python",
        version=platform.python_version(),
        licence="PSF-2.0",
        texts=(text,) if text.is_file() else (),
        kind="generic",
    )


def _distribution(found: metadata.Distribution) -> Part:
    name = found.metadata["Name"]
    said = found.metadata.get("License-Expression") or (found.metadata.get("License") or "").strip().split("\n")[0]
    licence, ours = WITHOUT_TEXT.get(name, (SPDX.get(said, said) or _classified(found), ()))
    own = tuple(sorted(_texts(found)))
    return Part(name=name, version=found.version, licence=licence, texts=own or tuple(TEXTS / each for each in ours))


def _texts(found: metadata.Distribution) -> Iterable[Path]:
    """Licence files of a distribution: in its dist-info, or at the top of its package."""
    for file in found.files or ():
        place = file.as_posix()
        beside = place.count("/") == 1 or ".dist-info/" in place
        if (
            beside
            and (LICENCE_FILE.search(place) or place.endswith("ThirdPartyNotices.txt"))
            and file.suffix not in (".py", ".pyc")
        ):
            path = Path(str(found.locate_file(file)))
            if path.is_file():
                yield path


def _classified(found: metadata.Distribution) -> str:
    said = found.metadata.get_all("Classifier") or []
    names = [line.split("::")[-1].strip() for line in said if line.startswith("License ::")]
    return SPDX.get(names[0], names[0]) if names else "see its text"


def _inside(name: str, version: str, licence: str, texts: tuple[str, ...]) -> Part:
    return Part(name=name, version=version, licence=licence, texts=tuple(TEXTS / t for t in texts), kind="generic")


def debian_packages_of(files: Iterable[str]) -> list[Part]:
    """The Debian packages that these files of the building machine belong to."""
    if shutil.which("dpkg-query") is None:
        return []
    owners = {owner for file in files if (owner := _owner(file))}
    return sorted((_debian(name) for name in owners), key=lambda part: part.name)


def _owner(file: str) -> str:
    places = {file, str(Path(file).resolve()), str(Path(file).resolve()).removeprefix("/usr")}
    done = subprocess.run(["dpkg-query", "-S", *sorted(places)], capture_output=True, text=True, check=False)
    return done.stdout.split(":")[0].strip() if done.stdout else ""


def _debian(name: str) -> Part:
    asked = ["dpkg-query", "-W", "-f", "${Version}\n", name]
    version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split("\n")[0]
    text = Path("/usr/share/doc", name, "copyright")
    return Part(name=name, version=version, licence="see its text", texts=(text,) if text.is_file() else (), kind="deb")


def write_licences(parts: Iterable[Part], folder: Path) -> None:
    """Every text once, and who under what in which files: ``README.md`` for people, ``parts.json`` for the window."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["| part | version | licence | text |", "|---|---|---|---|"]
    written: dict[str, str] = {}
    listed = []
    for part in parts:
        names = list(dict.fromkeys(_keep_text(text, part, folder, written) for text in part.texts))
        listed.append({"name": part.name, "version": part.version, "licence": part.licence, "texts": names})
        lines.append(f"| {part.name} | {part.version} | {part.licence} | {', '.join(names)} |")
    (folder / "README.md").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "parts.json").write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _keep_text(text: Path, part: Part, folder: Path, written: dict[str, str]) -> str:
    raw = text.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if digest not in written:
        stem = text.stem if text.is_relative_to(TEXTS) else f"{part.name}-{_short(text)}"
        stem = re.sub(r"[^A-Za-z0-9.+-]+", "-", stem)
        taken = set(written.values())
        name = next(n for n in (stem, *(f"{stem}-{i}" for i in range(2, 999))) if f"{n}.txt" not in taken)
        written[digest] = f"{name}.txt"
        (folder / f"{name}.txt").write_text(raw.decode("utf-8", "replace"), "utf-8")
    return written[digest]


def _short(text: Path) -> str:
    """The last of its path that tells it apart: third parties of a wheel have folders of their own."""
    parts = text.parts
    at = max((i for i, part in enumerate(parts) if part.endswith(".dist-info") or part == "licenses"), default=-1)
    return text.stem if at < 0 else "-".join(Path(*parts[at + 1 :]).with_suffix("").parts)


def bill_of_materials(parts: Iterable[Part], version: str) -> str:
    """The package's parts as CycloneDX 1.6 JSON; the same parts give the same bytes."""
    from cyclonedx.factory.license import LicenseFactory
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    licences = LicenseFactory()
    components = [
        Component(
            type=ComponentType.LIBRARY,
            name=part.name,
            version=part.version or None,
            purl=PackageURL.from_string(part.purl),
            bom_ref=part.purl,
            licenses=[licences.make_from_string(part.licence)] if part.licence else [],
        )
        for part in parts
    ]
    bom = Bom(components=components)
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION, name="gouache", version=version, bom_ref=f"gouache@{version}"
    )
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_URL, "|".join(sorted(part.purl for part in parts)))
    told = json.loads(JsonV1Dot6(bom).output_as_string())
    told["metadata"].pop("timestamp", None)
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def by_licence(parts: Iterable[Part]) -> dict[str, list[str]]:
    """Names of parts by licence, for a look over them."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        found[part.licence].append(part.name)
    return dict(found)
