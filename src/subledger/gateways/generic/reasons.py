"""What a bank's reason codes mean, in words (ISO 20022 external code sets, status and return reasons)."""

from __future__ import annotations

REASONS = {
    "AC01": "the account number is wrong",
    "AC02": "the debtor's account number is wrong",
    "AC03": "the creditor's account number is wrong",
    "AC04": "the account is closed",
    "AC06": "the account is blocked",
    "AC13": "the debtor's account is a consumer's",
    "AG01": "this account takes no such transaction",
    "AG02": "the bank operation code is wrong",
    "AM01": "the amount is zero",
    "AM02": "the amount is not allowed",
    "AM03": "the currency is not allowed",
    "AM04": "there is not enough money on the account",
    "AM05": "it was sent twice",
    "AM09": "the amount is wrong",
    "AM10": "the sum does not agree",
    "BE01": "name and account do not agree",
    "BE04": "the creditor's address is missing",
    "BE05": "the initiating party is not known",
    "BE07": "the debtor's address is missing",
    "CNOR": "the creditor's bank is not registered under this BIC",
    "CURR": "the currency is wrong",
    "CUST": "a customer decided so",
    "CUTA": "it came after the cut-off time",
    "DNOR": "the debtor's bank is not registered under this BIC",
    "DT01": "the date is wrong",
    "DU01": "the message was sent twice",
    "DU02": "the payment block was sent twice",
    "DU03": "the transaction was sent twice",
    "DU04": "the end-to-end identification was used twice",
    "DU05": "the instruction identification was used twice",
    "ED05": "settlement failed",
    "FF01": "the file format is wrong",
    "FF05": "the direct debit type is wrong",
    "FOCR": "it came back after a request for cancellation",
    "MD01": "there is no valid mandate",
    "MD02": "the mandate's data are missing or wrong",
    "MD06": "the debtor asked for the money back",
    "MD07": "the account's holder has died",
    "MS02": "the customer gave no reason",
    "MS03": "the bank gave no reason",
    "NOAS": "the customer did not answer",
    "RC01": "the BIC is wrong",
    "RR01": "the debtor's account or identification is missing",
    "RR02": "the debtor's name or address is missing",
    "RR03": "the creditor's name or address is missing",
    "RR04": "a regulation forbids it",
    "SL01": "the debtor's bank offers a service that forbids it (a black or white list)",
    "SL11": "the creditor is not on the debtor's white list",
    "SL12": "the creditor is on the debtor's black list",
    "SL13": "it is above the debtor's limit",
    "SL14": "it is above what the debtor allows in a time",
    "TECH": "a technical problem",
    "TM01": "it came after the cut-off time",
}
# What was sent twice is refused once: the other one is with the bank, which may well carry it out.
DUPLICATES = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05"})


def is_duplicate(code: str) -> bool:
    return code.strip().upper() in DUPLICATES


def in_words(code: str, said: str = "") -> str:
    """A sentence for people: what the code means, and what the bank added to it."""
    meaning = REASONS.get(code, "")
    parts = [part for part in (meaning[:1].upper() + meaning[1:], said.strip()) if part]
    return ": ".join(parts) or f"The bank gave {code or 'no reason'}"
