"""Electronic invoices, many documents at once and kept copies by the API."""

from __future__ import annotations

import csv
import io
import zipfile

from tests.api.test_printouts import raw

from subledger.documents.models import Letterhead
from subledger.platform.scope import company_scope
from subledger.runs.models import Run
from subledger.runs.services.worker import work


def ready(api) -> None:
    api.patch("letterhead", {"country": "DE", "vat_number": "DE129273398"})
    customer = api.get(f"accounts/{api.account}")["customer"]
    api.patch(f"customers/{customer}", {"country": "IT"})


def test_what_is_missing_is_told_and_then_it_is_made(api):
    invoice = api.invoice(100)
    refused = raw(api, f"invoices/{invoice}/printout?format=ubl")
    assert refused.status_code == 409
    said = refused.json()
    assert said["code"] == "electronic_invoice_incomplete"
    assert {one["param"] for one in said["errors"]} == {"/letterhead", "/customer"}
    ready(api)
    for form, kind in (("ubl", "application/xml"), ("cii", "application/xml"), ("facturx", "application/pdf")):
        made = raw(api, f"invoices/{invoice}/printout?format={form}")
        assert (made.status_code, made["Content-Type"]) == (200, kind)
    refused = raw(api, f"payments/{api.payment(1)}/printout?format=ubl")
    assert "made of: invoice, credit note" in refused.json()["detail"]


def test_copies_are_listed_downloaded_and_made_anew(api):
    invoice = api.invoice(100)
    first = raw(api, f"invoices/{invoice}/printout").content
    [copy] = api.get("printed_copies", number="INV00000001")["data"]
    assert (copy["record"], copy["kind"], copy["format"], copy["edition"]) == (
        api.get(f"transactions/{invoice}")["id"], "invoice", "pdf", 1,
    )  # fmt: skip
    assert raw(api, f"printed_copies/{copy['id']}/file").content == first
    api.patch("letterhead", {"legal_name": "Another name"})
    assert raw(api, f"invoices/{invoice}/printout").content == first
    renewed = api.post(f"invoices/{invoice}/printout", {})
    assert renewed["edition"] == 2
    assert raw(api, f"invoices/{invoice}/printout").content != first
    assert raw(api, f"printed_copies/{copy['id']}/file").content == first
    assert api.post(f"invoices/{invoice}/printout", {"format": "xlsx"}, expect=422)["code"] == "copy_not_kept"


def test_a_few_are_one_file(api):
    some = [api.invoice(10), api.payment(5), api.invoice(20)]
    query = "&".join(f"document={one}" for one in some)
    one_pdf = raw(api, f"printouts?{query}&bundle=pdf")
    assert one_pdf["Content-Type"] == "application/pdf"
    content = b"".join(one_pdf.streaming_content)
    from tests.documents.pdf_text import pages_of

    assert ["INV00000001" in pages_of(content)[0], "PAY00000001" in pages_of(content)[1]] == [True, True]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(raw(api, f"printouts?{query}").streaming_content)))
    assert len(archive.namelist()) == 4
    refused = raw(api, f"printouts?{query}&bundle=pdf&format=ubl").json()
    assert refused["code"] == "prints_invalid"
    assert raw(api, "printouts").status_code == 422


def test_many_are_a_run_with_each_ones_result(api):
    some = [api.invoice(10), api.payment(5), api.invoice(20)]
    ready(api)
    run = api.post("printouts", {"documents": some, "format": "facturx"})
    assert api.get(f"printouts/{run['id']}/file", expect=409)["code"] == "prints_not_ready"
    with company_scope(api.company.pk):
        assert Letterhead.objects.get().country == "DE"
        work(Run.objects.get().pk)
    steps = api.get(f"runs/{run['id']}/steps")["data"]
    assert [step["outcome"] for step in steps] == ["succeeded", "failed", "succeeded"]
    assert "made of: invoice" in steps[1]["detail"]
    file = raw(api, f"printouts/{run['id']}/file")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))
    assert archive.namelist() == ["invoice-INV00000001-facturx.pdf", "invoice-INV00000002-facturx.pdf", "results.csv"]
    rows = list(csv.reader(io.StringIO(archive.read("results.csv").decode("utf-8-sig"))))
    assert [row[2][:7] for row in rows[1:]] == ["printed", "Payment", "printed"]
    assert api.post("printouts", {"documents": [], "format": "pdf"}, expect=422)
    assert api.post("printouts", {"documents": some, "format": "csv"}, expect=422)["code"] == "prints_invalid"
    assert api.post("printouts", {"documents": [api.account]}, expect=422)
