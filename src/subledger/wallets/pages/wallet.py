"""The page of one wallet, and what the page of its account says of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id
from subledger.accounts.states import AccountState
from subledger.kernel.sentences import say
from subledger.page_kit.access import today
from subledger.page_kit.charts import Chart, bar_chart
from subledger.page_kit.columns import Column, DeedColumn
from subledger.page_kit.navigation import Action, Crumb, Tab, linked, may
from subledger.page_kit.subjects import subject_named
from subledger.page_kit.tables import table
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.timelines import entries_of
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import DetailPage
from subledger.platform.models import Event
from subledger.wallets.configuration import settings_now
from subledger.wallets.models import Lot, Wallet, WalletTransaction
from subledger.wallets.queries import entries, holding_of, lots_of, wallet_by_id, wallet_of
from subledger.wallets.states import WalletState

from .columns import ENTRIES, LOTS, void_url
from .words import WALLETS, short_words, title_of

SHOWN = 25
MONTHS = 12


def actions_of(request: Any, account: Account, wallet: Wallet | None) -> list[Action]:
    """What may be done by the state and the permissions."""
    if account.state == AccountState.TERMINATED or (wallet and wallet.state == WalletState.CANCELLED):
        return []
    found = []
    has_some = wallet is not None and wallet.left_minor > 0
    if wallet is not None and has_some and may(request, "wallets.debit"):
        found.append(Action(say("Debit"), page_url("wallet_debit", wallet.pk), "receipt-2", rank=90))
    if may(request, "wallets.credit"):
        found.append(Action(say("Grant credit"), page_url("wallet_grant", account.pk), "plus", rank=70))
    if may(request, "wallets.fund"):
        label = say("Transfer credit from the account")
        found.append(Action(label, page_url("wallet_fund", account.pk), "arrow-right", rank=50))
    if wallet is not None and has_some and may(request, "wallets.transfer"):
        label = say("Transfer to another wallet")
        found.append(Action(label, page_url("wallet_transfer", wallet.pk), "arrows-exchange"))
    if wallet is not None and has_some and may(request, "wallets.reimburse"):
        label = say("Give back to the account")
        found.append(Action(label, page_url("wallet_reimburse", wallet.pk), "arrow-back-up"))
    return found


class WalletPage(DetailPage):
    template_name = "wallets/wallet.html"

    def prepare(self, wallet_id: int) -> None:
        self.wallet = wallet_by_id(wallet_id)
        self.title = title_of(self.wallet)

    def extra(self) -> dict[str, Any]:
        wallet = self.wallet
        rows = entries().filter(wallet=wallet.pk).order_by("-posted_on", "-pk")[:SHOWN]
        columns: tuple[Column, ...] = ENTRIES
        if may(self.request, "wallets.void"):
            columns = (*ENTRIES, DeedColumn("void", say("Take back"), words=say("Void"), link=void_url))
        events = Event.objects.filter(object_id=wallet.pk).order_by("-id")[:12]
        return {
            "crumbs": [Crumb(WALLETS, page_url("wallets")), Crumb(wallet.number)],
            "page_subtitle": wallet.account.name,
            "state": "overdrawn" if wallet.short_minor else wallet.state,
            "actions": actions_of(self.request, wallet.account, wallet),
            "notices": self._notices(),
            "tiles": self._tiles(),
            "chart": chart_of(wallet),
            "tables": [
                {
                    "title": say("What is left, by credit"),
                    "table": table(LOTS, list(lots_of(wallet.pk).select_related("product", "credit", "wallet")[:50])),
                    "text": say("Nothing is left. Top it up by a payment, or grant credit."),
                },
                {
                    "title": say("Transactions"), "table": table(columns, list(rows)),
                    "url": f"{page_url('wallet_transactions')}?q={wallet.number}", "label": say("All transactions"),
                },
            ],
            "facts": [
                (say("Account"), linked(f"{wallet.account.number} {wallet.account.name}", self._account_url())),
                (say("Currency"), wallet.currency.upper()),
                (say("Opened"), show.day(wallet.opened_on)),
                *([(say("Cancelled"), show.day(wallet.cancelled_on))] if wallet.cancelled_on else []),
            ],
            "timeline": entries_of(events, own=wallet.pk),
        }  # fmt: skip

    def _account_url(self) -> str:
        return page_url("account", self.wallet.account_id)

    def _notices(self) -> list[str]:
        wallet = self.wallet
        if wallet.state == WalletState.CANCELLED:
            return [say("This wallet is cancelled: no money moves in it any more.")]
        return [short_words(wallet.short_minor, wallet.currency)] if wallet.short_minor else []

    def _tiles(self) -> list[dict[str, Any]]:
        wallet, on = self.wallet, today()
        holding = holding_of(wallet, on=on)
        found: list[dict[str, Any]] = [
            {
                "label": say("Balance"), "minor": holding.balance, "currency": wallet.currency,
                "tone": "bad" if holding.short else "",
                "hint": say("overdrawn") if holding.short else say("what the customer has left"),
            },
            {
                "label": say("For anything"), "minor": holding.unconditional, "currency": wallet.currency,
                "hint": say("pays for any product, or goes back as money"),
            },
            {
                "label": say("Paid value"), "minor": holding.paid, "currency": wallet.currency,
                "hint": say("of it, what somebody paid for"),
            },
        ]  # fmt: skip
        coming = (
            Lot.objects.filter(wallet=wallet.pk, face_left_minor__gt=0, expires_on__isnull=False)
            .values("expires_on").annotate(minor=Sum("face_left_minor")).order_by("expires_on").first()
        )  # fmt: skip
        if coming:
            over = coming["expires_on"] < on
            found.append({
                "label": say("Expired, to be forfeited") if over else say("Expires next"),
                "minor": coming["minor"], "currency": wallet.currency, "tone": "bad" if over else "",
                "hint": show.day(coming["expires_on"]),
            })  # fmt: skip
        return found


def chart_of(wallet: Wallet) -> Chart | None:
    """The balance at the end of each of the last months, and now."""
    end = today()
    months = [_before(end, back) for back in reversed(range(MONTHS))]
    moved = WalletTransaction.objects.filter(wallet=wallet.pk)
    earlier = moved.filter(posted_on__lt=months[0]).aggregate(minor=Sum("face_minor"))["minor"] or 0
    rows = moved.filter(posted_on__gte=months[0]).annotate(month=TruncMonth("posted_on")).values_list("month")
    by_month = dict(rows.annotate(minor=Sum("face_minor")).order_by())
    bars, balance = [], earlier
    for month in months:
        balance += by_month.get(month, 0)
        bars.append((f"{month:%Y-%m}", balance))
    if not by_month and not earlier:
        return None
    return bar_chart(
        id="wallet-balance", title=say("Balance at the end of each month"), currency=wallet.currency, bars=bars,
        is_folded=True,
    )  # fmt: skip


def _before(day: date, back: int) -> date:
    """The first day of the month so many months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)


