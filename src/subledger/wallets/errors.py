from __future__ import annotations

from datetime import date

from subledger.kernel.errors import DomainError, Invalid
from subledger.kernel.money import Money
from subledger.kernel.sentences import say


class WalletInvalid(Invalid):
    code = "wallet_invalid"


class WalletCancelled(DomainError):
    code = "wallet_cancelled"

    def __init__(self, number: str) -> None:
        super().__init__(
            say("The wallet {number} is cancelled: no money moves in it any more.", number=number), param="/wallet"
        )


class WalletExists(DomainError):
    code = "wallet_exists"

    def __init__(self, number: str, *, wallet: str) -> None:
        super().__init__(
            say("The account {number} has the wallet {wallet}. Use it.", number=number, wallet=wallet), param="/account"
        )


class WalletAmountInvalid(Invalid):
    code = "wallet_amount_invalid"

    def __init__(self, param: str = "/amount") -> None:
        super().__init__(say("The amount has to be above zero. Correct it."), param=param)


class InsufficientFunds(DomainError):
    """More was asked of a wallet than may pay for it."""

    code = "insufficient_funds"

    def __init__(self, number: str, *, asked: Money, available: Money, product: str = "") -> None:
        what = (
            say("{available} of the wallet {number} may pay for {product}", available=available, number=number,
                product=product)
            if product
            else say("{available} is available in the wallet {number}", available=available, number=number)
        )  # fmt: skip
        super().__init__(
            say("{what}, and {asked} was asked for. Ask for less, or credit it first.", what=what, asked=asked),
            param="/amount",
        )
        self.available = available


class NotEnoughCredit(DomainError):
    """An account has less free credit than was to go into its wallet."""

    code = "not_enough_credit"

    def __init__(self, number: str, *, asked: Money, free: Money) -> None:
        super().__init__(
            say(
                "The account {number} has {free} of free credit, and {asked} was to go into its wallet. Transfer less, "
                "or post a payment first.",
                number=number,
                free=free,
                asked=asked,
            ),
            param="/amount",
        )


class NotVoidable(DomainError):
    code = "not_voidable"


class VoidWouldOverdraw(DomainError):
    code = "void_would_overdraw"

    def __init__(self, number: str, *, short: Money) -> None:
        super().__init__(
            say(
                "Of the credit {number}, {short} is spent and nothing else in the wallet covers it. Credit the wallet "
                "first, or allow overdrawn wallets in the wallet definition.",
                number=number,
                short=short,
            )
        )


class EarlierThanEntry(Invalid):
    code = "earlier_than_entry"

    def __init__(self, number: str, *, on: date, posted_on: date) -> None:
        super().__init__(
            say(
                "{on} is before {number}, of {posted_on}. Use its day or a later one.",
                on=on,
                number=number,
                posted_on=posted_on,
            ),
            param="/posted_on",
        )


class OwnDocument(DomainError):
    """A document of a type that wallets post, by another hand."""

    code = "document_of_wallets"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "Documents of the type {name!r} are posted by wallets alone. Credit, reimburse or void the wallet, or "
                "choose another type.",
                name=name,
            ),
            param="/type",
        )
