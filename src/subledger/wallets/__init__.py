"""Wallets: money that customers paid before they used it, by lots, one wallet a receivable account.

Every credit makes lots, each with a face (what it can buy) and a paid value (what of it somebody paid for); every debit
names the lots that paid for it. Nothing is edited or deleted: what was wrong is voided.

- What is left of the lots less what no lot covers is the balance of the wallet.
- No lot gives more than it has, in face or in paid value: a wallet lacks money only where a credit was taken back.
- Ledger account 2300 is the paid value left in all lots, less the paid value of what no lot covers.
- Money that reaches a wallet has left its account: by an invoice, posted with the credit and settled at once.
"""
