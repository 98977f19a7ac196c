"""Each room says its own figures: none is asked of the tables of a room above it."""

from __future__ import annotations

import re

import pytest
from django.apps import apps

from subledger.platform.rooms import Room, installed
from subledger.reports.monitoring import questions

FLOORS = {room.name: floor for floor, room in enumerate(installed())}
ROOM_OF = {model._meta.db_table: model._meta.app_label for model in apps.get_models(include_auto_created=True)}
# Whose code is a label; the lowest rooms do without it.
EVERYWHERE = {"companies_company"}


@pytest.mark.parametrize("room", [room for room in installed() if room.figures], ids=lambda room: room.name)
def test_figures_of_a_room_read_its_tables_and_those_below(room: Room):
    for question in room.figures:
        read = set(re.findall(r"\b(?:FROM|JOIN) (\w+_\w+)", question.sql)) & ROOM_OF.keys()
        above = {table for table in read - EVERYWHERE if FLOORS.get(ROOM_OF[table], -1) > FLOORS[room.name]}
        assert not above, f"{question.name} of {room.name} reads {above}"


def test_every_figure_of_a_room_is_asked():
    asked = [question.name for question in questions()]
    assert {one.name for room in installed() for one in room.figures} < set(asked)
    assert len(asked) == len(set(asked))
