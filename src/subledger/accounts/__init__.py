"""Customers and their receivable accounts, and the rules that accounts live by.

Owns: customers; accounts (type customer or system, one currency each) with life cycle, credit terms and
preferences; the account definition (allocation principle, credit-period rule, one active at a time).
Words: *account* is accounts receivable; the chart's are ledger accounts. System accounts hold what belongs to
nobody yet (suspense) or to nobody any more (write-off), one of each per currency.
An account may have a *parent*, which shows a balance over it and does not pay for it.
Invariants: an account's currency and company never change; one definition is active; balances are not here:
they are sums of transactions.
"""
