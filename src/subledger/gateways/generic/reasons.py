"""What a bank's reason codes mean, in words (ISO 20022 external code sets, status and return reasons)."""

from __future__ import annotations

from subledger.kernel.sentences import say

REASONS = {
    "AC01": say("the account number is wrong"),
    "AC02": say("the debtor's account number is wrong"),
    "AC03": say("the creditor's account number is wrong"),
    "AC04": say("the account is closed"),
    "AC06": say("the account is blocked"),
    "AC13": say("the debtor's account is a consumer's"),
    "AG01": say("this account takes no such transaction"),
    "AG02": say("the bank operation code is wrong"),
    "AM01": say("the amount is zero"),
    "AM02": say("the amount is not allowed"),
    "AM03": say("the currency is not allowed"),
    "AM04": say("there is not enough money on the account"),
    "AM05": say("it was sent twice"),
    "AM09": say("the amount is wrong"),
    "AM10": say("the sum does not agree"),
    "BE01": say("name and account do not agree"),
    "BE04": say("the creditor's address is missing"),
    "BE05": say("the initiating party is not known"),
    "BE07": say("the debtor's address is missing"),
    "CNOR": say("the creditor's bank is not registered under this BIC"),
    "CURR": say("the currency is wrong"),
    "CUST": say("a customer decided so"),
    "CUTA": say("it came after the cut-off time"),
    "DNOR": say("the debtor's bank is not registered under this BIC"),
    "DT01": say("the date is wrong"),
    "DU01": say("the message was sent twice"),
    "DU02": say("the payment block was sent twice"),
    "DU03": say("the transaction was sent twice"),
    "DU04": say("the end-to-end identification was used twice"),
    "DU05": say("the instruction identification was used twice"),
    "ED05": say("settlement failed"),
    "FF01": say("the file format is wrong"),
    "FF05": say("the direct debit type is wrong"),
    "FOCR": say("it came back after a request for cancellation"),
    "MD01": say("there is no valid mandate"),
    "MD02": say("the mandate's data are missing or wrong"),
    "MD06": say("the debtor asked for the money back"),
    "MD07": say("the account's holder has died"),
    "MS02": say("the customer gave no reason"),
    "MS03": say("the bank gave no reason"),
    "NOAS": say("the customer did not answer"),
    "RC01": say("the BIC is wrong"),
    "RR01": say("the debtor's account or identification is missing"),
    "RR02": say("the debtor's name or address is missing"),
    "RR03": say("the creditor's name or address is missing"),
    "RR04": say("a regulation forbids it"),
    "SL01": say("the debtor's bank offers a service that forbids it (a black or white list)"),
    "SL11": say("the creditor is not on the debtor's white list"),
    "SL12": say("the creditor is on the debtor's black list"),
    "SL13": say("it is above the debtor's limit"),
    "SL14": say("it is above what the debtor allows in a time"),
    "TECH": say("a technical problem"),
    "TM01": say("it came after the cut-off time"),
}
# What was sent twice is refused once: the other one is with the bank, which may well carry it out.
DUPLICATES = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05"})


def is_duplicate(code: str) -> bool:
    return code.strip().upper() in DUPLICATES


def in_words(code: str, said: str = "") -> str:
    """A sentence for people: what the code means, and what the bank added to it."""
    meaning = REASONS.get(code, "")
    parts = [part for part in (meaning[:1].upper() + meaning[1:], said.strip()) if part]
    return ": ".join(parts) or say("The bank gave {code}", code=code or say("no reason"))
