"""What accounts owed before these books began: a room above posts it, and fills this place at start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from subledger.accounts.models import Account


class Opening(NamedTuple):
    account: Account
    minor: int  # what it owes; below zero: what it paid too much
    on: date | None  # None: today


class OpeningInBooks(NamedTuple):
    minor: int
    on: date | None


class Openings(Protocol):
    def known(self, codes: Sequence[str]) -> dict[str, OpeningInBooks]:
        """By the code of an account: its opening balance, as far as it was posted."""

    def prepare(self, balances: Sequence[int], *, actor: str) -> None:
        """Before such balances are posted. PermissionDenied."""

    def post(self, balances: Sequence[Opening], *, accept_old_days: bool, actor: str) -> None:
        """All or none."""


_filled: list[Openings] = []


def post_openings_with(openings: Openings) -> None:
    _filled[:] = [openings]


def openings() -> Openings:
    return _filled[0]
