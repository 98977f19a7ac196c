"""Changing configuration: one door for every row that people keep under Configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.transaction import atomic

from subledger.kernel.errors import Invalid, NotFound
from subledger.platform.events import Fact, record_events
from subledger.platform.scope import current_company_id


class ConfigurationInvalid(Invalid):
    code = "configuration_invalid"


@atomic
def save_entry(*, model: type[models.Model], ident: int | None, values: Mapping[str, Any], actor: str) -> Any:
    """Create (``ident`` None) or change a configuration row of the company in scope.

    ``values`` go by field name; lists go to many-to-many fields. Rows are never deleted: ``is_active`` switches
    them off. A row that becomes the default of its kind takes that place from the one that had it.

    Raises:
        NotFound: no such row in this company.
        ConfigurationInvalid: a value is missing, not allowed, or taken; ``param`` names it.
    """
    manager = model.objects  # type: ignore[attr-defined]
    lists = {f.name for f in model._meta.many_to_many}
    row = model(company_id=current_company_id()) if ident is None else manager.filter(pk=ident).first()
    if row is None:
        raise NotFound(str(model._meta.verbose_name), ident)
    unknown = set(values) - lists - {f.name for f in model._meta.fields}
    if unknown or {"id", "company"} & set(values):
        name = sorted(unknown or {"id"})[0]
        raise ConfigurationInvalid(f"{name!r} cannot be set here. Leave it out.", param=f"/{name}")
    before = {name: str(getattr(row, name)) for name in values if name not in lists and ident is not None}
    for name, value in values.items():
        if name not in lists:
            setattr(row, name, value)
    _make_way(row, manager, ident)
    try:
        row.full_clean(exclude=_unchecked(row), validate_unique=True, validate_constraints=True)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        where = f"/{field}" if field != "__all__" else None
        raise ConfigurationInvalid(
            f"Cannot save the {model._meta.verbose_name}: {' '.join(messages)}", param=where
        ) from error
    try:
        with atomic():
            row.save(force_insert=ident is None)
    except IntegrityError as error:  # unique together with a default or an empty field, or somebody else was first
        raise ConfigurationInvalid(
            f"Cannot save the {model._meta.verbose_name}: there is one like it already. Change that one instead."
        ) from error
    for name in lists & set(values):
        getattr(row, name).set(values[name])
    changed = {name: [old, str(getattr(row, name))] for name, old in before.items() if old != str(getattr(row, name))}
    thing = model._meta.model_name or ""
    verb = "created" if ident is None else "changed"
    record_events([Fact(f"{thing}.{verb}", thing, row.pk, changed if ident is not None else {})], actor=actor)
    return row


def _unchecked(row: models.Model) -> set[str]:
    """Fields that need no check: the id, and what the table lets be empty though a form would ask for it."""
    return {"id"} | {
        field.name
        for field in row._meta.fields
        if (field.null and getattr(row, field.attname) is None)
        or (field.has_default() and getattr(row, field.attname) == field.get_default())
    }


def _make_way(row: Any, manager: Any, ident: int | None) -> None:
    """One default per kind: the newly chosen one takes the place of the one before it."""
    if not getattr(row, "is_default", False):
        return
    others = manager.filter(is_default=True).exclude(pk=ident)
    if hasattr(row, "classification"):
        others = others.filter(classification=row.classification)
    others.update(is_default=False)
