"""What an act would make permanent, as facts for the page that asks before it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.page_kit.fields import confirmations_known
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions import labels
from subledger.transactions.services.previews import Preview
from subledger.transactions.states import DEBITS, Classification

__all__ = ["digest_of", "facts_of", "facts_of_account", "outcome_shown"]


def shown(money: Money) -> SafeString | str:
    return show.money(money.minor, money.currency)


def facts_of(preview: Preview) -> list[tuple[str, Any]]:
    """One transaction as it would be posted, and what it does to its account."""
    facts: list[tuple[str, Any]] = []
    if preview.net is not None:
        net, discount = preview.net, preview.discount
        if discount and discount.minor:
            facts.append((labels.SUBTOTAL, shown(net)))
            facts.append((labels.DISCOUNT, shown(Money(-discount.minor, discount.currency))))
            net = Money(net.minor - discount.minor, net.currency)
        facts.append((labels.NET, shown(net)))
        if preview.tax is not None:
            facts.append((labels.TAX, shown(preview.tax)))
            if preview.has_no_tax_rate and preview.classification is Classification.INVOICE:
                facts.append((say("Tax rate"), say("An item has none, and is not taxed. The document says 0 %.")))
    facts += [
        (say("Total") if preview.net is not None else say("Amount"), shown(preview.amount)),
        (say("Date"), show.day(preview.posted_on)),
    ]
    if preview.issued_on != preview.posted_on:
        facts.append((labels.dated(preview.classification), show.day(preview.issued_on)))
    if preview.due_on:
        facts.append((say("Due"), show.day(preview.due_on)))
    return [*facts, *facts_of_account([preview])]


def facts_of_account(preview: Sequence[Preview]) -> list[tuple[str, Any]]:
    """The balance before the first and after the last, and what is settled by them."""
    first, last = preview[0], preview[-1]
    facts: list[tuple[str, Any]] = [
        (
            say("Balance of {account_number}", account_number=first.account_number),
            format_html("{} → {}", shown(first.balance_before), shown(last.balance_after)),
        )
    ]
    if last.going_out.minor:
        facts.append((say("Being paid out already"), shown(last.going_out)))
        facts.append((say("Balance once that is paid out"), shown(last.balance_in_the_end)))
    if first.settles:
        label = say("Paid at once by") if first.classification in DEBITS else say("Applied to")
        parts = ((one.number, shown(one.amount)) for one in first.settles)
        facts.append((label, format_html_join("", "<div>{}: {}</div>", parts)))
    if first.left_open.minor:
        facts.append(
            (say("Left open") if first.classification in DEBITS else say("Left unapplied"), shown(first.left_open))
        )
    return facts


def digest_of(request: HttpRequest) -> str:
    """What was entered, so that what is posted is what was shown."""
    passing = {"csrfmiddlewaretoken", "once", "reviewed", "then", "suggested", "version", *confirmations_known()}
    said = sorted(
        (name, values)
        for name, values in request.POST.lists()
        if name not in passing and not name.endswith("-filled") and any(values)
    )
    return sha256(repr(said).encode()).hexdigest()[:32]


def outcome_shown(request: HttpRequest, entered: str) -> str | None:
    """The outcome that the page which was sent showed; None where it showed none, or what was ``entered`` is other
    than then."""
    sent = request.POST.get("reviewed", "")
    return sent.removeprefix(entered) or None if sent.startswith(entered) else None
