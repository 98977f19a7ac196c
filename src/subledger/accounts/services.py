"""Customers, accounts and their definition: created, changed, suspended and terminated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from django.db import IntegrityError, connection
from django.db.transaction import atomic

from subledger.companies.errors import CodeTaken
from subledger.companies.models import Company
from subledger.companies.provision import said_by_company
from subledger.companies.queries import today_of_company
from subledger.kernel.currencies import normalise
from subledger.kernel.sentences import say
from subledger.kernel.text import plain
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.numbering import next_number
from subledger.platform.scope import current_company_id
from subledger.platform.versions import check_version

from .changes import ACCOUNT_FIELDS, CUSTOMER_FIELDS, version_of_account, version_of_customer
from .checks import check_credit_limit, check_electronic_address, check_labels, check_lengths, checked_customer, texts
from .errors import AccountInvalid, CustomerInvalid
from .locks import locked
from .models import Account, AccountDefinition, Customer
from .parents import check_parent
from .queries import active_definition, system_account
from .rules import CreditPeriod, check_credit_period
from .states import ACCOUNT, SYSTEM_ACCOUNT, AccountState, AccountType, SystemRole
from .termination import check_shown

# There is no row to lock yet where a system account is opened, so its name is locked.
FIRST = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
NUMBERED_AGAIN = 5  # times that customers are inserted where others type, at that moment, the numbers they are given


class NewCustomer(TypedDict, total=False):
    """Fields of a new customer; only ``name`` is needed, ``code`` defaults to a number of our own."""

    code: str
    name: str
    email: str
    phone: str
    tax_number: str
    address_line1: str
    address_line2: str
    city: str
    postal_code: str
    region: str
    country: str
    language: str
    metadata: dict[str, str]


@atomic
def create_customers(*, new: Sequence[NewCustomer], actor: str) -> list[Customer]:
    """Create customers, all or none; those without a code get the next number that nobody bears.

    Raises:
        CodeTaken: a code is in use in the company, or twice among ``new``.
        CustomerInvalid: a name is missing or the country is not two letters.
    """
    demand("customers.edit")
    at, company_id = clock.now(), current_company_id()
    rows = []
    for given in new:
        check_texts(texts(given))
        fields = _plain(given)
        values = checked_customer(fields)
        check_lengths(Customer, fields)
        rows.append(Customer(company_id=company_id, created_at=at, code=fields.get("code") or "", **values))
    typed = [row.code for row in rows if row.code]
    _refuse_taken_codes(Customer, "customer", typed)
    _number(unnamed := [row for row in rows if not row.code], besides=typed)
    _insert(Customer, "customer", rows, lambda: _number_anew(unnamed, besides=typed))
    record_events([NewEvent("customer.created", "customer", row.pk, {"name": row.name}) for row in rows], actor=actor)
    return rows


@atomic
def create_customer_with_account(*, new: NewCustomer, actor: str) -> Account:
    """A customer with its first account, in the company's currency. As `create_customers` and `open_accounts`."""
    [customer] = create_customers(new=[new], actor=actor)
    [account] = open_accounts(new=[{"customer": customer}], actor=actor)
    return account


@atomic
def update_customer(*, customer_id: int, changes: Mapping[str, Any], version: str = "", actor: str) -> Customer:
    """Change a customer. ChangedMeanwhile: it says something else than the ``version`` of it that was shown."""
    demand("customers.edit")
    customer = locked(Customer, customer_id)
    check_version(version, version_of_customer(customer), thing="customer")
    _refuse_unknown(changes, CUSTOMER_FIELDS)
    check_texts(texts(changes))
    changes = _plain(changes)
    values = checked_customer({"name": customer.name, **changes})
    check_lengths(Customer, changes)
    if "code" in changes and changes["code"] != customer.code:
        if not changes["code"]:
            raise CustomerInvalid(say("A customer keeps a code. Give one."), param="/code")
        _refuse_taken_codes(Customer, "customer", [changes["code"]])
    return _change(customer, {k: v for k, v in {**changes, **values}.items() if k in changes}, "customer", actor)


class NewAccount(TypedDict, total=False):
    """Fields of a new customer account; ``customer`` and, with several currencies, ``currency`` are needed."""

    customer: Customer
    currency: str
    code: str
    name: str
    description: str
    classification: Any
    credit_rating: Any
    credit_limit_minor: int | None
    credit_period: CreditPeriod | None
    tax_number: str
    billing_address: str
    buyer_reference: str
    electronic_address: str
    presentment_preference: Any
    parent: Account | None
    metadata: dict[str, str]


