"""Modules can be read from the bottom up: none leads back to itself, be it for types alone or within a function."""

from __future__ import annotations

import sys
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest


def cycle_in(*packages: str) -> list[str]:
    """Modules that import each other in a circle, the first named again at the end; [] where there is none."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", ["subledger", "stripe_sandbox"])
def test_no_module_leads_back_to_itself(package):
    assert cycle_in(package) == []


@pytest.mark.parametrize(
    "back",
    [
        "from toy_rooms import first",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from toy_rooms.first import THING",
        "def later():\n    from .first import THING",
    ],
)
def test_a_circle_is_found_wherever_it_is_closed(back, tmp_path, monkeypatch):
    room = tmp_path / "toy_rooms"
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "first.py").write_text("from toy_rooms import second\nTHING = 1\n")
    (room / "second.py").write_text(back)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "toy_rooms", raising=False)
    assert set(cycle_in("toy_rooms")) == {"toy_rooms.first", "toy_rooms.second"}
