from __future__ import annotations

from django.db import models

from subledger.companies.owned import Catalogue, Owned


class Shelf(Catalogue):
    PREFIX = "shf"

    boards = models.PositiveSmallIntegerField(default=1)

    class Meta(Catalogue.Meta):
        constraints = [
            models.UniqueConstraint("company", "code", name="shelf_code"),
            models.CheckConstraint(condition=models.Q(boards__lte=20), name="shelf_boards"),
        ]


class Toy(Owned):
    PREFIX = "toy"

    number = models.TextField()
    name = models.CharField(max_length=60)
    came_on = models.DateField()
    shelf = models.ForeignKey(Shelf, models.PROTECT, null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint("company", "number", name="toy_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
