"""The general journal and the receivables are one: every transaction in it, and their balances equal."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

POSTED = """
    SELECT count(*) FROM transactions_transaction WHERE company_id = %(company)s AND posted_on IS NOT NULL
"""

POSTED_ONCE = Invariant(
    "posted-in-journal-once",
    say("Every posted transaction has exactly one journal entry, of its posting day; nothing else has one."),
    POSTED,
    """
    SELECT coalesce(t.number, 'transaction ' || coalesce(t.id, e.source_id)),
           CASE WHEN e.id IS NULL THEN 'it is not in the journal'
                WHEN t.id IS NULL OR t.posted_on IS NULL THEN 'entry ' || e.id
                       || ' is of nothing that was posted'
                ELSE 'posted on ' || t.posted_on || ', but its entry is of ' || e.effective_on END
      FROM (SELECT * FROM transactions_transaction
             WHERE company_id = %(company)s AND posted_on IS NOT NULL) t
      FULL JOIN (SELECT * FROM journal_journalentry
                  WHERE company_id = %(company)s AND source = 'transaction') e ON e.source_id = t.id
     WHERE t.posted_on IS DISTINCT FROM e.effective_on
    """,
)

# Signed like a balance: debits add, credits deduct. A mirror invoice stands off the balance sheet.
ENTRY_TOTALS = Invariant(
    "entry-totals",
    say("The entry of a posted transaction moves the control account by its amount, in both currencies."),
    POSTED,
    """
    SELECT t.number, 'it is ' || t.minor || ' (base ' || t.base
           || '), but its entry moves the control account by '
                     || coalesce(l.minor, 0) || ' (base ' || coalesce(l.base, 0) || ')'
      FROM (SELECT t.id, t.number, s.sign * t.amount_minor AS minor, s.sign * t.base_minor AS base,
                   CASE a.system_role WHEN 'suspense' THEN d.suspense_id WHEN 'write_off' THEN NULL
                                      ELSE d.receivable_id END AS control
              FROM transactions_transaction t
              JOIN accounts_account a ON a.id = t.account_id
              JOIN transactions_transactiondefinition d ON d.company_id = t.company_id
             CROSS JOIN LATERAL (SELECT CASE WHEN is_debit(t.classification) THEN 1 ELSE -1 END AS sign) s
             WHERE t.company_id = %(company)s AND t.posted_on IS NOT NULL) t
      LEFT JOIN (SELECT entry_id, ledger_account_id, sum(debit_minor - credit_minor) AS minor,
                        sum(base_debit_minor - base_credit_minor) AS base
                   FROM journal_journalline GROUP BY 1, 2) l
        ON l.entry_id = t.id AND l.ledger_account_id = t.control
     WHERE t.control IS NOT NULL AND (coalesce(l.minor, 0) <> t.minor OR coalesce(l.base, 0) <> t.base)
    """,
)

CONTROL_ACCOUNTS = Invariant(
    "control-accounts",
    say(
        "The receivable and the suspense account of the journal equal, in each currency, the balances of the "
        "accounts behind them, and in base currency what is open there."
    ),
    "SELECT count(*) FROM accounts_account WHERE company_id = %(company)s",
    """
    WITH control AS (
        SELECT receivable_id AS id, 'customer' AS role FROM transactions_transactiondefinition
         WHERE company_id = %(company)s
        UNION ALL
        SELECT suspense_id, 'suspense' FROM transactions_transactiondefinition WHERE company_id = %(company)s
    ), ledger AS (
        SELECT c.role, l.currency, sum(l.debit_minor - l.credit_minor) AS minor,
               sum(l.base_debit_minor - l.base_credit_minor) AS base
          FROM control c JOIN journal_journalline l ON l.ledger_account_id = c.id GROUP BY 1, 2
    ), balances AS (
        SELECT coalesce(a.system_role, 'customer') AS role, t.currency, sum(t.minor) AS minor
          FROM (SELECT account_id, currency, sum(CASE WHEN is_debit(classification) THEN amount_minor ELSE -amount_minor
                              END) AS minor
                  FROM transactions_transaction WHERE company_id = %(company)s AND posted_on IS NOT NULL
                 GROUP BY 1, 2) t
          JOIN accounts_account a ON a.id = t.account_id
         WHERE a.system_role IS NULL OR a.system_role = 'suspense' GROUP BY 1, 2
    ), open AS (
        SELECT coalesce(a.system_role, 'customer') AS role, a.currency, sum(o.base) AS base
          FROM (SELECT account_id, sum(CASE WHEN is_debit THEN open_base_minor ELSE -open_base_minor END)
                 AS base
                  FROM transactions_openitem WHERE company_id = %(company)s GROUP BY 1) o
          JOIN accounts_account a ON a.id = o.account_id
         WHERE a.system_role IS NULL OR a.system_role = 'suspense' GROUP BY 1, 2
    )
    SELECT role || ' accounts, ' || upper(currency),
           'the journal says ' || coalesce(l.minor, 0) || ', balances add up to ' || coalesce(b.minor, 0)
           || '; in base currency ' || coalesce(l.base, 0) || ' and ' || coalesce(o.base, 0)
      FROM ledger l FULL JOIN balances b USING (role, currency) FULL JOIN open o USING (role, currency)
     WHERE coalesce(l.minor, 0) <> coalesce(b.minor, 0) OR coalesce(l.base, 0) <> coalesce(o.base, 0)
    """,
)

REALISED = Invariant(
    "realised-differences",
    say(
        "An exchange difference is in the journal for every allocation that realised one, with that very "
        "amount, and taken back when the allocation was released."
    ),
    "SELECT count(*) FROM transactions_allocation WHERE company_id = %(company)s",
    """
    WITH wanted AS (
        SELECT x.id, s.source, s.sign * (x.credit_base_minor - x.debit_base_minor) AS base
          FROM transactions_allocation x
          JOIN (VALUES ('allocation', 1), ('release', -1)) s (source, sign)
            ON s.source = 'allocation' OR x.released_on IS NOT NULL
         WHERE x.company_id = %(company)s AND x.credit_base_minor <> x.debit_base_minor
    ), entered AS (
        SELECT e.source_id AS id, e.source,
               sum(l.base_debit_minor - l.base_credit_minor)
                   FILTER (WHERE l.ledger_account_id IN (d.receivable_id, d.suspense_id)) AS base
          FROM journal_journalentry e
          JOIN transactions_transactiondefinition d ON d.company_id = e.company_id
          LEFT JOIN journal_journalline l ON l.entry_id = e.id
         WHERE e.company_id = %(company)s AND e.source IN ('allocation', 'release') GROUP BY 1, 2
    )
    SELECT source || ' ' || id,
           'it realised ' || coalesce(w.base, 0) || ' in base currency, the journal says '
                  || coalesce(e.base, 0)
      FROM wanted w FULL JOIN entered e USING (id, source)
     WHERE coalesce(w.base, 0) <> coalesce(e.base, 0)
    """,
)

IN_JOURNAL = (POSTED_ONCE, ENTRY_TOTALS, CONTROL_ACCOUNTS, REALISED)
