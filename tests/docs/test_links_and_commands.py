"""Links lead somewhere, commands are ones that the program has, names of code are of code that is there."""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import pytest
from tests.docs.generate import command_tree
from tests.docs.pages import PAGES, ROOT, SOURCE, code_in, fences, name_of, text_of

each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def anchors(text: str) -> set[str]:
    """The anchors that headings get, as on GitHub."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_every_link_and_picture_leads_to_a_file_and_a_heading(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in anchors(text_of(file)), f"{target}: no such heading"


@cache
def modules() -> list[Path]:
    return [file for part in ("src", "tests", "bench", "tools") for file in (ROOT / part).rglob("*.py")]


@each_page
def test_every_piece_of_code_that_is_named_is_there(page: Path):
    for name in code_in(text_of(page)):
        found = re.fullmatch(r"((?:[\w./-]+/)?[\w-]+\.py):(\w+)(?:\.(\w+))?", name)
        if found:
            path, *names = found.groups()
            matches = [f for f in SOURCE.rglob("*.py") if f"/{f.relative_to(SOURCE)}".endswith(f"/{path}")]
            assert matches, f"{name}: no such file"
            assert any(
                all(re.search(rf"\b(?:def|class) {each}\b", file.read_text()) for each in names if each)
                for file in matches
            ), f"{name}: no such name"
        elif re.fullmatch(r"(?:tests|src|bench|docs)/[\w/.-]+", name):
            assert (ROOT / name).exists(), f"{name} is not there"
        elif re.fullmatch(r"(?:\w+/)*\w+\.py", name) and page.parent.name != "decisions":  # those tell of their day
            assert any(f"/{file.relative_to(ROOT)}".endswith(f"/{name}") for file in modules()), f"{name}: no such file"


def commands(text: str) -> list[list[str]]:
    """The ``subledger`` commands in a page's shell blocks, as words."""
    found = []
    for block in fences(text, "", "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            for start in re.finditer(r"(?:^|\$\(|\| |\s)(?:\.venv/bin/)?(subledger (?:(?![|#>)]).)*)", line):
                found.append(shlex.split(start.group(1)))
    return found


@each_page
def test_every_command_shown_is_one_that_the_program_has(page: Path):
    known = {tuple(path): command for path, command in command_tree()}
    for words in commands(text_of(page)):
        command = known.get(tuple(words[:3])) or known.get(tuple(words[:2]))
        assert command is not None, f"there is no {' '.join(words)}"
        options = {option for each in command.params for option in each.opts}
        unknown = [word for word in words if word.startswith("--") and word not in options]
        assert not unknown, f"{' '.join(words)}: no {unknown}"


def test_commands_are_found_in_pages():
    """So that the test above looks at something."""
    assert ["subledger", "check"] in commands(text_of("README.md"))
    assert ["subledger", "apikey", "create", "first steps", "--company", "scenarios"] in commands(text_of("README.md"))


@each_page
def test_shell_blocks_can_be_read_by_a_shell(page: Path):
    for block in fences(text_of(page), "sh"):
        read = subprocess.run(["sh", "-n"], input=block, capture_output=True, text=True, check=False)
        assert read.returncode == 0, read.stderr