class AccountWalletPage(DetailPage):
    """The wallet of an account, or how it comes to one."""

    template_name = "wallets/none.html"

    def prepare(self, account_id: int) -> None:
        self.account = account_by_id(account_id)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        wallet = wallet_of(self.account.pk)
        return redirect(page_url("wallet", wallet.pk)) if wallet else super().get(request, **named)

    def extra(self) -> dict[str, Any]:
        return {
            **subject_named("account").frame(self.request, self.account, "account_wallet"),
            "actions": actions_of(self.request, self.account, None),
            "top_up_url": page_url("transaction_new", self.account.pk, "payment")
            if may(self.request, "transactions.draft:payment")
            else "",
        }


def _may_prepay(account: Account) -> bool:
    return not account.system_role and (
        account.state != AccountState.TERMINATED or Wallet.objects.filter(account=account.pk).exists()
    )


def tab(request: Any, account: Account) -> list[Tab]:
    if not _may_prepay(account):
        return []
    return [Tab(say("Wallet"), page_url("account_wallet", account.pk))]


def tiles(request: Any, account: Account) -> list[dict[str, Any]]:
    wallet = wallet_of(account.pk)
    if wallet is None:
        return []
    return [{
        "label": say("Wallet"), "minor": wallet.balance_minor, "currency": wallet.currency,
        "tone": "bad" if wallet.short_minor else "",
        "hint": say("overdrawn") if wallet.short_minor else say("prepaid, to be used up"),
        "url": page_url("wallet", wallet.pk),
    }]  # fmt: skip


def facts(request: Any, row: Any) -> list[tuple[str, Any]]:
    """What of a top-up, its funding invoice or a reimbursement became in the wallet."""
    told = entries().filter(Q(source=row.pk) | Q(document=row.pk)).order_by("pk")
    found = []
    for entry in told:
        amount = show.amount_text(abs(entry.face_minor), entry.currency)
        money = f"{amount} {entry.currency.upper()}"
        if entry.face_minor < 0:
            words = say("{amount} came back from {wallet}", amount=money, wallet=entry.wallet)
        elif entry.state == "voided":
            words = say("{amount} went into {wallet}, and was taken out again", amount=money, wallet=entry.wallet)
        else:
            left = Lot.objects.filter(credit=entry.pk).aggregate(minor=Sum("face_left_minor"))["minor"] or 0
            words = say(
                "{amount} went into {wallet}, {left} of it is left",
                amount=money,
                wallet=entry.wallet,
                left=f"{show.amount_text(left, entry.currency)} {entry.currency.upper()}",
            )
        found.append((say("Wallet"), linked(words, page_url("wallet", entry.wallet_id))))
    return found


def consequences(request: Any, asked: Any) -> list[str]:
    """What a top-up does to the wallet, before it is posted or cancelled."""
    row, settings = asked.row, settings_now()
    if settings is None or row.type_id not in settings.crediting_type_ids or asked.action not in ("post", "cancel"):
        return []
    wallet = wallet_of(row.account_id)
    account = account_by_id(row.account_id)
    before = wallet.balance_minor if wallet else 0
    minor = _amount_of(row)
    if minor is None:
        return [say("It goes into the wallet of the account, by an invoice of its own that it pays.")]
    after = before + minor if asked.action == "post" else before - minor
    words = {
        "amount": f"{show.amount_text(minor, account.currency)} {account.currency.upper()}",
        "after": f"{show.amount_text(after, account.currency)} {account.currency.upper()}",
    }
    if asked.action == "post":
        return [
            say(
                "{amount} goes into the wallet, by an invoice of its own that it pays. Balance of the wallet after it: "
                "{after}.",
                **words,
            )
        ]
    return [say("{amount} is taken out of the wallet again. Balance of the wallet after it: {after}.", **words)]


def _amount_of(row: Any) -> int | None:
    """Of a credit note that is not kept yet, its tax is not known."""
    if row.amount_minor is not None:
        return int(row.amount_minor)
    return None
