from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.accounts.changes import version_of_account
from subledger.accounts.errors import AccountAmbiguous
from subledger.accounts.labels import RECEIVABLES, STATE_ACTIONS
from subledger.accounts.models import Account, AccountPaymentPreference, Customer
from subledger.accounts.pages.forms import AccountForm, PreferenceForm, StateForm
from subledger.accounts.preferences import check_ways_taken, release_payment_preference, set_payment_preference
from subledger.accounts.queries import account_by_id, account_by_name, customer_by_id
from subledger.accounts.rules import CreditPeriod, Operator, Unit
from subledger.accounts.services import NewAccount, change_account_state, open_accounts, update_account
from subledger.accounts.states import ACCOUNT, SYSTEM_ACCOUNT, AccountState, AccountType
from subledger.accounts.termination import termination_of
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import BadgeColumn, Column, NameColumn
from subledger.page_kit.criteria import Choice, Criterion, CriterionInvalid, Search
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.notes import NotePage
from subledger.page_kit.parsing import minor_of, minor_text
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

ACCOUNTS = RECEIVABLES


def account_url(row: Account) -> str:
    return page_url("account", row.pk)


def with_annotations(rows: QuerySet) -> QuerySet:
    """With what other rooms show beside accounts in lists."""
    for annotated in contributions("accounts", "annotations", None, None):
        rows = annotated(rows)
    return rows


@dataclass(frozen=True)
class OwnerChoice(Choice):
    """Whose accounts: customers', unless the system's are asked for."""

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset if value == "all" else super().narrow(queryset, value)


@dataclass(frozen=True)
class UnderAccount(Criterion):
    """The accounts right below one, by its number or its code."""

    def read(self, request: HttpRequest) -> Account | None:
        text = request.GET.get(self.name, "").strip()
        try:
            found = account_by_name(text) if "\0" not in text else None
        except AccountAmbiguous as refusal:
            raise CriterionInvalid(say("{label}: {fact}", label=self.label, fact=str(refusal))) from refusal
        if text and found is None:
            raise CriterionInvalid(
                say(
                    "{label}: there is no account {text!r}. Give its number or external reference.",
                    label=self.label,
                    text=text,
                )
            )
        return found

    def narrow(self, queryset: QuerySet, value: Account) -> QuerySet:
        return queryset.filter(parent=value)


class AccountsPage(SummaryPage):
    title = ACCOUNTS
    noun = say("account")
    empty = say("Add a customer and open an account for it, or import a file.")
    default_sort = "number"
    criteria = (
        Search(
            "q",
            say("Search"),
            fields=("number__icontains", "code__icontains", "name__icontains", "customer__name__icontains"),
        ),
        Choice("state", say("State"), choices=[(state.value, show.word(state)) for state in AccountState]),
        OwnerChoice(
            "type",
            say("Type"),
            choices=[("system", say("System")), ("all", say("All"))],
            otherwise=say("Customers"),
        ),
        UnderAccount("parent", say("Parent account")),
        Choice(
            "currency",
            say("Currency"),
            choices=lambda request: [
                (code, code.upper())
                for code in Account.objects.order_by("currency").values_list("currency", flat=True).distinct()
            ],
        ),
    )
    columns: Sequence[Column] = (
        Column("number", say("Number"), sort="number", link=account_url, strong=True),
        NameColumn("name", say("Name"), sort="name", title=True),
        Column("code", say("Code"), sort="code"),
        NameColumn("customer.name", say("Customer"), file_only=True),
        Column("classification.name", say("Classification"), sort="classification__name", nullable=True),
    )
    last_columns = (BadgeColumn("state", say("State"), sort="state", usual=AccountState.ACTIVE),)

    counted = Q(type=AccountType.CUSTOMER)  # the write-off account mirrors what customers' accounts gave up
    totals_said = {"": say("Total of customers")}
    added_at_once = 1_000  # each account's balance is a sum by itself

    def queryset(self) -> QuerySet:
        rows = with_annotations(Account.objects.select_related("customer", "classification"))
        return rows if self.values.get("type") else rows.filter(type=AccountType.CUSTOMER)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.columns = (*self.columns, *contributions("accounts", "columns", request, None), *self.last_columns)
        self.criteria = (*self.criteria, *contributions("accounts", "criteria", request, None))

    def extra(self) -> dict[str, Any]:
        actions = []
        if may(self.request, "accounts.edit"):
            actions.append(Action(say("New account"), page_url("account_choose"), "plus"))
        if may(self.request, "customers.edit"):
            actions.append(Action(say("New customer"), page_url("customer_new"), "user"))
        return {"actions": actions}


