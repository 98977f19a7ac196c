"""Companies (legal entities), the people and keys that work for them, and what each may do.

Owns: `Company` with its time zone and base currency; `Role` (a named set of permissions), `Membership` (a
user in a company with one role), `ApiKey` (belongs to a company, stored hashed).
Invariants: a user acts in a company only through a membership; a key opens exactly one company; every change
to a company's settings gives it a new ``config_version``, which is how cached settings notice.
"""
