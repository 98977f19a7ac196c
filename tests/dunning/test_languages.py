"""What customers read of dunning is in their own language, whatever its company speaks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.dunning.conftest import Dunned, plan_of_levels

from subledger.accounts.models import Customer
from subledger.companies.entries import save_entry
from subledger.dunning.defaults import LEVELS, TYPES, WORDS
from subledger.dunning.models import DunningLevel
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import said
from subledger.page_kit.translation import in_language
from subledger.transactions.models import TransactionItem

pytestmark = pytest.mark.django_db


@pytest.mark.few(2)
@pytest.mark.parametrize(
    ("language", "level"),
    [
        ("", "First reminder"),
        ("en-GB", "First reminder"),
        ("de-AT", "Zahlungserinnerung"),
        ("it", "Primo sollecito"),
        ("el", "Πρώτη υπενθύμιση"),
        ("fr", "First reminder"),
    ],
)
def test_the_subject_of_a_reminder_names_the_level_as_its_reader_knows_it(dunned: Dunned, language, level):
    Customer.objects.update(language=language)
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    assert dunned.mails()[-1].subject.startswith(f"{level}: ")
    assert dunned.told()[-1][0] == "First reminder"  # as whoever collects knows it


def test_the_item_of_a_late_fee_is_in_the_customers_language_with_a_country_too(dunned: Dunned):
    Customer.objects.update(language="de-AT")
    level = DunningLevel.objects.get(number=2)
    save_entry(model=DunningLevel, ident=level.pk, values={"fee": Decimal(500), "currency": "eur"}, actor="test")
    row = dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    [fee] = dunned.claims("late_fee")
    assert fee.document_id == row.id
    [item] = TransactionItem.objects.filter(transaction=fee.invoice_id)
    assert item.description.startswith("Mahngebühr zu ")
    assert item.description.endswith(": Zahlungserinnerung")


def test_a_name_of_its_own_is_said_to_everybody_until_it_is_said_in_their_language(dunned: Dunned):
    Customer.objects.update(language="it")
    level = DunningLevel.objects.get(number=2)
    save_entry(model=DunningLevel, ident=level.pk, values={"name": "Friendly note"}, actor="test")
    dunned.ledger.invoice(100, on="01/06", due="10/06")
    dunned.run("13/06")
    assert dunned.mails()[-1].subject.startswith("Friendly note: ")
    save_entry(model=DunningLevel, ident=level.pk, values={"name_it": "Promemoria"}, actor="test")
    dunned.ledger.invoice(100, on="01/06", due="11/06")
    dunned.run("14/06")
    assert dunned.mails()[-1].subject.startswith("Promemoria: ")


def test_ready_names_are_there_in_every_language_and_german_ones_are_those_of_german_companies(company):
    names = [name for _, name, *_ in LEVELS] + [name for _, name in TYPES.values()]
    assert set(names) == set(WORDS)
    for name in names:
        assert set(WORDS[name]) == set(LANGUAGES) - {"en"}
        with in_language("de"):
            assert said(name) == WORDS[name]["de"]


def test_levels_begin_without_a_name_in_the_language_of_their_company(company):
    assert set(DunningLevel.objects.values_list("name_en", flat=True)) == {""}
    plan_of_levels()
    assert DunningLevel.objects.get(number=2).name_in("de") == "Reminder"
