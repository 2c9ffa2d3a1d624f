"""The studio's looks: two palettes, one stylesheet made from them, icons and fonts.

Icons are Phosphor 1.3.0 in its regular weight, from qtawesome's wheel. Phosphor and qtawesome are under the MIT
licence: both may be passed on with their notices.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
    QRawFont,
)
from PySide6.QtWidgets import QApplication, QWidget
from qtawesome.iconic_font import IconicFont

from desktop_app.canvas.source import Look

GRID = 4
"""All distances are multiples of this many pixels."""
INSIDE, BETWEEN = 2 * GRID, 4 * GRID
"""Between the controls of a group, and between groups."""
CONTROL = 28
"""Height of a control."""
ICON = 18


class Type(enum.IntEnum):
    """The three sizes of type, in pixels."""

    CAPTION = 11
    BODY = 13
    TITLE = 16


@dataclass(frozen=True, kw_only=True)
class Theme:
    """Colours, "#rrggbb".

    Attributes:
        quiet: text that explains.
        faint: text of what is disabled.
        hover: a button under the cursor; ``pressed`` when it is held down.
        accent: only for the primary action, selection and focus.
        on_accent: text on the accent.
        chosen: behind a chosen row or a checked tool.
        link: the accent as a colour of text.
        warning, error, good: of stripes and marks, beside text in the text's colour.
    """

    name: str
    window: str
    dock: str
    field: str
    line: str
    text: str
    quiet: str
    faint: str
    hover: str
    pressed: str
    chosen: str
    link: str
    canvas: Look
    accent: str = "#4c8dff"
    on_accent: str = "#0d1526"
    accent_hover: str = "#6aa0ff"
    accent_pressed: str = "#3f7eec"
    warning: str = "#e0a243"
    error: str = "#e5605b"
    good: str = "#55b37b"


DARK = Theme(
    name="dark",
    window="#1e1f22",
    dock="#26282c",
    field="#2f3237",
    line="#3a3d43",
    text="#e6e7e9",
    quiet="#9aa0a8",
    faint="#666b73",
    hover="#383c42",
    pressed="#2a2d31",
    chosen="#2c3f61",
    link="#7fadff",
    canvas=Look(),
)
LIGHT = Theme(
    name="light",
    window="#f4f4f5",
    dock="#ffffff",
    field="#ececee",
    line="#d5d7da",
    text="#1d1f23",
    quiet="#666c75",
    faint="#a3a7ad",
    hover="#e2e3e6",
    pressed="#d5d7da",
    chosen="#cfe0ff",
    link="#1f5fd0",
    canvas=Look(
        surround="#e3e4e7",
        border="#c6c8cd",
        checkers=("#ffffff", "#e9eaec"),
        caption="#1d1f23",
        caption_back="#ffffff",
        ruler="#ffffff",
        ruler_text="#666c75",
    ),
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}

ICONS = {
    "mask-brush": "paint-brush",
    "mask-eraser": "eraser",
    "rectangle": "rectangle",
    "ellipse": "circle",
    "lasso": "scribble-loop",
    "polygon": "polygon",
    "wand": "magic-wand",
    "bucket": "paint-bucket",
    "invert": "selection-inverse",
    "grow": "arrows-out",
    "shrink": "arrows-in",
    "feather": "drop-half",
    "select-alpha": "selection",
    "select-all": "selection-all",
    "deselect": "selection-slash",
    "paint": "pencil-simple",
    "picker": "eyedropper",
    "move": "arrows-out-cardinal",
    "transform": "bounding-box",
    "crop": "crop",
    "extend": "frame-corners",
    "pan": "hand",
    "zoom-in": "magnifying-glass-plus",
    "zoom-out": "magnifying-glass-minus",
    "fit": "corners-out",
    "new": "file-plus",
    "open": "folder-open",
    "save": "floppy-disk",
    "export": "export",
    "image": "image",
    "undo": "arrow-counter-clockwise",
    "redo": "arrow-clockwise",
    "history": "clock-counter-clockwise",
    "layers": "stack",
    "controls": "path",
    "add": "plus",
    "delete": "trash",
    "duplicate": "copy",
    "up": "caret-up",
    "down": "caret-down",
    "right": "caret-right",
    "left": "caret-left",
    "raise": "arrow-up",
    "lower": "arrow-down",
    "merge-down": "arrow-line-down",
    "eye": "eye",
    "eye-off": "eye-slash",
    "lock": "lock-simple",
    "unlock": "lock-simple-open",
    "generate": "sparkle",
    "dice": "dice-five",
    "more": "dots-three",
    "apply": "check",
    "close": "x",
    "cancel": "x-circle",
    "stop": "stop-circle",
    "queue": "queue",
    "waiting": "hourglass",
    "like-this": "shuffle",
    "recipe": "note",
    "device": "cpu",
    "settings": "sliders-horizontal",
    "search": "magnifying-glass",
    "command": "command",
    "warning": "warning",
    "error": "warning-circle",
    "info": "info",
    "good": "check-circle",
    "help": "question",
    "sun": "sun",
    "moon": "moon",
    "language": "translate",
    "film": "film-strip",
    "brush": "paint-brush",
    "eraser": "eraser",
    "fill": "paint-roller",
    "subtract": "minus",
    "intersect": "intersect",
    "select-add": "selection-plus",
    "pressure-size": "pen-nib",
    "swap": "swap",
    "reset": "circle-half",
    "pin": "star",
    "belongs": "scales",
    "best-first": "sort-descending",
    "pinned": "star-fill",
    "board": "squares-four",
    "compare": "columns",
    "difference": "plus-minus",
    "between": "arrows-left-right",
    "start": "play",
    "pause": "pause",
    "skip-back": "skip-back",
    "skip-forward": "skip-forward",
    "repeat": "repeat",
    "once": "repeat-once",
    "key": "diamond",
    "key-off": "x-square",
    "onion": "circles-three",
    "bring-in": "download-simple",
}
"""Our names and Phosphor's."""

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
)
"""Fonts for simplified Chinese, the best first. Named, for a fallback may choose Japanese shapes."""
CHINESE_SAMPLE = "汉字画布图层蒙版"

