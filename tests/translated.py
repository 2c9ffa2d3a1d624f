"""What a window shows, text by text: for tests that nothing is left in the other language.

speak("zh_CN")
assert untranslated(window) == []
speak("en")
assert chinese(window) == []
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QColorDialog,
    QComboBox,
    QDockWidget,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QStatusBar,
    QTabBar,
    QTextEdit,
    QToolBar,
    QToolBox,
    QWidget,
)

from desktop_app import language
from inference.samplers import SAMPLERS

PROPERTIES = (
    *("text", "title", "windowTitle", "toolTip", "statusTip", "whatsThis", "accessibleName", "accessibleDescription"),
    *("placeholderText", "prefix", "suffix", "specialValueText", "informativeText"),
)
"""Texts by the names that Qt has for them; a widget that has no such property is passed over."""
TYPED = {"text": QLineEdit | QPlainTextEdit | QTextEdit | QAbstractSpinBox}
"""What people type is not the interface's."""
ROLES = {
    "item": Qt.ItemDataRole.DisplayRole,
    "item tool tip": Qt.ItemDataRole.ToolTipRole,
    "item status tip": Qt.ItemDataRole.StatusTipRole,
    "item accessible name": Qt.ItemDataRole.AccessibleTextRole,
}

QTS_OWN = ("qt_dockwidget_closebutton", "qt_dockwidget_floatbutton", "ScrollLeftButton", "ScrollRightButton")
"""Parts that Qt makes, by their names, whose texts it has in English alone."""

SAME = frozenset(
    [
        *(
            "Gouache",
            "PNG",
            "JPEG",
            "JPG",
            "WebP",
            "GIF",
            "BMP",
            "TIFF",
            "PSD",
            "PSB",
            "ORA",
            "ora",
            "psd",
            "png",
            "jpg",
        ),
        *("webp", "OpenRaster", "Photoshop", "Krita", "GIMP", "RGB", "RGBA", "CMYK", "HSV", "Alpha", "JSON", "ONNX"),
        *("CPU", "GPU", "CUDA", "cuDNN", "NVIDIA", "TensorRT", "DirectML", "CoreML", "MIGraphX", "ROCm", "OpenVINO"),
        *("UNet", "VAE", "CLIP", "CFG", "SDXL", "SD", "Stable", "Diffusion", "PyTorch", "Qt", "PySide"),
        *("px", "KB", "MB", "GB", "TB", "kB", "KiB", "MiB", "GiB", "ms", "dpi", "DPI", "auto", "English"),
        *(
            "Ctrl",
            "Shift",
            "Alt",
            "Meta",
            "Cmd",
            "Esc",
            "Enter",
            "Return",
            "Tab",
            "Space",
            "Del",
            "Delete",
            "Backspace",
        ),
        *("LoRA", "LoCon", "loras", "ink", "wash", "outline", "width", "shadow"),  # what is typed in examples
        *("Ins", "Home", "End", "PgUp", "PgDown", "Up", "Down", "Left", "Right"),
    ]
)
"""Words that are the same in Chinese: names, formats, units, keys."""
WORD = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
KEYS = re.compile(r"\b(?:(?:Ctrl|Shift|Alt|Meta)\+)+(?:[A-Za-z]+\d*|\S)|\bF\d{1,2}\b")
MARKUP = re.compile(r"<[^<>]*>|https?://\S+|&\w+;")


def speak(code: str) -> None:
    """Change the language, and let every widget hear of it."""
    assert language.install(code) == ""
    app = QApplication.instance()
    assert app is not None
    QApplication.sendPostedEvents(None, int(QEvent.Type.LanguageChange))
    QApplication.processEvents()


def untranslated(root: QWidget, allow: Iterable[str] = ()) -> list[str]:
    """Where a text under ``root`` has Latin words of two letters or more that are not the same in Chinese.

    Args:
        root: a window or a part of one; what floats (menus, dialogs, docks) counts when it is a child of it.
        allow: texts and words that are right as they are: names of models, of layers, what was typed.
    """
    known = {*SAME, *allow}
    return _found(root, lambda text: bool(_latin(text, known)), known)


def chinese(root: QWidget, allow: Iterable[str] = ()) -> list[str]:
    """Where a text under ``root`` has Chinese in it, besides the names of languages."""
    known = {*language.LANGUAGES.values(), *allow}
    return _found(root, lambda text: CHINESE.search(text) is not None, known)


