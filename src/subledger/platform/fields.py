"""Column types the house uses everywhere, and the base of every table."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.expressions import Func

from subledger.kernel import ids


class NextId(Func):
    """``next_id()``: a bigint that grows with time, from the database (see the first migration)."""

    function = "next_id"
    template = "%(function)s()"
    output_field = models.BigIntegerField()


class Digest(Func):
    """``encode(sha256(content), 'hex')``: what a CHECK holds the digest beside some bytes to."""

    function = "sha256"
    template = "encode(%(function)s(%(expressions)s), 'hex')"
    output_field = models.TextField()


class Record(models.Model):
    """A row with a time-ordered id; ``public_id`` is the id that the world sees."""

    PREFIX: ClassVar[str] = ""

    id = models.BigIntegerField(primary_key=True, db_default=NextId())

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        return ids.encode(self.PREFIX, self.pk)


def minor_field(**options: Any) -> models.BigIntegerField:
    """Whole minor units of a currency."""
    return models.BigIntegerField(**options)


def currency_field(**options: Any) -> models.CharField:
    """ISO 4217 code, lower case."""
    return models.CharField(max_length=3, **options)
