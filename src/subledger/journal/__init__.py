"""The general journal: chart of accounts, exchange rates, periods, and entries that nobody can change.

Owns: `LedgerAccount`, `ExchangeRate`, `PeriodClose`, `Source`, `JournalEntry` and `JournalLine`.
Words: an *entry* has *lines*; a line has a debit or a credit, in the transaction's currency and in the company's
base currency. An entry is of a *source* that a room declares. Where each thing has one entry (a transaction, the
exchange difference of an allocation, a fee) the entry bears the thing's id; other sources have as many as they like.
A line has a receivable account behind it, or none.
Invariants, each held by the database: an entry is in one currency and balances in it and in base currency; entries
and lines are never edited or deleted; nothing is entered on or before the day the books are closed through.
"""
