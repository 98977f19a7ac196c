"""The bases of every table that belongs to a company."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from subledger.kernel.names import TRANSLATIONS, TranslatedName
from subledger.platform.fields import Record
from subledger.platform.scope import ScopedManager

from .models import Company


def one_of(
    field: str,
    values: type[StrEnum],
    *,
    name: str,
    null: bool = False,
    check: type[models.CheckConstraint] = models.CheckConstraint,
) -> models.CheckConstraint:
    """A CHECK that lists a StrEnum's values."""
    condition = Q(**{f"{field}__in": [v.value for v in values]})
    return check(condition=condition | Q(**{f"{field}__isnull": True}) if null else condition, name=name)


class Owned(Record):
    """Belongs to a company, and is read only in its scope."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        abstract = True


def _translation() -> models.CharField:
    return models.CharField(max_length=200, blank=True, default="", db_default="")


class Translated(models.Model):
    """A row whose name customers read: what it is called in each of their languages; "": as its ``name``."""

    name_en = _translation()
    name_de = _translation()
    name_it = _translation()
    name_el = _translation()

    class Meta:
        abstract = True

    @property
    def names(self) -> TranslatedName:
        return TranslatedName(
            getattr(self, "name", ""), {code: getattr(self, column) for code, column in TRANSLATIONS.items()}
        )

    def name_in(self, language: str) -> str:
        """What a reader of ``language`` knows it by."""
        return self.names.said_in(language)


class Catalogue(Owned):
    """A named, coded entry that people choose from."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        abstract = True
        ordering = ["name"]
        constraints = [models.UniqueConstraint("company", "code", name="%(app_label)s_%(class)s_code")]

    def __str__(self) -> str:
        return self.name
