"""Pending requests as files for whoever executes them: CSV for anybody, ISO 20022 for a bank.

Collections go as pain.008 (SEPA core direct debit), refunds as pain.001 (SEPA credit transfer). The request's number is
the EndToEndId, so that the bank's own reports name it. What a bank could not execute is left out with its reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from sepaxml import SepaDD, SepaTransfer
from sepaxml.validation import try_valid_xml

from subledger.file_kit.inert import inert
from subledger.gateways.states import RequestType
from subledger.kernel.bank_numbers import why_no_bank_number
from subledger.kernel.money import Money
from subledger.kernel.sentences import say

from .creditor import Creditor
from .text import sepa_text


class Format(StrEnum):
    CSV = "csv"
    PAIN_008 = "pain.008"
    PAIN_001 = "pain.001"


# What each file takes. A payment is collected; what is paid back is transferred.
TYPES: Mapping[Format, tuple[RequestType, ...]] = {
    Format.CSV: tuple(RequestType),
    Format.PAIN_008: (RequestType.PAYMENT,),
    Format.PAIN_001: (RequestType.REFUND, RequestType.PAYMENT_CANCELLATION),
}
# The 2019 versions, which are those of the SEPA rulebooks since November 2023.
SCHEMAS = {Format.PAIN_008: "pain.008.001.08", Format.PAIN_001: "pain.001.001.09"}
# May be used for the first collection of a mandate too (EPC130-08, since November 2016), so nobody has to keep count.
RECURRENT = "RCUR"
MANDATE = 35  # characters of a mandate reference
NAME, REMITTANCE = 70, 140
# Without a BIC the library leaves our own bank empty in transfers; SEPA wants it said (EPC132-08), as it is in debits.
NO_AGENT = b"<DbtrAgt><FinInstnId /></DbtrAgt>"
AGENT_NOT_PROVIDED = b"<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>"
NAMED = re.compile(rb"<(MsgId|PmtInfId|CreDtTm)>[^<]*<")


@dataclass(frozen=True, slots=True)
class Asked:
    """A pending request as a file tells of it. ``details`` are those of its payment preference."""

    id: int
    request: str
    number: str
    type: str
    amount: Money
    account: str
    name: str  # the customer's; an account holder in the details goes before it
    invoices: tuple[str, ...]  # numbers of what it is meant to pay
    details: Mapping[str, Any] | None  # None: no preference was chosen
    is_released: bool  # the preference is no longer the account's
    is_other_mode: bool  # made when the provider was in its other mode, test or live
    created_at: datetime
    held_back: tuple[str, str] | None = None  # why it waits for somebody to look into what was said of it
    not_due: tuple[str, str] | None = None  # why it is not to leave, where it asks for more than is still due

    def detail(self, key: str) -> str:
        return str((self.details or {}).get(key) or "").strip()

    @property
    def holder(self) -> str:
        return self.detail("account_holder") or self.name


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A request that the file does not hold: a stable ``code``, and its ``reason`` for people."""

    request: str
    number: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class BankOrder:
    """One collection or transfer, everything about it checked."""

    asked: Asked
    name: str
    iban: str
    bic: str
    mandate: str = ""
    mandate_on: date | None = None

    def for_bank(self) -> dict[str, Any]:
        """As `sepaxml` takes it; it counts cents, which SEPA's one currency has."""
        remittance = sepa_text(" ".join((self.asked.number, *self.asked.invoices)), REMITTANCE)
        return {
            "name": self.name,
            "IBAN": self.iban,
            **({"BIC": self.bic} if self.bic else {}),
            "amount": self.asked.amount.minor,
            "description": remittance,
            "endtoend_id": self.asked.number,
        }


def orders_of(asked: Sequence[Asked], *, file_format: Format, today: date) -> tuple[list[BankOrder], list[LeftOut]]:
    """What a bank can execute, and what it cannot, with the reason."""
    orders, left_out = [], []
    for one in asked:
        found = _order_of(one, needs_mandate=file_format is Format.PAIN_008, today=today)
        if isinstance(found, BankOrder):
            orders.append(found)
        else:
            left_out.append(LeftOut(one.request, one.number, *found))
    return orders, left_out


