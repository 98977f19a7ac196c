"""Views of lists: whose they are, what they keep, and that they stay in their company."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from tests.factories import make_company
from tests.pages.conftest import member, seat

from subledger.companies.callers import member_caller
from subledger.companies.errors import PermissionDenied, ViewInvalid
from subledger.companies.models import ListChoice, Membership, SavedView
from subledger.companies.saved_views import (
    MOST_VIEWS,
    change_view,
    choose_columns,
    delete_view,
    kept_list,
    open_with,
    save_view,
)
from subledger.kernel.cards import CardNumberRefused
from subledger.kernel.errors import NotFound
from subledger.platform.callers import calling
from subledger.platform.models import Event
from subledger.platform.scope import company_scope

CARD = "4242424242424242"


def person(company, role: str = "agent") -> Membership:
    return Membership.unscoped.get(user=member(company, role))


@pytest.fixture
def ana(company) -> Membership:
    return person(company)


def kept(whose: Membership, name: str = "Late", **more) -> SavedView:
    said = {"list_name": "invoices", "query": "settlement=overdue&sort=-due_on", **more}
    return save_view(membership=whose, name=name, actor="test", **said)


def names(whose: Membership) -> list[str]:
    return [view.name for view in kept_list(whose, "invoices").views]


def test_a_view_is_its_owners_until_it_is_shared(company, ana):
    colleague, view = person(company), kept(ana)
    assert (names(ana), names(colleague)) == (["Late"], [])
    change_view(membership=ana, view_id=view.pk, is_shared=True, actor="test")
    assert (names(ana), names(colleague)) == (["Late"], ["Late"])
    assert kept_list(ana, "payments").views == ()


def test_what_is_of_one_look_alone_is_not_kept(ana):
    view = kept(ana, query="state=posted&after=abc&export=csv&view=svw_1&arrange=1")
    assert view.query == "state=posted"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Late"])
def test_a_view_needs_a_name_of_its_own(ana, name):
    kept(ana)
    with pytest.raises(ViewInvalid):
        kept(ana, name)


def test_two_people_may_give_the_same_name(company, ana):
    kept(ana)
    assert kept(person(company)).name == "Late"


def test_there_are_only_so_many_views_of_a_list(ana):
    SavedView.objects.bulk_create(
        SavedView(company_id=ana.company_id, owner=ana, list_name="invoices", name=f"V{n}") for n in range(MOST_VIEWS)
    )
    with pytest.raises(ViewInvalid):
        kept(ana)


def test_too_much_is_refused(ana):
    for fields in (
        {"query": f"q={'x' * 3000}"},
        {"columns": ["c"] * 1 + [f"c{n}" for n in range(61)]},
        {"columns": [""]},
    ):
        with pytest.raises(ViewInvalid):
            kept(ana, **fields)


@pytest.mark.parametrize(
    "fields", [{"name": CARD}, {"query": f"q={CARD}"}, {"list_name": CARD}, {"columns": [CARD]}], ids=str
)
def test_nothing_of_a_view_holds_a_card_number(ana, fields):
    with pytest.raises(CardNumberRefused):
        kept(ana, **fields)
    if "name" not in fields and "query" not in fields:
        with pytest.raises(CardNumberRefused):
            choose_columns(membership=ana, **{"list_name": "invoices", "columns": ["number"], **fields})


def test_sharing_and_what_is_shared_need_a_permission(company, ana):
    shared = kept(ana, is_shared=True)
    with calling(member_caller(ana)):
        for refused in (
            lambda: kept(ana, "Other", is_shared=True),
            lambda: change_view(membership=ana, view_id=shared.pk, name="Mine", actor="test"),
            lambda: delete_view(membership=ana, view_id=shared.pk, actor="test"),
        ):
            with pytest.raises(PermissionDenied):
                refused()
        own = kept(ana, "Own")
        delete_view(membership=ana, view_id=own.pk, actor="test")
    assert not kept_list(ana, "invoices").views[0].may_change
    accountant = person(company, "accountant")
    with calling(member_caller(accountant)):
        delete_view(membership=accountant, view_id=shared.pk, actor="test")
    assert names(ana) == []


def test_nobody_reaches_the_view_of_somebody_else(company, ana):
    view, other = kept(ana, "SECRET-of-ana"), person(company, "administrator")
    for reach in (
        lambda: change_view(membership=other, view_id=view.pk, name="Taken", actor="test"),
        lambda: delete_view(membership=other, view_id=view.pk, actor="test"),
        lambda: open_with(membership=other, list_name="invoices", view_id=view.pk),
    ):
        with pytest.raises(NotFound):
            reach()
    desk = seat(other.user)
    answer = desk.post(f"/lists/views/{view.public_id}/", {"next": "/invoices/"}, follow=True)
    assert "SECRET" not in answer.content.decode()  # it does not say what it is called either


def test_a_list_opens_with_a_view_of_its_own_until_that_is_gone(company, ana):
    view = kept(ana)
    with pytest.raises(NotFound):
        open_with(membership=ana, list_name="payments", view_id=view.pk)
    open_with(membership=ana, list_name="invoices", view_id=view.pk)
    assert kept_list(ana, "invoices").opens_with == view.public_id
    delete_view(membership=ana, view_id=view.pk, actor="test")
    assert kept_list(ana, "invoices").opens_with == ""


def test_a_view_that_is_not_shared_any_more_opens_no_list_of_others(company, ana):
    colleague, view = person(company), kept(ana, is_shared=True)
    for one in (ana, colleague):
        open_with(membership=one, list_name="invoices", view_id=view.pk)
    change_view(membership=ana, view_id=view.pk, is_shared=False, actor="test")
    assert kept_list(ana, "invoices").opens_with == view.public_id
    assert kept_list(colleague, "invoices").opens_with == ""


def test_columns_are_a_persons_own(company, ana):
    choose_columns(membership=ana, list_name="invoices", columns=["number", "amount_minor", "number"])
    assert kept_list(ana, "invoices").columns == ("number", "amount_minor")
    assert kept_list(person(company), "invoices").columns == ()


def test_what_is_shared_stands_in_the_audit_trail_and_what_is_ones_own_does_not(ana):
    view = kept(ana, is_shared=True)
    change_view(membership=ana, view_id=view.pk, name="Later", actor="test")
    delete_view(membership=ana, view_id=view.pk, actor="test")
    delete_view(membership=ana, view_id=kept(ana).pk, actor="test")
    told = Event.objects.filter(object_type="saved_view").order_by("id").values_list("type", flat=True)
    assert list(told) == ["saved_view.saved", "saved_view.changed", "saved_view.deleted"]


def test_a_shared_view_outlives_whoever_made_it(company, ana):
    kept(ana, "Shared", is_shared=True), kept(ana, "Own")
    ana.delete()
    assert names(person(company)) == ["Shared"]
    assert not SavedView.objects.filter(name="Own").exists()


def test_views_stay_in_their_company(company, ana):
    other = make_company()
    stranger, view = person(other), kept(ana)
    with company_scope(other.pk):
        assert not SavedView.objects.exists()
    for table, change in (
        ("saved_view_is_own", lambda: SavedView.unscoped.filter(pk=view.pk).update(owner=stranger)),
        ("saved_view_is_own", lambda: SavedView.unscoped.filter(pk=view.pk).update(company=other)),
        (
            "list_choice_is_own",
            lambda: ListChoice.unscoped.create(membership=stranger, list_name="invoices", opens_with=view),
        ),
    ):
        with pytest.raises(IntegrityError, match=table), transaction.atomic():
            change()
    assert connection.is_usable()


def test_nothing_is_kept_of_lists_that_no_page_has(ana, monkeypatch):
    for keep in (
        lambda name: choose_columns(membership=ana, list_name=name, columns=["number"]),
        lambda name: save_view(membership=ana, list_name=name, name="Late", query="", actor="test"),
    ):
        for name in ("", "no_such_list", "no_such_list:invoices"):
            with pytest.raises(ViewInvalid, match="no such list"):
                keep(name)
    monkeypatch.setattr("subledger.companies.saved_views.MOST_LISTS", 2)
    for name in ("invoices", "entries:roles", "invoices"):
        choose_columns(membership=ana, list_name=name, columns=["number"])
    with pytest.raises(ViewInvalid, match="2 lists"):
        choose_columns(membership=ana, list_name="payments", columns=["number"])
    assert ListChoice.objects.count() == 2


def test_an_own_view_is_not_called_as_one_of_the_company_that_stands_beside_it(company, ana):
    kept(person(company), is_shared=True)
    with pytest.raises(ViewInvalid, match="There is a view 'Late'"):
        kept(ana)
    own = kept(ana, name="Mine")
    with pytest.raises(ViewInvalid, match="There is a view 'Late'"):
        change_view(membership=ana, view_id=own.pk, name="Late", actor="test")
