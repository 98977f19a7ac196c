from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from subledger.companies.models import Company
from subledger.companies.owned import Owned
from subledger.platform.scope import ScopedManager
from subledger.runs.models import Run


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
    receipts = models.IntegerField(default=0, db_default=0)  # messages to customers that left by themselves of it
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


IMPORT, CHECK = "import", "import_check"  # the kinds of runs that carry orders out


class _Import:
    PREFIX = ImportRun.PREFIX


class ImportOrder(_Import, Owned):
    """A file that was ordered to be imported, and the run that does it. Its id is that of the `ImportRun` at its end.

    What whoever ordered it may do is frozen on it; None: an operator on the machine itself, who may do everything.
    """

    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    order = models.JSONField()
    permissions = ArrayField(models.TextField(), null=True)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    extra_columns = models.JSONField(default=list)
    reading = models.JSONField(null=True)  # how its rows are to be understood, once they are staged
    rejected_name = models.CharField(max_length=330, blank=True, default="")  # of the file of rejected rows, if any
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    actor = models.TextField()

    class Meta:
        verbose_name = "import"
        ordering = ["-id"]
        indexes = [models.Index("ended_at", name="import_order_ended")]

    @property
    def is_check(self) -> bool:
        """Everything is done and undone: what is reported is what would come of it."""
        return bool(self.run.kind == CHECK)

    def __str__(self) -> str:
        return self.file_name


class ImportChunk(models.Model):
    """A part of a file that is kept while it is needed, sealed: what is to be imported, or the rejected rows."""

    pk = models.CompositePrimaryKey("import_id", "content", "position")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    import_id = models.BigIntegerField()
    content = models.CharField(max_length=8)  # "file" or "rejected"
    position = models.IntegerField()
    sealed = models.TextField()

    objects = ScopedManager()
    unscoped = models.Manager()


class ImportBatch(models.Model):
    """What came of a part of a file, written in the transaction of what the part wrote. Part -1: of reading it."""

    pk = models.CompositePrimaryKey("import_id", "part")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    import_id = models.BigIntegerField()
    part = models.IntegerField()
    outcome = models.JSONField()

    objects = ScopedManager()
    unscoped = models.Manager()


class StagedRow(models.Model):
    """A row of a file that is being imported, until the part that it is in is done. Of one that holds a card number the
    cells are sealed.
    """

    pk = models.CompositePrimaryKey("import_id", "part", "line")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    import_id = models.BigIntegerField()
    part = models.IntegerField()
    line = models.BigIntegerField()
    cells = models.TextField()  # JSON, in the order of the columns that hold fields

    objects = ScopedManager()
    unscoped = models.Manager()


class StagedRejection(models.Model):
    """Why a row of a file is refused, until the import ends."""

    pk = models.CompositePrimaryKey("import_id", "line")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    import_id = models.BigIntegerField()
    line = models.BigIntegerField()
    column = models.TextField()
    code = models.TextField()
    reason = models.TextField()

    objects = ScopedManager()
    unscoped = models.Manager()
