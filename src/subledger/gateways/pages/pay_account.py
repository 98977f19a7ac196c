"""The pages of links to confirm a payment at one's bank, and to register a card or mandate."""

from __future__ import annotations

from typing import Any

from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState
from subledger.gateways import link_errors
from subledger.gateways.customer_pages.frame import SORRY, THANKS, WAITING, CustomerPage
from subledger.gateways.models import Charge
from subledger.gateways.port import HostedPage
from subledger.gateways.queries import invoices_paid_by, request_by_id, way_of
from subledger.gateways.registry import kind_named
from subledger.gateways.services import links, reconciliation
from subledger.gateways.services.instruments import begin_registration
from subledger.gateways.services.payables import hosting_provider
from subledger.gateways.services.public import id_of, is_used
from subledger.gateways.states import RequestState


class AuthenticatePage(CustomerPage):
    """A payment that waits for its customer's bank; its receipt once it is made."""

    def prepare(self) -> None:
        self.row = request_by_id(self.link.object_ids[0])

    def account_id(self) -> int:
        return int(self.row.account_id)

    def come_back(self) -> None:
        reconciliation.look_up(self.row.provider_id, request_ids=[self.row.pk])
        self.prepare()

    def begin(self) -> HostedPage | None:
        page = links.begin_authentication(
            request_id=self.row.pk, return_url=self.absolute("pay_back"), link=id_of(self.link)
        )
        self.prepare()
        return page

    def context(self) -> dict[str, Any]:
        row, words = self.row, self.words
        amount = words.money(row.amount_minor, row.currency)
        way = words.way(*way_of(row))
        return {
            "title": self.say(words.payment_to),
            "amount": amount,
            "owner": links.owner_name(row.account_id),
            "beside": words.with_way.format(way=way) if way else "",
            "is_test": row.mode == "test",
            **self._standing(amount, way),
        }

    def _standing(self, amount: str, way: str) -> dict[str, Any]:
        row, words = self.row, self.words
        if row.state == RequestState.POSTED:
            thanks = {"standing": THANKS, "lead": words.confirmed, "text": self.say(words.received)}
            return thanks | self._receipt(way)
        if row.state == RequestState.REJECTED:
            own = row.error_message.rstrip(".") if words.language == "en" else ""  # the gateway speaks English
            why = words.reasons.get(row.error_code) or own or words.declined
            return {"standing": SORRY, "lead": words.not_made, "text": self.say(words.not_made_how, why=why)}
        if row.state != RequestState.REQUIRES_ACTION:
            return {"standing": WAITING, "lead": words.processing, "text": words.processing_short, "again": True}
        said = {
            "text": words.bank_asks.format(amount=amount),
            "button": words.to_bank,
            "hint": self.say(words.bank_where),
        }
        if self.is_back:
            said |= {"standing": SORRY, "lead": words.not_confirmed, "button": words.try_again}
        return said

    def _receipt(self, way: str) -> dict[str, Any]:
        """When it was paid with what, and which invoices it settles."""
        row, words = self.row, self.words
        charge = Charge.objects.filter(request=row).first()
        if charge is None or row.executed_on is None:
            return {}
        on = words.day(row.executed_on)
        items = [
            (words.invoice.format(number=number), words.money(minor, row.currency))
            for number, minor in invoices_paid_by(charge.payment_id)
        ]
        beside = words.paid_on_with.format(day=on, way=way) if way else words.paid_on.format(day=on)
        return {"beside": beside, "items": items}


class RegisterPage(CustomerPage):
    """A card or mandate for an account, entered on the gateway's page."""

    def prepare(self) -> None:
        self.account = account_by_id(self.link.object_ids[0])
        self.provider = hosting_provider(self.account.currency)
        self.newest = ""

    def account_id(self) -> int:
        return int(self.account.pk)

    def come_back(self) -> None:
        self.newest = self.registered()

    def begin(self) -> HostedPage:
        if is_used(self.link):
            raise link_errors.LinkUsed
        if self.provider is None:
            raise link_errors.NobodyCollects(self.account.currency)
        return begin_registration(
            provider=self.provider,
            account_id=self.account.pk,
            success_url=self.absolute("pay_back"),
            cancel_url=self.absolute("pay"),
            link=id_of(self.link),
        )

    def keep(self, response: Any, page: HostedPage) -> None:
        assert self.provider is not None
        self.keep_registration(response, page, self.provider)

    def context(self) -> dict[str, Any]:
        words = self.words
        said: dict[str, Any] = {
            "title": words.register,
            "owner": links.owner_name(self.account.pk),
            "is_test": bool(self.provider and self.provider.mode == "test"),
        }
        if self.newest:
            text = self.say(words.registered, way=self.newest)
            return said | {"standing": THANKS, "lead": words.thanks, "text": text}
        if is_used(self.link):
            lead, text = words.registered_before, self.say(words.registered_how)
            return said | {"standing": THANKS, "lead": lead, "text": text}
        if self.provider is None or self.account.state == AccountState.TERMINATED:
            return said | {"standing": SORRY, "lead": words.not_possible, "text": self.say(words.ask)}
        if self.is_back:
            lead, text = words.not_registered, words.not_registered_how
            return said | {"standing": WAITING, "lead": lead, "text": text, **self._button()}
        return said | {"text": self.say(words.register_why), **self._button()}

    def _button(self) -> dict[str, str]:
        where = kind_named(self.provider.kind).title if self.provider else ""
        return {"button": self.words.enter, "hint": self.say(self.words.enter_where, gateway=where)}
