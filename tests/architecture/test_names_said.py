"""What docstrings and comments name in backticks is there: a module that is renamed takes its name along."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.test_house_rules import FILES, SOURCE

SAID = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)`(?!`)")
DOCSTRING = re.compile(r'"""\s*[A-Z].*?"""', re.DOTALL)
# Names of modules of before that are words, too, and so are found elsewhere.
GONE = frozenset({
    "working", "reporting", "requesting", "noticing", "reconciling", "previewing", "services.reporting",
})  # fmt: skip


def words_of(files: list[Path]) -> set[str]:
    """What stands in sources but for what is said about them, functions of the database without their version, and the
    names of modules and folders."""
    found: set[str] = set()
    for path in files:
        text = path.read_text(encoding="utf-8")
        found |= {path.stem, *path.relative_to(SOURCE).parts}
        found |= set(re.findall(r"\w+", DOCSTRING.sub("", SAID.sub(" ", text)) if path.suffix == ".py" else text))
    return found | {re.sub(r"_v\d+$", "", word) for word in found}


def unknown(text: str, words: set[str]) -> list[str]:
    return [said for said in SAID.findall(text) if said in GONE or set(said.strip(".").split(".")) - words]


def test_what_is_said_in_backticks_is_there():
    words = words_of([path for path in SOURCE.rglob("*") if path.suffix in {".py", ".sql", ".html"}])
    texts = {path: path.read_text(encoding="utf-8") for path in FILES}
    found = {str(path.relative_to(SOURCE)): named for path, text in texts.items() if (named := unknown(text, words))}
    assert found == {}
    assert sum(len(SAID.findall(text)) for text in texts.values()) > 500


def test_a_name_that_is_no_more_is_found():
    words = {"claims", "page"}
    assert unknown("As `claims.page`, `claims.pages` and `working`.", words) == ["claims.pages", "working"]
