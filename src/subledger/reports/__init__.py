"""What the books say: ageing, statements, receipts, revenue, trial balance, journal export, and their proof.

Reports take the day they speak of and return rows; they write nothing. `invariants` recomputes from the rows
what must never be false and names the rows that break it.
"""
