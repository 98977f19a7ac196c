"""Financial transactions of receivable accounts: posted once, settled by allocation, explained to the cent.

Owns: the seven classifications (invoice, credit note, payment, refund, write-off, invoice cancellation, payment
cancellation) in one table; their items; types, methods, categories, reasons; posting rules; open items; allocations.
Words: a *draft* has no effect; *posting* numbers a transaction, enters it in the journal and settles what it can;
an *open item* is what of a posted transaction is not allocated yet (unsettled on debits, unallocated on credits);
an *allocation* carries an amount from a credit to a debit, and is *released*, never edited.
Invariants: balance = sum of posted debits - posted credits = unsettled - unallocated, on every account, any day;
an allocation never exceeds what is open, joins one account's credit with its debit; a posted transaction changes
only its state; numbers leave no gap. The database holds each of them; `reports.invariants` proves them again.
Set shape: every verb takes a sequence; `services.posting` locks once, reads once, decides in `rules`, writes once.
"""
