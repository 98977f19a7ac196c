"""Companies that were there before payment gateways: their ready roles may use them, other roles may not."""

from __future__ import annotations

from django.core.management import call_command
from tests.concurrency.conftest import scratch_db as scratch_db
from tests.factories import make_company

from subledger.companies.models import Role
from subledger.companies.permissions import granted
from subledger.platform.scope import company_scope


def test_ready_roles_of_companies_that_are_there_get_the_new_permissions(scratch_db: None):
    with company_scope(make_company().pk):
        Role.objects.create(company=Role.objects.first().company, code="own", name="Our own", permissions=["view"])
        before = {role.code: role.permissions for role in Role.objects.all()}
        call_command("migrate", "companies", "0001", interactive=False, verbosity=0)
        assert not any(one.startswith("gateways.") for role in Role.objects.all() for one in role.permissions)
        call_command("migrate", interactive=False, verbosity=0)
        after = {role.code: set(role.permissions) for role in Role.objects.all()}
    assert after == {code: set(permissions) for code, permissions in before.items()}
    assert after["billing_manager"] == set(granted("billing_manager"))
    assert after["own"] == {"view"}
