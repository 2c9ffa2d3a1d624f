"""Find the pictures that a model should not learn from, say why, and let people overrule it.

The rules are a table of pure functions on what was measured of each picture. A rule removes or only flags; what a
person decided (``override``) stands above both. Cleaning twice changes nothing.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from inference.alpha import Pixels, premultiply
from inference.errors import BadPicture, UnknownName
from inference.files import write_text
from inference.pictures import read_picture, write_picture
from inference.sheets import contact_sheet
from training.content import content_bounds, cut, is_opaque, solid_bounds
from training.dataset import BadDataset, Dataset, Entry, Progress, pixel_hash, write_dataset
from training.licences import Sharing, licence_of
from training.likeness import FARTHEST, Likeness, likeness_of, near_duplicates

SHEET, SUMMARY = "removed.png", "clean.json"
SHEET_CELL, SHEET_COLUMNS, SHEET_MOST = 96, 12, 240
THREADS = 2
UNIFORM = 4
"""Levels by which the pixels of an empty picture may differ."""
PLAIN_SHARE, PLAIN_DISTANCE = 0.97, 14
"""Share of the border that has one colour, within this many levels, on a plain background."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the rules measure against.

    Attributes:
        smallest: pixels of the longer side of what a picture shows.
        longest: longer over shorter side of it.
        farthest: bits in which the hashes of near-duplicates may differ.
        without: tags that are not wanted.
    """

    smallest: int = 12
    longest: float = 8.0
    farthest: int = FARTHEST
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the rules need to know of a picture.

    Attributes:
        error: why it cannot be read, or "".
        hash: of the pixels, or "".
        width, height: of the picture; ``content`` likewise of the box around what it shows (0, 0 when nothing is).
        uniform: one colour and one alpha throughout.
        plain: opaque, on a background of one colour.
        likeness: None when nothing is visible.
        original: the file that it nearly repeats, or "".
    """

    error: str = ""
    hash: str = ""
    width: int = 0
    height: int = 0
    content: tuple[int, int] = (0, 0)
    uniform: bool = False
    plain: bool = False
    likeness: Likeness | None = field(default=None, repr=False)
    original: str = ""


def measure(pixels: Pixels) -> Measured:
    """Measure a picture: (height, width, 3 or 4) bytes, straight alpha."""
    bounds = content_bounds(pixels)
    height, width = pixels.shape[:2]
    return Measured(
        hash=pixel_hash(pixels),
        width=width,
        height=height,
        content=(bounds.width, bounds.height),
        uniform=bool(np.abs(pixels.astype(np.int16) - pixels[0, 0]).max() <= UNIFORM),
        plain=is_opaque(pixels) and has_plain_border(pixels),
        likeness=None if bounds.empty else likeness_of(premultiply(cut(pixels, solid_bounds(pixels)))),
    )


