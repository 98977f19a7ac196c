"""The general journal: balanced, complete, closed when closed."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

from .sources import may_lack_lines

ENTRIES = "SELECT count(*) FROM journal_journalentry WHERE company_id = %(company)s"
LINES = """
    SELECT count(*) FROM journal_journalline l JOIN journal_journalentry e ON e.id = l.entry_id
     WHERE e.company_id = %(company)s
"""


def _out_of_balance() -> str:
    return f"""
    SELECT 'entry ' || e.id || ' of ' || e.effective_on,
           coalesce('debits less credits are ' || l.minor || ' ' || upper(l.currency) || ', in base currency '
                    || l.base, 'it has no lines')
      FROM journal_journalentry e
      LEFT JOIN (SELECT entry_id, currency, sum(debit_minor - credit_minor) AS minor,
                        sum(sum(base_debit_minor - base_credit_minor)) OVER (PARTITION BY entry_id) AS base
                   FROM journal_journalline GROUP BY 1, 2) l ON l.entry_id = e.id
     WHERE e.company_id = %(company)s AND (l.minor = 0 AND l.base = 0) IS NOT TRUE
       AND NOT (l.entry_id IS NULL AND {may_lack_lines("e")})
    """


ENTRIES_BALANCE = Invariant(
    "entries-balance",
    say("Every journal entry has lines, and its debits equal its credits in each currency and in base currency."),
    ENTRIES,
    _out_of_balance,
)

LINES_HAVE_PARENTS = Invariant(
    "lines-have-parents",
    say("Every journal line belongs to an entry and to a ledger account of the entry's company."),
    "SELECT count(*) FROM journal_journalline",
    """
    SELECT 'line ' || l.position || ' of entry ' || l.entry_id,
           CASE WHEN e.id IS NULL THEN 'there is no such entry' WHEN a.id IS NULL
                  THEN 'it has no ledger account'
                ELSE 'its ledger account is another company''s' END
      FROM journal_journalline l
      LEFT JOIN journal_journalentry e ON e.id = l.entry_id
      LEFT JOIN journal_ledgeraccount a ON a.id = l.ledger_account_id
     WHERE a.company_id IS DISTINCT FROM e.company_id OR e.id IS NULL
    """,
    everywhere=True,
)

TRIAL_BALANCE = Invariant(
    "trial-balance",
    say(
        "All ledger accounts together add up to zero in every currency and in base currency; so do "
        "the memorandum accounts by themselves."
    ),
    LINES,
    """
    SELECT CASE WHEN a.memorandum THEN 'memorandum accounts, ' ELSE 'balance sheet and result, ' END
           || upper(a.currency),
           'debits less credits are ' || a.minor || ', in base currency ' || a.base
      FROM (SELECT a.kind = 'memorandum' AS memorandum, l.currency, sum(l.debit_minor - l.credit_minor) AS
             minor,
                   sum(l.base_debit_minor - l.base_credit_minor) AS base
              FROM journal_journalline l
              JOIN journal_journalentry e ON e.id = l.entry_id
              JOIN journal_ledgeraccount a ON a.id = l.ledger_account_id
             WHERE e.company_id = %(company)s GROUP BY 1, 2) a
     WHERE a.minor <> 0 OR a.base <> 0
    """,
)

CLOSED_PERIODS = Invariant(
    "closed-periods",
    say("Nothing was entered on a day of a period while it was closed."),
    ENTRIES,
    """
    SELECT 'entry ' || e.id || ' of ' || e.effective_on,
           'recorded at ' || e.recorded_at || '; the books were closed through ' || p.through || ' at '
                  || p.closed_at
      FROM journal_periodclose p
      JOIN journal_journalentry e ON e.company_id = p.company_id AND e.effective_on <= p.through
       AND e.recorded_at > p.closed_at AND (p.reopened_at IS NULL OR e.recorded_at < p.reopened_at)
     WHERE p.company_id = %(company)s
    """,
)

DAILY_TOTALS = Invariant(
    "daily-totals",
    say(
        "What is kept of a ledger account's days is what its lines of these days come to, in each currency and in base "
        "currency."
    ),
    LINES,
    """
    SELECT coalesce(a.code, 'ledger account ' || ledger_account_id) || ' on ' || effective_on || ', '
           || upper(currency),
           'its lines come to ' || coalesce(l.sums, ARRAY[0, 0, 0, 0, 0])::text || ', kept is '
           || coalesce(k.sums, ARRAY[0, 0, 0, 0, 0])::text || ' (lines, debit, credit, both in base currency)'
      FROM (SELECT l.ledger_account_id, l.currency, e.effective_on,
                   ARRAY[count(*), sum(l.debit_minor), sum(l.credit_minor), sum(l.base_debit_minor),
                         sum(l.base_credit_minor)] AS sums
              FROM journal_journalline l
              JOIN journal_journalentry e ON e.id = l.entry_id
             WHERE e.company_id = %(company)s GROUP BY 1, 2, 3) l
      FULL JOIN (SELECT ledger_account_id, currency, effective_on,
                        ARRAY[sum(lines), sum(debit_minor), sum(credit_minor), sum(base_debit_minor),
                              sum(base_credit_minor)] AS sums
                   FROM (SELECT company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                credit_minor, base_debit_minor, base_credit_minor FROM journal_dailytotal
                         UNION ALL
                         SELECT company_id, ledger_account_id, currency, effective_on, lines, debit_minor,
                                credit_minor, base_debit_minor, base_credit_minor FROM journal_dailytotalpart) kept
                  WHERE company_id = %(company)s GROUP BY 1, 2, 3) k USING (ledger_account_id, currency, effective_on)
      LEFT JOIN journal_ledgeraccount a ON a.id = ledger_account_id
     WHERE l.sums IS DISTINCT FROM k.sums
    """,
)

JOURNAL = (ENTRIES_BALANCE, LINES_HAVE_PARENTS, TRIAL_BALANCE, CLOSED_PERIODS, DAILY_TOTALS)
