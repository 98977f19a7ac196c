"""A kit has no word of any domain: what rooms share knows nothing that one of them owns.

What their rows are called is a word of a domain, and so are the classifications of documents. Looked at are the names
that a kit's code gives, the texts that it says, and its templates; examples in docstrings speak of rooms.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from subledger.page_kit.faces import SHELL, merged
from subledger.platform.rooms import installed
from subledger.transactions.states import Classification

SOURCE = Path(__file__).parents[2] / "src/subledger"
KITS = ("page_kit", "api_kit", "cli_kit", "report_kit", "import_kit", "file_kit")
# Names of rows that are plain English, too.
PLAIN = {
    *("attempt", "claim", "reason", "series", "source", "copy", "message", "run", "retry", "session", "attachment"),
    *("company", "membership", "role", "login", "api_key", "saved_view"),  # who somebody is, which kits ask a desk
}
# Of the trade, though no row is called so.
OF_THE_TRADE = {
    *("receivable", "receivables", "settlement", "unapplied", "ledger", "dispute", "mandate", "suspense"),
    *("gateway", "letterhead", "webhook"),
}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def rooms_above() -> list[str]:
    names = [room.name for room in installed()]
    return [name for name in names if name not in ("platform", "stripe_client")]


def words_of_domains() -> set[str]:
    """What rows of rooms above the kits are called, but for words that are plain English, too."""
    rows = {snake(model.__name__) for name in rooms_above() for model in apps.get_app_config(name).get_models()}
    return (rows | set(Classification) | OF_THE_TRADE) - PLAIN


def said(file: Path) -> Iterator[tuple[int, str]]:
    """Names and texts of a module, but its docstrings; a template's words without its comments."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        plain = re.sub(r"(?s){% comment %}.*?{% endcomment %}|{#.*?#}|\bclass=\"[^\"]*\"", "", text)
        yield from enumerate(plain.splitlines(), 1)
        return
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, snake(node.id)
        elif isinstance(node, ast.Attribute):
            yield node.lineno, snake(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, snake(node.name)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield 0, snake(node.arg)


def found_in(folder: Path, words: set[str]) -> list[str]:
    wanted = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(words)).replace('_', '[_ ]')})s?(?![a-z])")
    files = sorted(file for file in folder.rglob("*") if file.suffix in (".py", ".html"))
    assert files
    return [
        f"{file.relative_to(folder)}:{line}: {match[0]}"
        for file in files
        for line, text in said(file)
        for match in wanted.finditer(text.lower())
    ]


@pytest.mark.parametrize("kit", KITS)
def test_a_kit_has_no_word_of_any_domain(kit: str):
    assert found_in(SOURCE / kit, words_of_domains()) == []


def test_a_word_of_a_domain_is_found_wherever_it_is_said(tmp_path: Path):
    words = words_of_domains()
    assert {"account", "invoice", "credit_note", "payment_request", "tax_rate"} <= words
    (tmp_path / "labels.py").write_text(
        '"""Of a customer\'s account."""\n\nCREDIT_NOTES = "Overdue Invoices"\n\n\ndef pay(accountId): ...\n'
    )
    (tmp_path / "form.html").write_text('{# the customer #}<p class="account">Send the refund</p>\n')
    assert found_in(tmp_path, words) == [
        "form.html:1: refund",
        "labels.py:3: credit_notes",
        "labels.py:3: invoices",
        "labels.py:0: account",
    ]


PAGE = re.compile(r"backoffice:[a-z_]+")


def pages_named(file: Path) -> list[str]:
    """Of a template or a module: the names of pages that it leads to."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        return PAGE.findall(text)
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args]
    named = [call for call in calls if isinstance(call.args[0], ast.Constant)]
    asked = [ast.unparse(call) for call in named if ast.unparse(call.func).endswith("page_url")]
    return [found for _, one in said(file) for found in PAGE.findall(one)] + asked


def test_a_kit_names_no_page_of_a_room(tmp_path: Path):
    """What every page leads to is declared by the rooms whose pages they are (`PageFace.shell`)."""
    files = [file for kit in KITS for file in (SOURCE / kit).rglob("*") if file.suffix in (".py", ".html")]
    assert {str(file): found for file in files if (found := pages_named(file))} == {}
    assert merged("shell").keys() == set(SHELL)
    (tmp_path / "top.html").write_text("{% url 'backoffice:search' %}")
    (tmp_path / "trail.py").write_text('x = page_url("entry", 1), reverse("backoffice:me"), page_url(name)')
    assert pages_named(tmp_path / "top.html") == ["backoffice:search"]
    assert pages_named(tmp_path / "trail.py") == ["backoffice:me", "page_url('entry', 1)"]
