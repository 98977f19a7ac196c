"""Messages by the API: of invoices, payments and accounts, shown first, sent again, and addresses that get none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.messages.conftest import has_gone

from subledger.accounts.models import Customer
from subledger.messages.models import Message
from subledger.messages.services import delivery
from subledger.platform import clock
from subledger.platform.scope import company_scope

from .client import ApiClient, Books

ADDRESS = "ana@example.com"


@pytest.fixture
def invoice(api: Books) -> str:
    made = api.invoice(100)
    Customer.unscoped.filter(company_id=api.company.pk).update(email=ADDRESS)
    return made


def test_an_invoice_is_shown_then_sent_as_it_was_shown(api: Books, invoice: str):
    shown = api.post(f"invoices/{invoice}/communicate", {"dry_run": True}, expect=200)
    assert (shown["recipient"], shown["object"], shown["kind"]) == (ADDRESS, "message_draft", "invoice")
    assert api.get("messages")["data"] == []
    sent = api.post(f"invoices/{invoice}/communicate", {"expected_digest": shown["digest"]}, expect=201)
    assert (sent["state"], sent["subject"], sent["body"]) == ("queued", shown["subject"], shown["body"])
    assert api.get(f"messages/{sent['id']}") == sent
    assert api.get("messages", state="queued", recipient=ADDRESS)["data"] == [sent]
    again = api.post(f"invoices/{invoice}/communicate", {}, expect=409)
    assert again["code"] == "message_sent_already"
    assert "confirm_again" in again["detail"]
    assert api.post(f"invoices/{invoice}/communicate", {"confirm_again": True})["resends"] == sent["id"]
    differs = api.post(f"invoices/{invoice}/communicate", {"expected_digest": "0" * 32}, expect=409)
    assert differs["code"] == "message_differs"


def test_the_mail_goes_out_by_the_worker(api: Books, invoice: str, mailoutbox):
    sent = api.post(f"invoices/{invoice}/communicate", {"recipient": "bea@bücher.example", "language": "de"})
    with company_scope(api.company.pk):
        assert delivery.deliver()[0]["sent"] == 1
    [mail] = mailoutbox
    assert mail.to == ["bea@xn--bcher-kva.example"]
    assert mail.subject == sent["subject"]
    assert "Rechnung" in mail.subject
    told = api.get(f"messages/{sent['id']}")
    assert told["state"] == "sent"
    assert told["sent_at"]
    assert api.post(f"messages/{sent['id']}/resend", {}, expect=201)["resends"] == sent["id"]
    assert api.post(f"messages/{sent['id']}/bounced")["state"] == "bounced"
    assert api.get("suppressions")["data"][0]["address"] == "bea@bücher.example"


def test_what_waits_is_tried_now(api: Books, invoice: str):
    sent = api.post(f"invoices/{invoice}/communicate", {}, expect=201)
    assert api.post(f"messages/{sent['id']}/try_now") == sent, "it is due already"
    assert api.post("messages/try_now") == {"object": "messages_tried", "count": 0}
    Message.unscoped.update(send_at=clock.now() + timedelta(hours=1), tries=3)
    assert api.post("messages/try_now")["count"] == 1
    with company_scope(api.company.pk):
        has_gone()
    refused = api.post(f"messages/{sent['id']}/try_now", expect=409)
    assert refused["code"] == "message_not_waiting"


@pytest.mark.parametrize("recipient", ["ana", "ana@example.com\r\nBcc: x@example.com", "a@b", "Ana <ana@example.com>"])
def test_what_is_no_address_is_refused_at_its_field(api: Books, invoice: str, recipient: str):
    refused = api.post(f"invoices/{invoice}/communicate", {"recipient": recipient}, expect=422)
    assert (refused["code"], refused["param"]) == ("address_invalid", "/recipient")


def test_of_a_customer_without_address_nothing_is_sent(api: Books):
    invoice = api.invoice(100)
    assert api.post(f"invoices/{invoice}/communicate", {}, expect=422)["code"] == "no_recipient"


def test_several_get_it_in_one_act(api: Books, invoice: str):
    where, whom = f"invoices/{invoice}/communicate", [ADDRESS, "bea@example.com", "eva@example.com"]
    api.post("suppressions", {"address": "eva@example.com", "reason": "opted_out"}, expect=201)
    shown = api.post(where, {"recipients": whom, "dry_run": True}, expect=200)
    assert [one["recipient"] for one in shown["drafts"]] == whom[:2]
    left = [{"recipient": "eva@example.com", "why": "its owner wants none"}]
    assert (shown["object"], shown["left_out"]) == ("communication_draft", left)
    assert api.get("messages")["data"] == []
    sent = api.post(where, {"recipients": whom, "expected_digest": shown["digest"]}, expect=201)
    assert (sent["object"], sent["left_out"]) == ("communication", left)
    assert sorted(one["id"] for one in sent["messages"]) == sorted(one["id"] for one in api.get("messages")["data"])
    assert api.post(where, {"recipients": whom}, expect=409)["code"] == "message_sent_already"
    both = api.post(where, {"recipients": whom, "recipient": ADDRESS}, expect=422)
    assert (both["code"], both["param"]) == ("recipients_invalid", "/recipient")
    wrong = api.post(where, {"recipients": [ADDRESS, "nobody"]}, expect=422)
    assert (wrong["code"], wrong["param"]) == ("address_invalid", "/recipients/1")
    unfit = api.post(where, {"kind": "refund"}, expect=422)
    assert (unfit["code"], unfit["param"]) == ("message_kind_unfit", "/kind")
    by_itself = api.post(where, {"recipients": [], "confirm_again": True}, expect=201)
    assert [one["recipient"] for one in by_itself["messages"]] == [ADDRESS]


def test_payments_refunds_credit_notes_and_accounts_are_told_of_too(api: Books, invoice: str):
    account = api.get(f"invoices/{invoice}")["account"]
    payment = api.post("payments", {"account": account, "amount": 12000, "state": "posted"}, expect=201)["id"]
    refund = api.post("refunds", {"account": account, "amount": 1000, "state": "posted"}, expect=201)["id"]
    items = [{"description": "x", "unit_amount": 100}]
    note = api.post("credit_notes", {"account": account, "items": items, "state": "posted"}, expect=201)["id"]
    for path, ident, kind in (
        ("payments", payment, "payment_receipt"),
        ("refunds", refund, "refund"),
        ("credit_notes", note, "credit_note"),
        ("accounts", account, "statement"),
    ):
        made = api.post(f"{path}/{ident}/communicate", {}, expect=201)
        assert (made["kind"], made["about"]) == (kind, ident)
    assert api.post(f"payments/{invoice}/communicate", {}, expect=404)["code"] == "not_found"


def test_templates_are_configured_and_previewed(api: Books, invoice: str):
    body = {"code": "friendly", "name": "Friendly", "kind": "invoice", "language": "en", "subject": "#FT_NUMBER",
            "body": "Hello #CUSTOMER_NAME, #FT_OUTSTANDING is open."}  # fmt: skip
    made = api.post("message_templates", body, expect=201)
    assert {name: made[name] for name in body} == body
    sample = api.post(f"message_templates/{made['id']}/preview", {})
    assert sample["subject"] == "INV00000042"
    found = api.post(f"message_templates/{made['id']}/preview", {"about": invoice})
    assert found["subject"] == api.get(f"invoices/{invoice}")["number"]
    assert "<p" in found["html"]
    refused = api.patch(f"message_templates/{made['id']}", {"body": "#FT_NUMBR"}, expect=422)
    assert (refused["code"], refused["param"]) == ("unknown_tags", "/body")
    assert "#FT_NUMBER" in refused["detail"]
    for field, text in (("body", "Dear {{ name }}"), ("subject", "{% if x %}"), ("body", 'a\n#include "/etc/passwd"')):
        foreign = api.patch(f"message_templates/{made['id']}", {field: text}, expect=422)
        assert (foreign["code"], foreign["param"]) == ("unknown_tags", f"/{field}")
        assert "after #, such as #" in foreign["detail"]
    assert api.post("message_templates", {**body, "code": "x", "kind": "nothing"}, expect=422)["param"] == "/kind"
    assert api.get("message_templates", kind="invoice", code="friendly")["data"] == [made]
    sent = api.post(f"invoices/{invoice}/communicate", {"template": made["id"]}, expect=201)
    assert sent["template"] == made["id"]


def test_what_lets_somebody_in_is_worded_by_no_company(api: Books):
    body = {"code": "x", "name": "X", "language": "en", "subject": "A new password"}
    evil = {**body, "kind": "password_link", "body": "https://evil.example/#PASSWORD_LINK"}
    assert api.post("message_templates", evil, expect=422)["param"] == "/kind"
    assert api.post("message_templates", {**evil, "kind": "invitation", "body": "Join"}, expect=422)["param"] == "/kind"
    joined = {**body, "kind": "pay_link", "body": "https://evil.example/#PAY_LINK"}
    refused = api.post("message_templates", joined, expect=422)
    assert (refused["code"], refused["param"]) == ("unknown_tags", "/body")
    api.post("message_templates", {**joined, "body": "Pay here:\n#PAY_LINK\n"}, expect=201)


def test_a_key_that_may_only_send_shows_nobody_what_it_may_not_see(api: Books, invoice: str):
    sent = api.post(f"invoices/{invoice}/communicate", {}, expect=201)
    sender = ApiClient(api.company, scopes=("messages:write",))
    for body in ({"recipient": "x@example.com", "dry_run": True}, {"recipient": "x@example.com"}):
        refused = sender.post(f"invoices/{invoice}/communicate", body, expect=403)
        assert "view:invoices" in str(refused)
    assert sender.post(f"messages/{sent['id']}/resend", {"recipient": "x@example.com"}, expect=403)
    both = ApiClient(api.company, scopes=("messages:write", "invoices:read"))
    both.post(f"invoices/{invoice}/communicate", {"recipient": "x@example.com"}, expect=201)


def test_settings_say_what_is_sent_by_itself(api: Books):
    assert api.get("message_settings")["automatic"] == []
    changed = api.patch("message_settings", {"automatic": ["payment_receipt"], "language": "it"})
    assert (changed["automatic"], changed["language"]) == (["payment_receipt"], "it")
    assert api.patch("message_settings", {"reply_to": "nobody"}, expect=422)["code"] == "address_invalid"
    assert api.patch("message_settings", {"automatic": ["invoice"]}, expect=422)


def test_suppressed_addresses_get_nothing(api: Books, invoice: str):
    held = api.post("suppressions", {"address": "ANA@example.com", "reason": "opted_out"}, expect=201)
    assert api.post(f"invoices/{invoice}/communicate", {}, expect=409)["code"] == "address_suppressed"
    twice = api.post("suppressions", {"address": ADDRESS, "reason": "bounced"}, expect=409)
    assert twice["code"] == "address_suppressed_already"
    assert api.post(f"suppressions/{held['id']}/lift")["lifted_at"]
    api.post(f"invoices/{invoice}/communicate", {}, expect=201)


def test_a_message_belongs_to_its_company_and_permission(api: Books, invoice: str):
    sent = api.post(f"invoices/{invoice}/communicate", {}, expect=201)
    reader = ApiClient(api.company, scopes=("read",))
    assert reader.get(f"messages/{sent['id']}")["id"] == sent["id"]
    assert reader.post(f"invoices/{invoice}/communicate", {}, expect=403)
    with company_scope(api.company.pk):
        has_gone()
    assert reader.post(f"messages/{sent['id']}/resend", {}, expect=403)
    writes = ApiClient(api.company, scopes=("messages:write", "read"))
    assert writes.post(f"messages/{sent['id']}/resend", {"recipient": "bea@example.com"}, expect=201)


def test_a_language_that_nothing_is_written_in_is_refused_as_printouts_refuse_it(api: Books, invoice: str):
    for more in ({}, {"dry_run": True}, {"recipients": []}):
        wrong = api.post(f"invoices/{invoice}/communicate", {"language": "klingon", **more}, expect=422)
        assert (wrong["code"], wrong["param"]) == ("language_unknown", "/language")
    assert wrong["detail"] == api.get(f"invoices/{invoice}/printout?language=klingon", expect=422)["detail"]
    assert api.get("messages")["data"] == []
    template = api.get("message_templates", kind="invoice")["data"][0]["id"]
    chosen = {"language": "fr", "template": template}
    assert api.post(f"invoices/{invoice}/communicate", chosen, expect=422)["code"] == "language_unknown"
    assert (
        api.post(f"invoices/{invoice}/communicate", {"language": "de-AT", "dry_run": True}, expect=200)["language"]
        == "de"
    )
