"""Files of payment requests that were marked and handed out: the table of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from subledger.companies.owned import Owned


class MarkedFile(Owned):
    """A file whose requests became under processing by it, as it was handed out: whoever lost it gets it again.

    ``content`` is compressed by zlib. It is dropped some months later (`services.bank_files.KEPT`).
    """

    PREFIX = "mkf"

    provider = models.ForeignKey("gateways.Provider", models.PROTECT, related_name="marked_files")
    message = models.CharField(max_length=35)  # its own name (MsgId)
    format = models.CharField(max_length=10)  # of generic/exports.py
    requests = ArrayField(models.BigIntegerField())  # the requests that it holds
    content = models.BinaryField()
    made_at = models.DateTimeField()
    made_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("provider", "message", name="marked_file_once")]

    def __str__(self) -> str:
        return self.message
