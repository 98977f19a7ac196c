"""Reads of attached files; of lists the bytes are left where they are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from subledger.kernel.errors import NotFound
from subledger.platform.callers import current_caller

from .attachable import attachables
from .models import Attachment


def attachments() -> QuerySet[Attachment]:
    """Those of records that the caller may see."""
    caller = current_caller()
    seen = [one.name for one in attachables().values() if caller is None or caller.may(f"view:{one.resource}")]
    rows: QuerySet[Attachment] = Attachment.objects.filter(object_type__in=seen).defer("content")
    return rows


def attachments_of(idents: Iterable[int]) -> QuerySet[Attachment]:
    """Of any of these records, the latest first."""
    return attachments().filter(object_id__in=list(idents)).order_by("-pk")


def attachment_by_id(ident: int) -> Attachment:
    """NotFound: there is none, or it was removed."""
    row: Attachment | None = attachments().filter(pk=ident).first()
    if row is None:
        raise NotFound(Attachment, ident)
    return row


def content_of(row: Attachment) -> bytes:
    return bytes(row.content)
