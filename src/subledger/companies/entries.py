"""Changing configuration: one door for every row that people keep under Configuration, and what guards it.

This room knows no table but its own. Rooms declare their tables (`Room.tables`, `platform.configuration`): what guards
a change before it is kept, what a constraint means in words, which rows of others theirs rely on, among which rows one
is the default. What they say of rows that no declaration makes, or of those of lower rooms, is in `Room.guarding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.db.transaction import atomic

from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.names import TRANSLATIONS
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform.callers import demand
from subledger.platform.configuration import Change, ConfigurationTable, Default, Guarding, Model, Use
from subledger.platform.events import NewEvent, record_events
from subledger.platform.rooms import installed
from subledger.platform.scope import current_company_id
from subledger.platform.versions import check_version, version_of

from .errors import CodeTaken
from .models import Role
from .owned import Translated
from .permissions import MANAGES_PEOPLE
from .services import check_administrators


class ConfigurationInvalid(Invalid):
    code = "configuration_invalid"


@cache
def guarding() -> tuple[Guarding, ...]:
    """What guards configuration rows, lowest floor first."""
    return tuple(one for room in installed() for one in (*room.tables, *room.guarding))


def users_of(model: Model) -> Iterator[tuple[Model, Use]]:
    """The tables whose rows rely on rows of ``model``, and as what."""
    for one in guarding():
        yield from ((one.model, use) for use in one.uses if use.of is model)


def is_list(user: Model, use: Use) -> bool:
    return bool(user._meta.get_field(use.field).many_to_many)


def use_of(row: models.Model) -> str:
    """What relies on a configuration row, in words such as ``the tax rate of the product 'Access'``; "" for nothing."""
    for user, use in users_of(type(row)):
        if is_list(user, use):
            continue
        first = _in_use(user).filter(**{use.field: row}).order_by("pk").first()
        if first is not None:
            return _named(first, use.says)
    return ""


def permissions_of_use(row: models.Model) -> set[str]:
    """Who may change rows of the tables whose rows in use rely on a row: what that says, it says in them."""
    return {
        edit_permission(user)
        for user, use in users_of(type(row))
        if not is_list(user, use) and _in_use(user).filter(**{use.field: row}).exists()
    }


def default_of(model: Model) -> Default:
    """Among which rows of a table one is the default."""
    table = table_of(model)
    return (table and table.default) or Default()


@cache
def table_of(model: Model) -> ConfigurationTable | None:
    """The declaration of a model that people configure."""
    return next((one for room in installed() for one in room.tables if one.model is model), None)


@atomic
def save_entry(*, model: Model, ident: int | None, values: Mapping[str, Any], version: str = "", actor: str) -> Any:
    """Create (``ident`` None) or change a configuration row of the company in scope.

    ``values`` go by field name; lists go to many-to-many fields. Rows are never deleted: ``is_active`` switches
    them off. A row that becomes the default of its kind takes that place from the one that had it.

    Raises:
        NotFound: no such row in this company.
        ConfigurationInvalid: a value is missing, not allowed, or taken; ``param`` names it. CodeTaken.
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown (`version_of_entry`).
    """
    demand(edit_permission(model))
    named: Any = model
    manager = named.objects
    lists = {f.name for f in model._meta.many_to_many}
    held = None if ident is None else manager.select_for_update(of=("self",)).filter(pk=ident).first()
    row = model(company_id=current_company_id()) if ident is None else held
    if row is None:
        raise NotFound(named, ident or 0)
    if ident is not None:
        check_version(version, version_of_entry(row), thing=_noun(model))
    unknown = set(values) - lists - {f.name for f in model._meta.fields}
    if unknown or {"id", "company"} & set(values):
        name = sorted(unknown or {"id"})[0]
        raise ConfigurationInvalid(say("{name!r} cannot be set here. Leave it out.", name=name), param=f"/{name}")
    check_texts({name: value for name, value in values.items() if isinstance(value, str | Mapping)})
    values = _with_names(row, values)
    was = None if ident is None else {f.name: getattr(row, f.attname) for f in model._meta.fields}
    before = {name: str(getattr(row, name)) for name in values if name not in lists and ident is not None}
    for name, value in values.items():
        if name not in lists:
            setattr(row, name, value)
    change = Change(row, was, {name: _list_of(row, name, values, is_new=ident is None) for name in lists}, values)
    _check_fields(row)
    _check_chosen(change, values)
    _check_default(change)
    _check_still_used(change)
    for one in guarding():
        if one.model is model and one.guard is not None:
            one.guard(change)
    if ident is not None:
        for one in guarding():
            if one.model is model and one.beside is not None:
                one.beside(change, actor)
    _make_way(row, manager)
    _check_constraints(row)
    try:
        with atomic():
            row.save(force_insert=ident is None)
    except IntegrityError as error:  # somebody else was first
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        constraint = next((one for one in model._meta.constraints if one.name == name), None)
        raise _refusal(constraint, row) from error
    if isinstance(row, Role) and MANAGES_PEOPLE in before.get("permissions", ""):
        check_administrators(row)
    for name in lists & set(values):
        getattr(row, name).set(values[name])
    changed = {name: [old, str(getattr(row, name))] for name, old in before.items() if old != str(getattr(row, name))}
    thing = model._meta.model_name or ""
    verb = "created" if ident is None else "changed"
    record_events([NewEvent(f"{thing}.{verb}", thing, row.pk, changed if ident is not None else {})], actor=actor)
    return row


def _with_names(row: models.Model, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A new name that comes without translations has none: those of the old one would say something else."""
    if not isinstance(row, Translated) or row.pk is None or values.get("name", row.names.name) == row.names.name:
        return values
    if not set(values).isdisjoint(TRANSLATIONS.values()):
        return values
    return {**values, **dict.fromkeys(TRANSLATIONS.values(), "")}


