"""Stripe Billing: the catalogue, subscriptions, invoices, credit notes and the test clocks that drive them.

Its words: a *price* says what a unit costs, an *invoice item* waits for an invoice, a *line* stands on one, a
*proration* is a line for part of a period, a *credit note* takes back some of a finalised invoice, a *test clock* is
the time that some customers live by.

What holds here:

- Periods of a subscription's item tile time: each starts the second the one before ends, and the anchor's day never
  drifts (``periods``).
- Money is whole minor units; every line is rounded once, halves away from zero (``amounts``).
- Discounts share out without loss, and the credit notes of an invoice add up to it exactly (``crediting``).
- A finalised invoice's lines never change; its state moves draft → open → paid, void or uncollectible.
"""