_current = [DARK]


def current() -> Theme:
    """The theme that was applied last."""
    return _current[0]


def apply(theme: Theme) -> None:
    """Give the whole program a theme. Icons follow by themselves; canvases are given ``theme.canvas`` by the window."""
    _current[0] = theme
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    if app.style().name().lower() not in ("fusion", ""):  # under a sheet it has no name
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setFont(font(Type.BODY))
    app.setStyleSheet(stylesheet(theme))


def palette(theme: Theme) -> QPalette:
    """For what the stylesheet leaves to Fusion."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: theme.dock,
        role.WindowText: theme.text,
        role.Base: theme.field,
        role.AlternateBase: theme.dock,
        role.Text: theme.text,
        role.PlaceholderText: theme.quiet,
        role.Button: theme.field,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.field,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.link,
        role.LinkVisited: theme.link,
        role.Light: theme.hover,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.line,
        role.Shadow: theme.window,
    }
    out = QPalette()
    for which, colour in colours.items():
        out.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText, role.HighlightedText):
        out.setColor(group.Disabled, which, QColor(theme.faint))
    out.setColor(group.Disabled, role.Highlight, QColor(theme.line))
    out.setColor(group.Disabled, role.Base, QColor(theme.dock))
    out.setColor(group.Disabled, role.Button, QColor(theme.dock))
    return out


def stylesheet(theme: Theme) -> str:
    """What Fusion cannot be told by a palette.

    Mark widgets by properties: ``primary`` (the one bright button), ``role`` = caption, title, quiet, strip-warning,
    strip-error, strip-good, strip-info, strip-loud, palette.
    """
    sheet = _SHEET
    for name, value in {**vars(theme), **_MEASURES, "images": _images(theme)}.items():
        sheet = sheet.replace(f"@{name}@", str(value))
    return sheet


def mark(widget: QWidget, **properties: object) -> None:
    """Set properties that the stylesheet looks at, and have it look again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def icon(name: str) -> QIcon:
    """An icon by our name, in the colours of whichever theme is current when it is painted.

    Raises:
        KeyError: when there is none of that name.
    """
    return QIcon(_Glyph(_phosphor().charmap["ph"][ICONS[name]]))


def icon_size() -> QSize:
    """Of all icons, in logical pixels."""
    return QSize(ICON, ICON)


