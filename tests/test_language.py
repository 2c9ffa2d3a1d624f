"""The two languages: complete, up to date with the sources, and changed while the program runs.

How lupdate and Qt find texts was tried with PySide6 6.11.3; the tests named ``test_lupdate_*`` and ``test_tr_*`` hold
what docs/translating.md says of it. A text that would not be found is refused by ``test_every_text_can_be_found``.
"""

from __future__ import annotations

import ast
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fake_engine  # noqa: F401 (offscreen, before Qt)
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, QTranslator
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QSpinBox,
    QTabWidget,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot
from translated import CHINESE, chinese, speak, texts, untranslated

from desktop_app import language, theme
from desktop_app.canvas.view import Canvas
from desktop_app.document.arranging import add_layer, duplicate_layer, remove_layer, rename_layer
from desktop_app.document.document import Document
from desktop_app.document.opening import open_document
from desktop_app.document.selecting import grow
from desktop_app.messages import FIELD, LONGEST, localised, localised_error, localised_label
from desktop_app.messages_list import EDITS, MESSAGES
from inference.api import Generate
from inference.errors import BadRequest, Cancelled, GouacheError, UnknownName
from inference.geometry import Size, SizeRule

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "packaging"))
import collect_messages  # noqa: E402
import translations  # noqa: E402

RUN_MAKE = "run `make translations`"


@pytest.fixture(autouse=True)
def english_afterwards(qapp: QApplication) -> Iterator[None]:
    locale = QLocale()
    yield
    speak("en")
    QLocale.setDefault(locale)


