"""Collecting money: one form with three ways, from an account, an invoice or a payment that failed.

A card that is chosen is charged, a link asks the customer, money that came in is recorded; no choice of one way is read
with another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.kernel import ids
from subledger.kernel.errors import DomainError, Invalid, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.faces import contributions
from subledger.page_kit.fields import asked_in, confirmed
from subledger.page_kit.parsing import minor_of, minor_text
from subledger.page_kit.refusals import words_of
from subledger.page_kit.rendering import render
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.platform.callers import as_follows
from subledger.transactions.models import Transaction
from subledger.transactions.pages.documents import TransactionEditPage, TransactionNewPage
from subledger.transactions.pages.forms.collection import CHARGE, LINK, CollectForm, Offered
from subledger.transactions.pages.transactions import transaction_url
from subledger.transactions.queries import open_invoices
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Order, Post, QuickPay
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.services.confirmations import asking
from subledger.transactions.services.previews import preview
from subledger.transactions.states import Classification

LISTED = 200  # of an account with more open, the rest is settled by due date


class Collecting:
    """Mixed into the form of a payment, new or a draft: its three ways."""

    request: Any
    account: Account
    draft: Transaction | None
    asked: frozenset[str]
    questions: Any
    template_name = "transactions/collect.html"
    permission = permission_for("post", Classification.PAYMENT)

    @cached_property
    def offered(self) -> Offered:
        account, request = self.account, self.request
        return Offered(
            invoices=list(open_invoices(account_id=account.pk).select_related("account")[:LISTED]),
            cards=contributions("collect", "cards", request, account),
            may_link=any(contributions("collect", "may_link", request, account)),
            carried=contributions("collect", "carried", request, account),
        )

    def form(self, data: Any = None, files: Any = None) -> Form:
        return CollectForm(
            data,
            initial=self.initial() if data is None else None,
            currency=self.account.currency,
            offered=self.offered,
            asked=self.asked | asked_in(data),
            questions=self.questions,
        )

    def initial(self) -> dict[str, Any]:
        asked, ways = self.request.GET, [way for way, _ in self.offered.ways]
        way = asked.get("way", "")
        chosen = self.meant()
        due = sum(one.open_minor for one in self.offered.invoices if one.public_id in chosen)  # type: ignore[attr-defined]
        return {
            "intended": chosen,
            "amount": minor_text(due, self.account.currency) if due else "",
            "way": way if way in ways else ways[0],
            "card": asked.get("card") or next((card for card, _ in self.offered.cards), ""),
        }

    def meant(self) -> list[str]:
        """The invoices that are ticked to begin with: those asked for, else what is overdue, else all that is open."""
        invoices, wanted = self.offered.invoices, self.request.GET.getlist("invoice")
        asked = [one.public_id for one in invoices if one.public_id in wanted]
        day = today()
        overdue = [one.public_id for one in invoices if one.due_on and one.due_on < day]
        return asked or overdue or [one.public_id for one in invoices]

    def posts(self, request: HttpRequest) -> bool:
        return True

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if request.POST.get("way") != LINK:
            return super().post(request, **named)  # type: ignore[misc]
        form = self.form(request.POST)
        if not form.is_valid():
            return self.rendered(form, 422)  # type: ignore[attr-defined]
        try:
            return redirect(self._link(form))
        except DomainError as error:
            return self.rendered(form, error.status, error=error)  # type: ignore[attr-defined]

    def _link(self, form: Form) -> str:
        """Where the link to the one invoice that was chosen is mailed, or made to be copied."""
        chosen = form.cleaned_data["intended"]
        invoice = next((one for one in self.offered.invoices if [one.public_id] == chosen), None)
        if invoice is None:
            raise Invalid(say("A link asks for one invoice. Tick the one to be paid."), param="/intended")
        amount = minor_of(form.cleaned_data["amount"], self.account.currency, param="/amount")
        left: int = invoice.open_minor  # type: ignore[attr-defined]
        if amount != left:
            words = f"{show.amount_text(left, self.account.currency)} {self.account.currency.upper()}"
            raise Invalid(
                say(
                    "A link asks for all that is open of {invoice}, {words}. Enter that, or collect another way.",
                    invoice=invoice,
                    words=words,
                ),
                param="/amount",
            )
        [urls] = contributions("collect", "link", self.request, invoice)
        return str(urls["copy" if self.request.POST.get("then") == "copy" else "mail"])

    def _new(self, form: Form, lines: Sequence[dict[str, Any]]) -> NewTransaction:
        typed = form.cleaned_data
        way = typed["way"]
        amount = minor_of(typed["amount"], self.account.currency, param="/amount", credit_is_positive=True)
        said: dict[str, Any] = {
            "amount_minor": amount,
            "intended_ids": tuple(ids.decode(Transaction.PREFIX, text) for text in typed["intended"]),
            **confirmed(NewTransaction, typed),
        }
        if way == CHARGE:
            card = ids.decode(AccountPaymentPreference.PREFIX, typed["card"])
            said |= {"payment_preference_id": card, "payment_method_id": None}
        else:
            said |= {
                "payment_preference_id": None,
                "payment_method_id": typed["payment_method"].pk,
                "received_on": typed["received_on"],
                "posted_on": typed["posted_on"],
                "back_office_code": typed["back_office_code"] or None,
                "note": typed["note"] or None if self.draft is None else None,
            }
        return replace(self.begun(), **said)

    def begun(self) -> NewTransaction:
        """The payment that the form completes."""
        return NewTransaction(classification=Classification.PAYMENT, account_id=self.account.pk)

    def shown(self, status: int = 200, **context: Any) -> Any:
        form = context["form"]
        ticks = {str(tick.data["value"]): tick for tick in form["intended"]}
        day = today()
        rows = [
            {
                "tick": ticks[one.public_id],
                "row": one,
                "url": transaction_url(one),
                "late": max((day - one.due_on).days, 0) if one.due_on else 0,
            }
            for one in self.offered.invoices
        ]
        context |= {
            "rows": rows,
            "ways": [(tick, str(tick.data["value"])) for tick in form["way"]],
            "declined": contributions("collect", "declined", self.request, self.account),
            "currency": self.account.currency,
            "suggested": self.request.POST.get("suggested", form.initial.get("amount", "")),
            "figures_url": page_url("account_collect_shares", self.account.pk),
        }
        wanted = [one for one in self.offered.invoices if one.public_id == self.request.GET.get("invoice")]
        if wanted:
            context["cancel_url"] = transaction_url(wanted[0])
        return super().shown(status, **context)  # type: ignore[misc]


class AccountCollectPage(Collecting, TransactionNewPage):
    def prepare(self, account_id: int) -> None:  # type: ignore[override]
        super().prepare(account_id, Classification.PAYMENT.value)
        if not self.account.customer_id:
            raise NotFound(Account, account_id, noun=say("customer's account"))
        self.title = say("Collect from {name}", name=self.account.name)

    def _ordered(self, new: NewTransaction) -> Order:
        """What pays one invoice whole is applied to it, however the company applies payments."""
        [only] = new.intended_ids if len(new.intended_ids) == 1 else [0]
        left = next((one.open_minor for one in self.offered.invoices if one.pk == only), None)  # type: ignore[attr-defined]
        if left is None or left != new.amount_minor:
            return Post(new=new)
        return QuickPay(
            target_id=only,
            amount=left,
            payment_method_id=new.payment_method_id,
            payment_preference_id=new.payment_preference_id,
            posted_on=new.posted_on,
            received_on=new.received_on,
            back_office_code=new.back_office_code,
            note=new.note,
            **confirmed(
                QuickPay, {name: getattr(new, name, False) for name in dir(new) if name.startswith("confirm_")}
            ),
        )


class TransactionCollectPage(Collecting, TransactionEditPage):
    """A payment that failed, or was kept as a draft, collected after all, by this way or another."""

    def prepare(self, transaction_id: int) -> None:
        super().prepare(transaction_id)
        if self.kind is not Classification.PAYMENT:
            raise NotFound(Transaction, transaction_id, noun=say("payment that is a draft"))
        self.title = say("Collect again")

    def initial(self) -> dict[str, Any]:
        row = self.draft
        assert row is not None
        found = super().initial()
        card = self.request.GET.get("card") or found["card"]
        if row.payment_preference_id and "card" not in self.request.GET:
            own = ids.encode(AccountPaymentPreference.PREFIX, row.payment_preference_id)
            # What was declined for good is charged by who chooses it alone: the next way that can be is offered.
            card = found["card"] if own in contributions("collect", "barred", self.request, self.account) else own
        return {
            **found,
            "amount": minor_text(row.amount_minor, row.currency),
            "card": card,
            "back_office_code": row.back_office_code or "",
            "received_on": row.received_on,
        }

    def _update(self, new: NewTransaction) -> Transaction:
        with as_follows():  # who may collect chooses how
            return super()._update(new)

    def meant(self) -> list[str]:
        assert self.draft is not None
        meant = set(self.draft.intended_ids or ())
        return [one.public_id for one in self.offered.invoices if one.pk in meant]

    def begun(self) -> NewTransaction:
        draft = self.draft
        assert draft is not None
        return NewTransaction(
            classification=Classification.PAYMENT,
            account_id=draft.account_id,
            type_id=draft.type_id,
            category_id=draft.category_id,
            issued_on=draft.issued_on if draft.is_dated else None,
            received_on=draft.received_on,
            received_by=draft.received_by,
            back_office_code=draft.back_office_code,
            issue_reason=draft.issue_reason,
            metadata=dict(draft.metadata),
        )


class SharesPage(AccountCollectPage):
    """The answer to a change of the form: the amount that the ticks come to, and what of it each invoice gets."""

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        data = request.POST.copy()
        form: Any = self.form(data)
        currency = self.account.currency
        chosen = data.getlist("intended")
        opened = form.open_of(chosen)
        typed, suggested = data.get("amount", ""), data.get("suggested", "")
        is_ours = not typed.strip() or typed == suggested
        if is_ours:
            suggested = minor_text(sum(opened), currency) if opened else ""
            data["amount"] = suggested
            form = self.form(data)
        shares, left, problem = self._shares(str(data["amount"]), chosen)
        context = {
            "currency": currency,
            "suggested": suggested,
            "input": show.input_of(form["amount"], bare=False, extra={"hx-swap-oob": "true"})
            if is_ours and typed != suggested
            else "",
            "shares": [(one.public_id, shares.get(str(one), 0)) for one in self.offered.invoices],
            "left": left,
            "problem": problem,
        }
        return render(request, "transactions/collect_shares.html", context)

    def _shares(self, amount: str, chosen: Sequence[str]) -> tuple[dict[str, int], int, str]:
        """What of the amount each invoice gets, by its number; what no invoice takes; why it cannot be said."""
        try:
            minor = minor_of(amount, self.account.currency, param="/amount", credit_is_positive=True)
            if not minor:
                return {}, 0, ""
            meant = tuple(ids.decode(Transaction.PREFIX, text) for text in chosen)
            new = replace(self.begun(), amount_minor=minor, intended_ids=meant)

            def look(given: frozenset[str]) -> Any:
                said: dict[str, Any] = confirmed(NewTransaction, dict.fromkeys(given, True))
                return preview(orders=[self._ordered(replace(new, **said))], actor=actor(self.request))[0]

            found = asking(look).preview
        except ValueError:
            return {}, 0, ""
        except DomainError as error:
            return {}, 0, words_of(error)
        shares = {one.number: one.amount.minor for one in found.settles}
        return shares, found.left_open.minor, ""