def font(size: Type = Type.BODY, *, bold: bool = False) -> QFont:
    """The system's interface font, with a Chinese one behind it where there is one."""
    out = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # By its real name: behind an alias like "Sans Serif" Qt would put the Chinese font first.
    out.setFamilies([QFontInfo(out).family(), *chinese_families()[:1]])
    out.setPixelSize(size)
    out.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return out


def numbers(size: Type = Type.BODY) -> QFont:
    """The same, with figures of one width where the font has them."""
    out = font(size)
    out.setFeature(QFont.Tag("tnum"), 1)
    return out


def chinese_families() -> list[str]:
    """Installed fonts that hold simplified Chinese, the best first.

    Asks the fonts themselves: a font may be listed for a script of which it has little, and the application's font
    says no to a letter that a fallback will draw.
    """
    listed = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    known = [name for name in CHINESE if name in listed]
    return [name for name in [*known, *(name for name in listed if name not in known)] if _holds_chinese(name)]


def can_draw_chinese() -> bool:
    """False when Chinese text would be boxes: load a font (``add_font``) or say so."""
    return bool(chinese_families())


def add_font(path: str) -> bool:
    """Load a font file for this program. Returns False when it is none. Apply the theme again afterwards."""
    return QFontDatabase.addApplicationFont(path) != -1


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast of two colours: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class _Glyph(QIconEngine):
    """A letter of the icon font. Its colour is looked up as it is painted: a new theme needs no new icons."""

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        theme = current()
        painter.save()
        painter.setPen(QColor(theme.faint if mode == QIcon.Mode.Disabled else theme.text))
        painter.setFont(_phosphor().font("ph", rect.height()))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        out = QPixmap(size)
        out.fill(Qt.GlobalColor.transparent)
        painter = QPainter(out)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return out


@cache
def _pictures() -> TemporaryDirectory[str]:
    """Where the sheet's pictures lie until the program ends: a sheet can only name files."""
    return TemporaryDirectory(prefix="gouache-theme-")


def _images(theme: Theme) -> str:
    """The folder with the arrows and checks of a theme, drawn from the icon font."""
    folder = Path(_pictures().name) / theme.name
    if not folder.exists():
        folder.mkdir()
        for name, (glyph, colour) in _IMAGES.items():
            for scale, suffix in ((1, ""), (2, "@2x")):
                side = 14 * scale
                picture = QPixmap(side, side)
                picture.fill(Qt.GlobalColor.transparent)
                painter = QPainter(picture)
                painter.setPen(QColor(getattr(theme, colour)))
                painter.setFont(_phosphor().font("ph", side))
                letter = _phosphor().charmap["ph"][glyph]
                painter.drawText(picture.rect(), int(Qt.AlignmentFlag.AlignCenter), letter)
                painter.end()
                picture.save(str(folder / f"{name}{suffix}.png"))
    return folder.as_posix()


def _phosphor() -> IconicFont:
    """qtawesome's loader with this one family: all of them take a quarter of a second."""
    app = QApplication.instance()
    assert app is not None, "icons need an application"
    return _loaded(id(app))


@cache
def _loaded(_app: int) -> IconicFont:
    return IconicFont(("ph", "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json"))


def _holds_chinese(family: str) -> bool:
    # Asked by number: by letter PySide 6.11 says no to some that are there.
    raw = QRawFont.fromFont(QFont(family))
    return raw.isValid() and all(raw.supportsCharacter(ord(letter)) for letter in CHINESE_SAMPLE)


def _luminance(colour: str) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_IMAGES = {
    "down": ("caret-down", "quiet"),
    "down-faint": ("caret-down", "faint"),
    "up": ("caret-up", "quiet"),
    "up-faint": ("caret-up", "faint"),
    "close": ("x", "quiet"),
    "check": ("check-bold", "on_accent"),
    "dash": ("minus-bold", "on_accent"),
    "dot": ("circle-fill", "on_accent"),
}

_MEASURES = {
    "caption": Type.CAPTION.value,
    "body": Type.BODY.value,
    "title": Type.TITLE.value,
    "inner": CONTROL - 2,
    "spin": CONTROL - 5,  # Qt adds three
    "small": 20,
}

