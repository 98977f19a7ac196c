"""Gateways by command line: what is printed, files out and in, and the stand-in for Stripe as a process."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.factories import Ledger
from tests.gateways.conftest import Desk, make_desk
from tests.gateways.conftest import _toy_is_installed as _toy_is_installed
from tests.gateways.toy import lose_after, take_time
from typer.testing import CliRunner

from subledger.accounts.models import PaymentPreference
from subledger.accounts.preferences import set_payment_preference
from subledger.cli.main import app
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import providers, submission
from subledger.gateways.states import ProviderState
from subledger.transactions.models import PaymentMethod, RefundMethod
from subledger.transactions.rules.orders import Post


@pytest.fixture
def desk(company, monkeypatch) -> Desk:
    """The test's own company, which is the only one that the commands see."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")
    return make_desk(Ledger())


@pytest.fixture
def bank(desk: Desk) -> Provider:
    """A generic provider of bank transfers, with two requests that wait."""
    method = PaymentMethod.objects.get(code="bank_transfer")
    values = {
        "kind": "generic", "code": "bank", "name": "Bank", "payment_methods": [method],
        "preferences": [PaymentPreference.objects.get(code="bank_transfer")],
    }  # fmt: skip
    bank = providers.save_provider(ident=None, values=values, actor="test")
    set_payment_preference(
        account_id=desk.ledger.account.pk,
        preference=PaymentPreference.objects.get(code="bank_transfer"),
        details={},
        is_default=True,
        actor="test",
    )
    for amount in (2500, 2600):
        new = desk.new(amount)
        new.payment_method_id = method.pk
        providers.set_state(provider_id=bank.pk, state=ProviderState.EFFECTIVE, actor="test")
        submission.post(orders=[Post(new=new)], actor="test")
    return bank


@pytest.fixture
def run(company):
    def run(*arguments: str):
        return CliRunner().invoke(app, [*arguments, "--company", company.code])

    return run


