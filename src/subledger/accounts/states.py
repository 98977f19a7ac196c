from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle


class AccountState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"  # credits only: no new sales
    TERMINATED = "terminated"  # nothing may be posted, cancelled or moved here


A = AccountState

ACCOUNT = Lifecycle(
    {
        (A.ACTIVE, "suspend"): A.SUSPENDED,
        (A.ACTIVE, "terminate"): A.TERMINATED,
        (A.SUSPENDED, "reactivate"): A.ACTIVE,
        (A.SUSPENDED, "terminate"): A.TERMINATED,
    }
)

SYSTEM_ACCOUNT = Lifecycle({(A.ACTIVE, "terminate"): A.TERMINATED})


class AccountType(StrEnum):
    CUSTOMER = "customer"
    SYSTEM = "system"


class SystemRole(StrEnum):
    SUSPENSE = "suspense"
    WRITE_OFF = "write_off"


class Principle(StrEnum):
    """How credits find the invoices they settle, for a whole company."""

    FIFO = "fifo"
    AGAINST_ITEM_FIFO = "against_item_fifo"


class ContactRole(StrEnum):
    """What a contact person of a customer is asked about."""

    GENERAL = "general"
    BILLING = "billing"
    COLLECTIONS = "collections"
    PURCHASING = "purchasing"
    MANAGEMENT = "management"


class Topic(StrEnum):
    """What contact persons get without being chosen."""

    INVOICES = "invoices"  # with credit notes, receipts and links to pay
    STATEMENTS = "statements"
    REMINDERS = "reminders"
