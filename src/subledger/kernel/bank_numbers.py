"""Why something is no IBAN and no BIC, in words of ours: the library that looks at them has its own."""

from __future__ import annotations

from .sentences import say

__all__ = ["why_no_bank_number"]

CHECK_DIGITS = say("its check digits do not agree, so a digit is wrong or two are swapped")
STRUCTURE = say("characters are missing, or are of the wrong kind")
WHY = {
    "InvalidLength": say("it has too few or too many characters"),
    "InvalidChecksumDigits": CHECK_DIGITS,
    "InvalidBBANChecksum": CHECK_DIGITS,
    "InvalidStructure": STRUCTURE,
    "InvalidAccountCode": STRUCTURE,
    "InvalidBranchCode": STRUCTURE,
    "InvalidBankCode": say("it names no bank"),
    "InvalidCountryCode": say("it does not name a country where it should"),
}


def why_no_bank_number(error: Exception) -> str:
    """A clause, without its stop, for what schwifty raised."""
    return WHY.get(type(error).__name__, STRUCTURE)
