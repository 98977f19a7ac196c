"""The end of dunning: documents that are written off, with the late charges that were claimed for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subledger.dunning.letters import claimed_of
from subledger.dunning.models import DunningLevel
from subledger.dunning.queries import ReachedDocument
from subledger.dunning.states import After
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.transactions.rules.orders import ALL, WriteOff
from subledger.transactions.services.actions import write_off


def write_off_ends(
    taken: Sequence[ReachedDocument], levels: Mapping[int, DunningLevel], *, actor: str
) -> tuple[dict[int, DomainError], dict[int, list[str]]]:
    """Write off documents whose level says so, with the late charges that were claimed for them; refusals by document.

    A document whose charge is refused is written off itself: the charge stays for people to look at, and why is a
    remark by document.
    """
    ends = [one.document_id for one in taken if levels[one.level_id].after == After.WRITE_OFF]
    if not ends:
        return {}, {}
    charges = [(ident, line) for ident, lines in claimed_of(ends).items() for line in lines]
    orders = [
        WriteOff(target_id=ident, amount=ALL, mirror_account_id=0, issue_reason=say("End of dunning"))
        for ident in (*ends, *(line.id for _, line in charges))
    ]
    answers = write_off(orders=orders, actor=actor, collect=True)
    of_ends, of_charges = answers[: len(ends)], answers[len(ends) :]
    remarks: dict[int, list[str]] = {}
    for (ident, line), answer in zip(charges, of_charges, strict=True):
        if isinstance(answer, DomainError):
            said = say("Late charge {number} was not written off: {why}", number=line.number, why=str(answer))
            remarks.setdefault(ident, []).append(said)
    refused = {ident: one for ident, one in zip(ends, of_ends, strict=True) if isinstance(one, DomainError)}
    return refused, remarks
