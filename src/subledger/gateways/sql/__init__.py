"""What must never be false of providers, requests, claims and charges."""

from __future__ import annotations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import Present, installs

PRESENT = Present(
    versions=(
        installs("gateways", "provider_once_v1"),
        installs("gateways", "payment_request_stays_v3"),
        installs("gateways", "claims_follow_v1"),
        installs("gateways", "claim_stays_v1"),
        installs("gateways", "charge_reserved_v1"),
        installs("gateways", "charge_stays_v1"),
        installs("gateways", "gateway_holds_v1"),
        installs("gateways", "inbox_event_stays_v2"),
        installs("gateways", "open_pages_wake_v3"),
    ),
    guards=(
        append_only("gateways_paymentrequest", updates=True),
        append_only("gateways_requestbatch", updates=True),
        append_only("gateways_claim", updates=True),
        append_only("gateways_attempt", updates=True),
        append_only("gateways_charge", updates=True),
        append_only("gateways_dispute", updates=True),
        append_only("gateways_inboxevent", updates=True),
        append_only("gateways_fee"),
        append_only("gateways_restoration"),
        append_only("gateways_requestreport"),
        append_only("gateways_unbookedfact", updates=True),
        append_only("gateways_barredway", updates=True),
    ),
    superseded=(
        installs("gateways", "inbox_event_stays_v1"),
        installs("gateways", "open_pages_wake_v1"),
        installs("gateways", "open_pages_wake_v2"),
        installs("gateways", "payment_request_stays_v1"),
        installs("gateways", "payment_request_stays_v2"),
    ),
)
