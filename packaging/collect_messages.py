"""Collects the sentences that light modules say in English, so that the window can show them in another language.

Errors, notices and labels of edits are made far from Qt. This reads the sources' syntax trees, follows the texts to
where they are written (through parameters, locals and tables in loops) and writes ``desktop_app/messages_list.py``.
A text that cannot be followed is simply not found: ``EXTRA`` and the seeds below are the places to help.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "desktop_app" / "messages_list.py"
ENGINE = ("inference", "inference/post", "inference/animation", "inference/clips")
TRAINING = ("style.py", "loop.py")
"""Whose errors a window shows, though another process raises them."""

NOTES = ("notes", "told")
"""Lists of sentences by name: what is appended to them is shown."""
MESSAGE_SLOTS = {("Notice", "message"), ("take", "words"), ("_Broken", "message")}
"""Parameters that take a sentence, besides those of errors: of a function or class by its name."""
EDIT_SLOTS = {("Layer", "name"), ("of", "name"), ("Kind", "label")}
NAMING = ("free_name",)
"""Functions that make names of layers."""
ENUMS = ("Task",)
"""Enums whose values are words in sentences."""
EXTRA = (
    # What an operating system says of a file that cannot be written.
    "permission denied",
    "operation not permitted",
    "no space left on device",
    "read-only file system",
    "disk quota exceeded",
    "file name too long",
    "is a directory",
    "not a directory",
    "input/output error",
    "device or resource busy",
)
LEAVE = frozenset({"cuda", "utf-8", "RGB", "RGBA", "unet", "vae_decoder", "vae_encoder"})
"""Names that are the same in every language."""

Slot = tuple[str, str]


@dataclass
class Found:
    """Templates, and the separators of those fields that are lists: by template and field."""

    texts: set[str] = field(default_factory=set)
    joined: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, text: str, joined: dict[int, str]) -> None:
        """Keep a text that has words of its own."""
        words = text
        for index in range(text.count("{")):
            words = words.replace(f"{{{index}}}", "")
        if sum(letter.isalpha() for letter in words) < 2 or text in LEAVE:
            return
        self.texts.add(text)
        if joined:
            self.joined.setdefault(text, {}).update(joined)


@dataclass
class Module:
    """A source file and, for each node, the functions around it, the innermost first."""

    path: Path
    tree: ast.Module
    around: dict[ast.AST, list[ast.AST]] = field(default_factory=dict)
    nodes: list[ast.AST] = field(default_factory=list)
    """Calls, functions and classes, in order."""

    def __post_init__(self) -> None:
        self._walk(self.tree, [])

    def _walk(self, node: ast.AST, above: list[ast.AST]) -> None:
        self.around[node] = above
        if isinstance(node, ast.Call | ast.FunctionDef | ast.ClassDef):
            self.nodes.append(node)
        inner = [node, *above] if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) else above
        for child in ast.iter_child_nodes(node):
            self._walk(child, inner)

    def key(self, name: str) -> str:
        """What a function or class is called everywhere; a private one only in its module."""
        return f"{self.path.stem}:{name}" if name.startswith("_") and not name.startswith("__") else name

    def callee(self, call: ast.Call) -> str | None:
        """The key of what is called; a call of ``super().__init__`` is one of the base class."""
        match call.func:
            case ast.Name(id=name):
                return self.key(name)
            case ast.Attribute(attr="__init__"):
                owners = [node for node in self.around[call] if isinstance(node, ast.ClassDef)]
                base = owners[0].bases[0] if owners and owners[0].bases else None
                return self.key(base.id) if isinstance(base, ast.Name) else None
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                return self.key(name)
            case ast.Attribute(attr=name):
                return name
        return None


class Collector:
    """Follows texts from where they are shown back to where they are written."""

    def __init__(self, modules: list[Module], slots: set[Slot]) -> None:
        self.modules = modules
        self.signatures: dict[str, list[list[str]]] = {}
        self.functions: dict[str, list[tuple[Module, ast.FunctionDef]]] = {}
        self.slots = {slot if not slot[0].startswith("_") else self._private(slot) for slot in slots}
        self.found = Found()
        for module in modules:
            self._sign(module)

    def _private(self, slot: Slot) -> Slot:
        homes = [m.path.stem for m in self.modules if f"class {slot[0]}" in m.path.read_text("utf-8")]
        return f"{homes[0]}:{slot[0]}" if homes else slot[0], slot[1]

    def _sign(self, module: Module) -> None:
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef):
                key = function_key(module, node)
                self.signatures.setdefault(key, []).append(parameters(node))
                self.functions.setdefault(key, []).append((module, node))
            elif isinstance(node, ast.ClassDef):
                known = self.signatures.setdefault(module.key(node.name), [])
                known.append(fields(node) or ["message"])

    def run(self) -> Found:
        """Collect until no new parameter is found to take texts."""
        before = -1
        while before != len(self.slots):
            before = len(self.slots)
            for module in self.modules:
                for node in module.nodes:
                    if isinstance(node, ast.Call):
                        self._call(module, node)
                    elif isinstance(node, ast.FunctionDef):
                        self._defaults(module, node)
        return self.found

    def _call(self, module: Module, call: ast.Call) -> None:
        key = module.callee(call)
        wanted = {name for owner, name in self.slots if owner == key}
        if not wanted or key is None:
            return
        for keyword in call.keywords:
            if keyword.arg in wanted:
                self.text(module, keyword.value)
        for names in self.signatures.get(key, [["message"]]):
            for name, argument in zip(names, call.args, strict=False):
                if name in wanted:
                    self.text(module, argument)

    def _defaults(self, module: Module, function: ast.FunctionDef) -> None:
        key = function_key(module, function)
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        pairs = [
            *zip(positional[len(positional) - len(given.defaults) :], given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            if default is not None and (key, argument.arg) in self.slots:
                self.text(module, default)

    def text(self, module: Module, node: ast.expr) -> str | None:
        """Collect what an expression can say. Returns the separator when it is a list joined into one text."""
        match node:
            case ast.Constant(value=str(value)):
                self.found.add(value, {})
            case ast.JoinedStr():
                self._template(module, node)
            case ast.IfExp(body=one, orelse=other):
                return self.text(module, one) or self.text(module, other)
            case ast.BoolOp(values=values):
                return next(iter([said for value in values if (said := self.text(module, value))]), None)
            case ast.Name():
                return self._name(module, node)
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(separator)), attr="join")):
                return separator
            case ast.Call(func=ast.Name(id=name)):
                self._returned(module.key(name))
        return None

    def _returned(self, key: str) -> None:
        """Sentences that a function of ours gives back."""
        for home, function in self.functions.get(key, []):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.JoinedStr | ast.Constant | ast.IfExp):
                    self.text(home, node.value)

    def _template(self, module: Module, node: ast.JoinedStr) -> None:
        out, joined, index = "", {}, 0
        for part in node.values:
            if isinstance(part, ast.Constant):
                out += str(part.value)
            elif isinstance(part, ast.FormattedValue):
                # What stands in quotes is somebody's own name.
                separator = None if out.endswith("'") or part.conversion != -1 else self.text(module, part.value)
                if separator:
                    joined[index] = separator
                out += f"{{{index}}}"
                index += 1
        self.found.add(out, joined)

    def _name(self, module: Module, node: ast.Name) -> str | None:
        separator = None
        for scope in module.around[node]:
            if not isinstance(scope, ast.FunctionDef):
                continue
            for value in assigned(scope, node.id):
                if not (isinstance(value, ast.BoolOp) and any(names(v) == {node.id} for v in value.values)):
                    separator = self.text(module, value) or separator
            given = {a.arg: a for a in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)}
            if node.id in given:
                if takes_text(given[node.id]):
                    self.slots.add((function_key(module, scope), node.id))
                break
        return separator


def function_key(module: Module, function: ast.FunctionDef) -> str:
    """A function's name; the class's name for what makes its objects."""
    owner = next(iter(module.around[function]), None)
    if function.name == "__init__" and isinstance(owner, ast.ClassDef):
        return module.key(owner.name)
    return module.key(function.name)


def parameters(function: ast.FunctionDef) -> list[str]:
    """Those that a caller gives by place."""
    named = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return named[1:] if named[:1] in (["self"], ["cls"]) else named


def takes_text(argument: ast.arg) -> bool:
    """True for ``str`` and ``str | None``: a path or a number is no text of ours."""
    return argument.annotation is not None and "str" in ast.unparse(argument.annotation).split(" | ")


def names(node: ast.expr) -> set[str]:
    """The name that an expression is, as a set."""
    return {node.id} if isinstance(node, ast.Name) else set()


def assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    """What a name is given in a function: by assignment, or by a loop over a table that is written there."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                yield value
            case ast.For(target=ast.Tuple(elts=targets), iter=ast.Tuple(elts=rows)):
                for place, target in enumerate(targets):
                    if names(target) == {name}:
                        yield from (row.elts[place] for row in rows if isinstance(row, ast.Tuple))


