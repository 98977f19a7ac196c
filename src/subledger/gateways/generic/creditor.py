"""Our own side of a bank file: whose account is credited by collections and debited by refunds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from subledger.kernel.bank_numbers import why_no_bank_number
from subledger.kernel.sentences import say

from .errors import CreditorIncomplete
from .text import sepa_text

FIELDS = ("name", "iban", "bic", "creditor_id")
# Country, check digits, the creditor's business code (free, and in no checksum), the national identifier
# (European Payments Council, EPC262-08).
CREDITOR_ID = re.compile(r"([A-Z]{2})(\d{2})([A-Z0-9]{3})([A-Z0-9]{1,28})")


@dataclass(frozen=True, slots=True)
class Creditor:
    """``bic`` and ``creditor_id`` may be empty: a BIC is not needed inside SEPA, an identifier for collections only."""

    name: str
    iban: str
    bic: str = ""
    creditor_id: str = ""


def read_creditor(values: Mapping[str, Any], *, collects: bool) -> Creditor:
    """The provider's ``creditor`` as a bank file needs it.

    Raises:
        CreditorIncomplete: a value is missing or wrong; ``collects`` asks for the SEPA creditor identifier too.
    """
    said = {field: str(values.get(field) or "").strip() for field in FIELDS}
    if not sepa_text(said["name"], 70):
        raise CreditorIncomplete("name", say("is missing or has no letter that banks can write"))
    try:
        iban = IBAN(said["iban"])
    except SchwiftyException as error:
        raise CreditorIncomplete(
            "iban", say("is wrong: {why}", why=why_no_bank_number(error)) if said["iban"] else say("is missing")
        ) from error
    try:
        bic = BIC(said["bic"]).compact if said["bic"] else ""
    except SchwiftyException as error:
        raise CreditorIncomplete("bic", say("is wrong: {why}", why=why_no_bank_number(error))) from error
    identifier = said["creditor_id"].replace(" ", "").upper()
    if identifier and not is_creditor_id(identifier):
        raise CreditorIncomplete("creditor_id", say("is no SEPA creditor identifier: its check digits do not agree"))
    if collects and not identifier:
        raise CreditorIncomplete("creditor_id", say("is missing"))
    return Creditor(said["name"], iban.compact, bic, identifier)


def is_creditor_id(text: str) -> bool:
    """Whether the check digits (ISO 7064, modulus 97) of a SEPA creditor identifier agree."""
    found = CREDITOR_ID.fullmatch(text)
    if found is None:
        return False
    country, check, _, national = found.groups()
    digits = "".join(str(int(letter, 36)) for letter in national + country + check)
    return int(digits) % 97 == 1
