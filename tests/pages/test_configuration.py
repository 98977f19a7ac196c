"""Configuration, people, periods and imports: changed by those who may, refused with a reason."""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.factories import day
from tests.pages.conftest import reviewed

from subledger.accounts.models import AccountClassification, AccountDefinition
from subledger.catalog.models import Product, TaxRate
from subledger.companies.models import ApiKey, Membership, Role
from subledger.companies.queries import key_by_secret
from subledger.companies.services import add_member
from subledger.import_kit.rules.columns import place_fields
from subledger.imports.models import ImportRun
from subledger.imports.registry import kinds as import_kinds
from subledger.journal.models import ExchangeRate
from subledger.journal.queries import closed_through
from subledger.page_kit.kinds import kinds
from subledger.transactions.models import PaymentMethod, Transaction, TransactionDefinition, TransactionType


def page(name: str, *arguments: object) -> str:
    return reverse(f"backoffice:{name}", args=arguments)


def typed_of(form) -> dict[str, object]:
    """What a browser sends when nothing is changed."""
    typed = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, list):
            value = [getattr(each, "pk", each) for each in value]
        if value is not None and value is not False:
            typed[bound.html_name] = getattr(value, "pk", value)
    return typed


@pytest.mark.few(2)
@pytest.mark.parametrize("slug", kinds())
def test_every_entry_can_be_opened_and_saved_as_it_is(desk, books, slug):
    kind = kinds()[slug]
    rows = list(kind.model.objects.all())
    fields = [field.attname for field in kind.model._meta.fields]
    before = [{name: getattr(row, name) for name in fields} for row in rows]
    for row in rows:
        url = page("entry", slug, row.public_id)
        answer = desk.post(url, typed_of(desk.get(url).context["form"]))
        assert answer.status_code == 302, answer.content.decode()[:4000]
    after = {row.pk: row for row in kind.model.objects.all()}
    assert [{name: getattr(after[row.pk], name) for name in fields} for row in rows] == before


def test_entries_are_created_and_a_taken_code_is_refused(desk, ledger):
    url = page("entry_new", "classifications")
    assert desk.post(url, {"name": "Wholesale", "code": "wholesale", "is_active": "on"}).status_code == 302
    assert AccountClassification.objects.get(code="wholesale").name == "Wholesale"
    refused = desk.post(url, {"name": "Kept as typed", "code": "wholesale"})
    assert refused.status_code == 422
    assert refused.refusal_code == "code_taken"
    assert b'value="Kept as typed"' in refused.content


def test_a_product_is_priced_in_major_units_with_any_decimals(desk, ledger):
    rate = TaxRate.objects.get(code="standard")
    typed = {
        "name": "Energy",
        "code": "kwh",
        "price": "0.2345",
        "currency": "EUR",
        "tax_rate": rate.pk,
        "is_active": "on",
    }
    assert desk.post(page("entry_new", "products"), typed).status_code == 302
    product = Product.objects.get(code="kwh")
    assert (product.unit_amount, product.currency) == (Decimal("23.45"), "eur")
    assert 'value="0.2345"' in desk.get(page("entry", "products", product.public_id)).content.decode()
    nonsense = desk.post(page("entry_new", "products"), {**typed, "code": "x", "currency": "ZZZ"})
    assert nonsense.refusal_code == "currency_unknown"


def test_a_type_may_use_only_what_it_lists(desk, ledger):
    method = PaymentMethod.objects.get(code="cash")
    typed = {
        "name": "Cash payment",
        "code": "cash-payment",
        "classification": "payment",
        "payment_methods": [method.pk],
        "default_payment_method": method.pk,
        "is_default": "on",
        "is_revenue": "on",
        "is_active": "on",
    }
    assert desk.post(page("entry_new", "transaction-types"), typed).status_code == 302
    made = TransactionType.objects.get(code="cash-payment")
    assert list(made.payment_methods.all()) == [method]
    assert list(TransactionType.objects.filter(classification="payment", is_default=True)) == [made]


