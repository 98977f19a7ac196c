"""How a customer pays by bank transfer, on the pages that are theirs: as the papers of the company say it."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from subledger.documents.codes import image_of
from subledger.documents.queries import sender
from subledger.documents.transfers import transfer_box
from subledger.kernel.money import Money


def transfer_of(asked: Money, *, reference: str, language: str) -> dict[str, Any] | None:
    """What ``gateways/pay/transfer.html`` shows; None where the letterhead has no bank account, or nothing is asked."""
    by = sender()
    box = transfer_box(by.bank, holder=by.party.name, reference=reference, asked=asked, language=language)
    if box is None:
        return None
    code = mark_safe(image_of(box.scanned))  # segno's image, no text of anybody's
    return {"title": box.title, "facts": box.facts, "code": code, "caption": box.caption}
