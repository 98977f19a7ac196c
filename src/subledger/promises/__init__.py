"""Promises to pay, and disputes that hold an invoice.

A promise is made for what is unsettled of one invoice: one agreed day, or instalments that sum to it. It is open, and
then kept (nothing of the invoice is open any more), broken (an instalment is unpaid so many days after its day) or
withdrawn. What is open of the invoice is the last part of the promise: payments cover instalments in the order of their
days.
A dispute holds an invoice until it is closed: nobody collects it, nobody is reminded of it.
Invariants: the instalments of a promise sum to what is promised; an invoice has at most one promise that is open or
kept, and one open dispute; what a promise is agrees with what is open of its invoice, in every transaction.
"""
