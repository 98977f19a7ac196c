"""Segments written, changed and deleted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import ProtectedError
from django.db.transaction import atomic

from subledger.accounts.models import Account
from subledger.accounts.queries import account_called
from subledger.companies.entries import permissions_of_use, use_of
from subledger.kernel import ids
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id
from subledger.platform.versions import check_version, version_of
from subledger.runs.queries import definitions
from subledger.runs.registry import kind_shown

from .criteria import AccountCriteria, Criteria, criteria_json, read_criteria
from .errors import SegmentInUse, SegmentInvalid, SegmentNameTaken
from .models import Segment
from .queries import SegmentTotals, rows_of, segment_by_id, segments, totals_of
from .states import About

__all__ = ["create_segment", "delete_segment", "preview", "update_segment", "version_of_segment"]

EDIT = "segments.edit"
LONGEST_NAME, LONGEST_DESCRIPTION = 120, 300


@atomic
def create_segment(*, name: str, about: str, criteria: Mapping[str, Any], description: str = "", actor: str) -> Segment:
    """A segment over accounts or transactions.

    Raises:
        SegmentInvalid: the name, what it is about or a criterion, ``param`` says which. SegmentNameTaken. TextInvalid.
    """
    demand(EDIT)
    segment: Segment = Segment(
        company_id=current_company_id(),
        name=_free_name(name),
        description=_description(description),
        about=_about(about),
        created_at=clock.now(),
        created_by=actor,
    )
    segment.criteria = criteria_json(_read(About(segment.about), criteria))
    segment.save()
    facts = {"name": segment.name, "about": segment.about, "criteria": segment.criteria}
    record_events([NewEvent("segment.created", "segment", segment.pk, facts)], actor=actor)
    return segment


@atomic
def update_segment(*, segment_id: int, changes: Mapping[str, Any], version: str = "", actor: str) -> Segment:
    """Change ``name``, ``description`` or ``criteria``. Runs that are under way go by what stood when they began.

    Criteria that a submitted run definition goes by say what is done at its next turn: whoever changes them may change
    and execute runs of its kind; where a row of configuration names the segment, such as a dunning plan with its fees
    and interest, they may change such rows.

    Raises:
        PermissionDenied, NotFound, SegmentInvalid, SegmentNameTaken, TextInvalid.
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown (`version_of_segment`).
    """
    demand(EDIT)
    segment = _held(segment_id)
    check_version(version, version_of_segment(segment), thing=say("segment"))
    new: dict[str, Any] = {}
    if changes.get("name") is not None:
        new["name"] = _free_name(changes["name"], besides=segment.pk)
    if changes.get("description") is not None:
        new["description"] = _description(changes["description"])
    if changes.get("criteria") is not None:
        new["criteria"] = criteria_json(_read(About(segment.about), changes["criteria"]))
    changed = {
        field: [getattr(segment, field), value] for field, value in new.items() if getattr(segment, field) != value
    }
    if "criteria" in changed:
        for one in definitions().filter(criteria__segment=segment.public_id, is_submitted=True):
            deeds = kind_shown(one.kind).permissions
            demand(*deeds.edit, *deeds.execute)
        demand(*sorted(permissions_of_use(segment)))
    if changed:
        for field, (_, value) in changed.items():
            setattr(segment, field, value)
        segment.save(update_fields=list(changed))
        record_events([NewEvent("segment.changed", "segment", segment.pk, changed)], actor=actor)
    return segment


@atomic
def delete_segment(*, segment_id: int, actor: str) -> None:
    """Only one that nothing relies on: no definition of runs, no row of configuration, no row of a higher room.

    Raises: NotFound, SegmentInUse.
    """
    demand(EDIT)
    segment = _held(segment_id)
    use = use_of(segment) or _use_by_runs(segment)
    if use:
        raise SegmentInUse(segment.name, use)
    facts = {"name": segment.name, "about": segment.about, "criteria": segment.criteria}
    try:
        segment_id = segment.pk
        segment.delete()
    except ProtectedError as error:
        nouns = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
        raise SegmentInUse(segment.name, say("in use by a {noun}", noun=say(nouns[0]))) from error
    record_events([NewEvent("segment.deleted", "segment", segment_id, facts)], actor=actor)


def preview(*, about: str, criteria: Mapping[str, Any], as_of: date) -> list[SegmentTotals]:
    """What criteria would select, by currency; nothing is kept. SegmentInvalid."""
    return totals_of(rows_of(_read(_about(about), criteria), as_of=as_of), as_of=as_of)


def version_of_segment(segment: Segment) -> str:
    return version_of(segment, "name", "description", "criteria")


def _held(segment_id: int) -> Segment:
    found: Segment | None = segments().select_for_update(of=("self",)).filter(pk=segment_id).first()
    return found or segment_by_id(segment_id)


def _use_by_runs(segment: Segment) -> str:
    """The definition of runs whose criteria name it, in words; "" for none."""
    named = definitions().filter(criteria__segment=segment.public_id).order_by("pk").first()
    return "" if named is None else say("a criterion of the run definition {name!r}", name=named.name)


def _read(about: About, said: Mapping[str, Any]) -> Criteria:
    """What people have just said: what it names is there, and a parent is found by its number too."""
    criteria: Criteria = read_criteria(about, said, checks_rows=True)
    if not isinstance(criteria, AccountCriteria) or not criteria.parent:
        return criteria
    number = _number_of(criteria.parent)
    if number is None or not Account.objects.filter(pk=number).exists():
        raise SegmentInvalid(
            say("There is no account {text!r}. Give its number or external reference.", text=criteria.parent),
            param="/criteria/parent",
        )
    return dataclasses.replace(criteria, parent=ids.encode(Account.PREFIX, number))


def _number_of(text: str) -> int | None:
    try:
        return ids.decode(Account.PREFIX, text)
    except ValueError:
        return account_called(text.strip(), field="criteria/parent")


def _about(said: str) -> About:
    if said not in set(About):
        raise SegmentInvalid(
            say("A segment is about accounts or about transactions, not about {said!r}.", said=said), param="/about"
        )
    return About(said)


def _description(said: str) -> str:
    check_texts(said, param="/description", of_lines=())
    if len(said) > LONGEST_DESCRIPTION:
        raise SegmentInvalid(
            say("A description has at most {most} characters. Shorten it.", most=LONGEST_DESCRIPTION),
            param="/description",
        )
    return said.strip()


def _free_name(said: str, *, besides: int | None = None) -> str:
    check_texts({"name": said})
    name = " ".join(said.split())
    if not name or len(name) > LONGEST_NAME:
        raise SegmentInvalid(
            say("A segment needs a name of at most {most} characters. Give it one.", most=LONGEST_NAME), param="/name"
        )
    others = segments() if besides is None else segments().exclude(pk=besides)
    if others.filter(name=name).exists():
        raise SegmentNameTaken(name)
    return name
