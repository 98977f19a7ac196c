"""The demo's companies and its user, made once in a database that holds no other books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.db.transaction import atomic

from subledger.companies.models import Company, Membership
from subledger.companies.number_series import change_series
from subledger.companies.services import add_member, create_user
from subledger.gateways.models import PaymentRequest
from subledger.import_kit.report import Progress
from subledger.kernel.errors import DomainError
from subledger.kernel.number_series import Restart
from subledger.platform import clock
from subledger.platform.scope import company_scope
from subledger.transactions.services.defaults import Tax, set_up_company

from . import collection
from .letterheads import dress
from .reminders import play_reminders
from .sample import import_sample
from .stories import play_stories

ACTOR = "demo"
USER = PASSWORD = "demo"
NAME = "Dana Demo"
SAMPLE, STORIES, COLLECTING = "ibm", "scenarios", "lakeside"
# The stories' month, at noon: what they post is dated by hand, their trail is not.
STORY_TIME = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)


class NotEmpty(DomainError):
    code = "demo_needs_empty_database"

    def __init__(self, company: Company) -> None:
        super().__init__(
            f"This database holds books already: company {company.code!r}. The demo makes its own companies, and a "
            "login that everybody knows: point SUBLEDGER_DATA_DIR or DATABASE_URL to an empty database."
        )


def make_demo(*, sandbox_url: str = "", progress: Progress = lambda stage, done, total: None) -> bool:
    """Make what is missing of the demo; False when all of it was there. Each company is made whole or not at all.

    The company that collects through Stripe does so at ``sandbox_url``; without one it is left out.

    Raises:
        NotEmpty: the database holds the books of another company.
    """
    _refuse_others()
    made = False
    makers = _makers(progress)
    if not sandbox_url:
        del makers[COLLECTING]
    for code, make in makers.items():
        if Company.objects.filter(code=code).exists():
            continue
        with atomic():
            make()
            _let_user_in(Company.objects.get(code=code))  # where the making has not, to give them accounts
        made = True
    if sandbox_url:
        made = _collect(sandbox_url, progress) or made
    return made


def _collect(sandbox_url: str, progress: Progress) -> bool:
    """Play the collections where they were not played yet; else let the provider speak to the sandbox of now."""
    with company_scope(Company.objects.get(code=COLLECTING).pk):
        if PaymentRequest.objects.exists():
            collection.point_to(sandbox_url, actor=ACTOR)
            return False
        collection.play(sandbox_url=sandbox_url, actor=ACTOR, progress=progress)
        return True


def demo_company(code: str) -> Company:
    return Company.objects.get(code=code)


def _makers(progress: Progress) -> dict[str, Callable[[], None]]:
    def sample() -> None:
        company = set_up_company(
            code=SAMPLE,
            name="IBM sample books",
            base_currency="usd",
            time_zone="America/New_York",
            country="US",
            actor=ACTOR,
        )
        with company_scope(company.pk):
            dress(SAMPLE, actor=ACTOR)
            import_sample(actor=ACTOR, progress=progress)

    def stories() -> None:
        with clock.frozen(STORY_TIME):
            company = set_up_company(
                code=STORIES,
                name="Scenario stories",
                base_currency="eur",
                time_zone="Europe/Rome",
                country="IT",
                taxes=[Tax("standard", "Standard rate", Decimal(19)), Tax("reduced", "Reduced rate", Decimal(7))],
                actor=ACTOR,
            )
            with company_scope(company.pk):
                dress(STORIES, actor=ACTOR)
                play_stories(actor=ACTOR)
                _let_user_in(company)
                play_reminders(collector=f"user:{USER}", actor=ACTOR)

    def lakeside() -> None:
        company = set_up_company(
            code=COLLECTING,
            name="Lakeside Telecom",
            base_currency="eur",
            time_zone="Europe/Vienna",
            country="AT",
            actor=ACTOR,
        )
        with company_scope(company.pk):
            dress(COLLECTING, actor=ACTOR)
            change_series(code="invoice", format="RE-{year}-{number:5}", restarts=Restart.YEAR, actor=ACTOR)
            collection.prepare(actor=ACTOR)

    return {SAMPLE: sample, STORIES: stories, COLLECTING: lakeside}


def _refuse_others() -> None:
    """Never beside a company that is not the demo's, empty or not: the demo's user is one that everybody knows."""
    other = Company.objects.exclude(code__in=[SAMPLE, STORIES, COLLECTING]).order_by("pk").first()
    if other is not None:
        raise NotEmpty(other)


def _let_user_in(company: Company) -> None:
    user = get_user_model().objects.filter(username=USER).first()
    user = user or create_user(username=USER, password=PASSWORD, name=NAME, is_superuser=True)
    with company_scope(company.pk):
        if Membership.objects.filter(user=user).exists():
            return
        add_member(user=user, role="administrator", actor=ACTOR)
