"""Where dunning stands: open documents by the level they reached, and what was handed over to an agency."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.report_kit.grouped_lines import GroupedLines
from subledger.report_kit.tables import (
    AS_OF,
    Column,
    Kind,
    Lines,
    Report,
    Sums,
    Table,
    lines_of,
    rows_of,
    totals_by_currency,
)

from .coming_levels import PLACE, coming_groups
from .documents import OPEN_DOCUMENTS
from .queries import coming_levels

LEVEL_COLUMNS = (
    Column("account", say("Account"), Kind.TEXT),
    Column("customer", say("Customer"), Kind.TEXT, is_long=True),
    Column("document", say("Document"), Kind.TEXT),
    Column("due_on", say("Due"), Kind.DATE),
    Column("days_overdue", say("Days overdue"), Kind.INT),
    Column("level", say("Level reached"), Kind.TEXT),
    Column("reached_on", say("On"), Kind.DATE),
    Column("outcome", say("Outcome"), Kind.CODE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("open", say("Open"), Kind.MONEY),
)
# What is open now of documents that were recorded by the day: by their records, which are fewer than what is open.
BY_LEVEL = f"""
    SELECT d.document_id, a.number AS account, d.account_id, d.number AS document, d.due_on,
           %(as_of)s::date - d.due_on AS days_overdue, r.level_name AS level, r.recorded_on AS reached_on, r.outcome,
           d.currency, d.open_minor AS open, r.days
      FROM (SELECT DISTINCT ON (r.document_id) r.document_id, r.level_name, r.recorded_on, r.outcome, r.days
              FROM dunning_dunningrecord r
             WHERE r.company_id = %(company)s AND r.recorded_on <= %(as_of)s::date
               AND r.document_id IN (SELECT o.transaction_id FROM transactions_openitem o
                                      WHERE o.company_id = %(company)s)
             ORDER BY r.document_id, r.days DESC) r
      JOIN ({OPEN_DOCUMENTS}) d ON d.document_id = r.document_id
      JOIN accounts_account a ON a.id = d.account_id AND a.customer_id IS NOT NULL
"""
BY_LEVEL_AROUND = """
    SELECT o.document_id, o.account, c.name AS customer, o.document, o.due_on, o.days_overdue, o.level, o.reached_on,
           o.outcome, o.currency, o.open
      FROM ({rows}) o
      JOIN accounts_account a ON a.id = o.account_id
      JOIN accounts_customer c ON c.id = a.customer_id
"""
HANDED_COLUMNS = (
    Column("handed_over_on", say("Handed over on"), Kind.DATE),
    Column("account", say("Account"), Kind.TEXT),
    Column("customer", say("Customer"), Kind.TEXT, is_long=True),
    Column("email", say("E-mail"), Kind.TEXT, is_long=True),
    Column("phone", say("Phone"), Kind.TEXT),
    Column("address", say("Address"), Kind.TEXT, is_long=True),
    Column("postal_code", say("Postal code"), Kind.TEXT),
    Column("city", say("City"), Kind.TEXT),
    Column("country", say("Country"), Kind.TEXT),
    Column("document", say("Document"), Kind.TEXT),
    Column("due_on", say("Due"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("amount", say("Amount"), Kind.MONEY),
    Column("open", say("Open"), Kind.MONEY),
)
HANDED_OVER = f"""
    SELECT d.document_id, r.recorded_on AS handed_over_on, a.number AS account, c.name AS customer, c.email, c.phone,
           concat_ws(', ', nullif(c.address_line1, ''), nullif(c.address_line2, '')) AS address, c.postal_code, c.city,
           c.country, d.number AS document, d.due_on, d.currency, t.amount_minor AS amount, d.open_minor AS open
      FROM dunning_dunningrecord r
      JOIN ({OPEN_DOCUMENTS}) d ON d.document_id = r.document_id
      JOIN transactions_transaction t ON t.id = d.document_id
      JOIN accounts_account a ON a.id = d.account_id
      JOIN accounts_customer c ON c.id = a.customer_id
     WHERE r.company_id = %(company)s AND r.after = 'hand_over' AND r.recorded_on <= %(as_of)s::date
     ORDER BY r.recorded_on, a.number, d.due_on, d.document_id
"""


COMING_DAYS = 14
COMING_COLUMNS = (
    Column("on", say("Reached on"), Kind.DATE),
    Column("level", say("Level"), Kind.TEXT),
    Column("plan", say("Plan"), Kind.TEXT, is_long=True),
    Column("account", say("Account"), Kind.TEXT),
    Column("customer", say("Customer"), Kind.TEXT, is_long=True),
    Column("document", say("Document"), Kind.TEXT),
    Column("due_on", say("Due"), Kind.DATE),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("open", say("Open"), Kind.MONEY),
)
COMING_AROUND = """
    SELECT o.document_id, o.on, o.level, o.plan, o.account, o.customer, o.document, o.due_on, o.currency, o.open
      FROM ({rows}) o
"""


def coming(*, as_of: date) -> Lines:
    """Open documents that nothing holds and the next level that each reaches within a fortnight, the earliest first."""
    until = as_of + timedelta(days=COMING_DAYS)
    asked, groups = coming_levels(today=as_of, until=until), coming_groups(today=as_of, until=until)
    of_accounts = coming_levels(today=as_of, until=until, only="AND d.account_id = ANY(%(_owners)s)")
    order = "o.on, o.rank, o.plan_id, o.account, o.due_on, o.document_id"
    return GroupedLines(
        [column.name for column in COMING_COLUMNS], asked.sql, order, asked.params, partial(Sums, COMING_COLUMNS),
        around=COMING_AROUND, groups=groups.sql, place=PLACE, of_owners=of_accounts.sql,
    )  # fmt: skip


def documents_by_level(*, as_of: date) -> Lines:
    """Open documents that have reached a level of dunning, the highest level first."""
    facts = {"company": current_company_id(), "as_of": as_of}
    return lines_of(
        LEVEL_COLUMNS, BY_LEVEL, "o.days DESC, o.due_on, o.document_id", facts, partial(Sums, LEVEL_COLUMNS),
        around=BY_LEVEL_AROUND, outlined=[column.name for column in LEVEL_COLUMNS if column.name != "customer"],
    )  # fmt: skip


def handed_over(*, as_of: date) -> Table:
    """Documents at whose end of dunning the plan hands over, and that are open still: a list for an agency."""
    keys, rows = rows_of(HANDED_COLUMNS, HANDED_OVER, {"company": current_company_id(), "as_of": as_of})
    return Table(HANDED_COLUMNS, rows, totals_by_currency(HANDED_COLUMNS, rows), keys=keys)


REPORTS = (
    Report(
        "dunning",
        say("Dunning by level"),
        say("Open documents by the level of dunning that they have reached."),
        (AS_OF,),
        LEVEL_COLUMNS,
        documents_by_level,
    ),
    Report(
        "dunning-coming",
        say("Next dunning levels"),
        say("Who reaches which level of dunning in the next 14 days, if nothing is paid or agreed until then."),
        (AS_OF,),
        COMING_COLUMNS,
        coming,
    ),
    Report(
        "handed-over",
        say("Handed over"),
        say("What was handed over at the end of dunning and is open still: the list for an agency."),
        (AS_OF,),
        HANDED_COLUMNS,
        handed_over,
    ),
)
