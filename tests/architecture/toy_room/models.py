from __future__ import annotations

from django.db import models

from subledger.companies.owned import Owned


class Toy(Owned):
    PREFIX = "toy"

    number = models.TextField()
    name = models.CharField(max_length=60)
    came_on = models.DateField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint("company", "number", name="toy_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
