"""What attached files add to the pages of records: a table of them, and a way to attach more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from subledger.attachments.attachable import attachable_named
from subledger.attachments.models import Attachment
from subledger.attachments.queries import attachments_of
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.page_kit.columns import ActorColumn, Column, MomentColumn, NameColumn
from subledger.page_kit.navigation import Action, linked, may
from subledger.page_kit.tables import table
from subledger.page_kit.url_ids import page_url


@dataclass(frozen=True)
class SizeColumn(Column):
    def show(self, row: Any) -> str:
        return filesizeformat(self.value(row)).replace("\xa0", " ")


@dataclass(frozen=True)
class RemoveColumn(Column):
    def show(self, row: Any) -> SafeString | str:
        return linked(say("Remove"), page_url("attachment_remove", row.pk))


COLUMNS: tuple[Column, ...] = (
    NameColumn("name", say("File"), strong=True, link=lambda row: page_url("attachment_file", row.pk)),
    SizeColumn("size", say("Size"), lead=True),
    NameColumn("note", say("Note")),
    ActorColumn("added_by", say("Attached by")),
    MomentColumn("added_at", say("Attached")),
)


def files_of(name: str) -> Callable[[Any, Any], Iterator[dict[str, Any]]]:
    def contribute(request: Any, row: Any) -> Iterator[dict[str, Any]]:
        rows: list[Attachment] = list(attachments_of([row.pk]))
        if rows:
            columns = (*COLUMNS, RemoveColumn("pk", "")) if may(request, "attachments.remove") else COLUMNS
            yield {"title": say("Files"), "table": table(columns, rows)}

    return contribute


def attaching(name: str) -> Callable[[Any, Any], Iterator[Action]]:
    def contribute(request: Any, row: Any) -> Iterator[Action]:
        if may(request, "attachments.add"):
            record = ids.encode(attachable_named(name).prefix, row.pk)
            yield Action(say("Attach a file"), page_url("attachment_new", name, record), "upload", rank=-1)

    return contribute
