"""What an operator copies from `deploy/` and from the installation's page fits the program and those who read it."""

from __future__ import annotations

import re
from pathlib import Path

from subledger.config import environment

ROOT = Path(__file__).parents[2]
UNITS = {"m": 1024**2, "MiB": 1024**2, "MB": 1000**2}


def body_limit(file: str, name: str) -> int:
    found = re.search(rf"{name} (\d+)({'|'.join(UNITS)})\b", (ROOT / "deploy" / file).read_text())
    assert found is not None
    return int(found[1]) * UNITS[found[2]]


def test_proxies_let_the_largest_import_through():
    largest = environment.load({}).import_limit_mib * 1024**2
    assert body_limit("nginx.conf", "client_max_body_size") > largest
    assert body_limit("Caddyfile", "max_size") > largest


def test_settings_are_lines_that_systemd_reads_as_they_are_meant():
    """It knows no comment behind a value: the comment would become a part of the key."""
    page = (ROOT / "docs/runbooks/install.md").read_text()
    section = page.split("## 3. Settings")[1]
    block = re.search(r"```ini\n(.*?)```", section, re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[A-Z_]+=[^ #]+", line), line
