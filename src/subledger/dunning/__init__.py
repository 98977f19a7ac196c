"""Dunning: which level of reminding an open document has reached, what its customer is told, and late fees and
interest.

A plan has levels; a level is reached so many days from a document's due date. The daily run records each level of a
document once, writes one message to an account and day, and drafts fees and interest. Nothing is planned ahead: what
comes next is computed from what is open and what was recorded, so there is nothing to undo when a balance changes.

Words: a *record* is one level of one document, reached; one that was passed over is *overtaken*. A *claim* is a fee or
the interest of some days, drafted as an invoice: posting it claims it, rejecting it waives it.

Invariants: one record a document and level; the days for which interest was drafted lie side by side, none twice.
"""
