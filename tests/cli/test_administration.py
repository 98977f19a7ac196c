"""Administration by command line: settings, people, keys, and refusals a person can act on."""

from __future__ import annotations

import csv
import json

import pytest
from typer.testing import CliRunner

from subledger.cli.main import app
from subledger.config.environment import SETTINGS

PASSWORD = "correct horse battery\n"


def run(*arguments: str, stdin: str = ""):
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def books(db, settings, monkeypatch):
    """Commands meet the test's own database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-tests-own")


@pytest.fixture
def company(books):
    from subledger.companies.services import create_company

    return create_company(code="acme", name="Acme", base_currency="eur", actor="test")


@pytest.mark.wide
def test_settings_prints_every_setting_as_table_json_and_csv(monkeypatch):
    monkeypatch.setenv("SUBLEDGER_LOG_LEVEL", "INFO")
    names = [setting.name for setting in SETTINGS]
    assert all(name in run("settings").stdout for name in names)
    rows = json.loads(run("settings", "--format", "json").stdout)
    assert [row["name"] for row in rows] == names
    assert {row["name"]: row["value"] for row in rows}["SUBLEDGER_LOG_LEVEL"] == "INFO"
    assert [row["name"] for row in csv.DictReader(run("settings", "--format", "csv").stdout.splitlines())] == names


@pytest.mark.parametrize("arguments", [["nonsense"], ["serve", "--port", "0"], ["settings", "--format", "xml"]])
def test_bad_usage_exits_2(arguments):
    assert run(*arguments).exit_code == 2


@pytest.mark.wide
def test_every_command_has_help():
    assert run("--help").exit_code == 0
    for command in app.registered_commands:
        shown = run(command.name, "--help")
        assert shown.exit_code == 0
        assert command.callback.__doc__.split(".")[0].split("\n")[0] in " ".join(shown.stdout.split())


def test_a_setting_that_cannot_be_read_is_refused_on_standard_error(monkeypatch):
    monkeypatch.setenv("SUBLEDGER_DEBUG", "perhaps")
    refused = run("migrate")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "SUBLEDGER_DEBUG='perhaps' cannot be used: say yes or no." in refused.stderr


def test_createadmin_makes_somebody_who_administers_every_company(company):
    from django.contrib.auth import get_user_model

    from subledger.companies.queries import memberships_of
    from subledger.companies.services import create_company

    create_company(code="beta", name="Beta", base_currency="usd", actor="test")
    made = run("createadmin", "--username", "ana", "--password-stdin", stdin=PASSWORD)
    assert made.exit_code == 0, made.stderr
    user = get_user_model().objects.get(username="ana")
    assert user.check_password(PASSWORD.strip())
    assert user.login.must_change_password  # a script knows it
    places = [(membership.company.code, membership.role.code) for membership in memberships_of(user)]
    assert places == [("acme", "administrator"), ("beta", "administrator")]


def test_createadmin_refuses_a_weak_password_and_makes_nobody(company):
    from django.contrib.auth.models import User

    refused = run("createadmin", "--username", "ana", "--password-stdin", stdin="12345\n")
    assert refused.exit_code == 1
    assert "too short" in refused.stderr
    assert not User.objects.filter(username="ana").exists()


def test_createadmin_of_an_unknown_company_is_refused(company):
    refused = run("createadmin", "--username", "ana", "--company", "nobody", "--password-stdin", stdin=PASSWORD)
    assert refused.exit_code == 1
    assert "There is no company 'nobody'. Say which with --company; there are: acme." in refused.stderr


def test_apikey_create_prints_a_key_that_opens_its_company_only(company):
    from subledger.companies.queries import key_by_secret

    made = run("apikey", "create", "shop", "--scope", "read", "--scope", "invoices:write")
    assert made.exit_code == 0, made.stderr
    key = key_by_secret(made.stdout.strip())
    assert (key.company, key.name, key.scopes) == (company, "shop", ["read", "invoices:write"])
    assert made.stdout.strip() not in made.stderr


def test_apikey_create_refuses_what_is_no_scope(company):
    refused = run("apikey", "create", "shop", "--scope", "everything")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "'everything' is not a scope" in refused.stderr


def test_with_several_companies_one_has_to_be_named(company):
    from subledger.companies.services import create_company

    create_company(code="beta", name="Beta", base_currency="usd", actor="test")
    refused = run("apikey", "create", "shop")
    assert refused.exit_code == 1
    assert "Say which with --company; there are: acme, beta." in refused.stderr


def test_an_operator_sees_to_logins(company):
    from django.contrib.auth import get_user_model

    run("createadmin", "--username", "ana", "--password-stdin", stdin=PASSWORD)
    for command, says in (
        ("deactivate", "cannot log in any more"),
        ("reactivate", "can log in again"),
        ("unlock", "can"),
    ):
        done = run("person", command, "ana")
        assert (done.exit_code, says in done.stdout) == (0, True), done.stderr
    user = get_user_model().objects.get(username="ana")
    assert user.is_active
    assert run("person", "password", "ana", "--password-stdin", stdin="another long password\n").exit_code == 0
    user.refresh_from_db()
    assert user.check_password("another long password")
    assert user.login.must_change_password
    assert run("person", "drop-second-factor", "ana").exit_code == 0
    assert run("person", "unlock", "nobody").exit_code == 1
