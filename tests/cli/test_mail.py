"""``subledger mail``: a test by the mail server that is set, and what was sent."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from tests.messages.conftest import address_of, post_office, send  # noqa: F401
from typer.testing import CliRunner

from subledger.cli.main import app
from subledger.messages import cli
from subledger.messages.models import Message
from subledger.messages.states import MessageState


@pytest.fixture(autouse=True)
def _books_are_open(monkeypatch) -> None:
    @contextmanager
    def open_already(*_: object):
        yield

    monkeypatch.setattr(cli, "books", open_already)
    monkeypatch.setattr(cli, "company_books", open_already)


def run(*arguments: str):
    return CliRunner().invoke(app, ["mail", *arguments])


@pytest.mark.usefixtures("db")
def test_the_mail_server_takes_a_test(post_office, settings):  # noqa: F811
    settings.MAIL_GOES_OUT = True
    done = run("test", "ana@example.com")
    assert (done.exit_code, done.stdout) == (0, "The mail server took a message to ana@example.com.\n")
    assert post_office.got[0]["To"] == "ana@example.com"


@pytest.mark.usefixtures("db")
def test_without_a_server_it_says_where_it_lies(settings):
    settings.MAIL_GOES_OUT, settings.EMAIL_FILE_PATH = False, "/data/mail"
    assert "/data/mail" in run("test", "ana@example.com").stdout


@pytest.mark.usefixtures("db")
def test_a_mail_server_that_is_away_and_what_is_no_address_are_refused(post_office, settings):  # noqa: F811
    settings.EMAIL_PORT = 1
    away, nobody = run("test", "ana@example.com"), run("test", "nobody")
    assert (away.exit_code, nobody.exit_code) == (1, 1)
    assert "SUBLEDGER_SMTP_URL" in away.stderr
    assert "is no e-mail address" in nobody.stderr


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ("550 5.1.1 No such user", "look whether it is spelt right"),
        ("550 5.7.1 Relaying denied", "whether it sends mail for you"),
        ("535 5.7.8 Bad credentials", "look at user and password in SUBLEDGER_SMTP_URL"),
        ("530 5.7.1 Authentication required", "give user and password in SUBLEDGER_SMTP_URL"),
        ("530 5.7.0 Must issue a STARTTLS command first", "It wants encryption first"),
        ("451 Later", "Try it again later"),
    ],
)
def test_what_the_server_said_is_told_in_words_with_advice_that_fits(post_office, answer, advice):  # noqa: F811
    post_office.refuses["ana@example.com"] = answer
    done = run("test", "ana@example.com")
    assert done.exit_code == 1
    told = " ".join(done.stderr.split())
    assert f"The mail server said: {answer}" in told
    assert advice in told
    assert "{" not in told
    assert "b'" not in told


def test_messages_are_listed(ledger, company):
    address_of(ledger)
    made = send(ledger.invoice(100, on="04/05", due="01/06").id)
    Message.objects.update(state=MessageState.FAILED, trouble="Refused.", send_at=None)
    told = json.loads(run("list", "--format", "json").stdout)
    assert [(row["id"], row["state"], row["why"]) for row in told] == [(made.public_id, "failed", "Refused.")]
    assert json.loads(run("list", "--state", "sent", "--format", "json").stdout) == []