def test_another_definition_is_put_in_force(desk, ledger):
    typed = {
        "name": "First in, first out",
        "code": "fifo",
        "allocation_principle": "fifo",
        "days": "14",
        "nth": "0",
        "months": "0",
        "credit_rule": "x_days_after_transaction_posted_date",
        "proximity_days": "0",
        "is_multi_currency": "on",
    }
    assert desk.post(page("entry_new", "account-definitions"), typed).status_code == 302
    made = AccountDefinition.objects.get(code="fifo")
    assert not made.is_active
    assert desk.post(page("definition_activate", made.public_id)).status_code == 302
    assert AccountDefinition.objects.get(is_active=True) == made
    ledger.account.refresh_from_db()
    invoice = ledger.invoice(10, on="04/05")
    assert Transaction.objects.get(pk=invoice.id).due_on == day("18/05")


def test_the_refund_check_is_switched_off(desk, ledger):
    row = TransactionDefinition.objects.get()
    url = page("entry", "transaction-definition", row.public_id)
    typed = typed_of(desk.get(url).context["form"])
    del typed["refund_needs_credit_balance"]
    assert desk.post(url, typed).status_code == 302
    assert ledger.refund(5)
    assert desk.get(page("entry_new", "transaction-definition")).status_code == 404  # there is one


def test_periods_close_and_reopen(desk, company):
    assert reviewed(desk, page("period_close"), {"through": "2026-04-30"}).status_code == 302
    assert closed_through() == day("30/04")
    refused = desk.post(page("period_close"), {"through": "2026-12-31"})
    assert refused.refusal_code == "period_invalid"
    shown = desk.get(page("period_reopen"))
    assert reviewed(desk, page("period_reopen"), {"reason": "A late invoice"}, shown=shown).status_code == 302
    assert closed_through() is None
    assert desk.post(page("period_reopen"), {"reason": "Again"}).status_code == 422


def test_rates_are_entered_by_day(desk, company):
    assert desk.post(page("rate_new"), {"currency": "usd", "on": "2026-05-01", "rate": "0.9215"}).status_code == 302
    assert ExchangeRate.objects.get().rate == Decimal("0.9215")
    for rate, code in (("0", "exchange_rate_invalid"), ("x", "number_invalid")):
        refused = desk.post(page("rate_new"), {"currency": "usd", "on": "2026-05-01", "rate": rate})
        assert refused.refusal_code == code


def test_a_person_has_another_role_given(desk, books, company):
    url = page("person_role", books.colleague.pk)
    assert url in desk.get(page("people")).content.decode()
    promoted = Role.objects.get(code="billing_manager")
    assert desk.post(url, {"role": promoted.pk}).url == page("people")
    assert Membership.objects.get(pk=books.colleague.pk).role == promoted
    mine = Membership.objects.get(role__code="administrator")
    assert desk.post(page("person_role", mine.pk), {"role": promoted.pk}).refusal_code == "last_administrator"


def test_a_person_is_removed_but_not_the_last_administrator(desk, books, company):
    name = books.colleague.user.get_username()
    link = page("person_remove", books.colleague.pk)
    assert link in desk.get(page("person_role", books.colleague.pk)).content.decode()
    assert f"Remove {name}, Agent" in desk.get(link).content.decode()
    assert f"{name} is no longer in the company" in desk.post(link, follow=True).content.decode()
    assert desk.get(link).status_code == 404
    mine = Membership.objects.get(role__code="administrator")
    refused = desk.post(page("person_remove", mine.pk))
    assert (refused.status_code, refused.refusal_code) == (409, "last_administrator")
    add_member(user=books.colleague.user, role="administrator", actor="test")
    assert desk.post(page("person_remove", mine.pk)).url == page("home")
    assert desk.get(page("home")).refusal_code == "no_company"


