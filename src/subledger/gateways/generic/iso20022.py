"""A bank's reports: pain.002 (what became of a file we sent) and camt.053 or camt.054 (what was booked).

Read as a stream, element names without their namespace, so that every version of a message is read alike. XML with a
DTD is refused: entities are how a small file grows into gigabytes, and no bank's report has one. It is read in a child
process (`report_frames`), for a parser may take any time and memory over a file that is small enough; nothing here
imports Django.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from itertools import islice
from typing import IO, Any, Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from subledger.kernel.numbers import Exact
from subledger.kernel.sentences import say

from .elements import amount_of, find_all, local_name, reason_of, text_of
from .errors import ResultInvalid, ResultsUnreadable
from .reported import Reading, Refusal, Remainder, Reported, Verb
from .statements import Statement

# ISO 20022 external payment transaction status. Accepted is not settled: the money moves with ACSC and ACCC alone.
STATUSES: dict[str, Verb] = {
    "ACSC": "post",
    "ACCC": "post",
    "RJCT": "reject",
    "CANC": "reject",
    **dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC"), "process"),
}
# What a bank says that took a file or a transaction as it is: it will not refuse the file as a whole after that.
ACCEPTED = frozenset({"ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "ACWC"})
# What is held of a file at once, in elements, and how deep they may lie: a report uses some fifteen levels, and one
# entry may book a hundred thousand transactions.
MOST_HELD, DEEPEST = 2_000_000, 60
DECLARED = re.compile(r"""^(\s*<\?xml\s[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")
FRAME = 1_000  # rows told at once


def report_frames(stream: IO[bytes], *, name: str) -> Iterator[dict[str, Any]]:
    """A report as JSON tells it, in the child: its format, then its rows; `reading_of` puts it together again."""
    reading = read_xml(stream, name=name)
    yield {"format": reading.format, "ignored": reading.ignored}
    rows = iter(reading.reported)
    while some := list(islice(rows, FRAME)):
        yield {"reported": [asdict(row) for row in some]}
    remainders = iter(reading.remainders)
    while rest := list(islice(remainders, FRAME)):
        yield {"remainders": [asdict(row) for row in rest]}
    refused = iter(reading.refused)
    while few := list(islice(refused, FRAME)):
        yield {"refused": [(row.position, row.request, str(row.error)) for row in few]}


def reading_of(frames: Iterable[Mapping[str, Any]]) -> Reading:
    """What `report_frames` told."""
    reading = Reading("")
    for frame in frames:
        if "format" in frame:
            reading.format, reading.ignored = frame["format"], frame["ignored"]
        for row in frame.get("reported", ()):
            reading.reported.append(Reported(**_as_read(row, "amount", "fee")))
        for row in frame.get("remainders", ()):
            reading.remainders.append(Remainder(**_as_read(row, "booked", "rest")))
        for position, request, message in frame.get("refused", ()):
            reading.refused.append(Refusal(position, request, ResultInvalid(message)))
    return reading


def _as_read(row: Mapping[str, Any], *amounts: str) -> dict[str, Any]:
    """A row's fields as they were before they were told: days, and numbers whose point is a decimal point."""
    day = date.fromisoformat(row["booked_on"]) if row["booked_on"] else None
    return {**row, "booked_on": day, **{name: Exact(row[name]) if row[name] else "" for name in amounts}}


def encoded(text: str) -> bytes:
    """Text that was read already, such as a string of JSON, as bytes to read: a declaration of the encoding that its
    file once had is left out."""
    return DECLARED.sub(r"\1", text, count=1).encode()


def read_xml(stream: IO[bytes], *, name: str) -> Reading:
    """Read a pain.002, camt.053 or camt.054. ResultsUnreadable."""
    events = iterparse(stream, events=("start", "end"), forbid_dtd=True)
    try:
        path = [element for _, element in islice(events, 1)]
        if path and local_name(path[0]) == "Document":
            path += [element for _, element in islice(events, 1)]
        reader = _reader_of(path, name)
        for part in _parts(events, path, reader.parts, name):
            reader.parts[local_name(part)](part)
        reader.end()
    except DefusedXmlException as error:
        raise ResultsUnreadable(
            name, say("it has a DTD or entities, which no bank's report has"), say("Ask where it came from.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:  # the last two: an encoding that does not exist
        raise ResultsUnreadable(
            name, say("it is no whole XML ({error})", error=error), say("Fetch the file again.")
        ) from error
    reading = reader.reading
    reading.reported = list(_distinguished(reading.reported))
    return reading


class _Reader(Protocol):
    reading: Reading
    parts: dict[str, Callable[[Element], None]]  # the elements that it takes whole

    def end(self) -> None: ...


def _reader_of(path: list[Element], name: str) -> _Reader:
    """By the message, which is the first element inside the document."""
    kind = local_name(path[-1]) if path else ""
    if kind == "CstmrPmtStsRpt":
        return _StatusReport()
    if kind in ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"):
        return Statement("camt.053" if kind == "BkToCstmrStmt" else "camt.054")
    if kind == "BkToCstmrAcctRpt":
        raise ResultsUnreadable(
            name,
            say("it is a camt.052, an interim report of the day, which tells of money that is not booked yet"),
            say("Give the statement of the day (camt.053) or the notices of bookings (camt.054) instead."),
        )
    raise ResultsUnreadable(
        name,
        say("its message {kind!r} is none known here", kind=kind),
        say("Give a CSV, a pain.002, a camt.053 or a camt.054."),
    )


def _parts(
    events: Iterable[tuple[str, Element]], path: list[Element], wanted: Container[str], name: str
) -> Iterator[Element]:
    """The elements wanted, each whole and let go after it was taken; all others are let go as they end."""
    held = whole = 0
    for event, element in events:
        is_wanted = local_name(element) in wanted
        if event == "start":
            path.append(element)
            held, whole = held + 1, whole + is_wanted
            if held > MOST_HELD or len(path) > DEEPEST:
                raise ResultsUnreadable(
                    name, say("an entry of it is larger than any bank's"), say("Ask where it came from.")
                )
            continue
        path.pop()
        if is_wanted:
            whole -= 1
            yield element
        if path and not whole:
            path[-1].remove(element)
            held = 0


class _StatusReport:
    """pain.002: of transactions, of a payment block, or of the whole file that we sent."""

    def __init__(self) -> None:
        self.reading = Reading("pain.002")
        self.parts: dict[str, Callable[[Element], None]] = {
            "OrgnlGrpInfAndSts": self._group,
            "OrgnlPmtInfAndSts": self._block,
        }
        self._message = ""
        self._why: tuple[str, str] | None = None  # of the group, for what it refuses without a reason of its own
        self._whole: Reported | None = None  # what the group says, unless a block says more
        self._count = self._blocks = 0

    def _group(self, group: Element) -> None:
        self._message = text_of(group, "OrgnlMsgId")
        self._whole = self._of_all(group, "GrpSts", "file")
        if self._whole and self._whole.verb == "reject":
            self._why = (self._whole.error_code, self._whole.error_message)

    def _block(self, block: Element) -> None:
        self._blocks += 1
        transactions = find_all(block, "TxInfAndSts")
        status, why = text_of(block, "PmtInfSts"), self._why
        if STATUSES.get(status) == "reject" and find_all(block, "StsRsnInf"):
            why = reason_of(block)
        for transaction in transactions:
            self._count += 1
            self._transaction(transaction, status, why)
        whole = self._of_all(block, "PmtInfSts", say("payment block {count}", count=self._blocks))
        if whole and (whole.verb == "reject" or not transactions):
            self._whole = None
            self.reading.reported.append(whole)

    def end(self) -> None:
        if self._whole and (self._whole.verb == "reject" or not self._count):
            self.reading.reported.append(self._whole)
        elif not self.reading.reported and not self.reading.refused:
            self.reading.refuse(
                "file", "", say("It reports on nothing that is known here"), say("Look at it with the bank.")
            )

    def _of_all(self, part: Element, tag: str, position: str) -> Reported | None:
        """A status of everything in a part, when it is one for all."""
        status = text_of(part, tag)
        verb = STATUSES.get(status)
        if verb is None:
            return None
        if not self._message:
            self.reading.refuse(
                position, "", say("It has no OrgnlMsgId, so nobody knows what it is of"), say("Ask the bank.")
            )
            return None
        if not find_all(part, "StsRsnInf") and self._why and verb == "reject":
            code, said = self._why
        else:
            code, said = reason_of(part)
        is_file = tag == "GrpSts"
        return Reported(
            position, "", verb, "", code, said, message=self._message, is_file=is_file, is_accepted=status in ACCEPTED
        )

    def _transaction(self, transaction: Element, of_block: str, why: tuple[str, str] | None) -> None:
        position = say("transaction {count}", count=self._count)
        request = text_of(transaction, "OrgnlEndToEndId")
        status = text_of(transaction, "TxSts") or of_block
        verb = STATUSES.get(status)
        if not request or verb is None:
            fact = (
                say("The status {status!r} is none known here", status=status)
                if request
                else say("It has no OrgnlEndToEndId")
            )
            self.reading.refuse(position, request, fact, say("Look at it with the bank, and report on it by hand."))
            return
        code, said = reason_of(transaction) if verb == "reject" else ("", "")
        if verb == "reject" and why and not find_all(transaction, "StsRsnInf"):
            code, said = why
        amount, currency = amount_of(transaction, "OrgnlTxRef/Amt/InstdAmt")
        reference = text_of(transaction, "AcctSvcrRef") or text_of(transaction, "StsId")
        if verb == "post":
            reference = reference or request
        report = Reported(position, request, verb, reference, code, said, amount, currency, message=self._message)
        self.reading.reported.append(replace(report, is_accepted=status in ACCEPTED))


def _distinguished(reported: list[Reported]) -> Iterator[Reported]:
    """References that a file gives to several transactions, a batch's, together with the request's own name."""
    counts = Counter(one.reference for one in reported)
    for one in reported:
        shared = one.reference and counts[one.reference] > 1
        yield replace(one, reference=f"{one.reference}/{one.request}") if shared else one