@atomic
def open_accounts(*, new: Sequence[NewAccount], actor: str) -> list[Account]:
    """Open customer accounts, all or none; numbers come from the gapless account series.

    Raises:
        CodeTaken, AccountInvalid, CurrencyUnknown, CreditPeriodOutsideWindow.
    """
    demand("accounts.edit")
    at = clock.now()
    company = Company.objects.get(pk=current_company_id())
    rows = []
    for parent in {row.pk: row for fields in new if (row := fields.get("parent"))}.values():
        check_parent(parent)
    for fields in new:
        check_texts(texts(fields))
        values = _plain(fields)
        check_lengths(Account, values)
        check_labels(values)
        check_electronic_address(values.get("electronic_address"))
        period = values.pop("credit_period", None)
        values["currency"] = _account_currency(values.get("currency"), company)
        values["name"] = values.get("name") or values["customer"].name
        check_credit_limit(values.get("credit_limit_minor"), values["currency"])
        rows.append(
            Account(
                company=company,
                created_at=at,
                created_by=actor,
                updated_at=at,
                updated_by=actor,
                **_period_columns(period),
                **values,
            )
        )
    _refuse_taken_codes(Account, "account", [row.code for row in rows if row.code])
    _insert_accounts(rows, actor)
    return rows


@atomic
def open_system_account(*, role: SystemRole, currency: str, actor: str) -> Account:
    """The company's suspense or write-off account in a currency, opened on first need."""
    found = system_account(role, currency)
    if found:
        return found
    with connection.cursor() as cursor:  # two posters may need it first at once: one opens it, the other finds it
        cursor.execute(FIRST, [f"{role}/{currency}", current_company_id()])
    found = system_account(role, currency)
    if found:
        return found
    at = clock.now()
    title = said_by_company({"suspense": say("Suspense account"), "write_off": say("Write-off account")}[role])
    row = Account(
        company_id=current_company_id(),
        type=AccountType.SYSTEM,
        system_role=role,
        currency=currency,
        name=f"{title} {currency.upper()}",
        created_at=at,
        created_by=actor,
        updated_at=at,
        updated_by=actor,
    )
    _insert_accounts([row], actor)
    return row


@atomic
def update_account(*, account_id: int, changes: Mapping[str, Any], version: str = "", actor: str) -> Account:
    """Change what may change: never the currency, the owner or the type.

    Raises:
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown (`version_of_account`).
    """
    demand("accounts.edit")
    account = locked(Account, account_id)
    check_version(version, version_of_account(account), thing="account")
    given, changes = changes, _plain(changes)
    period = changes.pop("credit_period", "unchanged")
    _refuse_unknown(changes, ACCOUNT_FIELDS)
    check_texts(texts(given))
    check_lengths(Account, changes)
    check_labels({name: row for name, row in changes.items() if row != getattr(account, name)})
    if period != "unchanged":
        changes.update(_period_columns(period))
    if changes.get("code") and changes["code"] != account.code:
        _refuse_taken_codes(Account, "account", [changes["code"]])
    if "name" in changes and not changes["name"]:
        raise AccountInvalid(say("An account needs a name. Give one."), param="/name")
    if changes.get("parent") is not None and changes["parent"].pk != account.parent_id:
        check_parent(changes["parent"], of=account)
    check_credit_limit(changes.get("credit_limit_minor"), account.currency)
    check_electronic_address(changes.get("electronic_address"))
    account.updated_at, account.updated_by = clock.now(), actor
    return _change(account, changes, "account", actor, also=["updated_at", "updated_by"])


@atomic
def change_account_state(
    *, account_id: int, action: str, reason: str = "", expected_outcome: str = "", actor: str
) -> Account:
    """``suspend``, ``reactivate`` or ``terminate`` an account.

    Raises:
        TransitionNotAllowed: its state has no such move.
        AccountNotClear: it is to be terminated with a balance, drafts or open requests, and the ``expected_outcome``
            is not the one of that (`termination.termination_of`): it was not shown, or something has changed since.
    """
    demand("accounts.state")
    check_texts(reason, param="/reason")
    account = locked(Account, account_id)
    lifecycle = SYSTEM_ACCOUNT if account.type == AccountType.SYSTEM else ACCOUNT
    before = account.state
    account.state = lifecycle.advance(AccountState(account.state), action)
    if account.state == AccountState.TERMINATED:
        check_shown(account, expected_outcome=expected_outcome)
    account.updated_at, account.updated_by = clock.now(), actor
    account.save(update_fields=["state", "updated_at", "updated_by"])
    facts = {"from": before, "to": account.state, "reason": reason}
    record_events([NewEvent("account.state_changed", "account", account.pk, facts)], actor=actor)
    return account


