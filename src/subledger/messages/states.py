"""Where messages stand, and why an address gets none."""

from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle


class MessageState(StrEnum):
    QUEUED = "queued"  # for a worker, now or when it is tried again
    SENDING = "sending"  # a worker hands it to the mail server
    SENT = "sent"  # the mail server took it
    FAILED = "failed"  # it was refused for good, or nobody knows whether it was taken
    SUPPRESSED = "suppressed"  # its address gets no mail, when it is written or when it would leave: it never left
    BOUNCED = "bounced"  # it was taken, and came back


MESSAGE = Lifecycle(
    {
        (MessageState.QUEUED, "send"): MessageState.SENDING,
        (MessageState.QUEUED, "fail"): MessageState.FAILED,
        (MessageState.QUEUED, "suppress"): MessageState.SUPPRESSED,
        (MessageState.SENDING, "send"): MessageState.SENT,
        (MessageState.SENDING, "retry"): MessageState.QUEUED,
        (MessageState.SENDING, "fail"): MessageState.FAILED,
        (MessageState.SENT, "bounce"): MessageState.BOUNCED,
        (MessageState.FAILED, "bounce"): MessageState.BOUNCED,
    },
    by_itself=("send", "fail", "retry", "suppress"),
)
UNDER_WAY = (MessageState.QUEUED, MessageState.SENDING)
GONE = (*UNDER_WAY, MessageState.SENT)  # whoever is written to has it, or will


class SuppressionReason(StrEnum):
    BOUNCED = "bounced"  # its mail server knows no such address
    OPTED_OUT = "opted_out"  # its owner wants no mail
