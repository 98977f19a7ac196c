"""Payments that failed and are tried again, by the plan of their provider and the class of the decline.

Words: a *retry plan* says when; a *decline code* what a code of a provider means, where its gateway does not say; a
*retry* is what follows from one failed payment request: it is scheduled, waits for another way to pay, was made, or was
stopped. The retries of one document, each from the failure of the one before, are its *chain*.

Invariants
----------
- A payment request that failed has one retry at most, and so has each that a retry made.
- A chain whose retry was taken back before it left has an end that says so, or goes on at the same place.
- Of a document one retry at most is scheduled or waits.
- A retry makes a request of its own, in the transaction that says so, after a last look at the document.
- Nothing is tried again of a provider that no plan in use names.
"""
