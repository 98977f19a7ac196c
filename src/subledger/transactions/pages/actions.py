"""What can be done with a transaction: each action says what will happen, and asks."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.accounts.queries import account_by_id, account_by_name
from subledger.kernel.errors import ConfirmationNeeded, DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.faces import contributions
from subledger.page_kit.fields import asked_in, confirmations, confirmed
from subledger.page_kit.navigation import Crumb, linked, require
from subledger.page_kit.notes import NotePage
from subledger.page_kit.parsing import minor_of
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.transactions import labels
from subledger.transactions.pages.consequences import Consequence, consequences_of
from subledger.transactions.pages.endings import finish
from subledger.transactions.pages.forms.actions import (
    CancelForm,
    CancelPaymentForm,
    MoveForm,
    PostForm,
    RejectForm,
    WriteOffForm,
)
from subledger.transactions.pages.refusals import is_final
from subledger.transactions.pages.transactions import ACTIONS, DANGEROUS, list_of, transaction_url
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.reviews import facts_of, facts_of_account, outcome_shown
from subledger.transactions.rules.orders import (
    ALL,
    Amount,
    Cancel,
    Move,
    OnTarget,
    Order,
    Post,
    Posted,
    WriteOff,
)
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.services.actions import write_off
from subledger.transactions.services.carriers import begin, foresee
from subledger.transactions.services.confirmations import Foreseen, asking
from subledger.transactions.services.drafts import reject_drafts
from subledger.transactions.services.previews import Preview
from subledger.transactions.states import Classification, TransactionState

NOWHERE = 0  # the account to move to that nobody has chosen yet: what refuses it wherever it goes is known before


class OnTransaction(FormPage):
    """A form about one transaction."""

    def prepare(self, transaction_id: int) -> None:
        self.row = transaction_by_id(transaction_id)

    def extra(self) -> dict[str, Any]:
        here = transaction_url(self.row)
        crumbs = [
            list_of(self.row.classification),
            Crumb(str(self.row), here),
            Crumb(self.title),
        ]
        return {"crumbs": crumbs, "cancel_url": here}


class TransactionNotePage(NotePage, OnTransaction):
    about = "transaction"

    def noted(self) -> tuple[int, str]:
        return self.row.pk, transaction_url(self.row)


def _entered(order: Order | None) -> str:
    """What of an action's form changes what it comes to; None: nothing was typed yet."""
    said = ((order.posted_on if order else None) or today(), getattr(order, "to_account_id", None))
    return sha256(repr(said).encode()).hexdigest()[:8]


