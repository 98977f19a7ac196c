"""The tests' PostgreSQL and the ways to use it.

- ``@pytest.mark.django_db`` or ``db``: rolled back at the end; deferred triggers fire before that.
- ``module_db``: what fixtures of a whole module write in it is there for each of its tests, then rolled back.
- ``company``, ``ledger`` and what stands on them are made once a module, and handed out as copies (`tests.shared`).
- ``committed_db``: real commits, for tests with several connections or threads. Nothing is flushed, for our
  tables refuse it: such a test makes a company of its own and leaves it behind. A thread that touched the
  database ends with ``connection.close()``.
- ``served``: the address of a running web server on the same database, for browsers and API clients.

Unless DATABASE_URL names a server, one embedded PostgreSQL is started when the first test needs it, shared by
all workers of pytest-xdist, and removed by the last one, or by `server_watch` where the run was killed. Each worker has
a database of its own, copied from one that was migrated once (`template_cluster`).
"""

from __future__ import annotations

import copy
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from tests.shared import Whole, share, whole_of

# Whole examples take as long as the database does; a failing one prints how to repeat it anywhere.
hypothesis_settings.register_profile("default", deadline=None, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=2_000)
# For mutants of the rules, which only have to be noticed: the same few examples every time, and none made simpler.
hypothesis_settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, max_examples=30, phases=[Phase.explicit, Phase.generate]
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


GUARD_OFF = frozenset({"guard off", "lock off", "index off"})


def pytest_configure(config: pytest.Config) -> None:
    """While several workers collect, the cluster that they begin with is made: it takes as long as that."""
    is_controller = bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")
    if is_controller and not os.environ.get("DATABASE_URL"):
        from tests.template_cluster import prepare

        prepare()


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cases beyond those that `make test` runs are marked.

    A race that is shown with its guard off needs two who meet: where the machine kept them apart, it is shown again.

    What fails with its guard on has failed, and is never tried again.
    """
    from tests.tiers import mark

    mark(items)
    share(items, company, "full_company")
    share(items, ledger, "full_ledger")
    for item in items:
        spec = getattr(item, "callspec", None)
        if spec and any(isinstance(value, str) and value in GUARD_OFF for value in spec.params.values()):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def postgres(testrun_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    """The URL of this run's embedded server; None where DATABASE_URL names another."""
    from tests.server_watch import watch
    from tests.template_cluster import UNSAFE_AND_FAST, copy_to

    from subledger.config.embedded_postgres import EmbeddedPostgres

    if os.environ.get("DATABASE_URL"):
        yield None
        return
    data_dir = Path(tempfile.gettempdir()) / f"subledger-tests-{testrun_uid[:12]}"
    copy_to(data_dir)
    server = EmbeddedPostgres(data_dir, UNSAFE_AND_FAST)
    url = server.start()
    if server.is_starter:
        watch(data_dir)  # a run that is killed stops nothing
    yield url
    if server.stop():
        shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb(postgres: str | None, request: pytest.FixtureRequest) -> bool:
    """The databases of an embedded server go with it: dropping them one by one first would only take time."""
    return postgres is not None or request.config.getvalue("reuse_db")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres: str | None, django_db_modify_db_settings_parallel_suffix: None, django_db_blocker
) -> None:
    """Point Django at the embedded server, and have each worker's database copied from one template."""
    from django.db import connections
    from psycopg.conninfo import conninfo_to_dict
    from tests.template_cluster import TEMPLATE

    if postgres is None:
        return
    parameters = conninfo_to_dict(postgres)
    database = connections["default"].settings_dict
    database.update(HOST=parameters["host"], USER=parameters["user"], PASSWORD="", PORT="", NAME=parameters["dbname"])
    database["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The test database, also for a run of nothing but ``committed_db``: pytest-django's own looks at marks alone."""
    from django.test.utils import setup_databases, teardown_databases
    from tests.factories import make_ready

    with django_db_blocker.unblock():
        keep = django_db_keepdb and not django_db_createdb
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=keep)
        make_ready()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _network_is_watched() -> None:
    from tests import network_guard

    network_guard.install()


@pytest.fixture(autouse=True)
def _no_network_in_transactions(_network_is_watched: None) -> Iterator[None]:
    from tests import network_guard

    network_guard.seen.clear()
    yield
    assert network_guard.seen == [], "inside a database transaction"


@pytest.fixture(scope="session", autouse=True)
def _files_are_read_here() -> Iterator[None]:
    from tests.read_here import told_here

    from subledger.file_kit import children

    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(children, "told", told_here)
        yield


@pytest.fixture
def files_in_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign files are read as in the program: each by a child process, within its limits."""
    from tests.read_here import told_by_child

    from subledger.file_kit import children

    monkeypatch.setattr(children, "told", told_by_child)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """A database where commits are real and stay."""
    from django.db import connections

    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """A transaction around the tests of a module, for books that take long to make: each test is a savepoint in it."""
    from django.db import connection
    from django.db.transaction import atomic, set_rollback

    around = atomic()
    around._from_testcase = True  # as Django marks those of its own tests: no transaction of the program's
    with django_db_blocker.unblock(), around:
        yield
        connection.needs_rollback = False
        set_rollback(True)


@pytest.fixture(scope="session")
def served(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """The address of a web server on this worker's database; use it together with ``committed_db``."""
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        yield server.url
        server.stop()


@pytest.fixture(scope="module")
def full_company(module_db: None) -> Whole:
    """What tests of a module with a company begin with (`tests.shared`)."""
    from tests.factories import company_at_work

    with company_at_work() as found:
        return Whole(found)


@pytest.fixture(scope="module")
def full_ledger(module_db: None) -> Whole:
    from django.db import connection
    from tests.factories import Ledger, company_at_work

    with company_at_work() as found:
        ledger = Ledger()
        connection.check_constraints()  # what waits for a commit would be looked at again by each test
    return Whole(found, ledger)


@pytest.fixture
def company(request: pytest.FixtureRequest, db: None) -> Iterator[object]:
    """A company with every default, in scope, on 20 May 2026; rolled back at the end."""
    from tests.factories import at_work, company_at_work

    whole = whole_of(request)
    with at_work(copy.deepcopy(whole.company)) if whole else company_at_work() as found:
        yield found


@pytest.fixture
def ledger(request: pytest.FixtureRequest, company: object) -> object:
    """The company's books by short verbs, see `tests.factories.Ledger`."""
    from tests.factories import Ledger

    whole = whole_of(request)
    is_made = whole is not None and whole.ledger is not None and whole.company == company
    return copy.deepcopy(whole.ledger) if is_made else Ledger()
