"""What came of a batch: JSON for programs, a page for people, a contact sheet; the same bytes for the same results."""

from __future__ import annotations

import dataclasses
import html
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from inference.batch import OWN, Batch, Entry
from inference.consistency import COMPONENTS
from inference.files import write_text
from inference.pictures import read_picture, write_picture
from inference.sheets import contact_sheet

MOST_ON_SHEET = 200
LOSS = 0.05
"""Of a score, from which the component that costs it is marked."""
_CELL, _COLUMNS = 128, 8
_STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1100px;padding:0 1rem}
body{background:#26282c;color:#e6e7e9}
h1{font-size:1.4rem;margin:0 0 .2rem}p{color:#9aa0a8;margin:.2rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
table{border-collapse:collapse;width:100%}td,th{padding:.4rem .6rem;text-align:left;border-bottom:1px solid #3a3d43}
th{color:#9aa0a8;font-weight:500}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
img{width:96px;height:96px;object-fit:contain;display:block;
background:repeating-conic-gradient(#4a4a4a 0 25%,#5c5c5c 0 50%) 0 0/16px 16px}
.bad{color:#ff9d8a}.name{overflow-wrap:anywhere}th small{display:block;font-weight:400}.weak{color:#e0a243}
.pill{background:#4a2f2c;color:#ff9d8a;border-radius:9px;padding:1px 8px;font-size:12px;display:block;margin-top:2px}
"""


def write_report(batch: Batch, title: str) -> None:
    """Write report.json, report.html and sheet.png beside the manifest; what is the same already stays untouched."""
    entries = ordered(batch.entries.values())
    folder = batch.out / OWN
    said = {
        "title": title,
        "template": batch.template,
        "post": batch.post.as_json(),
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
        rejected = [i for i, e in enumerate(shown) if e.rejected]
        labels = [_label(e) for e in shown]
        picture = contact_sheet(pixels, labels, columns=columns, title=title + more, cell=_CELL, marked=rejected)
        write_picture(sheet, picture)
    write_text(page, _page(batch, entries, title))
    write_text(folder / "report.json", text)  # last: it says that the others are whole


def ordered(entries: Iterable[Entry]) -> list[Entry]:
    """Those that belong best first; without a measure by name; what could not be made last."""
    return sorted(entries, key=lambda e: (bool(e.error), -(e.score or 0.0), e.name))


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_bytes() == text.encode()


def _label(entry: Entry) -> str:
    stem = Path(entry.target).stem
    return stem if entry.score is None else f"{entry.score:.2f} {stem}"


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
    if batch.belonging is not None:
        weights = batch.belonging.weights
        parts = [f'<th class="n">{name}<small>{weights[name]:.0%}</small>' for name in COMPONENTS]
        heads += ['<th class="n">score', *parts]
    heads.append('<th class="n" title="1 minus the overlap of the silhouettes of source and result">shape changed')
    name, _, recipe = html.escape(title).partition(" · ")
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><h1>{name}</h1><p>{recipe}</p><p>{counts}.</p>",
    ]
    if measured:
        parts.append(
            "<p>1 is as near to the references as can be; 0.8 as near as they are to each other. Below each part"
            ' stands how much it counts; <span class="weak">in colour</span> is what costs a picture most.</p>'
        )
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
        pill = '<span class="pill">rejected</span>' if entry.rejected else ""
        cells.append(f'<td class="n">{entry.score:.2f}{pill}')
        weak = _weakest(batch, entry.components)
        cells += [f'<td class="n{" weak" if name == weak else ""}">{entry.components[name]:.2f}' for name in COMPONENTS]
    cells.append(f'<td class="n">{entry.outline_change:.2f}')
    return f"<tr>{''.join(cells)}\n"


def _weakest(batch: Batch, components: Mapping[str, float]) -> str:
    """The component that takes most from a score; "" when none takes a twentieth."""
    assert batch.belonging is not None
    lost = {name: batch.belonging.weights[name] * (1 - value) for name, value in components.items()}
    name = max(COMPONENTS, key=lambda each: lost[each])
    return name if lost[name] >= LOSS else ""


def _link(path: Path, start: Path) -> str:
    """Relative where it can be (not across drives of Windows)."""
    try:
        return quote(Path(os.path.relpath(path, start)).as_posix())
    except ValueError:
        return path.resolve().as_uri()
