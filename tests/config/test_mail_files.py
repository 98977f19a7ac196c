"""Mail that is written to files holds links that open logins: nobody else on the machine reads it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection

from subledger.config.environment import load


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Whatever the program was started with."""
    before = os.umask(0o000)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(data_dir: Path, settings: Any) -> Path:
    for name, value in load({"SUBLEDGER_DATA_DIR": str(data_dir)}).mail.items():
        setattr(settings, name, value)
    connection = get_connection(settings.EMAIL_BACKEND)
    EmailMessage("A new password", "https://books/link", to=["ana@example.com"], connection=connection).send()
    return data_dir / "mail"


def test_mail_files_and_their_directory_are_ours_alone(tmp_path, settings, open_umask):
    kept = write(tmp_path, settings)
    [letter] = kept.iterdir()
    assert b"https://books/link" in letter.read_bytes()
    assert (mode(kept), mode(letter)) == (0o700, 0o600)


def test_those_of_before_are_closed_too(tmp_path, settings, open_umask):
    kept = tmp_path / "mail"
    kept.mkdir(mode=0o755)
    old = kept / "old.log"
    old.write_text("https://books/old-link")
    assert mode(old) == 0o666
    write(tmp_path, settings)
    assert [mode(path) for path in (kept, *kept.iterdir())] == [0o700, 0o600, 0o600]
