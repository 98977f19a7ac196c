"""Tables of what days came to, which a worker keeps (`day_sums`)."""

from __future__ import annotations

from django.db import models

from subledger.platform.fields import currency_field, minor_field
from subledger.platform.scope import ScopedManager


class PostedDay(models.Model):
    """What was posted on a day, of what follows `DaysFollowed`: by classification, and from which day it is late."""

    pk = models.CompositePrimaryKey("company_id", "posted_on", "classification", "late_on", "currency", "of_customers")
    company_id = models.BigIntegerField()
    currency = currency_field()
    of_customers = models.BooleanField()  # on accounts of customers; others are the company's own
    classification = models.CharField(max_length=20)
    posted_on = models.DateField()
    late_on = models.DateField()  # of debits the day after they were due; of credits the posting date
    documents = models.BigIntegerField()  # how many
    minor = minor_field()

    objects = ScopedManager()
    unscoped = models.Manager()


class SettledDay(models.Model):
    """What of customers' debits was settled on a day, as if nothing had been released since."""

    pk = models.CompositePrimaryKey("company_id", "settled_on", "settled_by", "late_on", "currency", "of_invoices")
    company_id = models.BigIntegerField()
    currency = currency_field()
    of_invoices = models.BooleanField()  # and not of refunds or cancelled payments
    settled_by = models.CharField(max_length=20)  # classification of the credit
    settled_on = models.DateField()
    late_on = models.DateField()
    minor = minor_field()

    objects = ScopedManager()
    unscoped = models.Manager()


class TypeDay(models.Model):
    """What was posted on a day, of what follows `TypesFollowed`: by subtype and method, with what it is made of.

    What cancels another counts under the method of that, and says its subtype as ``of_type_id``.
    """

    pk = models.CompositePrimaryKey(
        "company_id",
        "posted_on",
        "classification",
        "type_id",
        "of_type_id",
        "payment_method_id",
        "refund_method_id",
        "currency",
        "of_customers",
    )
    company_id = models.BigIntegerField()
    currency = currency_field()
    of_customers = models.BooleanField()
    classification = models.CharField(max_length=20)
    posted_on = models.DateField()
    type_id = models.BigIntegerField()
    of_type_id = models.BigIntegerField()
    payment_method_id = models.BigIntegerField()  # 0: none
    refund_method_id = models.BigIntegerField()
    documents = models.BigIntegerField()
    minor = minor_field()
    net_minor = minor_field()
    discount_minor = minor_field()
    tax_minor = minor_field()

    objects = ScopedManager()
    unscoped = models.Manager()


class TypesFollowed(models.Model):
    """Up to which id events are in the days of types; one row, none before there are any."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    through_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="types_followed_once")]


class DaysFollowed(models.Model):
    """Up to which id events and allocations are in the days that are kept; one row, none before there are any."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    through_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="days_followed_once")]
