"""Why a row that names an account or a customer is not imported."""

from __future__ import annotations

from collections.abc import Sequence

from subledger.import_kit.errors import RowInvalid
from subledger.kernel.errors import Door
from subledger.kernel.sentences import say

CREATE_MISSING = {
    Door.COMMAND: say("Or let this import create it, with --create-missing."),
    Door.PAGE: say("Or tick “Create accounts and products that are missing”."),
}


class AccountUnknown(RowInvalid):
    code = "account_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The books have no account {name!r}. Import or open it first.", name=name), "account", CREATE_MISSING
        )


class CustomerOfSeveral(RowInvalid):
    code = "customer_ambiguous"

    def __init__(self, name: str, codes: Sequence[str], field: str) -> None:
        super().__init__(
            say(
                "{name!r} is the name of several customers, such as those with the codes {first} and {second}. Write "
                "the code of the one that is meant.",
                name=name,
                first=codes[0],
                second=codes[1],
            ),
            field,
        )


class ParentUnknown(RowInvalid):
    code = "parent_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "Neither the books nor the rows before have an account {name!r} to stand under. Import "
                "or open it first.",
                name=name,
            ),
            "parent",
        )


class OwnerDiffers(RowInvalid):
    code = "owner_differs"

    def __init__(self, account: str, owner: str, given: str) -> None:
        super().__init__(
            say(
                "Account {account} belongs to {owner!r}, not to {given!r}. Correct the row, or send such "
                "payments to the suspense account.",
                account=account,
                owner=owner,
                given=given,
            ),
            "customer",
            {
                Door.COMMAND: say("--suspense does so."),
                Door.PAGE: say("Tick “Payments that fit no account go to the suspense account”."),
            },
        )


class CustomerUnknown(RowInvalid):
    code = "customer_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            say("The books have no customer {name!r}. Import customers first.", name=name), "customer", CREATE_MISSING
        )
