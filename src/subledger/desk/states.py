from __future__ import annotations

from enum import StrEnum

CONTACT_PREFIX = "cta"  # of public ids


class ContactKind(StrEnum):
    """How somebody was in touch."""

    CALL = "call"
    MESSAGE = "message"
    LETTER = "letter"
    VISIT = "visit"
    REMARK = "remark"  # nobody was: a colleague's word for the next