def version_of_entry(row: models.Model) -> str:
    """What a configuration row says, but for what changes by itself (its model's ``UNVERSIONED``)."""
    left_out = {"id", "company", *getattr(row, "UNVERSIONED", ())}
    names = [field.name for field in row._meta.fields if field.name not in left_out]
    lists = [
        (field.name, sorted(getattr(row, field.name).values_list("pk", flat=True))) for field in row._meta.many_to_many
    ]
    return version_of(row, *names, more=lists)


def edit_permission(model: type[models.Model]) -> str:
    """What whoever changes rows of ``model`` needs: what its declaration says, else the model itself."""
    table = table_of(model)
    return table.permission if table else str(model.EDIT_PERMISSION)  # type: ignore[attr-defined]


def _noun(model: Model | models.Model) -> str:
    return str(model._meta.verbose_name)


def _list_of(row: Any, name: str, values: Mapping[str, Any], *, is_new: bool) -> list[Any]:
    if name in values:
        return list(values[name])
    return [] if is_new else list(getattr(row, name).all())


def _check_fields(row: models.Model) -> None:
    try:
        row.full_clean(exclude=_unchecked(row), validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        if field == NON_FIELD_ERRORS:
            raise ConfigurationInvalid(
                say("Cannot save the {noun}: {messages}", noun=_noun(row), messages=" ".join(messages))
            ) from error
        raise ConfigurationInvalid(
            say(
                "Cannot save the {noun}: {label}: {messages} Correct it.",
                noun=_noun(row),
                label=_label(field),
                messages=" ".join(messages),
            ),
            param=f"/{field}",
        ) from error


def _check_chosen(change: Change, values: Mapping[str, Any]) -> None:
    """What a row newly refers to is in use."""
    row = change.row
    for name in values:
        field = row._meta.get_field(name)
        if name in change.lists:
            had = set() if change.before is None else {one.pk for one in getattr(row, name).all()}
            fresh = [one for one in change.lists[name] if one.pk not in had]
        elif field.is_relation and (change.before is None or change.changes(name)):
            fresh = [getattr(row, name)]
        else:
            continue
        for one in fresh:
            if one is not None and not getattr(one, "is_active", True):
                raise ConfigurationInvalid(
                    say(
                        "The {noun} {name!r} is not in use. Choose another, or put it in use again.",
                        noun=_noun(one),
                        name=one.name,
                    ),
                    param=f"/{name}",
                )


def _check_default(change: Change) -> None:
    """A default is in use, and where one is needed it ends only by another that takes its place."""
    row = change.row
    if not hasattr(row, "is_default"):
        return
    if row.is_default and not getattr(row, "is_active", True):
        raise ConfigurationInvalid(
            say("{name!r} is the default, so it stays in use. Make another one the default first.", name=row.name),
            param="/is_active",
        )
    kind = default_of(type(row))
    if kind.is_needed and not row.is_default and change.before and change.before["is_default"]:
        raise ConfigurationInvalid(
            say(
                "{name!r} is the default, and there is always one. Make another one the default instead.", name=row.name
            ),
            param="/is_default",
        )


def _check_still_used(change: Change) -> None:
    row = change.row
    if getattr(row, "is_active", True) or not change.before or not change.before["is_active"]:
        return
    use = use_of(row) or _last_choice(row)
    if use:
        raise ConfigurationInvalid(
            say("{name!r} stays in use: it is {use}. Choose another there first.", name=row.name, use=use),
            param="/is_active",
        )


def _last_choice(row: models.Model) -> str:
    """Who would have none in use any more of those that it lists."""
    for user, use in users_of(type(row)):
        if not is_list(user, use):
            continue
        for one in _in_use(user).filter(**{use.field: row}).order_by("pk"):
            if not getattr(one, use.field).filter(is_active=True).exclude(pk=row.pk).exists():
                return _named(one, use.says)
    return ""


def _in_use(model: Model) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model.objects.all()  # type: ignore[attr-defined]
    return rows.filter(is_active=True) if "is_active" in {f.name for f in model._meta.fields} else rows


def _named(row: models.Model, says: str) -> str:
    name = getattr(row, "name", "")
    return f"{says} {name!r}" if name else says


def _check_constraints(row: models.Model) -> None:
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row, exclude={"id"})
        except ValidationError as error:
            raise _refusal(constraint, row) from error