@atomic
def activate_definition(*, definition_id: int, actor: str) -> AccountDefinition:
    """Put a definition in force; the one that was steps back."""
    demand("configuration.edit:account_definition")
    definition = locked(AccountDefinition, definition_id)
    definition.rule()  # refuses nonsense before it is in force
    AccountDefinition.objects.filter(is_active=True).exclude(pk=definition.pk).update(is_active=False)
    definition.is_active = True
    definition.save(update_fields=["is_active"])
    record_events([NewEvent("account_definition.activated", "account_definition", definition.pk, {})], actor=actor)
    return definition


def _insert(model: Any, thing: str, rows: list[Any], renumber: Callable[[], bool] = bool) -> None:
    """Insert rows; a code that somebody took since we looked gets the refusal that looking would have given, unless it
    was ours to give: then ``renumber`` gives others, and says so."""
    for tries_left in reversed(range(NUMBERED_AGAIN)):
        try:
            with atomic():
                model.objects.bulk_create(rows)
                return
        except IntegrityError:
            if not (tries_left and renumber()):
                _refuse_taken_codes(model, thing, [row.code for row in rows if row.code])
                raise


def _number(rows: Sequence[Customer], *, besides: Sequence[str]) -> None:
    for row, number in zip(
        rows, next_number("customer", count=len(rows), today=today_of_company, besides=besides), strict=True
    ):
        row.code = number


def _number_anew(rows: Sequence[Customer], *, besides: Sequence[str]) -> bool:
    """Other numbers for those of ours that somebody typed meanwhile; whether there were such."""
    taken = set(Customer.objects.filter(code__in=[row.code for row in rows]).values_list("code", flat=True))
    _number([row for row in rows if row.code in taken], besides=besides)
    return bool(taken)


def _insert_accounts(rows: list[Account], actor: str) -> None:
    spoken_for = [row.code for row in rows if row.code]
    numbers = next_number("account", count=len(rows), today=today_of_company, besides=spoken_for)
    for row, number in zip(rows, numbers, strict=True):
        row.number = number
    _insert(Account, "account", rows)
    record_events(
        [
            NewEvent("account.opened", "account", row.pk, {"number": row.number, "currency": row.currency})
            for row in rows
        ],
        actor=actor,
    )


def _account_currency(currency: str | None, company: Company) -> str:
    code = normalise(currency) if currency else company.base_currency
    if code != company.base_currency and not active_definition().is_multi_currency:
        raise AccountInvalid(
            say(
                "Accounts are kept in {currency} only: the payment terms have several currencies "
                "switched off. Leave the currency empty, or switch them on.",
                currency=company.base_currency.upper(),
            ),
            param="/currency",
        )
    return code


def _period_columns(period: CreditPeriod | None) -> dict[str, Any]:
    if period is None:
        return {"credit_period_value": None, "credit_period_operator": None, "credit_period_unit": None}
    check_credit_period(period, active_definition().rule())
    return {
        "credit_period_value": period.value,
        "credit_period_operator": period.operator,
        "credit_period_unit": period.unit,
    }


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Names and codes as they look: two that look alike are one, by whatever door they come."""
    return {key: plain(value) if key in ("code", "name") and value else value for key, value in fields.items()}


def _refuse_unknown(changes: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(changes) - allowed
    if unknown:
        raise AccountInvalid(
            say(
                "{names} cannot be changed. What can: {fields}.",
                names=", ".join(sorted(unknown)),
                fields=", ".join(sorted(allowed)),
            )
        )


def _refuse_taken_codes(model: Any, thing: str, codes: Sequence[str]) -> None:
    twice = {code for code in codes if codes.count(code) > 1} if len(set(codes)) < len(codes) else set()
    taken = twice or set(model.objects.filter(code__in=codes).values_list("code", flat=True))
    if taken:
        raise CodeTaken(thing, sorted(taken)[0], param="/code")


def _change(row: Any, changes: Mapping[str, Any], thing: str, actor: str, also: Sequence[str] = ()) -> Any:
    before = {key: getattr(row, key) for key in changes}
    for key, value in changes.items():
        setattr(row, key, value)
    row.save(update_fields=[*changes, *also])
    changed = {k: [str(before[k]), str(v)] for k, v in changes.items() if before[k] != v}
    if changed:
        record_events([NewEvent(f"{thing}.updated", thing, row.pk, changed)], actor=actor)
    return row
