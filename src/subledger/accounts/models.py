from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from subledger.companies.owned import Catalogue, Owned, one_of
from subledger.platform.fields import Record, currency_field, minor_field
from subledger.platform.scope import ScopedManager

from .rules import CreditPeriod, CreditRule, CreditRuleKind, Operator
from .states import AccountState, AccountType, ContactRole, Principle, SystemRole, Topic


class AccountClassification(Catalogue):
    PREFIX = "acl"


class CreditRating(Catalogue):
    PREFIX = "crt"


class PaymentPreference(Catalogue):
    """A way to pay that accounts may prefer: direct debit, bank transfer, card …"""

    PREFIX = "ppr"
    is_default = models.BooleanField(default=False)


class PresentmentPreference(Catalogue):
    """How documents reach the customer: e-mail, print …"""

    PREFIX = "prs"
    is_default = models.BooleanField(default=False)


class Customer(Owned):
    PREFIX = "cus"

    code = models.CharField(max_length=100)  # the customer's own name in other systems; unique in the company
    name = models.CharField(max_length=300)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    tax_number = models.CharField(max_length=60, blank=True)
    address_line1 = models.CharField(max_length=300, blank=True)
    address_line2 = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=30, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1, upper case
    # One of kernel.languages: in which the customer is spoken to; "": not said, their browser's where there is one.
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("company", "code", name="customer_code")]

    def __str__(self) -> str:
        return self.name


class StillThere(ScopedManager):
    """Leaves out who was removed."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(removed_at=None)


class ContactPerson(Record):
    """Somebody at a customer whom we write to and call. ``receives`` is what they get without being chosen.

    They are removed, never deleted: ``objects`` are those who are there, ``ever`` has the others too.
    """

    PREFIX = "ctp"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contact_persons")
    name = models.CharField(max_length=300)
    role = models.CharField(max_length=20, default=ContactRole.GENERAL)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)  # "": the customer's
    receives = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    removed_at = models.DateTimeField(null=True)

    objects = StillThere("customer__company_id")
    ever = ScopedManager("customer__company_id")
    unscoped = models.Manager()

    class Meta:
        verbose_name = "contact person"
        constraints = [
            models.UniqueConstraint(
                "customer", Lower("name"), condition=Q(removed_at__isnull=True), name="contact_person_name"
            ),
            one_of("role", ContactRole, name="contact_person_role"),
            models.CheckConstraint(
                condition=Q(receives__contained_by=[topic.value for topic in Topic]), name="contact_person_topics"
            ),
            models.CheckConstraint(condition=Q(receives=[]) | ~Q(email=""), name="contact_person_reached"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountDefinition(Catalogue):
    """How a company's accounts behave; one is active at a time. ``is_active`` here means in force."""

    PREFIX = "acd"

    allocation_principle = models.CharField(max_length=20, default=Principle.AGAINST_ITEM_FIFO)
    credit_rule = models.CharField(max_length=40, default=CreditRuleKind.DAYS)
    days = models.SmallIntegerField(default=30)
    nth = models.SmallIntegerField(default=0)
    months = models.SmallIntegerField(default=0)
    proximity_days = models.SmallIntegerField(default=0)
    proximity_operator = models.CharField(max_length=10, null=True, blank=True)
    is_multi_currency = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "code", name="account_definition_code"),
            models.UniqueConstraint("company", condition=Q(is_active=True), name="account_definition_one_active"),
            one_of("allocation_principle", Principle, name="account_definition_principle"),
            one_of("credit_rule", CreditRuleKind, name="account_definition_credit_rule"),
            one_of("proximity_operator", Operator, name="account_definition_operator", null=True),
        ]

    def clean(self) -> None:
        self.rule()  # refuses what no due date could be calculated by

    def rule(self) -> CreditRule:
        return CreditRule(
            kind=CreditRuleKind(self.credit_rule),
            days=self.days,
            nth=self.nth,
            months=self.months,
            proximity_days=self.proximity_days,
            proximity_operator=Operator(self.proximity_operator) if self.proximity_operator else None,
        )


class Account(Owned):
    """Accounts receivable: one customer's debits and credits with the company, in one currency."""

    PREFIX = "acc"

    number = models.CharField(max_length=40)
    code = models.CharField(max_length=100, blank=True)  # its name in other systems; unique where given
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=10, default=AccountType.CUSTOMER)
    system_role = models.CharField(max_length=10, null=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="accounts")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")  # shows a balance over it
    state = models.CharField(max_length=12, default=AccountState.ACTIVE)
    currency = currency_field()
    classification = models.ForeignKey(AccountClassification, models.PROTECT, null=True)
    credit_rating = models.ForeignKey(CreditRating, models.PROTECT, null=True)
    credit_limit_minor = minor_field(null=True)  # the highest balance the account may reach; null: no limit
    credit_period_value = models.SmallIntegerField(null=True)
    credit_period_operator = models.CharField(max_length=10, null=True)
    credit_period_unit = models.CharField(max_length=10, null=True)
    tax_number = models.CharField(max_length=60, blank=True)
    billing_address = models.TextField(blank=True)
    # What the customer wants to read on invoices, such as a Leitweg-ID (EN 16931, BT-10), and where it takes
    # electronic ones: ``scheme:name`` (BT-49).
    buyer_reference = models.CharField(max_length=120, blank=True, default="", db_default="")
    electronic_address = models.CharField(max_length=120, blank=True, default="", db_default="")
    presentment_preference = models.ForeignKey(PresentmentPreference, models.PROTECT, null=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.TextField()
    updated_at = models.DateTimeField()
    updated_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "number", name="account_number"),
            models.UniqueConstraint("company", "code", condition=~Q(code=""), name="account_code"),
            models.UniqueConstraint(
                "company",
                "system_role",
                "currency",
                condition=Q(system_role__isnull=False, state=AccountState.ACTIVE),
                name="account_one_system_account_per_currency",
            ),
            one_of("state", AccountState, name="account_state"),
            one_of("type", AccountType, name="account_type"),
            one_of("system_role", SystemRole, name="account_system_role", null=True),
            models.CheckConstraint(
                condition=Q(type=AccountType.CUSTOMER, customer__isnull=False, system_role__isnull=True)
                | Q(type=AccountType.SYSTEM, customer__isnull=True, system_role__isnull=False),
                name="account_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def credit_period(self) -> CreditPeriod | None:
        return CreditPeriod.of(self.credit_period_value, self.credit_period_operator, self.credit_period_unit)


class StillChosen(ScopedManager):
    """Leaves out what was released."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(released_at=None)


class AccountPaymentPreference(Record):
    """A way to pay that this account has chosen, with what it needs (an IBAN, a mandate …).

    It is released, never deleted: transactions name it. ``objects`` are those in use, ``ever`` has the others too.
    """

    PREFIX = "pmt"

    account = models.ForeignKey(Account, models.PROTECT, related_name="payment_preferences")
    preference = models.ForeignKey(PaymentPreference, models.PROTECT)
    details = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    # Runs may collect by it without anybody asking: whatever its provider is.
    is_recurring = models.BooleanField(default=True, db_default=True)
    released_at = models.DateTimeField(null=True)

    objects = StillChosen("account__company_id")
    ever = ScopedManager("account__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("account", condition=Q(is_default=True), name="account_one_default_preference"),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(released_at__isnull=True),
                name="account_released_preference_no_default",
            ),
        ]

    def __str__(self) -> str:
        """As people tell their ways to pay apart; ``preference`` must be at hand."""
        return f"{self.preference.name} {self.details.get('reference', '')}".strip()
