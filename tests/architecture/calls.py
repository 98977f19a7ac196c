"""Who calls whom in the source, by what each module imports: a name is not taken for another's of the same name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Function:
    """A function, or a method of the class ``of``, with the dotted names of what it calls or hands on to be called."""

    node: ast.FunctionDef
    of: str = ""
    calls: set[str] = field(default_factory=set)


def functions_in(files: Iterable[Path], root: Path, package: str = "subledger") -> dict[str, Function]:
    """Every function and method by dotted name (``room.module.function``), and what each calls.

    A method of an object whose class nobody can tell here is any method of that name, of the classes in the module
    itself and in those that it imports from.
    """
    texts = {}
    for path in files:
        parts = path.relative_to(root).with_suffix("").parts
        texts[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return functions_of(texts, package)


def functions_of(texts: Mapping[str, str], package: str = "subledger") -> dict[str, Function]:
    """The same of sources by the dotted names of their modules."""
    modules = {name: ast.parse(text) for name, text in texts.items()}
    found = {
        f"{module}.{of + '.' if of else ''}{node.name}": Function(node, of)
        for module, tree in modules.items()
        for of, node in _defined(tree)
    }
    methods: dict[str, list[tuple[str, str]]] = {}
    for name, one in found.items():
        if one.of:
            methods.setdefault(one.node.name, []).append((name.removesuffix(f".{one.of}.{one.node.name}"), name))
    for module, tree in modules.items():
        imported = dict(_imported(tree, module, package))
        near = {module, *imported.values(), *(name.rpartition(".")[0] for name in imported.values())}
        for of, node in _defined(tree):
            one = found[f"{module}.{of + '.' if of else ''}{node.name}"]
            for call in ast.walk(node):
                if isinstance(call, ast.Call):
                    one.calls |= set(_called(call.func, module, of, imported, methods, near))
                    given = [*call.args, *(keyword.value for keyword in call.keywords)]
                    one.calls |= {
                        imported[each.id] for each in given if isinstance(each, ast.Name) and each.id in imported
                    }
    return found


def _defined(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        if isinstance(node, ast.ClassDef):
            yield from ((node.name, each) for each in node.body if isinstance(each, ast.FunctionDef))


def _imported(tree: ast.Module, module: str, package: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")[: -node.level]
                base = ".".join([*above, *([base] if base else [])])
            else:
                base = base.removeprefix(f"{package}.")
            for name in node.names:
                yield name.asname or name.name, f"{base}.{name.name}" if base else name.name


def _called(
    func: ast.expr,
    module: str,
    of: str,
    imported: Mapping[str, str],
    methods: Mapping[str, list[tuple[str, str]]],
    near: set[str],
) -> Iterator[str]:
    if isinstance(func, ast.Name):
        yield imported.get(func.id, f"{module}.{func.id}")
    elif isinstance(func, ast.Attribute):
        if isinstance(func.value, ast.Name) and func.value.id in imported:
            yield f"{imported[func.value.id]}.{func.attr}"
        if isinstance(func.value, ast.Name) and func.value.id == "self":
            yield f"{module}.{of}.{func.attr}"
        else:
            yield from (name for where, name in methods.get(func.attr, ()) if where in near)
