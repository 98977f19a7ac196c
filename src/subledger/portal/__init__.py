"""The customer's own page of an account, behind a signed link: what is open, paying it, cards, receipts and statements.

It owns no table. What it shows is read of one account, the one that its link names; what is done there is done by the
services of lower rooms, which let a link do what it is for and nothing else.
"""
