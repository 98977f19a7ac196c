"""The general journal: chart of accounts, exchange rates, periods, and entries that nobody can change.

Owns: `LedgerAccount`, `ExchangeRate`, `PeriodClose`, `JournalEntry` and `JournalLine`.
Words: an *entry* has *lines*; a line has a debit or a credit, in the transaction's currency and in the company's
base currency. The id of an entry is the id of what it records: a transaction, or an allocation (its realised
exchange difference); what a release reverses has an id of its own.
Invariants, each held by the database: an entry is in one currency and balances in it and in base currency; entries
and lines are never edited or deleted; nothing is entered on or before the day the books are closed through.
"""
