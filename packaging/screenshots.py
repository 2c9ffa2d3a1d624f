"""A session in a real window, with pictures of it: opens, paints, inpaints, applies, saves, and looks at each step.

    make screenshots                 writes docs/images/studio-*.png (under xvfb-run where there is no display)

The mouse and the keys are Qt's events in a window on an X server; the model is the embedded one. It ends with an error
when what should have happened did not.
"""

from __future__ import annotations

import argparse
import os
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


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--suffix", default="", help="added to the names, for other sizes")
    args = parser.parse_args()
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
        studio.close()

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

    def shoot(self, name: str) -> None:
        """A picture of the window as the X server has it."""
        self.rest(0.25)
        path = self.out / f"studio-{name}{self.suffix}.png"
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

    def wait(self, done: Callable[[], bool]) -> None:
        """Until something is so."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise SystemExit("what should have happened did not")
            self.app.processEvents()
            time.sleep(0.002)


if __name__ == "__main__":
    sys.exit(main())
