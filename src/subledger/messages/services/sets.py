"""Many messages at once, each once by its key: what a run writes. One statement for all rows, not one each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from subledger.kernel.email_addresses import identity_of
from subledger.messages.kinds import Letter, MessageKind
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.rules.drafts import key_of
from subledger.messages.states import MessageState
from subledger.platform import jobs
from subledger.platform.events import record_events
from subledger.platform.statements import fresh_ids

from .composition import Draft, language_of, standard_template
from .rows import attach, seal_what_opens, stopped, told, unwritten_row


@dataclass(frozen=True, slots=True)
class Keyed:
    """A draft, and what it is sent once by: ``about`` names what it tells of, ``level`` which time it is told."""

    draft: Draft
    about: str
    level: int = 0

    @property
    def key(self) -> str:
        recipient = identity_of(self.draft.written.recipient)
        return key_of(
            kind=self.draft.kind.family, about=self.about, template="any", recipient=recipient, level=self.level
        )


@dataclass(slots=True)
class Templates:
    """Standard templates by kind and language, each read once for a set."""

    known: dict[tuple[str, str], MessageTemplate] = field(default_factory=dict)

    def of(self, kind: MessageKind, letter: Letter) -> MessageTemplate:
        """NoTemplate."""
        wanted = (kind.name, letter.language)
        if wanted not in self.known:
            self.known[wanted] = standard_template(kind, language_of("", letter))
        return self.known[wanted]


def write_set(drafts: Sequence[Keyed], *, actor: str) -> Mapping[str, Message]:
    """Write messages, those alone that were not written before; the message of every key, whoever wrote it.

    One to an address that gets no mail is written as suppressed. The caller holds what it tells of under a lock.
    """
    why = _stopped(drafts)
    rows: dict[str, tuple[Keyed, Message]] = {}
    for keyed in drafts:
        if keyed.key not in rows:
            stopped_why = why.get((keyed.draft.kind.name, identity_of(keyed.draft.written.recipient)), "")
            draft = keyed.draft
            row = unwritten_row(
                draft, key=keyed.key, level=keyed.level, why=stopped_why, warnings=draft.warnings, actor=actor
            )
            rows[keyed.key] = (keyed, row)
    known = {row.key: row for row in Message.objects.filter(key__in=list(rows))}
    fresh = {key: made for key, made in rows.items() if key not in known}
    for (keyed, row), ident in zip(fresh.values(), fresh_ids(len(fresh)), strict=True):
        row.pk = ident
        seal_what_opens(row, keyed.draft)
    Message.objects.bulk_create([row for _, row in fresh.values()])
    for keyed, row in fresh.values():
        attach(row, keyed.draft.files, actor=actor)
    record_events([told(row, str(row.state)) for _, row in fresh.values()], actor=actor)
    if any(row.state == MessageState.QUEUED for _, row in fresh.values()):
        jobs.wake("deliver_messages")
    return {**known, **{key: row for key, (_, row) in fresh.items()}}


def _stopped(drafts: Iterable[Keyed]) -> dict[tuple[str, str], str]:
    """Why addresses get no message, by kind and identity."""
    found = {}
    ordered = sorted((keyed.draft for keyed in drafts), key=lambda one: one.kind.name)
    for _, group in groupby(ordered, key=attrgetter("kind.name")):
        each = list(group)
        kind = each[0].kind
        no_mail = stopped(kind, {draft.written.recipient for draft in each})
        found.update({(kind.name, identity): words for identity, words in no_mail.items()})
    return found
