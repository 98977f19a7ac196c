"""Tables that people configure: methods, types, categories, reasons, the definition, posting rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.catalog.models import Product, ProductGroup, TaxRate
from subledger.companies.owned import Catalogue, Owned, Translated, one_of
from subledger.journal.models import LedgerAccount

from .rules.items import TaxRounding
from .rules.posting import AccountRole, Component
from .states import Classification


class Method(Translated, Catalogue):
    """How money comes or goes; its ledger account is the cash or clearing account that moves."""

    ledger_account = models.ForeignKey(LedgerAccount, models.PROTECT)

    class Meta(Catalogue.Meta):
        abstract = True


class PaymentMethod(Method):
    PREFIX = "pmm"


class RefundMethod(Method):
    PREFIX = "rfm"


class Category(Catalogue):
    PREFIX = "cat"

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")


class Reason(Catalogue):
    """Why drafts are rejected."""

    PREFIX = "rsn"


class CreditReason(Translated, Catalogue):
    """Why a credit note was given. Those that every company begins with keep their codes: other programs know them."""

    PREFIX = "crs"

    class Meta(Catalogue.Meta):
        pass


class TransactionType(Translated, Catalogue):
    """A company's own kind of a classification: "cash payment", "voucher payment" …"""

    PREFIX = "typ"

    classification = models.CharField(max_length=20)
    is_default = models.BooleanField(default=False)  # for what the system makes, and preselected for people
    is_revenue = models.BooleanField(default=True, db_default=True)
    payment_methods = models.ManyToManyField(PaymentMethod, blank=True, related_name="types")
    refund_methods = models.ManyToManyField(RefundMethod, blank=True, related_name="types")
    default_payment_method = models.ForeignKey(PaymentMethod, models.PROTECT, null=True, blank=True, related_name="+")
    default_refund_method = models.ForeignKey(RefundMethod, models.PROTECT, null=True, blank=True, related_name="+")
    categories = models.ManyToManyField(Category, blank=True, related_name="types")

    class Meta(Catalogue.Meta):
        constraints = [
            models.UniqueConstraint("company", "code", name="transaction_type_code"),
            models.UniqueConstraint(
                "company", "classification", condition=Q(is_default=True), name="transaction_type_one_default"
            ),
            one_of("classification", Classification, name="transaction_type_classification"),
        ]


class TransactionDefinition(Owned):
    """What the company decides about transactions as a whole."""

    PREFIX = "txd"

    write_off_product = models.ForeignKey(Product, models.PROTECT)
    refund_needs_credit_balance = models.BooleanField(default=True)
    tax_rounding = models.CharField(max_length=4, default=TaxRounding.ITEM, db_default=TaxRounding.ITEM.value)
    # Chosen beforehand for items that people enter; a product brings its own.
    default_tax_rate = models.ForeignKey(TaxRate, models.PROTECT, null=True, related_name="+")
    # Control accounts, and where exchange differences that a settlement realises go.
    receivable = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")
    suspense = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")
    exchange_gain = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")
    exchange_loss = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("company", name="transaction_definition_one"),
            one_of("tax_rounding", TaxRounding, name="transaction_definition_tax_rounding"),
        ]


class PostingRule(Owned):
    """One line of how postings reach the journal; see rules/posting.py."""

    PREFIX = "prl"

    classification = models.CharField(max_length=20)
    role = models.CharField(max_length=10, default=AccountRole.CUSTOMER)
    type = models.ForeignKey(TransactionType, models.PROTECT, null=True, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+")
    product_group = models.ForeignKey(ProductGroup, models.PROTECT, null=True, blank=True, related_name="+")
    component = models.CharField(max_length=10)
    debit = models.ForeignKey(LedgerAccount, models.PROTECT, null=True, blank=True, related_name="+")
    credit = models.ForeignKey(LedgerAccount, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["classification", "role", "id"]
        constraints = [
            one_of("classification", Classification, name="posting_rule_classification"),
            one_of("role", AccountRole, name="posting_rule_role"),
            one_of("component", Component, name="posting_rule_component"),
            models.CheckConstraint(
                condition=Q(product=None) | Q(product_group=None), name="posting_rule_product_or_group"
            ),
            models.UniqueConstraint(
                "company",
                "classification",
                "role",
                "type",
                "product",
                "product_group",
                "component",
                nulls_distinct=False,
                name="posting_rule_once",
            ),
        ]
