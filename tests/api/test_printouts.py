"""Documents as files by the API, and the letterhead on them."""

from __future__ import annotations

import base64

import pytest
from tests.documents.test_logos import picture


@pytest.mark.parametrize(
    ("form", "begins"),
    [("pdf", b"%PDF-"), ("html", b"<!doctype html>"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("rtf", b"{\\rtf1")],
)
def test_the_api_prints_in_every_format(api, form, begins):
    invoice = api.invoice(100)
    answer = raw(api, f"invoices/{invoice}/printout?format={form}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert f'filename="invoice-INV00000001.{form}"' in answer["Content-Disposition"]


def raw(api, path):
    return api.request("GET", path)


def test_the_api_prints_each_resource_and_refuses_another_kind(api):
    invoice, payment = api.invoice(100), api.payment(40)
    account = api.account
    for path in (
        f"invoices/{invoice}", f"payments/{payment}", f"transactions/{payment}", f"accounts/{account}",
    ):  # fmt: skip
        assert raw(api, f"{path}/printout").content.startswith(b"%PDF-")
    assert raw(api, f"invoices/{payment}/printout").status_code == 404
    assert raw(api, f"invoices/{invoice}/printout?format=docx").status_code == 422
    refused = raw(api, f"invoices/{invoice}/printout?language=fr")
    assert (refused.status_code, refused.json()["code"]) == (422, "language_unknown")


def test_the_letterhead_and_its_logo_are_set_by_the_api(api):
    changed = api.patch("letterhead", {"legal_name": "Nordlicht GmbH", "iban": "de89 3704 0044 0532 0130 00"})
    assert changed["iban"] == "DE89370400440532013000"
    for field, value in (("iban", "DE00"), ("accent", "red"), ("language", "xx"), ("country", "ZZ"), ("email", "x")):
        assert api.patch("letterhead", {field: value}, expect=422)["param"] == f"/{field}"
    logo = base64.b64encode(picture()).decode()
    assert api.request("PUT", "letterhead/logo", {"content": logo}).status_code == 204
    assert raw(api, f"invoices/{api.invoice(1)}/printout").content.count(b"/Image") >= 1
    assert api.request("PUT", "letterhead/logo", {"content": "!"}).status_code == 422
    api.delete("letterhead/logo")
