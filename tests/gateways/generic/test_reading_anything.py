"""Whatever a file holds, reading it ends in rows or in a refusal that says why."""

from __future__ import annotations

import io
import re
from html import escape

from hypothesis import given
from hypothesis import strategies as st
from tests.gateways.generic.banks import booked, camt_053, csv, entry, pain_002, reason, status

from subledger.gateways.generic.errors import ResultsUnreadable
from subledger.gateways.generic.iso20022 import read_xml
from subledger.gateways.generic.results import read_results

ONE, TWO = "PRQ-0000000000001", "prq_0000000000002"
WHOLE = [
    csv([[ONE, "posted", "R1", "", "", "10.00"], [TWO, "rejected", "", "AM04", "No", ""]]),
    pain_002(status(ONE, "ACSC", amount="1.00"), status(TWO, "RJCT", why=reason("AC04", said="x")), block="RJCT"),
    camt_053(
        entry(booked(ONE, amount="1.00"), booked(TWO, amount="2.00")),
        entry(booked(ONE, direction="DBIT", instructed="1.00", back="MD06"), direction="DBIT"),
    ),
]


@st.composite
def damaged(draw) -> bytes:
    """A whole file with pieces cut out, doubled, or written over."""
    content = draw(st.sampled_from(WHOLE)).encode()
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.integers(0, 60))
        piece = draw(st.one_of(st.binary(max_size=8), st.just(content[start:end] * 2), st.just(b"")))
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def rewritten(draw) -> bytes:
    """XML as whole as before, with other texts in some elements, and some elements gone."""
    parts = re.split(r"(<[A-Z]\w*(?: [^>]*)?>[^<]*</\w+>)", draw(st.sampled_from(WHOLE[1:])))
    for at in draw(st.lists(st.sampled_from(range(1, len(parts), 2)), max_size=4)):
        text = draw(st.one_of(st.none(), st.just(""), st.text(max_size=20), st.sampled_from(["ACCP", "PART", "DBIT"])))
        if text is None:
            parts[at] = ""
        else:
            parts[at] = re.sub(r">[^<]*<", lambda _, text=text: f">{escape(text)}<", parts[at], count=1)
    return "".join(parts).encode(errors="replace")


@given(st.one_of(damaged(), rewritten(), st.binary(max_size=200)))
def test_reading_ends_in_rows_or_in_a_refusal(content):
    try:
        # What a bank's report is read by, without the process around it, which `test_bank_files_in_children` tries.
        reading = read_xml(io.BytesIO(content), name="x") if b"<" in content[:9] else read_results(content, name="x")
    except ResultsUnreadable:
        return
    assert all(told.position for told in (*reading.reported, *reading.refused))
    assert all(told.request or told.message for told in reading.reported)


def test_whole_files_are_read_whole():
    counts = [len(read_results(content.encode(), name="x").reported) for content in WHOLE]
    assert counts == [2, 3, 3], "the second tells of its block as a whole too"
