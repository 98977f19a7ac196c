"""The types of events that this room records, each with what it tells."""

from __future__ import annotations

EVENTS = {
    "company.created": "a company was set up",
    "company.provided": "an older company was given what a newer version brings (`given`)",
    "company.formats_changed": "how numbers and days are written was said, for the company or by a person",
    "membership.formats_changed": "how numbers and days are written was said, for the company or by a person",
    "member.added": "a person was let in, or given another role (on the membership)",
    "member.removed": "a person was taken out of the company (on the membership)",
    "company.changed": "its people need a second factor from now on, or need none any more",
    "number_series.changed": "a series is numbered otherwise from now on: `format`, `restarts`, `next_number` as "
    "[before, after], the last of `period` where it begins again",
    "company.setup_put_away": "the way to set it up is shown no more on the overview; or again",
    "company.setup_taken_up": "the way to set it up is shown no more on the overview; or again",
    "api_key.created": "a key was made, a key was ended",
    "api_key.revoked": "a key was made, a key was ended",
    "saved_view.saved": "a view of a list was shared with the company, changed or deleted",
    "saved_view.changed": "a view of a list was shared with the company, changed or deleted",
    "saved_view.deleted": "a view of a list was shared with the company, changed or deleted",
}
