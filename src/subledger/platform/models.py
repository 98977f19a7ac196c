from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce

from subledger.kernel.number_series import Numbering, Restart

from .fields import Record
from .scope import ScopedManager


class Event(Record):
    """What happened, when, and by whom: audit trail, timeline, notes and outbox in one append-only table."""

    PREFIX = "evt"

    company_id = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    type = models.TextField()
    object_type = models.TextField()
    object_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    # The database transaction that wrote it: the order in which listeners hear. Null: written before there were any.
    recorded_in = models.BigIntegerField(null=True, db_default=Func(function="txid_current"))
    # Of the request that did it, "" where none did. The default is for servers of the version before, whose posting set
    # it for the length of its transaction; `events_write` is told it.
    request_id = models.TextField(
        db_default=Coalesce(Func(Value("subledger.request_id"), Value(True), function="current_setting"), Value(""))
    )

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        indexes = [
            models.Index("object_id", "id", name="event_object"),
            BrinIndex("recorded_in", name="event_recorded_in", autosummarize=True),
        ]


class NumberSeries(Record):
    """A gapless series: the next number is taken under its lock, last in its transaction.

    ``first_value`` and ``next_value`` count a series that never begins again; the others count in `NumberCounter`. What
    was given before the format changed stands in `NumberRange`. ``prefix`` and ``digits`` say the same as ``format`` to
    servers of the version before; null where they cannot, so that those give no number at all.
    """

    PREFIX = "ser"

    company_id = models.BigIntegerField()
    code = models.TextField()
    format = models.TextField(default="", db_default="")  # "": filled in from prefix and digits, as it is inserted
    restarts = models.TextField(default="never", db_default="never")
    prefix = models.TextField(null=True)
    digits = models.SmallIntegerField(default=8, null=True)
    first_value = models.BigIntegerField(default=1, db_default=1)
    next_value = models.BigIntegerField(default=1)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "number series"
        constraints = [
            models.UniqueConstraint("company_id", "code", name="number_series_code"),
            models.CheckConstraint(condition=models.Q(next_value__gte=1), name="number_series_next_value"),
            models.CheckConstraint(
                condition=models.Q(restarts__in=[one.value for one in Restart]), name="number_series_restarts"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def numbering(self) -> Numbering:
        return Numbering.kept(self.format, self.restarts)


class NumberCounter(Record):
    """How far a series is in one year or month (``period``: ``2026``, ``2026-11``) since its format changed last."""

    company_id = models.BigIntegerField()
    series = models.TextField()
    period = models.TextField()
    first_value = models.BigIntegerField(default=1)
    next_value = models.BigIntegerField()

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("company_id", "series", "period", name="number_counter_period"),
            models.CheckConstraint(
                condition=models.Q(first_value__gte=1, next_value__gte=models.F("first_value")),
                name="number_counter_values",
            ),
        ]


class NumberRange(Record):
    """Numbers that were given, from ``first_value`` to the one before ``next_value``, before their format changed."""

    company_id = models.BigIntegerField()
    series = models.TextField()
    format = models.TextField()
    restarts = models.TextField()
    period = models.TextField()  # "" where the series never began again
    first_value = models.BigIntegerField()
    next_value = models.BigIntegerField()
    ended_at = models.DateTimeField()

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        indexes = [models.Index("company_id", "series", name="number_range_series")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_value__gte=1, next_value__gt=models.F("first_value")),
                name="number_range_values",
            )
        ]


class StoredAnswer(Record):
    """The first answer to a write with an Idempotency-Key, replayed to whoever asks the same again."""

    company_id = models.BigIntegerField()
    key = models.TextField()
    fingerprint = models.TextField()  # sha-256 of method, path and body
    status = models.SmallIntegerField(null=True)  # null: what was made is known, its answer is not kept yet
    made = models.BigIntegerField(null=True)  # what it made and may not make again, whatever became of its answer
    made_kind = models.TextField(default="", db_default="")  # `idempotency.MadeKind`: what ``made`` is the id of
    body = models.TextField(default="")
    content_type = models.TextField(default="application/json")
    created_at = models.DateTimeField()

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("company_id", "key", name="stored_answer_key")]


class Installation(models.Model):
    """What is true of the whole database: one row, of which machines that serve the same books know each other."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    secret_key = models.TextField()  # fingerprint of the key that seals and signs here; the key itself is in no table
    at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one")]


class ListenerCursor(models.Model):
    """How far a listener has heard (`listeners`): to (``recorded_in``, ``event_id``), of events above ``floor``."""

    name = models.TextField(primary_key=True)
    floor = models.BigIntegerField(default=0)
    recorded_in = models.BigIntegerField()
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)  # since when what comes next is refused

    objects = models.Manager()


class ListenerBacklog(models.Model):
    """Events of one company that a listener could not hear: from (``recorded_in``, ``event_id``), of those above
    ``floor``, up to where its cursor has come. Tried again at ``next_at``."""

    id = models.BigAutoField(primary_key=True)
    listener = models.TextField()
    company_id = models.BigIntegerField()
    floor = models.BigIntegerField(default=0)
    recorded_in = models.BigIntegerField()
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    tries = models.IntegerField()
    next_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listener", "company_id"], name="listener_backlog_of_company")]


class LastCheck(models.Model):
    """What the last proof of a company's books came to: one row a company, see `checked`."""

    company_id = models.BigIntegerField(primary_key=True)
    finished_at = models.DateTimeField()
    breaches = models.BigIntegerField()  # rows that broke an invariant

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(breaches__gte=0), name="last_check_breaches")]
