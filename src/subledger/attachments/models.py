from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from subledger.companies.models import Company
from subledger.platform.fields import Digest, Record
from subledger.platform.scope import ScopedManager

from .rules import LONGEST_NAME


class StillAttached(ScopedManager):
    """Leaves out what was removed."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(removed_at=None)


class Attachment(Record):
    """A file that somebody attached to a record. It never changes; removed, it is named still and holds no bytes."""

    PREFIX = "atf"

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    media_type = models.CharField(max_length=100)
    size = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    note = models.TextField(blank=True, max_length=1000)
    added_at = models.DateTimeField()
    added_by = models.TextField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.TextField(blank=True)

    objects = StillAttached()
    ever = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "attached file"
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, sha256=Digest(F("content")))
                | Q(removed_at__isnull=False, content=b""),
                name="attachment_sha256",
            ),
        ]
        indexes = [models.Index(fields=["object_id"], name="attachment_of")]

    def __str__(self) -> str:
        return self.name
