"""One message to several in one act: each their own, once, all or none; whose address gets no mail is named."""

from __future__ import annotations

import pytest
from tests.factories import Ledger
from tests.messages.conftest import ADDRESS, address_of, wish_of

from subledger.accounts.contacts import NewContact, add_contacts
from subledger.kernel.errors import NotFound
from subledger.messages import errors
from subledger.messages.models import Message
from subledger.messages.services.distribution import MOST, distribute, distributed
from subledger.messages.services.suppressions import suppress_address
from subledger.messages.states import SuppressionReason

EVA, UDO = "eva@example.com", "udo@example.com"


@pytest.fixture
def invoice(ledger: Ledger) -> int:
    address_of(ledger)
    customer = ledger.account.customer
    people = [
        NewContact(customer=customer, name="Eva", email=EVA, receives=["invoices"], language="it"),
        NewContact(customer=customer, name="Udo", email=UDO, receives=["invoices"], language="de"),
    ]
    add_contacts(new=people, actor="test")
    return ledger.invoice(100, on="04/05", due="01/06").id


def send(invoice: int, *recipients: str, **more):
    return distribute(wish=wish_of(invoice), recipients=recipients, actor="test", **more)


def whom() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("recipient", flat=True))


def test_each_gets_their_own_in_their_language(invoice: int):
    made = send(invoice, ADDRESS, EVA, "else@example.com")
    assert [(one.recipient, one.language) for one in made.messages] == [
        (ADDRESS, "en"), (EVA, "it"), ("else@example.com", "en"),
    ]  # fmt: skip
    assert len({one.key for one in made.messages}) == 3
    assert made.left_out == ()


def test_where_nobody_is_named_it_goes_to_who_receives_it(invoice: int):
    send(invoice)
    assert whom() == [EVA, UDO]


def test_one_template_is_the_same_for_all_where_it_is_named(invoice: int):
    template = distributed(wish_of(invoice), [UDO]).drafts[0].template
    made = distribute(wish=wish_of(invoice, template_id=template.pk), recipients=[EVA, UDO], actor="test")
    assert {one.language for one in made.messages} == {"de"}


def test_an_address_gets_it_once_however_it_is_spelt(invoice: int):
    send(invoice, EVA, "EVA@Example.com", f" {EVA} ")
    assert whom() == [EVA]


def test_where_one_got_it_nobody_gets_it_until_that_is_confirmed(invoice: int):
    [first] = send(invoice, EVA).messages
    with pytest.raises(errors.AlreadySent, match=f"{EVA} got this message") as refused:
        send(invoice, UDO, EVA)
    assert UDO not in str(refused.value)
    assert whom() == [EVA]
    made = send(invoice, UDO, EVA, confirm_again=True)
    assert [one.resends for one in made.messages] == [None, first]


def test_whose_address_gets_no_mail_is_left_out_and_named(invoice: int):
    suppress_address(address=UDO, reason=SuppressionReason.BOUNCED, actor="test")
    made = send(invoice, EVA, UDO)
    assert whom() == [EVA]
    [left] = made.left_out
    assert (left.recipient, "refused" in left.why) == (UDO, True)
    with pytest.raises(errors.AddressSuppressed, match=UDO):
        send(invoice, UDO)


def test_one_who_is_no_address_keeps_it_from_all(invoice: int):
    with pytest.raises(errors.AddressInvalid) as refused:
        send(invoice, EVA, "nobody")
    assert refused.value.param == "/recipients/1"
    with pytest.raises(errors.RecipientsInvalid):
        send(invoice, *(f"a{n}@example.com" for n in range(MOST + 1)))
    with pytest.raises(NotFound):
        send(1, EVA)
    assert whom() == []


def test_what_was_shown_to_all_is_what_all_are_sent(invoice: int, ledger: Ledger):
    shown = distributed(wish_of(invoice), [EVA, UDO]).digest
    with pytest.raises(errors.MessageDiffers):
        send(invoice, EVA, expected_digest=shown)
    assert len(send(invoice, EVA, UDO, expected_digest=shown).messages) == 2


def test_nobody_who_is_known_nowhere_gets_it(ledger: Ledger):
    with pytest.raises(errors.NoRecipient):
        send(ledger.invoice(10).id)
