from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from subledger.companies.owned import Owned


class ImportRun(Owned):
    """One import as it went; written once, never changed. Dry runs leave none."""

    PREFIX = "imp"

    kind = models.CharField(max_length=60)  # one that a room declares, or declared
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    is_kept = models.BooleanField()  # False: rows were rejected, so nothing was imported
    read = models.IntegerField()  # rows
    created = models.IntegerField()  # documents, or whatever the kind holds
    unchanged = models.IntegerField()
    rejected = models.IntegerField()  # rows
    duplicates = models.IntegerField(default=0)  # payments left out, since they look like earlier ones
    to_suspense = models.IntegerField(default=0)
    totals = models.JSONField(default=dict)  # minor units by currency of the documents created
    codes = models.JSONField(default=dict)  # how many rows each reason's code refused
    rejections = models.JSONField(default=list)  # the first of them: [line, column, code, reason]
    looks_imported = models.JSONField(default=list)  # the first of the duplicates: as rejections
    extra_columns = models.JSONField(default=list)
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"


class ImportPart(Owned):
    """What one import created, some thousands of ids a row: written with them, never changed.

    ``run_id`` is the id of its ImportRun, which is written at its end: an import that broke off leaves parts alone.
    """

    PREFIX = "imt"

    run_id = models.BigIntegerField()
    thing = models.CharField(max_length=20)  # such as transaction, account, customer, product
    ids = ArrayField(models.BigIntegerField())
    identity = models.CharField(max_length=64)  # of the file, and its sheet
    file_name = models.CharField(max_length=300)
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        indexes = [
            models.Index("company_id", "run_id", name="import_part_run"),
            GinIndex(fields=["ids"], name="import_part_ids"),
        ]

    def __str__(self) -> str:
        return f"{len(self.ids)} of {self.thing} from {self.file_name}"
