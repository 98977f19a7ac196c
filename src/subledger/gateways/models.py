from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from subledger.accounts.models import Account, AccountPaymentPreference, PaymentPreference
from subledger.companies.models import Company
from subledger.companies.owned import Catalogue, Owned, one_of
from subledger.journal.models import LedgerAccount
from subledger.kernel.ids import encode
from subledger.platform.fields import Record, currency_field, minor_field
from subledger.platform.scope import ScopedManager
from subledger.transactions.models import PaymentMethod, RefundMethod, TransactionType

from .attempts import Attempt as Attempt
from .barred_ways import BarredWay as BarredWay
from .delivered import InboxEvent as InboxEvent
from .delivered import RefusedDelivery as RefusedDelivery
from .marked_files import MarkedFile as MarkedFile
from .request_batches import RequestBatch as RequestBatch
from .states import (
    OPEN,
    REQUEST_PREFIX,
    ClaimKind,
    DisputeState,
    InstrumentKind,
    Mode,
    ProviderState,
    RequestState,
    RequestType,
)
from .unbooked import UnbookedFact as UnbookedFact


class Provider(Catalogue):
    """One configured gateway account. Secrets are sealed (platform/encryption.py) and never leave the process."""

    PREFIX = "gwp"
    EDIT_PERMISSION = "gateways.edit"
    UNVERSIONED = ("state", "events_cursor")  # has an action of its own; moves by itself

    kind = models.CharField(max_length=40)  # a name of registry.kinds()
    state = models.CharField(max_length=14, default=ProviderState.NOT_EFFECTIVE)
    mode = models.CharField(max_length=4, default=Mode.TEST)
    api_version = models.CharField(max_length=40, blank=True)
    base_url = models.CharField(max_length=300, blank=True)  # empty: the gateway's own
    sealed_test_key = models.TextField(blank=True)
    sealed_live_key = models.TextField(blank=True)
    sealed_webhook_secrets = ArrayField(models.TextField(), default=list)
    currencies = ArrayField(currency_field(), default=list, blank=True)  # empty: all that the gateway takes
    payment_methods = models.ManyToManyField(PaymentMethod, blank=True, related_name="providers")
    refund_methods = models.ManyToManyField(RefundMethod, blank=True, related_name="providers")
    # Cancellations of these types pay the money back through the gateway by themselves.
    cancellation_types = models.ManyToManyField(TransactionType, blank=True, related_name="providers")
    preferences = models.ManyToManyField(PaymentPreference, blank=True, related_name="providers")
    # What runs, pay links and disputes make; empty: the company's defaults, the first listed method.
    payment_type = models.ForeignKey(TransactionType, models.PROTECT, null=True, blank=True, related_name="+")
    payment_method = models.ForeignKey(PaymentMethod, models.PROTECT, null=True, blank=True, related_name="+")
    refund_method = models.ForeignKey(RefundMethod, models.PROTECT, null=True, blank=True, related_name="+")
    fee_account = models.ForeignKey(LedgerAccount, models.PROTECT, null=True, blank=True, related_name="+")
    calls_per_second = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: what the gateway allows
    action_hours = models.PositiveSmallIntegerField(default=23)  # how long a customer has to authenticate or pay
    events_cursor = models.TextField(blank=True)  # the last event taken by polling
    # Our side of bank files, see generic/creditor.py: name, iban, bic, creditor_id.
    creditor = models.JSONField(default=dict, blank=True)

    class Meta(Catalogue.Meta):
        constraints = [
            models.UniqueConstraint("company", "code", name="provider_code"),
            one_of("state", ProviderState, name="provider_state"),
            one_of("mode", Mode, name="provider_mode"),
        ]


