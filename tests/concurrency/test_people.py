"""Two administrators at once: each may go, but not both."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress

import pytest
from tests.concurrency.gates import codes_of, patience
from tests.factories import at_once, make_company

from subledger.companies import services
from subledger.companies.models import Membership
from subledger.companies.services import add_member, create_user, remove_member
from subledger.platform.scope import company_scope


@pytest.mark.parametrize("lock", ["lock off", "lock on"])
def test_two_administrators_who_remove_each_other_leave_one(committed_db: None, monkeypatch, lock: str):
    company = make_company()
    with company_scope(company.pk):
        members = [
            add_member(
                user=create_user(username=f"admin-{uuid.uuid4().hex[:12]}", password="-"),
                role="administrator",
                actor="test",
            )
            for _ in range(2)
        ]
        locked, together = services._locked_members, threading.Barrier(2)

        def late() -> list[Membership]:
            found = list(Membership.objects.select_related("user", "role")) if lock == "lock off" else locked()
            with suppress(threading.BrokenBarrierError):
                together.wait(timeout=patience(lock != "lock off"))
            return found

        monkeypatch.setattr(services, "_locked_members", late)
        answers = at_once(*[lambda m=m: remove_member(membership_id=m.pk, actor="test") for m in members])
        left = Membership.objects.count()
        if lock == "lock off":
            assert (codes_of(answers), left) == (["posted", "posted"], 0)
        else:
            assert (codes_of(answers), left) == (["last_administrator", "posted"], 1)
