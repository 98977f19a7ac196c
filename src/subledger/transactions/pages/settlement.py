"""How far a transaction is settled, as a bar with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.kernel.sentences import said, say
from subledger.page_kit.access import today
from subledger.page_kit.columns import Column, MoneyColumn, read
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions.states import TransactionState

__all__ = ["SettlementColumn", "days_late", "settlement_bar", "standing_of"]


def days_late(row: Any) -> int:
    """How many days what is still open of it is past its due date; 0 where it is not."""
    if not row.posted_on or not row.is_debit or not row.due_on or not row.open_minor:
        return 0
    return max((today() - row.due_on).days, 0)


def standing_of(row: Any, state: str) -> str:
    """The state in one word: while it is posted, how far it is settled."""
    if state != TransactionState.POSTED:
        return state
    if row.is_debit:
        if not row.open_minor:
            return "settled"
        return "overdue" if days_late(row) else "unsettled" if row.open_minor == row.amount_minor else "partial"
    if not row.open_minor:
        return "applied"
    return "unapplied" if row.open_minor == row.amount_minor else "partly_applied"


APPLIED = {"unsettled": say("Unapplied"), "partial": say("Partly applied"), "settled": say("Applied")}


def settlement_bar(open_minor: int | None, amount_minor: int, currency: str, is_debit: bool = True) -> SafeString | str:
    """How far a posted transaction is settled, at a glance. ``open_minor=None``: nothing to settle yet."""
    if open_minor is None:
        return show.NOTHING
    done = amount_minor - open_minor
    stage = "settled" if open_minor == 0 else "unsettled" if done == 0 else "partial"
    # a partial settlement never looks empty or full, however small or large it is
    percent = min(97, max(3, done * 100 // amount_minor)) if stage == "partial" else 100 if open_minor == 0 else 0
    stage_label = show.word(stage) if is_debit else APPLIED[stage]
    rest = say("open") if is_debit else say("unapplied")
    left = f"{show.amount_text(open_minor, currency)} {said(rest)}" if stage == "partial" else ""
    return format_html(
        '<span class="settlement settlement-{}">'
        '<span class="settlement-word">{}</span><span class="settlement-left">{}</span>'
        '<progress max="100" value="{}" aria-hidden="true"></progress></span>',
        stage,
        stage_label,
        left,
        percent,
    )


@dataclass(frozen=True)
class SettlementColumn(MoneyColumn):
    """Progress of a settlement: ``key`` is what is open (None: not posted yet), ``amount`` the whole."""

    css: str = "col-settlement"
    amount: str = "amount_minor"
    page_only: bool = False  # where another column of the file says what is open

    is_amount = False

    def in_files(self) -> Sequence[Column]:
        return () if self.page_only else super().in_files()

    @property
    def heading(self) -> str:
        return say("Open")

    def show(self, row: Any) -> SafeString | str:
        return settlement_bar(
            self.value(row), read(row, self.amount), read(row, self.currency), read(row, "is_debit") is not False
        )
