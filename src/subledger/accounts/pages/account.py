"""One account: overview and timeline. Higher rooms add tabs, tiles, tables and actions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from subledger.accounts.labels import RECEIVABLES, STATE_ACTIONS
from subledger.accounts.models import Account
from subledger.accounts.pages.columns import mail_link, phone_link
from subledger.accounts.pages.tax_numbers import tax_number_said
from subledger.accounts.queries import account_by_id
from subledger.accounts.rules import CreditPeriod, Unit
from subledger.accounts.states import ACCOUNT, SYSTEM_ACCOUNT, AccountState, AccountType
from subledger.kernel.sentences import said, say
from subledger.page_kit.access import day_of
from subledger.page_kit.faces import called, contributions
from subledger.page_kit.keyset import Page, Sorting, page_of
from subledger.page_kit.navigation import Action, Crumb, Tab, linked, may
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.platform.models import Event


def frame(request: Any, account: Account, here: str) -> dict[str, Any]:
    """What every tab of an account shows around its own part."""
    crumbs = [Crumb(RECEIVABLES, page_url("accounts")), Crumb(f"{account.number} {account.name}")]
    open_tab = page_url(here, account.pk)
    return {
        "page_title": account.name,
        "page_subtitle": _reached(account),
        "state": account.state,
        "crumbs": crumbs,
        "actions": contributions("account", "actions", request, account),
        "tabs": [
            replace(tab, active=tab.url == open_tab) for tab in contributions("account", "tabs", request, account)
        ],
    }


def _reached(account: Account) -> SafeString:
    """Number and currency, and how its customer is reached: what an agent on the phone reads first."""
    customer = account.customer
    parts: list[Any] = [account.number, account.currency.upper()]
    if customer is not None:
        if customer.phone:
            parts.append(phone_link(customer.phone))
        if customer.email:
            parts.append(mail_link(customer.email))
        parts.append(_address(account))
    return format_html_join(" · ", "<bdi>{}</bdi>", ((part,) for part in parts if part))


def _address(account: Account) -> str:
    """On one line: the account's own, else the customer's."""
    customer = account.customer
    own = [line.strip() for line in account.billing_address.splitlines() if line.strip()]
    if own or customer is None:
        return ", ".join(own)
    city = f"{customer.postal_code} {customer.city}".strip()
    lines = [customer.address_line1, customer.address_line2, city, customer.region, customer.country]
    return ", ".join(line for line in lines if line)


def _in_words(period: CreditPeriod) -> str:
    operator = show.word(period.operator)
    if period.unit == Unit.MONTHS:
        return say("{operator} {count} months", operator=operator, count=period.value)
    return say("{operator} {count} days", operator=operator, count=period.value)


def changing(request: Any, account: Account) -> Iterator[Action]:
    if may(request, "accounts.edit"):
        yield Action(say("Edit account"), page_url("account_edit", account.pk), "pencil")
    if may(request, "accounts.edit") and account.state != AccountState.TERMINATED:
        yield Action(say("Add a payment method"), page_url("account_preference", account.pk), "credit-card")


def ending(request: Any, account: Account) -> Iterator[Action]:
    if may(request, "notes.add"):
        yield Action(say("Add a note"), page_url("account_note", account.pk), "note")
    if may(request, "accounts.state"):
        lifecycle = SYSTEM_ACCOUNT if account.type == AccountType.SYSTEM else ACCOUNT
        icons = {"suspend": "lock", "reactivate": "lock-open", "terminate": "ban"}
        for name in lifecycle.actions(AccountState(account.state)):
            url = page_url("account_state", account.pk, name)
            yield Action(STATE_ACTIONS[name], url, icons[name], danger=name == "terminate")
    if may(request, "accounts.edit"):
        for way in account.payment_preferences.select_related("preference").filter(instrument=None).order_by("id"):
            url = page_url("account_preference_release", account.pk, way.pk)
            yield Action(say("Remove {way}", way=way), url, "x", danger=True)


def overview(request: Any, account: Account) -> list[Tab]:
    return [Tab(say("Overview"), page_url("account", account.pk))]


def timeline(request: Any, account: Account) -> list[Tab]:
    return [Tab(say("Timeline"), page_url("account_timeline", account.pk))]


class AccountPage(DetailPage):
    def prepare(self, account_id: int) -> None:
        self.account = account_by_id(account_id)

    def extra(self) -> dict[str, Any]:
        account, request = self.account, self.request
        events = events_of(account, 8).rows
        return {
            **frame(request, account, "account"),
            "tiles": contributions("account", "tiles", request, account),
            "strips": contributions("account", "strips", request, account),
            "tables": contributions("account", "tables", request, account),
            "facts": self._facts(),
            "timeline": entries_of(events, own=account.pk),
            "note_url": page_url("account_note", account.pk) if may(request, "notes.add") else "",
        }

    def _facts(self) -> list[tuple[str, Any]]:
        a = self.account
        customer = (
            linked(a.customer.name, page_url("customer", a.customer_id)) if a.customer else say("the company itself")
        )
        period = a.credit_period()
        limit = show.money(a.credit_limit_minor, a.currency) if a.credit_limit_minor is not None else say("none")
        ways = [
            said(say("{way} (preferred)", way=called("account_payment_preference", way)))
            if way.is_default
            else called("account_payment_preference", way)
            for way in a.payment_preferences.select_related("preference", "instrument").order_by("-is_default", "id")
        ]
        facts = [
            (say("Customer"), customer),
            (say("Parent"), linked(str(a.parent), page_url("account", a.parent_id)) if a.parent else ""),
            (say("Code"), a.code),
            (say("Classification"), a.classification and a.classification.name),
            (say("Credit limit"), limit),
            (say("Credit rating"), a.credit_rating and a.credit_rating.name),
            (say("Credit period"), _in_words(period) if period else ""),
            (say("Pays by"), ", ".join(ways)),
            (say("Tax number"), tax_number_said(a.tax_number)),
            (say("Billing address"), a.billing_address),
            (say("Customer's reference"), a.buyer_reference),
            (say("Electronic address"), a.electronic_address),
            (say("Description"), a.description),
            (say("Opened"), show.day(day_of(a.created_at))),
        ]
        return [(label, value) for label, value in facts if value] + sorted(a.metadata.items())


def events_of(account: Account, limit: int, *, before: str = "", after: str = "") -> Page:
    """The latest events of an account and of everything on it."""
    about = Q(object_id=account.pk)
    for rows in contributions("account", "things_on_it", None, account):
        about |= Q(object_id__in=rows.values("pk"))
    events = Event.objects.filter(about)
    return page_of(events, Sorting("id", descending=True), size=limit, before=before, after=after)


class AccountTimelinePage(AccountPage):
    template_name = "page_kit/timeline.html"

    def extra(self) -> dict[str, Any]:
        asked = self.request.GET
        page = events_of(self.account, 50, before=asked.get("before", ""), after=asked.get("after", ""))
        return {
            **frame(self.request, self.account, "account_timeline"),
            "timeline": entries_of(page.rows, own=self.account.pk),
            "before": page.before,
            "after": page.after,
            "note_url": page_url("account_note", self.account.pk) if may(self.request, "notes.add") else "",
        }
