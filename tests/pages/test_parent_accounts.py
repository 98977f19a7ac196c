"""Parent accounts at the desk, by program and from files."""

from __future__ import annotations

from django.urls import reverse
from tests.doors.conftest import Doors, doors, said

from subledger.accounts.models import Account
from subledger.accounts.services import update_account

__all__ = ["doors"]


def _branch(doors: Doors) -> Account:
    branch = doors.ledger.open("Branch")
    return update_account(account_id=branch.pk, changes={"parent": doors.ledger.account}, actor="test")


def test_a_parent_is_entered_by_its_number_and_shown(doors: Doors):
    head, branch = doors.ledger.account, doors.ledger.open("Branch")
    edit = reverse("backoffice:account_edit", args=[branch.pk])
    typed = {"name": "Branch", "credit_period_unit": "days", "parent": head.number}
    assert doors.page.post(edit, typed).status_code == 302
    assert doors.page.get(edit).context["form"].initial["parent"] == head.number
    assert str(head) in said(doors.page.get(reverse("backoffice:account", args=[branch.pk])))
    below = doors.page.post(reverse("backoffice:account_edit", args=[head.pk]), {**typed, "parent": branch.number})
    assert (below.status_code, below.refusal_code) == (422, "account_parent_invalid")
    assert list(below.context["form"].errors) == ["parent"]
    assert doors.page.post(edit, {**typed, "parent": ""}).status_code == 302
    assert Account.objects.get(pk=branch.pk).parent is None


def test_a_parents_page_shows_the_balance_over_its_accounts(doors: Doors):
    head, branch = doors.ledger.account, _branch(doors)
    doors.ledger.invoice(100, on="01/04", due="01/05")
    doors.ledger.invoice(50, on="02/04", due="01/06", account=branch)
    shown = said(doors.page.get(reverse("backoffice:account", args=[head.pk])))
    for words in (
        "Balance with its child accounts",
        "All accounts below it",
        "Together",
        "150.00",
        "Child accounts (1)",
        "Branch",
    ):
        assert words in shown
    assert "Balance with its child accounts" not in said(
        doors.page.get(reverse("backoffice:account", args=[branch.pk]))
    )
    listed = said(doors.page.get(reverse("backoffice:accounts"), {"parent": head.number}))
    assert branch.number in listed
    assert doors.page.get(reverse("backoffice:accounts"), {"parent": "nobody"}).status_code == 422


def test_programs_read_the_balance_over_a_group(doors: Doors):
    head, branch = doors.ledger.account, _branch(doors)
    doors.ledger.invoice(100, on="01/04", due="01/05")
    doors.ledger.invoice(50, on="02/04", due="01/06", account=branch)
    assert (
        doors.api.get(f"accounts?parent={head.public_id}&expand[]=parent")["data"][0]["parent"]["id"] == head.public_id
    )
    alone = doors.api.get(f"accounts/{head.public_id}/balance")
    assert (alone["balance"], alone["children"]) == (10000, None)
    found = doors.api.get(f"accounts/{head.public_id}/balance?include=children&as_of=2026-05-20")["children"]
    [euros] = found["totals"]
    assert (found["count"], euros["own"]["balance"], euros["children"]["balance"]) == (1, 10000, 5000)
    assert (euros["total"]["balance"], euros["total"]["outstanding"]) == (15000, 10000)
    assert euros["total"]["ageing"]["days_1_30"] == 10000
    doors.api.get(f"accounts/{head.public_id}/balance?include=everything", expect=422)


def test_a_file_brings_parents_whatever_their_order(doors: Doors):
    rows = [
        {"account": "SHOP", "customer": "Ann", "parent": "BRANCH"},
        {"account": "BRANCH", "customer": "Ann", "parent": "A1"},
    ]
    assert doors.file("accounts", rows).created == 2
    shop = Account.objects.get(code="SHOP")
    assert shop.parent is not None
    assert (shop.parent.code, shop.parent.parent) == ("BRANCH", doors.ledger.account)
    again = doors.file("accounts", rows)
    assert (again.created, again.unchanged, again.rejections) == (0, 2, [])
    [differs] = doors.file("accounts", [{**rows[0], "parent": "A1"}]).rejections
    assert (differs.code, differs.column) == ("already_differs", "parent")
