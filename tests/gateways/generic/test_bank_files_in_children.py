"""A bank's report is parsed in a process of its own: whatever it takes there, nobody here waits or starves for it."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest
from tests.gateways.generic.banks import BOMB, booked, camt_053, entry, pain_002, status

from subledger.file_kit.errors import FileTooDemanding
from subledger.file_kit.limits import MIB, Limits
from subledger.gateways.generic import iso20022, results
from subledger.gateways.generic.errors import ResultsUnreadable
from subledger.gateways.generic.results import read_results

pytestmark = pytest.mark.usefixtures("files_in_children")
ONE = "PRQ-0000000000001"


def wide_entry(attributes: int) -> bytes:
    """A statement whose only entry has one element of very many attributes."""
    wide = "<Wide " + " ".join(f'attribute{n}="{n}"' for n in range(attributes)) + "/>"
    return camt_053(entry(booked(ONE, amount="1.00")).replace("<NtryRef>", wide + "<NtryRef>")).encode()


def test_the_reader_knows_no_django():
    code = "import sys, subledger.gateways.generic.iso20022; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=True)
    assert done.stdout.strip() == "False"


def test_what_a_child_tells_is_what_was_read(tmp_path):
    content = pain_002(
        *(status(f"PRQ-{n:013}", "ACSC", amount="1.00") for n in range(1, 2_002)), status("", "ACSC"), block="RJCT"
    ).encode()
    file = tmp_path / "report.xml"
    file.write_bytes(content)
    with file.open("rb") as stream:
        here = iso20022.read_xml(stream, name="report.xml")
    there = read_results(content, name="report.xml")
    assert there.reported == here.reported
    assert [type(row.amount) for row in there.reported] == [type(row.amount) for row in here.reported]
    assert (there.format, there.ignored) == (here.format, here.ignored)
    assert [str(row.error) for row in there.refused] == [str(row.error) for row in here.refused] != []
    [day] = {row.booked_on for row in read_results(wide_entry(10), name="x").reported}
    assert str(day) == "2026-05-21"


@pytest.mark.wide
def test_a_wide_entry_is_read_or_given_up_in_its_time(monkeypatch):
    monkeypatch.setattr(results, "LIMITS", replace(results.LIMITS, seconds=2))
    start = time.monotonic()
    with pytest.raises(FileTooDemanding, match=r"more than 2 seconds|more memory or time"):
        read_results(wide_entry(600_000), name="wide.xml")
    assert time.monotonic() - start < 2 + 10 + 15, "the limit, the child's start, and making the file"


@pytest.mark.wide
def test_a_report_that_fills_the_memory_takes_the_child_alone(monkeypatch):
    monkeypatch.setattr(results, "LIMITS", Limits(memory=96 * MIB, seconds=60))
    large = camt_053(entry(*(booked(ONE, amount="1.00") for _ in range(120_000)))).encode()
    with pytest.raises(FileTooDemanding, match=r"96 MiB of memory|more memory or time"):
        read_results(large, name="large.xml")


def test_a_bomb_is_refused_by_its_own_words_through_the_process():
    with pytest.raises(ResultsUnreadable, match=r"bomb\.xml cannot be read: it has a DTD or entities.*Ask where"):
        read_results(BOMB.encode(), name="bomb.xml")
