"""What gateways deliver by themselves: events kept as they came, and deliveries that were refused."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.companies.owned import one_of
from subledger.platform.fields import Record
from subledger.platform.scope import ScopedManager

from .states import InboxState


class InboxEvent(Record):
    """A gateway's event as it was delivered: raw, once per id, processed afterwards."""

    PREFIX = "gev"

    provider = models.ForeignKey("gateways.Provider", models.PROTECT, related_name="events")
    external_id = models.TextField()
    type = models.CharField(max_length=100)
    object_reference = models.TextField(blank=True)
    created_at = models.DateTimeField()  # the gateway's
    received_at = models.DateTimeField()
    body = models.BinaryField()
    state = models.CharField(max_length=10, default=InboxState.RECEIVED)
    tries = models.PositiveSmallIntegerField(default=0)
    process_at = models.DateTimeField(null=True)  # null once it is done with
    processed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    # The code of the refusal where it waits for a payment to have its end: then it is worked off at once.
    put_off_by = models.CharField(max_length=40, blank=True, default="", db_default="")

    objects = ScopedManager("provider__company_id")
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index("process_at", condition=Q(process_at__isnull=False), name="inbox_due"),
            models.Index(fields=["provider", "-id"], name="inbox_newest"),
            models.Index("provider", condition=~Q(put_off_by=""), name="inbox_put_off"),
        ]
        constraints = [
            models.UniqueConstraint("provider", "external_id", name="inbox_event_once"),
            one_of("state", InboxState, name="inbox_state"),
        ]


class RefusedDelivery(Record):
    """Deliveries that were refused, counted by day and reason, so that strangers cannot fill the table."""

    provider = models.ForeignKey("gateways.Provider", models.PROTECT, related_name="refused_deliveries")
    on = models.DateField()
    reason = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()
    detail = models.TextField()

    objects = ScopedManager("provider__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("provider", "on", "reason", name="refused_delivery_day")]
