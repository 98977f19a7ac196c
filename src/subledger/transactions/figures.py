"""What of the ledger those who watch the books look at: balances, which are summed up and so asked seldom."""

from __future__ import annotations

from subledger.platform.figures import Question

FIGURES = (
    Question(
        "control_account_minor_units",
        "Balance of the receivable and the suspense account, in minor units, by company and currency.",
        ("company", "account", "currency"),
        """WITH control AS (
               SELECT company_id, receivable_id AS id, 'receivable' AS role FROM transactions_transactiondefinition
               UNION SELECT company_id, suspense_id, 'suspense' FROM transactions_transactiondefinition)
           SELECT o.code, c.role, l.currency, sum(l.debit_minor - l.credit_minor)
             FROM control c JOIN companies_company o ON o.id = c.company_id
             JOIN journal_journalline l ON l.ledger_account_id = c.id GROUP BY 1, 2, 3""",
        seconds=600,
    ),
)