def fields(node: ast.ClassDef) -> list[str]:
    """What a dataclass is made of, in order."""
    return [n.target.id for n in node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]


def error_classes(modules: Iterable[Module]) -> set[str]:
    """GouacheError and all that derive from it."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
    }
    known = {"GouacheError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def sources() -> list[Path]:
    """The files that are read: all that can speak in the window."""
    engine = sorted(path for folder in ENGINE for path in (ROOT / folder).glob("*.py"))
    window = sorted(path for path in (ROOT / "desktop_app").rglob("*.py") if path != OUT)
    training = [ROOT / "training" / name for name in TRAINING]
    return [*engine, *window, *training]


def messages(modules: list[Module]) -> Found:
    """Sentences of errors and notices, and the words that stand in them."""
    errors = error_classes(modules)
    slots = {(error, name) for error in errors for name in ("message", "hint")} - {("UnknownName", "message")}
    collector = Collector(modules, slots | MESSAGE_SLOTS)
    for error in errors - {"UnknownName", "Cancelled"}:
        collector.signatures[error] = [["message"]]
    for module in modules:
        for node in module.nodes:
            match node:
                case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[said]) if noted(owner):
                    collector.text(module, said)
                case ast.ClassDef(name=name, body=body) if name in ENUMS:
                    for entry in body:
                        if isinstance(entry, ast.Assign):
                            collector.text(module, entry.value)
    found = collector.run()
    found.texts.update(EXTRA)
    for separators in found.joined.values():
        found.texts.update(separators.values())
    return found


def noted(owner: ast.expr) -> bool:
    """True for ``notes`` and ``self.notes``."""
    return (isinstance(owner, ast.Name) and owner.id in NOTES) or (
        isinstance(owner, ast.Attribute) and owner.attr in NOTES
    )


def edits(modules: list[Module]) -> Found:
    """Labels of undo steps, and names that layers get by themselves."""
    slots = set(EDIT_SLOTS)
    for module in modules:
        if "document" not in module.path.parts:
            continue
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef):
                given = {*parameters(node), *(argument.arg for argument in node.args.kwonlyargs)}
                slots |= {(function_key(module, node), "label")} if "label" in given else set()
            elif isinstance(node, ast.ClassDef):
                slots.add((module.key(node.name), "label"))
    collector = Collector(modules, slots)
    for module in modules:
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef) and node.name in NAMING:
                for text in ast.walk(node):
                    if isinstance(text, ast.JoinedStr):
                        collector.text(module, text)
    return collector.run()


def collect() -> tuple[Found, Found]:
    """Messages and edits of the sources as they are now."""
    modules = [Module(path, ast.parse(path.read_text("utf-8"))) for path in sources()]
    return messages(modules), edits(modules)


def written(said: Found, labels: Found) -> str:
    """The source of ``desktop_app/messages_list.py``."""
    lines = [
        '"""Generated by packaging/collect_messages.py (make translations), not for editing: texts to translate."""',
        "",
        "from __future__ import annotations",
        "",
        "from desktop_app.language import QT_TRANSLATE_NOOP",
        "",
        "MESSAGES: tuple[str, ...] = (",
        *entries("Messages", said.texts),
        ")",
        '"""Of errors and notices; ``{0}`` is a value."""',
        "",
        "EDITS: tuple[str, ...] = (",
        *entries("Edits", labels.texts),
        ")",
        '"""Of undo steps and layers."""',
        "",
        "JOINED: dict[str, dict[int, str]] = {",
        *(f"    {quoted(text)}: {dictionary(said.joined[text])}," for text in sorted(said.joined)),
        "}",
        '"""What separates the words of a value that is a list."""',
        "",
    ]
    return "\n".join(lines)


def entries(context: str, texts: Iterable[str]) -> Iterator[str]:
    """What declares each text for lupdate, long ones in pieces."""
    for text in sorted(texts):
        pieces = textwrap.wrap(text, 90, drop_whitespace=False, break_long_words=False) or [text]
        yield f'QT_TRANSLATE_NOOP("{context}", {" ".join(map(quoted, pieces))}),'


def dictionary(separators: dict[int, str]) -> str:
    """A literal of a small dict."""
    return "{" + ", ".join(f"{field}: {quoted(said)}" for field, said in sorted(separators.items())) + "}"


def quoted(text: str) -> str:
    """A literal in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def formatted(source: str) -> str:
    """The same source as ruff would have it."""
    call = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(OUT), "-"]
    return subprocess.run(call, input=source, capture_output=True, text=True, check=True, encoding="utf-8").stdout


def write() -> None:
    """Bring ``desktop_app/messages_list.py`` up to date; it is left alone when nothing changed."""
    text = formatted(written(*collect()))
    if not OUT.exists() or OUT.read_text("utf-8") != text:
        OUT.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
