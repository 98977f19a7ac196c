"""Speaking to Stripe: one account, one pinned version of its API, through the official SDK's transport.

`wire` carries calls and `paging` reads lists; `keys` knows keys and versions, `amounts` Stripe's rules about decimals,
`objects` how a field is read, `errors` how a call that failed reads, `events` what Stripe sends by itself, and `budget`
how many calls an account has left this second. It knows no payment, no invoice and no company.

What is always true:
1. A field that is needed and missing is an error with its name; nothing is guessed.
2. A call that failed is one of five errors, which say whether Stripe may have done something.
3. All processes and all users of one Stripe account together send no more calls a second than its budget.
4. No key, card number or whole object is logged; the SDK does not retry, log or phone home.
"""
