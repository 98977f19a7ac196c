"""Columns of lists of cards, mandates and other ways to pay."""

from __future__ import annotations

from typing import Any

from subledger.gateways.models import Instrument
from subledger.gateways.pages.common import request_url
from subledger.gateways.pages.requests import PurposeColumn, RequestStateColumn
from subledger.gateways.pages.words import expiry_words
from subledger.gateways.rules.outcomes import is_usable
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.columns import BadgeColumn, Column, MomentColumn, MoneyColumn, NameColumn, WordColumn, YesColumn
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url


class ExpiryColumn(Column):
    def show(self, row: Any) -> str:
        return expiry_words(row, today()) or show.NOTHING


class StandingColumn(BadgeColumn):
    def value(self, row: Any) -> str:
        day = today()
        if row.removed_at is not None:
            return "removed"
        if row.pk in getattr(row, "barred", ()):
            return "declined_for_good"
        return "active" if is_usable(row.exp_year, row.exp_month, year=day.year, month=day.month) else "expired"


def card_url(row: Instrument) -> str:
    return page_url("account_card", row.account_id, row.pk)


CARDS = (
    NameColumn("label", say("Card or mandate"), link=card_url, strong=True),
    ExpiryColumn("exp_year", say("Expires")),
    NameColumn("provider.name", say("Provider")),
    WordColumn("mode", say("Mode")),
    YesColumn("is_default", say("Default of its gateway")),
    YesColumn("chosen.is_default", say("Preferred")),
    YesColumn("chosen.is_recurring", say("Auto-charge")),
    StandingColumn("state", say("State"), lead=True),
)


class AllowedColumn(BadgeColumn):
    """Of ways to pay that no gateway keeps: nothing, or that it was declined for good."""

    def show(self, row: Any) -> Any:
        return super().show(row) if row["state"] else ""


OTHERS: tuple[Column, ...] = (
    NameColumn("label", say("Payment method"), strong=True),
    NameColumn("details", say("Details")),
    YesColumn("is_default", say("Preferred")),
    YesColumn("is_recurring", say("Auto-charge")),
    AllowedColumn("state", say("State")),
    Column("allow", "", link=lambda row: row["allow_url"]),
    Column("runs", "", link=lambda row: row["runs_url"]),
    Column("remove", "", link=lambda row: row["url"], lead=True),
)
USES = (
    Column("number", say("Request"), link=request_url, strong=True),
    PurposeColumn("type", say("For")),
    MomentColumn("created_at", say("Created")),
    MoneyColumn("amount_minor", say("Amount"), lead=True),
    RequestStateColumn("state", say("State"), css="col-why"),
)


RUNS_CHARGE = (
    Column("provider", say("Payment gateway"), strong=True),
    NameColumn("way", say("What runs charge")),
    NameColumn("why", say("Why")),
    YesColumn("is_charged", say("Charged"), lead=True),
)
