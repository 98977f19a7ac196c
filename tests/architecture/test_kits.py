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

from subledger.transactions.states import Classification

SOURCE = Path(__file__).parents[2] / "src/subledger"
KITS = ("page_kit", "api_kit", "cli_kit", "report_kit", "import_kit", "file_kit")
DOMAINS = ("accounts", "catalog", "journal", "transactions", "gateways")
# Names of rows that are plain English, too.
PLAIN = {"attempt", "claim", "reason", "series", "source"}
# Of the trade, though no row is called so.
OF_THE_TRADE = {
    *("receivable", "receivables", "settlement", "unapplied", "ledger", "dispute", "mandate", "suspense"),
    *("gateway", "letterhead", "webhook"),
}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def words_of_domains() -> set[str]:
    rows = {snake(model.__name__) for name in DOMAINS for model in apps.get_app_config(name).get_models()}
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
