"""What people read is marked where it is written: an unmarked text would be English on every page."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.base import Lexer, TokenType
from tools.translation.texts import NO_PAGES, ROOMS

WORD = re.compile(r"[A-Za-z]{2}")
# Pages and documents of customers, in words of their own; e-mail.
TEMPLATES_ELSEWHERE = re.compile(r"/(pay|mail)/|^(documents|portal)/|/messages/frame")
TEMPLATES = [
    file.relative_to(ROOMS)
    for file in sorted(ROOMS.rglob("*.html"))
    if not TEMPLATES_ELSEWHERE.search(str(file.relative_to(ROOMS)))
]
# What programs and operators alone are told.
SOURCES_ELSEWHERE = re.compile(
    r"(^|/)(migrations|api|cli|api_kit|cli_kit|static|stripe_client)(/|$)|(^|/)(api|cli|models|event_types|languages)\.py$"
    r"|/pay[_a-z]*\.py$|^portal/words|^gateways/stripe/|^documents/(einvoices/(cii|ubl|invoices|codes)|labels|words|values)|^platform/(rooms|configuration|installation|sql_versions)"
)
SOURCES = [
    file.relative_to(ROOMS)
    for file in sorted(ROOMS.rglob("*.py"))
    if file.relative_to(ROOMS).parts[0] not in NO_PAGES and not SOURCES_ELSEWHERE.search(str(file.relative_to(ROOMS)))
]
PLACE = re.compile(r"\{[^}]*\}")
READ = ("title", "aria-label", "placeholder", "alt")
# What is wrong with the program itself.
FAULTS = ("Fault", "RoomsInvalid", "NoCompanyScope", "ListenersInvalid", "MessageKindsInvalid", "RunKindsInvalid")
SPOKEN = frozenset({"label", "title", "noun", "noun_plural", "help_text", "empty", "submit_label", "done", "question"})


class Words(HTMLParser):
    """The texts of a template, and of its attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.silent = tag in ("script", "style", "svg")
        self.found += [
            value for name, value in attrs if name in ("title", "aria-label", "placeholder", "alt") and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def written(source: str) -> str:
    """A template without what Django makes of it."""
    parts, within = [], ""
    for token in Lexer(source).tokenize():
        name = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if name in ("comment", "blocktranslate"):
            within = name
        elif name == f"end{within}":
            within = ""
        elif token.token_type == TokenType.TEXT and not within:
            parts.append(token.contents)
        elif token.token_type == TokenType.VAR:
            parts.append("0")
    return "".join(parts)


@pytest.mark.parametrize("name", TEMPLATES, ids=str)
def test_no_word_of_a_template_is_unmarked(name):
    words = Words()
    words.feed(written((ROOMS / name).read_text()))
    assert not [text.strip() for text in words.found if WORD.search(text)]


def calls_of(node: ast.ClassDef, name: str) -> Iterator[ast.Call]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == name:
            yield inner


def unmarked(source: str) -> Iterator[str]:
    """Texts of a source that people read, by where they stand."""
    for node in ast.walk(ast.parse(source)):
        given: list[ast.expr] = []
        if isinstance(node, ast.keyword) and node.arg in SPOKEN:
            given = [node.value]
        elif isinstance(node, ast.Call) and re.match(r"messages\.|Invariant$", ast.unparse(node.func)):
            given = node.args[1:2]
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func)
            given = node.exc.args[:1] if not hasattr(builtins, name) and not name.endswith(FAULTS) else []
        elif isinstance(node, ast.ClassDef) and not node.name.endswith(FAULTS):
            given = [call.args[0] for call in calls_of(node, "super().__init__") if call.args]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "format_html" and node.args:
            words = Words()
            words.feed(PLACE.sub("", ast.literal_eval(node.args[0])) if isinstance(node.args[0], ast.Constant) else "")
            yield from (text for text in words.found if re.search("[a-z]{2}", text))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).rpartition(".")[2] in SPOKEN:
            given = [node.value]
        for value in given:
            if isinstance(value, ast.JoinedStr):
                yield ast.unparse(value)
            elif isinstance(value, ast.Constant) and isinstance(value.value, str) and re.search(r"\w \w", value.value):
                yield value.value


@pytest.mark.few(9)
@pytest.mark.parametrize("room", sorted({name.parts[0] for name in SOURCES}))
def test_no_label_and_no_refusal_is_unmarked(room):
    files = [name for name in SOURCES if name.parts[0] == room]
    found = {str(name): [*unmarked((ROOMS / name).read_text())] for name in files}
    assert not {name: texts for name, texts in found.items() if texts}


def test_a_text_that_is_not_marked_is_found():
    source = "raise Refused('It is so.')\nColumn(label=f'{x} days')\ntitle = 'A page'\nformat_html('<b>{} late</b>', 1)"
    assert sorted(unmarked(source)) == [" late", "A page", "It is so.", "f'{x} days'"]
    assert [*unmarked("messages.success(request, f'{row}: {told}')")] == ["f'{row}: {told}'"]
    refusal = "class Refused(DomainError):\n    def __init__(self): super().__init__(f'{self} is refused.')"
    assert [*unmarked(refusal)] == ["f'{self} is refused.'"]
    assert not [*unmarked("raise Refused(say('It is so.'))\nraise ValueError('it is so')")]


def values_marked(source: str) -> list[str]:
    """Values of choices that are marked as if they were texts: a form would send them in the person's language."""
    pairs = [node.elts for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    both = [(ast.unparse(value), ast.unparse(text)) for value, text in pairs]
    return [value for value, text in both if re.fullmatch(r"say\('[a-z_]+'\)", value) and text.startswith("say(")]


def test_no_value_of_a_choice_is_marked():
    assert not {str(name): found for name in SOURCES if (found := values_marked((ROOMS / name).read_text()))}
    assert values_marked("[(say('open'), say('Open')), ('all', say('All'))]") == ["say('open')"]


def put_together(source: str) -> list[str]:
    """Texts with a day or an instant that is written already, or with another text behind them: neither can be said in
    somebody's own format or language."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
            pattern = next((part.value for part in node.args if isinstance(part, ast.Constant)), "")
            found += [ast.unparse(node)] if re.search(r"\{\w+:[^}]*%[^}]*\}", str(pattern)) else []
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Add):
            parts = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.value]
            found += [ast.unparse(one) for one in parts if re.match(r"say\(", ast.unparse(one))]
    return found


def test_no_text_has_days_in_it_that_are_written_already_and_none_is_put_together():
    assert not {str(name): found for name in SOURCES if (found := put_together((ROOMS / name).read_text()))}
    assert len(put_together("a = say('At {at:%H:%M}', at=at)\nb += say('So.')\nc = say('One ') + say('two')")) == 4
    assert not put_together("a = say('{amount:,} {currency}', amount=1)\nb = x + y")