_SHEET = """
QMainWindow, QMainWindow::separator { background: @window@; }
QMainWindow::separator { width: 4px; height: 4px; }
QMainWindow::separator:hover { background: @line@; }
QMenuBar { background: @window@; color: @text@; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @hover@; }
QMenu { background: @dock@; color: @text@; border: 1px solid @line@; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 8px; border-radius: 4px; min-height: @small@px; }
QMenu::icon { }
QMenu::item:selected { background: @chosen@; color: @text@; }
QMenu::item:disabled { color: @faint@; background: transparent; }
QMenu::separator { height: 1px; background: @line@; margin: 4px 8px; }
QToolBar { background: @window@; border: none; padding: 4px; spacing: 4px; }
QToolBar::separator { background: @line@; width: 1px; height: 1px; margin: 4px; }
QStatusBar { background: @window@; color: @quiet@; }
QStatusBar::item { border: none; }
QToolTip { background: @field@; color: @text@; border: 1px solid @line@; padding: 4px 8px; }

QDockWidget { color: @quiet@; font-size: @caption@px; font-weight: 600; }
QDockWidget::title { background: @dock@; padding: 8px; border-bottom: 1px solid @line@; text-align: left; }
QDockWidget > QWidget { background: @dock@; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
    background: @window@; color: @quiet@; padding: 4px 12px; min-height: @small@px;
    border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; background: @dock@; border-bottom-color: @accent@; }
QTabBar::tab:focus { background: @hover@; }
QTabBar::close-button { image: url(@images@/close.png); width: 12px; height: 12px; border-radius: 4px; padding: 2px; }
QTabBar::close-button:hover { background: @hover@; }
QTabWidget::pane { border: none; }

QLabel[role="caption"] { font-size: @caption@px; color: @quiet@; }
QLabel[role="title"] { font-size: @title@px; font-weight: 600; }
QLabel[role="quiet"] { color: @quiet@; }
QLabel:disabled { color: @faint@; }
QFrame[role="strip-warning"], QFrame[role="strip-error"], QFrame[role="strip-good"] {
    background: @field@; border: none; border-left: 4px solid @warning@; border-radius: 4px;
}
QFrame[role="strip-error"] { border-left-color: @error@; }
QFrame[role="strip-good"] { border-left-color: @good@; }
QFrame[role="card"] { background: @field@; border: 1px solid transparent; border-radius: 4px; }
QFrame[role="card-plain"] { border: 1px solid transparent; border-radius: 4px; }
QFrame[role="card"]:focus, QFrame[role="card-plain"]:focus { border-color: @accent@; }
QFrame[role="strip-error"]:focus { border: 1px solid @accent@; border-left: 4px solid @error@; }
QFrame[role="strip-info"] {
    background: @field@; border: none; border-left: 4px solid @quiet@; border-radius: 4px;
}
QFrame[role="strip-loud"] {
    background: @field@; border: 2px solid @warning@; border-left-width: 8px; border-radius: 4px;
}
QFrame[role="strip-loud"] QLabel { font-weight: 600; }
QLabel[role="problem"] { background: @field@; border-left: 4px solid @warning@; padding: 4px 8px; }
QLabel[role="picture"] { background: @window@; border: 1px solid @line@; border-radius: 4px; }
QListWidget[role="pictures"] { background: @window@; border: 1px solid @line@; border-radius: 4px; }
QListWidget[role="pictures"]:focus { border-color: @accent@; }
QFrame[role="palette"] { background: @dock@; border: 1px solid @line@; border-radius: 8px; }

QPushButton {
    background: @field@; color: @text@; border: 1px solid @line@; border-radius: 4px;
    padding: 0 12px; min-height: @inner@px;
}
QPushButton:hover { background: @hover@; }
QPushButton:pressed { background: @pressed@; }
QPushButton:checked { background: @chosen@; border-color: @accent@; }
QPushButton:focus { border-color: @accent@; outline: none; }
QPushButton:disabled { background: @dock@; color: @faint@; border-color: @line@; }
QPushButton[primary="true"] { background: @accent@; color: @on_accent@; border-color: @accent@; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accent_hover@; border-color: @accent_hover@; }
QPushButton[primary="true"]:pressed { background: @accent_pressed@; border-color: @accent_pressed@; }
QPushButton[primary="true"]:focus { border: 2px solid @text@; }
QPushButton[primary="true"]:disabled { background: @field@; color: @faint@; border-color: @line@; }

QToolButton {
    background: transparent; color: @text@; border: 1px solid transparent; border-radius: 4px; padding: 4px;
}
QToolButton:hover { background: @hover@; }
QToolButton:pressed { background: @pressed@; }
QToolButton:checked { background: @chosen@; border-color: @accent@; }
QToolButton:focus { border-color: @accent@; }
QToolButton:disabled { color: @faint@; }
QToolButton::menu-indicator { image: none; }

QToolButton[role="fold"] { color: @quiet@; padding: 0; text-align: left; }
QToolButton[role="fold"]:checked { background: transparent; border-color: transparent; }
QToolButton[role="fold"]:hover { color: @text@; background: @hover@; }
QToolButton[role="fold"]:focus { border-color: @accent@; }

QLineEdit, QPlainTextEdit, QTextEdit {
    background: @field@; color: @text@; border: 1px solid @line@; border-radius: 4px;
    selection-background-color: @accent@; selection-color: @on_accent@;
}
QLineEdit { padding: 0 8px; min-height: @inner@px; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover { border-color: @quiet@; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent@; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled {
    background: @dock@; color: @faint@; border-color: @line@;
}

QAbstractSpinBox, QComboBox {
    background: @field@; color: @text@; border: 1px solid @line@; border-radius: 4px;
    min-height: @inner@px;
    selection-background-color: @accent@; selection-color: @on_accent@;
}
QAbstractSpinBox:hover, QComboBox:hover { border-color: @quiet@; }
QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent@; }
QAbstractSpinBox:disabled, QComboBox:disabled { background: @dock@; color: @faint@; border-color: @line@; }
QAbstractSpinBox[not-set="true"]:enabled, QComboBox[not-set="true"]:enabled { color: @quiet@; }
QComboBox { padding-left: 8px; combobox-popup: 0; }
QAbstractSpinBox { min-height: @spin@px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(@images@/down.png); width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: url(@images@/down-faint.png); }
QComboBox QAbstractItemView { background: @dock@; border: 1px solid @line@; padding: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 20px; }
QAbstractSpinBox[role="bare"]::up-button, QAbstractSpinBox[role="bare"]::down-button { width: 0; }
QAbstractSpinBox[role="bare"]::up-arrow, QAbstractSpinBox[role="bare"]::down-arrow { image: none; width: 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hover@; }
QAbstractSpinBox::up-arrow { image: url(@images@/up.png); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(@images@/down.png); width: 10px; height: 10px; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off { image: url(@images@/up-faint.png); }
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off { image: url(@images@/down-faint.png); }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; background: transparent; min-height: 0; }
QComboBox QLineEdit { padding: 0; }

QCheckBox, QRadioButton { spacing: 8px; min-height: @small@px; border: 1px solid transparent; border-radius: 4px; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint@; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: 14px; height: 14px; border: 1px solid @quiet@; border-radius: 4px; background: @field@;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @text@; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent@; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: @accent@; border-color: @accent@; image: url(@images@/check.png);
}
QCheckBox::indicator:indeterminate { background: @accent@; border-color: @accent@; image: url(@images@/dash.png); }
QRadioButton::indicator:checked { background: @accent@; border-color: @accent@; image: url(@images@/dot.png); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @dock@; border-color: @line@; }
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled { background: @line@; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line@; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent@; }
QSlider::handle:horizontal {
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: @quiet@; border: 1px solid @dock@;
}
QSlider::handle:horizontal:hover { background: @accent_hover@; }
QSlider::handle:horizontal:focus { border: 2px solid @accent@; width: 10px; height: 10px; }
QSlider::sub-page:horizontal:disabled { background: @line@; }
QSlider::handle:horizontal:disabled { background: @faint@; }

QAbstractItemView {
    background: @dock@; color: @text@; border: none; outline: none;
    selection-background-color: @chosen@; selection-color: @text@;
}
QAbstractItemView::item { min-height: @inner@px; padding: 0 4px; border: 1px solid transparent; }
QAbstractItemView::item:hover { background: @hover@; }
QAbstractItemView::item:selected { background: @chosen@; color: @text@; }
QAbstractItemView::item:focus { border-color: @accent@; }
QHeaderView::section { background: @dock@; color: @quiet@; border: none; padding: 4px 8px; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @line@; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @quiet@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
    background: @field@; color: @text@; border: none; border-radius: 2px; max-height: 4px; min-height: 4px;

}
QFrame[role="card"] QProgressBar { background: @line@; }
QProgressBar::chunk { background: @accent@; border-radius: 2px; }
"""
