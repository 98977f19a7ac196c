"""A bank's reports: pain.002 (what became of a file we sent) and camt.053 or camt.054 (what was booked).

Read as a stream, element names without their namespace, so that every version of a message is read alike. XML with a
DTD is refused: entities are how a small file grows into gigabytes, and no bank's report has one. It is read in a child
process (`report_frames`), for a parser may take any time and memory over a file that is small enough; nothing here
imports Django.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import IO, Any, Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from subledger.kernel.errors import NotFound
from subledger.kernel.numbers import Exact

from .errors import ResultInvalid, ResultsUnreadable
from .reasons import in_words
from .reported import Reading, Refusal, Reported, Verb, request_id

# ISO 20022 external payment transaction status. Accepted is not settled: the money moves with ACSC and ACCC alone.
STATUSES: dict[str, Verb] = {
    "ACSC": "post",
    "ACCC": "post",
    "RJCT": "reject",
    "CANC": "reject",
    **dict.fromkeys(("RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC"), "process"),
}
# Bank transaction codes of money that comes back: unpaid direct debit, reversal, returned transfer.
RETURNS = frozenset({"UPDD", "PRDD", "RRTN"})
DIRECTIONS = {"CRDT": "in", "DBIT": "out"}
# What is held of a file at once, in elements, and how deep they may lie: a report uses some fifteen levels, and one
# entry may book a hundred thousand transactions.
MOST_HELD, DEEPEST = 2_000_000, 60
FRAME = 1_000  # rows told at once
REFERENCES = ("Refs/AcctSvcrRef", "Refs/TxId", "Refs/InstrId")


def report_frames(stream: IO[bytes], *, name: str) -> Iterator[dict[str, Any]]:
    """A report as JSON tells it, in the child: its format, then its rows; `reading_of` puts it together again."""
    reading = read_xml(stream, name=name)
    yield {"format": reading.format, "ignored": reading.ignored}
    rows = iter(reading.reported)
    while some := list(islice(rows, FRAME)):
        yield {"reported": [asdict(row) for row in some]}
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
            day = date.fromisoformat(row["booked_on"]) if row["booked_on"] else None
            amount = Exact(row["amount"]) if row["amount"] else ""
            reading.reported.append(Reported(**{**row, "booked_on": day, "amount": amount}))
        for position, request, message in frame.get("refused", ()):
            reading.refused.append(Refusal(position, request, ResultInvalid(message)))
    return reading


def read_xml(stream: IO[bytes], *, name: str) -> Reading:
    """Read a pain.002, camt.053 or camt.054. ResultsUnreadable."""
    events = iterparse(stream, events=("start", "end"), forbid_dtd=True)
    try:
        path = [element for _, element in islice(events, 1)]
        if path and _local(path[0]) == "Document":
            path += [element for _, element in islice(events, 1)]
        reader = _reader_of(path, name)
        for part in _parts(events, path, reader.parts, name):
            reader.parts[_local(part)](part)
        reader.end()
    except DefusedXmlException as error:
        raise ResultsUnreadable(
            name, "it has a DTD or entities, which no bank's report has", "Ask where it came from."
        ) from error
    except (ParseError, ValueError, LookupError) as error:  # the last two: an encoding that does not exist
        raise ResultsUnreadable(name, f"it is no whole XML ({error})", "Fetch the file again.") from error
    reading = reader.reading
    reading.reported = list(_told_apart(reading.reported))
    return reading


class _Reader(Protocol):
    reading: Reading
    parts: dict[str, Callable[[Element], None]]  # the elements that it takes whole

    def end(self) -> None: ...


def _reader_of(path: list[Element], name: str) -> _Reader:
    """By the message, which is the first element inside the document."""
    kind = _local(path[-1]) if path else ""
    if kind == "CstmrPmtStsRpt":
        return _StatusReport()
    if kind in ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"):
        return _Statement("camt.053" if kind == "BkToCstmrStmt" else "camt.054")
    raise ResultsUnreadable(
        name, f"its message {kind!r} is none known here", "Give a CSV, a pain.002, a camt.053 or a camt.054."
    )


def _parts(
    events: Iterable[tuple[str, Element]], path: list[Element], wanted: Container[str], name: str
) -> Iterator[Element]:
    """The elements wanted, each whole and let go after it was taken; all others are let go as they end."""
    held = whole = 0
    for event, element in events:
        is_wanted = _local(element) in wanted
        if event == "start":
            path.append(element)
            held, whole = held + 1, whole + is_wanted
            if held > MOST_HELD or len(path) > DEEPEST:
                raise ResultsUnreadable(name, "an entry of it is larger than any bank's", "Ask where it came from.")
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
        self._whole: Reported | None = None  # what the group says, unless a block says more
        self._count = self._blocks = 0

    def _group(self, group: Element) -> None:
        self._message = _text(group, "OrgnlMsgId")
        self._whole = self._of_all(group, "GrpSts", "file")

    def _block(self, block: Element) -> None:
        self._blocks += 1
        transactions = block.findall("{*}TxInfAndSts")
        for transaction in transactions:
            self._count += 1
            self._transaction(transaction, _text(block, "PmtInfSts"))
        whole = self._of_all(block, "PmtInfSts", f"payment block {self._blocks}")
        if whole and (whole.verb == "reject" or not transactions):
            self._whole = None
            self.reading.reported.append(whole)

    def end(self) -> None:
        if self._whole and (self._whole.verb == "reject" or not self._count):
            self.reading.reported.append(self._whole)
        elif not self.reading.reported and not self.reading.refused:
            self.reading.refuse("file", "", "It reports on nothing that is known here", "Look at it with the bank.")

    def _of_all(self, part: Element, tag: str, position: str) -> Reported | None:
        """A status of everything in a part, when it is one for all."""
        verb = STATUSES.get(_text(part, tag))
        if verb is None:
            return None
        if not self._message:
            self.reading.refuse(position, "", "It has no OrgnlMsgId, so nobody knows what it is of", "Ask the bank.")
            return None
        code, said = _reason(part)
        return Reported(position, "", verb, "", code, said, message=self._message)

    def _transaction(self, transaction: Element, of_block: str) -> None:
        position = f"transaction {self._count}"
        request = _text(transaction, "OrgnlEndToEndId")
        status = _text(transaction, "TxSts") or of_block
        verb = STATUSES.get(status)
        if not request or verb is None:
            fact = f"The status {status!r} is none known here" if request else "It has no OrgnlEndToEndId"
            self.reading.refuse(position, request, fact, "Look at it with the bank, and report on it by hand.")
            return
        code, said = _reason(transaction) if verb == "reject" else ("", "")
        amount, currency = _amount(transaction, "OrgnlTxRef/Amt/InstdAmt")
        reference = _text(transaction, "AcctSvcrRef") or _text(transaction, "StsId")
        if verb == "post":
            reference = reference or request
        told = Reported(position, request, verb, reference, code, said, amount, currency, message=self._message)
        self.reading.reported.append(told)


class _Statement:
    """camt.053 and camt.054: the booked entries whose EndToEndId is one of ours; all others are not our business."""

    def __init__(self, name: str) -> None:
        self.reading = Reading(name)
        self.parts: dict[str, Callable[[Element], None]] = {"Ntry": self._entry}
        self._count = 0

    def _entry(self, entry: Element) -> None:
        self._count += 1
        details = entry.findall("{*}NtryDtls/{*}TxDtls")
        is_booked = (_text(entry, "Sts/Cd") or _text(entry, "Sts")) == "BOOK"
        ours = [_is_ours(_text(transaction, "Refs/EndToEndId")) for transaction in details]
        message = _message_of(entry) if is_booked and not any(ours) else ""
        if message:
            self._batch(entry, message)
            return
        for number, transaction in enumerate(details, 1):
            if is_booked and ours[number - 1]:
                position = f"entry {self._count}, transaction {number}"
                self._transaction(entry, transaction, position, is_alone=len(details) == 1)
            else:
                self.reading.ignored += 1
        self.reading.ignored += not details

    def _batch(self, entry: Element, message: str) -> None:
        """An entry that books a whole file: of ours, or of somebody else who sends files to this bank."""
        position = f"entry {self._count}"
        direction = DIRECTIONS.get(_text(entry, "CdtDbtInd"), "")
        amount, currency = _amount(entry, "Amt")
        is_return = _is_true(_text(entry, "RvslInd")) or _text(entry, "BkTxCd/Domn/Fmly/SubFmlyCd") in RETURNS
        code, said = _reason(entry, "RtrInf") if is_return else ("", "")
        told = Reported(
            position,
            "",
            "return" if is_return else "post",
            "",
            code,
            said,
            amount,
            currency,
            direction,
            message,
            booked_on=_booked_on(entry),
        )
        self.reading.reported.append(told)

    def end(self) -> None:
        """Nothing is said of a statement as a whole."""

    def _transaction(self, entry: Element, transaction: Element, position: str, *, is_alone: bool) -> None:
        request = _text(transaction, "Refs/EndToEndId")
        direction = DIRECTIONS.get(_text(transaction, "CdtDbtInd") or _text(entry, "CdtDbtInd"), "")
        if not direction:
            self.reading.refuse(position, request, "It has no CdtDbtInd", "Ask the bank for a whole file.")
            return
        came_back = transaction.find("{*}RtrInf")
        codes = {_text(part, "BkTxCd/Domn/Fmly/SubFmlyCd") for part in (entry, transaction)}
        is_return = came_back is not None or _is_true(_text(entry, "RvslInd")) or bool(codes & RETURNS)
        # What came back may have the bank's charges on top: what we had asked for is named apart.
        paths = ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"]
        amount, currency = _amount(transaction, *(reversed(paths) if is_return else paths))
        if not amount and is_alone:
            amount, currency = _amount(entry, "Amt")
        if not amount or not currency:
            self.reading.refuse(position, request, "It has no amount of its own", "Report on it by hand.")
            return
        reference = next((found for path in REFERENCES if (found := _text(transaction, path))), "")
        reference = reference or _text(entry, "AcctSvcrRef") or request
        code, said, fee = "", "", ""
        if is_return:
            code, said = _reason(transaction, "RtrInf")
            fee = _on_top(transaction, entry if is_alone else None, amount, currency)
        told = Reported(
            position,
            request,
            "return" if is_return else "post",
            reference,
            code,
            said,
            amount,
            currency,
            direction,
            booked_on=_booked_on(entry),
            fee=fee,
        )
        self.reading.reported.append(told)


def _is_true(text: str) -> bool:
    """An xs:boolean, which has two spellings of each (W3C XML Schema part 2, 3.2.2)."""
    return text in ("true", "1")


def _booked_on(entry: Element) -> date | None:
    """The bank's booking day: BookgDt, as a day or as an instant, whose own day it is."""
    text = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _message_of(entry: Element) -> str:
    """The file that an entry books as a whole, by its MsgId or that of its only payment block."""
    batch = _find(entry, "NtryDtls/Btch")
    if batch is None:
        return ""
    message = _text(batch, "MsgId")
    return message or _text(batch, "PmtInfId").removesuffix("-1")