def states() -> list[str]:
    return list(PaymentRequest.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.wide
def test_providers_and_requests_are_printed_and_no_secret_is(run, desk, bank):
    desk.pay(2700)
    told = json.loads(run("gateway", "providers", "--format", "json").stdout)
    assert [(row["code"], row["kind"], row["state"]) for row in told] == [
        ("bank", "generic", "effective"),
        ("toy", "toy", "effective"),
    ]
    assert "toy-secret-key" not in run("gateway", "providers").stdout
    rows = list(csv.DictReader(run("gateway", "requests", "--format", "csv").stdout.splitlines()))
    assert [(row["provider"], row["amount"], row["state"]) for row in rows] == [
        ("toy", "27.00", "posted"),
        ("bank", "26.00", "pending"),
        ("bank", "25.00", "pending"),
    ]
    assert rows[0]["number"].startswith("PRQ-")
    some = json.loads(run("gateway", "requests", "--provider", "bank", "--limit", "1", "--format", "json").stdout)
    assert [row["amount"] for row in some] == ["26.00"]
    assert json.loads(run("gateway", "requests", "--state", "rejected", "--format", "json").stdout) == []
    refused = run("gateway", "requests", "--provider", "nobody")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "'nobody'" in refused.stderr


def test_look_up_asks_about_what_has_no_end(run, desk):
    desk.bank.script = [lose_after, take_time]
    invoices = [desk.ledger.invoice(25), desk.ledger.invoice(26)]  # in advance nothing is asked for beside a doubt
    lost, slow = desk.pay(2500, to=invoices[:1]), desk.pay(2600, to=invoices[1:])
    rows = json.loads(run("gateway", "look-up", "--format", "json").stdout)
    assert {row["amount"]: row["state"] for row in rows} == {"25.00": "posted", "26.00": "under_processing"}
    [one] = json.loads(run("gateway", "look-up", slow.number, "--format", "json").stdout)
    assert one["number"] == slow.number
    assert run("gateway", "look-up", "PRQ-NOBODY").exit_code == 1
    assert desk.row(lost.pk).state == "posted"


def test_a_file_goes_out_and_its_results_come_in(run, bank, tmp_path):
    out = tmp_path / "requests.csv"
    made = run("gateway", "export", "bank", "--to", "csv", "--out", str(out), "--mark")
    assert made.exit_code == 0, made.stderr
    assert "2 requests in" in made.stdout
    assert states() == ["under_processing"] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["requests.csv"]
    lost = tmp_path / "lost.csv"
    again = run("gateway", "export-again", "bank", "--out", str(lost))
    assert again.exit_code == 0, again.stderr
    assert lost.read_bytes() == out.read_bytes()
    rows = list(csv.DictReader(out.read_text().splitlines()))
    results = tmp_path / "results.csv"
    results.write_text(
        "request,result,reference,error_code,error_message,amount\n"
        f"{rows[0]['request']},posted,B-1,,,25.00\n{rows[1]['request']},posted,B-2,,,99.00\n"
    )
    tried = run("gateway", "results", "bank", str(results), "--dry-run", "--format", "json")
    assert tried.exit_code == 1
    assert [row["code"] for row in json.loads(tried.stdout)] == ["amount_differs"]
    assert "nothing was kept" in tried.stderr
    assert states() == ["under_processing"] * 2
    taken = run("gateway", "results", "bank", str(results))
    assert taken.exit_code == 1
    assert "1 posted" in taken.stdout
    assert states() == ["posted", "under_processing"]
    results.write_text(results.read_text().replace("99.00", "26.00"))
    again = run("gateway", "results", "bank", str(results))
    assert (again.exit_code, states()) == (0, ["posted", "posted"])
    assert "1 posted" in again.stdout
    assert "1 unchanged" in again.stdout


def test_results_are_read_in_a_declared_format(run, bank, tmp_path):
    results = tmp_path / "results.csv"
    [row] = PaymentRequest.objects.filter(amount_minor=2500)
    PaymentRequest.objects.update(created_at=datetime(2026, 5, 1, tzinfo=UTC))
    results.write_text(f"request;result;reference;amount;booked_on\n{row.public_id};posted;R;25,000;04.05.2026\n")
    refused = run("gateway", "results", "bank", str(results), "--date-format", "%d.%m.%Y")
    assert "25,000 can be 25.00 or 25,000.00" in " ".join(refused.stdout.split())
    formats = ("--date-format", "%d.%m.%Y", "--number-format", "1.234,56")
    taken = run("gateway", "results", "bank", str(results), *formats)
    assert (taken.exit_code, PaymentRequest.objects.get(pk=row.pk).state) == (0, "posted")


def test_what_a_bank_cannot_execute_is_printed_with_its_reason(run, bank, tmp_path):
    creditor = {"name": "Shop", "iban": "DE02120300000000202051", "creditor_id": "DE98ZZZ09999999999"}
    providers.save_provider(ident=bank.pk, values={"creditor": creditor}, actor="test")
    out = tmp_path / "collections.xml"
    made = run("gateway", "export", "bank", "--to", "pain.008", "--out", str(out), "--mark", "--format", "json")
    assert made.exit_code == 1
    assert len(json.loads(made.stdout)) == 2
    assert "No file was written" in made.stderr
    assert not out.exists()
    assert states() == ["pending"] * 2


def test_nothing_is_marked_when_the_file_cannot_be_written(run, bank, tmp_path):
    made = run("gateway", "export", "bank", "--to", "csv", "--out", str(tmp_path / "nowhere" / "x.csv"), "--mark")
    assert made.exit_code == 1
    assert "Cannot write" in made.stderr
    assert states() == ["pending"] * 2


def test_no_file_is_written_over(run, bank, tmp_path):
    there = tmp_path / "there.csv"
    there.write_text("mine")
    made = run("gateway", "export", "bank", "--to", "csv", "--out", str(there))
    assert made.exit_code == 1
    assert there.read_text() == "mine"


def test_a_file_that_is_not_there_is_refused(run, bank, tmp_path):
    refused = run("gateway", "results", "bank", str(tmp_path / "none.csv"))
    assert (refused.exit_code, "Cannot read" in refused.stderr) == (1, True)


def test_listening_needs_a_provider_of_stripe(run, desk):
    refused = run("stripe", "listen", "--once")
    assert refused.exit_code == 1
    assert "No provider of Stripe is effective" in refused.stderr


def test_listening_to_a_gateway_that_does_not_answer_says_so_and_goes_on(run, desk, monkeypatch):
    values = {
        "kind": "stripe", "code": "stripe", "name": "Cards", "test_key": "sk_test_shop",
        "base_url": "http://127.0.0.1:9", "payment_methods": [PaymentMethod.objects.get(code="card")],
        "refund_methods": [RefundMethod.objects.get(code="card")],
    }  # fmt: skip
    made = providers.save_provider(ident=None, values=values, actor="test")
    providers.set_state(provider_id=made.pk, state=ProviderState.EFFECTIVE, actor="test")
    refused = run("stripe", "listen", "--once")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Cards: " in refused.stderr
    assert "sk_test_shop" not in refused.stderr
    waits = iter([None, KeyboardInterrupt])

    def sleep(seconds: int) -> None:
        slept.append(seconds)
        if trouble := next(waits):
            raise trouble

    slept: list[int] = []
    monkeypatch.setattr("subledger.gateways.cli.stripe_events.time.sleep", sleep)
    listened = run("stripe", "listen", "--every", "7")
    assert (listened.exit_code, slept) == (0, [7, 7]), "it goes on until Ctrl-C"
    assert listened.stderr.count("Cards: ") == 2
    assert "Listening to Cards every 7 s" in listened.stderr


def test_the_sandbox_serves_in_the_foreground_until_told_to_stop(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-m", "subledger.cli", "stripe", "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        assert url.startswith("http://127.0.0.1:")
        with urlopen(f"{url}/_sandbox", timeout=60) as answer:
            assert json.load(answer)["base_url"] == url
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()
