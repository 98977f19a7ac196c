"""The desk at which people collect: who owes how much how late, what was said last, what comes next, and whose it is.

A contact is a call, a message, a visit or a note on an account, with a day to follow up on; it is done once. An account
has one collector at most. The desk itself is reports: it keeps nothing that other rooms know.
Invariants: what was said never changes; a follow-up is done once.
"""
