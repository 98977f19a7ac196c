from __future__ import annotations

import pytest
from tests.factories import make_company

from subledger.companies.callers import member_caller
from subledger.companies.entries import ConfigurationInvalid, save_entry
from subledger.companies.errors import CodeTaken, CompanyInvalid, LastAdministrator, PermissionDenied
from subledger.companies.models import Company, Role
from subledger.companies.permissions import READY_ROLES, granted, permissions
from subledger.companies.queries import key_by_secret, memberships_of, names_of
from subledger.companies.services import (
    add_member,
    create_api_key,
    create_company,
    create_user,
    remove_member,
    revoke_api_key,
)
from subledger.kernel.errors import CurrencyUnknown, NotFound
from subledger.platform.callers import calling, demand
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.transactions.models import Category, PaymentMethod, Reason, TransactionType


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"code": "Big Co"}, "cannot be a code"),
        ({"time_zone": "Rome"}, "is not a time zone"),
    ],
)
def test_a_bad_company_is_refused(company, values: dict[str, str], says: str):
    fields = {"code": "fine", "name": "Fine", "base_currency": "eur", **values}
    with pytest.raises(CompanyInvalid, match=says):
        create_company(**fields, actor="test")


def test_a_code_is_taken_once_in_the_installation(company):
    with pytest.raises(CompanyInvalid, match=r"exists already. Choose another"):
        create_company(code=company.code, name="Twin", base_currency="eur", actor="test")
    with pytest.raises(CurrencyUnknown):
        create_company(code="other", name="Other", base_currency="xxx", actor="test")
    assert Company.objects.filter(code="other").count() == 0


def test_ready_roles_grant_only_what_exists(company):
    assert {permission for role in READY_ROLES for permission in granted(role)} == set(permissions())
    assert set(Role.objects.values_list("code", flat=True)) == set(READY_ROLES)
    assert granted("auditor") == ("view", "export")


def test_a_member_may_do_what_the_role_grants_and_changes_role_in_place(company):
    ana = create_user(username=f"ana-{company.code}", password="a long one")
    member = add_member(user=ana, role="agent", actor="test")
    with calling(member_caller(member)):
        demand("transactions.post", "transactions.post:payment")
        with pytest.raises(PermissionDenied, match=r"your role does not include “Write off invoices”\. Ask an admin"):
            demand("transactions.write_off")
    with calling(member_caller(add_member(user=ana, role="billing_manager", actor="test"))):
        demand("transactions.write_off")
    assert [m.role.code for m in memberships_of(ana)] == ["billing_manager"]
    with pytest.raises(CompanyInvalid, match=r"There is no role 'king'. Choose one of: accountant, administrator"):
        add_member(user=ana, role="king", actor="test")
    with pytest.raises(CompanyInvalid, match="exists already"):
        create_user(username=ana.username, password="another one")


def test_a_member_is_removed_but_never_the_last_who_may_manage_people(company):
    ana, bob = (create_user(username=name, password="a long enough password") for name in ("ana", "bob"))
    place = {user: add_member(user=user, role="administrator", actor="test") for user in (ana, bob)}
    remove_member(membership_id=place[bob].pk, actor="user:ana")
    assert memberships_of(bob) == []
    told = Event.objects.get(type="member.removed")
    assert (told.object_id, told.actor, told.data) == (
        place[bob].pk, "user:ana", {"user": "bob", "role": "administrator"}
    )  # fmt: skip
    add_member(user=bob, role="agent", actor="test")
    with pytest.raises(LastAdministrator, match="from ana: nobody else"):
        remove_member(membership_id=place[ana].pk, actor="user:ana")
    with pytest.raises(LastAdministrator):
        add_member(user=ana, role="agent", actor="user:ana")
    add_member(user=bob, role="administrator", actor="test")
    bob.is_active = False
    bob.save()
    with pytest.raises(LastAdministrator):  # whoever cannot log in manages nobody
        remove_member(membership_id=place[ana].pk, actor="user:ana")
    with pytest.raises(NotFound):
        remove_member(membership_id=place[bob].pk, actor="user:ana")


def test_no_change_of_a_role_leaves_nobody_who_may_manage_people(company):
    ana = create_user(username="ana", password="a long enough password")
    add_member(user=ana, role="administrator", actor="test")
    role = Role.objects.get(code="administrator")
    with pytest.raises(LastAdministrator, match="from ana: nobody else"):
        save_entry(model=Role, ident=role.pk, values={"permissions": ["view"]}, actor="user:ana")
    save_entry(model=Role, ident=role.pk, values={"permissions": ["view", "people.edit"]}, actor="user:ana")
    other = Role.objects.get(code="agent")
    save_entry(model=Role, ident=other.pk, values={"permissions": ["view"]}, actor="user:ana")


