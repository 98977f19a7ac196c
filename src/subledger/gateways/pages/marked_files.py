"""The files of a provider whose requests they marked, on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from subledger.gateways.models import MarkedFile, Provider
from subledger.gateways.services.bank_files import marked_files, sums_of
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.page_kit.columns import ActorColumn, Column, DeedColumn, MomentColumn, WordColumn
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url

BREAK = mark_safe("<br>")


class RequestsColumn(Column):
    """How many requests a file holds."""

    def value(self, row: Any) -> Any:
        return len(row.requests)

    def show(self, row: Any) -> SafeString | str:
        return show.count(self.value(row))


@dataclass(frozen=True)
class SumsColumn(Column):
    """What they come to, by currency."""

    css: str = "col-money"
    sums: Mapping[int, Sequence[Money]] = field(default_factory=dict)

    def value(self, row: Any) -> Any:
        return ", ".join(str(one) for one in self.sums[row.pk])

    def show(self, row: Any) -> SafeString | str:
        return format_html_join(BREAK, "{}", [(show.money(one.minor, one.currency),) for one in self.sums[row.pk]])


def marked_table(provider: Provider) -> dict[str, Any]:
    """Files whose requests they marked, the newest first."""

    def again(row: MarkedFile) -> str:
        return page_url("provider_export_again", provider.pk, row.message)

    files = list(marked_files(provider.pk)[:30])
    sums = sums_of(files)
    columns = (
        MomentColumn("made_at", say("Exported at")),
        Column("message", say("File"), strong=True),
        WordColumn("format", say("Format")),
        RequestsColumn("requests", say("Requests"), css="col-number"),
        SumsColumn("sums", say("Amount"), lead=True, sums=sums),
        ActorColumn("made_by", say("By")),
        DeedColumn("again", "", link=again, words=say("Download again")),
    )
    return {
        "title": say("Marked files"),
        "table": table(columns, files),
        "text": say("None: no export has marked its requests in the last 90 days."),
    }
