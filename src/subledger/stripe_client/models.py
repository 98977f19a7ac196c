from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class CallBudget(models.Model):
    """The calls of one Stripe account within the last second: one row an account and mode, see `budget`."""

    account = models.TextField(primary_key=True)  # `keys.account_key`
    taken_at = ArrayField(models.DateTimeField())

    objects = models.Manager()