def test_a_key_is_shown_once_and_revoked(desk, company):
    shown = desk.post(page("key_new"), {"name": "billing", "scopes": "read invoices:write"})
    secret = shown.context["secret"]
    key = ApiKey.objects.get()
    assert secret in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert (key.scopes, key_by_secret(secret)) == (["read", "invoices:write"], key)
    assert secret not in desk.get(page("keys")).content.decode()
    assert desk.post(page("key_new"), {"name": "x", "scopes": "everything"}).refusal_code == "scope_invalid"
    assert desk.post(page("key_revoke", key.pk)).status_code == 302
    assert key_by_secret(secret) is None


def test_a_role_grants_what_is_ticked(desk, company):
    role = Role.objects.get(code="agent")
    url = page("entry", "roles", role.public_id)
    assert desk.post(url, {"name": "Agent", "code": "agent", "permissions": ["view", "notes.add"]}).status_code == 302
    role.refresh_from_db()
    assert role.permissions == ["view", "notes.add"]
    assert desk.post(url, {"name": "Agent", "code": "agent", "permissions": ["fly"]}).status_code == 422


def test_rows_that_a_sheet_hides_are_told(desk, ledger):
    with xlsxwriter.Workbook(file := BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["account", "amount", "posted_on"])
        for line in (1, 2):
            sheet.write_row(line, 0, [ledger.account.number, line, "2026-05-04"])
        sheet.set_row(2, None, None, {"hidden": True})
    upload = SimpleUploadedFile("may.xlsx", file.getvalue())
    checked = desk.post(page("import_new"), {"kind": "payments", "file": upload})
    assert b"1 hidden row was read." in checked.content


def test_a_file_is_checked_then_imported_and_twice_is_once(desk, ledger):
    content = (
        f"account,amount,posted_on\n{ledger.account.number},12.50,2026-05-04\n{ledger.account.number},8.00,2026-05-05\n"
    )

    def send(text: str, **typed: str):
        return desk.post(
            page("import_new"), {"kind": "payments", "file": SimpleUploadedFile("may.csv", text.encode()), **typed}
        )

    checked = send(content)
    assert b"Checked: nothing is imported yet" in checked.content
    assert (ledger.balance(), ImportRun.objects.count()) == (0, 0)
    imported = send(content, keep="1")
    assert b"Imported" in imported.content
    assert ledger.balance() == Decimal("-20.50")
    assert send(content, keep="1").context["report"].unchanged == 2
    assert ledger.balance() == Decimal("-20.50")
    bad = send(content + "NOBODY,1.00,2026-05-05\n", keep="1")
    assert b"Not imported" in bad.content
    assert b"NOBODY" in bad.content
    run = ImportRun.objects.filter(is_kept=False).get()
    assert "NOBODY" in desk.get(page("import", run.pk)).content.decode()


def test_a_foreign_file_is_mapped_by_choosing_and_shown_as_it_is_understood(desk, ledger):
    content = f"Our bank;;\nKonto;Betrag;Tag\n{ledger.account.number};1.234,50;04.05.2026\n"

    def send(**typed: str):
        file = SimpleUploadedFile("mai.csv", content.encode())
        return desk.post(page("import_new"), {"kind": "payments", "file": file, "header_line": "2", **typed})

    unknown = send()
    assert unknown.refusal_code == "file_header_invalid"
    assert b"--" not in unknown.content
    assert unknown.context["look"].header == ["Konto", "Betrag", "Tag"]
    assert b'name="column-amount" form="import-form"' in unknown.content
    chosen = {"column-account": "Konto", "column-amount": "Betrag", "column-posted_on": "Tag"}
    checked = send(**chosen, date_format="%d.%m.%Y")
    assert checked.context["report"].created == 1
    assert checked.context["look"].rows == [
        {"line": "3", "account": ledger.account.number, "amount": "1234.50", "posted_on": "2026-05-04"}
    ]
    kept = send(**chosen, date_format="%d.%m.%Y", keep="1")
    run = ImportRun.objects.get(pk=kept.context["report"].run_id)
    created = desk.get(page("import", run.pk)).content.decode()
    number = Transaction.objects.get(account=ledger.account).number
    assert number in created


