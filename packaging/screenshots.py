"""A session in a real window, with pictures of it: opens, paints, inpaints, applies, saves, and looks at each step.

    make screenshots                 writes docs/images (under xvfb-run where there is no display)

The sheets of the command line are taken first, then the window's session, a variation board and a timeline.

The mouse and the keys are Qt's events in a window on an X server; the model is the embedded one. It ends with an error
when what should have happened did not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from desktop_app.canvas.view import Canvas

PATIENCE = 90
SEED = 3


CHAIN = "pixelate:cells=32 outline:width=1 shadow:blur=0,opacity=1 pad:to=power-of-two"
COMMANDS = (
    ("demo.png", "contact-sheet.png", ["demo"]),
    (
        "vary.png",
        "*-sheet.png",
        ["vary", "resources/samples/shield.png", "shield", "--seed", "5"]
        + [word for style in ("fluent", "noto", "flat", "twemoji") for word in ("--style", style)]
        + [word for strength in ("0.3", "0.5", "0.7", "0.9") for word in ("--strength", strength)],
    ),
    (
        "post-steps.png",
        "*-steps.png",
        ["post", "resources/samples/mushroom.png", "--previews", "--chain", CHAIN],
    ),
)
"""Sheets of the command line: the picture's name, the file that it is, and what makes it."""


def sheets(out: Path) -> None:
    """Take the pictures of the command line."""
    for name, wanted, command in COMMANDS:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "main.py", *command, "--out", folder], cwd=ROOT, check=True)
            (sheet,) = Path(folder).glob(wanted)
            shutil.copyfile(sheet, out / name)
        print(out / name)


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--suffix", default="", help="added to the names, for other sizes")
    parser.add_argument("--window", action="store_true", help="only those of the window")
    args = parser.parse_args()
    if not args.window:
        sheets(args.out)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"GOUACHE_HOME": home, "GOUACHE_CACHE": str(Path(home) / "cache")}
        Session(args.out, args.size, args.suffix, Path(home)).run()
    return 0


