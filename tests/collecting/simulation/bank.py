"""The bank of a simulated run: a generic provider's requests, carried out by somebody outside who may tell it twice.

It decides first, and tells then: what it moved stays moved, whether or not the word of it was taken in.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.gateways.simulation.world import World

from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways.models import PaymentRequest, Provider
from subledger.gateways.services import execution
from subledger.gateways.services.reports import Element, ReportAnswer
from subledger.gateways.states import RequestState, RequestType

ACTOR = "key:bank"
# Of debits: not enough money, an account that is closed, a mandate that is none, the bank's own trouble. Of transfers
# back: an account that is closed, no reason.
DEBITS, TRANSFERS = ("AM04", "AM04", "AC04", "MD01", "TECH"), ("AC04", "MS03")
SUCCEEDS, TOLD_AGAIN = 0.65, 0.1
POSTED = ""  # what is decided of a request that is carried out; else the code of its refusal


class Bank:
    def __init__(self, provider: Provider) -> None:
        self.provider_id = provider.pk
        mandates = AccountPaymentPreference.objects.filter(preference__in=provider.preferences.all())
        self.mandates = {row.account_id: row for row in mandates}
        self.decided: dict[int, str] = {}  # by request
        self.returned: set[int] = set()
        self.wrong: list[str] = []  # answers that it did not expect

    def moved(self) -> dict[int, int]:
        """What it carried out, by request: also what came back since."""
        done = [ident for ident, code in self.decided.items() if code == POSTED]
        return dict(PaymentRequest.objects.filter(pk__in=done).values_list("pk", "amount_minor"))

    def _rows(self, *states: RequestState) -> list[PaymentRequest]:
        return list(PaymentRequest.objects.filter(provider=self.provider_id, state__in=states).order_by("pk"))

    # -- steps -------------------------------------------------------------------------------------------------------

    def begins(self, world: World, random: Random) -> str | None:
        waiting = self._rows(RequestState.PENDING)
        if not waiting:
            return None
        chosen = random.sample(waiting, random.randint(1, len(waiting)))
        return f"the bank begins {self.begin(chosen)}"

    def answers(self, world: World, random: Random) -> str | None:
        begun = self._rows(RequestState.UNDER_PROCESSING)
        if not begun:
            return None
        row = random.choice(begun)
        self.decide(row, random)
        said = self.tell(row)
        if random.random() < TOLD_AGAIN:
            self.tell(row)
        return f"the bank tells of {row.pk % 10_000}: {said}"

    def returns(self, world: World, random: Random) -> str | None:
        """A debit is returned, or a transfer back comes back, days after it was booked."""
        booked = self._rows(RequestState.POSTED)
        if not booked:
            return None
        row = random.choice(booked)
        self.returned.add(row.pk)
        self.report(row, execution.give_back, RequestState.REJECTED, error_code=random.choice(_codes(row)))
        return f"the bank returns {row.pk % 10_000} of {row.amount_minor}"

    def settle_all(self, random: Random) -> None:
        self.begin(self._rows(RequestState.PENDING))
        for row in self._rows(RequestState.UNDER_PROCESSING):
            self.decide(row, random)
            self.tell(row)

    # -- what it says ------------------------------------------------------------------------------------------------

    def begin(self, rows: list[PaymentRequest]) -> dict[int, str]:
        elements = [Element(f"mine-{row.pk}", row.public_id) for row in rows]
        answers = execution.process(elements=elements, actor=ACTOR)
        return {
            row.pk % 10_000: answer.error.code if answer.error else str(answer.state)
            for row, answer in zip(rows, answers, strict=True)
        }

    def decide(self, row: PaymentRequest, random: Random) -> None:
        if row.pk not in self.decided:
            self.decided[row.pk] = POSTED if random.random() < SUCCEEDS else random.choice(_codes(row))

    def tell(self, row: PaymentRequest) -> str:
        code = self.decided[row.pk]
        if code == POSTED:
            self.report(row, execution.post, RequestState.POSTED, reference=f"REF-{row.pk}")
        else:
            self.report(row, execution.reject, RequestState.REJECTED, error_code=code)
        return code or "posted"

    def report(
        self, row: PaymentRequest, verb: Callable[..., list[ReportAnswer]], state: RequestState, **fields: str
    ) -> None:
        [answer] = verb(elements=[Element(f"mine-{row.pk}", row.public_id, **fields)], actor=ACTOR)
        now = PaymentRequest.objects.get(pk=row.pk).state
        if now != state:
            self.wrong.append(f"request {row.pk % 10_000} is {now}, and the bank said {fields}: {answer.error}")


def _codes(row: PaymentRequest) -> tuple[str, ...]:
    return DEBITS if row.type == RequestType.PAYMENT else TRANSFERS
