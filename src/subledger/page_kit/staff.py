"""Who comes to the pages. Whoever keeps people and companies says so: the pages know no login, no company's table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from subledger.page_kit.kept_lists import KeptList
from subledger.platform.callers import Caller

__all__ = ["Staff", "StaffDesk", "before_all", "desk", "first_step", "staff_of"]


@dataclass(frozen=True)
class Staff:
    """A person in one company: a membership, every company they belong to, and what they may do in this one."""

    membership: Any
    companies: Sequence[Any]
    caller: Caller

    @property
    def company(self) -> Any:
        return self.membership.company

    def may(self, permission: str) -> bool:
        return self.caller.may(permission)


@dataclass(frozen=True, kw_only=True)
class StaffDesk:
    """``memberships_of`` are the companies a person may enter, by name; ``caller_of`` what a membership lets them do;
    ``names_of`` how those are called who events say did something; ``kept_list`` what a member keeps of a list;
    ``liveliest`` the company looked at first."""

    memberships_of: Callable[[Any], Sequence[Any]]
    caller_of: Callable[[Any], Caller]
    names_of: Callable[[Iterable[str]], Mapping[str, str]]
    kept_list: Callable[[Any, str], KeptList]
    liveliest: Callable[[Sequence[Any]], Any]


FirstStep = Callable[[Any, Sequence[Any]], str]
_desks: list[StaffDesk] = []
_steps: list[FirstStep] = []


def staff_of(desk: StaffDesk) -> None:
    """Have ``desk`` say who somebody is."""
    _desks[:] = [desk]


def before_all(step: FirstStep) -> None:
    """Have ``step`` name the page on which a person has to do something first; "" where there is none. A step of a
    higher room comes before those of lower ones: a login is made safe before it makes anything."""
    if step not in _steps:
        _steps.insert(0, step)


def desk() -> StaffDesk:
    [found] = _desks
    return found


def first_step(user: Any, memberships: Sequence[Any]) -> str:
    return next(filter(None, (step(user, memberships) for step in _steps)), "")
