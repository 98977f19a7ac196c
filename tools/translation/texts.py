"""Every text of a room that is marked: by ``say`` in Python, by ``{% translate %}`` and ``_("…")`` in templates.

The values of its enumerations are texts, too: pages show them in words. A text that is meant of something alone
(``say_of``, ``{% translate … context … %}``, ``@of`` of an enumeration) has that before it, up to ``OF``.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.translation.template import templatize

from subledger.kernel.sentences import OF
from subledger.kernel.words import a, plain

__all__ = ["ROOMS", "rooms", "texts_of_python", "texts_of_room", "texts_of_template"]

ROOMS = Path(__file__).parents[2] / "src/subledger"
LAYERS = Path(__file__).parents[2] / ".importlinter"
# What Django's reader of templates makes of the marks in one.
QUOTED = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
MARKED = re.compile(rf"\b(?:_|gettext|pgettext)\((?:{QUOTED}, )?{QUOTED}\)")
WITH_ARTICLES = frozenset({"AccountRole", "Classification"})  # enumerations that `kernel.words.a` is asked for
NO_PAGES = frozenset({"cli", "cli_kit", "config", "demo"})
LETTERS = re.compile(r"[^\W\d_]{2}")


def rooms() -> list[str]:
    """Lowest first: a text of several rooms is translated in the lowest."""
    layers = LAYERS.read_text().partition("layers =")[2].partition("\n\n")[0]
    return [name.strip(" ()") for name in reversed(layers.split("\n")) if name.strip(" ()")]


@cache
def texts_of_room(room: str) -> dict[str, tuple[str, ...]]:
    """Each text, and the files in which it stands."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOMS / room).rglob("*")) if room not in NO_PAGES else ():
        name = str(file.relative_to(ROOMS))
        if file.suffix == ".py":
            texts = texts_of_python(file.read_text())
        elif file.suffix == ".html":
            texts = texts_of_template(file.read_text())
        else:
            continue
        for text in texts:
            if LETTERS.search(re.sub(r"\{[^}]*\}", "", text)) and name not in found[text]:
                found[text].append(name)
    return {text: tuple(places) for text, places in found.items()}


def texts_of_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
            if isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say_of":
            meant, text = node.args
            if isinstance(meant, ast.Constant) and isinstance(text, ast.Constant):
                yield f"{meant.value}{OF}{text.value}"
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ConfigurationField", "Field"):
            yield from _unlabelled(node)
        elif isinstance(node, ast.ClassDef) and any("StrEnum" in ast.unparse(base) for base in node.bases):
            yield from _values(node)
        elif isinstance(node, ast.Dict):
            yield from _moves(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("counted"):
            yield from _counted(node)
        if isinstance(node, ast.ClassDef | ast.Call):
            yield from _plural(node)
        if isinstance(node, ast.ClassDef):
            yield from _noun(node)


def _unlabelled(node: ast.Call) -> Iterator[str]:
    """A field that is called by its name: `ConfigurationField.words`."""
    given = {one.arg: one.value for one in node.keywords}
    if "label" not in given and isinstance(given.get("name"), ast.Constant):
        yield plain(ast.literal_eval(given["name"])).capitalize()


def _noun(node: ast.ClassDef) -> Iterator[str]:
    """What a model is called where there is none: `kernel.ids.noun_of`."""
    given = {ast.unparse(one.targets[0]): one.value for one in ast.walk(node) if isinstance(one, ast.Assign)}
    if "PREFIX" in given:
        name = given.get("verbose_name")
        yield str(ast.literal_eval(name)) if name else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", node.name.strip("_")).lower()


def _plural(node: ast.ClassDef | ast.Call) -> Iterator[str]:
    """What a list's rows are called where it says the singular alone: `ListPage.plural`."""
    if isinstance(node, ast.ClassDef):
        given = {ast.unparse(one.targets[0]): one.value for one in node.body if isinstance(one, ast.Assign)}
    elif getattr(node.func, "id", "") == "ConfigurationTable":
        given = {str(one.arg): one.value for one in node.keywords}
    else:
        return
    if "noun" in given and "noun_plural" not in given:
        nouns = texts_of_python(ast.unparse(given["noun"]))
        yield from (f"{noun}s" for noun in nouns if not noun.endswith(("s", "y")))


def _values(node: ast.ClassDef) -> Iterator[str]:
    """The values of an enumeration as pages say them: `subledger_tags.word`."""
    values = (line.value for line in node.body if isinstance(line, ast.Assign))
    for value in values:
        if isinstance(value, ast.Constant) and re.fullmatch(r"[a-z][a-z_]+", str(value.value)):
            yield plain(value.value).capitalize()
            yield from (f"{meant}{OF}{plain(value.value).capitalize()}" for meant in _meant_of(node))
            if node.name in WITH_ARTICLES:
                yield a(value.value)


def _meant_of(node: ast.ClassDef) -> Iterator[str]:
    """What its decorator ``@of`` says."""
    for one in node.decorator_list:
        if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "of":
            yield str(ast.literal_eval(one.args[0]))


def _moves(node: ast.Dict) -> Iterator[str]:
    """The actions of a life cycle, as its refusals say them: `kernel.lifecycle`."""
    for key in node.keys:
        if isinstance(key, ast.Tuple) and len(key.elts) == 2 and isinstance(key.elts[0], ast.Attribute):
            action = key.elts[1]
            if isinstance(action, ast.Constant) and re.fullmatch(r"[a-z][a-z_]+", str(action.value)):
                yield plain(action.value).capitalize()


def _counted(node: ast.Call) -> Iterator[str]:
    """What `kernel.words.counted` says of one and of several."""
    if len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
        noun = str(node.args[1].value)
        yield from (f"{{number}} {noun}", f"{{number}} {noun}s")


def texts_of_template(source: str) -> Iterator[str]:
    for found in MARKED.finditer(templatize(source)):
        yield (ast.literal_eval(found[1]) + OF if found[1] else "") + ast.literal_eval(found[2])
