from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from subledger.companies.owned import Owned, one_of
from subledger.kernel.web_addresses import without_secrets

from .states import DeliveryKind, DeliveryState, DisabledReason, EndpointState

PENDING = Q(state=DeliveryState.PENDING.value)
ACTIVE = Q(state=EndpointState.ACTIVE.value)


class WebhookEndpoint(Owned):
    """An address that is told of events. Its secrets are sealed (`platform.encryption`)."""

    PREFIX = "whk"

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=300, blank=True, default="")
    filters = ArrayField(models.CharField(max_length=100))
    filtered_from = models.BigIntegerField()  # events with higher ids were read with these filters
    state = models.CharField(max_length=10, default=EndpointState.ACTIVE)
    disabled_reason = models.CharField(max_length=10, blank=True, default="")
    disabled_at = models.DateTimeField(null=True)
    sealed_secret = models.TextField()
    secret_hint = models.CharField(max_length=20)
    sealed_old_secret = models.TextField(blank=True, default="")  # signs beside the new one until then
    old_secret_until = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)  # while it fails it is left alone so long
    created_at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        verbose_name = "webhook endpoint"
        ordering = ["-id"]
        constraints = [
            one_of("state", EndpointState, name="webhook_endpoint_state"),
            models.CheckConstraint(
                condition=Q(disabled_reason="") | Q(disabled_reason__in=[one.value for one in DisabledReason]),
                name="webhook_endpoint_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=EndpointState.DISABLED.value)
                ^ (~Q(disabled_reason="") & Q(disabled_at__isnull=False)),
                name="webhook_endpoint_disabled",
            ),
            models.CheckConstraint(
                condition=Q(sealed_old_secret="") ^ Q(old_secret_until__isnull=False),
                name="webhook_endpoint_old_secret",
            ),
            models.CheckConstraint(
                condition=Q(state=EndpointState.DELETED.value) ^ ~Q(sealed_secret=""), name="webhook_endpoint_secret"
            ),
        ]
        indexes = [models.Index("id", condition=ACTIVE, name="webhook_endpoint_active")]

    def __str__(self) -> str:
        return self.shown_url

    @property
    def shown_url(self) -> str:
        """For whoever may not change it, and for events, which other endpoints hear."""
        return without_secrets(self.url)


class WebhookCursor(models.Model):
    """How far an endpoint has read the events (`platform.event_order`), and who delivers to it for the moment."""

    endpoint = models.OneToOneField(WebhookEndpoint, models.PROTECT, primary_key=True, related_name="cursor")
    floor = models.BigIntegerField(default=0)
    recorded_in = models.BigIntegerField()
    event_id = models.BigIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True, default="")
    leased_until = models.DateTimeField(null=True)  # by the database's clock


class WebhookDelivery(Owned):
    """One event on its way to one endpoint. ``tries`` are its failed attempts, oldest first."""

    PREFIX = "whd"

    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries")
    event_id = models.BigIntegerField()
    event_type = models.TextField()
    object_type = models.TextField()
    object_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, default=DeliveryKind.EVENT)
    state = models.CharField(max_length=10, default=DeliveryState.PENDING)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()  # not before
    attempts = models.IntegerField(default=0, db_default=0)
    first_attempt_at = models.DateTimeField(null=True)
    attempted_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)  # of the last answer; null: there was none
    answer = models.TextField(blank=True, default="", db_default="")  # its first bytes
    error = models.TextField(blank=True, default="", db_default="")
    took_ms = models.IntegerField(null=True)
    tries = models.JSONField(default=list, db_default=[])
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "webhook delivery"
        ordering = ["-id"]
        constraints = [
            one_of("state", DeliveryState, name="webhook_delivery_state"),
            one_of("kind", DeliveryKind, name="webhook_delivery_kind"),
            models.UniqueConstraint(
                "endpoint", "event_id", condition=Q(kind=DeliveryKind.EVENT.value), name="webhook_delivery_once"
            ),
            models.UniqueConstraint(
                "endpoint", "event_id", condition=Q(kind=DeliveryKind.REPLAY.value) & PENDING,
                name="webhook_delivery_replay",
            ),
            models.CheckConstraint(condition=PENDING ^ Q(done_at__isnull=False), name="webhook_delivery_done"),
        ]  # fmt: skip
        indexes = [
            models.Index("endpoint", "event_id", condition=PENDING, name="webhook_delivery_pending"),
            models.Index("endpoint", "object_id", "event_id", condition=PENDING, name="webhook_delivery_object"),
            models.Index("endpoint", "id", name="webhook_delivery_endpoint"),
            models.Index("done_at", condition=~PENDING, name="webhook_delivery_swept"),
        ]

    def __str__(self) -> str:
        return self.event_type
