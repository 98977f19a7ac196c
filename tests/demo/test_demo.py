"""The demo: real books that come to what is known of them, the stories' balances, and made only once."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from tests.concurrency.conftest import scratch_database
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.factories import make_company
from typer.testing import CliRunner

from subledger.accounts.models import Account, Customer
from subledger.cli.main import app
from subledger.companies.models import Company
from subledger.companies.queries import memberships_of
from subledger.demo import sample
from subledger.demo.books import NotEmpty, make_demo
from subledger.documents.queries import has_logo, sender
from subledger.documents.services import print_document
from subledger.documents.values import FileFormat
from subledger.dunning.models import DunningClaim
from subledger.gateways.models import PaymentRequest
from subledger.imports.services import import_file
from subledger.kernel.currencies import exponent
from subledger.kernel.email_addresses import trouble_with
from subledger.platform.scope import company_scope
from subledger.promises.models import InvoiceDispute, Promise
from subledger.reports.catalogue import report_named
from subledger.reports.proof import invariants, prove
from subledger.runs.models import Run
from subledger.transactions.models import OpenItem, Transaction
from subledger.transactions.printouts import printables_of
from subledger.transactions.queries import balance_of
from subledger.wallets.models import Wallet

pytestmark = pytest.mark.wide

STORIES = {
    "1-1": 0,
    "1-2": -12_50,
    "1-3": 20_00,
    "1-4": 0,
    "2-1": -100_00,
    "3-1": 0,
    "3-2": 15_00,
    "3-3": 0,
    "3-4": 0,
    "3-5": -10_00,
    "4-1": 196_35,
    "8-1": 300_00,
    "8-2": 0,
    "8-3": 80_00,
    "12-1": 0,
}
DUE = {"5-1": date(2026, 6, 15), "5-2": date(2026, 5, 30), "5-3": date(2026, 5, 25), "5-4": date(2026, 5, 28)}


def american(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def of_sample(as_of: date) -> dict[str, dict[str, Decimal]]:
    """What was open by account and bucket, straight from the rows of the file."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    with sample.FILE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            issued, due, settled = (american(row[name]) for name in ("InvoiceDate", "DueDate", "SettledDate"))
            if issued <= as_of < settled:
                late = (as_of - due).days
                bucket = next(
                    (name for limit, name in ((0, "not_due"), (30, "days_1_30"), (60, "days_31_60")) if late <= limit)
                )
                found[row["customerID"]][bucket] += Decimal(row["InvoiceAmount"])
    return {account: dict(buckets) for account, buckets in found.items()}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Made once, in a database that holds nothing else: the demo refuses any other."""
    with django_db_blocker.unblock(), scratch_database():
        assert make_demo()
        yield


@pytest.mark.wide
def test_the_sample_comes_to_what_its_own_rows_say(demo):
    with company_scope(Company.objects.get(code="ibm").pk):
        report = report_named("transactions")
        names = [column.name for column in report.columns]
        sides = [names.index(name) for name in ("debit", "credit")]
        posted = report.run(**{"from": "2012-01-01"}).totals
        assert [[row[at] for at in sides] for row in posted] == [[147_703_18, 147_703_18]]
        assert Transaction.objects.filter(classification="invoice").count() == 2_466
        assert report_named("aged-receivables").run().rows == []
        for as_of in (date(2012, 3, 31), date(2012, 12, 31), date(2013, 6, 30), date(2013, 11, 15)):
            expected = of_sample(as_of)
            table = report_named("aged-receivables").run(as_of=as_of)
            shown = {
                row["account"]: {
                    name: Decimal(row[name]).scaleb(-2)
                    for name in (
                        "not_due",
                        "days_1_30",
                        "days_31_60",
                        "days_61_90",
                        "days_91_120",
                        "days_over_120",
                    )
                    if row[name]
                }
                for row in table.as_dicts()
            }
            assert shown == expected, as_of


def test_each_payment_settles_its_own_invoice(demo):
    with company_scope(Company.objects.get(code="ibm").pk):
        rows = report_named("allocations").run(**{"from": "2012-01-01"}).as_dicts()
        assert {row["principle"] for row in rows} == {"against_item"}
        assert len(rows) == 2_466


def test_the_stories_end_as_the_specification_says(demo):
    with company_scope(Company.objects.get(code="scenarios").pk):
        accounts = {account.code: account for account in Account.objects.all()}
        balances = {
            code: balance_of(account_id=accounts[code].pk, currency="eur", as_of=date(2026, 5, 31)).balance
            for code in STORIES
        }
        assert balances == STORIES
        due = {code: Transaction.objects.get(account=accounts[code]).due_on for code in DUE}
        assert due == DUE
        suspense = Account.objects.get(system_role="suspense")
        assert balance_of(account_id=suspense.pk, currency="eur", as_of=date(2026, 5, 31)).balance == -20_00
        cards = Transaction.objects.get(account=accounts["4-1"])
        assert (cards.net_minor, cards.discount_minor, cards.tax_minor) == (200_00, 35_00, 31_35)
        states = set(Transaction.objects.filter(account=accounts["1-2"]).values_list("classification", "state"))
        assert ("refund", "rejected") in states
        trial = {row["code"]: row["closing"] for row in report_named("trial-balance").run(base=True).as_dicts()}
        prepaid = Wallet.objects.get(account=accounts["12-1"])
        assert prepaid.balance_minor == 119_00 + 20_00 - 23_80
        assert trial["4900"] == -27_00, "900 dollars at 0.91, invoiced at 0.88"


def test_each_open_invoice_makes_an_electronic_one(demo):
    for code in ("ibm", "scenarios"):  # the third is made beside a sandbox alone
        with company_scope(Company.objects.get(code=code).pk):
            assert not Customer.objects.filter(country="").exists(), code
            assert code == "ibm" or not Customer.objects.filter(phone="").exists(), "somebody wants to call them"
            owed = OpenItem.objects.filter(
                is_debit=True, transaction__classification="invoice", transaction__mirrors=None
            )
            rows = owed.values_list("transaction_id", "transaction__currency")
            idents = [ident for ident, currency in rows if exponent(currency) <= 2]  # EN 16931 has no third decimal
            assert idents or code == "ibm"
            for printable in printables_of(idents):
                made = print_document(printable, form=FileFormat.UBL, actor="test")
                assert made.content.startswith(b"<?xml"), printable.document.number


def test_a_month_of_reminders_leaves_interest_up_to_the_day_of_payment(demo):
    with company_scope(Company.objects.get(code="scenarios").pk):
        interest = DunningClaim.objects.filter(kind="late_interest", superseded_at=None)
        paid = interest.filter(account__code="9-2").order_by("from_on")
        days = [(claim.from_on, claim.through_on, claim.amount_minor) for claim in paid]
        assert days == [
            (date(2026, 4, 16), date(2026, 4, 18), 36),
            (date(2026, 4, 19), date(2026, 4, 29), 1_30),
            (date(2026, 4, 30), date(2026, 5, 12), 1_54),  # 480.00 at 9 %, paid on the last of these days
        ]


def test_a_month_of_collections_ends_as_its_days_say(demo):
    with company_scope(Company.objects.get(code="scenarios").pk):
        accounts = {account.code: account for account in Account.objects.filter(code__startswith="10-")}
        balances = {
            code: balance_of(account_id=account.pk, currency="eur", as_of=date(2026, 5, 20)).balance
            for code, account in accounts.items()
        }
        assert balances == {"10-1": 0, "10-2": 0, "10-3": 0, "10-4": 260_00, "10-5": 0, "10-6": 0}
        promises = dict(Promise.objects.filter(account__code__startswith="10-").values_list("account__code", "state"))
        assert promises == {"10-3": "kept", "10-4": "broken"}
        assert Promise.objects.get(account=accounts["10-4"]).ended_on == date(2026, 5, 4)
        dispute = InvoiceDispute.objects.get(account=accounts["10-5"])
        assert (dispute.state, dispute.outcome) == ("closed", "partly_accepted")
        asked = PaymentRequest.objects.filter(account__code="10-2").order_by("pk")
        assert [row.state for row in asked] == ["rejected", "posted"]
        [refund] = Transaction.objects.filter(account=accounts["10-6"], classification="refund")
        assert (refund.amount_minor, refund.state) == (80_00, "posted")
        runs = Run.objects.filter(kind="payments", name="Direct debits on Mondays").order_by("pk")
        assert [run.as_of for run in runs] == [date(2026, 4, 27), date(2026, 5, 4)]


def test_both_companies_prove_sound_and_let_the_demo_user_in(demo):
    for company in Company.objects.filter(code__in=["ibm", "scenarios"]):
        with company_scope(company.pk):
            assert [finding.invariant.name for finding in prove() if finding.broken] == []
    user = User.objects.get(username="demo")
    assert user.check_password("demo")
    assert [(m.company.code, m.role.code) for m in memberships_of(user)] == [
        ("ibm", "administrator"),
        ("scenarios", "administrator"),
    ]


@pytest.mark.wide
def test_importing_the_sample_again_changes_nothing(demo):
    with company_scope(Company.objects.get(code="ibm").pk):
        for kind, mapping in (("invoices", sample.INVOICES), ("payments", sample.PAYMENTS)):
            again = import_file(
                kind, sample.FILE, mapping=mapping, date_format="%m/%d/%Y", currency="usd", actor="test"
            )
            assert (again.created, again.unchanged) == (0, 2_466)


def test_a_second_run_finds_everything_and_makes_nothing(demo):
    assert make_demo() is False
    assert Company.objects.filter(code__in=["ibm", "scenarios"]).count() == 2


@pytest.mark.wide
def test_the_demo_is_never_made_beside_a_company_of_somebody_else(scratch_db):
    company = make_company()
    with pytest.raises(NotEmpty, match=f"holds books already: company '{company.code}'"):
        make_demo()
    assert not Company.objects.filter(code="ibm").exists()
    assert not User.objects.filter(username="demo").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_the_demo_is_served_to_this_machine_alone(host):
    refused = CliRunner().invoke(app, ["demo", "--host", host])
    assert refused.exit_code == 1
    assert f"The demo is not served on {host}" in refused.stderr


@pytest.mark.wide
def test_a_damaged_sample_leaves_nothing_behind(scratch_db, monkeypatch, tmp_path):
    short = tmp_path / "short.csv"
    short.write_text("\n".join(sample.FILE.read_text().splitlines()[:50]))
    monkeypatch.setattr(sample, "FILE", short)
    with pytest.raises(sample.SampleDiffers, match="not \\(2466, 14770318, 0\\)"):
        make_demo()
    assert not Company.objects.filter(code="ibm").exists()


@pytest.mark.wide
def test_the_command_prints_ageing_totals_and_proof(scratch_db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    monkeypatch.setattr("subledger.cli.demo.apply_migrations", lambda verbosity: None)
    shown = CliRunner().invoke(app, ["demo", "--exit"])
    assert shown.exit_code == 0, shown.output
    assert "Aged receivables: as of 2013-06-30" in shown.stdout
    assert [line.split()[1:] for line in shown.stdout.splitlines() if line.startswith("Invoices")] == [
        ["2,466", "147,703.18"]
    ]
    assert f"{len(invariants())} invariants hold." in shown.stdout
    assert "Log in as demo with password demo." in shown.stdout
    again = CliRunner().invoke(app, ["demo", "--exit"])
    assert "there already" in again.stdout
    assert "147,703.18" in again.stdout


def test_its_companies_are_dressed_and_its_customers_can_be_written_to(demo):
    for company in Company.objects.filter(code__in=["ibm", "scenarios"]):
        with company_scope(company.pk):
            by = sender()
            assert by.party.address
            assert by.party.city
            assert by.party.email
            assert has_logo()
            assert Customer.objects.exists()
            told = {one.name for one in Customer.objects.all() if trouble_with(one.email)}
            assert told <= {"Ugo Urso"}  # whose reminders wait to be printed