class AccountChoosePage(SummaryPage):
    """The first step of a new account: whose it is."""

    title = say("New account: for which customer?")
    permission = "accounts.edit"
    noun = say("customer")
    empty = say("Add the customer first.")
    default_sort = "name"
    criteria = (Search("q", say("Search"), fields=("code__icontains", "name__icontains")),)
    columns = (
        NameColumn("name", say("Name"), sort="name", link=lambda row: page_url("account_new", row.pk), strong=True),
        Column("code", say("Code"), sort="code"),
        Column("city", say("City"), sort="city"),
    )

    def queryset(self) -> QuerySet:
        return Customer.objects.all()

    def extra(self) -> dict[str, Any]:
        crumbs = [Crumb(ACCOUNTS, page_url("accounts")), Crumb(say("New account"))]
        allowed = may(self.request, "customers.edit")
        return {
            "crumbs": crumbs,
            "actions": [Action(say("New customer"), page_url("customer_new"), "plus")] if allowed else [],
        }


def _parent_named(text: str) -> Account | None:
    found = account_by_name(text.strip(), field="parent")
    if found is None and text.strip():
        raise NotFound("account", text.strip(), param="/parent")
    return found


class _AccountFormPage(FormPage):
    permission = "accounts.edit"
    form_class = AccountForm

    def values(self, form: Form, currency: str) -> dict[str, Any]:
        """What the services take, from what was typed."""
        typed = dict(form.cleaned_data)
        operator, value, unit = (typed.pop(f"credit_period_{part}") for part in ("operator", "value", "unit"))
        typed["credit_period"] = CreditPeriod(value, Operator(operator), Unit(unit)) if operator else None
        typed["parent"] = _parent_named(typed["parent"])
        typed["credit_limit_minor"] = minor_of(typed.pop("credit_limit"), currency, param="/credit_limit")
        return typed

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        return super().rendered(form, status, sections=form.sections(), **context)  # type: ignore[attr-defined]


class AccountNewPage(_AccountFormPage):
    submit_label = say("Open account")
    done = say("The account is open.")

    def prepare(self, customer_id: int) -> None:
        self.customer = customer_by_id(customer_id)
        self.title = say("New account for {name}", name=self.customer.name)

    def initial(self) -> dict[str, Any]:
        return {"currency": self.request.staff.company.base_currency.upper()}  # type: ignore[attr-defined]

    def act(self, form: Form) -> str:
        values = self.values(form, form.cleaned_data["currency"].lower())
        new = NewAccount(customer=self.customer, **values)  # type: ignore[typeddict-item]
        [account] = open_accounts(new=[new], actor=actor(self.request))
        return account_url(account)

    def extra(self) -> dict[str, Any]:
        here = page_url("customer", self.customer.pk)
        return {
            "crumbs": [
                Crumb(ACCOUNTS, page_url("accounts")),
                Crumb(self.customer.name, here),
                Crumb(say("New account")),
            ],
            "cancel_url": here,
        }


class OnAccount(FormPage):
    """A form about one account: its crumbs, and where Back leads."""

    def prepare(self, account_id: int) -> None:
        self.account = account_by_id(account_id)

    def extra(self) -> dict[str, Any]:
        here = account_url(self.account)
        crumbs = [Crumb(ACCOUNTS, page_url("accounts")), Crumb(self.account.number, here), Crumb(self.title)]
        return {"crumbs": crumbs, "cancel_url": here}


class AccountEditPage(OnAccount, _AccountFormPage):
    title = say("Edit")

    def form(self, data: Any = None, files: Any = None) -> Form:
        return AccountForm(data, initial=self.initial(), keeps_currency=True)

    def initial(self) -> dict[str, Any]:
        account = self.account
        kept = {name: getattr(account, name) for name in AccountForm.base_fields if hasattr(account, name)}
        return {
            **kept,
            "parent": account.parent.number if account.parent else "",
            "credit_limit": minor_text(account.credit_limit_minor, account.currency),
        }

    def version(self) -> str:
        return version_of_account(self.account)

    def edits(self) -> int:
        return int(self.account.pk)

    def act(self, form: Form) -> str:
        changes = self.values(form, self.account.currency)
        update_account(account_id=self.account.pk, changes=changes, version=self.seen, actor=actor(self.request))
        return account_url(self.account)