def has_plain_border(pixels: Pixels) -> bool:
    """The outermost pixels have one colour, or nearly all of them."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])[:, :3].astype(np.int16)
    near = np.abs(border - np.median(border, axis=0)).max(1) <= PLAIN_DISTANCE
    return bool(near.mean() >= PLAIN_SHARE)


def measure_file(path: Path) -> Measured:
    """Measure a picture file; one that cannot be read gives its error."""
    try:
        return measure(read_picture(path).pixels)
    except BadPicture as error:
        return Measured(error=error.message.replace(str(path), path.name))


Check = Callable[[Entry, Measured, Limits], str | None]


def _unreadable(_entry: Entry, measured: Measured, _limits: Limits) -> str | None:
    return measured.error or None


def _empty(_entry: Entry, measured: Measured, _limits: Limits) -> str | None:
    if measured.error:
        return None
    if not any(measured.content):
        return "nothing is visible"
    return "one colour throughout" if measured.uniform else None


def _tiny(_entry: Entry, measured: Measured, limits: Limits) -> str | None:
    width, height = measured.content
    return f"shows {width}x{height} pixels" if 0 < max(width, height) < limits.smallest else None


def _aspect(_entry: Entry, measured: Measured, limits: Limits) -> str | None:
    width, height = measured.content
    long, short = max(width, height), min(width, height)
    return f"{long / short:.0f} times as long as wide" if short and long / short > limits.longest else None


def _background(_entry: Entry, measured: Measured, _limits: Limits) -> str | None:
    return "opaque on a plain background" if measured.plain and not measured.uniform else None


def _duplicate(_entry: Entry, measured: Measured, _limits: Limits) -> str | None:
    return f"nearly the same as {measured.original}" if measured.original else None


def _unwanted(entry: Entry, _measured: Measured, limits: Limits) -> str | None:
    found = [tag for tag in entry.tags if tag in limits.without]
    return ", ".join(found) or None


def _unchosen(entry: Entry, _measured: Measured, _limits: Limits) -> str | None:
    """What ``training.choose`` said; it needs the list, so it is kept until that looks again."""
    said = (reason.partition(": ") for reason in entry.reasons)
    return next((words for name, _, words in said if name == "unchosen"), None)


def _caption(entry: Entry, _measured: Measured, _limits: Limits) -> str | None:
    return None if entry.caption.strip() else "has none"


def _licence(entry: Entry, _measured: Measured, _limits: Limits) -> str | None:
    licence = licence_of(entry.licence)
    return f"{licence.name} {licence.why}" if licence.sharing is Sharing.REFUSED else None


@dataclass(frozen=True)
class Rule:
    """A thing that can be wrong with a picture.

    Attributes:
        removes: by default it removes; else it only flags.
    """

    name: str
    words: str
    check: Check
    removes: bool = True


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("unreadable", "broken, cut off, missing or no picture", _unreadable),
        Rule("empty", "nothing visible, or one colour throughout", _empty),
        Rule("tiny", "too few pixels to learn from", _tiny),
        Rule("aspect", "too long and thin", _aspect),
        Rule("duplicate", "nearly the same as an earlier one", _duplicate),
        Rule("unwanted", "has a tag that is not wanted", _unwanted),
        Rule("unchosen", "not in the list of concepts of train choose", _unchosen),
        Rule("background", "opaque on a plain background where transparency belongs", _background, removes=False),
        Rule("caption", "nothing says what it shows", _caption, removes=False),
        Rule("licence", "keeps a model from being shareable", _licence, removes=False),
    )
}


@dataclass(frozen=True, kw_only=True)
class CleanReport:
    """What cleaning found. ``removed`` and ``flagged`` count pictures by rule; one picture may count for several."""

    pictures: int
    used: int
    removed: dict[str, int]
    flagged: dict[str, int]
    overridden: int
    seconds: float
    sheet: str | None = None


def removing(remove: Collection[str] = (), flag: Collection[str] = ()) -> frozenset[str]:
    """The names of the rules that remove, when some are told to remove or to flag only.

    Raises:
        UnknownName: for a rule that is none.
    """
    for name in (*remove, *flag):
        if name not in RULES:
            raise UnknownName("rule", name, RULES)
    return frozenset(rule.name for rule in RULES.values() if rule.removes) - set(flag) | set(remove)


def clean(
    dataset: Dataset,
    *,
    limits: Limits | None = None,
    remove: Collection[str] = (),
    flag: Collection[str] = (),
    progress: Progress = lambda *_: None,
) -> tuple[Dataset, CleanReport]:
    """Judge every picture by the rules, write the list, a contact sheet of what was removed and a summary.

    Raises:
        BadDataset: when the dataset has no pictures. UnknownName: for a rule that is none.
    """
    started = time.perf_counter()
    limits, removes = limits or Limits(), removing(remove, flag)
    if not dataset.entries:
        raise BadDataset(f"The dataset {dataset.folder} has no pictures.", hint="Add some: train collect.")
    judged = dataset.with_entries(
        judge_all(dataset.entries, _measured(dataset, progress), limits, removes),
    )
    write_dataset(judged)
    sheet = _write_sheet(judged, removes)
    report = _report(judged, removes, time.perf_counter() - started, sheet)
    write_text(judged.folder / SUMMARY, json.dumps(asdict(report), indent=2) + "\n")
    return judged, report


def judge_all(
    entries: Sequence[Entry], measured: Sequence[Measured], limits: Limits, removes: Collection[str]
) -> list[Entry]:
    """Judge all by the rules that look at one picture, then find repeats among what is left, and judge again."""
    alone = [judge(entry, facts, limits, removes) for entry, facts in zip(entries, measured, strict=True)]
    compared = with_originals(alone, measured, limits.farthest)
    return [judge(entry, facts, limits, removes) for entry, facts in zip(alone, compared, strict=True)]


def judge(entry: Entry, measured: Measured, limits: Limits, removes: Collection[str]) -> Entry:
    """The entry with what the rules have to say; a person's word is left alone."""
    said = ((name, rule.check(entry, measured, limits)) for name, rule in RULES.items())
    reasons = {name: words for name, words in said if words is not None}
    return replace(
        entry,
        hash=measured.hash,
        kept=not any(name in removes for name in reasons),
        reasons=tuple(f"{name}: {words}" for name, words in reasons.items()),
    )


