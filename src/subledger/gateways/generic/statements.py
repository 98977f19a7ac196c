"""camt.053 and camt.054: what a bank booked. Knows no Django: children read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from subledger.kernel.numbers import Exact
from subledger.kernel.sentences import say

from .charges import ZERO, Line, Share, Split, split
from .elements import amount_of, decimal_of, find, find_all, is_ours, is_true, reason_of, text_of
from .reported import Reading, Remainder, Reported

# Bank transaction codes of money that comes back: unpaid direct debit, reversal, returned transfer.
RETURNS = frozenset({"UPDD", "PRDD", "RRTN"})
DIRECTIONS = {"CRDT": "in", "DBIT": "out"}
SIGNS = {"CRDT": 1, "DBIT": -1}
REFERENCES = ("Refs/AcctSvcrRef", "Refs/TxId", "Refs/InstrId")
OWN, NAMED = "Amt", ("AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")


class Statement:
    """The booked entries whose EndToEndId is one of ours; all others are not our business."""

    def __init__(self, name: str) -> None:
        self.reading = Reading(name)
        self.parts: dict[str, Callable[[Element], None]] = {"Ntry": self._entry}
        self._count = 0

    def end(self) -> None:
        """Nothing is said of a statement as a whole."""

    def _entry(self, entry: Element) -> None:
        self._count += 1
        details = find_all(entry, "NtryDtls/TxDtls")
        is_booked = (text_of(entry, "Sts/Cd") or text_of(entry, "Sts")) == "BOOK"
        ours = [is_ours(text_of(transaction, "Refs/EndToEndId")) for transaction in details]
        message = _message_of(entry) if is_booked and not any(ours) else ""
        if message:
            self._batch(entry, message, details)
            return
        if not is_booked or not any(ours):
            self.reading.ignored += len(details) or 1
            return
        is_alone = len(details) == 1
        amount, currency = amount_of(entry, "Amt")
        booked, sign = decimal_of(amount), SIGNS.get(text_of(entry, "CdtDbtInd"), 0)
        lines = [
            _line(entry, transaction, currency, is_alone=is_alone, is_ours=mine)
            for transaction, mine in zip(details, ours, strict=True)
        ]
        shared = split(sign * booked if booked is not None and sign else None, _charges(entry, currency), lines)
        for number, (transaction, share) in enumerate(zip(details, shared.shares, strict=True), 1):
            if ours[number - 1]:
                position = say("entry {count}, transaction {number}", count=self._count, number=number)
                self._transaction(entry, transaction, position, share, is_alone=is_alone)
            else:
                self.reading.ignored += 1
        request = text_of(details[0], "Refs/EndToEndId") if is_alone else ""
        self._remain(entry, request, shared)

    def _remain(self, entry: Element, request: str, shared: Split) -> None:
        """What is in the entry and in none of its transactions, or named as charges and not in the entry."""
        amount, currency = amount_of(entry, "Amt")
        for rest, is_beside in ((shared.difference, False), (shared.beside, True)):
            if rest:
                one = Remainder(
                    position=say("entry {count}", count=self._count),
                    request=request,
                    reference=text_of(entry, "AcctSvcrRef"),
                    booked=amount,
                    rest=Exact(abs(rest)),
                    currency=currency,
                    direction=DIRECTIONS.get(text_of(entry, "CdtDbtInd"), ""),
                    is_beside=is_beside,
                    booked_on=_booked_on(entry),
                )
                self.reading.remainders.append(one)

    def _batch(self, entry: Element, message: str, details: list[Element]) -> None:
        """An entry that books a whole file: of ours, or of somebody else who sends files to this bank."""
        position = say("entry {count}", count=self._count)
        direction = DIRECTIONS.get(text_of(entry, "CdtDbtInd"), "")
        amount, currency = amount_of(entry, "Amt")
        is_return = is_true(text_of(entry, "RvslInd")) or text_of(entry, "BkTxCd/Domn/Fmly/SubFmlyCd") in RETURNS
        code, said = reason_of(entry, "RtrInf") if is_return else ("", "")
        charges = _charges(entry, currency) or sum((_charges(one, currency) for one in details), ZERO)
        report = Reported(
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
            fee=Exact(charges) if charges else "",
        )
        self.reading.reported.append(report)

    def _transaction(
        self, entry: Element, transaction: Element, position: str, share: Share, *, is_alone: bool
    ) -> None:
        request = text_of(transaction, "Refs/EndToEndId")
        direction = DIRECTIONS.get(_indicator(entry, transaction), "")
        if not direction:
            self.reading.refuse(position, request, say("It has no CdtDbtInd"), say("Ask the bank for a whole file."))
            return
        is_return = _is_return(entry, transaction)
        amount, currency = _asked(entry, transaction, is_return=is_return, is_alone=is_alone)
        if not amount or not currency:
            self.reading.refuse(position, request, say("It has no amount of its own"), say("Report on it by hand."))
            return
        if share.asked is not None and share.asked != decimal_of(amount):
            amount, currency = Exact(share.asked), amount_of(entry, "Amt")[1]
        reference = next((found for path in REFERENCES if (found := text_of(transaction, path))), "")
        reference = reference or text_of(entry, "AcctSvcrRef") or request
        code, said = reason_of(transaction, "RtrInf") if is_return else ("", "")
        report = Reported(
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
            fee=Exact(share.fee) if share.fee else "",
        )
        self.reading.reported.append(report)


def _line(entry: Element, transaction: Element, currency: str, *, is_alone: bool, is_ours: bool) -> Line:
    """A transaction as the arithmetic of its entry needs it."""
    is_return = _is_return(entry, transaction)
    own = amount_of(transaction, OWN)
    whole = amount_of(entry, "Amt") if is_alone and not own[0] else ("", "")
    named = [amount_of(transaction, path) for path in NAMED]
    asked = _asked(entry, transaction, is_return=is_return, is_alone=is_alone)
    booked = next((one for one in (own, whole, *named) if one[0]), ("", ""))
    others = [value for one in named if (value := _in(currency, one)) is not None]
    included = {is_true(text_of(one, "ChrgInclInd")) for one in _records(entry) + _records(transaction)
                if text_of(one, "ChrgInclInd")}  # fmt: skip
    return Line(
        sign=SIGNS.get(_indicator(entry, transaction), 0),
        booked=_in(currency, booked),
        asked=_in(currency, asked),
        others=tuple(others),
        charges=_charges(transaction, currency),
        is_return=is_return,
        is_ours=is_ours,
        is_included=included == {True} or (not included and bool(whole[0])),
    )


def _asked(entry: Element, transaction: Element, *, is_return: bool, is_alone: bool) -> tuple[str, str]:
    """What was asked for: of what came back it is named apart, for the bank's charges may be on top of its amount."""
    paths = (*reversed(NAMED), OWN) if is_return else (OWN, *NAMED)
    amount, currency = amount_of(transaction, *paths)
    return (amount, currency) if amount or not is_alone else amount_of(entry, "Amt")