def test_rejected_rows_are_downloaded_with_all_that_is_wrong_and_without_words_of_the_command(desk, ledger):
    content = "account;amount;posted_on\nNOBODY;many;31/31/2026\n"
    answer = desk.post(page("import_new"), {"kind": "payments", "file": SimpleUploadedFile("m.csv", content.encode())})
    file = answer.context["rejected_file"]
    assert file["name"] == "m.csv.rejected.csv"
    rows = b64decode(file["url"].partition(",")[2]).decode().splitlines()
    assert rows[0] == "account;amount;posted_on;line;column;code;reason"
    assert "account, amount, posted_on" in rows[1]
    assert [one.code for one in answer.context["report"].rejections] == [
        "account_unknown",
        "amount_invalid",
        "date_invalid",
    ]
    assert b"--create-missing" not in answer.content
    assert "Create accounts and products that are missing”" in answer.content.decode()


@pytest.mark.parametrize("name", ["4242424242424242", "A\aB"])
def test_a_bad_name_refuses_its_row_and_the_rest_is_imported(desk, ledger, name):
    content = f"account,amount,posted_on\n{name},5,2026-05-04\nA-1,7,2026-05-04\n"
    file = SimpleUploadedFile("may.csv", content.encode())
    boxes = {"keep": "1", "skip_bad": "on", "create_missing": "on"}
    answer = desk.post(page("import_new"), {"kind": "payments", "file": file, **boxes})
    report = answer.context["report"]
    assert [(one.line, one.column) for one in report.rejections] == [(2, "account")]
    assert (report.created, report.created_also["accounts"], report.is_kept) == (1, 1, True)
    assert answer.context["rejected_file"]["name"] == "may.csv.rejected.csv"


def test_a_payment_that_looks_imported_is_told_and_kept_by_a_box(desk, ledger):
    content = f"account,amount,posted_on\n{ledger.account.number},5.00,2026-05-04\n"

    def send(text: str, **typed: str):
        file = SimpleUploadedFile("m.csv", text.encode())
        return desk.post(page("import_new"), {"kind": "payments", "file": file, "keep": "1", **typed})

    send(content)
    again = send(content + "\n")
    assert again.context["report"].duplicates == 1
    assert "Keep payments that look like earlier ones" in again.content.decode()
    assert send(content + "\n", keep_duplicates="on").context["report"].created == 1
    assert ledger.balance() == Decimal("-10.00")


@pytest.mark.parametrize("kind", import_kinds().values(), ids=lambda kind: kind.name)
def test_each_kind_has_a_template_that_can_be_read(desk, kind):
    answer = desk.get(page("import_new"), {"template": kind.name})
    assert answer["Content-Disposition"] == f'attachment; filename="{kind.name}.csv"'
    header = answer.content.decode().strip().split(",")
    assert set(place_fields(kind.fields, header, mapping={}, values={}).places) == set(kind.fields.names)


def test_a_file_that_cannot_be_read_is_refused_as_a_whole(desk, ledger, settings):
    def send(name: str, content: bytes, **typed: str):
        return desk.post(page("import_new"), {"kind": "payments", "file": SimpleUploadedFile(name, content), **typed})

    assert send("may.doc", b"x").refusal_code == "file_format_unknown"
    assert send("may.csv", b"account,amount,posted_on\n").refusal_code == "file_empty"
    assert send("may.csv", b"a\n1\n", **{"column-amount": "b"}).refusal_code == "import_mapping_invalid"
    settings.IMPORT_LIMIT_BYTES = 10
    large = send("may.csv", b"account,amount,posted_on\n")
    assert (large.status_code, large.refusal_code) == (413, "file_too_large")
