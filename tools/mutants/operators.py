"""The mutants of a module: every place of its functions where one operator can spoil the code, as code objects."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

Function = ast.FunctionDef | ast.AsyncFunctionDef
Change = Callable[[ast.AST], ast.AST]

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}  # fmt: skip
WHERE = frozenset({"param", "action", "at", "strict"})  # where a refusal points to is not for these tests to notice
LONG = 80  # characters
NAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """``name`` says what was done in words of the code, not by line, so that it lasts while the code around changes."""

    name: str
    function: str  # its qualified name
    line: int
    code: CodeType


def mutants_of(source: str, filename: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    for path, function in _functions(tree):
        for node in _spoilable(function):
            for change in _changes(node):
                # The same tree with one node exchanged: what the copy does to it, the tree keeps nothing of.
                spoilt = change(copy.deepcopy(node))
                before, after = _words(node), _words(spoilt)
                if before == after:
                    continue
                mutated = _Exchange(node, spoilt).visit(_shallow(tree, node))
                name = f"{path}: {_difference(before, after)}"
                seen[name] += 1
                if seen[name] > 1:
                    name += f" ({seen[name]})"
                code = compile(ast.fix_missing_locations(mutated), filename, "exec")
                line = getattr(node, "lineno", function.lineno)
                yield Mutant(name, path, line, _code_of(code, path))


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions of the module and methods of its classes; what is defined within them is part of them."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{inner.name}", inner) for inner in node.body if isinstance(inner, Function))


def _spoilable(function: Function) -> Iterator[ast.AST]:
    """What a function does; not its signature, and not the words of its documentation."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    waiting: list[ast.AST] = list(body)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.AnnAssign):
            waiting.extend([node.value] if node.value else [])
        elif isinstance(node, ast.JoinedStr):  # the words of a message
            continue
        elif isinstance(node, Function):
            waiting.extend(node.body[::-1])
        else:
            waiting.extend(list(ast.iter_child_nodes(node))[::-1])


def _changes(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield lambda n: _set(n, ops=[COMPARED[type(op)]()])
        case ast.BinOp(op=op) if type(op) in COUNTED:
            yield lambda n: _set(n, op=COUNTED[type(op)]())
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand) if not isinstance(operand, ast.Constant):
            yield lambda n: n.operand  # type: ignore[attr-defined]
        case ast.BoolOp(op=op):
            yield lambda n: _set(n, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.Constant(value=bool() as value):
            yield lambda n: _set(n, value=not value)
        case ast.Constant(value=int() as value):
            yield lambda n: _set(n, value=value + 1)
        case ast.If() | ast.IfExp() | ast.While():
            yield lambda n: _set(n, test=ast.UnaryOp(ast.Not(), n.test))  # type: ignore[attr-defined]
        case ast.comprehension(ifs=[_, *_]):
            yield lambda n: _set(n, ifs=[])
        case ast.Call():
            yield from _changes_of_call(node)
        case ast.Break():
            yield lambda n: ast.copy_location(ast.Pass(), n)
        case ast.Continue():
            yield lambda n: ast.copy_location(ast.Pass(), n)
    match node:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield lambda n: ast.copy_location(ast.Pass(), n)
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield lambda n: ast.copy_location(ast.Pass(), n)


def _changes_of_call(node: ast.Call) -> Iterator[Change]:
    if isinstance(node.func, ast.Name) and node.func.id in NAMED:
        other = NAMED[node.func.id]
        yield lambda n: _set(n, func=ast.Name(other, ast.Load()))
    elif len(node.args) > 1 and not any(isinstance(one, ast.Starred) for one in node.args[:2]):
        yield lambda n: _set(n, args=[n.args[1], n.args[0], *n.args[2:]])  # type: ignore[attr-defined]
    for at, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in WHERE:
            yield lambda n, at=at: _set(n, keywords=[*n.keywords[:at], *n.keywords[at + 1 :]])  # type: ignore


def _set(node: ast.AST, **fields: object) -> ast.AST:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


class _Exchange(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return ast.copy_location(self.new, node) if hasattr(self.new, "lineno") else self.new
        return self.generic_visit(node)


def _shallow(tree: ast.Module, wanted: ast.AST) -> ast.Module:
    """A copy of the tree that shares ``wanted`` itself, which is found in it by identity."""
    memo = {id(wanted): wanted}
    return copy.deepcopy(tree, memo)


def _words(node: ast.AST) -> str:
    if isinstance(node, ast.comprehension):
        return ast.unparse(node).strip()
    if isinstance(node, ast.If | ast.While):
        return f"{type(node).__name__.lower()} {ast.unparse(node.test)}"
    text = ast.unparse(ast.fix_missing_locations(node))
    return " ".join(text.split())


def _difference(before: str, after: str) -> str:
    """Both in full where they are short; of long ones the words in which they differ."""
    old, new = before.split(" "), after.split(" ")
    if len(before) > LONG:
        while old and new and old[0] == new[0]:
            del old[0], new[0]
        while old and new and old[-1] == new[-1]:
            del old[-1], new[-1]
    return f"{' '.join(old)} → {' '.join(new) or 'nothing'}"


def _code_of(module: CodeType, path: str) -> CodeType:
    code = module
    for name in path.split("."):
        code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return code