def test_a_person_may_belong_to_several_companies(company):
    ana = create_user(username=f"ana-{company.code}", password="a long one")
    add_member(user=ana, role="auditor", actor="test")
    other = make_company()
    with company_scope(other.pk):
        add_member(user=ana, role="administrator", actor="test")
    assert {(m.company_id, m.role.code) for m in memberships_of(ana)} == {
        (company.pk, "auditor"),
        (other.pk, "administrator"),
    }
    ana.is_active = False
    ana.save()
    assert memberships_of(ana) == []


def test_actors_are_told_as_people_call_them(company):
    create_user(username="ana", password="-", name="Ana Bianchi")
    create_user(username="bob", password="-")
    actors = ["user:ana", "user:bob", "user:gone", "key:sk_…a1b2", "cli", "user:ana"]
    assert names_of(actors) == {
        "user:ana": "Ana Bianchi",
        "user:bob": "bob",
        "user:gone": "gone",
        "key:sk_…a1b2": "API key sk_…a1b2",
        "cli": "cli",
    }


def test_an_api_key_is_kept_as_a_hash_and_dies_when_revoked(company):
    key, secret = create_api_key(name="shop", scopes=["read", "invoices:write"], actor="test")
    assert secret.startswith("sk_")
    assert secret not in str(key.__dict__)
    assert key.hint == f"sk_…{secret[-4:]}"
    assert key_by_secret(secret) == key
    assert key_by_secret(secret + "x") is None
    revoke_api_key(key=key, actor="test")
    revoke_api_key(key=key, actor="test")
    assert key_by_secret(secret) is None
    assert Event.objects.filter(type="api_key.revoked").count() == 1


def test_configuration_is_changed_with_a_trace(company):
    row = save_entry(model=Reason, ident=None, values={"code": "late", "name": "Too late"}, actor="ana")
    save_entry(model=Reason, ident=row.pk, values={"name": "Much too late"}, actor="bob")
    event = Event.objects.get(type="reason.changed")
    assert (event.actor, event.data) == ("bob", {"name": ["Too late", "Much too late"]})


def test_configuration_values_are_checked_and_named(company):
    save_entry(model=Category, ident=None, values={"code": "c", "name": "C"}, actor="ana")
    for values in ({"code": "c", "name": "Twin"}, {"code": "", "name": "X"}, {"code": "d"}):
        refusal = CodeTaken if values["code"] == "c" else ConfigurationInvalid
        with pytest.raises(refusal, match=r"Cannot save the category|is taken by another category"):
            save_entry(model=Category, ident=None, values=values, actor="ana")
    with pytest.raises(ConfigurationInvalid) as refusal:
        save_entry(model=Category, ident=None, values={"code": "d", "name": ""}, actor="ana")
    assert refusal.value.param == "/name"


def test_a_new_default_type_takes_the_place_of_the_one_before(company):
    methods = list(PaymentMethod.objects.filter(code="cash"))
    kind = {"classification": "payment", "payment_methods": methods}
    values = {"code": "voucher", "name": "Voucher", "is_default": True, **kind}
    row = save_entry(model=TransactionType, ident=None, values=values, actor="ana")
    defaults = TransactionType.objects.filter(is_default=True)
    assert defaults.get(classification="payment") == row
    assert defaults.count() == 7, "the other classifications keep theirs"


def test_another_companys_configuration_is_not_found(company):
    with company_scope(make_company().pk):
        theirs = Reason.objects.first()
    with pytest.raises(NotFound):
        save_entry(model=Reason, ident=theirs.pk, values={"name": "mine now"}, actor="ana")


def test_every_change_of_settings_is_noticed(company):
    """Processes keep a copy of the settings; the version tells them to read anew."""

    def version() -> int:
        return Company.objects.get(pk=company.pk).config_version

    before = version()
    kind = TransactionType.objects.get(classification="payment", is_default=True)
    category = save_entry(model=Category, ident=None, values={"code": "c", "name": "C"}, actor="ana")
    after_category = version()
    kind.categories.add(category)
    after_link = version()
    kind.categories.remove(category)
    assert before < after_category < after_link < version()
