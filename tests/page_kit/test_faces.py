"""What rooms say of themselves to the pages, put together."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import resolve

from subledger.config.pages import ADDRESSES
from subledger.page_kit import faces
from subledger.page_kit.faces import Entry, PageFace, Part, called, contributions, merged
from subledger.page_kit.kinds import groups
from subledger.page_kit.navigation import Crumb, menu_for, navigation
from subledger.platform.rooms import RoomsInvalid


@pytest.fixture
def house(monkeypatch):
    """Rooms that say nothing but what a test has them say."""

    def build(*said: PageFace) -> None:
        kept = (faces.merged, faces._parts, navigation)
        monkeypatch.setattr(faces, "faces", lambda: said)
        for each in kept:
            each.cache_clear()

    yield build
    monkeypatch.undo()
    for each in (faces.merged, faces._parts, navigation):
        each.cache_clear()


def test_the_menu_stands_as_people_know_it():
    menu = [(group.label, [entry.label for entry in group.entries]) for group in navigation()]
    assert menu == [
        ("", ["Overview"]),
        (
            "Finance",
            [
                "Accounts receivable",
                "Customers",
                "Invoices",
                "Payments",
                "Credit notes",
                "Wallets",
                "All transactions",
                "Payment gateways",
                "Runs",
                "Applied payments",
                "Sent mail",
            ],
        ),
        (
            "Collections",
            [
                "Collections desk",
                "Work list",
                "Automatic payment runs",
                "Promises to pay",
                "Disputes",
                "Retries of payments",
                "Dunning",
                "Segments",
            ],
        ),
        ("Import", ["Import files"]),
        (
            "Reports",
            [
                "Month-end",
                "Aged receivables",
                "Open items",
                "Trial balance",
                "General journal",
                "Revenue totals",
                "Receipts",
                "Overdue trend",
                "Cash received by week",
                "Collection rate",
                "Days sales outstanding",
                "Failed payments",
                "Collected by day",
                "Promises kept",
                "Ageing",
                "Reasons of credit notes",
                "Wallet balances",
                "Dunning by level",
                "Next dunning levels",
                "Handed over",
            ],
        ),
        ("Configuration", ["Configuration"]),
    ]


def test_lines_of_a_group_are_told_apart_by_their_icons():
    for group in navigation():
        icons = [entry.icon for entry in group.entries if not entry.folded]
        assert len(icons) == len(set(icons)), (str(group.label), icons)


def test_configuration_has_tables_of_a_group_before_its_other_pages():
    found = {
        label: ([kind.slug for kind in kinds], [link.url_name for link in links]) for label, kinds, links in groups()
    }
    assert list(found) == [
        "Company", "Accounts", "Transactions", "Documents", "Products and taxes", "General journal", "Collections",
        "Messages", "Wallets", "People", "Programs",
    ]  # fmt: skip
    assert found["General journal"] == (["ledger-accounts", "posting-rules"], ["periods", "rates"])
    assert found["Company"] == ([], ["setup", "formats", "series", "company_new"])
    assert found["People"] == (["roles"], ["people", "events"])
    assert found["Programs"] == ([], ["keys", "webhook_endpoints"])


def test_no_address_hides_another():
    """Rooms do not know each other's addresses: `/transactions/…/refund/` is the gateways', `/<action>/` not."""
    for address in ADDRESSES:
        url, parts = "/", []
        for part in address.route.split("/"):
            name, _, rest = part.strip("<>").partition(":")
            if not part.startswith("<"):
                parts.append(part)
            else:
                parts.append(
                    "1"
                    if name == "int"
                    else f"{name}_0000000000001"
                    if len(name) == 3 and name not in ("str",)
                    else "word"
                )
        url += "/".join(parts)
        assert resolve(url).url_name == address.name, url


def test_parts_of_a_page_stand_by_their_positions(house):
    house(
        PageFace(parts=(Part("account", "tabs", 10, lambda request, row: ["first"]),)),
        PageFace(parts=(Part("account", "tabs", 5, lambda request, row: [f"of {row}"]),)),
        PageFace(parts=(Part("account", "tiles", 1, lambda request, row: ["no tab"]),)),
    )
    assert contributions("account", "tabs", None, "Ada") == ["of Ada", "first"]
    assert contributions("account", "nothing", None, "Ada") == []


def test_a_row_has_its_own_name_where_no_room_knows_a_better_one(house):
    row = SimpleNamespace()
    house(PageFace())
    assert called("way", row) == str(row)
    house(PageFace(parts=(Part("way", "words", 1, lambda request, row: ["Visa ending 4242"]),)))
    assert called("way", row) == "Visa ending 4242"


def test_what_two_rooms_say_is_refused(house):
    house(PageFace(things={"wallet": "Wallet"}), PageFace(things={"wallet": "Purse"}))
    with pytest.raises(RoomsInvalid, match="wallet"):
        merged("things")


def test_a_group_of_the_menu_stands_where_its_first_entry_does(house):
    house(
        PageFace(menu=(Entry("Wallets", "w", "i", "view", "Money", 5), Entry("Late", "l", "i", "view", "Late", 9))),
        PageFace(menu=(Entry("Vouchers", "v", "i", "view", "Money", 1),)),
    )
    assert [(g.label, [e.label for e in g.entries]) for g in navigation()] == [
        ("Money", ["Vouchers", "Wallets"]),
        ("Late", ["Late"]),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "is_unfolded"), [("/invoices/", False), ("/reports/overdue-trend/", True)])
def test_what_is_folded_away_is_unfolded_where_one_is(path, is_unfolded):
    menu = menu_for(SimpleNamespace(may=lambda permission: True), path)
    [reports] = [group for group in menu if group.more]
    assert {str(item.label) for item in reports.first} >= {"Month-end", "Aged receivables", "Trial balance"}
    assert {str(item.label) for item in reports.more} >= {"Overdue trend", "Failed payments", "Ageing"}
    assert reports.is_unfolded == is_unfolded
    assert [str(group.label) for group in menu if group.pinned] == ["Configuration"]


@pytest.mark.django_db
def test_the_menu_marks_where_the_way_to_the_page_begins():
    staff = SimpleNamespace(may=lambda permission: True)

    def marked(path: str, *way: str) -> list[str]:
        menu = menu_for(staff, path, crumbs=[Crumb("x", url) for url in way])
        return [str(item.label) for group in menu for item in group.items if item.active]

    assert marked("/transactions/txn_1/") == ["All transactions"]
    assert marked("/transactions/txn_1/", "/invoices/", "/accounts/acc_1/", "") == ["Invoices"]
    assert marked("/messages/of/transaction/txn_1/", "/invoices/", "/transactions/txn_1/", "") == ["Invoices"]
    assert marked("/messages/msg_1/", "/nowhere/", "") == ["Sent mail"]
