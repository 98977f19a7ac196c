"""Which functions of the source write: by the ORM, by SQL of their own, by a function of the database."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SAVES = frozenset({"bulk_create", "bulk_update", "get_or_create", "update_or_create"})
STATEMENT = re.compile(
    r"\b(?:INSERT INTO|MERGE INTO|DELETE FROM|UPDATE)\s+(?:ONLY\s+)?[a-z{\"]|\bCOPY [a-z{\"][^;]* FROM STDIN"
)
# Functions of the database that write are called so: ``journal_write_v2``, ``numbers_take``, ``stripe_call_wait_v1``.
WRITING_FUNCTION = re.compile(r"\b[a-z_]+_(?:write|take|wait|merge)(?:_v\d+)?\b")
WRITTEN = re.compile(rf"SELECT [^;]*{WRITING_FUNCTION.pattern}\(", re.DOTALL)
CALLS = frozenset({"call", "call_last"})


def written(files: Iterable[Path], root: Path) -> set[str]:
    """Dotted names of functions and methods of these files that write."""
    texts = {}
    for path in files:
        parts = path.relative_to(root).with_suffix("").parts
        texts[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return writers(texts)


def writers(texts: Mapping[str, str]) -> set[str]:
    """Dotted names of functions and methods that write, themselves or through private functions of their own module;
    ``texts`` are sources by the dotted names of their modules."""
    found: set[str] = set()
    for module, text in texts.items():
        if "rules" in module.split("."):
            continue  # they know no database: import-linter holds that
        found |= {f"{module}.{name}" for name in _writers_of(ast.parse(text))}
    return found


def _writers_of(tree: ast.Module) -> set[str]:
    said = _constants(tree)
    functions = dict(_functions(tree))
    writing = {name for name, node in functions.items() if any(is_write(one, said) for one in _nodes(node))}
    while True:
        more = {
            name
            for name, node in functions.items()
            if name not in writing and _private_calls(node) & {one.rpartition(".")[2] for one in writing}
        }
        if not more:
            return writing
        writing |= more


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{each.name}", each


def _nodes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """All of a function but its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    for statement in [*body, *function.decorator_list]:
        yield from ast.walk(statement)


def _private_calls(node: ast.AST) -> set[str]:
    """Names in ``_`` of this module's functions and methods that it calls."""
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                name = call.func.attr if call.func.value.id in ("self", "cls") else ""
            if name.startswith("_"):
                names.add(name)
    return names


def _constants(tree: ast.Module) -> set[str]:
    """Constants of the module whose text is a statement that writes."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_is_statement(each) for each in ast.walk(node.value)):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _is_statement(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (STATEMENT.search(node.value) is not None or WRITTEN.search(node.value) is not None)
    )


def is_write(node: ast.AST, said: set[str]) -> bool:
    """Whether a node writes; ``said`` are names of the module's statements that do."""
    if isinstance(node, ast.Name):
        return node.id in said
    if isinstance(node, ast.Constant):
        return _is_statement(node)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id in CALLS and node.args:
        function = node.args[0]
        return isinstance(function, ast.Constant) and WRITING_FUNCTION.fullmatch(str(function.value)) is not None
    if not isinstance(node.func, ast.Attribute):
        return False
    name, of = node.func.attr, ast.unparse(node.func.value)
    if name == "save":  # of a row: an image is told where to
        return not node.args
    if name in SAVES:
        return True
    if name == "create":  # of a manager, and not of whatever else can be created
        return of.rsplit(".")[-1] in ("objects", "unscoped") or of.endswith("_set")
    if name == "update":  # of a set of rows, which is told its columns by name, and not of a dictionary
        return not node.args and bool(node.keywords)
    return name == "delete" and not node.args and not node.keywords
