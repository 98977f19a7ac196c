"""Due dates in lists: how late, when the customer was reminded, and the button that reminds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from subledger.kernel.sentences import said, say
from subledger.messages.queries import latest_gone_of
from subledger.page_kit.access import today
from subledger.page_kit.bulk import FORM
from subledger.page_kit.columns import DayColumn
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.platform.callers import current_caller
from subledger.transactions.letters import REMINDER
from subledger.transactions.rules.reminders import why_not_reminded

SEND = "messages.send"
BUTTON = (
    '{}<span class="chase">{}<button type="submit" class="row-act" form="{}" formaction="{}">{}'
    '<span class="visually-hidden">{}</span></button></span>{}'
)


def is_reminded_of(row: Any) -> bool:
    """Whether its customer is reminded of it today: it is overdue, and somebody's."""
    return why_not_reminded(row, today()) is None and bool(row.account.customer_id)


def is_late(row: Any) -> bool:
    return bool(row.due_on and row.due_on < today())


@dataclass(frozen=True)
class DueColumn(DayColumn):
    """The due date; how late it is, where something is still open."""

    def show(self, row: Any) -> SafeString | str:
        return format_html("{}{}", super().show(row), self.late(row))

    def late(self, row: Any) -> SafeString | str:
        """How late it is, "" where it is not."""
        late = (today() - row.due_on).days if row.due_on and row.is_debit and row.open_minor else 0
        if late <= 0:
            return ""
        words = say("{late} day late", late=late) if late == 1 else say("{late} days late", late=late)
        return format_html('<span class="late">{}</span>', words)


@dataclass(frozen=True)
class ChasedDueColumn(DueColumn):
    """The due date; of what is overdue, when its customer was reminded last, and the button that reminds them."""

    def prepare(self, rows: Sequence[Any]) -> None:
        late = [row.pk for row in rows if is_reminded_of(row)]
        reminded = latest_gone_of(late, REMINDER.name)
        caller = current_caller()
        for row in rows:
            row.reminded = reminded.get(row.pk)
            row.remind_url = ""
            if row.pk in late and (caller is None or caller.may(SEND)):
                row.remind_url = page_url("transaction_remind", row.pk)

    def show(self, row: Any) -> SafeString | str:
        if not row.remind_url:
            return super().show(row)
        at = show.moment(row.reminded)
        last = format_html('<span class="reminded">{}</span>', format_html(said(say("Reminded {}")), at))
        what = (say("Remind"), say(" of {invoice}", invoice=row))
        return format_html(
            BUTTON, DayColumn.show(self, row), self.late(row), FORM, row.remind_url, *what, last if row.reminded else ""
        )
