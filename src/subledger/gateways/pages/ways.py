"""Ways to pay that no gateway keeps: whether runs may collect by them; and any that was declined for good."""

from __future__ import annotations

from typing import Any

from django.forms import Form

from subledger.accounts import preferences
from subledger.accounts.labels import RECEIVABLES
from subledger.accounts.models import AccountPaymentPreference
from subledger.gateways.services.bars import allow_again
from subledger.gateways.ways_to_collect import bars_of, name_of_way
from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage

from .cards import ALLOW, VERBS
from .words import barred_words


class WayRunsPage(FormPage):
    """Whether runs may collect by a way to pay that no gateway keeps."""

    permission = "accounts.edit"
    template_name = "page_kit/confirm.html"

    def prepare(self, account_id: int, chosen_id: int, verb: str) -> None:
        ways = AccountPaymentPreference.objects.select_related("preference", "account")
        found = ways.filter(pk=chosen_id, account_id=account_id, instrument=None).first()
        if found is None or verb not in ("runs-on", "runs-off"):
            raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment method of this account"))
        self.way, self.verb = found, verb
        self.title = self.submit_label = VERBS[verb][0]

    def act(self, form: Form) -> str:
        account_id = self.way.account_id
        preferences.set_recurring(
            account_id=account_id,
            chosen_id=self.way.pk,
            is_recurring=self.verb == "runs-on",
            actor=actor(self.request),
        )
        return page_url("account_ways", account_id)

    def extra(self) -> dict[str, Any]:
        return {
            **steps_of(self.way, self.title),
            "question": say(
                "{title}: {card} of account {number}?",
                title=self.title,
                card=self.way,
                number=self.way.account.number,
            ),
            "consequences": VERBS[self.verb][1],
        }


class WayAllowPage(FormPage):
    """Lets a card, mandate or account be charged again that was declined for good."""

    permission = "gateways.charge"
    template_name = "page_kit/confirm.html"
    title = submit_label = ALLOW

    def prepare(self, account_id: int, chosen_id: int) -> None:
        ways = AccountPaymentPreference.objects.select_related("preference", "instrument", "account")
        found = ways.filter(pk=chosen_id, account_id=account_id).first()
        if found is None:
            raise NotFound(AccountPaymentPreference, chosen_id, noun=say("payment method of this account"))
        self.way = found

    def act(self, form: Form) -> str:
        allow_again(account_id=self.way.account_id, chosen_id=self.way.pk, actor=actor(self.request))
        return page_url("account_ways", self.way.account_id)

    def extra(self) -> dict[str, Any]:
        return {
            **steps_of(self.way, self.title),
            "question": say("Let {card} be charged automatically again?", card=name_of_way(self.way)),
            "consequences": [
                *map(barred_words, bars_of([self.way.pk]).values()),
                say("Runs and retries charge it again; what waits for another card or account is tried at once."),
                say("If it is declined for good once more, it is left alone again."),
            ],
        }


def steps_of(way: AccountPaymentPreference, title: str) -> dict[str, Any]:
    ways = page_url("account_ways", way.account_id)
    return {
        "crumbs": [
            Crumb(RECEIVABLES, page_url("accounts")),
            Crumb(way.account.number, page_url("account", way.account_id)),
            Crumb(say("Payment methods"), ways),
            Crumb(title),
        ],
        "cancel_url": ways,
    }