class Session:
    """One sitting at the program."""

    def __init__(self, out: Path, size: str, suffix: str, home: Path) -> None:
        from desktop_app.start import application

        self.out, self.suffix, self.home = out, suffix, home
        self.width, self.height = map(int, size.split("x"))
        self.app = application()

        from desktop_app.preferences import Preferences
        from desktop_app.studio import Studio, use_language, use_theme
        from main import make_engine

        use_theme("dark")
        use_language("en")
        self.studio = Studio(lambda: make_engine("auto", None), Preferences(language="en"))
        self.studio.show()
        self.studio.window.move(0, 0)
        self.studio.window.resize(self.width, self.height)
        handle = self.studio.window.windowHandle()
        if handle is not None:
            handle.requestActivate()  # no window manager gives it the keys
        self.rest()

    def run(self) -> None:
        """The whole story."""
        from PySide6.QtCore import Qt

        studio, window = self.studio, self.studio.window
        self.shoot("empty")
        canvas = self.open_sample()
        window.toolbox.choose("mask-brush")
        window.toolbox.options.mask_size = 70
        self.stroke(canvas, [(378, 88), (398, 78), (420, 92), (416, 116), (394, 124), (376, 108), (398, 100)])
        window.generate.prompt.setPlainText("sun")
        self.set(seed=SEED, count=4, style="fluent")
        self.wait(lambda: bool(window.generate.fields) and studio.background.busy is False)
        self.rest(0.4)
        self.shoot("mask")
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.wait(lambda: studio.jobs.running is not None and studio.jobs.running.index >= 10)
        self.rest(0.15)
        self.shoot("preview")
        self.wait(lambda: studio.jobs.running is None and not studio.jobs.waiting)
        self.rest(0.4)
        self.shoot("results")
        session = studio.desk.current
        assert session is not None
        layers = len(session.document.layers)
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        assert len(session.document.layers) == layers + 1, "the result was not applied"
        path = self.home / "island.ora"
        studio.filing.write(session, path)
        self.wait(lambda: session.path == path and not session.changed)
        self.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        self.rest(0.4)
        studio.use_language("zh_CN")
        window.generate.prompt.setPlainText("太阳")
        self.rest(0.6)
        self.shoot("chinese")
        studio.use_language("en")
        studio.use_light_theme(True)
        window.generate.prompt.setPlainText("sun")
        self.rest(0.6)
        self.shoot("light")
        studio.use_light_theme(False)
        studio.show_palette()
        self.rest(0.3)
        self.shoot("palette")
        assert studio.palette is not None
        studio.palette.dismiss()
        self.boards()
        self.timeline()
        studio.close()

    def timeline(self) -> None:
        """An apple that becomes a pear and an apple again, with its neighbours shining through."""
        from PySide6.QtCore import Qt

        from inference.animation.timeline import Repeat

        studio = self.studio
        studio.window.generate.prompt.setPlainText("a red apple")
        self.set(seed=SEED, style="fluent", steps=None)
        studio.animations.starting.from_prompt()
        view, animation = studio.animations.view, studio.animations.animation
        assert animation is not None, "there is no animation"
        none = Qt.KeyboardModifier.NoModifier
        for _ in range(12):
            self.key(Qt.Key.Key_Right, none)
        self.key(Qt.Key.Key_K, none)
        view.key_fields.prompt.setPlainText("a green pear")
        view.key_fields.easing.set_value("ease-in-out")
        view.key_fields.easing.changed.emit()
        view.whole_fields.repeat.set_value(Repeat.LOOP)
        view.whole_fields.repeat.changed.emit()
        view.make.click()
        self.wait(lambda: not animation.busy, patience=20 * PATIENCE)
        view.strip.setFocus()
        view.go(6)
        self.key(Qt.Key.Key_O, none)
        self.rest(0.6)
        self.shoot("timeline", kind="webp")

    def boards(self) -> None:
        """A board of a sample in five styles at five strengths: as a grid, compared, and by what belongs."""
        from PySide6.QtCore import Qt

        from desktop_app.welcome import SAMPLES
        from inference.board_scores import Against

        studio = self.studio
        studio.filing.open_sample(SAMPLES[1].path)
        self.wait(lambda: studio.desk.current is not None and len(studio.desk.sessions) > 1)
        studio.window.generate.prompt.setPlainText("shield")
        self.set(seed=12, style=None)
        self.rest(0.5)
        studio.actions["variations"].trigger()
        view, board = studio.boards.view, studio.boards.board
        assert board is not None, "there is no board"
        view.start.click()
        self.wait(lambda: board.progress.made == board.progress.count, patience=20 * PATIENCE)
        none = Qt.KeyboardModifier.NoModifier
        cells = [board.board.cell(*place) for place in ((1, 2), (2, 2), (2, 1))]
        board.pin(cells, True)
        view.grid.make_current((1, 2))
        self.rest(0.5)
        self.shoot("variations", kind="webp")
        view.grid.choose(cells[:2])
        self.key(Qt.Key.Key_D, none)
        self.rest(0.3)
        self.shoot("variations-compare", kind="webp")
        self.key(Qt.Key.Key_Escape, none)
        view.belongs.choose(Against.PINS)
        self.wait(lambda: bool(view.scoring.ranked) and not view.scoring.busy)
        self.key(Qt.Key.Key_S, none)
        self.rest(0.5)
        self.shoot("variations-belongs", kind="webp")

    def open_sample(self) -> Canvas:
        """The first sample, on the canvas."""
        from desktop_app.welcome import SAMPLES

        self.studio.filing.open_sample(SAMPLES[0].path)
        self.wait(lambda: self.studio.desk.current is not None)
        self.rest(0.5)
        canvas = self.studio.window.area.canvas
        assert canvas is not None
        return canvas

    def set(self, **what: object) -> None:
        """Set some of the panel's settings."""
        from dataclasses import replace

        panel = self.studio.window.generate
        panel.set_settings(replace(panel.settings, **what))  # pyright: ignore[reportArgumentType]

    def stroke(self, canvas: Canvas, points: list[tuple[float, float]]) -> None:
        """A stroke with the mouse, in document pixels."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        def at(x: float, y: float) -> QPoint:
            left, top = canvas.viewport.to_view(x, y)
            return QPoint(round(left / canvas.scale), round(top / canvas.scale))

        first, *rest = (at(*point) for point in points)
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(canvas, left, none, first)
        for point in rest:
            QTest.mouseMove(canvas, point)
            self.rest(0.02)
        QTest.mouseRelease(canvas, left, none, rest[-1])

    def key(self, key: object, held: object) -> None:
        """A key, wherever the focus is."""
        from PySide6.QtTest import QTest

        QTest.keyClick(self.app.focusWidget() or self.studio.window, key, held)  # pyright: ignore[reportCallIssue, reportArgumentType]
        self.rest(0.1)

    def shoot(self, name: str, kind: str = "png") -> None:
        """A picture of the window as the X server has it."""
        self.rest(0.25)
        path = self.out / f"{'studio-' if kind == 'png' else ''}{name}{self.suffix}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        window = self.studio.window
        window.screen().grabWindow(window.winId()).save(str(path))
        print(path)

    def rest(self, seconds: float = 0.2) -> None:
        """Let the program do what it has to do."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.002)

    def wait(self, done: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Until something is so."""
        end = time.monotonic() + patience
        while not done():
            if time.monotonic() > end:
                raise SystemExit("what should have happened did not")
            self.app.processEvents()
            time.sleep(0.002)


if __name__ == "__main__":
    sys.exit(main())
