"""The pages of the documentation, as text and as tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src/subledger"
TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
PAGES = [ROOT / name for name in TOP] + sorted(DOCS.rglob("*.md"))


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def rows_of(text: str) -> Iterator[list[str]]:
    """The cells of every table row but the lines below headings; a ``|`` written as ``\\|`` stays in its cell."""
    for line in text.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[|\-: ]+", line):
            yield [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def code_in(text: str) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def fences(text: str, *languages: str) -> list[str]:
    """The contents of fenced blocks of these languages ("" for none)."""
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [content for language, content in found if language in languages]
