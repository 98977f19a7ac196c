"""Many printed documents as one file: a zip, with a list of what became of each, or one PDF after the other."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from pypdf import PdfWriter

from subledger.file_kit.inert import inert

from .printouts import Printout

RESULTS = "results.csv"
_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say: the same documents are the same bytes


class Bundle(StrEnum):
    """What many documents are had as."""

    ZIP = "zip"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one: its file, or why there is none."""

    name: str
    printed: Printout | None
    why: str = ""


def write_zip(results: Iterable[Result], file: IO[bytes]) -> None:
    """Each file as it is made, so that any number takes the memory of one; then the list. Of two names that are the
    same where it is unpacked the second is numbered: no file takes the place of another."""
    said = io.StringIO()
    rows = csv.writer(said, lineterminator="\r\n")
    rows.writerow(["document", "file", "result"])
    used = {RESULTS}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in results:
            name = _free(one.printed.name, used) if one.printed is not None else ""
            if one.printed is not None:
                archive.writestr(zipfile.ZipInfo(name, _DAY), one.printed.content, zipfile.ZIP_DEFLATED)
            warnings = one.printed.warnings if one.printed else ()
            result = inert(one.why) or " ".join(["printed", *(f"({words})" for words in warnings)])
            rows.writerow([inert(one.name), name, result])
        archive.writestr(zipfile.ZipInfo(RESULTS, _DAY), "\ufeff" + said.getvalue(), zipfile.ZIP_DEFLATED)


def _free(name: str, used: set[str]) -> str:
    """The name, or with a number where it is ``used`` in any case; used from now on."""
    stem, dot, ending = name.rpartition(".")
    found, at = name, 1
    while found.casefold() in used:
        at += 1
        found = f"{stem}-{at}{dot}{ending}"
    used.add(found.casefold())
    return found


def write_pdf(results: Iterable[Result], file: IO[bytes]) -> None:
    """The pages of all, each document with a bookmark that names it."""
    made = PdfWriter()
    for one in results:
        if one.printed is not None:
            made.append(io.BytesIO(one.printed.content), outline_item=one.name, import_outline=False)
    made.write(file)


WRITERS = {Bundle.ZIP: write_zip, Bundle.PDF: write_pdf}
CONTENT_TYPES = {Bundle.ZIP: "application/zip", Bundle.PDF: "application/pdf"}


def failed(results: Sequence[Result]) -> list[Result]:
    return [one for one in results if one.printed is None]
