from __future__ import annotations

from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db import models

from subledger.companies.owned import Catalogue, Owned, one_of
from subledger.platform.fields import currency_field


class Shelf(Catalogue):
    PREFIX = "shf"

    boards = models.PositiveSmallIntegerField(default=1)

    class Meta(Catalogue.Meta):
        constraints = [
            models.UniqueConstraint("company", "code", name="shelf_code"),
            models.CheckConstraint(condition=models.Q(boards__lte=20), name="shelf_boards"),
        ]


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Box(Catalogue):
    PREFIX = "box"

    colour = models.CharField(max_length=20, blank=True)
    boards = models.PositiveSmallIntegerField(default=1)
    floor = models.SmallIntegerField(default=0)
    weight = models.DecimalField(max_digits=7, decimal_places=4)
    size = models.CharField(max_length=10, default=Size.SMALL)
    marks = ArrayField(models.CharField(max_length=10), default=list)
    made_on = models.DateField(null=True, blank=True)
    slots = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    shelf = models.ForeignKey(Shelf, models.PROTECT, null=True)
    neighbours = models.ManyToManyField("self", blank=True, symmetrical=False)
    price = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    currency = currency_field(blank=True)
    is_sealed = models.BooleanField(default=True)
    metadata = models.JSONField(default=dict)

    class Meta(Catalogue.Meta):
        constraints = [
            models.UniqueConstraint("company", "code", name="box_code"),
            one_of("size", Size, name="box_size"),
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
