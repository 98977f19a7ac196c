"""Addresses that get no mail: put on the list by a mail server's answer or by a person, taken off by a person."""

from __future__ import annotations

from django.db import IntegrityError
from django.db.transaction import atomic

from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import NotFound
from subledger.kernel.texts import check_texts
from subledger.messages import errors
from subledger.messages.models import Message, Suppression
from subledger.messages.queries import suppressed
from subledger.messages.states import MESSAGE, MessageState, SuppressionReason
from subledger.platform import clock
from subledger.platform.callers import demand
from subledger.platform.events import NewEvent, record_events
from subledger.platform.scope import current_company_id

from .composition import checked_address
from .rows import told

SUPPRESS = "messages.suppress"


@atomic
def suppress_address(
    *, address: str, reason: SuppressionReason, note: str = "", twice: bool = False, actor: str
) -> Suppression:
    """Send nothing more to an address. ``twice``: that it is suppressed already is no refusal.

    Raises:
        AddressInvalid; SuppressedAlready; CardNumberRefused, TextInvalid: of the address or the note.
    """
    demand(SUPPRESS)
    check_texts(address, param="/address")
    address = checked_address(address, param="/address")
    check_texts(note, param="/note")
    row = Suppression(
        company_id=current_company_id(),
        address=address,
        identity=identity_of(address),
        reason=reason,
        note=note,
        created_at=clock.now(),
        created_by=actor,
    )
    found = suppressed([address]).get(row.identity) or _kept(row)
    if found is not None:
        if twice:
            return found
        raise errors.SuppressedAlready(address)
    data = {"address": address, "reason": reason.value}
    record_events([NewEvent("suppression.created", "suppression", row.pk, data)], actor=actor)
    return row


def _kept(row: Suppression) -> Suppression | None:
    """Keep it; where another got on the list a moment ago, that one."""
    try:
        with atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        found = suppressed([row.address]).get(row.identity)
        if name != "suppression_one_in_force" or found is None:
            raise
        return found
    return None


@atomic
def lift_suppression(*, suppression_id: int, actor: str) -> Suppression:
    """Send to an address again. One that was lifted already stays so. NotFound."""
    demand(SUPPRESS)
    row: Suppression | None = Suppression.objects.select_for_update(of=("self",)).filter(pk=suppression_id).first()
    if row is None:
        raise NotFound(Suppression, suppression_id)
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = clock.now(), actor
        row.save(update_fields=["lifted_at", "lifted_by"])
        data = {"address": row.address}
        record_events([NewEvent("suppression.lifted", "suppression", row.pk, data)], actor=actor)
    return row


@atomic
def mark_bounced(*, message_id: int, actor: str) -> Message:
    """A message came back: its address gets no more.

    Raises:
        NotFound; TransitionNotAllowed: it never left.
    """
    demand(SUPPRESS)
    row: Message | None = Message.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if row is None:
        raise NotFound(Message, message_id)
    row.state = MESSAGE.advance(MessageState(row.state), "bounce")
    row.save(update_fields=["state"])
    suppress_address(address=row.recipient, reason=SuppressionReason.BOUNCED, twice=True, actor=actor)
    record_events([told(row, "bounced")], actor=actor)
    return row
