"""Brings resources/translations up to date with the sources: ``make translations``.

Collects the sentences of light modules, runs lupdate (new texts in, old ones out), fills in translations from a JSON
file when one is given, runs lrelease, and says how many texts are still without a translation.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import collect_messages

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = {"zh_CN": [], "en": ["-pluralonly"]}
"""Each language's code and what lupdate is told for it: English needs a translation only for its plurals."""
STABLE = [
    *("-no-obsolete", "-locations", "none", "-sort-messages"),
    *("-disable-heuristic", "sametext", "-disable-heuristic", "similartext"),
]
"""So that a difference of two .ts files is the difference of their texts, and nothing is guessed."""

Entries = dict[str, dict[str, str | list[str]]]
"""Translations by context and source; several forms where there is a number."""


@dataclass(frozen=True)
class Message:
    """An entry of a .ts file and the element it stands in."""

    context: str
    source: str
    comment: str
    numerus: bool
    element: ElementTree.Element

    @property
    def key(self) -> str:
        """The source, and what tells it from another of the same words."""
        return f"{self.source} // {self.comment}" if self.comment else self.source

    @property
    def forms(self) -> list[str]:
        """The translation, or its forms for numbers."""
        found = self.element.find("translation")
        if found is None:
            return []
        return [part.text or "" for part in found.findall("numerusform")] if self.numerus else [found.text or ""]

    @property
    def finished(self) -> bool:
        """True when somebody has translated it."""
        found = self.element.find("translation")
        return found is not None and found.get("type") != "unfinished" and all(self.forms)


def ts(language: str) -> Path:
    """The file that people translate."""
    return FOLDER / f"gouache_{language}.ts"


def messages(path: Path) -> Iterator[Message]:
    """All entries of a .ts file."""
    yield from _messages(ElementTree.parse(path).getroot())


def _messages(root: ElementTree.Element) -> Iterator[Message]:
    for context in root.iter("context"):
        for element in context.iter("message"):
            yield Message(
                context=context.findtext("name") or "",
                source=element.findtext("source") or "",
                comment=element.findtext("comment") or "",
                numerus=element.get("numerus") == "yes",
                element=element,
            )


def update(language: str, path: Path) -> None:
    """Have a .ts file hold exactly the texts of the sources; translations of those that stay are kept."""
    sources = sorted(str(source.relative_to(ROOT)) for source in (ROOT / "desktop_app").rglob("*.py"))
    options = [*STABLE, *LANGUAGES[language], "-source-language", "en", "-target-language", language]
    tool("lupdate", *sources, *options, "-ts", str(path))


def release(path: Path, out: Path) -> None:
    """Make the file that the program reads."""
    tool("lrelease", str(path), "-qm", str(out))


def tool(name: str, *arguments: str) -> None:
    """Run one of Qt Linguist's tools; what it says is shown only when it fails."""
    program = Path(sys.executable).with_name(f"pyside6-{name}")
    done = subprocess.run([str(program), *arguments, "-silent"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")


def unfinished(path: Path) -> Entries:
    """What is still to be translated, as ``fill`` takes it back; with a proposal where another place says the same."""
    entries = list(messages(path))
    elsewhere = {entry.key: entry.forms[0] for entry in entries if entry.finished and not entry.numerus}
    out: Entries = {}
    for entry in entries:
        if not entry.finished:
            said = entry.forms if len(entry.forms) > 1 else elsewhere.get(entry.key, "")
            out.setdefault(entry.context, {})[entry.key] = said
    return out


def fill(path: Path, entries: Entries) -> list[str]:
    """Put translations into a .ts file. Empty ones are passed over; returns those that belong to no text of it."""
    tree = ElementTree.parse(path)
    wanted = {(context, key): said for context, texts in entries.items() for key, said in texts.items() if said}
    for message in _messages(tree.getroot()):
        said = wanted.pop((message.context, message.key), None)
        if said is not None:
            _translate(message, [said] if isinstance(said, str) else said)
    tree.write(path, "utf-8", xml_declaration=True)
    return [f"{context}: {key}" for context, key in wanted]


def _translate(message: Message, forms: Sequence[str]) -> None:
    found = message.element.find("translation")
    assert found is not None
    if message.numerus:
        places = found.findall("numerusform")
        if len(places) != len(forms):
            raise SystemExit(f"{message.context}: {message.key}: it needs {len(places)} forms")
        for place, form in zip(places, forms, strict=True):
            place.text = form
    else:
        found.text = forms[0]
    if all(message.forms):
        found.attrib.pop("type", None)


def main() -> None:
    """Do it all; see the arguments."""
    parser = argparse.ArgumentParser(description="Bring the translations up to date with the sources.")
    parser.add_argument("--language", choices=LANGUAGES, default="zh_CN", help="of the two options below")
    parser.add_argument("--unfinished", metavar="JSON", type=Path, help="write what is not translated to this file")
    parser.add_argument("--fill", metavar="JSON", type=Path, help="take translations from this file")
    options = parser.parse_args()
    collect_messages.write()
    for language in LANGUAGES:
        update(language, ts(language))
        if options.fill and language == options.language:
            for unknown in fill(ts(language), json.loads(options.fill.read_text("utf-8"))):
                say(f"no such text, left out: {unknown}")
            update(language, ts(language))  # written as lupdate writes it
        release(ts(language), ts(language).with_suffix(".qm"))
        left = sum(map(len, unfinished(ts(language)).values()))
        say(f"{language}: {len(list(messages(ts(language))))} texts, {left} unfinished")
    if options.unfinished:
        entries = json.dumps(unfinished(ts(options.language)), ensure_ascii=False, indent=2)
        options.unfinished.write_text(entries + "\n", "utf-8")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
