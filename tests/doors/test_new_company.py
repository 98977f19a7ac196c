"""A company is made by page, API and command alike: one rule, the same defaults."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.api.client import ApiClient
from tests.doors.conftest import Doors, said
from tests.pages.conftest import member, seat

from subledger.accounts.models import (
    Account,
    AccountClassification,
    AccountDefinition,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.catalog.models import Product, TaxRate
from subledger.companies.models import Company, Membership, Role
from subledger.companies.services import create_user
from subledger.dunning.models import DunningLevel, DunningPlan
from subledger.journal.models import LedgerAccount
from subledger.kernel.languages import LANGUAGES
from subledger.messages.models import MessageTemplate
from subledger.platform.models import Event
from subledger.platform.scope import company_scope
from subledger.transactions.models import (
    CreditReason,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from subledger.transactions.ready_words import is_ready_type
from subledger.transactions.services.defaults import Tax, set_up_company

PATH = reverse("backoffice:company_new")


def fresh_code() -> str:
    return f"new-{uuid.uuid4().hex[:6]}x{uuid.uuid4().hex[:6]}"


def typed(made: str, **more: str) -> dict[str, str]:
    return {
        "name": "Example GmbH", "code": made, "base_currency": "EUR", "country": "de", "time_zone": "Europe/Berlin",
        "taxes": "19\nReduced rate=7\n", **more,
    }  # fmt: skip


def what_it_has(company: Company) -> dict[str, object]:
    with company_scope(company.pk):
        return {
            "currency": company.base_currency,
            "language": company.language,
            "country": company.country,
            "zone": company.time_zone,
            "taxes": sorted(TaxRate.objects.values_list("name", "percent")),
            "default": str(TransactionDefinition.objects.get().default_tax_rate.percent.normalize()),
            "chart": sorted(LedgerAccount.objects.values_list("code", "name")),
            "types": sorted(TransactionType.objects.values_list("code", flat=True)),
            "rules": PostingRule.objects.count(),
            "provided": sorted(company.provided),
        }


def test_page_api_and_service_make_the_same(doors: Doors):
    user = member(doors.api.company, "administrator")
    by_page, by_api, by_service = fresh_code(), fresh_code(), fresh_code()
    client = seat(user)
    answer = client.post(PATH, typed(by_page))
    assert (answer.status_code, answer["Location"]) == (302, reverse("backoffice:setup"))
    body = {
        "name": "Example GmbH", "code": by_api, "base_currency": "eur", "country": "DE", "time_zone": "Europe/Berlin",
        "taxes": ["19", "Reduced rate=7"], "administrator": user.username,
    }  # fmt: skip
    told = doors.api.post("companies", body)
    assert (told["object"], told["code"]) == ("company", by_api)
    set_up_company(
        code=by_service, name="Example GmbH", base_currency="eur", country="de", time_zone="Europe/Berlin",
        taxes=[Tax("tax-19", "Tax 19 %", Decimal(19)), Tax("reduced-rate", "Reduced rate", Decimal(7))], actor="test",
    )  # fmt: skip
    made = [Company.objects.get(code=code) for code in (by_page, by_api, by_service)]
    assert what_it_has(made[0]) == what_it_has(made[1]) == what_it_has(made[2])
    roles = Membership.unscoped.filter(user=user, company__in=made).values_list("company__code", "role__code")
    assert dict(roles) == {by_page: "administrator", by_api: "administrator"}
    assert "Example GmbH" in said(client.get(reverse("backoffice:home")))  # it is looked at from then on
    with company_scope(made[0].pk):
        assert Event.objects.get(type="company.created").actor == f"user:{user.username}"


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"code": "Not a code"}, "/code"),
        ({"name": "\u200b"}, "/name"),
        ({"country": "xx"}, "/country"),
        ({"base_currency": "zzz"}, "/base_currency"),
    ],
)
def test_what_is_wrong_is_refused_alike_and_marked(doors: Doors, wrong, param):
    user = member(doors.api.company, "administrator")
    before = Company.objects.count()
    page = seat(user).post(PATH, typed(fresh_code(), **wrong))
    assert (page.status_code, 'aria-invalid="true"' in page.content.decode()) == (422, True)
    body = {"name": "Example", "code": fresh_code(), "base_currency": "eur", "administrator": user.username} | wrong
    assert doors.api.post("companies", body, expect=422)["param"] == param
    assert Company.objects.count() == before


# What is called alike in both languages.
ALIKE = {"Bank", "Standard", "A", "B", "C"}
NAMED = (
    Role, TaxRate, Product, LedgerAccount, TransactionType, PaymentMethod, RefundMethod, Reason, CreditReason,
    AccountClassification, AccountDefinition, CreditRating, PaymentPreference, PresentmentPreference, MessageTemplate,
    DunningPlan, DunningLevel,
)  # fmt: skip


def names_of(company: Company) -> set[tuple[str, int, str]]:
    with company_scope(company.pk):
        found = {
            (model.__name__, at, name)
            for model in NAMED
            for at, name in enumerate(model.objects.order_by("pk").values_list("name", flat=True))
        }
        accounts = Account.objects.order_by("pk").values_list("name", flat=True)
        return found | {("Account", at, name) for at, name in enumerate(accounts)}


@pytest.mark.wide
def test_a_company_made_in_german_begins_with_german_names(doors: Doors):
    user = member(doors.api.company, "administrator")
    by_page, by_api, english = fresh_code(), fresh_code(), fresh_code()
    assert seat(user).post(PATH, typed(by_page, language="de", taxes="19")).status_code == 302
    body = {"name": "Example GmbH", "base_currency": "eur", "taxes": ["19"], "administrator": user.username}
    doors.api.post("companies", {**body, "code": by_api, "language": "de"})
    doors.api.post("companies", {**body, "code": english})
    made, told, plain = (Company.objects.get(code=code) for code in (by_page, by_api, english))
    names = names_of(made)
    assert made.language == told.language == "de"
    assert names == names_of(told)
    assert {name for _, _, name in names & names_of(plain)} <= ALIKE
    called = {name for _, _, name in names}
    assert {"Kasse", "Überweisung", "Druck und Post", "Steuer 19 %", "Rechnung", "Zweite Mahnung"} <= called
    with company_scope(plain.pk):  # German documents of an English company say what a German company says
        said_in_german = {row.name_in("de") for row in (*DunningLevel.objects.all(), *PaymentMethod.objects.all())}
        assert said_in_german <= called
    with company_scope(made.pk):  # what they are called on documents, whatever language these are in
        for model in (PaymentMethod, RefundMethod, CreditReason, Product, DunningLevel):
            for row in model.objects.all():
                assert (row.name_de, row.name_in("de")) == ("", row.name)
                assert len({row.name_in(language) for language in LANGUAGES}) == len(LANGUAGES), row
        for row in TransactionType.objects.filter(is_default=True):
            assert is_ready_type(row.name, row.classification)


@pytest.mark.wide
def test_no_company_is_made_in_a_language_that_pages_are_not_in(doors: Doors):
    user = member(doors.api.company, "administrator")
    code = fresh_code()
    assert seat(user).post(PATH, typed(code, language="klingon")).status_code == 422
    body = {"name": "Example", "code": code, "base_currency": "eur", "administrator": user.username}
    assert doors.api.post("companies", {**body, "language": "klingon"}, expect=422)["param"] == "/language"


def test_without_a_code_it_gets_one_of_its_name(doors: Doors):
    user = member(doors.api.company, "administrator")
    unique = uuid.uuid4().hex[:6]
    page = typed("", name=f"Größe & Söhne {unique} GmbH")
    assert seat(user).post(PATH, page).status_code == 302
    body = {"name": page["name"], "base_currency": "eur", "administrator": user.username}
    assert doors.api.post("companies", body)["code"] == f"grosse-sohne-{unique}-gmbh-2"
    assert Company.objects.filter(code=f"grosse-sohne-{unique}-gmbh").exists()
    assert doors.api.post("companies", {**body, "name": "Ελλάς"})["code"].startswith("company")


def test_a_code_that_is_taken_and_a_person_of_nobody(doors: Doors):
    user = member(doors.api.company, "administrator")
    body = {"name": "Example", "code": doors.api.company.code, "base_currency": "eur", "administrator": user.username}
    assert doors.api.post("companies", body, expect=422)["param"] == "/code"
    stranger = create_user(username=f"stranger-{uuid.uuid4().hex[:8]}", password="x")
    unknown = {**body, "code": fresh_code(), "administrator": stranger.username}
    assert doors.api.post("companies", unknown, expect=422)["param"] == "/administrator"


def test_without_the_permission_nobody_makes_one(doors: Doors):
    accountant = member(doors.api.company, "accountant")
    assert seat(accountant).get(PATH).status_code == 403
    code = fresh_code()
    assert seat(accountant).post(PATH, typed(code)).status_code == 403
    assert "New company" not in said(seat(accountant).get(reverse("backoffice:configuration")))
    key = ApiClient(doors.api.company, scopes=("read", "invoices:write"))
    body = {"name": "Example", "code": code, "base_currency": "eur", "administrator": accountant.username}
    assert key.post("companies", body, expect=403)["code"] == "permission_denied"
    assert not Company.objects.filter(code=code).exists()


@pytest.fixture
def empty(db, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without a company, as far as the question goes: the tests' database keeps those of others."""
    seen = set(Company.objects.values_list("pk", flat=True))

    def is_first_for(user: object) -> bool:
        return bool(user.is_superuser) and not Company.objects.exclude(pk__in=seen).exists()

    for module in ("companies.steps", "transactions.pages.companies", "transactions.services.defaults"):
        monkeypatch.setattr(f"subledger.{module}.is_first_for", is_first_for)


def test_whoever_administers_an_empty_installation_begins_with_its_first_company(empty):
    first = create_user(username=f"first-{uuid.uuid4().hex[:8]}", password="x", is_superuser=True)
    other = create_user(username=f"other-{uuid.uuid4().hex[:8]}", password="x")
    for user, status in ((first, 200), (other, 404)):
        assert seat(user).get(reverse("backoffice:first_company")).status_code == status
    assert seat(other).get("/").status_code == 403
    client: Client = seat(first)
    assert client.get("/")["Location"] == reverse("backoffice:first_company")
    code = fresh_code()
    assert client.post(reverse("backoffice:first_company"), typed(code))["Location"] == "/setup/"
    assert client.get("/").status_code == 200
    assert client.get(reverse("backoffice:first_company")).status_code == 404
    assert seat(other).post(reverse("backoffice:first_company"), typed(fresh_code())).status_code == 404
    [membership] = Membership.unscoped.filter(user=first).select_related("company", "role")
    assert (membership.company.code, membership.role.code) == (code, "administrator")


def test_a_tax_rate_that_is_none_is_refused_beside_its_field(company):
    desk = seat(member(company, "administrator"), company)
    answer = desk.post(PATH, typed(fresh_code(), taxes="abc"))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["taxes"])
