"""A company's settings, kept per process and read anew when the database says they changed."""

from __future__ import annotations

from subledger.accounts.queries import active_definition
from subledger.catalog.models import Product
from subledger.companies.models import Company
from subledger.journal.models import LedgerAccount, LedgerKind
from subledger.journal.queries import closed_through
from subledger.platform.numbering import numberings

from .models import CreditReason, PaymentMethod, PostingRule, RefundMethod, TransactionDefinition, TransactionType
from .rules.configuration import Configuration
from .rules.documents import MethodFacts, ReasonFacts, TypeFacts, WriteOffProduct
from .rules.items import TaxRounding
from .rules.posting import AccountRole, Component, Rule, RuleBook
from .rules.revenue import NoRevenue
from .states import Classification

_kept: dict[int, Configuration] = {}


def configuration_of(company_id: int, version: int) -> Configuration:
    """The settings at ``version``, which the caller read under its lock.

    Raises:
        DefinitionMissing: the company has no active account definition.
    """
    kept = _kept.get(company_id)
    if kept is None or kept.version != version:
        kept = _kept[company_id] = _read(company_id, version)
    return kept


def _method(row: PaymentMethod | RefundMethod) -> MethodFacts:
    return MethodFacts(row.name, row.ledger_account_id, row.is_active)


def rule_of(row: PostingRule) -> Rule:
    return Rule(
        Classification(row.classification),
        AccountRole(row.role),
        row.type_id,
        Component(row.component),
        row.debit_id,
        row.credit_id,
        row.product_id,
        row.product_group_id,
    )


def _no_revenue() -> NoRevenue:
    types = dict(TransactionType.objects.filter(is_revenue=False).values_list("pk", "name"))
    products = dict(Product.objects.filter(is_revenue=False).values_list("pk", "name"))
    if not types and not products:
        return NoRevenue()
    return NoRevenue(
        types, products, {row.pk: str(row) for row in LedgerAccount.objects.filter(kind=LedgerKind.INCOME)}
    )


def _read(company_id: int, version: int) -> Configuration:
    company = Company.objects.get(pk=company_id)
    definition = active_definition()
    transactions = TransactionDefinition.objects.select_related("write_off_product").get()
    product = transactions.write_off_product
    types = {
        row.pk: TypeFacts(
            id=row.pk,
            classification=row.classification,
            name=row.name,
            payment_method_ids=frozenset(method.pk for method in row.payment_methods.all()),
            refund_method_ids=frozenset(method.pk for method in row.refund_methods.all()),
            default_payment_method_id=row.default_payment_method_id,
            default_refund_method_id=row.default_refund_method_id,
            category_ids=frozenset(category.pk for category in row.categories.all() if category.is_active),
            is_active=row.is_active,
        )
        for row in TransactionType.objects.prefetch_related("payment_methods", "refund_methods", "categories")
    }
    rules = [rule_of(row) for row in PostingRule.objects.all()]
    return Configuration(
        version=version,
        company_id=company_id,
        base_currency=company.base_currency,
        time_zone=company.time_zone,
        principle=definition.allocation_principle,
        credit_rule=definition.rule(),
        types=types,
        default_types=dict(TransactionType.objects.filter(is_default=True).values_list("classification", "pk")),
        payment_methods={m.pk: _method(m) for m in PaymentMethod.objects.all()},
        refund_methods={m.pk: _method(m) for m in RefundMethod.objects.all()},
        credit_reasons={one.pk: ReasonFacts(one.name, one.is_active) for one in CreditReason.objects.all()},
        rules=RuleBook(rules),
        no_revenue=_no_revenue(),
        product_groups=dict(Product.objects.exclude(group=None).values_list("pk", "group_id"))
        if any(rule.group_id for rule in rules)
        else {},
        write_off_product=WriteOffProduct(product.pk, product.name),
        refund_needs_credit_balance=transactions.refund_needs_credit_balance,
        tax_rounding=TaxRounding(transactions.tax_rounding),
        control_accounts={
            AccountRole.CUSTOMER: transactions.receivable_id,
            AccountRole.WRITE_OFF: transactions.receivable_id,
            AccountRole.SUSPENSE: transactions.suspense_id,
        },
        numberings=numberings(),
        exchange_gain_id=transactions.exchange_gain_id,
        exchange_loss_id=transactions.exchange_loss_id,
        closed_through=closed_through(),
    )
