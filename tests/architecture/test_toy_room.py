"""A room is whole in its folder: with two lines outside it, it works through every door.

The toy room beside this file is laid into a copy of the source; a process of its own then does what people, programs
and operators would do with it (`toy_story`).
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.template_cluster import TEMPLATE

from subledger.platform.rooms import Room

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NAME = "subledger_toy_room"

# The two lines: (file, the line it stands behind, the line).
LINES = (
    ("src/subledger/config/rooms.py", '    "subledger.transactions",\n', '    "subledger.toys",\n'),
    (".importlinter", "    gateways\n", "    toys\n"),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Path:
    """A copy of the source with the toy room and its two lines."""
    there = tmp_path_factory.mktemp("house")
    leave = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "src", there / "src", ignore=leave)
    shutil.copytree(HERE / "toy_room", there / "src/subledger/toys", ignore=leave)
    for name in (".importlinter", "pyproject.toml"):
        shutil.copy(ROOT / name, there / name)
    for name, behind, line in LINES:
        file = there / name
        text = file.read_text(encoding="utf-8")
        assert text.count(behind) == 1, (name, behind)
        file.write_text(text.replace(behind, behind + line), encoding="utf-8")
    return there


def run(house: Path, *command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=house,
        env={**os.environ, "PYTHONPATH": f"{house / 'src'}{os.pathsep}{ROOT}", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_it_declares_everything_that_a_room_can():
    [declaration] = [
        node
        for node in ast.walk(ast.parse((HERE / "toy_room/room.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Room"
    ]
    said = {keyword.arg for keyword in declaration.keywords}
    assert said == {one.name for one in fields(Room)} - {"package"}, "its package is where it stands"


def test_imports_point_down_with_it(house):
    lint = Path(sys.executable).with_name("lint-imports")
    run(house, str(lint), "--no-cache")


def test_a_room_in_no_layer_is_refused_by_name(house, tmp_path):
    lint = Path(sys.executable).with_name("lint-imports")
    contracts = tmp_path / ".importlinter"
    contracts.write_text((ROOT / ".importlinter").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"toys"):
        run(house, str(lint), "--no-cache", "--config", str(contracts), "--contract", "layers")


@pytest.mark.wide
def test_it_works_through_every_door(house, postgres, django_db_setup):
    url = os.environ.get("DATABASE_URL") if postgres is None else postgres
    assert url
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME}")
        server.execute(f"CREATE DATABASE {NAME} TEMPLATE {TEMPLATE}" if postgres else f"CREATE DATABASE {NAME}")
    try:
        run(
            house,
            sys.executable,
            str(HERE / "toy_story.py"),
            DATABASE_URL=make_conninfo(url, dbname=NAME),
            SUBLEDGER_DATA_DIR=str(house / "data"),
        )
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
