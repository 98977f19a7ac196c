from __future__ import annotations

from subledger.kernel.errors import Invalid


class NothingChosen(Invalid):
    """Nothing is ticked of what could be paid."""

    code = "nothing_chosen"


class DeedUnknown(Invalid):
    """The form asks for something that this page does not do."""

    code = "deed_unknown"


class StatementTooLong(Invalid):
    """More days, or more movements, than a customer's own statement has."""

    code = "statement_too_long"
