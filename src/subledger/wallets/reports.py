"""What wallets hold as of a day, to the cent of their ledger account."""

from __future__ import annotations

from datetime import date

from subledger.kernel.sentences import say
from subledger.platform.scope import current_company_id
from subledger.report_kit.tables import AS_OF, Column, Kind, Report, Table, rows_of, totals_by_currency

COLUMNS = (
    Column("wallet", say("Wallet"), Kind.TEXT),
    Column("account", say("Account"), Kind.TEXT),
    Column("customer", say("Customer"), Kind.TEXT, is_long=True),
    Column("currency", say("Currency"), Kind.CURRENCY),
    Column("balance", say("Balance"), Kind.MONEY),
    Column("paid", say("Paid value"), Kind.MONEY),
)
# What each transaction moved in the ledger it bears itself; where other lots came to pay, an adjustment has the rest.
BALANCES = """
    SELECT w.id AS key, w.number AS wallet, a.number AS account, c.name AS customer, w.currency,
           coalesce(e.face, 0)::bigint AS balance, (coalesce(e.paid, 0) + coalesce(j.paid, 0))::bigint AS paid
      FROM wallets_wallet w
      JOIN accounts_account a ON a.id = w.account_id
      LEFT JOIN accounts_customer c ON c.id = a.customer_id
      LEFT JOIN (SELECT wallet_id, sum(face_minor) AS face, sum(paid_minor) AS paid FROM wallets_wallettransaction
                  WHERE company_id = %(company)s AND posted_on <= %(as_of)s::date GROUP BY wallet_id) e
             ON e.wallet_id = w.id
      LEFT JOIN (SELECT x.wallet_id, sum(l.credit_minor - l.debit_minor) AS paid
                   FROM journal_journalentry n
                   JOIN journal_journalline l ON l.entry_id = n.id
                   JOIN wallets_walletdefinition f ON f.wallet_account_id = l.ledger_account_id
                   JOIN wallets_wallettransaction x ON x.id = n.source_id
                  WHERE n.company_id = %(company)s AND n.source = 'wallet_adjustment'
                    AND n.effective_on <= %(as_of)s::date
                  GROUP BY x.wallet_id) j ON j.wallet_id = w.id
     WHERE w.company_id = %(company)s AND (e.wallet_id IS NOT NULL OR w.opened_on <= %(as_of)s::date)
     ORDER BY w.number
"""


def wallet_balances(*, as_of: date) -> Table:
    """Wallets with their balance at the end of a day, and what of it somebody paid for."""
    keys, rows = rows_of(COLUMNS, BALANCES, {"company": current_company_id(), "as_of": as_of})
    return Table(COLUMNS, rows, totals_by_currency(COLUMNS, rows), keys=keys)


REPORTS = (
    Report(
        "wallet-balances",
        say("Wallet balances"),
        say("What each wallet holds as of a day; the paid values together are the ledger account of wallets."),
        (AS_OF,),
        COLUMNS,
        wallet_balances,
    ),
)
