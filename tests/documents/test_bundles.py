"""Many documents in one zip: each keeps a file of its own."""

from __future__ import annotations

import io
import zipfile

from subledger.documents.bundles import Result, write_zip
from subledger.documents.printouts import Printout, named
from subledger.documents.values import FileFormat


def test_two_numbers_that_become_one_name_are_two_files():
    """Formats of before and now: what cannot stand in a name of a file becomes the same."""
    numbers = ("RE/2026/1", "RE-2026-1", "re.2026", "RE.2026")
    results = [
        Result(number, Printout(named("invoice", number, FileFormat.PDF), "application/pdf", number.encode()))
        for number in numbers
    ]
    assert results[0].printed.name == results[1].printed.name  # type: ignore[union-attr]
    out = io.BytesIO()
    write_zip(results, out)
    with zipfile.ZipFile(out) as archive:
        files = [one for one in archive.namelist() if one != "results.csv"]
        assert len({one.casefold() for one in files}) == 4
        assert [archive.read(one).decode() for one in files] == list(numbers)
        listed = archive.read("results.csv").decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[:2] for line in listed] == [list(pair) for pair in zip(numbers, files, strict=True)]
    assert files[:2] == ["invoice-RE-2026-1.pdf", "invoice-RE-2026-1-2.pdf"]
