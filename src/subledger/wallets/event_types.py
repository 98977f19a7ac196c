from __future__ import annotations

EVENTS = {
    "wallet.opened": "a wallet was opened for an account",
    "wallet.cancelled": "a wallet was cancelled",
    "wallet.credited": "a wallet was credited: face, paid value, how",
    "wallet.debited": "a wallet was debited: face, paid value, for which product",
    "wallet.reimbursed": "money of a wallet went back to its account",
    "wallet.voided": "a wallet transaction was voided",
    "wallet.transferred": "money went from one wallet to another",
    "wallet.expired": "what was left of expired lots of a wallet was forfeited",
    "wallet.covered": "a credit covered what no lot had covered",
}
