"""Attaching files and removing them."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.db import connection
from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import joined, say
from subledger.kernel.text import plain
from subledger.kernel.texts import check_texts
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .attachable import attachable_named
from .errors import FileIsEvidence, FileRefused, TooManyFiles
from .models import Attachment
from .rules import ENDINGS, LONGEST_NAME, FileType, file_name, type_named, types_of

MOST = 50  # files on one record
LONGEST_NOTE = 1000
# Two who attach the last that there is room for, at once: one waits here and then finds none.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('attachments', %s))"


@atomic
def attach(*, of: str, object_id: int, name: str, content: bytes, note: str = "", actor: str) -> Attachment:
    """Attach a file to a record.

    Raises:
        NotFound: there is no such record. FileRefused: it is empty, too large, of a kind that is not taken, or of
            another than its name says. TooManyFiles. TextInvalid, CardNumberRefused: of its name or the note.
    """
    demand("attachments.add")
    kind = attachable_named(of)
    row = kind.read(object_id)
    check_texts(name, param="/name")
    check_texts(note, param="/note")
    name, note = file_name(plain(name)), plain(note)
    found = _checked(name, content, note)
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [row.pk])
    if Attachment.objects.filter(object_type=of, object_id=row.pk).count() >= MOST:
        raise TooManyFiles(MOST)
    made: Attachment = Attachment.objects.create(
        company_id=current_company_id(),
        object_type=of,
        object_id=row.pk,
        name=name,
        media_type=found.media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        content=content,
        note=note,
        added_at=clock.now(),
        added_by=actor,
    )
    _tell(made, "added", actor=actor)
    return made


@atomic
def remove_attachment(*, attachment_id: int, actor: str) -> None:
    """Remove a file: its bytes are erased; its name, size and digest stay on the timeline.

    Raises:
        NotFound; FileIsEvidence: the room of its record says so.
    """
    demand("attachments.remove")
    row = Attachment.objects.select_for_update(of=("self",)).defer("content").filter(pk=attachment_id).first()
    if row is None:
        raise NotFound(Attachment, attachment_id)
    kind = attachable_named(row.object_type)
    why = kind.evidence_of(kind.read(row.object_id))
    if why:
        raise FileIsEvidence(row.name, why)
    row.content, row.removed_at, row.removed_by = b"", clock.now(), actor
    row.save(update_fields=["content", "removed_at", "removed_by"])
    _tell(row, "removed", actor=actor)


def _checked(name: str, content: bytes, note: str) -> FileType:
    if not content:
        raise FileRefused(say("The file is empty. Choose another."), param="/file")
    most = settings.ATTACHMENT_LIMIT_BYTES
    if len(content) > most:
        raise FileRefused(
            say(
                "The file has {size:.1f} MiB, and {most} are the most. Make it smaller, or keep it "
                "elsewhere and note where.",
                size=len(content) / 1024 / 1024,
                most=most // 1024 // 1024,
            ),
            param="/file",
        )
    if not name or len(name) > LONGEST_NAME:
        raise FileRefused(
            say("A file has a name of 1 to {longest_name} characters. Name it so.", longest_name=LONGEST_NAME),
            param="/name",
        )
    if len(note) > LONGEST_NOTE:
        raise FileRefused(
            say("The note is too long: at most {longest_note} characters. Shorten it.", longest_note=LONGEST_NOTE),
            param="/note",
        )
    found = type_named(name, content)
    if found is not None:
        return found
    possible = types_of(content)
    if possible:
        titles = joined((one.title for one in possible), say(" or "))
        raise FileRefused(
            say(
                "The name of the file does not say what it is: by its content it is {titles}. Let its "
                "name end in {endings}.",
                titles=titles,
                endings=joined((ending for one in possible for ending in one.endings), say(" or ")),
            ),
            param="/file",
        )
    raise FileRefused(
        say(
            "Files of this kind are not taken: {endings} are, if that is what they hold, and without "
            "macros. Save it as one of them.",
            endings=", ".join(ENDINGS),
        ),
        param="/file",
    )


def _tell(row: Attachment, verb: str, *, actor: str) -> None:
    facts = {"attachment": row.public_id, "file": row.name, "bytes": row.size, "sha256": row.sha256}
    if verb == "added" and row.note:
        facts["note"] = row.note
    record_events([NewEvent(f"attachment.{verb}", row.object_type, row.object_id, facts)], actor=actor)