class GatewayCustomer(Record):
    """An account as a gateway knows it: made on first need."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="customers")
    account = models.ForeignKey(Account, models.PROTECT, related_name="gateway_customers")
    mode = models.CharField(max_length=4)
    token = models.TextField()

    objects = ScopedManager("provider__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("provider", "mode", "account", name="gateway_customer_once"),
            models.UniqueConstraint("provider", "token", name="gateway_customer_token"),
        ]


class Instrument(models.Model):
    """A customer's card or mandate: what the gateway tells of it, and its token. Each is one payment preference."""

    chosen = models.OneToOneField(
        AccountPaymentPreference, models.PROTECT, primary_key=True, related_name="instrument"
    )  # pmt_…
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="instruments")
    account = models.ForeignKey(Account, models.PROTECT, related_name="instruments")
    mode = models.CharField(max_length=4)
    kind = models.CharField(max_length=12)
    token = models.TextField()
    brand = models.CharField(max_length=40, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    exp_month = models.SmallIntegerField(null=True)
    exp_year = models.SmallIntegerField(null=True)
    country = models.CharField(max_length=2, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    mandate = models.CharField(max_length=64, blank=True)
    mandate_on = models.DateField(null=True)
    is_default = models.BooleanField(default=False)  # of this provider's on this account
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = ScopedManager("provider__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("provider", "token", name="instrument_token"),
            models.UniqueConstraint(
                "provider",
                "account",
                "mode",
                condition=Q(is_default=True, removed_at=None),
                name="instrument_one_default",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(is_default=False), name="instrument_default_is_live"
            ),
            # Four digits and no more: nothing here can hold a card number.
            models.CheckConstraint(condition=Q(last4__regex=r"^[0-9A-Za-z]{0,4}$"), name="instrument_last4"),
            one_of("kind", InstrumentKind, name="instrument_kind"),
            one_of("mode", Mode, name="instrument_mode"),
        ]

    @property
    def public_id(self) -> str:
        return encode(AccountPaymentPreference.PREFIX, self.pk)

    def __str__(self) -> str:
        name = self.brand.capitalize() if self.kind == InstrumentKind.CARD else "SEPA debit"
        return f"{name} •••• {self.last4}".strip()


class PaymentRequest(Owned):
    """One payment, refund or payment cancellation asked of a provider."""

    PREFIX = REQUEST_PREFIX

    # Those without an index are found by one that is named below.
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="requests")
    mode = models.CharField(max_length=4)
    type = models.CharField(max_length=20)
    state = models.CharField(max_length=16, default=RequestState.PENDING)
    account = models.ForeignKey(Account, models.PROTECT, related_name="payment_requests", db_index=False)
    # The payment preference to use: a card or mandate of the gateway's, or an IBAN for an integrator.
    preference = models.ForeignKey(AccountPaymentPreference, models.PROTECT, null=True, related_name="payment_requests")
    amount_minor = minor_field()
    currency = currency_field()
    # The pending payment or refund, or the posted payment to be cancelled. Null: posted as new when it succeeds.
    transaction_id = models.BigIntegerField(null=True)
    charge = models.ForeignKey(  # to pay back from
        "Charge", models.PROTECT, null=True, related_name="refund_requests", db_index=False
    )
    order = models.JSONField(default=dict)  # what the transaction made on success is to say (rules/orders.py)
    # What it was made together with; null: made by itself.
    batch = models.ForeignKey(RequestBatch, models.PROTECT, null=True, related_name="requests", db_index=False)
    reference = models.TextField(blank=True)  # the gateway's
    action_url = models.TextField(blank=True)
    action_expires_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=80, blank=True)
    error_message = models.TextField(blank=True)
    # What the books had given back of it by hand before the gateway told: it is posted for the rest alone.
    in_books_minor = minor_field(default=0, db_default=0)
    executed_at = models.DateTimeField(null=True)  # when the gateway's final word was taken
    executed_on = models.DateField(null=True)
    # The day of a return that was told before what it undoes: once that is told, both are booked on their days.
    returned_first_on = models.DateField(null=True)
    check_at = models.DateTimeField(null=True)  # when it is looked up next; everything open and sent has one
    checks = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.TextField()

    class Meta:
        indexes = [
            models.Index("provider", "id", condition=Q(state=RequestState.PENDING), name="request_pending"),
            models.Index("check_at", condition=Q(check_at__isnull=False), name="request_check"),
            models.Index("transaction_id", condition=Q(transaction_id__isnull=False), name="request_of_transaction"),
            models.Index("charge", condition=Q(charge__isnull=False), name="request_of_charge"),
            # What a posting looks into, to have pages closed that are over what it settles.
            models.Index("account", condition=Q(state=RequestState.REQUIRES_ACTION), name="request_at_customer"),
            models.Index(fields=["account", "-id"], name="request_account"),
            models.Index(fields=["company", "-id"], name="request_newest"),
            models.Index("batch", "id", condition=Q(batch__isnull=False), name="request_batch"),
        ]
        constraints = [
            one_of("type", RequestType, name="request_type"),
            one_of("state", RequestState, name="request_state"),
            one_of("mode", Mode, name="request_mode"),
            models.UniqueConstraint(
                "provider", "reference", "type", condition=~Q(reference=""), name="request_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0, amount_minor__lt=2**53), name="request_amount"),
            models.CheckConstraint(
                # A refund may be paid out by an integrator without one (a bank transfer); a cancellation never.
                condition=~Q(type=RequestType.PAYMENT_CANCELLATION) | Q(charge__isnull=False),
                name="request_pays_back_a_charge",
            ),
            # Nothing that was sent may be forgotten: until its end is known it has an hour at which it is looked up.
            models.CheckConstraint(
                condition=~Q(state__in=[RequestState.UNKNOWN, RequestState.REQUIRES_ACTION])
                | Q(check_at__isnull=False),
                name="request_open_is_looked_up",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN)) | Q(executed_at__isnull=False),
                name="request_final_has_its_day",
            ),
        ]

    @property
    def number(self) -> str:
        """Given at creation: the id in capitals, so it needs no counter."""
        return self.public_id.upper().replace("_", "-")

    def __str__(self) -> str:
        return self.number


