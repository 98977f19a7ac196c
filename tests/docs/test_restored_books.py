"""What the runbook of backups says of restored books: requests sent since are not sent again before they are known."""

from __future__ import annotations

import pytest
from django.db.transaction import savepoint, savepoint_rollback
from tests.contracts.houses import stripe_house

from subledger.gateways.services import inbox, polling
from subledger.gateways.services.providers import set_state
from subledger.gateways.states import ProviderState


@pytest.fixture
def house(ledger, tmp_path):
    with stripe_house(ledger, tmp_path) as found:
        yield found


def sent_after_the_dump(house):
    """A payment request that the books have as pending and that Stripe has collected."""
    asked = house.desk.ask(7500, payment_preference_id=house.card.pk)
    dump = savepoint()
    assert house.work(asked.request_id).state == "posted"
    savepoint_rollback(dump)
    assert (house.desk.row(asked.request_id).state, house.captures) == ("pending", 1)
    return asked


@pytest.mark.django_db
def test_restored_books_would_charge_again_what_was_sent_since(house):
    """Why the runbook has its steps: the attempt and its key went with what the dump does not hold."""
    asked = sent_after_the_dump(house)
    house.work(asked.request_id)
    assert house.captures == 2


@pytest.mark.django_db
def test_with_the_provider_off_its_events_bring_the_books_up_to_date(house):
    asked = sent_after_the_dump(house)
    provider_id = house.desk.provider.pk
    set_state(provider_id=provider_id, state=ProviderState.NOT_EFFECTIVE, actor="test")
    house.work(asked.request_id)  # a worker, or somebody's click: nothing is sent
    assert (house.desk.row(asked.request_id).state, house.captures) == ("pending", 1)
    polling.poll(provider_id)  # subledger stripe listen --once --provider …
    inbox.process(provider_id)
    assert house.desk.row(asked.request_id).state == "posted"
    set_state(provider_id=provider_id, state=ProviderState.EFFECTIVE, actor="test")
    house.work(asked.request_id)
    assert (house.captures, house.ledger.balance()) == (1, -75)