class AccountStatePage(OnAccount):
    """Suspend, reactivate or terminate: says what follows, asks for the reason."""

    permission = "accounts.state"
    template_name = "page_kit/confirm.html"
    form_class = StateForm

    CONSEQUENCES = {
        "suspend": [
            say("New invoices and refunds are refused."),
            say("Payments and other credits are still taken."),
            say("It can be reactivated at any time."),
        ],
        "reactivate": [say("Everything can be posted to it again.")],
        "terminate": [
            say("Nothing can be posted, cancelled or moved on it any more."),
            say("This cannot be undone."),
        ],
    }

    def prepare(self, account_id: int, action: str) -> None:  # type: ignore[override]
        super().prepare(account_id)
        self.action = action
        lifecycle = SYSTEM_ACCOUNT if self.account.type == AccountType.SYSTEM else ACCOUNT
        lifecycle.advance(AccountState(self.account.state), action)
        self.title = self.submit_label = STATE_ACTIONS[action]

    def act(self, form: Form) -> str:
        change_account_state(
            account_id=self.account.pk,
            action=self.action,
            reason=form.cleaned_data["reason"],
            expected_outcome=self.request.POST.get("reviewed", "") if self.action == "terminate" else "",
            actor=actor(self.request),
        )
        return account_url(self.account)

    def extra(self) -> dict[str, Any]:
        told = {**super().extra(), "consequences": self.CONSEQUENCES[self.action]}
        told["question"] = say(
            "{deed} {number}, {name}?", deed=self.title, number=self.account.number, name=self.account.name
        )
        if self.action == "terminate":
            found = termination_of(self.account)
            left = [say("Left on it for ever: {words}.", words=words) for words in found.left]
            stopped = [say("Stopped: {words}.", words=words) for words in found.stopped]
            clear = [say("Nothing is open on it.")] if found.is_clear else []
            told |= {
                "consequences": [*clear, *left, *stopped, *told["consequences"]],
                "danger": True,
                "reviewed": found.outcome,
            }
        return told


class PreferenceNewPage(OnAccount):
    permission = "accounts.edit"
    title = say("Add a payment method")
    form_class = PreferenceForm
    submit_label = say("Add")

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        check_ways_taken(self.account)
        return super().get(request, **named)

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        set_payment_preference(
            account_id=self.account.pk,
            preference=typed["preference"],
            details=form.details(),  # type: ignore[attr-defined]
            is_default=typed["is_default"],
            is_recurring=typed["is_recurring"],
            actor=actor(self.request),
        )
        return account_url(self.account)


class PreferenceReleasePage(OnAccount):
    permission = "accounts.edit"
    title = submit_label = say("Remove a payment method")
    template_name = "page_kit/confirm.html"

    def prepare(self, account_id: int, chosen_id: int) -> None:  # type: ignore[override]
        super().prepare(account_id)
        # A card or mandate is let go of on its own page: its gateway is told too.
        others = self.account.payment_preferences.select_related("preference").filter(instrument=None)
        found = others.filter(pk=chosen_id).first()
        if found is None:
            raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment method of this account"))
        self.chosen = found

    def act(self, form: Form) -> str:
        release_payment_preference(account_id=self.account.pk, chosen_id=self.chosen.pk, actor=actor(self.request))
        return account_url(self.account)

    def extra(self) -> dict[str, Any]:
        return {
            **super().extra(),
            "danger": True,
            "question": say(
                "Remove {chosen} as a payment method of account {number}?",
                chosen=self.chosen,
                number=self.account.number,
            ),
            "consequences": [
                say("No new payment or refund can name it."),
                say("What was paid that way keeps saying so."),
            ],
        }


class AccountNotePage(NotePage, OnAccount):
    about = "account"

    def noted(self) -> tuple[int, str]:
        return self.account.pk, account_url(self.account)
