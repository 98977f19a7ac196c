"""The pure tests of the rules notice mistakes in them: every mutant but the accepted ones, module by module."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tools.mutants.judges import JUDGES, WAITING
from tools.mutants.operators import mutants_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/subledger"
MOST_WAITING = 5  # falls with the list, and does not rise
ACCEPTED: dict[str, dict[str, str]] = tomllib.loads((ROOT / "tools/mutants/accepted.toml").read_text())


@pytest.mark.slow
@pytest.mark.parametrize("module", JUDGES)
def test_no_mutant_of_the_module_survives_unknown(module: str):
    # Not as a worker of this run, should it have some.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants", module, "--minutes", "10"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_accepted_is_of_modules_that_are_judged_and_says_why():
    assert ACCEPTED.keys() <= JUDGES.keys()
    assert all(len(reason) > 10 for survivors in ACCEPTED.values() for reason in survivors.values())


def functions_of(module: str) -> list[str]:
    tree = ast.parse((SOURCE / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def rules_modules() -> set[str]:
    files = [*SOURCE.glob("*/rules.py"), *SOURCE.glob("*/rules/**/*.py")]
    names = (".".join(path.relative_to(SOURCE).with_suffix("").parts) for path in files if path.stem != "__init__")
    return {name for name in names if functions_of(name)}


def test_every_rules_module_is_judged_or_says_why_not_yet():
    """A new one is named in `judges.py`, with its tests; the list of those that wait only shrinks."""
    modules = rules_modules()
    assert len(modules) > 40
    assert modules - JUDGES.keys() == set(WAITING)
    assert len(WAITING) <= MOST_WAITING
    assert {one for one in JUDGES if ".rules" in one} <= modules


def test_every_test_that_judges_is_there():
    assert {test for tests in JUDGES.values() for test in tests if not (ROOT / test).is_file()} == set()


SPOILT = '''
def bound(a, b, *, on):
    """Not spoilt: 1 > 0."""
    if a > b and not on:
        raise ValueError(f"{a} is more than {1}")
    total = sum(x - 1 for x in range(b) if x)
    return min(total, call(a, b, on=on))
'''


def test_each_kind_of_mistake_is_made_in_each_place():
    names = [mutant.name.removeprefix("bound: ") for mutant in mutants_of(SPOILT, "spoilt.py")]
    assert len(names) == len(set(names))
    assert set(names) >= {
        "a > b → a >= b",
        "a > b and (not on) → a > b or not on",
        "not on → on",
        "if a > b and (not on) → if not (a > b and (not on))",
        "raise ValueError(f'{a} is more than {1}') → pass",
        "x - 1 → x + 1",
        "1 → 2",
        "for x in range(b) if x → for x in range(b)",
        "min(total, call(a, b, on=on)) → max(total, call(a, b, on=on))",
        "call(a, b, on=on) → call(b, a, on=on)",
        "call(a, b, on=on) → call(a, b)",
    }
    assert not any("Not spoilt" in name for name in names)


def test_a_mutant_is_the_function_with_that_one_change():
    spoilt = {mutant.name: mutant for mutant in mutants_of("def f(a):\n    return a < 3\n", "f.py")}
    namespace: dict[str, object] = {}
    exec(compile(ast.parse("def f(a):\n    return a < 3\n"), "f.py", "exec"), namespace)
    function = namespace["f"]
    assert [function(a) for a in (2, 3, 4)] == [True, False, False]
    function.__code__ = spoilt["f: a < 3 → a <= 3"].code
    assert [function(a) for a in (2, 3, 4)] == [True, True, False]
    function.__code__ = spoilt["f: 3 → 4"].code
    assert [function(a) for a in (2, 3, 4)] == [True, True, False]
