"""What guards transaction types, categories, posting rules and the definition when they are configured."""

from __future__ import annotations

from subledger.companies.entries import ConfigurationInvalid
from subledger.journal.models import JournalLine
from subledger.kernel.sentences import say
from subledger.kernel.words import a, plain
from subledger.platform.configuration import Change

from .configuration import rule_of
from .defaults import CREDIT_REASONS
from .models import PostingRule, Transaction, TransactionDefinition, TransactionItem
from .rules.posting import AccountRole
from .rules.posting_rules import all_move_control, fault_of
from .states import WITH_ITEMS, Classification

C = Classification
METHODS = {C.PAYMENT: "payment_methods", C.REFUND: "refund_methods"}
DEFAULT_METHODS = {"payment_methods": "default_payment_method", "refund_methods": "default_refund_method"}
CONTROLS = {"receivable": AccountRole.CUSTOMER, "suspense": AccountRole.SUSPENSE}


def check_type(change: Change) -> None:
    row = change.row
    if change.changes("classification"):
        raise ConfigurationInvalid(
            say(
                "The classification of type {name!r} cannot change: transactions of it would be of "
                "another kind than their type. Make a new type instead.",
                name=row.name,
            ),
            param="/classification",
        )
    if not row.is_revenue and row.classification not in WITH_ITEMS:
        raise ConfigurationInvalid(
            say(
                "A type of {classification} does not say whether it is revenue: types of invoices and credit "
                "notes do. Leave it as it is.",
                classification=plain(row.classification),
            ),
            param="/is_revenue",
        )
    if change.changes("is_revenue") and Transaction.objects.filter(type=row.pk, posted_on__isnull=False).exists():
        raise _keeps_revenue("type", row.name)
    own = METHODS.get(row.classification)
    for lists, default in DEFAULT_METHODS.items():
        chosen = getattr(row, default)
        if lists != own:
            if change.lists[lists] or chosen is not None:
                raise ConfigurationInvalid(
                    say(
                        "A type of {classification} has no {lists}. Leave them out.",
                        classification=plain(row.classification),
                        lists=plain(lists),
                    ),
                    param=f"/{lists}" if change.lists[lists] else f"/{default}",
                )
            continue
        usable = [method for method in change.lists[lists] if method.is_active]
        if not usable:
            raise ConfigurationInvalid(
                say(
                    "A type of {classification} needs at least one of the {lists} in use. Choose those that it allows.",
                    classification=row.classification,
                    lists=plain(lists),
                ),
                param=f"/{lists}",
            )
        if chosen is not None and chosen.pk not in {method.pk for method in usable}:
            raise ConfigurationInvalid(
                say(
                    "The default method {name!r} is none of those that the type allows. Allow it, or choose another.",
                    name=chosen.name,
                ),
                param=f"/{default}",
            )


def check_tax_rate(change: Change) -> None:
    if not (change.changes("percent") or change.changes("category")):
        return
    if not TransactionItem.objects.filter(tax_rate=change.row.pk).exists():
        return
    if change.changes("percent"):
        assert change.before is not None
        raise ConfigurationInvalid(
            say(
                "Tax rate {name!r} keeps its {percent:f} %: items of documents and drafts are taxed by it, "
                "and would come to another amount when they are edited. Make a new tax rate, choose it "
                "where this one is chosen, and take this one out of use.",
                name=change.row.name,
                percent=change.before["percent"].normalize(),
            ),
            param="/percent",
        )
    raise ConfigurationInvalid(
        say(
            "Tax rate {name!r} keeps its category: documents say it. Make a new tax rate, choose it "
            "where this one is chosen, and take this one out of use.",
            name=change.row.name,
        ),
        param="/category",
    )


def check_credit_reason(change: Change) -> None:
    if change.before is not None and change.changes("code") and change.before["code"] in dict(CREDIT_REASONS):
        raise ConfigurationInvalid(
            say(
                "The reason {name!r} keeps its code {code!r}: credit notes that other programs "
                "make have it. Rename the reason, or take it out of use and make a new one.",
                name=change.before["name"],
                code=change.before["code"],
            ),
            param="/code",
        )


def check_product(change: Change) -> None:
    row = change.row
    if (
        change.changes("is_revenue")
        and TransactionItem.objects.filter(product=row.pk, transaction__posted_on__isnull=False).exists()
    ):
        raise _keeps_revenue("product", row.name)


def _keeps_revenue(thing: str, name: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        say(
            "Whether {thing} {name!r} is revenue cannot change: documents were posted with it, and "
            "the revenue of the past would be another. Make a new {another}, and take this one out "
            "of use.",
            thing=thing,
            name=name,
            another=thing,
        ),
        param="/is_revenue",
    )


def check_category(change: Change) -> None:
    parent, seen = change.row.parent, set()
    while parent is not None and parent.pk not in seen:
        if change.row.pk is not None and change.before is not None and parent.pk == change.row.pk:
            raise ConfigurationInvalid(
                say(
                    "{name!r} cannot be part of itself, nor of one of its own parts. Choose another category.",
                    name=change.row.name,
                ),
                param="/parent",
            )
        seen.add(parent.pk)
        parent = parent.parent


def check_posting_rule(change: Change) -> None:
    row = change.row
    fresh = rule_of(row)
    fault = fault_of(fresh)
    if fault is not None:
        field, message = fault
        raise ConfigurationInvalid(
            say("The posting rule cannot be so. {message} Correct it.", message=message), param=f"/{field}"
        )
    if row.type is not None and row.type.classification != row.classification:
        raise ConfigurationInvalid(
            say(
                "Type {name!r} is of another classification than the rule. Choose one that fits it.", name=row.type.name
            ),
            param="/type",
        )
    others = [rule_of(one) for one in PostingRule.objects.exclude(pk=row.pk if change.before is not None else None)]
    definition = TransactionDefinition.objects.select_related("receivable", "suspense").get()
    before = None if change.before is None else _key_of(change.before)
    for key in {(fresh.classification, fresh.role), before} - {None}:
        assert key is not None
        control = definition.suspense if key[1] == AccountRole.SUSPENSE else definition.receivable
        if not all_move_control([*others, fresh], *key, control.pk):
            raise ConfigurationInvalid(
                say(
                    "With this rule, {kind} would not move {control} by its whole amount, and the journal would "
                    "leave the balances. A type's own rules replace those of its classification: begin with "
                    "the rule of the total, against {account}, and part it then.",
                    kind=a(key[0]),
                    control=control,
                    account=control,
                ),
                param="/component",
            )


def _key_of(before: object) -> tuple[Classification, AccountRole]:
    values: dict[str, object] = dict(before)  # type: ignore[call-overload]
    return Classification(str(values["classification"])), AccountRole(str(values["role"]))


def check_definition(change: Change) -> None:
    """A control account changes while nothing stands on it, and takes its posting rules along."""
    if change.before is None:
        return
    for field, role in CONTROLS.items():
        if not change.changes(field):
            continue
        old, new = change.before[field], getattr(change.row, field)
        if JournalLine.objects.filter(ledger_account_id=old).exists():
            raise ConfigurationInvalid(
                say(
                    "The control account cannot change to {new}: balances of accounts stand on the present "
                    "one. Keep it, and rename it if its name is wrong.",
                    new=new,
                ),
                param=f"/{field}",
            )
        for side in ("debit", "credit"):
            PostingRule.objects.filter(role=role, **{f"{side}_id": old}).update(**{side: new})
