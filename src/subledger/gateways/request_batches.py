"""Requests that one deed made together: the table of such batches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from subledger.companies.owned import Owned, one_of

from .states import BatchState


class RequestBatch(Owned):
    """Requests that one deed made together, as a payment run does: they are held and withdrawn together."""

    state = models.CharField(max_length=10, default=BatchState.OPEN)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("id", condition=Q(state=BatchState.WITHDRAWN), name="request_batch_withdrawn")]
        constraints = [one_of("state", BatchState, name="request_batch_state")]
