"""What came of a batch: JSON for programs, a page for people, a contact sheet; the same bytes for the same results."""

from __future__ import annotations

import dataclasses
import html
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from inference.batch import OWN, Batch, Entry
from inference.consistency import COMPONENTS
from inference.files import write_text
from inference.pictures import read_picture, write_picture
from inference.sheets import contact_sheet

MOST_ON_SHEET = 200
_CELL, _COLUMNS = 128, 8
_STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1100px;padding:0 1rem}
body{background:#26282c;color:#e6e7e9}
h1{font-size:1.4rem;margin:0 0 .2rem}p{color:#9aa0a8;margin:.2rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
table{border-collapse:collapse;width:100%}td,th{padding:.4rem .6rem;text-align:left;border-bottom:1px solid #3a3d43}
th{color:#9aa0a8;font-weight:500}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
img{width:72px;height:72px;object-fit:contain;display:block;
background:repeating-conic-gradient(#4a4a4a 0 25%,#5c5c5c 0 50%) 0 0/16px 16px}
.bad{color:#ff9d8a}.name{overflow-wrap:anywhere}
"""


def write_report(batch: Batch, title: str) -> None:
    """Write report.json, report.html and sheet.png beside the manifest; what is the same already stays untouched."""
    entries = ordered(batch.entries.values())
    folder = batch.out / OWN
    said = {
        "title": title,
        "template": batch.template,
        "gate": batch.gate,
        "made": sum(not e.error for e in entries) - sum(e.rejected for e in entries),
        "rejected": [e.name for e in entries if e.rejected],
        "unreadable": {e.name: e.error for e in entries if e.error},
        "weights": batch.belonging.weights if batch.belonging else None,
        "pictures": [dataclasses.asdict(e) for e in entries if not e.error],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    page, sheet = folder / "report.html", folder / "sheet.png"
    done = [e for e in entries if not e.error]
    if _same(folder / "report.json", text) and page.exists() and (sheet.exists() or not done):
        return
    if done:
        shown = done[:MOST_ON_SHEET]
        more = f" · first {MOST_ON_SHEET} of {len(done)}" if len(done) > MOST_ON_SHEET else ""
        pixels = [read_picture(batch.path_of(e)).pixels for e in shown]
        columns = min(_COLUMNS, max(4, len(shown)))
        write_picture(
            sheet, contact_sheet(pixels, [_label(e) for e in shown], columns=columns, title=title + more, cell=_CELL)
        )
    write_text(page, _page(batch, entries, title))
    write_text(folder / "report.json", text)  # last: it says that the others are whole


def ordered(entries: Iterable[Entry]) -> list[Entry]:
    """Those that belong best first; without a measure by name; what could not be made last."""
    return sorted(entries, key=lambda e: (bool(e.error), -(e.score or 0.0), e.name))


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_bytes() == text.encode()


def _label(entry: Entry) -> str:
    stem = Path(entry.target).stem
    return stem if entry.score is None else f"{entry.score:.2f}{' ×' if entry.rejected else ''} {stem}"


def _page(batch: Batch, entries: Sequence[Entry], title: str) -> str:
    done, broken = [e for e in entries if not e.error], [e for e in entries if e.error]
    rejected = sum(e.rejected for e in done)
    counts = f"{len(done)} pictures made"
    if batch.gate is not None:
        counts += f", {rejected} of them below the gate of {batch.gate:g} and moved to “rejected”"
    if broken:
        counts += f"; {len(broken)} could not be made"
    measured = batch.belonging is not None
    heads = ["<th>source", "<th>result", "<th>name", "<th>prompt"]
    if measured:
        heads += ['<th class="n">score', *(f'<th class="n">{name}' for name in COMPONENTS)]
    heads.append('<th class="n">outline change')
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><h1>{html.escape(title)}</h1><p>{counts}.</p>",
    ]
    if measured:
        parts.append("<p>1 is as near to the references as can be; 0.8 as near as they are to each other.</p>")
    if broken:
        rows = "".join(
            f'<tr><td class="name">{html.escape(e.name)}<td class="bad">{html.escape(e.error)}' for e in broken
        )
        parts.append(f"<h2>Could not be made</h2><table><tr><th>name<th>why{rows}</table>")
    rows = "".join(_row(batch, e, measured) for e in done)
    parts.append(f"<h2>Pictures</h2><table><tr>{''.join(heads)}{rows}</table></html>\n")
    return "\n".join(parts)


def _row(batch: Batch, entry: Entry, measured: bool) -> str:
    sources = {asset.name: asset.source for asset in batch.assets}
    images = (sources[entry.name], batch.path_of(entry))
    cells = [f'<td><img loading="lazy" alt="" src="{html.escape(_link(path, batch.out / OWN))}">' for path in images]
    cells += [f'<td class="name">{html.escape(entry.target)}', f"<td>{html.escape(entry.prompt)}"]
    if measured and entry.score is not None and entry.components is not None:
        bad = " bad" if entry.rejected else ""
        cells.append(f'<td class="n{bad}">{entry.score:.2f}{" rejected" if entry.rejected else ""}')
        cells += [f'<td class="n">{entry.components[name]:.2f}' for name in COMPONENTS]
    cells.append(f'<td class="n">{entry.outline_change:.2f}')
    return f"<tr>{''.join(cells)}\n"


def _link(path: Path, start: Path) -> str:
    """Relative where it can be (not across drives of Windows)."""
    try:
        return quote(Path(os.path.relpath(path, start)).as_posix())
    except ValueError:
        return path.resolve().as_uri()
