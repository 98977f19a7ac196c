"""New invoices, credit notes, payments and refunds, and changing drafts of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.db.transaction import atomic, set_rollback
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.accounts.errors import AccountTerminated
from subledger.accounts.models import Account, AccountPaymentPreference
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState
from subledger.kernel import ids
from subledger.kernel.errors import ConfirmationNeeded, DomainError
from subledger.kernel.sentences import say
from subledger.kernel.words import a
from subledger.messages.kinds import kinds_about
from subledger.page_kit.access import actor
from subledger.page_kit.faces import contributions
from subledger.page_kit.fields import asked_in, confirmations_known, confirmed
from subledger.page_kit.idempotency import once
from subledger.page_kit.navigation import Crumb, may, require
from subledger.page_kit.parsing import minor_text
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.versions import standing
from subledger.page_kit.views import FormPage
from subledger.platform.versions import ChangedMeanwhile
from subledger.transactions.errors import OutcomeDiffers
from subledger.transactions.labels import NEW
from subledger.transactions.models import Transaction, TransactionItem
from subledger.transactions.pages.choices import draftable
from subledger.transactions.pages.consequences import Consequence
from subledger.transactions.pages.credited import attach, choices_left, lines_left
from subledger.transactions.pages.credits import lines_of, owed_again
from subledger.transactions.pages.endings import finish
from subledger.transactions.pages.entered import copy_of, document_of, line_of
from subledger.transactions.pages.forms.documents import DocumentForm, ItemFormSet, initial_of
from subledger.transactions.pages.transactions import list_of, transaction_url
from subledger.transactions.queries import creditable, transaction_by_id
from subledger.transactions.reviews import digest_of, facts_of, outcome_shown
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.orders import Order, Post, Posted
from subledger.transactions.rules.permissions import permission_for
from subledger.transactions.services.carriers import agreed, begin, foresee, save_drafts, update_draft
from subledger.transactions.services.confirmations import Foreseen, asking
from subledger.transactions.services.draft_versions import items_of_draft, version_of_draft
from subledger.transactions.services.previews import Preview
from subledger.transactions.states import WITH_ITEMS, Classification, TransactionState

# What is shown once more before it is posted for ever: what goes out to the customer, and money that leaves. Money that
# came in is where it is more than what is owed.
REVIEWED = frozenset({Classification.INVOICE, Classification.CREDIT_NOTE, Classification.REFUND})
# What the button says where a gateway moves the money.
MOVING = {Classification.PAYMENT: say("Collect it and post"), Classification.REFUND: say("Pay it back and post")}


class DocumentPage(FormPage):
    """The form of a document: `TransactionNewPage` and `TransactionEditPage`."""

    permission = "transactions.draft"
    template_name = "transactions/document.html"
    draft: Transaction | None = None
    account: Account
    kind: Classification
    asked: frozenset[str] = frozenset()
    questions: Mapping[str, str] = MappingProxyType({})

    def form(self, data: Any = None, files: Any = None) -> Form:
        return DocumentForm(
            data,
            initial=self.initial(),
            classification=self.kind,
            account=self.account,
            is_new=self.draft is None,
            asked=self.asked | asked_in(data),
            questions=self.questions,
        )

    def items(self, data: Any = None, initial: Any = None) -> Any:
        if self.kind not in WITH_ITEMS:
            return None
        made: Any = ItemFormSet(data, initial=initial, prefix="items", kept=self.kept())  # type: ignore[call-arg]
        if self.kind is Classification.CREDIT_NOTE:
            attach(made)
        return made

    def kept(self) -> dict[str, list[int]]:
        """Products and tax rates that are offered although they may be out of use: the draft has them."""
        return {}

    def first_items(self) -> list[dict[str, Any]]:
        return []

    def entered(self, lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """The lines that were typed, with what of their items the form does not show."""
        return lines

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        if self.account.state == AccountState.TERMINATED:
            raise AccountTerminated(self.account.number, action=say("post {kind}", kind=a(self.kind)))
        return self.rendered(self.form(), items=self.items(initial=self.first_items()))

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form, items = self.form(request.POST), self.items(request.POST)
        if "add_row" in request.POST and items is not None:  # without scripts: the same page with one more line
            more = self.items(initial=[*items.typed(), {}])
            return self.rendered(self._unchecked(request), items=more)
        if "list_items" in request.POST and items is not None:
            listed = self.items(initial=[*self._said(items), *self._listed(items)])
            form = self._unchecked(request)
            if "intended" in form.fields:  # what credits its items is meant for it
                form.initial["intended"] = [*form.initial["intended"], request.POST.get("credit_of", "")]
            return self.rendered(form, items=listed, listed=True)
        valid = form.is_valid()
        if items is not None:
            valid = items.is_valid() and valid
        if not valid:
            return self.rendered(form, 422, items=items)
        posts = self.posts(request)
        try:
            if posts:
                require(request, permission_for("post", self.kind))
            new = self._new(form, self.entered(items.lines()) if items is not None else ())
            if not posts:
                return redirect(self._keep(new))
            outcome = outcome_shown(request, digest_of(request))
            if outcome is None:
                found = self._look(new)
                is_open = found.confirmations - asked_in(request.POST)
                if self.kind in REVIEWED or found.preview.left_open.minor or is_open:
                    return self._reviewed(new, found, items)
                outcome = found.preview.outcome
            try:
                url = once(request, lambda: self._post(new, outcome))
            except (OutcomeDiffers, ConfirmationNeeded) as error:  # shown anew, as it would be now
                return self._reviewed(new, self._look(new), items, error=error)
        except ConfirmationNeeded as error:
            self.asked |= {error.confirmation}
            asking = self.form(request.POST)
            return self.rendered(asking, error.status, items=items, error=error)
        except ChangedMeanwhile as error:
            return self.changed(form, error, items=items, **named)
        except DomainError as error:
            return self.rendered(form, error.status, items=items, error=error)
        return redirect(url)

    def posts(self, request: HttpRequest) -> bool:
        """Whether the form that was sent is to be posted; else it is kept as a draft."""
        return request.POST.get("then") in ("post", "send")

    def changed(self, form: Form, error: DomainError, *, items: Any = None, **named: Any) -> HttpResponseBase:
        self.prepare(**named)
        self.shown_version = self.version()
        kept = self.items(initial=self.first_items())
        differing = standing(form, self.form(), self.edits(), lines=items, kept=kept)
        return self.rendered(form, error.status, items=items, error=error, standing=differing)

    def _said(self, items: Any) -> list[dict[str, str]]:
        """The lines that say something; the empty one of a new form does not."""
        return [
            line for line in items.typed() if any(line[name] for name in ("credits", "product", "description", "price"))
        ]

    def _listed(self, items: Any) -> list[dict[str, Any]]:
        """A line for each item of the invoice that was chosen, but for those that have one."""
        there = {line["credits"] for line in items.typed()}
        chosen = dict(choices_left(self.account.pk, self.account.currency))
        wanted = self.request.POST.get("credit_of", "")
        if wanted not in chosen:
            return []
        lines = lines_left(ids.decode(Transaction.PREFIX, wanted), self.account.currency)
        return [line for line in lines if line["credits"] not in there]

    def _unchecked(self, request: HttpRequest) -> Form:
        """The form with what was typed so far, and no complaints yet."""
        form = self.form()
        for name in form.fields:
            form.initial[name] = request.POST.getlist(name) if name == "intended" else request.POST.get(name, "")
        return form

    def _new(self, form: Form, lines: Sequence[dict[str, Any]]) -> NewTransaction:
        metadata = dict(self.draft.metadata) if self.draft else {}
        return document_of(form.cleaned_data, lines, kind=self.kind, account=self.account, metadata=metadata)

    def _reviewed(
        self, new: NewTransaction, found: Foreseen[Preview], items: Any, error: DomainError | None = None
    ) -> HttpResponseBase:
        """What posting makes permanent, which card it charges, and each question that it asks with its box."""
        self.asked |= found.confirmations
        self.questions = {each.confirmation: str(each) for each in found.questions}
        form = self.form(self.request.POST)
        return self.rendered(
            form,
            error.status if error else 200,
            items=items,
            review=self._facts_of(found.preview),
            moves=contributions("transaction", "consequences", self.request, Consequence(agreed(new), "post")),
            moving=MOVING.get(self.kind, ""),
            asks=[name for name in confirmations_known() if name in found.confirmations],
            reviewed=digest_of(self.request) + found.preview.outcome,
            error=error,
        )

    def _look(self, new: NewTransaction) -> Foreseen[Preview]:
        """What posting would make permanent, decided as posting decides it, and all that it asks."""

        def look(given: frozenset[str]) -> Preview:
            said: dict[str, Any] = confirmed(NewTransaction, dict.fromkeys(given, True))
            return self._review(replace(new, **said))

        return asking(look)

    def _review(self, new: NewTransaction) -> Preview:
        if self.draft is None:
            return foresee(self._ordered(new), actor=actor(self.request))[0]
        with atomic():
            self._update(replace(new, posted_on=None))
            [preview] = foresee(self._order(new), actor=actor(self.request))
            set_rollback(True)
        return preview

    def _facts_of(self, preview: Preview) -> list[tuple[str, Any]]:
        """What posting does, and of a refund what is owed again with the credit notes that belong to it."""
        if preview.classification is not Classification.REFUND:
            return facts_of(preview)
        ident, left = preview.account_id, preview.left_open
        owed = owed_again(ident, left.currency, left.minor, creditable(account_id=ident, minor=left.minor))
        return [*facts_of(preview), *owed]

    def _ordered(self, new: NewTransaction) -> Order:
        """What posts a document that is no draft yet."""
        return Post(new=new)

    def _order(self, new: NewTransaction) -> Post:
        assert self.draft is not None
        said = confirmed(Post, {name: getattr(new, name, False) for name in confirmations_known()})
        return Post(draft_id=self.draft.pk, posted_on=new.posted_on, **said)

    def _keep(self, new: NewTransaction) -> str:
        if self.draft is None:
            [row] = save_drafts(new=[new], actor=actor(self.request))
            messages.success(
                self.request,
                say(
                    "Draft {reference_number} is saved. It has no effect until it is posted.",
                    reference_number=row.reference_number,
                ),
            )
        else:
            row = self._update(new)
            messages.success(self.request, say("The draft is saved."))
        return transaction_url(row)

    def _update(self, new: NewTransaction) -> Transaction:
        assert self.draft is not None
        return update_draft(transaction_id=self.draft.pk, new=new, version=self.seen, actor=actor(self.request))

    def _post(self, new: NewTransaction, outcome: str) -> str:
        if self.draft is None:
            answer = begin(replace(self._ordered(new), expected_outcome=outcome), actor=actor(self.request))
        else:
            order = replace(self._order(new), expected_outcome=outcome)
            with atomic():  # a refused posting leaves the draft as it was
                self._update(replace(new, posted_on=None))
                answer = begin(order, actor=actor(self.request))
        url = finish(self.request, answer, done=say("is posted"))
        if self.request.POST.get("then") == "send" and isinstance(answer, Posted):
            return page_url("message_new", self.kind.value, ids.encode(Transaction.PREFIX, answer.id))
        return url

    @property
    def may_send(self) -> bool:
        """Whether what is posted can be sent to the customer right behind it."""
        is_told = bool(kinds_about(self.kind)) and self.kind in WITH_ITEMS
        return is_told and bool(self.account.customer_id) and may(self.request, "messages.send")

    def rendered(self, form: Form, status: int = 200, *, asks: Sequence[str] = (), **context: Any) -> Any:
        here = page_url("account", self.account.pk)
        crumbs = [
            list_of(self.kind),
            Crumb(f"{self.account.number} {self.account.name}", here),
            Crumb(self.title),
        ]
        return self.shown(
            status,
            form=form,
            sections=form.sections(self.kind, but=asks),  # type: ignore[attr-defined]
            asks=[form[name] for name in asks],
            crumbs=crumbs,
            page_subtitle=f"{self.account.number} {self.account.name} · {self.account.currency.upper()}",
            may_draft=may(self.request, "transactions.draft"),
            may_post=may(self.request, permission_for("post", self.kind)),
            cancel_url=transaction_url(self.draft) if self.draft else here,
            credit_choices=self._choices(),
            figures_url=page_url("transaction_figures", self.account.pk, self.kind.value),
            **context,
        )

    def _choices(self) -> list[tuple[str, str]]:
        """The invoices whose items a credit note may name."""
        if self.kind is not Classification.CREDIT_NOTE:
            return []
        return choices_left(self.account.pk, self.account.currency)


class TransactionNewPage(DocumentPage):
    filled: Sequence[dict[str, Any]] = ()  # the lines that the address asks for: of an invoice to credit, of a copy

    def prepare(self, account_id: int, kind: str) -> None:
        self.kind = draftable(kind)
        self.account = account_by_id(account_id)
        self.title = NEW[self.kind]

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        if wanted := asked.get("copy", ""):
            copied = copy_of(self.account, self.kind, wanted)
            self.filled = copied.lines
            return dict(copied.fields)
        wanted, over = asked.get("invoice", ""), asked.get("over", "")
        if over and self.kind is Classification.CREDIT_NOTE:
            self.filled = lines_of(self.account.pk, self.account.currency, wanted, over)
        amount = asked.get("amount", "")
        minor = int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 19 else None
        given = {"amount": minor_text(minor, self.account.currency)} if minor else {}
        return {**given, **self._about(wanted)} if wanted else given

    def _about(self, wanted: str) -> dict[str, Any]:
        """What is said of the invoice that it is meant for: a credit note bears the number of its order."""
        said: dict[str, Any] = {"intended": [wanted]}
        with suppress(ValueError):
            row = Transaction.objects.filter(pk=ids.decode(Transaction.PREFIX, wanted), account=self.account).first()
            if row is not None and row.order_reference and self.kind is Classification.CREDIT_NOTE:
                said["order_reference"] = row.order_reference
        return said

    def first_items(self) -> list[dict[str, Any]]:
        return list(self.filled)

    def kept(self) -> dict[str, list[int]]:
        return {name: [line[name] for line in self.filled if line[name]] for name in ("product", "tax_rate")}


class TransactionEditPage(DocumentPage):
    def prepare(self, transaction_id: int) -> None:
        self.draft = transaction_by_id(transaction_id)
        self.kind = Classification(self.draft.classification)
        self.draft.lifecycle.advance(TransactionState(self.draft.state), "edit")
        self.account = account_by_id(self.draft.account_id)
        self.title = say("Edit {kind} {draft}", kind=show.word(self.kind).lower(), draft=self.draft)
        self.lines: list[TransactionItem] = items_of_draft(self.draft)  # once: what is shown is what has the version

    def version(self) -> str:
        assert self.draft is not None
        return version_of_draft(self.draft, self.lines)

    def edits(self) -> int:
        assert self.draft is not None
        return int(self.draft.pk)

    def initial(self) -> dict[str, Any]:
        row = self.draft
        assert row is not None
        preference = (
            ids.encode(AccountPaymentPreference.PREFIX, row.payment_preference_id) if row.payment_preference_id else ""
        )
        return {
            **initial_of(row),
            "payment_preference": preference,
            "intended": [ids.encode(Transaction.PREFIX, ident) for ident in row.intended_ids or ()],
        }

    def first_items(self) -> list[dict[str, Any]]:
        return [line_of(row, self.account.currency) for row in self.lines]

    def entered(self, lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        metadata = {row.position: row.metadata for row in self.lines}
        return [{**line, "metadata": metadata.get(line.get("place") or 0)} for line in lines]

    def kept(self) -> dict[str, list[int]]:
        return {
            "product": [row.product_id for row in self.lines if row.product_id],
            "tax_rate": [row.tax_rate_id for row in self.lines if row.tax_rate_id],
        }