def _order_of(asked: Asked, *, needs_mandate: bool, today: date) -> BankOrder | tuple[str, str]:
    """The order, or (code, reason)."""
    if asked.is_other_mode:
        return other_mode()
    if asked.amount.currency != "eur":
        return "currency_not_euro", say("SEPA moves euro only, and it is over {amount}.", amount=asked.amount)
    if asked.details is None:
        return "preference_missing", say("The request has no payment preference, so no account is known for it.")
    if asked.is_released:
        return "preference_released", say("Its payment preference was removed from the account since.")
    name = sepa_text(asked.holder, NAME)
    if not name:
        return "name_missing", say("The account holder's name is missing or has no letter that banks can write.")
    if not asked.detail("iban"):
        return "iban_missing", say("Its payment preference has no IBAN.")
    try:
        iban = IBAN(asked.detail("iban"))
    except SchwiftyException as error:
        return "iban_invalid", say(
            "The IBAN {detail!r} is wrong: {why}.", detail=asked.detail("iban"), why=why_no_bank_number(error)
        )
    if not iban.in_sepa_zone:
        return "iban_outside_sepa", say(
            "The IBAN {detail!r} is of a country outside SEPA.", detail=asked.detail("iban")
        )
    try:
        bic = BIC(asked.detail("bic")).compact if asked.detail("bic") else ""
    except SchwiftyException as error:
        return "bic_invalid", say(
            "The bic {detail!r} is wrong: {why}.", detail=asked.detail("bic"), why=why_no_bank_number(error)
        )
    if not needs_mandate:
        return BankOrder(asked, name, iban.compact, bic)
    mandate, signed = asked.detail("mandate_reference"), asked.detail("mandate_signed_on")
    if not mandate or not signed:
        return "mandate_missing", say(
            "Its payment preference has no mandate reference, or no day on which the mandate was signed."
        )
    if sepa_text(mandate, MANDATE) != mandate:
        return "mandate_invalid", say(
            "The mandate reference {mandate!r} is longer than 35 characters or not in SEPA's.", mandate=mandate
        )
    try:
        signed_on = date.fromisoformat(signed)
    except ValueError:
        return "mandate_invalid", say("The mandate's day {signed!r} is not a day such as 2026-05-20.", signed=signed)
    if signed_on > today:
        return "mandate_invalid", say(
            "The mandate is signed on {signed_on}, which is yet to come.", signed_on=signed_on
        )
    return BankOrder(asked, name, iban.compact, bic, mandate, signed_on)


def other_mode() -> tuple[str, str]:
    return "other_mode", say("It was made in the provider's other mode, test or live. Switch back, or reject it.")


def to_pain(
    orders: Sequence[BankOrder], *, file_format: Format, creditor: Creditor, message: str, at: datetime, on: date
) -> bytes:
    """The bank's file, valid by its schema: pain.008 for collections on ``on``, pain.001 for transfers.

    Args:
        message: the file's own name (MsgId), which the bank's reports repeat; 35 characters at most.
        at: when it is made, as the file says it, in the company's zone.
    """
    schema = SCHEMAS[file_format]
    ours = {"name": sepa_text(creditor.name, NAME), "IBAN": creditor.iban, "batch": True, "currency": "EUR"}
    if creditor.bic:
        ours["BIC"] = creditor.bic
    if file_format is Format.PAIN_008:
        file = SepaDD({**ours, "creditor_id": creditor.creditor_id}, schema=schema, clean=False)
        for order in orders:
            mandate = {"mandate_id": order.mandate, "mandate_date": order.mandate_on}
            file.add_payment({**order.for_bank(), **mandate, "type": RECURRENT, "collection_date": on})
    else:
        file = SepaTransfer(ours, schema=schema, clean=False)
        for order in orders:
            file.add_payment({**order.for_bank(), "execution_date": on})
    written = file.export(validate=False).replace(NO_AGENT, AGENT_NOT_PROVIDED)
    written = _named(written, message=message, at=at)
    try_valid_xml(written, schema)
    return written


def _named(xml: bytes, *, message: str, at: datetime) -> bytes:
    """The library names files by chance and reads its own clock: give the file our name and our time."""
    ours = {
        b"MsgId": message,
        b"PmtInfId": f"{message}-1",  # there is one block: all of a kind, on one day
        b"CreDtTm": at.replace(tzinfo=None).isoformat(timespec="seconds"),
    }
    return NAMED.sub(lambda found: b"<%s>%s<" % (found[1], ours[found[1]].encode()), xml)


CSV_COLUMNS = (
    "request",
    "number",
    "type",
    "account",
    "account_name",
    "amount",
    "currency",
    "invoices",
    "account_holder",
    "iban",
    "bic",
    "mandate_reference",
    "mandate_signed_on",
    "created_at",
)


def to_csv(asked: Sequence[Asked]) -> bytes:
    """One row a request; amounts are decimals in major units. With the columns result and reference filled in beside
    them, the rows are a file of results."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for one in asked:
        row = [
            one.request,
            one.number,
            one.type,
            one.account,
            one.name,
            one.amount.to_decimal(),
            one.amount.currency.upper(),
            " ".join(one.invoices),
            one.holder,
            *(one.detail(key) for key in CSV_COLUMNS[9:13]),
            one.created_at.isoformat(timespec="seconds"),
        ]
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode()
