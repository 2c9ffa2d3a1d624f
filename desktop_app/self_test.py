"""self-test: open the window offscreen, make and inpaint a picture, export clips, and report how all of it went.

What an installed program is asked when something is wrong with it, and what a package has to pass. The user's own
documents, preferences and models are not touched: only whether their folders can be written is looked at.
"""

# ruff: noqa: PLC0415 (help is there at once, and a machine without a display needs no Qt)

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inference.errors import GouacheError
from inference.files import write_text
from inference.resources import RESOURCES, cache_folder, user_folder
from inference.version import VERSION

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop_app.results import Result
    from desktop_app.studio import Studio

HELP = "open the window offscreen, make and inpaint a picture, export clips, and say whether all is well"
PACKAGES = (
    "PySide6_Essentials", "av", "diffusers", "numpy", "onnx", "onnxruntime", "onnxruntime-gpu",
    "opencv-python-headless", "pillow", "tokenizers", "torch", "transformers",
)  # fmt: skip
"""Whose versions are reported."""
PATIENCE = 1200
"""Seconds that a picture may take."""
PROMPT, STYLE, STEPS, SEED = "a red apple", "fluent", 6, 3
INPAINTED = "a gem stone"
CLIPS = ("clip.mp4", "clip.webm", "clip.gif")
FRAMES, FRAME_TIME = 6, Fraction(1, 6)
CHANGED = 2.0
"""Grey levels by which a picture and an inpainted part must at least differ from what was there."""


class Unfit(GouacheError):
    """A step of the test did something else than it should."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one step went.

    Attributes:
        words: what was found, or what went wrong and what to do.
    """

    step: str
    passed: bool
    seconds: float
    words: str


@dataclass(kw_only=True)
class Bench:
    """What the steps hand on to each other."""

    args: argparse.Namespace
    stack: ExitStack
    workplace: Path | None = None
    studio: Studio | None = None
    device: str = "nothing"
    pictures: list[Any] = field(default_factory=list)

    @property
    def open_studio(self) -> Studio:
        """The studio.

        Raises:
            Unfit: when it did not open.
        """
        if self.studio is None:
            raise Unfit("There is no window.")
        return self.studio


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--device", default="auto", help="auto, cuda, directml, coreml or cpu (default: auto)")
    parser.add_argument("--threads", type=int, default=None, metavar="N", help="cores for the CPU")
    parser.add_argument("--report", type=Path, default=None, metavar="FILE", help="write the report there, as JSON")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(args: argparse.Namespace) -> int:
    """Go through the steps; status 0 when all have passed, 1 otherwise."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with ExitStack() as stack:
        bench = Bench(args=args, stack=stack)
        outcomes = [attempt(name, step, bench) for name, step in ORDER]
    told = report(outcomes, bench.device)
    as_json = json.dumps(told, indent=2, ensure_ascii=False)
    sys.stdout.write(f"{as_json if args.json else as_text(told)}\n")
    if args.report is not None:
        write_text(args.report, f"{as_json}\n")
    return 0 if told["passed"] else 1


def attempt(name: str, step: Callable[[Bench], str], bench: Bench) -> Outcome:
    """Do one step; whatever goes wrong becomes words."""
    start = time.perf_counter()
    try:
        passed, words = True, step(bench)
    except GouacheError as error:
        passed, words = False, f"{error} {error.detail}".strip()
    except OSError as error:
        passed, words = False, f"{error.strerror or error}: {error.filename or 'the disk'}."
    except Exception as error:  # noqa: BLE001 (the report says what no one expected, too)
        passed, words = False, f"{type(error).__name__}: {error}"
    return Outcome(step=name, passed=passed, seconds=round(time.perf_counter() - start, 2), words=words)


def report(outcomes: list[Outcome], device: str) -> dict[str, Any]:
    """Versions, providers and what happened, as plain values."""
    return {
        "passed": all(outcome.passed for outcome in outcomes),
        "version": VERSION,
        "packaged": bool(getattr(sys, "frozen", False)),
        "system": f"{platform.platform()}, Python {platform.python_version()}",
        "resources": str(RESOURCES),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "providers": _providers(),
        "device": device,
        "steps": [asdict(outcome) for outcome in outcomes],
    }


def as_text(told: dict[str, Any]) -> str:
    """The report for people."""
    kind = "packaged" if told["packaged"] else "from source"
    lines = [f"Gouache {told['version']}, {kind}, on {told['system']}"]
    lines += [f"  {name} {version}" for name, version in told["packages"].items()]
    lines.append(f"  providers of this runtime: {', '.join(told['providers'])}; in use: {told['device']}")
    for step in told["steps"]:
        mark = "ok    " if step["passed"] else "FAILED"
        lines.append(f"{mark} {step['step']:<10}{step['seconds']:6.1f} s  {step['words']}")
    lines.append("Self-test passed." if told["passed"] else "Self-test FAILED.")
    return "\n".join(lines)


# The steps, in order


def _folders(bench: Bench) -> str:
    """The user's folders can be written. From here on others are used, whatever comes of it: his are left alone."""
    try:
        places = (user_folder(), cache_folder())
    finally:
        bench.workplace = _moved_out(bench.stack)
    for folder in places:
        probe_folder(folder)
    return f"{places[0]} and {places[1]} can be written."


def _moved_out(stack: ExitStack) -> Path:
    temporary = tempfile.TemporaryDirectory(prefix="gouache-", ignore_cleanup_errors=True)
    workplace = Path(stack.enter_context(temporary))
    os.environ["GOUACHE_HOME"], os.environ["GOUACHE_CACHE"] = str(workplace / "home"), str(workplace / "cache")
    return workplace


