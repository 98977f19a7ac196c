"""Why a row that names an account or a customer is not imported."""

from __future__ import annotations

from subledger.import_kit.errors import RowInvalid
from subledger.kernel.errors import Door

CREATE_MISSING = {
    Door.COMMAND: "Or let this import create it, with --create-missing.",
    Door.PAGE: "Or tick “Create accounts and products that are missing”.",
}


class AccountUnknown(RowInvalid):
    code = "account_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"The books have no account {name!r}. Import or open it first.", "account", CREATE_MISSING)


class ParentUnknown(RowInvalid):
    code = "parent_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Neither the books nor the rows before have an account {name!r} to stand under. Import or open it first.",
            "parent",
        )


class OwnerDiffers(RowInvalid):
    code = "owner_differs"

    def __init__(self, account: str, owner: str, given: str) -> None:
        super().__init__(
            f"Account {account} belongs to {owner!r}, not to {given!r}. Correct the row, or send such payments to the "
            "suspense account.",
            "customer",
            {
                Door.COMMAND: "--suspense does so.",
                Door.PAGE: "Tick “Payments that fit no account go to the suspense account”.",
            },
        )


class CustomerUnknown(RowInvalid):
    code = "customer_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"The books have no customer {name!r}. Import customers first.", "customer", CREATE_MISSING)
