"""What a form comes to while it is being filled in: worked out here by the rules that post it, shown by htmx.

Nothing is kept. A line that cannot be priced yet shows no total; the form says why when it is sent.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString

from subledger.accounts.models import Account
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.parsing import decimal_text, minor_of, minor_text, price_text
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.transactions import labels
from subledger.transactions.item_credits import credited_items
from subledger.transactions.models import TransactionDefinition
from subledger.transactions.pages.credited import counted
from subledger.transactions.pages.documents import TransactionNewPage
from subledger.transactions.pages.entered import items_of
from subledger.transactions.pages.forms.documents import PRODUCT_GIVES
from subledger.transactions.rules.credits import Crediting
from subledger.transactions.rules.items import NewItem, PricedItem, TaxRounding, price_item, total_of
from subledger.transactions.states import WITH_ITEMS

__all__ = ["Figures", "FiguresPage", "figures_of"]


@dataclass
class Figures:
    """The sums of a document: ``lines`` by the number of their form, ``sums`` as (label, minor units)."""

    currency: str
    lines: dict[int, int] = field(default_factory=dict)
    sums: list[tuple[str, int]] = field(default_factory=list)
    total: int | None = None
    incomplete: int = 0  # lines that have no total yet
    problems: list[str] = field(default_factory=list)  # what cannot be read of those that say something


def figures_of(page: Any, items: Any) -> Figures:
    """What the lines of a form come to, as the company rounds taxes."""
    found = Figures(page.account.currency)
    ready: list[tuple[int, NewItem]] = []
    for at, form in enumerate(items.forms):
        if not form.is_bound or not form.has_changed() or (form.is_valid() and form.cleaned_data.get("DELETE")):
            continue
        try:
            if form.is_valid() and not form.says_something:
                continue
            [item] = items_of([form.cleaned_data], account=page.account)
            if item.credits is None:
                price_item(item, currency=found.currency)
        except DomainError as error:
            if form["price"].value():
                found.problems.append(say("Line {at}: {words}", at=at + 1, words=words_of(error)))
            else:
                found.incomplete += 1
        except (AttributeError, KeyError):  # the form has not all that a line needs
            if form["price"].value():
                found.problems.append(say("Line {at} is not complete yet.", at=at + 1))
            else:
                found.incomplete += 1
        else:
            ready.append((at, item))
    if not ready:
        return found
    rounding = TaxRounding(TransactionDefinition.objects.values_list("tax_rounding", flat=True).get())
    try:
        priced = _priced([item for _, item in ready], rounding, page.account)
    except DomainError as error:  # it speaks of an item of an invoice that cannot be credited as it says
        found.problems.append(words_of(error))
        return found
    found.lines = {at: one.sub_total_minor for (at, _), one in zip(ready, priced, strict=True)}
    sums = total_of(priced)
    if sums.discount_minor:
        found.sums = [(labels.SUBTOTAL, sums.net_minor), (labels.DISCOUNT, -sums.discount_minor)]
    found.sums.append((labels.NET, sums.net_minor - sums.discount_minor))
    found.sums += _taxes(priced)
    found.total = sums.total_minor
    return found


def _priced(items: list[NewItem], rounding: TaxRounding, account: Account) -> list[PricedItem]:
    """As posting prices them: what credits items of invoices by what is left of those."""
    crediting = Crediting(credited_items({item.credits.transaction_id for item in items if item.credits is not None}))
    completed = crediting.completed(items, account_id=account.pk)
    return crediting.priced(completed, rounding=rounding, currency=account.currency)


def _taxes(priced: list[PricedItem]) -> list[tuple[str, int]]:
    """Tax by rate; rates that come to nothing are left out."""
    by_rate: dict[Decimal, int] = defaultdict(int)
    for one in priced:
        by_rate[one.tax_percent] += one.tax_minor
    return [
        (say("Tax {rate} %", rate=decimal_text(rate)), minor)
        for rate, minor in sorted(by_rate.items(), reverse=True)
        if rate or minor
    ]


class FiguresPage(TransactionNewPage):
    """The form, and the answer to a change of it: line totals, sums, what a chosen product or invoice fills in."""

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if self.kind in WITH_ITEMS:
            return self._of_items(request)
        return self._of_amount(request)

    def kept(self) -> dict[str, list[int]]:
        """Whatever is chosen is offered: a draft may have a product that is out of use."""
        chosen: dict[str, list[int]] = defaultdict(list)
        for name, value in self.request.POST.items():
            kind = name.rpartition("-")[2]
            if kind in ("product", "tax_rate") and isinstance(value, str) and value.isdecimal() and len(value) < 20:
                chosen[kind].append(int(value))
        return chosen

    def _of_items(self, request: HttpRequest) -> HttpResponseBase:
        data = request.POST.copy()
        items = self.items(data)
        filled = [self._filled(form, data) for form in items.forms]
        items = self.items(data)
        figures = figures_of(self, items)
        lines = [
            {
                "prefix": form.prefix,
                "minor": figures.lines.get(at),
                "product": data.get(f"{form.prefix}-product", ""),
                "counted": data.get(f"{form.prefix}-quantity", "") if form.credited else None,
                "inputs": [_swapped(form, name) for name in filled[at]],
            }
            for at, form in enumerate(items.forms)
        ]
        context = {"figures": figures, "lines": lines}
        return render(request, "transactions/figures.html", context)

    def _filled(self, form: Any, data: Any) -> list[str]:
        """Fill in what a product that was chosen just now gives; the names of the fields that changed."""
        where = form.prefix
        price = counted(form, data, self.account.currency)
        if price is not None:
            data[f"{where}-price"] = price
            return ["price"]
        chosen, before = data.get(f"{where}-product", ""), data.get(f"{where}-filled", "")
        if chosen == before or not chosen:
            return []
        product = next((row for row in form.fields["product"].queryset if str(row.pk) == chosen), None)
        if product is None:
            return []
        given = {"description": product.name, "tax_rate": str(product.tax_rate_id or "")}
        if product.unit_amount is not None and product.currency == self.account.currency:
            given["price"] = price_text(product.unit_amount, product.currency)
            given["price_is"] = "unit"
        if not given["tax_rate"]:
            del given["tax_rate"]
        for name, value in given.items():
            data[f"{where}-{name}"] = value
        return [name for name in PRODUCT_GIVES if name in given]

    def _of_amount(self, request: HttpRequest) -> HttpResponseBase:
        """Ticked invoices fill in an amount that nobody typed, and are compared with one that somebody did."""
        data = request.POST.copy()
        form, currency = self.form(data), self.account.currency
        opened = form.open_of(data.getlist("intended"))  # type: ignore[attr-defined]
        typed, suggested = data.get("amount", ""), data.get("suggested", "")
        chosen, is_ours = sum(opened), not typed.strip() or typed == suggested
        if is_ours:
            suggested = minor_text(chosen, currency) if opened else ""
            data["amount"] = suggested
            form = self.form(data)
        problem = ""
        try:
            amount = minor_of(str(data["amount"]), currency, param="/amount") or 0
        except DomainError as error:
            amount, problem = 0, words_of(error)
        context = {
            "problem": problem,
            "currency": currency,
            "chosen": chosen if opened else None,
            "count": len(opened),
            "over": max(amount - chosen, 0),
            "short": max(chosen - amount, 0) if amount else 0,
            "suggested": suggested,
            "input": _swapped(form, "amount") if is_ours and typed != suggested else "",
        }
        return render(request, "transactions/figures_amount.html", context)


def _swapped(form: Any, name: str) -> SafeString:
    """An input with its new value, which htmx puts in the place of the old one."""
    return show.input_of(form[name], bare=bool(form.prefix), extra={"hx-swap-oob": "true"})