def probe_folder(folder: Path) -> None:
    """Write some bytes into ``folder``, which is made where it is missing, and take them away.

    Raises:
        Unfit: when that cannot be done, with the reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(1 << 16))
            file.flush()
    except OSError as error:
        raise Unfit(
            f"{folder} cannot be written: {error.strerror or error}.",
            hint="Make room or allow writing there, or name other folders in GOUACHE_HOME and GOUACHE_CACHE.",
        ) from error


def _window(bench: Bench) -> str:
    if bench.workplace is None:
        raise Unfit("There is no place for the test's own files.", hint="Make room, or name a folder in TMPDIR.")
    from desktop_app.preferences import Preferences
    from desktop_app.start import application
    from desktop_app.studio import Studio, use_theme

    args = bench.args
    app = application()
    use_theme(Preferences().theme)
    studio = Studio(lambda: args.make_engine(args.device, args.threads), Preferences(language="en", autosave=0))
    bench.studio = studio
    bench.stack.callback(_closed, studio, app)
    studio.window.resize(1200, 800)
    studio.show()
    app.processEvents()
    shown = studio.window.grab().toImage()
    colours = {shown.pixel(x, y) for x in range(0, shown.width(), 7) for y in range(0, shown.height(), 7)}
    if len(colours) < 8:
        raise Unfit("The window is empty.")
    from PySide6.QtCore import qVersion

    return f"Qt {qVersion()}, {shown.width()}x{shown.height()}, {len(colours)} colours in a sample of it."


def _generate(bench: Bench) -> str:
    studio = bench.open_studio
    result = _made(studio, PROMPT)
    bench.device = studio.jobs.device.provider if studio.jobs.device else "not told"
    pixels = result.pixels
    if pixels[..., 3].max() == 0 or pixels[pixels[..., 3] > 128][:, :3].std() < CHANGED:
        raise Unfit("The picture is empty.")
    studio.apply(result)
    bench.pictures.append(_composed(studio))
    return f"'{PROMPT}', {pixels.shape[1]}x{pixels.shape[0]}, on {bench.device}."


def _inpaint(bench: Bench) -> str:
    import numpy as np

    from desktop_app.document.selecting import select_mask

    studio = bench.open_studio
    session = studio.desk.current
    if session is None or not bench.pictures:
        raise Unfit("There is no picture to inpaint.")
    height, width = bench.pictures[0].shape[:2]
    mask = np.zeros((height, width), np.uint8)
    mask[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4] = 255
    session.do(select_mask(session.document, mask))
    result = _made(studio, INPAINTED)
    studio.apply(result)
    before, after = bench.pictures[0], _composed(studio)
    outside = np.ones((height, width), bool)
    outside[result.bounds.slices] = result.coverage == 0
    if not np.array_equal(before[outside], after[outside]):
        raise Unfit("Pixels outside of the mask have changed.")
    difference = float(np.abs(before.astype(int) - after)[mask > 0].mean())
    if difference < CHANGED:
        raise Unfit(f"The masked part hardly changed ({difference:.1f} grey levels).")
    bench.pictures.append(after)
    return f"'{INPAINTED}': inside {difference:.0f} grey levels off, outside bit-identical."


def _clips(bench: Bench) -> str:
    from inference.clips.frame import Frame
    from inference.clips.writing import write_clip

    if not bench.pictures:
        raise Unfit("There are no pictures to export.")
    pictures = bench.pictures
    frames = [Frame(pictures[i % len(pictures)], FRAME_TIME) for i in range(FRAMES)]
    if bench.workplace is None:
        raise Unfit("There is no place for the test's own files.", hint="Make room, or name a folder in TMPDIR.")
    reports = [write_clip(frames, bench.workplace / name) for name in CLIPS]
    return "; ".join(f"{each.format}, {each.count} frames, {each.bytes} bytes" for each in reports) + "."


ORDER: tuple[tuple[str, Callable[[Bench], str]], ...] = (
    ("folders", _folders),
    ("window", _window),
    ("generate", _generate),
    ("inpaint", _inpaint),
    ("clips", _clips),
)


def _made(studio: Studio, prompt: str) -> Result:
    """One picture through the panel, the queue and the engine, as a click makes it."""
    from PySide6.QtCore import QEventLoop, QTimer

    panel = studio.window.generate
    panel.set_settings(replace(panel.settings, prompt=prompt, style=STYLE, steps=STEPS, seed=SEED, count=1))
    errors: list[GouacheError] = []
    loop = QEventLoop()
    studio.making.failed.connect(errors.append)
    for over in (studio.making.finished, studio.making.failed):
        over.connect(loop.quit)
    QTimer.singleShot(PATIENCE * 1000, loop, loop.quit)
    QTimer.singleShot(0, studio, studio.generate)
    loop.exec()
    studio.making.failed.disconnect(errors.append)
    if errors:
        raise errors[0]
    session = studio.desk.current
    if session is None or not session.results.runs or not session.results.runs[-1].results:
        raise Unfit(f"No picture came within {PATIENCE} seconds.")
    return session.results.runs[-1].results[-1]


def _composed(studio: Studio) -> Any:
    assert studio.desk.current is not None
    return studio.desk.current.document.compose().copy()


def _closed(studio: Studio, app: QApplication) -> None:
    from PySide6.QtCore import QEvent

    studio.close()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _providers() -> list[str]:
    """What this build of the runtime knows; the engine, which has imported it, is the one to know."""
    runtime = sys.modules.get("onnxruntime")
    return list(runtime.get_available_providers()) if runtime else []


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
