"""Wallets: balances are what their lots have left, and ledger account 2300 what of it was paid for."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

_WALLETS = "SELECT count(*) FROM wallets_wallet WHERE company_id = %(company)s"
_LOTS = "SELECT count(*) FROM wallets_lot WHERE company_id = %(company)s"

BALANCES = Invariant(
    "wallets-are-their-lots",
    say("What is left of a wallet is what is left of its lots; less what no lot covers, it is what moved in it."),
    _WALLETS,
    """
    SELECT w.number, 'left ' || w.left_minor || ' and short ' || w.short_minor || ', by its lots '
                         || coalesce(l.left_, 0) || ' and ' || coalesce(s.short_, 0) || ', by what moved '
                         || coalesce(e.moved, 0)
      FROM wallets_wallet w
      LEFT JOIN (SELECT wallet_id, sum(face_left_minor) AS left_ FROM wallets_lot WHERE company_id = %(company)s
                  GROUP BY wallet_id) l ON l.wallet_id = w.id
      LEFT JOIN (SELECT d.wallet_id, sum(t.face_minor) AS short_ FROM wallets_lottake t
                   JOIN wallets_wallettransaction d ON d.id = t.debit_id
                  WHERE t.lot_id IS NULL AND t.ended_by_id IS NULL AND d.company_id = %(company)s
                  GROUP BY d.wallet_id) s ON s.wallet_id = w.id
      LEFT JOIN (SELECT wallet_id, sum(face_minor) AS moved FROM wallets_wallettransaction
                  WHERE company_id = %(company)s GROUP BY wallet_id) e ON e.wallet_id = w.id
     WHERE w.company_id = %(company)s
       AND (w.left_minor, w.short_minor, w.left_minor - w.short_minor)
           IS DISTINCT FROM (coalesce(l.left_, 0), coalesce(s.short_, 0), coalesce(e.moved, 0))
    """,
)
LOTS = Invariant(
    "lots-are-what-was-not-taken",
    say(
        "What is left of a lot, in face and in paid value, is what was credited less what stands as taken; of one "
        "whose credit was voided nothing is left."
    ),
    _LOTS,
    """
    SELECT 'lot ' || l.id, l.face_left_minor || ' of ' || l.face_minor || ' is left (paid ' || l.paid_left_minor
                               || ' of ' || l.paid_minor || '), and ' || coalesce(t.face, 0) || ' is taken (paid '
                               || coalesce(t.paid, 0) || ')'
      FROM wallets_lot l
      JOIN wallets_wallettransaction c ON c.id = l.credit_id
      LEFT JOIN (SELECT lot_id, sum(face_minor) AS face, sum(paid_minor) AS paid FROM wallets_lottake
                  WHERE ended_by_id IS NULL GROUP BY lot_id) t ON t.lot_id = l.id
     WHERE l.company_id = %(company)s
       AND CASE WHEN c.state = 'voided' THEN l.face_left_minor > 0
                ELSE (l.face_minor - l.face_left_minor, l.paid_minor - l.paid_left_minor)
                     IS DISTINCT FROM (coalesce(t.face, 0), coalesce(t.paid, 0)) END
    """,
)
LEDGER = Invariant(
    "wallets-are-ledger-2300",
    say("The ledger account of wallets is the paid value left in all lots, less that of what no lot covers."),
    _LOTS,
    """
    SELECT upper(coalesce(x.currency, j.currency)),
           'the ledger says ' || coalesce(j.minor, 0) || ', the lots ' || coalesce(x.paid, 0)
      FROM (SELECT currency, sum(paid) AS paid FROM (
                SELECT w.currency, l.paid_left_minor AS paid
                  FROM wallets_lot l JOIN wallets_wallet w ON w.id = l.wallet_id
                 WHERE l.company_id = %(company)s
                UNION ALL
                SELECT d.currency, -t.paid_minor FROM wallets_lottake t
                  JOIN wallets_wallettransaction d ON d.id = t.debit_id
                 WHERE d.company_id = %(company)s AND t.lot_id IS NULL AND t.ended_by_id IS NULL) y
             GROUP BY currency) x
      FULL JOIN (SELECT n.currency, sum(n.credit_minor - n.debit_minor) AS minor FROM journal_journalline n
                   JOIN wallets_walletdefinition f ON f.wallet_account_id = n.ledger_account_id
                  WHERE f.company_id = %(company)s GROUP BY n.currency) j ON j.currency = x.currency
     WHERE coalesce(j.minor, 0) <> coalesce(x.paid, 0)
    """,
)
WALLETS = (BALANCES, LOTS, LEDGER)
