"""Three gateways behind one face: what a test wants to happen there, and what happened.

A house is a company with one provider. `work` has a request carried out by whoever does that; `verdict` is what is to
become of it there: ``accepted``, ``declined``, ``lost_before`` and ``lost_after`` (the money moved or did not, and
nobody heard).
"""

from __future__ import annotations

import importlib
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stripe import StripeClient
from tests.api.client import ApiClient
from tests.factories import NOW, Ledger
from tests.gateways import toy
from tests.gateways.conftest import Desk, make_desk

from stripe_sandbox.server import Running, running_sandbox
from subledger.companies.models import Company
from subledger.gateways import registry
from subledger.gateways.models import GatewayCustomer, Instrument, PaymentRequest
from subledger.gateways.port import InstrumentSeen
from subledger.gateways.services import inbox
from subledger.gateways.services.instruments import keep_customer, keep_instrument
from subledger.platform.scope import current_company_id

KEY, SECRET = "sk_test_contract", "whsec_contract"


class House(ABC):
    """One provider of one kind."""

    undone = "draft"  # what a payment or refund becomes that the gateway declines (6.6)
    has_events = True
    card: Instrument | None = None  # the one to charge; none: the provider's default

    def __init__(self, desk: Desk) -> None:
        self.desk, self.ledger = desk, desk.ledger

    @abstractmethod
    def work(self, request_id: int, verdict: str = "accepted") -> PaymentRequest:
        """Have a request carried out; the request as it stands then."""

    @property
    @abstractmethod
    def held(self) -> int:
        """Minor units that the gateway took from customers and did not pay back."""

    @property
    @abstractmethod
    def captures(self) -> int:
        """How often it took money."""

    @abstractmethod
    def tell(self, row: PaymentRequest) -> None:
        """It tells of what became of a request, in its own way; again and again if asked again and again."""

    @abstractmethod
    def tell_of_nothing(self) -> str:
        """It tells of something that we never asked for; what became of that."""

    def remove_card(self) -> None:
        """The customer's card is removed there."""
        raise NotImplementedError


# -- Stripe's sandbox, over HTTP ---------------------------------------------------------------------------------


