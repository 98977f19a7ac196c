"""Columns of tables of wallets, their lots and their transactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.columns import BadgeColumn, Column, DayColumn, MoneyColumn, WordColumn
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.wallets.models import LotTake
from subledger.wallets.states import EntryKind, EntryState

from .words import in_money

NAMED_USES = 3  # of a lot


def wallet_url(row: Any) -> str:
    return page_url("wallet", row.wallet_id)


def is_voidable(row: Any) -> bool:
    return row.state == EntryState.EFFECTIVE and row.kind not in (EntryKind.VOID, EntryKind.REIMBURSE)


def void_url(row: Any) -> str:
    return page_url("wallet_void", row.pk) if is_voidable(row) else ""


@dataclass(frozen=True)
class UsesColumn(Column):
    """What a lot paid for: the latest, and how many more."""

    prepares_files = True

    def prepare(self, rows: Sequence[Any]) -> None:
        takes: dict[int, list[LotTake]] = {}
        live = LotTake.objects.filter(lot__in=[row.pk for row in rows], ended_by=None)
        for take in live.select_related("debit", "debit__product").order_by("-pk"):
            takes.setdefault(take.lot_id or 0, []).append(take)
        for row in rows:
            row.uses = takes.get(row.pk, [])

    def value(self, row: Any) -> Any:
        return "; ".join(self._words(row, take) for take in row.uses)

    def show(self, row: Any) -> SafeString | str:
        if not row.uses:
            return say("nothing yet")
        lines = [(self._words(row, take),) for take in row.uses[:NAMED_USES]]
        more = len(row.uses) - NAMED_USES
        if more > 0:
            lines.append((say("and {count} more", count=more),))
        return format_html_join(SafeString("<br>"), "{}", lines)

    @staticmethod
    def _words(row: Any, take: LotTake) -> str:
        what = take.debit.product.name if take.debit.product else take.debit.number
        return f"{in_money(take.face_minor, row.wallet.currency)} {what}"


@dataclass(frozen=True)
class ExpiryColumn(DayColumn):
    def show(self, row: Any) -> SafeString | str:
        if row.expires_on is None:
            return say("never")
        over = show.badge("overdue") if row.expires_on < today() else ""
        return format_html("{} {}", show.day(row.expires_on), over)


@dataclass(frozen=True)
class MeantColumn(Column):
    """What alone a lot pays for."""

    def show(self, row: Any) -> SafeString | str:
        return row.product.name if row.product else say("anything")


LOTS = (
    Column("credit.number", say("Credit"), strong=True),
    DayColumn("credited_on", say("Credited")),
    MeantColumn("product", say("Pays for")),
    MoneyColumn("face_left_minor", say("Left"), currency="wallet.currency", total=True, lead=True),
    MoneyColumn("face_minor", say("Of"), currency="wallet.currency"),
    MoneyColumn("paid_left_minor", say("Paid value left"), currency="wallet.currency", total=True),
    ExpiryColumn("expires_on", say("Last day")),
    UsesColumn("uses", say("Paid for"), css="col-why"),
)
ENTRIES: tuple[Column, ...] = (
    Column("number", say("Number"), sort="number", strong=True, link=wallet_url),
    DayColumn("posted_on", say("Posted"), sort="posted_on"),
    WordColumn("kind", say("Kind"), of=EntryKind),
    Column("product", say("Product")),
    MoneyColumn("face_minor", say("Amount"), lead=True, total=True),
    MoneyColumn("tax_minor", say("Tax")),
    BadgeColumn("state", say("State"), usual=EntryState.EFFECTIVE),
    Column("note", say("Note"), file_only=True),
)