def _is_return(entry: Element, transaction: Element) -> bool:
    codes = {text_of(part, "BkTxCd/Domn/Fmly/SubFmlyCd") for part in (entry, transaction)}
    return find(transaction, "RtrInf") is not None or is_true(text_of(entry, "RvslInd")) or bool(codes & RETURNS)


def _indicator(entry: Element, transaction: Element) -> str:
    return text_of(transaction, "CdtDbtInd") or text_of(entry, "CdtDbtInd")


def _in(currency: str, written: tuple[str, str]) -> Decimal | None:
    """An amount in the entry's currency."""
    return decimal_of(written[0]) if written[1] == currency else None


def _records(part: Element) -> list[Element]:
    """Charges as camt.053.001.04 and later have them, or as version 02 has."""
    return find_all(part, "Chrgs/Rcrd") or [one for one in find_all(part, "Chrgs") if find(one, "Amt") is not None]


def _charges(part: Element, currency: str) -> Decimal:
    """What the bank took, less what it gave back; charges in another currency than the entry's are not in its sum."""
    total, records = ZERO, _records(part)
    for one in records:
        minor = _in(currency, amount_of(one, "Amt")) or ZERO
        total += -minor if text_of(one, "CdtDbtInd") == "CRDT" else minor
    return total if records else _in(currency, amount_of(part, "Chrgs/TtlChrgsAndTaxAmt")) or ZERO


def _booked_on(entry: Element) -> date | None:
    """The bank's booking day: BookgDt, as a day or as an instant, whose own day it is."""
    text = text_of(entry, "BookgDt/Dt") or text_of(entry, "BookgDt/DtTm")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _message_of(entry: Element) -> str:
    """The file that an entry books as a whole, by its MsgId or that of its only payment block."""
    batch = find(entry, "NtryDtls/Btch")
    if batch is None:
        return ""
    message = text_of(batch, "MsgId")
    return message or text_of(batch, "PmtInfId").removesuffix("-1")