class StripeHouse(House):
    def __init__(self, desk: Desk, running: Running) -> None:
        super().__init__(desk)
        self.running = running
        self.stripe = StripeClient(KEY, base_addresses={"api": running.url})
        running.control("POST", "webhooks", {"key": KEY, "url": "pull:contract", "secret": SECRET})
        GatewayCustomer.objects.all().delete()  # the desk's own, which this gateway does not know
        Instrument.objects.filter(pk=desk.card.pk).update(is_default=False, removed_at=NOW)
        ours = {
            "subledger_account": desk.ledger.account.public_id,
            "subledger_provider": desk.provider.public_id,
        }
        self.customer = self.stripe.v1.customers.create({"metadata": ours}).id
        keep_customer(desk.provider, desk.ledger.account.pk, self.customer)
        self.card = self._card("pm_card_visa")
        self.bad = self._card("pm_card_chargeCustomerFail")

    def _card(self, token: str) -> Instrument:
        method = self.stripe.v1.payment_methods.attach(token, {"customer": self.customer})
        seen = InstrumentSeen(self.ledger.account.public_id, method.id, "card", self.customer, "visa", "4242", 12, 2034)
        kept = keep_instrument(provider=self.desk.provider, seen=seen, actor="test")
        assert kept is not None
        return kept

    def work(self, request_id: int, verdict: str = "accepted") -> PaymentRequest:
        row = self.desk.row(request_id)
        path = "^/v1/payment_intents$" if row.type == "payment" else "^/v1/refunds$"
        action = {"lost_before": "drop_before", "lost_after": "drop_after"}.get(verdict)
        if action:
            self.running.control("POST", "faults", [{"action": action, "method": "POST", "path": path}])
        elif verdict == "declined":
            if row.type == "payment":
                PaymentRequest.objects.filter(pk=row.pk).update(preference=self.bad.pk)
            else:  # Stripe declines to pay back what went back already
                self.stripe.v1.refunds.create({"charge": row.charge.reference})  # type: ignore[union-attr]
        row = self.desk.work(request_id)
        self.running.control("POST", "faults", [])
        return row

    @property
    def moved(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.running.control("GET", "moved")
        return rows

    @property
    def held(self) -> int:
        return sum(row["amount"] * {"captured": 1, "refunded": -1}[row["type"]] for row in self.moved)

    @property
    def captures(self) -> int:
        return sum(row["type"] == "captured" for row in self.moved)

    def tell(self, row: PaymentRequest) -> None:
        waiting = self.running.control("GET", "deliveries")
        kinds = ("payment_intent.succeeded", "charge.succeeded", "refund.created", "payment_intent.payment_failed")
        ids = [delivery["id"] for delivery in waiting if delivery["type"] in kinds]
        for sent in self.running.control("POST", "deliveries/take", {"ids": ids, "copy": True}):
            inbox.receive(provider=self.desk.provider, body=sent["body"].encode(), headers=sent["headers"])
        inbox.process(self.desk.provider.pk)

    def tell_of_nothing(self) -> str:
        self.running.control("POST", "deliveries/take", {})  # whatever else there was
        self.stripe.v1.payment_intents.create({"amount": 4200, "currency": "eur"})
        [sent] = self.running.control("POST", "deliveries/take", {})
        taken = inbox.receive(provider=self.desk.provider, body=sent["body"].encode(), headers=sent["headers"])
        assert taken is not None
        inbox.process(self.desk.provider.pk)
        taken.refresh_from_db()
        return str(taken.state)

    def remove_card(self) -> None:
        self.running.control("POST", "deliveries/take", {})
        self.stripe.v1.payment_methods.detach(self.card.token)
        for sent in self.running.control("POST", "deliveries/take", {}):
            inbox.receive(provider=self.desk.provider, body=sent["body"].encode(), headers=sent["headers"])
        inbox.process(self.desk.provider.pk)


@contextmanager
def stripe_house(ledger: Ledger, tmp_path: Path) -> Iterator[House]:
    with running_sandbox(start=NOW.timestamp()) as running:
        desk = make_desk(
            ledger,
            kind="stripe",
            code="stripe",
            name="Stripe",
            test_key=KEY,
            webhook_secrets=[SECRET],
            base_url=running.url,
        )
        yield StripeHouse(desk, running)


# -- an integrator, by the API -----------------------------------------------------------------------------------


class GenericHouse(House):
    """Somebody outside who asks for requests, carries them out in some way of their own, and reports by the API."""

    undone = "rejected"
    has_events = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.api = ApiClient(Company.objects.get(pk=current_company_id()))
        self.done: dict[str, int] = {}  # what moved, signed, by request

    def _say(self, verb: str, **element: Any) -> dict[str, Any]:
        body = {"provider": self.desk.provider.public_id, "elements": [{"request_unique_identifier": "1", **element}]}
        [result] = self.api.post(f"payment_requests/bulk/{verb}", body)["results"]
        return dict(result)

    def work(self, request_id: int, verdict: str = "accepted") -> PaymentRequest:
        pending = self.api.get("payment_requests", state="pending")["data"]
        [asked] = [one for one in pending if one["id"] == self.desk.row(request_id).public_id]
        assert self._say("process", request=asked["id"])["state"] == "under_processing"
        row = self.desk.row(request_id)
        if verdict in ("accepted", "lost_after"):
            self.done[row.public_id] = row.amount_minor if row.type == "payment" else -row.amount_minor
        if verdict == "accepted":
            self.tell(row)
        elif verdict == "declined":
            self._say("reject", request=row.public_id, error_code="AM04", error_message="Insufficient funds")
        return self.desk.row(request_id)

    def tell(self, row: PaymentRequest) -> None:
        if row.public_id not in self.done:  # it never came to it before: it does now
            self.done[row.public_id] = row.amount_minor if row.type == "payment" else -row.amount_minor
        amount = {"amount": row.amount_minor, "currency": row.currency}
        self._say("post", request=row.public_id, reference=f"BANK-{row.public_id}", **amount)

    @property
    def held(self) -> int:
        return sum(self.done.values())

    @property
    def captures(self) -> int:
        return sum(amount > 0 for amount in self.done.values())

    def tell_of_nothing(self) -> str:
        refusal = self._say("post", request="prq_0000000000000", reference="X")["error"]
        return {"not_found": "ignored"}.get(refusal["code"], refusal["code"])


@contextmanager
def generic_house(ledger: Ledger, tmp_path: Path) -> Iterator[House]:
    yield GenericHouse(make_desk(ledger, kind="generic", code="bank", name="House bank", test_key=""))


# -- a third party's package -------------------------------------------------------------------------------------


class ToyHouse(House):
    """An installed package; its bank stands in this process."""

    def __init__(self, desk: Desk, package: Any) -> None:
        super().__init__(desk)
        self.package = package
        self.bank = package.BANKS.setdefault(desk.provider.public_id, package.Bank())
        self._events = 0

    def work(self, request_id: int, verdict: str = "accepted") -> PaymentRequest:
        act = {"accepted": "succeed", "declined": "decline"}.get(verdict, verdict.replace("lost", "lose"))
        self.bank.script = [getattr(self.package, act)]
        return self.desk.work(request_id)

    @property
    def held(self) -> int:
        return int(self.bank.captured)

    @property
    def captures(self) -> int:
        moved = {order.key: order for order in self.bank.orders if isinstance(order, self.package.ChargeOrder)}
        return sum(isinstance(self.bank.moved.get(key), self.package.Succeeded) for key in moved)

    def _deliver(self, kind: str, reference: str) -> Any:
        event = {"id": f"evt_{kind}_{reference}", "type": kind, "object": reference, "at": NOW.timestamp()}
        headers = {"toy-signature": "toy-webhook-secret"}
        taken = inbox.receive(provider=self.desk.provider, body=json.dumps(event).encode(), headers=headers)
        inbox.process(self.desk.provider.pk)
        return taken

    def tell(self, row: PaymentRequest) -> None:
        self._deliver("payment", row.public_id)

    def tell_of_nothing(self) -> str:
        taken = self._deliver("payment", "prq_0000000000000")
        taken.refresh_from_db()
        return str(taken.state)

    def remove_card(self) -> None:
        self._deliver("card_gone", self.desk.card.token)


@contextmanager
def toy_house(ledger: Ledger, tmp_path: Path) -> Iterator[House]:
    """The package is installed for real: its module and its metadata, with an entry point, stand on ``sys.path``."""
    site = tmp_path / "site-packages"
    told = site / "toy_bank-1.0.dist-info"
    told.mkdir(parents=True)
    (site / "toy_bank.py").write_text(Path(toy.__file__).read_text())
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-bank\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[subledger.gateways]\ntoy = toy_bank:TOY\n")
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    registry.kinds.cache_clear()
    try:
        package = importlib.import_module("toy_bank")
        yield ToyHouse(make_desk(ledger), package)
    finally:
        sys.path.remove(str(site))
        sys.modules.pop("toy_bank", None)
        registry.kinds.cache_clear()


HOUSES = {"stripe": stripe_house, "generic": generic_house, "toy": toy_house}
