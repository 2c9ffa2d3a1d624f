"""The report of an evaluation: JSON that is compared across runs, and the same in words for a model card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.errors import BadRequest
from inference.files import write_text

FORMAT, VERSION = "gouache-evaluation", 1
REPORT_FILE = "report.json"
BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
"""What stands between these in a model card is replaced."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was measured.

    Attributes:
        model: name, title, hash, bytes, styles.
        judge: hash, classes, accuracy on real pictures that it has not seen, and that in the model's styles.
        dataset: pictures, held-out ones, concepts.
        settings: steps, guidance, scheduler, quick; what the measures depend on.
        metrics: by section; numbers, or tables of numbers.
        notes: what the reader has to know, a sentence each.
        missed: prompts whose concept was not among the judge's first five.
        pictures: grids, relative to the report.
        seconds: that each section took.
    """

    model: Mapping[str, Any]
    judge: Mapping[str, Any]
    dataset: Mapping[str, Any]
    settings: Mapping[str, Any]
    metrics: Mapping[str, Any]
    notes: Sequence[str] = ()
    missed: Sequence[str] = ()
    pictures: Sequence[str] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """With rounded numbers and the format's name."""
        return {"format": FORMAT, "version": VERSION, **_rounded(asdict(self))}


def write_report(folder: Path, report: Report) -> Path:
    """Write ``report.json`` and ``report.md`` in a folder; returns the first."""
    write_text(folder / REPORT_FILE, json.dumps(report.as_json(), indent=1, ensure_ascii=False) + "\n")
    write_text(folder / "report.md", in_words(report) + "\n")
    return folder / REPORT_FILE


def read_report(path: Path) -> Report:
    """Read a report, or the one in a folder.

    Raises:
        BadRequest: when it is none, or of a newer version.
    """
    path = path / REPORT_FILE if path.is_dir() else path
    try:
        said = json.loads(path.read_text("utf-8"))
        ours, newer = said.pop("format") == FORMAT, said.pop("version") > VERSION
        report = Report(**said) if ours and not newer else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{path} is no report.", hint="Make one: train evaluate.", detail=str(error)) from error
    if report is None and not ours:
        raise BadRequest(f"{path} is no report.", hint="Make one: train evaluate.")
    if report is None:
        raise BadRequest(f"{path} was made by a newer Gouache.", hint="Update the program.")
    return report


