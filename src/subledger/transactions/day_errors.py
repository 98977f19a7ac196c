"""Refusals of days."""

from __future__ import annotations

from datetime import date

from subledger.kernel.errors import ConfirmationNeeded, Door, Invalid
from subledger.kernel.sentences import say


class PostingDateInvalid(Invalid):
    code = "posted_on_invalid"

    def __init__(self, posted_on: date, today: date) -> None:
        super().__init__(
            say(
                "Cannot post on {posted_on}: that day has not come yet (today is {today}). Use today or "
                "an earlier day.",
                posted_on=posted_on,
                today=today,
            ),
            param="/posted_on",
        )


class ReceivingDayInvalid(Invalid):
    code = "received_on_invalid"

    def __init__(self, received_on: date, today: date) -> None:
        super().__init__(
            say(
                "Money cannot have been received on {received_on}: that day has not come yet (today is "
                "{today}). Use today or an earlier day.",
                received_on=received_on,
                today=today,
            ),
            param="/received_on",
        )


class DraftHasNoPostingDay(Invalid):
    code = "draft_has_no_posting_day"

    def __init__(self) -> None:
        super().__init__(
            say("A draft has no posting day: it gets one when it is posted. Leave the day empty, or post it now."),
            param="/posted_on",
        )


class PostingDayOld(ConfirmationNeeded):
    code = "posting_day_old"
    confirmation = "confirm_posted_on"

    def __init__(self, posted_on: date, today: date) -> None:
        super().__init__(
            say(
                "The posting day {posted_on} lies {days} days before today ({today}), and what is posted "
                "stays for ever. Correct the year, or confirm the day.",
                posted_on=posted_on,
                days=(today - posted_on).days,
                today=today,
            ),
            param="/posted_on",
        )
        self.remedies[Door.COMMAND] = say("An import keeps such days with --accept-old-days.")


class ReceivingDayOld(ConfirmationNeeded):
    code = "receiving_day_old"
    confirmation = "confirm_posted_on"  # one answer for the days of a receipt: both are the year that was meant

    def __init__(self, received_on: date, today: date) -> None:
        super().__init__(
            say(
                "The receiving day {received_on} lies {days} days before today ({today}), and what is "
                "posted stays for ever. Correct the year, or confirm the day.",
                received_on=received_on,
                days=(today - received_on).days,
                today=today,
            ),
            param="/received_on",
        )
        self.remedies[Door.COMMAND] = say("An import keeps such days with --accept-old-days.")


class DueDateDistant(ConfirmationNeeded):
    code = "due_date_distant"
    confirmation = "confirm_due_on"

    def __init__(self, due_on: date, posted_on: date) -> None:
        super().__init__(
            say(
                "The due date {due_on} lies more than ten years after the posting day {posted_on}. "
                "Correct the year, or confirm the date.",
                due_on=due_on,
                posted_on=posted_on,
            ),
            param="/due_on",
        )
        self.remedies[Door.COMMAND] = say("An import keeps such dates with --accept-old-days.")


class DueBeforeIssue(ConfirmationNeeded):
    """A customer would read a due date that was over before the invoice was written."""

    code = "due_before_issue"
    confirmation = "confirm_due_on"

    def __init__(self, due_on: date, issued_on: date) -> None:
        super().__init__(
            say(
                "The due date {due_on} lies before the invoice date {issued_on}: it counts from the day of posting. "
                "Correct the invoice date, or confirm the due date.",
                due_on=due_on,
                issued_on=issued_on,
            ),
            param="/issued_on",
        )
        self.remedies[Door.COMMAND] = say("An import keeps such dates with --accept-old-days.")
