"""The mutants of one module against its tests, within one pytest session.

The tests run once as they are, and it is noted which function each of them enters. Then every mutant has a process
of its own, forked from there: the function's code is exchanged, and the tests that enter it run, the fastest first,
until one fails. A mutant that comes to no end within its time is noticed too; its time is that of the processor, so
that a busy machine ends none.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from .operators import Mutant, mutants_of

MEMORY = 3 << 30
LEAST_SECONDS, TIMES_AS_LONG, MOST_SECONDS = 3, 1, 120
OF_THE_DATABASE = frozenset({"db", "committed_db", "transactional_db", "django_db_setup", "company", "ledger"})


@dataclass
class Outcome:
    noticed: int = 0
    survived: dict[str, int] = field(default_factory=dict)  # with their lines; a function that no test enters is one
    out_of_time: int = 0
    seconds: float = 0.0


def function_at(module: object, path: str) -> FunctionType:
    """The function that a qualified name stands for, out of whatever has been wrapped around it."""
    found: Any = module
    for name in path.split("."):
        found = vars(found)[name]
    if isinstance(found, property):
        found = found.fget
    while not isinstance(found, FunctionType):
        found = found.__func__ if isinstance(found, classmethod | staticmethod) else found.__wrapped__
    return found


class Following:
    """A test that shares nothing with any other one but the session."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


class Session:
    """The plugin that takes the place of pytest's own loop."""

    def __init__(self, module: str, deadline: float) -> None:
        self.module, self.deadline = module, deadline
        self.outcome = Outcome()
        self.trouble = ""
        self._failed = False
        self._entered: dict[CodeType, dict[pytest.Item, float]] = defaultdict(dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [one for one in items if not OF_THE_DATABASE & set(getattr(one, "fixturenames", ()))]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or not session.items:
            self.trouble = "the tests could not be collected, or each asks for the database"
            raise session.Interrupted(self.trouble)
        started = time.monotonic()
        module = importlib.import_module(f"subledger.{self.module}")
        file = Path(str(module.__file__))
        self._note_what_is_entered(session, str(file))
        gc.freeze()  # what is there is nobody's to look through again, in none of the processes
        mutants = list(mutants_of(file.read_text(), str(file)))
        for done, mutant in enumerate(mutants):
            if time.monotonic() > self.deadline:
                self.outcome.out_of_time = len(mutants) - done
                break
            function = function_at(module, mutant.function)
            times = self._entered.get(function.__code__, {})
            if not times:
                self.outcome.survived.setdefault(f"{mutant.function}: no test enters it", mutant.line)
            elif self._survives(module, mutant, function, times):
                self.outcome.survived[mutant.name] = mutant.line
            else:
                self.outcome.noticed += 1
        self.outcome.seconds = time.monotonic() - started
        return True

    def _note_what_is_entered(self, session: pytest.Session, file: str) -> None:
        entered: set[CodeType] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename == file:
                entered.add(frame.f_code)

        for item in session.items:
            entered.clear()
            forget(importlib.import_module(f"subledger.{self.module}"))
            started = time.process_time()
            sys.setprofile(note)
            try:
                self._run(item)
            finally:
                sys.setprofile(None)
            for code in entered:
                self._entered[code][item] = time.process_time() - started
            if self._failed:
                self.trouble = f"{item.nodeid} fails as things are"
                raise session.Interrupted(self.trouble)

    @staticmethod
    def _run(item: pytest.Item) -> None:
        """Run a test; what belongs to the whole session stays, as if a test of another module followed."""
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=Following(item.session))

    def _survives(
        self, module: ModuleType, mutant: Mutant, function: FunctionType, times: dict[pytest.Item, float]
    ) -> bool:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            os._exit(self._judged(module, mutant, function, times))
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) == 0

    def _judged(
        self, module: ModuleType, mutant: Mutant, function: FunctionType, times: dict[pytest.Item, float]
    ) -> int:
        """In the child: 0 where no test fails."""
        next(iter(times)).config.pluginmanager.unregister(name="terminalreporter")
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(MOST_SECONDS)  # for one that waits
        try:
            forget(module)
            function.__code__ = mutant.code
            for item in sorted(times, key=lambda one: times[one]):
                until = time.process_time() + LEAST_SECONDS + TIMES_AS_LONG * times[item]
                resource.setrlimit(resource.RLIMIT_CPU, (int(until), resource.RLIM_INFINITY))
                self._run(item)
                if self._failed:
                    return 1
        except BaseException:
            return 1
        return 0


def forget(module: ModuleType) -> None:
    """What functions of the module remember of earlier calls would hide that they answer differently now."""
    for value in vars(module).values():
        if callable(getattr(value, "cache_clear", None)):
            value.cache_clear()