class Window(QMainWindow):
    """A window with one of each kind of text, that says "OK" and "Cancel" as Qt does."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.label, self.number = QLabel(), QSpinBox()
        self.dialog = QDialog(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, parent=self.dialog)
        self.setCentralWidget(self.label)
        self.retranslate()

    def retranslate(self) -> None:
        self.label.setText(QCoreApplication.translate("Edits", "Add layer"))
        self.label.setToolTip(localised("There is no layer."))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.heard += 1
            self.retranslate()
        super().changeEvent(event)


# Changing the language


def test_a_change_reaches_every_text_once_and_back(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    cancel = window.buttons.button(QDialogButtonBox.StandardButton.Cancel)
    assert (window.label.text(), cancel.text()) == ("Add layer", "Cancel")
    speak("zh_CN")
    assert (window.label.text(), window.label.toolTip()) == ("添加图层", "没有图层。")
    assert (cancel.text(), language.current(), window.heard) == ("取消", "zh_CN", 1)
    speak("en")
    assert (window.label.text(), cancel.text(), language.current()) == ("Add layer", "Cancel", "en")
    assert window.heard == 2


def test_numbers_and_dates_follow(qtbot: QtBot) -> None:
    window, own = Window(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(own)
    own.setLocale(QLocale("de_DE"))
    for code in ("zh_CN", "en"):
        speak(code)
        assert QLocale().language() == QLocale(code).language()
        assert window.locale().language() == QLocale(code).language()
        assert window.number.locale().language() == QLocale(code).language()
    assert own.locale().name() == "de_DE", "a widget with a locale of its own keeps it"


def test_all_languages_load_without_a_warning(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for code in [*language.LANGUAGES, "en"]:
            speak(code)
    assert caplog.messages == []


def test_without_a_chinese_font_a_sentence_says_what_to_install(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window()
    qtbot.addWidget(window)
    monkeypatch.setattr(theme, "can_draw_chinese", lambda: False)
    before = QLocale().name()
    assert "Noto Sans CJK SC" in language.install("zh_CN")
    QApplication.processEvents()
    assert (window.label.text(), language.current(), QLocale().name()) == ("Add layer", "en", before)
    assert language.install("en") == "", "English needs no such font"


def test_a_missing_translation_leaves_english(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(language, "TRANSLATIONS", tmp_path)
    assert language.install("zh_CN") == ""
    assert language.translated("Edits", "Add layer") == "Add layer"
    assert "gouache_zh_CN.qm" in caplog.text


def test_an_unknown_language_is_refused(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        language.install("tlh")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["zh-Hans-CN", "en-US"], "zh_CN"),
        (["zh_TW"], "zh_CN"),
        (["en-GB", "zh-CN"], "en"),
        (["de-DE", "zh-CN", "en"], "zh_CN"),
        (["fr-FR"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_systems_language(wanted: list[str], code: str) -> None:
    assert language.best_of(wanted) == code
    assert language.system_language() in language.LANGUAGES


# Complete and up to date


def test_the_list_of_messages_is_up_to_date() -> None:
    said, labels = collect_messages.collect()
    assert (sorted(said.texts), sorted(labels.texts)) == (sorted(MESSAGES), sorted(EDITS)), RUN_MAKE
    source = collect_messages.formatted(collect_messages.written(said, labels))
    assert collect_messages.OUT.read_text("utf-8") == source, RUN_MAKE


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_the_texts_are_those_of_the_sources(code: str, tmp_path: Path) -> None:
    fresh = tmp_path / f"gouache_{code}.ts"
    translations.update(code, fresh)
    known, wanted = ({(m.context, m.key) for m in translations.messages(p)} for p in (translations.ts(code), fresh))
    assert (wanted - known, known - wanted) == (set(), set()), f"(new texts, texts that are gone): {RUN_MAKE}"


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_nothing_is_left_to_translate(code: str) -> None:
    left = translations.unfinished(translations.ts(code))
    assert left == {}, 'translate them: make translations ARGS="--unfinished todo.json", then --fill'


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_the_released_file_is_that_of_the_texts(code: str, tmp_path: Path) -> None:
    source = translations.ts(code)
    translations.release(source, tmp_path / "new.qm")
    assert source.with_suffix(".qm").read_bytes() == (tmp_path / "new.qm").read_bytes(), RUN_MAKE


def test_every_translation_is_found_at_run_time(qapp: QApplication) -> None:
    translator = QTranslator()
    source = translations.ts("zh_CN")
    assert translator.load(str(source.with_suffix(".qm")))
    entries = list(translations.messages(source))
    assert len(entries) > 250
    for entry in entries:
        number = 1 if entry.numerus else -1
        assert translator.translate(entry.context, entry.source, entry.comment, number) == entry.forms[0], entry.key


PLACES = re.compile(r"\{\w*\}|%n|%L?\d")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?.]|[,;:!?][\u4e00-\u9fff]|\.$")


@pytest.mark.parametrize("code", translations.LANGUAGES)
def test_translations_keep_the_places_of_values(code: str) -> None:
    for entry in filter(lambda entry: entry.finished, translations.messages(translations.ts(code))):
        for form in entry.forms:
            places = sorted(PLACES.findall(entry.source))
            # "One layer" needs no number.
            assert sorted(PLACES.findall(form)) in (places, [p for p in places if p != "%n"]), (entry.key, form)


def test_chinese_has_its_own_punctuation() -> None:
    for entry in filter(lambda entry: entry.finished, translations.messages(translations.ts("zh_CN"))):
        for form in entry.forms:
            if CHINESE.search(form):
                assert not HALF_WIDTH.search(PLACES.sub("", form.removesuffix("..."))), form
            assert form.endswith("...") == entry.source.endswith("..."), form
            assert form.endswith("。") == entry.source.removesuffix("...").endswith("."), form


# What lupdate and tr find


class Problems(ast.NodeVisitor):
    """Texts that would not be found, or not at run time, as "file:line: why"."""

    def __init__(self, path: Path, parents: set[str]) -> None:
        self.path, self.parents = path, parents
        self.found: list[str] = []
        self._classes: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        match name:
            case "tr":
                self._tr(node)
            case "translate" if ast.unparse(node.func) == "QCoreApplication.translate":
                self._literal(node, 2, marked=ast.Name | ast.Attribute)
            case "QT_TRANSLATE_NOOP":
                self._literal(node, 2)
            case "QT_TR_NOOP":
                self._say(node, "lupdate gives it no context; use QT_TRANSLATE_NOOP")
        self.generic_visit(node)

    def _tr(self, node: ast.Call) -> None:
        self._literal(node, 1)
        if node.keywords:
            self._say(node, "lupdate sees no plural in keywords; give the number by place")
        if not (isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "self" and self._classes):
            self._say(node, "lupdate takes the name before .tr for the class; use self.tr in the class, or translate")
        if len(node.args) > 2 and self._classes and self._classes[-1] in self.parents:
            self._say(node, "a plural is looked for in the object's own class alone; use QCoreApplication.translate")

    def _literal(self, node: ast.Call, count: int, marked: Any = ()) -> None:
        """``marked``: what may stand for a text that was marked where it was written."""
        for given in node.args[:count]:
            if not isinstance(given, marked) and not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
                self._say(node, f"lupdate finds literals only, not {ast.unparse(given)}")

    def _say(self, node: ast.AST, why: str) -> None:
        self.found.append(f"{self.path.name}:{getattr(node, 'lineno', 0)}: {why}")


def problems(*paths: Path) -> list[str]:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    parents = {ast.unparse(base).split(".")[-1] for node in classes for base in node.bases}
    out = []
    for path, tree in trees.items():
        visitor = Problems(path, parents)
        visitor.visit(tree)
        out += visitor.found
    return out


def test_every_text_can_be_found() -> None:
    assert problems(*(ROOT / "desktop_app").rglob("*.py")) == []


FORMS = """
from PySide6.QtCore import QCoreApplication, QT_TRANSLATE_NOOP, QT_TR_NOOP
class Parent(QWidget):
    def texts(self, n, what, other):
        self.tr("plain")
        self.tr("joined "
                "literals")
        #: Where it stands
        self.tr("remarked", "which of two")
        self.tr("%n layers", None, n)
        self.tr("%n keywords", n=n)
        self.tr(f"field {n}")
        self.tr("one" if n else "two")
        self.tr(what)
        other.tr("of another")
    class Inner(QWidget):
        def texts(self):
            self.tr("nested")
    def more(self):
        self.tr("after the nested class")
