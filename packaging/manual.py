"""The man page, written from the command line's own parser: what ``--help`` says and the page never differ."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from inference.version import VERSION

FILES = (
    ("~/.local/share/gouache", "Models, styles, boards, preferences and the log. GOUACHE_HOME names another folder."),
    ("~/.cache/gouache", "What can be deleted at any time. GOUACHE_CACHE names another folder."),
)


def page(parser: argparse.ArgumentParser, date: str) -> str:
    """The page in roff, section 1.

    Args:
        date: year, month and day.
    """
    lines = [f'.TH GOUACHE 1 "{date}" "Gouache {VERSION}" "User Commands"', ".SH NAME"]
    lines += [r"gouache \- an offline generative studio for designers and game artists", ".SH SYNOPSIS", ".B gouache"]
    lines += [r"[\fICOMMAND\fR [\fIARGUMENT\fR ...]]", ".SH DESCRIPTION", text(parser.description or "")]
    lines += [".PP", text(parser.epilog or ""), ".SH COMMANDS"]
    for path, command in commands(parser):
        lines += [".SS " + text(" ".join(path)), text(command.description or ""), *options(command)]
    lines += [".SH FILES"]
    for place, words in FILES:
        lines += [".TP", f".I {text(place)}", text(words)]
    return "\n".join(lines) + "\n"


def commands(
    parser: argparse.ArgumentParser, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command that does something, with the words that call it."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for name, child in group.choices.items():
            deeper = list(commands(child, (*above, name)))
            yield from deeper or [((*above, name), child)]


def options(command: argparse.ArgumentParser) -> Iterator[str]:
    """A command's arguments."""
    for action in command._actions:
        if action.help is argparse.SUPPRESS or isinstance(action, argparse._HelpAction):
            continue
        yield ".TP"
        yield r"\fB" + text(_called(action)) + r"\fR"
        yield text(_explained(action))


def _called(action: argparse.Action) -> str:
    value = action.metavar or (f"{{{','.join(map(str, action.choices))}}}" if action.choices else action.dest.upper())
    value = " ".join(value) if isinstance(value, tuple) else value
    if not action.option_strings:
        return str(value)
    return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {value}")


def _explained(action: argparse.Action) -> str:
    words = action.help or ""
    try:
        return words % {**vars(action), "prog": "gouache"}
    except (KeyError, ValueError, TypeError):
        return words


def text(words: str) -> str:
    """Words as roff: nothing in them is taken for a request or an escape."""
    escaped = re.sub(r"\s+", " ", words).replace("\\", r"\e").replace("-", r"\-").strip()
    return rf"\&{escaped}" if escaped[:1] in (".", "'") else escaped


def main() -> int:
    """Print the page."""
    from main import build_parser

    sys.stdout.write(page(build_parser("gouache"), time.strftime("%Y-%m-%d", time.gmtime())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