def _refusal(constraint: models.BaseConstraint | None, row: models.Model) -> Invalid:
    """A constraint that refuses a row, in words."""
    noun = _noun(row)
    name = constraint.name if constraint is not None else ""
    found = next((one.words[name] for one in guarding() if name in one.words), None)
    if found is not None:
        return ConfigurationInvalid(found.message, param=f"/{found.field}")
    unique = _unique_field(constraint)
    if unique == "code":
        return CodeTaken(noun, getattr(row, unique), param="/code")
    if unique is not None:
        return ConfigurationInvalid(
            say(
                "The {field} {value!r} is taken by another {noun}. Choose another.",
                field=_label(unique).lower(),
                value=getattr(row, unique),
                noun=noun,
            ),
            param=f"/{unique}",
        )
    listed = _listed(constraint)
    if listed is not None:
        field, allowed = listed
        return ConfigurationInvalid(
            say(
                "{value!r} is none of the words for {field}. Use one of: {allowed}.",
                value=getattr(row, field),
                field=_label(field).lower(),
                allowed=", ".join(allowed),
            ),
            param=f"/{field}",
        )
    return ConfigurationInvalid(
        say("Cannot save the {noun}: there is one like it already. Change that one instead.", noun=noun)
    )


def _unique_field(constraint: models.BaseConstraint | None) -> str | None:
    """The field that is unique in the company, where a constraint says just that."""
    if not isinstance(constraint, models.UniqueConstraint) or constraint.condition is not None:
        return None
    names = [*constraint.fields, *(getattr(one, "name", "") for one in constraint.expressions)]
    others = [name for name in names if name != "company"]
    return others[0] if len(others) == 1 and len(names) == 2 else None


def _listed(constraint: models.BaseConstraint | None) -> tuple[str, list[str]] | None:
    """(field, its words) of a constraint that lists them, see `owned.one_of`."""
    if not isinstance(constraint, models.CheckConstraint) or not isinstance(constraint.condition, models.Q):
        return None
    for leaf in constraint.condition.children:
        if isinstance(leaf, tuple) and str(leaf[0]).endswith("__in"):
            return str(leaf[0]).removesuffix("__in"), [str(value) for value in leaf[1]]
    return None


def _label(field: str) -> str:
    return say(field.replace("_", " ").capitalize())


def _unchecked(row: models.Model) -> set[str]:
    """Fields that need no check: the id, and what the table lets be empty though a form would ask for it."""
    return {"id"} | {
        field.name
        for field in row._meta.fields
        if (field.null and getattr(row, field.attname) is None)
        or (field.has_default() and getattr(row, field.attname) == field.get_default())
    }


def _make_way(row: Any, manager: Any) -> None:
    """One default per kind: the newly chosen one takes the place of the one before it."""
    if not getattr(row, "is_default", False):
        return
    within = default_of(type(row)).within
    same = {name: getattr(row, name) for name in within}
    manager.filter(is_default=True, **same).exclude(pk=row.pk).update(is_default=False)
