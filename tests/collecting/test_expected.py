"""What a run will charge asks nobody for a transfer: paper, electronic invoice and mail say what is charged when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from tests.collecting.house import House, way_of
from tests.documents.official import faults_of
from tests.factories import day
from tests.messages.conftest import wish_of
from tests.transactions.test_einvoices import printed, ready

from subledger.accounts.models import Account, AccountPaymentPreference, Customer
from subledger.documents.layouts import lay_out
from subledger.documents.values import FileFormat
from subledger.gateways.services import providers
from subledger.gateways.states import ProviderState
from subledger.messages.models import MessageTemplate
from subledger.messages.services.outbox import drafted
from subledger.platform import clock
from subledger.runs.models import RunDefinition
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import submit_schedule
from subledger.transactions.collectors import expected_charges
from subledger.transactions.printouts import printables_of
from subledger.transactions.rules.orders import Posted

CODES = {FileFormat.UBL: "PaymentMeansCode", FileFormat.CII: "SpecifiedTradeSettlementPaymentMeans/*"}
DAILY = {"every": "day", "count": 1, "start": "2026-05-01T06:00"}  # it is past six on the day of the tests


def scheduled(
    house: House, *, name: str = "Daily", provider: Any = None, schedule: Any = None, **criteria: Any
) -> None:
    said = {"provider": (provider or house.desk.provider).public_id, **criteria}
    made = create_definition(kind="payments", name=name, criteria=said, schedule=schedule or DAILY, actor="test")
    activate_definition(definition_id=made.pk, actor="test")
    submit_schedule(definition_id=made.pk, actor="test")


def invoiced(house: House, account: Account, **more: Any) -> Posted:
    return house.ledger.invoice(100, account=account, on="19/05", due=more.pop("due", "10/06"), **more)


def box(posted: Posted, language: str = "en") -> tuple[str, dict[str, Any]]:
    [printable] = printables_of([posted.id], language=language)
    payment = lay_out(printable.document).payment
    assert payment is not None
    assert not (payment.scanned and printable.document.charge), "nobody scans a code to pay what is charged"
    return payment.title, {fact.label: fact.value for fact in payment.facts}


def mail(posted: Posted, language: str = "en", **more: Any) -> str:
    template = MessageTemplate.objects.get(kind="invoice", language=language)
    return drafted(wish_of(posted.id, template_id=template.pk, **more)).written.body


def ready_for(house: House, account: Account) -> None:
    ready(house.ledger)
    Customer.objects.filter(pk=account.customer_id).update(country="GR", email="ap@example.gr")


@pytest.mark.wide
def test_an_invoice_that_is_charged_to_a_card_says_so_and_asks_for_no_transfer(house: House):
    ann = house.customer()
    ready_for(house, ann)
    posted = invoiced(house, ann)
    assert box(posted)[0] == "How to pay", "as long as nobody collects it"
    scheduled(house)
    title, facts = box(posted)
    assert title == "We collect this amount. There is nothing for you to do."
    assert facts == {"Charged to": "Visa ending in 4242", "Charged on": day("21/05")}
    assert box(posted, "de")[1] == {"Einzug von": "Visa mit Endziffern 4242", "Einzug am": day("21/05")}
    assert "We will charge €100.00 to your Visa ending in 4242 on 21 May 2026. There is nothing for you to do." in mail(
        posted, site="https://books.example.com/"
    )
    assert "You can pay online" not in mail(posted, site="https://books.example.com/")
    for form, code in (
        (FileFormat.UBL, "PaymentMeansCode"),
        (FileFormat.CII, "SpecifiedTradeSettlementPaymentMeans/*"),
    ):
        content = printed(posted, form).content
        assert faults_of(content, form) == []
        tree = etree.fromstring(content)
        assert tree.findtext(f".//{{*}}{code}") == "48"
        assert b"4242" in content
        assert b"DE89370400440532013000" not in content


def test_a_direct_debit_names_mandate_and_creditor(house: House):
    dan = house.debtor()
    ready_for(house, dan)
    creditor = {"name": "Wine", "iban": "DE02120300000000202051", "creditor_id": "DE98ZZZ09999999999"}
    house.generic.creditor = creditor
    house.generic.save()
    scheduled(house, provider=house.generic)
    posted = invoiced(house, dan)
    assert box(posted)[1] == {
        "Charged to": "account ending in 3000",
        "Charged on": day("21/05"),
        "Mandate": "M1",
        "Creditor identifier": "DE98ZZZ09999999999",
    }
    for form in (FileFormat.UBL, FileFormat.CII):
        content = printed(posted, form).content
        assert faults_of(content, form) == []
        for said in (b">59<", b">M1<", b"DE98ZZZ09999999999", b">DE89370400440532013000<"):
            assert said in content, (form, said)


def not_recurring(house: House, ann: Account) -> None:
    AccountPaymentPreference.objects.filter(pk=way_of(ann).pk).update(is_recurring=False)
    scheduled(house)


def gateway_off(house: House, ann: Account) -> None:
    scheduled(house)
    providers.set_state(provider_id=house.desk.provider.pk, state=ProviderState.NOT_EFFECTIVE, actor="test")


def left_out(house: House, ann: Account) -> None:
    scheduled(house, excluded_accounts=[ann.number])


def no_schedule(house: House, ann: Account) -> None:
    house.definition()


def too_early(house: House, ann: Account) -> None:
    scheduled(house, due_until="2026-06-01")


def card_ends(house: House, ann: Account) -> None:
    scheduled(house, schedule={"every": "once", "at": "2031-01-02T06:00"})


@pytest.mark.few(2)
@pytest.mark.parametrize("so", [not_recurring, gateway_off, left_out, no_schedule, too_early, card_ends])
def test_what_no_run_will_charge_is_to_be_paid_as_ever(house: House, so):
    ann = house.customer()
    ready_for(house, ann)
    posted = invoiced(house, ann)
    so(house, ann)
    assert expected_charges([posted.id]) == {}
    assert box(posted)[0] == "How to pay"
    assert "Payment of €100.00 is due by 10 June 2026" in mail(posted)
    assert b">58<" in printed(posted).content


def test_it_is_charged_on_the_first_day_on_which_a_run_takes_it_up(house: House):
    ann = house.customer()
    posted = invoiced(house, ann)
    scheduled(house, days_before_due=3)
    assert expected_charges([posted.id])[posted.id].on == day("07/06")
    scheduled(house, name="Once", schedule={"every": "once", "at": "2026-06-02T06:00"})
    assert expected_charges([posted.id])[posted.id].on == day("02/06"), "the earlier of two"


def test_what_a_worker_is_about_to_begin_is_charged_today(house: House):
    posted = invoiced(house, house.customer())
    scheduled(house)
    RunDefinition.objects.update(next_at=clock.now() - timedelta(minutes=1))
    assert expected_charges([posted.id])[posted.id].on == day("20/05")


def test_what_was_asked_for_is_being_charged_and_what_its_customer_has_to_confirm_is_not(house: House):
    ann = house.customer()
    ready_for(house, ann)
    posted = invoiced(house, ann)
    house.run()
    charge = expected_charges([posted.id])[posted.id]
    assert (charge.on, charge.last4) == (None, "4242")
    assert box(posted)[1] == {"Charged to": "Visa ending in 4242"}
    assert "please" not in mail(posted).lower(), mail(posted)
    request = house.request_for(posted)
    request.state, request.check_at = "requires_action", clock.now()
    request.save()
    assert expected_charges([posted.id]) == {}


def test_drafts_and_what_is_settled_are_charged_by_nobody(house: House):
    ann = house.customer()
    scheduled(house)
    posted = invoiced(house, ann)
    house.ledger.payment(100, account=ann, on="19/05")
    assert expected_charges([posted.id]) == {}
    [printable] = printables_of([posted.id])
    assert printable.document.charge is None


def test_asking_for_many_costs_as_many_queries_as_for_one(house: House):
    posted = [invoiced(house, house.customer(f"C{at}")).id for at in range(4)]
    scheduled(house)
    asked = []
    for idents in (posted[:1], posted):
        with CaptureQueriesContext(connection) as queries:
            assert len(expected_charges(idents)) == len(idents)
        asked.append(len(queries))
    assert asked[0] == asked[1]
