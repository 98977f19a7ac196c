"""What `subledger check` proves of webhooks is found where it is false, each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic, set_rollback

from subledger.platform import clock
from subledger.reports.proof import prove
from subledger.webhooks.models import WebhookEndpoint
from subledger.webhooks.services.endpoints import delete_endpoint

from .conftest import endpoint_at, tell, work

BREACHES = {
    "webhooks-heard": "DELETE FROM webhooks_webhookdelivery WHERE event_id = %s",
    "webhooks-in-order": "UPDATE webhooks_webhookdelivery SET state = 'pending', done_at = NULL WHERE event_id = %s",
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found_and_named(at_work, receiver, name):
    endpoint_at(receiver.url, "toy.*")
    with clock.frozen(clock.now() + timedelta(days=300)):  # one of them asks the database's clock
        first, _ = tell(1, 1, 2)
    assert work().delivered == 2
    assert [finding.invariant.name for finding in prove() if finding.broken] == []
    with atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(BREACHES[name], [first.pk])
        assert cursor.rowcount == 1
        cursor.execute("SET LOCAL session_replication_role = origin")
        assert name in {finding.invariant.name for finding in prove() if finding.broken}
        set_rollback(True)


def test_an_endpoint_moves_only_along_its_life_cycle(at_work, receiver):
    endpoint, _ = endpoint_at(receiver.url)
    delete_endpoint(endpoint_id=endpoint.pk, actor="test")
    with pytest.raises(IntegrityError, match="does not go from deleted to active"), atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(state="active", sealed_secret="x")
