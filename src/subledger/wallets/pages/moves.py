"""What moves money of wallets: each shows what follows before it is done, and does what was shown."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.db.models import Q, Sum
from django.db.transaction import atomic, set_rollback
from django.forms import Form
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from subledger.accounts.models import Account
from subledger.accounts.queries import account_by_id
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor, today
from subledger.page_kit.idempotency import once
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.parsing import minor_of
from subledger.page_kit.templatetags import subledger_tags as show
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.platform.numbering import written_in_full
from subledger.transactions.queries import balance_of
from subledger.wallets.errors import WalletAmountInvalid, WalletCancelled, WalletInvalid
from subledger.wallets.models import Lot, Wallet, WalletTransaction
from subledger.wallets.queries import entry_by_id, holding_of, takes_of, wallet_by_id, wallet_of
from subledger.wallets.rules.moves import NewCredit, NewDebit, NewFunding, NewReimbursement, NewTransfer
from subledger.wallets.services import moves, voids
from subledger.wallets.states import ENTRIES as LIFE
from subledger.wallets.states import EntryKind, EntryState, WalletState

from .forms import DebitForm, FundForm, GrantForm, ReturnForm, TransferForm, VoidForm
from .words import WALLETS, day_text, in_money, short_words, takes_words


class _ShownOtherwise(Exception):
    """What follows is not what was shown: somebody moved money meanwhile, or something else was typed."""


class MovePage(FormPage):
    """``wallet`` is None where the account has none yet."""

    template_name = "wallets/move.html"
    account: Account
    wallet: Wallet | None
    shown_consequences: list[str] | None = None
    danger = False

    def prepare(self, wallet_id: int) -> None:
        self.wallet = wallet_by_id(wallet_id)
        self.account = self.wallet.account
        self._living()

    def _living(self) -> None:
        if self.wallet is not None and self.wallet.state == WalletState.CANCELLED:
            raise WalletCancelled(self.wallet.number)

    @property
    def currency(self) -> str:
        return self.wallet.currency if self.wallet else self.account.currency

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        """Call one service."""
        raise NotImplementedError

    def said(self, given: dict[str, Any]) -> dict[str, Any]:
        """What every move says. AmountInvalid."""
        minor = minor_of(given["amount"], self.currency, param="/amount")
        if minor is None:
            raise WalletAmountInvalid
        return {"amount_minor": minor, "posted_on": given["posted_on"], "note": given["note"]}

    def post(self, request: HttpRequest, **named: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.rendered(form, 422)
        try:
            if request.POST.get("reviewed"):
                return super().post(request, **named)
            self.shown_consequences = self._foreseen(form.cleaned_data)
        except _ShownOtherwise:
            pass
        except DomainError as error:
            return self.rendered(form, error.status, error=error)
        return self.rendered(form)

    def act(self, form: Form) -> str:
        refusal: Exception = _ShownOtherwise()
        is_as_shown = False
        try:
            self.shown_consequences = self._foreseen(form.cleaned_data)
            is_as_shown = self.request.POST.get("reviewed") == self._digest(form.cleaned_data)
        except DomainError as error:
            refusal = error

        def done() -> str:
            if not is_as_shown:
                raise refusal
            made = self.move(form.cleaned_data)
            messages.success(self.request, self.done_words(made))
            return page_url("wallet", made.wallet_id)

        return once(self.request, done)

    def done_words(self, made: WalletTransaction) -> str:
        return say(
            "{number} over {amount} is posted.", number=made.number,
            amount=in_money(abs(made.face_minor), made.currency),
        )  # fmt: skip

    def _foreseen(self, given: dict[str, Any]) -> list[str]:
        """What it would come to: done, read, and taken back."""
        with atomic():
            made = self.move(given)
            wallet = wallet_by_id(made.wallet_id)
            found = [*self.follows(made), *self._standing(wallet)]
            set_rollback(True)
        return found

    def follows(self, made: WalletTransaction) -> list[str]:
        """What a move does, in words; read before it is taken back."""
        raise NotImplementedError

    def _standing(self, wallet: Wallet) -> list[str]:
        currency = wallet.currency
        holding = holding_of(wallet, on=today())
        found = [say("Balance of the wallet after it: {amount}.", amount=in_money(holding.balance, currency))]
        bound = Lot.objects.filter(wallet=wallet.pk, face_left_minor__gt=0, product__isnull=False)
        for row in bound.values("product__name").annotate(minor=Sum("face_left_minor")).order_by("product__name"):
            found.append(
                say(
                    "Of it, {amount} pays for {product} alone.",
                    amount=in_money(row["minor"], currency),
                    product=row["product__name"],
                )
            )
        if wallet.short_minor:
            found.append(short_words(wallet.short_minor, currency))
        return found

    def _digest(self, given: dict[str, Any]) -> str:
        """Of what was said and shown."""
        told = sorted((name, str(value)) for name, value in given.items() if name != "once")
        return sha256(repr((told, self.shown_consequences)).encode()).hexdigest()[:16]

    def cancel_url(self) -> str:
        return page_url("wallet", self.wallet.pk) if self.wallet else page_url("account_wallet", self.account.pk)

    def facts(self) -> list[tuple[str, Any]]:
        wallet = self.wallet
        found: list[tuple[str, Any]] = [(say("Account"), f"{self.account.number} {self.account.name}")]
        if wallet is not None:
            holding = holding_of(wallet, on=today())
            found += [
                (say("Balance"), show.money(holding.balance, wallet.currency)),
                (say("For anything"), show.money(holding.unconditional, wallet.currency)),
            ]
        return found

    def extra(self) -> dict[str, Any]:
        name = self.wallet.number if self.wallet else self.account.number
        form = self.shown_consequences
        return {
            "crumbs": [Crumb(WALLETS, page_url("wallets")), Crumb(name, self.cancel_url()), Crumb(self.title)],
            "cancel_url": self.cancel_url(),
            "facts": self.facts(),
            "consequences": form or [],
            "danger": self.danger,
        }

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        is_shown = self.shown_consequences is not None and status == 200
        return super().rendered(form, status, reviewed=self._digest(form.cleaned_data) if is_shown else "", **context)


class AccountMovePage(MovePage):
    """Of an account, whether it has a wallet or not."""

    def prepare(self, account_id: int) -> None:
        self.account = account_by_id(account_id)
        self.wallet = wallet_of(self.account.pk)
        self._living()


class DebitPage(MovePage):
    permission = "wallets.debit"
    title = submit_label = say("Debit the wallet")
    form_class = DebitForm

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        assert self.wallet is not None
        product = given["product"]
        new = NewDebit(
            **self.said(given), wallet_id=self.wallet.pk, product_id=product.pk if product is not None else None
        )
        return moves.debit_wallets(new=[new], actor=actor(self.request))[0]

    def follows(self, made: WalletTransaction) -> list[str]:
        currency = made.currency
        found = [say("{amount} is taken from the wallet.", amount=in_money(-made.face_minor, currency))]
        if made.tax_minor:
            found.append(
                say(
                    "{tax} of it is tax at {percent} %.",
                    tax=in_money(made.tax_minor, currency),
                    percent=show.number(made.tax_percent.normalize()),
                )
            )
        return found + takes_words(takes_of([made.pk]), currency)


class GrantPage(AccountMovePage):
    permission = "wallets.credit"
    title = submit_label = say("Grant credit")
    form_class = GrantForm

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        product = given["product"]
        new = NewCredit(
            **self.said(given),
            account_id=self.account.pk,
            product_id=product.pk if product is not None else None,
            expires_on=given["expires_on"],
        )
        return moves.credit_wallets(new=[new], actor=actor(self.request))[0]

    def follows(self, made: WalletTransaction) -> list[str]:
        amount = in_money(made.face_minor, made.currency)
        lot = Lot.objects.filter(credit=made.pk).select_related("product").get()
        return [
            say(
                "{amount} is given to the customer: nobody pays for it, and what it buys is a discount.", amount=amount
            ),
            say("It pays for {product} alone.", product=lot.product.name)
            if lot.product
            else say("It pays for anything."),
            say("It can be used up to {on}; what is left then is forfeited.", on=day_text(lot.expires_on))
            if lot.expires_on
            else say("It never expires."),
        ]


class TransferPage(MovePage):
    permission = "wallets.transfer"
    title = submit_label = say("Transfer to another wallet")
    form_class = TransferForm

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        assert self.wallet is not None
        new = NewTransfer(
            **self.said(given), wallet_id=self.wallet.pk, to_wallet_id=self._target(given["to_wallet"]).pk
        )
        return moves.transfer_between_wallets(new=[new], actor=actor(self.request))[0]

    @staticmethod
    def _target(typed: str) -> Wallet:
        full = [typed.strip().upper(), *written_in_full(typed.strip().upper())]
        found = list(Wallet.objects.filter(Q(number__in=full) | Q(account__number__in=full))[:2])
        if len(found) != 1:
            raise WalletInvalid(
                say("{typed!r} is no wallet. Type the number of a wallet, or of an account that has one.", typed=typed),
                param="/to_wallet",
            )
        return found[0]

    def follows(self, made: WalletTransaction) -> list[str]:
        other = made.counterpart or WalletTransaction.objects.filter(counterpart=made.pk).first()
        target = other.wallet if other is not None else made.wallet
        return [
            say(
                "{amount} goes to {wallet} of {name}. Last days and paid value go with it.",
                amount=in_money(-made.face_minor, made.currency),
                wallet=target.number,
                name=target.account.name,
            ),
            *takes_words(takes_of([made.pk]), made.currency),
        ]


class ReturnPage(MovePage):
    permission = "wallets.reimburse"
    title = submit_label = say("Give back to the account")
    form_class = ReturnForm
    danger = True

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        assert self.wallet is not None
        new = NewReimbursement(**self.said(given), wallet_id=self.wallet.pk)
        return moves.reimburse_wallet(new=new, actor=actor(self.request))

    def follows(self, made: WalletTransaction) -> list[str]:
        face, paid = -made.face_minor, -made.paid_minor
        found = [
            say(
                "{amount} becomes free credit of the account, by a credit note. It can pay invoices, or be refunded.",
                amount=in_money(paid, made.currency),
            )
        ]
        if face > paid:
            found.append(
                say("{amount} of it was granted and is forfeited.", amount=in_money(face - paid, made.currency))
            )
        return [*found, *takes_words(takes_of([made.pk]), made.currency), say("This cannot be undone.")]


class FundPage(AccountMovePage):
    permission = "wallets.fund"
    title = submit_label = say("Transfer credit from the account")
    form_class = FundForm

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        new = NewFunding(**self.said(given), account_id=self.account.pk)
        return moves.fund_wallet(new=new, actor=actor(self.request))

    def facts(self) -> list[tuple[str, Any]]:
        account = self.account
        free = balance_of(account_id=account.pk, currency=account.currency, as_of=today()).unallocated
        return [*super().facts(), (say("Free credit of the account"), show.money(max(free, 0), account.currency))]

    def follows(self, made: WalletTransaction) -> list[str]:
        return [
            say(
                "{amount} of free credit of the account goes into the wallet, by an invoice that it pays at once.",
                amount=in_money(made.face_minor, made.currency),
            ),
            say("It no longer pays invoices of the account; it can be given back."),
        ]


class VoidPage(MovePage):
    permission = "wallets.void"
    form_class = VoidForm
    danger = True

    def prepare(self, entry_id: int) -> None:
        self.entry = entry_by_id(entry_id)
        LIFE.advance(EntryState(self.entry.state), "void")
        voids.refuse_void(self.entry)
        self.wallet = wallet_by_id(self.entry.wallet_id)
        self.account = self.wallet.account
        self.title = say("Void {number}", number=self.entry.number)
        self.submit_label = say("Void")

    def facts(self) -> list[tuple[str, Any]]:
        entry = self.entry
        return [
            *super().facts(),
            (say("Transaction"), f"{entry.number} {show.word(EntryKind(entry.kind))}"),
            (say("Posted"), show.day(entry.posted_on)),
            (say("Amount"), show.money(entry.face_minor, entry.currency)),
        ]

    def move(self, given: dict[str, Any]) -> WalletTransaction:
        return voids.void_entry(
            entry_id=self.entry.pk, posted_on=given["posted_on"], note=given["note"], actor=actor(self.request)
        )

    def done_words(self, made: WalletTransaction) -> str:
        return say("{number} is voided by {void}.", number=self.entry.number, void=made.number)

    def follows(self, made: WalletTransaction) -> list[str]:
        entry, currency = self.entry, self.entry.currency
        amount = in_money(abs(entry.face_minor), currency)
        if entry.kind == EntryKind.TRANSFER:
            found = [say("{amount} goes back between the two wallets.", amount=amount)]
        elif entry.face_minor < 0:
            found = [say("{amount} goes back to the very credit that paid.", amount=amount)]
        else:
            found = [say("{amount} is taken out of the wallet.", amount=amount)]
            moved = WalletTransaction.objects.filter(takes__made_by=made.pk).exclude(pk=made.pk).distinct()
            names = list(moved.values_list("number", flat=True)[:5])
            if names:
                found.append(say("Other credit pays now for {numbers}.", numbers=", ".join(names)))
        if entry.document_id:
            found.append(say("The invoice {number} by which it came is cancelled.", number=entry.document))
        return [*found, say("Both stay on record. This cannot be undone.")]
