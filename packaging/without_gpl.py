"""Take x264 and x265 out of a package on Linux: empty libraries stand in for them, so that FFmpeg still loads.

PyAV's FFmpeg is built under the LGPL, but its wheel links two encoders that are under the GPL (version 2 or later). A
package with them in it would have to be passed on under the GPL. What stands in for them opens no encoder: FFmpeg says
so, and ``inference.clips`` takes AV1. Needs a C compiler and ``nm``.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

LIBRARIES = {"libx264": "x264_", "libx265": "x265_"}
"""Each with what its functions' names begin with."""
SOURCE = """\
/* Stands in for {name}. Every function answers with nothing; what is asked for a table of functions gets these. */
static void *nothing(void) {{ return 0; }}
void *(*const table[128])(void) = {{ [0 ... 127] = nothing }};
"""
ANSWERS = {"x264_param_default_preset": "int {0}(void) {{ return -1; }}", "x264_levels": "const char {0}[4096];"}
"""Those that must fail, or are no functions; an interface of x265 is a table of functions."""


def replaced(libraries: Path) -> list[str]:
    """Replace the two in a folder of shared libraries. Returns the names of what was replaced.

    Raises:
        subprocess.CalledProcessError: when there is no compiler.
    """
    codecs = next(iter(libraries.glob("libavcodec-*")), None)
    if codecs is None:
        return []
    wanted = undefined(codecs)
    done = []
    for name, prefix in LIBRARIES.items():
        for file in sorted(libraries.glob(f"{name}-*")):
            _compile(name, [symbol for symbol in wanted if symbol.startswith(prefix)], file)
            done.append(file.name)
    return done


def undefined(library: Path) -> list[str]:
    """Symbols that a shared library takes from others."""
    listed = subprocess.run(["nm", "-D", "--undefined-only", library], capture_output=True, text=True, check=True)
    return [line.split()[-1].split("@")[0] for line in listed.stdout.splitlines()]


def source(name: str, symbols: Iterable[str]) -> str:
    """The C source of the library that stands in."""
    return SOURCE.format(name=name) + "".join(_answer(symbol) + "\n" for symbol in symbols)


def _answer(symbol: str) -> str:
    if re.match(r"x265_api_get_\d+$", symbol):
        return f"const void *{symbol}(int depth) {{ return table; }}"
    return ANSWERS.get(symbol, "void *{0}(void) {{ return 0; }}").format(symbol)


def _compile(name: str, symbols: list[str], file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        code, made = Path(folder, "empty.c"), Path(folder, "empty.so")
        code.write_text(source(name, symbols))
        soname = f"-Wl,-soname,{file.name}"
        subprocess.run(["cc", "-shared", "-fPIC", "-Os", "-s", soname, "-o", made, code], check=True, cwd=folder)
        file.unlink()
        file.write_bytes(made.read_bytes())
        file.chmod(0o755)
