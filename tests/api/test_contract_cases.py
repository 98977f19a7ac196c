"""The cases of the OpenAPI document that `test_contract` leaves for later.

Finding them takes every worker half a minute, so this file is not even read where slow tests are left out
(`conftest.pytest_ignore_collect`).
"""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from tests.api.client import Books
from tests.api.test_contract import hold, is_left_for_later, schema
from tests.api.test_contract import known as known
from tests.api.test_contract import one_connection as one_connection


@pytest.mark.slow
@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_to_a_case_left_for_later_is_announced(case: schemathesis.Case, api: Books, known: dict[str, str]):
    if is_left_for_later(case):
        hold(case, api, known)
