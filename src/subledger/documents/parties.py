"""Who a document is from and for, where money goes, and what the buyer calls it: kept with its copies, so that whatever
is made of it later names the same, though customers are renamed and companies move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from .values import Bank, Document, Party

__all__ = ["Kept", "kept_of", "named_as"]

Kept = Mapping[str, Any]

# What an electronic invoice may want to be filled in later; what was there when it was first printed stays.
_FILLED_IN = ("country", "vat_number", "tax_number", "registration", "electronic_address")


def kept_of(document: Document) -> dict[str, Any]:
    """As it is kept beside a copy."""
    return {
        "seller": _plain(document.seller),
        "buyer": _plain(document.buyer),
        "bank": asdict(document.bank) if document.bank else None,
        "buyer_reference": document.buyer_reference,
    }


def named_as(document: Document, kept: Kept) -> Document:
    """A document by the names of one that was kept; as it is where nothing was."""
    if not kept:
        return document
    bank = kept["bank"]
    return replace(
        document,
        seller=_party(kept["seller"], document.seller),
        buyer=_party(kept["buyer"], document.buyer),
        bank=Bank(**bank) if bank else None,
        buyer_reference=kept["buyer_reference"] or document.buyer_reference,
    )


def _plain(party: Party) -> dict[str, Any]:
    return {**asdict(party), "address": list(party.address)}


def _party(kept: Mapping[str, Any], present: Party) -> Party:
    known = {field.name: kept[field.name] for field in fields(Party) if field.name in kept}
    known |= {name: getattr(present, name) for name in _FILLED_IN if not known.get(name)}
    return Party(**known)