def _on_top(transaction: Element, entry: Element | None, asked: str, currency: str) -> str:
    """What a bank took beside what came back: its own amount less what we had asked for; "" for nothing."""
    booked, of = _amount(transaction, "Amt")
    if not booked and entry is not None:
        booked, of = _amount(entry, "Amt")
    try:
        more = Decimal(booked) - Decimal(asked) if booked and of == currency else Decimal(0)
    except InvalidOperation:
        return ""
    return str(more) if more > 0 else ""


def _told_apart(reported: list[Reported]) -> Iterator[Reported]:
    """References that a file gives to several transactions, a batch's, together with the request's own name."""
    counts = Counter(one.reference for one in reported)
    for one in reported:
        shared = one.reference and counts[one.reference] > 1
        yield replace(one, reference=f"{one.reference}/{one.request}") if shared else one


def _is_ours(text: str) -> bool:
    try:
        request_id(text)
    except NotFound:
        return False
    return True


def _reason(part: Element, tag: str = "StsRsnInf") -> tuple[str, str]:
    """(code, sentence) of why: the first code given, and all that the bank adds in words."""
    found = part.findall(f"{{*}}{tag}")
    codes = [code for each in found if (code := _text(each, "Rsn/Cd") or _text(each, "Rsn/Prtry"))]
    said = " ".join(" ".join((more.text or "").split()) for each in found for more in each.findall("{*}AddtlInf"))
    code = codes[0] if codes else "NARR"  # ISO's own: the reason is in the narrative, if anywhere
    return code, in_words(code, said)


def _amount(part: Element, *paths: str) -> tuple[str, str]:
    """(amount, currency) as written, of the first path that has one."""
    for path in paths:
        found = _find(part, path)
        if found is not None and (found.text or "").strip():
            return Exact((found.text or "").strip()), found.get("Ccy", "").strip()  # XML's point is a decimal point
    return "", ""


def _find(part: Element, path: str) -> Any:
    return part.find("/".join(f"{{*}}{tag}" for tag in path.split("/")))


def _text(part: Element, path: str) -> str:
    found = _find(part, path)
    return (found.text or "").strip() if found is not None else ""


def _local(element: Element) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]
