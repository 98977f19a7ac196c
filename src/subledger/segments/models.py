from __future__ import annotations

from django.db import models

from subledger.companies.owned import Owned, one_of

from .states import About


class Segment(Owned):
    """Criteria under a name. ``criteria`` says what is asked for, as JSON of the shape of what it is ``about``."""

    PREFIX = "seg"

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=20)
    criteria = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.TextField()

    class Meta:
        verbose_name = "segment"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("company", "name", name="segment_name"),
            one_of("about", About, name="segment_about"),
        ]

    def __str__(self) -> str:
        return self.name
