"""Files that runs make: kept in rows, where every web process finds them, and dropped after some weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import IO, Any

from django.db.transaction import atomic

from subledger.platform import clock
from subledger.platform.callers import Caller, current_caller, demand
from subledger.platform.scope import current_company_id
from subledger.runs.errors import FileOfAnother
from subledger.runs.models import Run, RunFile, RunFileChunk
from subledger.runs.registry import kind_shown

CHUNK = 512 * 1024
KEPT = timedelta(days=30)


@atomic
def keep_file(
    *,
    run_id: int,
    name: str,
    content_type: str,
    stream: IO[bytes],
    is_part: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> RunFile:
    """Keep what is in ``stream`` as a file of a run, instead of one of that name."""
    RunFile.objects.filter(run_id=run_id, name=name).delete()
    stream.seek(0)
    digest, size = sha256(), 0
    while part := stream.read(CHUNK):
        digest.update(part)
        size += len(part)
    row = RunFile.objects.create(
        company_id=current_company_id(), run_id=run_id, name=name[:200], content_type=content_type, size=size,
        sha256=digest.hexdigest(), is_part=is_part, facts=dict(facts or {}), made_at=clock.now(),
    )  # fmt: skip
    stream.seek(0)
    position = 0
    while part := stream.read(CHUNK):
        RunFileChunk.objects.create(file=row, position=position, content=part)
        position += 1
    return row


def is_given_to(run: Run, caller: Caller | None) -> bool:
    """Whether the files of a run are for whoever looks, who may read such."""
    return not kind_shown(run.kind).is_askers or caller is None or caller.actor == run.actor


def demand_file(file: RunFile) -> None:
    """The caller's refusal unless they may read a file: they have the permissions of its kind of run, and what that
    says of the file; and they asked for it, where it holds what its asker may see. FileOfAnother."""
    kind, said, caller = kind_shown(file.run.kind), file.facts.get("permission"), current_caller()
    demand("export", *kind.permissions.execute, *([said] if said else []))
    if not is_given_to(file.run, caller):
        raise FileOfAnother(file.run.actor.partition(":")[2])


def drop_parts(*, run_id: int) -> None:
    """Of a file that is whole now."""
    RunFile.objects.filter(run_id=run_id, is_part=True).delete()


def note_fetched(*, file: RunFile) -> None:
    """Somebody has it: nobody need be told of it any more."""
    if file.fetched_at is None:
        RunFile.objects.filter(pk=file.pk, fetched_at=None).update(fetched_at=clock.now())


def drop_old_files() -> int:
    """Of the company in scope: how many."""
    old = RunFile.objects.filter(made_at__lt=clock.now() - KEPT)
    number = old.count()
    old.delete()
    return number
