"""Payment gateways: money that is collected and paid back through somebody else's system.

Owns providers (which gateway, whose keys), instruments (a customer's card or mandate, as the gateway's token),
payment requests with the attempts made to carry them out, the money gateways hold for us (charges), disputes, and the
inbox of events that gateways send.

Words: a *provider* is one configured gateway account; a *payment request* asks it for one payment, refund or payment
cancellation; an *attempt* is one call, with its idempotency key; an *outcome* is what is known of it; a *claim* is
what an open request keeps others from paying at the same time; a *notice* is an event as it came in, a *fact* what the
gateway says when asked about it.

What is always true:
1. The attempt and its key are committed before the call; no call is made inside a database transaction.
2. Silence is ``unknown``, never a failure; what is open has an hour at which it is looked up.
3. The call's answer, a notice and the reconciler meet in one function, `services.outcomes.apply_outcomes`.
4. A transaction that waits for its gateway is ``pending`` and in no balance; one open request per thing it pays.
5. What is paid back of a charge, open requests included, never exceeds what was captured (a CHECK says so).
"""
