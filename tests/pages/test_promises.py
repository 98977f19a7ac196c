"""Promises and disputes as people record them: what follows is shown first, what is wrong stands beside its field."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from tests.doors.conftest import said
from tests.pages.conftest import reviewed, token_in

from subledger.promises.models import InvoiceDispute, Promise


def url(name: str, *arguments: Any) -> str:
    return reverse(f"backoffice:{name}", args=arguments)


def instalments(*lines: tuple[str, str]) -> dict[str, str]:
    typed = {"lines": str(max(len(lines), 3)), "grace_days": "3"}
    for at, (day, amount) in enumerate(lines):
        typed |= {f"instalments_{at}_agreed_on": day, f"instalments_{at}_amount": amount}
    return typed


def test_a_promise_is_shown_recorded_and_withdrawn(desk, ledger):
    invoice = ledger.invoice(300, on="04/05", due="10/06")
    address, page = url("promise_new", invoice.id), url("transaction", invoice.id)
    assert address in desk.get(page).content.decode()
    typed = instalments(("2026-07-01", "100"), ("", ""), ("2026-08-01", ""))
    shown = desk.post(address, typed)
    assert "100.00 EUR on 1 Jul 2026" in said(shown).replace("\xa0", " ")
    assert "200.00 EUR on 1 Aug 2026" in said(shown).replace("\xa0", " ")
    assert "the promise is broken on 4 Jul 2026" in said(shown)
    assert not Promise.objects.exists()
    other = {**instalments(("2026-07-02", "")), **token_in(shown)}
    assert token_in(desk.post(address, other)) != token_in(shown)  # another promise is shown anew
    assert reviewed(desk, address, typed, shown=shown).url == page
    assert [one.minor for one in Promise.objects.get().instalments.all()] == [100_00, 200_00]
    told = said(desk.get(page))
    assert "Promised to be paid:" in told
    assert "Promise to pay recorded" in told
    assert desk.get(address).url == page
    assert "has an open promise already" in said(desk.post(address, typed))
    for listed in (url("promises"), f"{url('transactions')}?settlement=promised", url("account", ledger.account.pk)):
        assert "1 Jul 2026" in said(desk.get(listed)) or str(invoice.number) in said(desk.get(listed))
    withdraw = url("promise_withdraw", Promise.objects.get().pk)
    assert desk.post(withdraw, {"note": "She cannot."}).url == page
    assert "Promise to pay withdrawn" in said(desk.get(page))


def test_what_does_not_sum_stands_beside_its_line(desk, ledger):
    address = url("promise_new", ledger.invoice(300).id)
    refused = desk.post(address, instalments(("2026-07-01", "100"), ("", ""), ("2026-08-01", "100")))
    assert refused.status_code == 422
    assert "come to 200.00 EUR" in refused.context["form"].errors["instalments_2_amount"][0]
    refused = desk.post(address, instalments(("2026-07-01", "100"), ("2026-05-19", "200")))
    assert "it is past" in refused.context["form"].errors["instalments_1_agreed_on"][0]
    refused = desk.post(address, instalments(("2026-07-01", "1OO")))
    assert refused.context["form"].errors["instalments_0_amount"]
    refused = desk.post(address, instalments(("2026-07-01", "100"), ("", "200")))
    assert refused.context["form"].errors["instalments_1_agreed_on"]
    more = desk.post(address, {**instalments(("2026-07-01", "100")), "more": "1"})
    assert more.context["form"].lines == 6
    assert not Promise.objects.exists()


def test_a_dispute_is_recorded_put_off_and_closed(desk, ledger, sit):
    invoice = ledger.invoice(100, on="04/05", due="10/06")
    page = url("transaction", invoice.id)
    address = url("dispute_new", invoice.id)
    assert "more than the invoice" in desk.post(address, {"reason": "May", "amount": "101"}).content.decode()
    assert desk.post(address, {"reason": "The hours of May", "amount": "40", "follow_up_on": "2026-05-20"}).url == page
    dispute = InvoiceDispute.objects.get()
    assert "Disputed: The hours of May" in said(desk.get(page))
    assert "Disputes to answer" in said(desk.get(url("home")))
    one = url("dispute", dispute.pk)
    assert desk.post(one, {"follow_up_on": "2026-06-01", "note": "Asked again."}).url == one
    assert sit("auditor").post(one, {"follow_up_on": "2026-07-01"}).status_code == 403
    assert sit("auditor").get(one).status_code == 200
    assert url("account", ledger.account.pk) in desk.get(one).content.decode().partition("<main")[2]
    note = ledger.credit_note(40, to=[invoice])
    assert url("transaction", note.id) in desk.get(one).content.decode()
    assert desk.post(url("dispute_close", dispute.pk), {"outcome": "rejected"}).url == page
    assert "Dispute closed" in said(desk.get(page))
    assert desk.post(one, {"follow_up_on": "2026-07-01"}).status_code == 409
    assert "Rejected" in said(desk.get(one))


def test_a_dispute_without_an_amount_is_of_what_is_open(desk, ledger):
    invoice = ledger.invoice(100, on="04/05", due="10/06")
    desk.post(url("dispute_new", invoice.id), {"reason": "Nothing came"})
    dispute = InvoiceDispute.objects.get()
    assert "all that is open" in said(desk.get(url("dispute", dispute.pk)))
    desk.post(url("dispute_close", dispute.pk), {"outcome": "rejected"})
    assert "all that was open" in said(desk.get(url("dispute", dispute.pk)))
