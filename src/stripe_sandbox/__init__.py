"""A stateful local server that speaks Stripe's API, for demonstrations and tests.

It knows nothing of the program that talks to it, and that program knows a base URL and nothing else. No money, card or
bank outside this process is involved; nothing is kept after it ends.

Words: a *sandbox* holds *accounts*, one for each name and mode of a key (``sk_test_<name>``, ``sk_live_<name>``). An
account holds *objects* by id and the *secrets* that Stripe keeps to itself, such as how a card will behave. A *call* is
one request to an endpoint; an endpoint is a function from a call to an object, registered by ``@route``. A *timeline*
is a time that only moves forward and what is to happen on it. A *fault* is something the sandbox was told to do wrong.

From the bottom: `clock`, `faults`, `shapes`; `store` (accounts, and what they see of the world); `routing` (calls and
endpoints); `events` and `webhooks`; `world` (all of it together); the endpoints of `payments` and `billing`, and
`control`; `sandbox`, which answers a request; `server`.
"""
