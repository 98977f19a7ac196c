"""The sandbox lives apart: it needs the standard library, aiohttp for its server and the SDK for its transport."""

import ast
import sys
from pathlib import Path

import stripe_sandbox

ROOT = Path(stripe_sandbox.__file__).parent
ALLOWED = {"server.py": {"aiohttp"}, "transport.py": {"stripe"}}


def imported(file: Path) -> set[str]:
    """The top-level packages that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_nothing_of_the_product_and_little_of_others_is_imported():
    for file in ROOT.rglob("*.py"):
        others = imported(file) - sys.stdlib_module_names - {"stripe_sandbox"}
        assert others == ALLOWED.get(file.relative_to(ROOT).as_posix(), set()), file


def test_only_the_clock_asks_the_machine_for_the_time():
    for file in ROOT.rglob("*.py"):
        if file.name != "clock.py":
            text = file.read_text()
            assert not any(call in text for call in ("time.time(", ".now(", ".today(", ".utcnow(")), file
