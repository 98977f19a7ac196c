"""Where transactions stand, as lists of them are narrowed by it: one choice of states and of what is settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.criteria import Choice, Choices, CriterionInvalid, in_words
from subledger.page_kit.faces import contributions
from subledger.transactions import labels
from subledger.transactions.settled import SettledAs, settled_as
from subledger.transactions.states import TransactionState

__all__ = ["STATUSES", "StatusChoice"]


@dataclass(frozen=True)
class StatusChoice(Choice):
    """Where transactions stand: their state, which drafts failed at their gateway, and how far what is posted is
    settled. ``state`` in an address asks for it, too."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name, "state")

    def read(self, request: HttpRequest) -> str | None:
        asked = {text for name in self.parameters if (text := request.GET.get(name, "").strip())}
        if asked - dict(self.options(request)).keys() or len(asked) > 1:
            raise CriterionInvalid(
                say(
                    "{label}: {value!r} is not one of the choices. Choose from the list.",
                    label=self.label,
                    value=" ".join(sorted(asked)),
                )
            )
        return next(iter(asked), None)

    def options(self, request: HttpRequest) -> Choices:
        return [*super().options(request), *((name, words) for name, words, _ in _held())]

    def input(self, request: HttpRequest, value: Any) -> dict[str, Any]:
        return super().input(request, value) | {"raw": value or ""}

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        held = {name: condition for name, _, condition in _held()}
        if value in held:
            return queryset.filter(held[value])
        if value in labels.SETTLED_AS:
            return queryset.filter(settled_as(SettledAs(value), today=today()))
        if value == "untried":
            return queryset.filter(state=TransactionState.DRAFT, is_failed=False)
        return queryset.filter(is_failed=True) if value == "failed" else queryset.filter(state=value)


def _held() -> list[tuple[str, str, Q]]:
    """What holds an open document, as rooms above say it: a name, its words, and the condition."""
    return contributions("transactions", "held", None, None)


DRAFT, *OTHERS = in_words(TransactionState)
# A failed draft is a draft, to be posted or rejected: it is among those as well.
STATUSES = [
    DRAFT,
    ("untried", say("Draft, not failed")),
    ("failed", say("Failed")),
    *OTHERS,
    *labels.SETTLED_AS.items(),
]
