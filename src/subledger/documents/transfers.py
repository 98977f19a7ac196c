"""How to pay by bank transfer, as documents say it and as the pages of customers do."""

from __future__ import annotations

from collections.abc import Mapping

from subledger.kernel.money import Money

from .codes import said_by_code
from .labels import labels_of
from .sheets import Fact, PaymentBox
from .values import Bank

__all__ = ["in_fours", "transfer_box", "transfer_facts"]


def transfer_facts(bank: Bank, *, holder: str, reference: str, labels: Mapping[str, str]) -> list[Fact]:
    """Where to, and what is to be written; what is not known is left out."""
    facts = [
        Fact(labels["holder"], bank.holder or holder),
        Fact(labels["iban"], in_fours(bank.iban)),
        Fact(labels["bic"], bank.bic),
        Fact(labels["bank"], bank.name),
        Fact(labels["payment_reference"], reference),
    ]
    return [fact for fact in facts if fact.value]


def transfer_box(bank: Bank | None, *, holder: str, reference: str, asked: Money, language: str) -> PaymentBox | None:
    """How to pay what is ``asked`` by transfer; None where the company has no bank account on its letterhead.
    ``holder`` is whose account it is where the letterhead does not say."""
    if bank is None or asked.minor <= 0:
        return None
    labels = labels_of(language)
    facts = transfer_facts(bank, holder=holder, reference=reference, labels=labels)
    scanned = said_by_code(bank, name=bank.holder or holder, text=reference, asked=asked)
    return PaymentBox(labels["how_to_pay"], facts, scanned, labels["scan"])


def in_fours(iban: str) -> str:
    """As it is printed."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
