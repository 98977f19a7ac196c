"""How a file is to be imported, as asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    actor: str
    currency: str | None = None  # of rows that name none
    create_missing: bool = False
    accept_due_dates: bool = False
    accept_old_days: bool = False
    accept_rates: bool = False
    suspense: bool = False
    keep_duplicates: bool = False
    identity: str = ""  # of the file, and its sheet
    sha256: str = ""
    run_id: int = 0
    file_name: str = ""
