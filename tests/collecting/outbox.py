"""What of reminders stands in the outbox, beside the records of levels: one mail a document and level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from subledger.dunning.models import DunningRecord
from subledger.messages.models import Message


def told_wrongly() -> Iterator[str]:
    """Every way in which mails and records of levels disagree, in words; nothing when all is well.

    By the records, and by the texts of the mails themselves: a document is named by as many as it has levels that say
    they were sent.
    """
    rows = list(DunningRecord.objects.order_by("pk"))
    for (document, number), times in Counter((row.document_id, row.level_number) for row in rows).items():
        if times > 1:
            yield f"invoice {document % 10_000}: level {number} is recorded {times} times"
    mails = {mail.pk: mail for mail in Message.objects.filter(kind__startswith="dunning")}
    sent = {row.message_id: (row.account_id, row.run_id) for row in rows if row.message_id}
    for ident in mails.keys() ^ sent.keys():
        yield f"message {ident % 10_000} is in the outbox or on a record, and not on both"
    for (account, run), times in Counter(sent.values()).items():
        if times > 1:
            yield f"account {account % 10_000} is written to {times} times by run {(run or 0) % 10_000}"
    said: Counter[str] = Counter()
    for mail in mails.values():
        said.update({row.document_number for row in rows if row.document_number in mail.body})
    recorded = Counter(row.document_number for row in rows if row.message_id)
    for number in said.keys() | recorded.keys():
        if said[number] != recorded[number]:
            yield f"{number} is named by {said[number]} mails, and {recorded[number]} of its levels were sent"
