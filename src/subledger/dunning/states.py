"""What a level does, and what became of one that was reached."""

from __future__ import annotations

from enum import StrEnum


class After(StrEnum):
    """What is done with a document that reaches a level, beside its message. All but the first end dunning."""

    GO_ON = "go_on"
    STOP = "stop"
    HAND_OVER = "hand_over"  # it stands on the list for an agency
    WRITE_OFF = "write_off"


class RecordOutcome(StrEnum):
    """What became of a level that a document reached."""

    SENT = "sent"  # the message stands in the outbox
    TO_PRINT = "to_print"  # nobody could be written to: a letter waits to be printed
    PRINTED = "printed"
    LAPSED = "lapsed"  # before its letter was printed it was paid, or held: nothing of it is demanded any more
    OVERTAKEN = "overtaken"  # a higher one was reached before it was sent
    SILENT = "silent"  # the level has no message


class ClaimKind(StrEnum):
    FEE = "late_fee"
    INTEREST = "late_interest"