def with_originals(entries: Sequence[Entry], measured: Sequence[Measured], farthest: int) -> list[Measured]:
    """The same facts with ``original`` where a picture nearly repeats another.

    Of several the one stays that a person wants, then the largest, then the earliest. What is not used for another
    reason takes nothing with it.
    """
    order = sorted(
        (i for i, facts in enumerate(measured) if facts.likeness is not None and entries[i].used),
        key=lambda i: (entries[i].override is not True, -max(measured[i].content), i),
    )
    originals = near_duplicates([likeness for i in order if (likeness := measured[i].likeness)], farthest)
    found = list(measured)
    for i, original in zip(order, originals, strict=True):
        if original is not None:
            found[i] = replace(measured[i], original=entries[order[original]].file)
    return found


def overridden(entries: Sequence[Entry], files: Collection[str], keep: bool | None) -> tuple[Entry, ...]:
    """The entries with a person's word on some: keep, remove, or None to leave it to the rules again.

    Raises:
        UnknownName: for a file that is not in the list.
    """
    known = {entry.file for entry in entries}
    for file in files:
        if file not in known:
            raise UnknownName("picture", file, known)
    return tuple(replace(entry, override=keep) if entry.file in files else entry for entry in entries)


def _measured(dataset: Dataset, progress: Progress) -> list[Measured]:
    paths = [dataset.path_of(entry) for entry in dataset.entries]
    found = []
    with ThreadPoolExecutor(THREADS) as pool:
        for measured in pool.map(measure_file, paths):
            found.append(measured)
            progress("looked at", len(found), len(paths))
    return found


def rules_of(entry: Entry) -> tuple[str, ...]:
    """The names of the rules that have something to say."""
    return tuple(reason.split(":", 1)[0] for reason in entry.reasons)


def _report(dataset: Dataset, removes: Collection[str], seconds: float, sheet: Path | None) -> CleanReport:
    counted = Counter(name for entry in dataset.entries for name in rules_of(entry))
    ordered = {name: counted[name] for name in RULES if counted[name]}
    return CleanReport(
        pictures=len(dataset.entries),
        used=len(dataset.used),
        removed={name: count for name, count in ordered.items() if name in removes},
        flagged={name: count for name, count in ordered.items() if name not in removes},
        overridden=sum(entry.override is not None for entry in dataset.entries),
        seconds=round(seconds, 2),
        sheet=sheet.name if sheet else None,
    )


def _write_sheet(dataset: Dataset, removes: Collection[str]) -> Path | None:
    """The contact sheet of what is not used, and why; rules with many examples make room for the others."""
    shown = list(_turns([entry for entry in dataset.entries if not entry.used], removes))[:SHEET_MOST]
    path = dataset.folder / SHEET
    if not shown:
        path.unlink(missing_ok=True)
        return None
    count = sum(not entry.used for entry in dataset.entries)
    title = f"{count} of {len(dataset.entries)} pictures are not used" + (
        f"; {len(shown)} of them" if len(shown) < count else ""
    )
    pictures, labels = [_thumbnail(dataset, entry) for entry in shown], [_label(entry, removes) for entry in shown]
    write_picture(path, contact_sheet(pictures, labels, columns=SHEET_COLUMNS, title=title, cell=SHEET_CELL))
    return path


def _cause(entry: Entry, removes: Collection[str]) -> str:
    return next((name for name in rules_of(entry) if name in removes), "a person")


def _turns(entries: Sequence[Entry], removes: Collection[str]) -> Iterator[Entry]:
    """As many of each cause as fit, one cause after the other."""
    by_cause: dict[str, list[Entry]] = {}
    for entry in entries:
        by_cause.setdefault(_cause(entry, removes), []).append(entry)
    share = math.ceil(SHEET_MOST / max(1, len(by_cause)))
    spare = SHEET_MOST - sum(min(share, len(each)) for each in by_cause.values())
    for each in by_cause.values():
        more = min(max(0, len(each) - share), max(0, spare))
        spare -= more
        yield from each[: share + more]


def _label(entry: Entry, removes: Collection[str]) -> str:
    return f"{_cause(entry, removes)}: {Path(entry.file).stem}"


def _thumbnail(dataset: Dataset, entry: Entry) -> Pixels:
    try:
        pixels = read_picture(dataset.path_of(entry)).pixels
    except BadPicture:
        return _cross()
    step = max(1, max(pixels.shape[:2]) // (4 * SHEET_CELL))
    return np.ascontiguousarray(pixels[::step, ::step])


def _cross() -> Pixels:
    """What stands for a picture that cannot be read."""
    lines = np.eye(SHEET_CELL, dtype=bool)
    seen = lines | lines[::-1]
    return np.dstack([np.where(seen, value, 60).astype(np.uint8) for value in (220, 70, 60)])
