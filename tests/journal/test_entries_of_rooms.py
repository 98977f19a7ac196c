"""Entries that rooms write of their own: any declared source, as many of one as it likes, with accounts or without."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps
from tests.endings import close_books
from tests.factories import Ledger, day, refused_by

from subledger.accounts.models import Account
from subledger.journal.defaults import write_sources
from subledger.journal.invariants import ENTRIES_BALANCE
from subledger.journal.models import JournalEntry, JournalLine, LedgerAccount, Source
from subledger.journal.reports import CARD_COLUMNS, JOURNAL_COLUMNS, card, general_journal
from subledger.journal.rules import EntryLine
from subledger.journal.services import NewEntry, record_entries
from subledger.platform import clock, rooms
from subledger.platform.rooms import JournalSource
from subledger.platform.scope import current_company_id
from subledger.reports.beancount import beancount_file
from subledger.reports.proof import prove

RUN = 4711  # of a room that recognises revenue, say


def declare(monkeypatch: pytest.MonkeyPatch, source: JournalSource) -> None:
    """The highest room has entries of "recognition"."""
    *others, highest = rooms.installed()
    more = {**highest.sources, "recognition": source}
    monkeypatch.setattr(rooms, "installed", lambda: (*others, replace(highest, sources=more)))
    write_sources(apps=apps)


@pytest.fixture
def recognition(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A room declares a source whose runs write many entries each."""
    declare(monkeypatch, JournalSource(title="Revenue recognised", prefix="run", shares_id=False))
    return ledger


def _lines(minor: int, account_id: int | None = None) -> list[EntryLine]:
    chart = dict(LedgerAccount.objects.values_list("code", "pk"))
    return [EntryLine(chart["2200"], minor, minor, account_id), EntryLine(chart["4000"], -minor, -minor)]


def _entry(source: str = "recognition", source_id: int = RUN, minor: int = 9300, **lines) -> NewEntry:
    return NewEntry(source, source_id, day("20/05"), "eur", _lines(minor, **lines))


def test_the_database_knows_the_sources_that_rooms_declare(ledger: Ledger):
    declared = {code: (source.title, source.shares_id) for code, source in rooms.sources().items()}
    assert {row.code: (row.title, row.shares_id) for row in Source.objects.all()} == declared


def test_a_new_source_is_known_to_the_database_after_a_migration(recognition: Ledger):
    row = Source.objects.get(code="recognition")
    assert (row.title, row.shares_id) == ("Revenue recognised", False)


def test_one_run_writes_several_entries_without_receivable_accounts(recognition: Ledger):
    idents = record_entries(entries=[_entry(minor=9300), _entry(minor=1000)])
    rows = JournalEntry.objects.filter(source="recognition").order_by("id")
    assert [(row.pk, row.source_id) for row in rows] == [(ident, RUN) for ident in idents]
    assert len(set(idents)) == 2
    assert set(JournalLine.objects.filter(entry__in=rows).values_list("account_id", flat=True)) == {None}
    assert [row.lines.get(credit_minor__gt=0).credit_minor for row in rows] == [9300, 1000]
    assert all(not finding.broken for finding in prove(everywhere=False))


def test_each_line_of_an_entry_has_an_account_of_its_own_or_none(recognition: Ledger):
    account = Account.objects.get(system_role="suspense")
    [ident] = record_entries(entries=[_entry(account_id=account.pk)])
    lines = JournalLine.objects.filter(entry_id=ident).order_by("position")
    assert [line.account_id for line in lines] == [account.pk, None]


def test_what_shares_its_id_has_one_entry(ledger: Ledger):
    with refused_by("journal_journalentry_pkey"):
        record_entries(entries=[_entry("gateway_fee", 5), _entry("gateway_fee", 5)])
    with refused_by("journal_entry_is_its_source"):
        JournalEntry.objects.create(
            id=6,
            company_id=current_company_id(),
            effective_on=day("20/05"),
            source="transaction",
            source_id=7,
            recorded_at="2026-05-20T12:30Z",
        )


def test_a_source_that_no_room_declares_is_refused(ledger: Ledger):
    with pytest.raises(KeyError, match="rumour"):
        record_entries(entries=[_entry("rumour")])


def test_a_closed_period_refuses_the_entries_of_every_room(recognition: Ledger):
    close_books(through=date(2026, 5, 20), actor="test")
    with refused_by("journal_period_open"):
        record_entries(entries=[_entry()])


def test_reports_and_exports_show_any_source(recognition: Ledger):
    record_entries(entries=[_entry()])
    rows = general_journal(start=day("20/05"), end=day("20/05")).table(JOURNAL_COLUMNS).rows
    assert [(row[2], row[3], row[4], row[6], row[9], row[10]) for row in rows] == [
        ("recognition", None, None, "2200", 9300, 0),
        ("recognition", None, None, "4000", 0, 9300),
    ]
    assert '* "" "Revenue recognised"' in beancount_file(start=day("20/05"), end=day("20/05"))


def numbers_of(source: str) -> set[str | None]:
    """What entries of a source are called in the general journal, and on the card of each account that they moved."""
    span = {"start": day("01/05"), "end": day("31/05")}
    listed = {row[3] for row in general_journal(**span).table(JOURNAL_COLUMNS).rows if row[2] == source}
    moved = JournalLine.objects.filter(entry__source=source)
    for account in LedgerAccount.objects.filter(pk__in=moved.values("ledger_account")):
        rows = card(ledger_account=account, **span).table(CARD_COLUMNS).rows
        assert {row[3] for row in rows if row[2] == source} == listed, account
    return listed


def test_an_entry_of_any_room_is_called_by_the_number_that_its_room_says(ledger: Ledger, monkeypatch):
    payment = ledger.payment(93)
    declare(
        monkeypatch,
        JournalSource(
            title="Revenue recognised",
            prefix="run",
            shares_id=False,
            numbers=[
                "SELECT 0::bigint AS id, 'none' AS number",
                f"SELECT {RUN}::bigint AS id, 'REV' || number AS number FROM transactions_transaction"
                f" WHERE id = {payment.id}",
            ],
        ),
    )
    record_entries(entries=[_entry(), _entry(source_id=RUN + 1)])
    assert numbers_of("transaction") == {payment.number}
    assert numbers_of("recognition") == {f"REV{payment.number}", None}


def test_an_entry_without_lines_is_whole_where_its_room_says_so(ledger: Ledger, monkeypatch):
    def broken() -> list[str]:
        return [
            row for finding in prove(everywhere=False) if finding.invariant == ENTRIES_BALANCE for row in finding.rows
        ]

    nothing = JournalSource(title="Nothing", prefix="run", shares_id=False)
    declare(monkeypatch, nothing)
    fields = {"company_id": current_company_id(), "effective_on": day("20/05"), "recorded_at": clock.now()}
    row = JournalEntry.objects.create(id=RUN, source="recognition", source_id=RUN, **fields)
    assert broken() == [f"entry {row.pk} of 2026-05-20: it has no lines"]
    declare(monkeypatch, replace(nothing, without_lines=f"SELECT {RUN}::bigint AS id"))
    assert broken() == []
