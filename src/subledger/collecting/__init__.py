"""Money that is owed comes in by itself: automatic payment runs over documents that are open.

Words: a *collectable* is a kind of document that can be collected (`documents`); a *candidate* one that the criteria of
a run name; each is *asked for*, by a payment request of the run's provider, or left alone with one reason.

Invariants
----------
- Of a document nothing is asked for while an open request claims it, nor more than is open on it, nor more than its
  account owes less what is under way there.
- A run asks for a candidate at most once; what it asked for is one batch of requests, held with the run and withdrawn
  with it.
- What is selected is decided again, by the same statement, under the lock that records it.
"""
