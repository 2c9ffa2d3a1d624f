"""The interface's language: which there are, and changing it while the program runs.

``install`` swaps the translators; Qt then sends QEvent.LanguageChange to every widget, from the event loop. Texts that
were found in the sources lie in ``resources/translations`` (see docs/translating.md).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from desktop_app import theme
from inference.resources import RESOURCES

log = logging.getLogger(__name__)

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
"""Each language's code and its own name for itself, as a menu shows it in every language."""
SOURCE = "en"
"""In which the texts are written. It has a translation too, of nothing but plurals."""
NO_FONT = (
    "No font on this computer can draw Chinese, so the language stays as it is. "
    "Install one, such as Noto Sans CJK SC (on Debian and Ubuntu the package fonts-noto-cjk or fonts-wqy-microhei), "
    "and start Gouache again."
)
TRANSLATIONS = RESOURCES / "translations"

_installed: list[QTranslator] = []
_current = [SOURCE]


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 (the name that lupdate looks for)
    """Marks a text in a table for lupdate and returns it as it is (Qt's own is typed to return an object)."""
    return text


def current() -> str:
    """The code of the language that was installed last."""
    return _current[0]


def system_language() -> str:
    """The code of the language that the system asks for."""
    return best_of(QLocale.system().uiLanguages())


def best_of(wanted: Sequence[str]) -> str:
    """The code of the first language of ``wanted`` ("zh-Hans-CN", "de_AT") that there is; English when there is none.

    Whoever asks for any Chinese gets the simplified one.
    """
    ours = {QLocale(code).language(): code for code in LANGUAGES}
    return next((ours[language] for name in wanted if (language := QLocale(name).language()) in ours), SOURCE)


def install(language: str) -> str:
    """Change the language of the interface, of Qt's own dialogs, and of numbers and dates.

    Widgets hear of it (QEvent.LanguageChange) when the event loop comes to it. In the GUI thread.

    Returns:
        "", or a sentence to show when the language cannot be used here; then nothing has changed.

    Raises:
        KeyError: when there is no such language.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    if language.startswith("zh") and not theme.can_draw_chinese():
        return NO_FONT
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed[:] = [translator for path in _files(language) if (translator := _loaded(path)) is not None]
    # The default first: a widget that hears of the language may write numbers at once.
    QLocale.setDefault(QLocale(language))
    _current[0] = language
    for translator in _installed:
        QCoreApplication.installTranslator(translator)
    _follow_locale()
    return ""


def translated(context: str, text: str) -> str:
    """The translation of a text that was marked with ``QT_TRANSLATE_NOOP``; the text itself where there is none.

    It only looks up: lupdate does not find texts in calls of it.
    """
    return QCoreApplication.translate(context, text)


def _files(language: str) -> tuple[Path, ...]:
    """Qt's own texts first: the translator that is installed last is asked first."""
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    ours = TRANSLATIONS / f"gouache_{language}.qm"
    return (ours,) if language == SOURCE else (qt / f"qtbase_{language}.qm", ours)


def _loaded(path: Path) -> QTranslator | None:
    translator = QTranslator(_owner())
    if translator.load(str(path)):
        return translator
    log.warning("the translation %s could not be read", path)
    translator.deleteLater()
    return None


def _owner() -> QObject:
    app = QCoreApplication.instance()
    assert app is not None, "a language needs an application"
    return app


def _follow_locale() -> None:
    """Windows took the default locale when they were made; those that were given one of their own keep it."""
    for widget in QApplication.topLevelWidgets():
        if not widget.testAttribute(Qt.WidgetAttribute.WA_SetLocale):
            widget.unsetLocale()