def function(self):
    self.tr("outside")
QCoreApplication.translate("Place", "translated")
QCoreApplication.translate("Place", text)
QCoreApplication.translate("Place", "a " + text)
TABLE = (QT_TRANSLATE_NOOP("Place", "marked"), QT_TR_NOOP("no context"))
"""


def test_lupdate_finds_these_forms_and_no_others(tmp_path: Path) -> None:
    source, out = tmp_path / "forms.py", tmp_path / "forms.ts"
    source.write_text(FORMS, "utf-8")
    translations.tool("lupdate", str(source), *translations.STABLE, "-ts", str(out))
    found = {(m.context, m.key, m.numerus) for m in translations.messages(out)}
    good = {
        ("Parent", "plain", False),
        ("Parent", "joined literals", False),
        ("Parent", "remarked // which of two", False),
        ("Parent", "%n layers", True),
        ("Inner", "nested", False),
        ("Parent", "after the nested class", False),
        ("Place", "translated", False),
        ("Place", "marked", False),
    }
    wrong = {
        ("Parent", "%n keywords", False),
        ("Parent", "field {n}", False),
        ("Parent", "one", False),
        ("other", "of another", False),
        ("", "outside", False),
        ("", "no context", False),
    }
    assert found == good | wrong
    refused = problems(source)
    # What is in a variable or a sum is not found at all; a variable may hold what a table marked.
    assert len(refused) == len(wrong) + 2, refused


class Words(QTranslator):
    """Translates by a table; every context and text it is asked for is noted."""

    def __init__(self, table: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.table, self.asked = table, list[tuple[str, str]]()

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, comment: str | None = None, n: int = -1) -> str | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.asked.append((context, source))
        return self.table.get((context, source))


class Upper(QWidget):
    def text(self) -> str:
        return self.tr("of the upper class")

    def plural(self, n: int) -> str:
        return self.tr("%n layers", None, n)  # pyright: ignore[reportArgumentType, reportCallIssue]


class Lower(Upper):
    pass


def test_tr_finds_inherited_texts_but_not_inherited_plurals(qtbot: QtBot) -> None:
    words = Words({("Upper", "of the upper class"): "上级", ("Upper", "%n layers"): "%n 个图层"})
    QCoreApplication.installTranslator(words)
    try:
        upper, lower = Upper(), Lower()
        qtbot.addWidget(upper)
        qtbot.addWidget(lower)
        assert (upper.text(), lower.text()) == ("上级", "上级"), "the class of the object, then those above it"
        assert words.asked[-2:] == [("Lower", "of the upper class"), ("Upper", "of the upper class")]
        assert upper.plural(3) == "3 个图层"
        assert lower.plural(3) == "3 layers", "PySide takes the number in it for a translation, and looks no further"
    finally:
        QCoreApplication.removeTranslator(words)


# Errors, notices and labels


def raised(work: Callable[[], object]) -> GouacheError:
    with pytest.raises(GouacheError) as caught:
        work()
    return caught.value


def missing(name: str) -> Callable[[], object]:
    return lambda: open_document(Path(name))


ERRORS: list[tuple[Callable[[], object], str]] = [
    (lambda: Generate(prompt="a", seed=1, steps=9000), "步数不能为 9000。应为 1 到 1000 之间的整数。"),
    (lambda: Generate(prompt="a", seed=1, guidance=-1), "引导强度不能为 -1。取值范围为 0 到 50。"),
    (lambda: Size.parse("big"), "“big”不是有效的尺寸。请写成 128 或 128x96。"),
    (
        lambda: SizeRule(multiple=8, least=64, most=512).check(Size(65, 64)),
        "不支持尺寸 65x64：两边都须为 8 的倍数，且在 64 到 512 之间。最接近的是 64x64。",
    ),
    (missing("a cat.psd"), "a cat.psd 不存在。请检查名称。"),
    (missing("layer.ora"), "layer.ora 不存在。请检查名称。"),
    (lambda: Document.new(Size(9000, 4)), "画布的尺寸将为 9000x4。边长可为 1 到 8192 像素。"),
    (lambda: grow(Document.new(Size(4, 4)), 2), "没有选择任何内容。请先建立选区。"),
    (lambda: rename_layer(Document.new(Size(4, 4)), 0, " "), "图层需要一个名称。请至少输入一个字符。"),
]


@pytest.mark.parametrize(("work", "shown"), ERRORS, ids=range(len(ERRORS)))
def test_errors_are_shown_in_chinese(work: Callable[[], object], shown: str) -> None:
    error = raised(work)
    assert localised_error(error) == str(error)
    speak("zh_CN")
    assert localised_error(error) == shown
    assert localised(str(error)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "The model sprites cannot inpaint: it can generate, vary.",
            "模型 sprites 不支持局部重绘，支持的有：生成、图生图。",
        ),
        ("art.ora is broken: its groups are nested too deep.", "art.ora 已损坏：图层组嵌套过深。"),
        ("art.ora is broken: the layer 'layer' has no picture.", "art.ora 已损坏：图层“layer”没有图像。"),
        ("The layer 'model' is locked.", "图层“model”已锁定。"),
        ("Memory was short: decoded in small tiles.", "内存不足：已改用小分块解码。"),
        ("m.onnx is cut off: 1,024 of 2,048 bytes.", "m.onnx 不完整：共 2,048 字节，仅有 1,024 字节。"),
        ("/a {0}/b could not be written: no space left on device.", "无法写入 /a {0}/b：磁盘空间不足。"),
        ("The brush's hardness is 1.5.", "画笔的硬度为 1.5。"),
        (
            "THE GPU IS NOT IN USE: CUDA could not be used, so the CPU does the work. "
            "Run 'python main.py doctor' to see what is missing.",
            "未使用 GPU：无法使用 CUDA，改由 CPU 运行。运行“python main.py doctor”可查看缺少什么。",
        ),
        ("The picture has no alpha channel. Convert it to RGBA first.", "该图像没有 Alpha 通道。请先转换为 RGBA。"),
        ("There is no layer. Ask a friend.", "There is no layer. Ask a friend."),
        ("It is not used: install the extra.", "It is not used: install the extra."),
        ("Somebody else's sentence.", "Somebody else's sentence."),
        ("", ""),
    ],
)
def test_sentences_with_values(text: str, shown: str) -> None:
    assert localised(text) == text
    speak("zh_CN")
    assert localised(text) == shown


def test_a_strange_text_takes_no_time() -> None:
    speak("zh_CN")
    for text in ("is x has no . " * 200, "a is b. " * (LONGEST // 8), "x" * 100_000, " {0}. '{1}' of " * 120):
        began = time.process_time()
        localised(text)
        assert time.process_time() - began < 1, "not a matter of speed: backtracking would take for ever"


def test_errors_without_a_hint_and_with_near_names() -> None:
    speak("zh_CN")
    assert localised_error(Cancelled()) == "已取消。"
    near = UnknownName("sampler", "eula", ["euler", "euler-a"])
    assert localised_error(near) == "没有名为“eula”的采样器。您要找的是 euler-a 或 euler 吗？"
    assert localised_error(UnknownName("style", "x", [])) == "没有名为“x”的风格。目前一个也没有。"
    assert localised_error(BadRequest("There is no layer.", hint="Ask a friend.")) == "没有图层。 Ask a friend."


def test_every_template_is_matched_by_what_is_made_of_it() -> None:
    """No template takes the sentences of another, with values that are numbers, names or paths."""
    speak("zh_CN")
    for template in MESSAGES:
        for values in (["7", "8", "9", "10", "11", "12"], ["/a/b c.onnx", "x_y", "Q-1", "Z", "w", "v.2"]):
            if "}x{" in template and values[0] != "7":
                continue  # sides of a size are numbers
            text = FIELD.sub(lambda place, values=values: values[int(place[1])], template)
            shown = FIELD.sub(
                lambda place, values=values: values[int(place[1])], language.translated("Messages", template)
            )
            assert localised(text) == shown


def test_labels_of_edits_and_names_of_layers() -> None:
    document = Document.new(Size(4, 4))
    made = [add_layer(document), duplicate_layer(document), remove_layer(document)]
    speak("zh_CN")
    assert [localised_label(edit.label) for edit in made] == ["添加图层", "复制图层", "删除图层"]
    assert localised_label(document.layers[0].name) == "背景"
    assert localised_label("Layer 12 copy copy") == "图层 12 副本 副本"
    assert localised_label("my castle") == "my castle"


def test_no_label_of_the_document_is_left_out() -> None:
    """Found another way: every text that the sources give as a label is in the list."""
    for path in (ROOT / "desktop_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                labels = [k.value for k in node.keywords if k.arg == "label"]
                function = ast.unparse(node.func).split(".")[-1]
                labels += node.args[:1] if function in {"restack", "repaint", "begin"} else []
                for label in labels:
                    if isinstance(label, ast.Constant):
                        assert label.value in EDITS, f"{path.name}:{node.lineno}"


# The tests' own tool


def sample(qtbot: QtBot) -> tuple[QMainWindow, QComboBox, QTreeView]:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setWindowTitle("Gouache")
    menu = window.menuBar().addMenu("文件(&F)")
    menu.addAction("保存 (Ctrl+S)")
    dock = QDockWidget("图层")
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    box, tree, tabs = QComboBox(), QTreeView(), QTabWidget()
    box.addItems(["PNG", "DPM++ 2M Karras"])
    model = QStandardItemModel(1, 1)
    model.setHorizontalHeaderLabels(["名称"])
    tree.setModel(model)
    dock.setWidget(tree)
    tabs.addTab(box, "生成")
    window.setCentralWidget(tabs)
    return window, box, tree


def test_a_translated_window_has_nothing_left(qtbot: QtBot) -> None:
    window, _, _ = sample(qtbot)
    speak("zh_CN")
    assert untranslated(window) == []
    assert len(chinese(window)) >= 5


def put(window: QMainWindow, box: QComboBox, tree: QTreeView) -> dict[str, Callable[[], object]]:
    model = tree.model()
    assert isinstance(model, QStandardItemModel)
    typed, notes, number, label = QLineEdit(window), QPlainTextEdit(window), QSpinBox(window), QLabel(window)
    return {
        "menu": lambda: window.menuBar().addMenu("Edit").addMenu("Deep").addAction("Undo"),
        "tool tip": lambda: window.setToolTip("Draws"),
        "placeholder": lambda: typed.setPlaceholderText("Your prompt"),
        "accessible name": lambda: notes.setAccessibleName("Notes"),
        "unit": lambda: number.setSuffix(" steps"),
        "item": lambda: box.addItem("Normal"),
        "nested item": lambda: model.item(0, 0).appendRow(QStandardItem("Inside")),
        "heading": lambda: model.setHorizontalHeaderLabels(["Name"]),
        "status": lambda: window.statusBar().showMessage("Ready"),
        "half": lambda: label.setText("图层 opacity"),
        "html": lambda: label.setText("<b>图层</b> and <i>蒙版</i>"),
        "window title": lambda: window.setWindowTitle("Studio"),
    }


KINDS = [
    *("menu", "tool tip", "placeholder", "accessible name", "unit", "item", "nested item", "heading", "status", "half"),
    *("html", "window title"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_in_english_is_found_wherever_it_stands(qtbot: QtBot, kind: str) -> None:
    window, box, tree = sample(qtbot)
    model = tree.model()
    assert isinstance(model, QStandardItemModel)
    model.setItem(0, 0, QStandardItem("一"))
    places = put(window, box, tree)
    assert list(places) == KINDS
    speak("zh_CN")
    assert untranslated(window) == []
    places[kind]()
    assert untranslated(window) != [], dict(texts(window))


def test_what_people_type_and_what_is_allowed_is_passed_over(qtbot: QtBot) -> None:
    window, box, _ = sample(qtbot)
    typed = QLineEdit("a red fox", window)
    box.addItem("Gouache Sprites (preview)")
    speak("zh_CN")
    assert untranslated(window, ["Gouache Sprites (preview)"]) == []
    assert len(untranslated(window)) == 1
    typed.setReadOnly(True)
    assert len(untranslated(window)) == 2, "nobody typed what cannot be typed"


def test_chinese_in_the_english_window_is_found(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    box = QComboBox(window)
    box.addItems(list(language.LANGUAGES.values()))
    assert chinese(window) == []
    box.setToolTip("语言")
    assert chinese(window) == ["QComboBox toolTip: '语言'"]


def test_the_canvas_is_translated(qtbot: QtBot) -> None:
    speak("zh_CN")
    canvas = Canvas()
    qtbot.addWidget(canvas)
    assert untranslated(canvas) == []
    assert canvas.accessibleName() == "画布"


# The script


def test_filling_in_translations(tmp_path: Path) -> None:
    source, out = tmp_path / "forms.py", tmp_path / "gouache_en.ts"
    source.write_text(FORMS, "utf-8")
    translations.tool("lupdate", str(source), *translations.STABLE, "-target-language", "en", "-ts", str(out))
    left = translations.unfinished(out)
    assert left["Parent"]["%n layers"] == ["", ""]
    entries: translations.Entries = {
        "Parent": {"plain": "schlicht", "%n layers": ["%n layer", "%n layers"], "gone": "x"}
    }
    assert translations.fill(out, entries) == ["Parent: gone"]
    translations.tool("lupdate", str(source), *translations.STABLE, "-ts", str(out))
    assert {"plain", "%n layers"}.isdisjoint(translations.unfinished(out)["Parent"])
    translations.release(out, tmp_path / "gouache_en.qm")
    translator = QTranslator()
    assert translator.load(str(tmp_path / "gouache_en.qm"))
    assert [translator.translate("Parent", "%n layers", None, n) for n in (1, 2)] == ["%n layer", "%n layers"]  # pyright: ignore[reportArgumentType, reportCallIssue]