class TransactionActionPage(OnTransaction):
    """Post, reject, cancel, write off or move; refused from the start where the state has no such move."""

    template_name = "page_kit/confirm.html"
    asked: frozenset[str] = frozenset()
    order: Order | None = None  # as the form that was sent says it
    foreseen: Foreseen[list[Preview]] | None = None
    refused_by_others: DomainError | None = None

    def prepare(self, transaction_id: int, action: str) -> None:  # type: ignore[override]
        super().prepare(transaction_id)
        if action not in ACTIONS or action == "edit":
            raise NotFound("action", action)
        self.action = action
        self.kind = Classification(self.row.classification)
        require(self.request, permission_for(action, self.kind))
        if not self.is_again:
            self.row.lifecycle.advance(TransactionState(self.row.state), action)
        label = ACTIONS[action][0]
        self.title = say("{deed}: {kind} {row}", deed=label, kind=show.word(self.kind).lower(), row=self.row)
        self.submit_label = (
            say("{label} the {kind}", label=label, kind=show.word(self.kind).lower()) if action == "cancel" else label
        )

    @property
    def is_settled(self) -> bool:
        return self.action == "write_off" and not self.row.open_minor

    @property
    def is_again(self) -> bool:
        """Whether a draft is posted that is, or waits to be: a second click, which posting itself answers."""
        done = self.row.state in (TransactionState.POSTED, TransactionState.PENDING)
        return self.action == "post" and done and self.request.method == "POST"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if self.is_settled:
            messages.warning(
                request, say("Nothing of invoice {row} is owed: it is settled. Nothing needs doing.", row=self.row)
            )
            return redirect(transaction_url(self.row))
        refusal = self._refusal()
        return super().get(request, **named) if refusal is None else self.impossible(refusal)

    def form(self, data: Any = None, files: Any = None) -> Form:
        form = self._form(data)
        if self.action != "reject":
            questions = self.foreseen.questions if self.foreseen else ()
            confirmations(form, self.asked | asked_in(data), {each.confirmation: str(each) for each in questions})
        return form

    def _form(self, data: Any) -> Form:
        if self.action == "post":
            return PostForm(data)
        row = self.row
        if self.action == "cancel" and self.kind == Classification.PAYMENT:
            return CancelPaymentForm(data, whole_minor=row.amount_minor, currency=row.currency)
        if self.action == "cancel":
            return CancelForm(data, makes=Classification.INVOICE_CANCELLATION)
        if self.action == "write_off":
            return WriteOffForm(data, whole_minor=row.open_minor, currency=row.currency)
        return {"reject": RejectForm, "move": MoveForm}[self.action](data)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if self.is_again:
            return redirect(self._carry_out(Post(draft_id=self.row.pk)))
        form = self.form(request.POST)
        if self.action == "reject" or not form.is_valid():
            self._look()
            return super().post(request, **named)
        try:
            self.order = self._order_of(form)
            if outcome_shown(request, _entered(self.order)):
                return super().post(request, **named)
            self._foresee(self.order)  # nothing was shown of what this comes to: it is shown before it is done
        except DomainError as error:
            self._look(error)
            return self.rendered(self.form(request.POST), error.status, error=error)
        return self.rendered(self.form(request.POST))

    def act(self, form: Form) -> str:
        if self.action == "reject":
            return self._reject(form)
        try:
            self.order = self._order_of(form)
            shown = outcome_shown(self.request, _entered(self.order))
            return self._carry_out(replace(self.order, expected_outcome=shown))
        except DomainError as error:
            self._look(error)
            raise

    def _order_of(self, form: Form) -> Order:
        order: Order = getattr(self, f"_{self.action}")(form)
        return order

    def _carry_out(self, order: Order) -> str:
        """Do it; where it led."""
        if isinstance(order, Move):
            moved = begin(order, actor=actor(self.request))
            assert isinstance(moved, Posted)  # no gateway is asked for a move
            return self._made(
                moved, say("is on account {number} now", number=account_by_id(order.to_account_id).number)
            )
        if isinstance(order, WriteOff):
            [made] = write_off(orders=[order], actor=actor(self.request))
            self._made(made, say("writes off what was open of {row}", row=self.row))
            return transaction_url(self.row)
        done = {"post": say("is posted"), "cancel": say("cancels {row}", row=self.row)}[self.action]
        url = finish(self.request, begin(order, actor=actor(self.request)), done=done)
        return url if self.action == "post" else transaction_url(self.row)

    def _post(self, form: Form) -> Order:
        typed = form.cleaned_data
        return Post(
            draft_id=self.row.pk,
            posted_on=typed["posted_on"],
            **confirmed(Post, typed),
        )

    def _reject(self, form: Form) -> str:
        reject_drafts(transaction_ids=[self.row.pk], reason=form.cleaned_data["reason"], actor=actor(self.request))
        messages.success(self.request, say("The draft is rejected."))
        return transaction_url(self.row)

    def _cancel(self, form: Form) -> Order:
        return self._made_order(Cancel, form, amount=self._amount(form))

    def _write_off(self, form: Form) -> Order:
        return self._made_order(WriteOff, form, amount=self._amount(form), mirror_account_id=0)

    def _move(self, form: Form) -> Order:
        name = form.cleaned_data["to_account"].strip()
        account = account_by_name(name, field="to_account")
        if account is None:
            raise NotFound("account", name, param="/to_account")
        return self._made_order(Move, form, to_account_id=account.pk)

    def _amount(self, form: Form) -> Amount:
        """What the form shows; an invoice is cancelled whole, and its form asks for none."""
        if "amount" not in form.cleaned_data:
            return ALL
        return minor_of(form.cleaned_data["amount"], self.row.currency, param="/amount") or 0

    def _made_order(self, kind: type[OnTarget], form: Form, **more: Any) -> Any:
        typed = form.cleaned_data
        category = typed["category"]
        return kind(
            target_id=self.row.pk,
            type_id=typed["type"].pk,
            category_id=category.pk if category else None,
            issue_reason=typed.get("issue_reason") or None,
            back_office_code=typed["back_office_code"] or None,
            posted_on=typed["posted_on"],
            **confirmed(kind, typed),
            note=typed["note"] or None,
            **more,
        )

    def _made(self, posted: Any, what: str) -> str:
        words = {"kind": show.word(posted.classification), "number": posted.number, "done": what}
        messages.success(self.request, say("{kind} {number} {done}.", **words))
        return page_url("transaction", posted.id)

    def extra(self) -> dict[str, Any]:
        row = self.row
        facts = [
            (say("Account"), linked(str(row.account), page_url("account", row.account_id))),
            (say("Amount"), show.money(row.amount_minor, row.currency)),
        ]
        if row.posted_on:
            label = labels.DUE_NOW if row.is_debit else labels.UNAPPLIED
            facts += [(say("Posted"), show.day(row.posted_on)), (label, show.money(row.open_minor, row.currency))]
        foreseen, outcome = self._foreseen()
        if foreseen and self.action == "post":  # which says the amount, with what it is made of
            facts = [fact for fact in facts if fact[0] != "Amount"]
        return {
            **super().extra(),
            "facts": [*facts, *foreseen],
            "reviewed": outcome,
            "danger": self.action in DANGEROUS,
            "question": self._question(),
            "consequences": [] if self.is_settled else [*self._others(), *consequences_of(self.row, self.action)],
        }

    def _question(self) -> str:
        thing = say("{kind} {row}", kind=show.word(self.kind).lower(), row=self.row)
        if self.is_settled:
            return say("Nothing of {thing} is owed.", thing=thing)
        if self.action == "move":
            return say("Move {thing} to another account?", thing=thing)
        return say("{deed} {thing}?", deed=ACTIONS[self.action][0], thing=thing)

    def _foresee(self, order: Order) -> None:
        """What the order would come to, and all that it asks."""

        def look(given: frozenset[str]) -> list[Preview]:
            said: dict[str, Any] = confirmed(type(order), dict.fromkeys(given, True))
            return foresee(replace(order, **said), actor=actor(self.request))

        self.foreseen = asking(look)
        self.asked |= self.foreseen.confirmations

    def _refusal(self) -> DomainError | None:
        """What refuses the action whatever is typed, at once."""
        self._others()
        if self.refused_by_others is not None:
            return self.refused_by_others
        found = self._look()
        return found if found is not None and is_final(found, self.action) else None

    def _others(self) -> list[str]:
        """What follows by other rooms; nothing where one of them refuses it."""
        try:
            return contributions("transaction", "consequences", self.request, Consequence(self.row, self.action))
        except DomainError as refusal:
            self.refused_by_others = refusal
            return []

    def _look(self, error: DomainError | None = None) -> DomainError | None:
        """What is foreseen before anything is typed, or once more after a refusal; why not, where it is refused."""
        if isinstance(error, ConfirmationNeeded):
            self.asked |= {error.confirmation}
        ident = self.row.pk
        orders: dict[str, Order] = {
            "post": Post(draft_id=ident),
            "cancel": Cancel(target_id=ident, amount=ALL),
            "write_off": WriteOff(target_id=ident, amount=ALL, mirror_account_id=0),
            "move": Move(target_id=ident, to_account_id=NOWHERE),
        }
        order = self.order or orders.get(self.action)
        try:
            if order is not None:
                self._foresee(order)
        except DomainError as refusal:
            return refusal
        return None

    def _foreseen(self) -> tuple[list[tuple[str, Any]], str]:
        """What becomes permanent, decided as posting decides, and its outcome, which is sent with the form; nothing
        where it would be refused as it stands."""
        if self.foreseen is None:
            return [], ""
        order, found = self.order, self.foreseen.preview
        here = [one for one in found if one.account_id == self.row.account_id]
        facts = facts_of(here[0]) if self.action in ("post", "write_off") else facts_of_account(here)
        if isinstance(order, Move):
            there = found[-1]
            facts += [(say("To account"), str(account_by_id(there.account_id))), *facts_of_account([there])]
        return facts, _entered(order) + found[0].outcome