def figures(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """All numbers of nested tables, by dotted names."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from figures(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}", float(value)


def compared(reports: Sequence[Report]) -> str:
    """A table of all figures of several reports, with the difference of the last from the first.

    What makes figures incomparable (another judge, dataset or setting) is said above it.
    """
    tables = [dict(figures(report.metrics)) for report in reports]
    names = list(dict.fromkeys(name for table in tables for name in table))
    titles = [f"{report.model.get('name', '?')} {str(report.model.get('hash', ''))[:6]}".strip() for report in reports]
    rows = [["", *titles, "change"]]
    for name in names:
        values = [table.get(name) for table in tables]
        first, last = values[0], values[-1]
        change = "" if first is None or last is None else f"{last - first:+.4g}"
        rows.append([name, *("" if value is None else f"{value:.4g}" for value in values), change])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*_differences(reports), *lines])


def _differences(reports: Sequence[Report]) -> list[str]:
    asked = {
        "judge": [report.judge.get("hash") for report in reports],
        "dataset": [report.dataset.get("hash") for report in reports],
        "list of prompts": [report.settings.get("prompts") for report in reports],
        "number of steps": [report.settings.get("steps") for report in reports],
        "guidance": [report.settings.get("guidance") for report in reports],
        "extent (quick or whole)": [report.settings.get("quick") for report in reports],
    }
    return [
        f"Not measured alike: another {what}." for what, values in asked.items() if len({str(v) for v in values}) > 1
    ]


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def in_words(report: Report) -> str:
    """The report as Markdown: what stands between the markers of a model card."""
    model, judge, settings, m = report.model, report.judge, report.settings, report.metrics
    seen = judge.get("in_styles") or judge.get("accuracy", {})
    extent = "a quick subset" if settings.get("quick") else "the whole list"
    lines = [
        f"Measured with {settings.get('steps')} steps, guidance {settings.get('guidance'):g}, "
        f"{settings.get('scheduler')}, on {extent}; model `{str(model.get('hash', ''))[:12]}`. The judge is a small "
        f"classifier of {judge.get('classes')} concepts that saw real pictures only; on real pictures that it has not "
        f"seen, in the model's styles, it is right in {_percent(seen.get('top1'))} (top-1) and "
        f"{_percent(seen.get('top5'))} (top-5).",
        "",
        "| measure | value | real pictures, or what is best |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {value} | {other} |" for name, value, other in _rows(m, seen)]
    for title, table in _tables(m):
        lines += ["", f"**{title}**", "", *table]
    if report.missed:
        shown = ", ".join(report.missed[:40])
        lines += [
            "",
            f"**Missed** (not among the judge's first five): {shown}{' ...' if len(report.missed) > 40 else ''}.",
        ]
    if report.notes:
        lines += ["", *(f"- {note}" for note in report.notes)]
    return "\n".join(lines)


def _rows(m: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    ceiling = f"{_percent(seen.get('top1'))} / {_percent(seen.get('top5'))}"
    if "reconstruction" in m:
        r = m["reconstruction"]
        yield "reconstruction, PSNR on premultiplied RGBA", f"{r['psnr']:.1f} dB", "higher"
        yield "reconstruction on white", f"{r['psnr_white']:.1f} dB", "higher"
        yield "mean error of alpha", f"{r['alpha_error']:.4f}", "0"
    titles = {"known": "known concepts", "combination": "combinations", "held-out": "held-out concepts"}
    for kind, title in titles.items():
        found = m.get("fidelity", {}).get(kind)
        if found:
            yield f"{title}: top-1 / top-5", f"{_percent(found['top1'])} / {_percent(found['top5'])}", ceiling
    colour = m.get("fidelity", {}).get("colour")
    if colour:
        yield "the colour that was asked for", _percent(colour["agree"]), "100 %"
    if "kid" in m:
        yield (
            "KID x 1000",
            f"{1000 * m['kid']['kid']:.1f} ± {1000 * m['kid']['error']:.1f}",
            f"{1000 * m['kid']['halves']:.1f}",
        )
    if "diversity" in m:
        yield "diversity, distance between seeds", f"{m['diversity']['seeds']:.3f}", f"{m['diversity']['real']:.3f}"
    if "memorisation" in m:
        found = m["memorisation"]
        yield "copies of training pictures", _percent(found["copies"]), _percent(found["real_copies"])
    for name, title in (("faint", "alpha below 5 %"), ("haze", "haze away from edges"), ("holes", "holes inside")):
        if "alpha" in m:
            yield (
                f"{title}, share of pixels",
                f"{100 * m['alpha'][name]:.2f} %",
                f"{100 * m['alpha']['real'][name]:.2f} %",
            )
    if "inpainting" in m:
        found = m["inpainting"]
        yield "inpainting: pixels outside kept", _percent(found["kept"]), "100 %"
        yield "inpainting: step at the seam", f"{found['seam']:.3f}", f"{found['seam_real']:.3f}"
        yield "inpainting: top-5 of the completed picture", _percent(found["top5"]), _percent(found["top5_real"])


def _tables(m: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    levels = m.get("denoising", {}).get("held_out")
    if levels:
        other = m["denoising"].get("trained", {})
        yield (
            "Denoising loss by timestep (0 is clean, 999 pure noise)",
            [
                f"| | {' | '.join(levels)} |",
                f"|---{'|---' * len(levels)}|",
                f"| held-out | {' | '.join(f'{value:.3f}' for value in levels.values())} |",
                *([f"| training | {' | '.join(f'{value:.3f}' for value in other.values())} |"] if other else []),
            ],
        )
    steps = m.get("steps")
    if steps:
        yield (
            "Steps",
            [
                "| steps | top-1 | top-5 | KID x 1000 | seconds a picture |",
                "|---|---|---|---|---|",
                *(
                    f"| {count} | {_percent(at['top1'])} | {_percent(at['top5'])} | "
                    f"{_number(at.get('kid'), 1000, 1)} | {_number(at.get('seconds'), 1, 2)} |"
                    for count, at in steps.items()
                ),
            ],
        )
    for key, title in (("styles", "By style"), ("groups", "By group")):
        found = m.get("fidelity", {}).get(key)
        if found:
            yield (
                f"{title}, known concepts",
                [
                    "| | top-1 | top-5 | pictures |",
                    "|---|---|---|---|",
                    *(
                        f"| {name} | {_percent(at['top1'])} | {_percent(at['top5'])} | {at['pictures']} |"
                        for name, at in found.items()
                    ),
                ],
            )


def _number(value: float | None, factor: float, digits: int) -> str:
    return "-" if value is None else f"{factor * value:.{digits}f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def update_card(path: Path, report: Report) -> None:
    """Replace what stands between the markers of a model card; a card without them gets them at its end.

    Raises:
        BadRequest: when the card cannot be read or has only one of the markers.
    """
    try:
        card = path.read_text("utf-8") if path.exists() else f"# Model card: {report.model.get('title', '')}\n"
    except (OSError, ValueError) as error:
        raise BadRequest(f"{path} cannot be read.", hint="Check --card.", detail=str(error)) from error
    section = f"{BEGIN}\n{in_words(report)}\n{END}"
    if (BEGIN in card) != (END in card) or card.find(END) < card.find(BEGIN):
        raise BadRequest(f"{path} has only one of the marks {BEGIN} and {END}.", hint="Add the other one.")
    if BEGIN not in card:
        write_text(path, f"{card.rstrip()}\n\n## Evaluation\n\n{section}\n")
        return
    before, rest = card.split(BEGIN, 1)
    write_text(path, before + section + rest.split(END, 1)[1])
