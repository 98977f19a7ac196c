"""What can be asked of posting: each order is one thing a person or a run wants done, decided as a whole.

``expected_outcome`` is what was shown of it before (`services.previews.Preview.outcome`): it is refused where it
would come to anything else now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

from subledger.kernel.sentences import say
from subledger.transactions.states import Classification

from .documents import NewTransaction
from .rows import NewlyPosted

# Never a default: whoever moves money says how much, or says that it is all there is.
ALL: Final = "all"
Amount = int | Literal["all"]


@dataclass(slots=True, kw_only=True)
class Post:
    """Post a new transaction, or a draft as it stands under the lock (``draft_id``).

    ``money_has_moved``: the money has moved already (a gateway says so). What would have refused it before (credit, the
    method, an intended invoice that is gone) refuses it no more; closed books and a terminated account still do.
    ``set_aside_minor``: of a refund whose money has moved, the credit that was on its way to it since ``set_aside_by``,
    the id of what asked for it. Invoices that used it since are open again.
    """

    new: NewTransaction | None = None
    draft_id: int | None = None
    posted_on: date | None = None  # of a draft; a new one carries its own
    confirm_credit_limit: bool = False
    confirm_above_credit: bool = False
    confirm_in_advance: bool = False
    confirm_posted_on: bool = False
    confirm_due_on: bool = False
    money_has_moved: bool = False
    set_aside_minor: int = 0
    set_aside_by: int = 0
    expected_total_minor: int | None = None  # what the draft comes to
    expected_version: str | None = None  # all that the draft says (`services.draft_versions`)
    expected_outcome: str | None = None


@dataclass(slots=True, kw_only=True)
class OnTarget:
    """An order about a posted transaction; the fields go onto what it makes."""

    target_id: int
    type_id: int | None = None
    category_id: int | None = None
    issue_reason: str | None = None
    back_office_code: str | None = None
    posted_on: date | None = None
    confirm_posted_on: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    note: str | None = None
    expected_outcome: str | None = None


@dataclass(slots=True, kw_only=True)
class Cancel(OnTarget):
    """Cancel an invoice or a payment: all of it, so another ``amount`` than its own is refused.

    ``money_has_moved``: the payment's money has gone back already (a gateway or bank says so), whatever else is on its
    way out. ``confirm_paid_out`` answers that a refund has paid out its credit already, ``confirm_credited`` that a
    credit note is for the invoice.
    """

    amount: Amount
    money_has_moved: bool = False
    confirm_paid_out: bool = False
    confirm_credited: bool = False


@dataclass(slots=True, kw_only=True)
class WriteOff(OnTarget):
    """Write off what of an invoice is unsettled, and mirror it on the write-off account ``mirror_account_id``.

    It is all that is unsettled: another ``amount`` is refused.
    """

    amount: Amount
    mirror_account_id: int


@dataclass(slots=True, kw_only=True)
class Move(OnTarget):
    """Move a payment to another account: cancelled here, posted there."""

    to_account_id: int
    confirm_paid_out: bool = False


@dataclass(slots=True, kw_only=True)
class QuickPay(OnTarget):
    """Pay what of an invoice is unsettled, Against Item; ``type_id`` and the method are the payment's.

    It is all that is unsettled: another ``amount`` is refused. ``confirm_in_advance``: although others under way on the
    account will collect some of it.
    """

    amount: Amount
    confirm_in_advance: bool = False
    payment_method_id: int | None = None
    payment_preference_id: int | None = None
    issued_on: date | None = None
    received_on: date | None = None
    received_by: str | None = None

    def payment(self, *, account_id: int, amount_minor: int) -> NewTransaction:
        """The payment that it posts."""
        return NewTransaction(
            classification=Classification.PAYMENT,
            account_id=account_id,
            amount_minor=amount_minor,
            type_id=self.type_id,
            category_id=self.category_id,
            payment_method_id=self.payment_method_id,
            payment_preference_id=self.payment_preference_id,
            issued_on=self.issued_on,
            posted_on=self.posted_on,
            confirm_posted_on=self.confirm_posted_on,
            received_on=self.received_on,
            received_by=self.received_by,
            issue_reason=self.issue_reason,
            back_office_code=self.back_office_code,
            intended_ids=(self.target_id,),
            against_item=True,
            metadata=self.metadata,
            note=self.note,
        )


Order = Post | Cancel | WriteOff | Move | QuickPay

# What an order about a posted transaction does, in the words of a refusal.
DOING: dict[type, str] = {
    Cancel: say("cancel it"),
    WriteOff: say("write the invoice off"),
    Move: say("move the payment"),
    QuickPay: say("pay the invoice"),
}


class Posted(NamedTuple):
    """What an order led to: the transaction asked for (the cancellation, the payment on its new account …)."""

    id: int
    number: str
    classification: str
    account_id: int
    amount_minor: int
    newly: NewlyPosted | None = None  # of a new transaction posted alone: it need not be read back
