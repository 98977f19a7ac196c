"""Where endpoints and deliveries stand."""

from __future__ import annotations

from enum import StrEnum

from subledger.kernel.lifecycle import Lifecycle


class EndpointState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"  # nothing is sent; its place in the events is kept
    DELETED = "deleted"


ENDPOINT = Lifecycle(
    {
        (EndpointState.ACTIVE, "disable"): EndpointState.DISABLED,
        (EndpointState.ACTIVE, "delete"): EndpointState.DELETED,
        (EndpointState.DISABLED, "enable"): EndpointState.ACTIVE,
        (EndpointState.DISABLED, "delete"): EndpointState.DELETED,
    }
)


class DisabledReason(StrEnum):
    PERSON = "person"  # somebody disabled it
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # nothing reached it for a day


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up after three days


DELIVERY = Lifecycle(
    {
        (DeliveryState.PENDING, "deliver"): DeliveryState.DELIVERED,
        (DeliveryState.PENDING, "give_up"): DeliveryState.FAILED,
    }
)


class DeliveryKind(StrEnum):
    EVENT = "event"  # as it happened
    REPLAY = "replay"  # asked for again
