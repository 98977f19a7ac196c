"""Who may do what is read by whoever may see the books, by key and on pages alike; how to reach them is not."""

from __future__ import annotations

import pytest
from tests.api.client import ApiClient
from tests.pages.conftest import member, seat

from subledger.companies.services import create_api_key

pytestmark = pytest.mark.django_db
PEOPLE, KEYS = "/configuration/people/", "/configuration/keys/"


@pytest.fixture
def ana(company):
    return member(company, "administrator")


@pytest.fixture
def bob(company):
    user = member(company, "auditor")
    user.email = "bob@example.com"
    user.save()
    create_api_key(name="Shop", scopes=["invoices:write"], actor="test")
    return user


def test_an_auditor_reads_what_a_key_that_reads_does(bob, company):
    by_key = ApiClient(company, scopes=("read",))
    roles = {one["id"]: one["name"] for one in by_key.get("roles")["data"]}
    people, keys = (seat(bob).get(address) for address in (PEOPLE, KEYS))
    assert (people.status_code, keys.status_code) == (200, 200)
    for one in by_key.get("members")["data"]:
        assert one["username"] in people.content.decode()
        assert roles[one["role"]] in people.content.decode()
    for one in by_key.get("api_keys")["data"]:
        assert all(told in keys.content.decode() for told in (one["name"], one["hint"], *one["scopes"]))


def test_an_auditor_is_offered_no_deed_and_no_way_to_reach_anybody(bob, ana):
    people, keys = (seat(bob).get(address).content.decode() for address in (PEOPLE, KEYS))
    for said in ("bob@example.com", "Last logged in", "Invite a person", "Second factor", "/role/"):
        assert said not in people
    for said in ("Create a key", "Revoke"):
        assert said not in keys
    for address in (f"{PEOPLE}new/", f"{KEYS}new/", "/configuration/invitations/"):
        assert seat(bob).get(address).status_code == 403
    people, keys = (seat(ana).get(address).content.decode() for address in (PEOPLE, KEYS))
    assert all(said in people for said in ("bob@example.com", "Last logged in", "Invite a person"))
    assert all(said in keys for said in ("Create a key", "Revoke"))


def test_a_key_for_other_things_reads_neither(company):
    by_key = ApiClient(company, scopes=("invoices:read",))
    for path in ("members", "api_keys", "roles"):
        assert by_key.get(path, expect=403)["code"] == "permission_denied"
