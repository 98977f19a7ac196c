"""What pages say: no word in it that only programs know.

Every message a refusal may carry, every label and help of a form, every template: read from the source, so that a
new one is held to it as it is written. What only the API or a command can raise stands in `ELSEWHERE`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "src/subledger"
ROOMS = (
    *("kernel", "platform", "companies", "accounts", "catalog", "journal", "transactions"),
    *("gateways", "file_kit", "import_kit", "imports", "reports", "page_kit"),
)
FORBIDDEN = {
    "minor units": re.compile(r"minor unit|2\^53"),
    "a constraint": re.compile(r"\b[Cc]onstraint\b"),
    "a field code": re.compile(r"(?<![\w/.{<])[a-z]+(_[a-z0-9]+)+(?![\w}>(])"),
    "a JSON pointer": re.compile(r"(?<![\w/])/(items|amount|code|currency|posted_on|[a-z]+_[a-z]+)\b"),
    "an option of a command": re.compile(r"(?<![\w-])--[a-z]"),
    "a confirmation of the API": re.compile(r"confirm_"),
    "an inner id": re.compile(r"\b[a-z]{3}_[0-9a-z]{13}\b|\b\d{12,}\b"),
}
ELSEWHERE = {  # raised only where integrators report on requests, by the API
    "ElementInvalid",
    "IdentifierTwice",
    "RequestTwice",
    "TooManyElements",
    # keys of requests: pages have none
    "IdempotencyKeyInFlight",
    "IdempotencyKeyReused",
}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            if not {"migrations", "api", "api.py"} & set(path.parts):  # a face in the API is read by programs
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def refusals() -> set[str]:
    """Names of the classes that are refusals."""
    bases = {
        node.name: {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"DomainError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


def words(node: ast.AST) -> Iterator[str]:
    """The texts of an expression; what is filled in is a gap."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from words(part.value)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
        yield from (re.sub(r"\{[^}]*\}", "…", text) for text in words(node.args[0]))
        for value in node.keywords:
            yield from words(value.value)
    elif isinstance(node, ast.IfExp):
        yield from words(node.body)
        yield from words(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from words(node.left)
        yield from words(node.right)


def messages() -> Iterator[tuple[str, str]]:
    """(where, text) of everything that a refusal may say on a page."""
    known = refusals()
    for path, tree in trees():
        owners = {id(node): c.name for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for node in ast.walk(c)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rsplit(".", 1)[-1]
            owner = owners.get(id(node), "")
            if {name, owner} & ELSEWHERE or not (name in known or (name == "__init__" and owner in known)):
                continue
            where = f"{path.relative_to(SOURCE)}:{node.lineno}"
            for argument in node.args[: 1 if name in ("ItemInvalid", "NotFound") else None]:
                # a lone name is a column of a file, or a part that the class has words for
                yield from ((where, text) for text in words(argument) if not text.isidentifier())
            for keyword in node.keywords:
                if keyword.arg == "remedies" and isinstance(keyword.value, ast.Dict):
                    for door, text in zip(keyword.value.keys, keyword.value.values, strict=True):
                        if door is not None and ast.unparse(door) == "Door.PAGE":
                            yield from ((where, each) for each in words(text))


def remedies(door: str) -> Iterator[tuple[str, ast.expr]]:
    """(where, expression) of what is told to be done next at one door."""
    for path, tree in trees():
        for node in ast.walk(tree):
            for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
                if key is not None and ast.unparse(key) == door:
                    yield f"{path.relative_to(SOURCE)}:{value.lineno}", value


def test_who_is_told_to_repeat_a_request_is_told_what_becomes_of_its_key():
    """A refusal is kept under the key as any answer: confirmed, it is another request."""
    found = list(remedies("Door.API"))
    assert len(found) >= 10, "the remedies were not found"
    told = [(where, text) for where, node in found for text in words(node) if re.search("[Rr]epe[at]", text)]
    assert told
    assert not [f"{where}: {text}" for where, text in told if "Idempotency-Key" not in text]


def faults(text: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_no_refusal_says_what_only_programs_know():
    found = [(where, text) for where, text in messages()]
    assert len(found) > 250, "the messages were not found"
    assert not [f"{where}: {text}" for where, text in found if faults(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The balance is 3500 eur minor units.",
        "Constraint “tax_rate_percent” is violated.",
        "Repeat it with confirm_credit_limit.",
        "item_invalid at /items/0/discount_percent",
        "let this import do so with --create-missing.",
        "No account 457224177905054472 in this company.",
        "A date is plus_minus 60 days.",
    ],
)
def test_the_test_knows_such_words(text):
    assert faults(text)


def test_a_state_that_is_filled_in_is_told_in_words():
    from subledger.gateways.generic.errors import PostingRefused
    from subledger.gateways.states import RequestState
    from subledger.kernel.errors import DomainError

    told = [str(PostingRefused("PRQ-1", state, DomainError("The books are closed."))) for state in RequestState]
    assert not [text for text in told if faults(text)]


def choices_of(field: Any) -> list[str]:
    from django.forms import ModelChoiceField

    return [] if isinstance(field, ModelChoiceField) else [str(label) for _, label in getattr(field, "choices", ())]


def test_no_form_says_what_only_programs_know():
    from django import forms

    from subledger.config import pages  # every view, and so every form  # noqa: F401
    from subledger.page_kit.entries import entry_form
    from subledger.page_kit.kinds import kinds
    from subledger.platform.scope import company_scope

    def below(kind: type) -> Iterator[type]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    ours = [form for form in below(forms.Form) if form.__module__.startswith("subledger.")]
    with company_scope(1):
        ours += [entry_form(kind) for kind in kinds().values()]
    said = [
        (f"{form.__name__}.{name}", str(text))
        for form in ours
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        for text in (field.label, field.help_text, *choices_of(field))
        if text
    ]
    said += [(kind.slug, text) for kind in kinds().values() for text in (kind.title, kind.about, kind.noun)]
    assert len(said) > 150
    assert not [f"{where}: {text}" for where, text in said if faults(text)]


def test_no_template_says_what_only_programs_know():
    found = []
    for path in sorted(SOURCE.glob("**/templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{[{%].*?[%}]\}|<[^>]*>", " ", text, flags=re.DOTALL)
        found += [(path.name, line.strip()) for line in text.splitlines() if faults(line)]
    assert found == []