class RequestReport(Record):
    """A booking or return of a request that the books have, as one source told it: by that it is known when it is told
    again, and told apart from another one."""

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="reports")
    source = models.CharField(max_length=20)  # "api", or the format of the file
    verb = models.CharField(max_length=10)  # of generic/reported.py
    reference = models.TextField(blank=True)  # the source's own; "" for none
    booked_on = models.DateField(null=True)

    objects = ScopedManager("request__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "request", "source", "verb", "reference", "booked_on", nulls_distinct=False, name="request_report_once"
            )
        ]


class Claim(Record):
    """What an open request keeps others from paying. ``is_open`` follows the request, by trigger."""

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="claims")
    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    is_open = models.BooleanField(default=True)

    objects = ScopedManager("request__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [models.Index("kind", "object_id", name="claim_object")]
        constraints = [
            models.UniqueConstraint("kind", "object_id", condition=Q(is_open=True), name="payment_request_one_open"),
            one_of("kind", ClaimKind, name="claim_kind"),
        ]


class Charge(Record):
    """Money that a gateway captured for us, and how much of it went back. ``reserved_minor`` follows the requests."""

    PREFIX = "chg"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="charges")
    account = models.ForeignKey(Account, models.PROTECT, related_name="charges")
    reference = models.TextField()
    request = models.OneToOneField(PaymentRequest, models.PROTECT, related_name="captured")
    payment_id = models.BigIntegerField()  # the posted payment
    ledger_account = models.ForeignKey(LedgerAccount, models.PROTECT, null=True, related_name="+")  # of the provider
    captured_minor = minor_field()
    reserved_minor = minor_field(default=0)  # refunds posted, and open requests for them
    currency = currency_field()
    fee_minor = minor_field(null=True)
    fee_currency = currency_field(blank=True)
    at = models.DateTimeField()
    # What it was paid with, as the gateway tells: a card's brand or the kind of account, and its last characters.
    paid_with = models.CharField(max_length=40, blank=True, default="", db_default="")
    last4 = models.CharField(max_length=4, blank=True, default="", db_default="")

    objects = ScopedManager("provider__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index("payment_id", name="charge_payment"),
            models.Index(fields=["account", "-id"], name="charge_account"),
        ]
        constraints = [
            models.UniqueConstraint("provider", "reference", name="charge_reference"),
            models.CheckConstraint(
                condition=Q(reserved_minor__gte=0, reserved_minor__lte=F("captured_minor")),
                name="refunds_within_captured",
            ),
        ]

    @property
    def disputed_minor(self) -> int:
        """What disputes hold of it, or have taken for good."""
        return sum(dispute.amount_minor for dispute in self.disputes.all() if dispute.state != DisputeState.WON)

    @property
    def refundable_minor(self) -> int:
        return max(self.captured_minor - self.reserved_minor - self.disputed_minor, 0)


class Restoration(Record):
    """A payment beside a charge's own that stands for money of it which the gateway has again: a dispute was won, a
    refund came back, or what was returned moved after all."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="restorations")
    payment_id = models.BigIntegerField(unique=True)  # where it was posted first

    objects = ScopedManager("charge__provider__company_id")
    unscoped = models.Manager()


class Fee(Record):
    """What a gateway or bank kept beside the fee of a charge: of a dispute, a refund, a return. Its id is its entry's.

    A negative amount is a fee that came back."""

    PREFIX = "fee"

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="fees")  # or that of the charge
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="fees")  # where there is one
    reference = models.TextField()  # of the dispute, refund, booking or return that it was taken for
    amount_minor = models.BigIntegerField()
    currency = currency_field()
    at = models.DateTimeField()

    objects = ScopedManager("request__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [models.Index("charge", "reference", name="fee_reference")]
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="fee_amount")]


class Dispute(Record):
    """A cardholder's objection to a charge: opened, then won or lost."""

    PREFIX = "dsp"

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="disputes")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="disputes")
    reference = models.TextField()
    amount_minor = minor_field()
    currency = currency_field()
    reason = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=6)
    in_books_minor = minor_field(default=0, db_default=0)  # as of a request
    taken_id = models.BigIntegerField()  # the refund posted when it opened, else the cancellation that was before it
    returned_id = models.BigIntegerField(null=True)  # the payment posted when it was won
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager("provider__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("provider", "reference", name="dispute_reference"),
            one_of("state", DisputeState, name="dispute_state"),
            models.CheckConstraint(
                condition=Q(state=DisputeState.WON, returned_id__isnull=False) | ~Q(state=DisputeState.WON),
                name="dispute_won_is_paid_back",
            ),
        ]
