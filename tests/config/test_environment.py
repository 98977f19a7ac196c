"""Settings are read once, refuse what they cannot read, and are documented by their own table."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from subledger.config import environment
from subledger.config.environment import EnvironmentInvalid, load


def test_an_empty_environment_is_enough():
    found = load({})
    assert found.database_url is None
    assert found.data_dir == environment.default_data_dir()
    assert (found.debug, found.https) == (False, False)
    assert found.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")


def test_an_empty_variable_counts_as_unset():
    assert load({"DATABASE_URL": " ", "SUBLEDGER_DEBUG": ""}) == load({})


def test_every_setting_is_a_field_and_every_field_a_setting():
    assert {each.field for each in environment.SETTINGS} == set(environment.Environment.__dataclass_fields__)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://host:port with spaces/x"),
        ("DATABASE_URL", "postgresql://host:notaport/x"),
        ("DATABASE_URL", "postgresql://host:99999/x"),
        ("SUBLEDGER_SMTP_URL", "smtp://host:notaport"),
        ("SUBLEDGER_SMTP_URL", "smtp://127.0.0.1:99999"),
        ("SUBLEDGER_SMTP_URL", "smtp://127.0.0.1:0"),
        ("SUBLEDGER_SMTP_URL", "smtp://[::1"),
        ("SUBLEDGER_PUBLIC_URL", "https://books.example.com:notaport"),
        ("SUBLEDGER_PUBLIC_URL", "https://[books"),
        ("SUBLEDGER_TRUSTED_ORIGINS", "https://books.example.com:99999"),
        ("SUBLEDGER_TRUSTED_ORIGINS", "books.example.com"),
        ("SUBLEDGER_DEBUG", "perhaps"),
        ("SUBLEDGER_LOG_LEVEL", "loud"),
        ("SUBLEDGER_IMPORT_LIMIT_MIB", "0"),
        ("SUBLEDGER_IMPORT_LIMIT_MIB", "1e3"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name, value):
    with pytest.raises(EnvironmentInvalid, match=f"^{name}="):
        load({name: value})
    told = {row["name"]: row["problem"] for row in environment.settings_rows({name: value, "SUBLEDGER_HTTPS": "yes"})}
    assert [each for each, problem in told.items() if problem] == [name]
    assert told[name].startswith(f"{name}=")


def test_a_broken_address_with_a_password_is_refused_without_it():
    with pytest.raises(EnvironmentInvalid, match="its port is no number from 1 to 65535; take smtp://") as refused:
        load({"SUBLEDGER_SMTP_URL": "smtp://ana:s3cret@host:notaport"})
    assert "s3cret" not in str(refused.value)


def test_a_database_url_becomes_libpq_parameters():
    parameters = load({"DATABASE_URL": "postgresql://ana:s%20t@db:5433/books?sslmode=require"}).database_parameters
    assert parameters == {
        "user": "ana",
        "password": "s t",
        "host": "db",
        "port": "5433",
        "dbname": "books",
        "sslmode": "require",
    }


def test_the_secret_key_is_made_once_and_kept_private(tmp_path):
    found = load({"SUBLEDGER_DATA_DIR": str(tmp_path / "new")})
    key = found.kept_secret_key()
    assert len(key) >= 50
    assert found.kept_secret_key() == key
    assert stat.S_IMODE((tmp_path / "new/secret-key").stat().st_mode) == 0o600
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_a_given_secret_key_touches_no_directory(tmp_path):
    found = load({"SUBLEDGER_DATA_DIR": str(tmp_path / "none"), "SUBLEDGER_SECRET_KEY": "given"})
    assert found.kept_secret_key() == "given"
    assert not (tmp_path / "none").exists()


def test_a_key_that_cannot_be_kept_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentInvalid, match="SUBLEDGER_DATA_DIR"):
        load({"SUBLEDGER_DATA_DIR": str(tmp_path / "file")}).kept_secret_key()


def test_the_table_shows_that_a_secret_is_set_and_never_what_it_is():
    rows = environment.settings_rows({"SUBLEDGER_SECRET_KEY": "s3cret", "DATABASE_URL": "postgresql://a:s3cret@b/c"})
    assert "s3cret" not in str(rows)
    assert {row["name"]: row["value"] for row in rows}["SUBLEDGER_SECRET_KEY"] == "(set)"


def test_the_readme_prints_the_table_of_settings():
    readme = Path(__file__).parents[2] / "README.md"
    assert environment.settings_markdown() in readme.read_text(encoding="utf-8")
