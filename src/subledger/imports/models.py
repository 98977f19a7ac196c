from __future__ import annotations

from django.db import models

from subledger.companies.owned import Owned, one_of

from .rules.kinds import Kind


class ImportRun(Owned):
    """One import as it went; written once, never changed. Dry runs leave none."""

    PREFIX = "imp"

    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    is_kept = models.BooleanField()  # False: rows were rejected, so nothing was imported
    read = models.IntegerField()  # rows
    created = models.IntegerField()  # documents, or whatever the kind holds
    unchanged = models.IntegerField()
    rejected = models.IntegerField()  # rows
    to_suspense = models.IntegerField(default=0)
    totals = models.JSONField(default=dict)  # minor units by currency of the documents created
    codes = models.JSONField(default=dict)  # how many rows each reason's code refused
    rejections = models.JSONField(default=list)  # the first of them: [line, column, code, reason]
    extra_columns = models.JSONField(default=list)
    at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("kind", Kind, name="import_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"
