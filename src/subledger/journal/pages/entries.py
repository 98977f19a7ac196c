"""One entry of the general journal: its lines, and what it is of."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from subledger.accounts.models import Account
from subledger.companies.models import Company
from subledger.journal.queries import entry_by_id
from subledger.kernel.sentences import say
from subledger.page_kit.columns import Column, CurrencyColumn, NameColumn, SideColumn
from subledger.page_kit.faces import contributions
from subledger.page_kit.navigation import Action, Crumb, linked
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.platform.rooms import sources
from subledger.platform.scope import current_company_id


def card_url(row: dict[str, Any]) -> str:
    """The card of the ledger account, from the first of the entry's month through the entry's day."""
    day = row["effective_on"]
    asked = {"ledger_account": row["code"], "period_from": day.replace(day=1), "period_to": day}
    return f"{page_url('ledger_account')}?{urlencode(asked)}"


LINES = (
    Column("ledger_account", say("Ledger account"), strong=True, link=card_url),
    NameColumn(
        "account", say("Account"), link=lambda r: page_url("account", r["account_id"]) if r["account_id"] else None
    ),
    CurrencyColumn(),
    SideColumn("debit", say("Debit"), plain=True, total=True),
    SideColumn("credit", say("Credit"), plain=True, total=True, lead=True),
)
IN_BASE = (
    SideColumn("base_debit", say("Debit, base"), currency="base_currency"),
    SideColumn("base_credit", say("Credit, base"), currency="base_currency"),
)


class JournalEntryPage(DetailPage):
    def prepare(self, entry_id: int) -> None:
        self.entry = entry_by_id(entry_id)
        source = sources().get(self.entry.source)
        self.title = source.title if source else say("Journal entry")

    def extra(self) -> dict[str, Any]:
        entry = self.entry
        lines = sorted(entry.lines.select_related("ledger_account"), key=lambda line: line.position)
        names = Account.objects.in_bulk([line.account_id for line in lines if line.account_id])
        base = Company.objects.get(pk=current_company_id()).base_currency
        rows = [
            {
                "effective_on": entry.effective_on,
                "code": line.ledger_account.code,
                "ledger_account": str(line.ledger_account),
                "account_id": line.account_id,
                "account": str(names[line.account_id]) if line.account_id in names else None,
                "currency": line.currency,
                "debit": line.debit_minor,
                "credit": line.credit_minor,
                "base_currency": base,
                "base_debit": line.base_debit_minor,
                "base_credit": line.base_credit_minor,
            }
            for line in lines
        ]
        columns = LINES if all(row["currency"] == base for row in rows) else (*LINES, *IN_BASE)
        documents = contributions("journal_entry", "documents", self.request, entry)
        month = {"period_from": entry.effective_on.replace(day=1), "period_to": entry.effective_on}
        journal = f"{page_url('general_journal')}?{urlencode(month)}"
        facts: list[tuple[str, Any]] = [(say("Date"), show.day(entry.effective_on))]
        facts += [(say("Of"), linked(label, url)) for label, url in documents]
        facts += [(say("Recorded at"), show.moment(entry.recorded_at)), (say("Id"), entry.public_id)]
        return {
            "crumbs": [Crumb(say("General journal"), journal), Crumb(self.title)],
            "page_subtitle": documents[0][0] if documents else "",
            "actions": [Action(say("Open {label}", label=label), url, "file-invoice") for label, url in documents],
            "tables": [{"title": say("Lines"), "table": table(columns, rows, with_totals=True)}],
            "facts": facts,
        }