def _latin(text: str, known: set[str]) -> list[str]:
    """The words of a text that should have been translated."""
    for title in sorted((spec.title for spec in SAMPLERS.values()), key=len, reverse=True):
        text = text.replace(title, "")
    for phrase in known:
        if not WORD.fullmatch(phrase):
            text = text.replace(phrase, "")
    # Qt marks the letter of a key with &, and file dialogs their patterns with a star.
    text = re.sub(r"\*\.\w+", "", KEYS.sub("", MARKUP.sub(" ", text)).replace("&", ""))
    return [word for word in WORD.findall(text) if word not in known]


def _found(root: QWidget, wrong: Callable[[str], bool], known: set[str]) -> list[str]:
    out = {f"{where}: {text!r}" for where, text in texts(root) if text not in known and wrong(text)}
    return sorted(out)


def texts(root: QWidget) -> Iterator[tuple[str, str]]:
    """Every text of a widget and of all under it: where it stands, and what it says."""
    for thing in _things(root):
        for kind, text in _own(thing):
            if text and text.strip():
                yield f"{type(thing).__name__} {thing.objectName()} {kind}".replace("  ", " "), text


def _things(root: QWidget) -> Iterator[QObject]:
    """A widget, all under it, and the actions that these show, whoever owns them."""
    under = [root, *root.findChildren(QObject)]
    shown = [action for thing in under if isinstance(thing, QWidget) for action in thing.actions()]
    seen: set[int] = set()
    for thing in (*under, *shown):
        if id(thing) not in seen and not _left_out(thing):
            seen.add(id(thing))
            yield thing


def _left_out(thing: QObject) -> bool:
    """True for the list of a combo box, which has the box's texts once more, and for what Qt makes by itself."""
    if thing.objectName() in QTS_OWN or any(isinstance(above, QFileDialog | QColorDialog) for above in _above(thing)):
        return True
    return isinstance(thing, QAbstractItemView) and any(isinstance(above, QComboBox) for above in _above(thing))


def _above(thing: QObject) -> Iterator[QObject]:
    while (above := thing.parent()) is not None:
        yield above
        thing = above


def _own(thing: QObject) -> Iterator[tuple[str, str]]:
    yield from _properties(thing)
    match thing:
        case QLineEdit() if thing.isReadOnly():
            yield "text", thing.text()
        case QPlainTextEdit() | QTextEdit() if thing.isReadOnly():
            yield "text", thing.toPlainText()
        case QComboBox():
            yield from _items(thing.model())
        case QHeaderView():
            pass  # of its view
        case QAbstractItemView() if thing.model() is not None:
            yield from _items(thing.model())
        case QStatusBar():
            yield "message", thing.currentMessage()
        case QTabBar():
            yield from (("tab", thing.tabText(place)) for place in range(thing.count()))
            yield from (("tab tool tip", thing.tabToolTip(place)) for place in range(thing.count()))
        case QToolBox():
            yield from (("page", thing.itemText(place)) for place in range(thing.count()))
        case QProgressBar() if thing.isTextVisible():
            yield "text", thing.text()


def _properties(thing: QObject) -> Iterator[tuple[str, str]]:
    if not isinstance(thing, QWidget | QAction):
        return
    for name in PROPERTIES:
        if name in TYPED and isinstance(thing, TYPED[name]):
            continue
        if name == "windowTitle" and isinstance(thing, QWidget) and not _titled(thing):
            continue
        value = thing.property(name) if thing.metaObject().indexOfProperty(name) >= 0 else None
        if isinstance(value, str):
            yield name, value


def _titled(widget: QWidget) -> bool:
    return widget.isWindow() or isinstance(widget, QDockWidget | QToolBar)


def _items(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[tuple[str, str]]:
    parent = parent or QModelIndex()
    # PySide has columnCount of a list private.
    for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
        heading = model.headerData(column, Qt.Orientation.Horizontal)
        if isinstance(heading, str):
            yield "heading", heading
        for row in range(model.rowCount(parent)):
            index = model.index(row, column, parent)
            for kind, role in ROLES.items():
                value = index.data(role)
                if isinstance(value, str):
                    yield kind, value
            if column == 0 and model.rowCount(index) > 0:
                yield from _items(model, index)
