"""Tests run every day or by CI: none runs never, and what takes long does not come back into `make test`."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tiers import covering, mark, spread

ROOT = Path(__file__).parents[2]
BEFORE_A_RELEASE = {"slow"}
# Of the tests that drive a browser, those that `make test` runs. The others are wide.
SHOWN_EVERY_TIME = {
    "tests/pages/test_browser.py::test_axe_finds_nothing_serious_on_the_pages_of_every_day",
    "tests/pages/test_stories_browser.py::test_a_failed_card_is_paid_within_three_presses",
}


def left_out() -> set[str]:
    """The marks that a plain run leaves out."""
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    return set(re.findall(r"not (\w+)", options["addopts"]))


def test_whatever_make_test_leaves_out_has_its_command_and_ci_runs_it():
    run = re.findall(r"^make (\w+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    targets = dict(re.findall(r"^(\w+):.*\n\t@\$\(BIN\)/python -m pytest (.*)", (ROOT / "Makefile").read_text(), re.M))
    assert left_out() == {"wide", "slow"}
    assert "-m '" not in targets["test"]
    for name in left_out():
        assert re.search(rf"-m '?{name}\b", targets[name]), f"make {name} runs what is marked so"
    assert {"test", *left_out()} - BEFORE_A_RELEASE <= set(run)


def marks_of(nodes: list[ast.expr]) -> set[str]:
    return set(re.findall(r"\bmark\.(\w+)", " ".join(ast.unparse(node) for node in nodes)))


def in_browsers() -> Iterator[tuple[str, set[str]]]:
    """Each with its marks, those of its module included."""
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        source = path.read_text(encoding="utf-8")
        if ("browser" not in path.stem and "playwright" not in source) or path == Path(__file__):
            continue
        tree = ast.parse(source)
        assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
        whole = marks_of([node.value for node in assigned if ast.unparse(node.targets[0]) == "pytestmark"])
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(ROOT)}::{node.name}", whole | marks_of(node.decorator_list)


def test_in_a_browser_few_things_are_shown_every_time():
    found = dict(in_browsers())
    assert len(found) > 50
    assert {name for name, marks in found.items() if not marks & {"wide", "slow"}} == SHOWN_EVERY_TIME


def test_cases_that_stay_are_spread_over_all_of_them():
    assert list(spread(9, 3)) == [0, 4, 8]
    assert list(spread(9, 1)) == [0]
    assert list(spread(2, 5)) == [0, 1]
    assert [len(spread(172, wanted)) for wanted in (2, 12, 172)] == [2, 12, 172]


def test_of_a_product_each_value_stays_once():
    product = [{"way": way, "state": state} for way in ("charge", "refund") for state in ("open", "rejected", "held")]
    stay = [product[at] for at in covering(product)]
    assert len(stay) == 3
    assert {each["way"] for each in stay} == {"charge", "refund"}
    assert {each["state"] for each in stay} == {"open", "rejected", "held"}


class Item:
    """A test as it was collected, as far as its marks go."""

    def __init__(self, nodeid: str, *marks: pytest.MarkDecorator) -> None:
        self.nodeid, self.path = nodeid, Path(nodeid.partition("::")[0])
        self.marks = {one.name: one.mark for one in marks}

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        return self.marks.get(name)

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.marks[mark.name] = mark.mark


def test_of_a_module_that_goes_deep_some_tests_stay_with_all_their_cases():
    deep = [Item(f"deep.py::test_{at}[{case}]", pytest.mark.sampled(3)) for at in range(9) for case in "ab"]
    alone = Item("one.py::test_alone", pytest.mark.sampled(3))
    other = Item("other.py::test_it")
    mark([*deep, alone, other])
    stay = [one.nodeid for one in (*deep, alone, other) if "wide" not in one.marks]
    kept = [f"deep.py::test_{at}[{case}]" for at in (0, 4, 8) for case in "ab"]
    assert stay == [*kept, "one.py::test_alone", "other.py::test_it"]
