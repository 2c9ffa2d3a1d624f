"""Settings of dmgbuild: the disk image in which ``Gouache.app`` is dragged to the applications.

dmgbuild -s packaging/macos/dmg_settings.py -D app=dist/Gouache.app "Gouache" dist/gouache-0.1.0.dmg
"""

from pathlib import Path

application = defines.get("app", "dist/Gouache.app")  # type: ignore[name-defined]  # noqa: F821 (dmgbuild's)
name = Path(application).name

format = "ULFO"  # noqa: A001 (dmgbuild's name): LZFSE, from macOS 10.11 on
filesystem = "APFS"
files = [application]
symlinks = {"Applications": "/Applications"}
icon_locations = {name: (150, 180), "Applications": (450, 180)}
window_rect = ((200, 200), (600, 380))
icon_size = 112
text_size = 13
