"""What must never be false of providers, requests, claims and charges, whatever door is used."""

from django.db import migrations

from subledger.platform.guards import append_only
from subledger.platform.sql_versions import installs


class Migration(migrations.Migration):
    dependencies = [("gateways", "0001_initial"), ("transactions", "0005_pending")]
    operations = [
        installs("gateways", "provider_once_v1"),
        installs("gateways", "payment_request_stays_v1"),
        installs("gateways", "claims_follow_v1"),
        installs("gateways", "claim_stays_v1"),
        installs("gateways", "charge_reserved_v1"),
        installs("gateways", "charge_stays_v1"),
        installs("gateways", "gateway_holds_v1"),
        installs("gateways", "inbox_event_stays_v1"),
        *[
            append_only(f"gateways_{table}", updates=True)
            for table in ("paymentrequest", "claim", "attempt", "charge", "dispute", "inboxevent")
        ],
    ]
