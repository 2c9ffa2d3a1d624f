"""The command that opens the studio. Light: Qt is imported when it runs."""

# ruff: noqa: PLC0415 (help is there at once, and a machine without a display needs no Qt)

from __future__ import annotations

import argparse
import logging
import logging.handlers
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from desktop_app.display import missing_display
from inference.errors import BadRequest, EngineFailed
from inference.resources import RESOURCES, user_folder
from inference.version import VERSION

if TYPE_CHECKING:
    from PySide6.QtCore import QSocketNotifier
    from PySide6.QtWidgets import QApplication

    from desktop_app.studio import Studio

HELP = "open the studio: the main job"
LOG_BYTES = 1 << 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="documents and pictures to open")
    parser.add_argument("--device", default=None, help="auto, cuda, directml, coreml or cpu; default: the preferences'")
    parser.add_argument("--threads", type=int, default=None, metavar="N", help="cores for the CPU")
    parser.add_argument("--language", default=None, help="en or zh_CN; default: the preferences', else the system's")
    parser.add_argument("--theme", choices=("dark", "light"), default=None, help="default: the preferences'")


def run(args: argparse.Namespace) -> int:
    """Open the window and stay until it is closed.

    Raises:
        BadRequest: when no window can be shown here.
    """
    reason = missing_display()
    if reason is not None:
        raise BadRequest(reason, hint="Run it on a desktop, or use the commands (--help).")
    log_to_file()
    app, studio = open_studio(args)
    notifier = _end_on_signals(studio)
    try:
        return app.exec()
    finally:
        if notifier is not None:
            notifier.setEnabled(False)
        studio.leave()  # the display went away, or worse: whoever closed the window was asked before


def open_studio(args: argparse.Namespace) -> tuple[QApplication, Studio]:
    """The application and its studio, shown."""
    from dataclasses import replace

    app = application()

    from desktop_app import language, preferences
    from desktop_app.asked_files import AskedFiles
    from desktop_app.studio import Studio, use_language, use_theme

    notes: list[str] = []
    wanted = preferences.load(notes)
    if args.language is not None:
        if args.language not in language.LANGUAGES:
            raise BadRequest(
                f"There is no language '{args.language}'.", hint=f"Known: {', '.join(language.LANGUAGES)}."
            )
        wanted = replace(wanted, language=args.language)
    if args.theme is not None:
        wanted = replace(wanted, theme=args.theme)
    use_theme(wanted.theme)
    problem = use_language(wanted.language)
    device = args.device or wanted.device
    threads = args.threads if args.threads is not None else wanted.threads
    studio = Studio(lambda: args.make_engine(device, threads), wanted)
    _show_what_fails(studio)
    for note in (*notes, *([problem] if problem else [])):
        studio.tell(note)
    studio.show()
    AskedFiles(app, studio).asked.connect(studio.filing.open_path)
    for file in args.files:
        studio.filing.open_path(file)
    return app, studio


def application() -> QApplication:
    """Qt's application, with its names."""
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("gouache")
    app.setApplicationDisplayName("")
    app.setApplicationVersion(VERSION)
    app.setDesktopFileName("gouache")
    app.setWindowIcon(QIcon(str(RESOURCES / "icons" / "gouache.png")))
    return app


def log_to_file() -> None:
    """Warnings and errors go to ``gouache.log`` in the user's folder."""
    folder = user_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "gouache.log", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)


def _show_what_fails(studio: Studio) -> None:
    """What no one caught is logged and shown; the program goes on."""
    log = logging.getLogger("gouache")

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            studio.leave()
            return
        log.error("not caught", exc_info=(kind, error, trace))
        studio.fail(
            EngineFailed(
                f"Something went wrong: {error or kind.__name__}.",
                hint="Save your work; if it happens again, send us the log.",
                detail=str(user_folder() / "gouache.log"),
            )
        )

    sys.excepthook = show


def _end_on_signals(studio: Studio) -> QSocketNotifier | None:
    """Ctrl+C, and the system's wish to end the program, leave unsaved documents for the next start.

    Python's handlers run only when Python runs: a byte in a socket makes Qt wake up.
    """
    from PySide6.QtCore import QSocketNotifier

    if sys.platform == "win32":
        return None
    here, there = socket.socketpair()
    here.setblocking(False)
    there.setblocking(False)
    signal.set_wakeup_fd(there.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    notifier = QSocketNotifier(here.fileno(), QSocketNotifier.Type.Read, studio)
    left: Callable[[], None] = studio.leave
    notifier.activated.connect(lambda *_: (here.recv(64), left()))
    notifier.setProperty("sockets", [here, there])
    return notifier
