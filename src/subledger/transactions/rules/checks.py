"""What orders are checked against: the facts read under the lock, asked one question at a time.

Every answer is the fact that was asked for, or a DomainError with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from subledger.accounts.errors import AccountSuspended, AccountTerminated, DueDateInvalid, NotInUse
from subledger.accounts.rules import CreditPeriod, check_due_on, default_due_on
from subledger.accounts.states import AccountState, Principle
from subledger.journal.errors import PeriodClosed
from subledger.kernel.days import check_day, is_distant, is_old
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import Named, encode
from subledger.kernel.money import Money, check_minor
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.kernel.words import a, plain
from subledger.transactions import day_errors, errors, going_out_errors
from subledger.transactions.revenue_errors import RevenueMixed
from subledger.transactions.states import TRANSACTION_PREFIX, WITH_ITEMS, TransactionState, lifecycle_of
from subledger.transactions.states import Classification as C

from .credits import DraftCredit
from .documents import AccountFacts, ChosenMethod, NewTransaction, TypeFacts
from .facts import Standing, Target
from .item_entry import check_named, check_service_period
from .items import NewItem
from .orders import ALL, Amount, Cancel, Move, OnTarget, Post
from .posting import AccountRole

DAYS = {"issued_on": say("issuing day"), "due_on": say("due date"), "received_on": say("receiving day")}
TEXTS = ("back_office_code", "order_reference", "issue_reason", "received_by", "metadata", "note")

# What rules, which know no table, say that there is none of.
TRANSACTION = Named("transaction", TRANSACTION_PREFIX)
ACCOUNT = Named("account", "acc")
PREFERENCE = Named(say("payment preference"), "pmt")
PRODUCT = Named("product", "prd")
TAX_RATE = Named(say("tax rate"), "tax")
CREDIT_REASON = Named(say("credit reason"), "crs")


class Checks:
    """The questions that deciding asks of a set's facts."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.facts = standing.facts
        self.doing = ""  # the act that is being decided, where it is not posting something new

    def new(
        self, new: NewTransaction, *, money_has_moved: bool = False, is_spent: bool = False
    ) -> tuple[AccountFacts, TypeFacts, date]:
        """What a draft and a posting both must hold to: account, type, category, currency, code, day.

        An invoice on which a credit is spent is no sale: a suspended account takes it as it takes the credit.
        """
        for name, what in DAYS.items():
            day = getattr(new, name)
            if day is not None:
                check_day(day, what=what, param=f"/{name}")
        if new.received_on is not None and new.received_on > self.facts.today and not money_has_moved:
            raise day_errors.ReceivingDayInvalid(new.received_on, self.facts.today)
        is_told = money_has_moved or new.confirm_posted_on
        if new.received_on is not None and is_old(new.received_on, self.facts.today) and not is_told:
            raise day_errors.ReceivingDayOld(new.received_on, self.facts.today)
        account = self.account(new.account_id, C.PAYMENT if is_spent else new.classification)
        if new.currency and new.currency != account.currency:
            raise errors.CurrencyMismatch(new.currency, account.currency)
        kind = self.type(new.type_id, new.classification)
        if new.category_id is not None and new.category_id not in kind.category_ids:
            raise errors.CategoryNotAllowed(kind.name)
        self.credit_reason(new.credit_reason_id)
        self.code(new.classification, new.back_office_code)
        self.known(PREFERENCE, new.payment_preference_id, "/payment_preference")
        for at, item in enumerate(new.items):
            check_named(item, at=at)
            check_service_period(item, at=at)
            # What an item has from the one that it credits goes on, in use or not.
            of = self.facts.credited.get(item.credits) if item.credits is not None else None
            if of is None or item.product_id != of.product_id:
                self.known(PRODUCT, item.product_id, f"/items/{at}/product")
            if of is None or item.tax_rate_id != of.tax_rate_id:
                self.known(TAX_RATE, item.tax_rate_id, f"/items/{at}/tax_rate")
        self.same_revenue(new.items, kind)
        if new.classification in WITH_ITEMS and not new.items:
            raise errors.ItemsMissing(new.classification)
        return account, kind, self.day(new.posted_on, confirmed=money_has_moved or new.confirm_posted_on)

    def texts(self, said: NewTransaction | OnTarget) -> None:
        """No card number is kept with a transaction: not in a code, a reason, a name, a note or an item."""
        for name in TEXTS:
            if text := getattr(said, name, None):
                check_texts(text, param=f"/{name}")
        for at, item in enumerate(getattr(said, "items", ())):
            check_texts(item.description, param=f"/items/{at}/description")
            check_texts(item.metadata, param=f"/items/{at}/metadata")

    def named(self, ident: int) -> Target:
        target = self.facts.targets.get(ident)
        if target is None:
            raise NotFound(TRANSACTION, ident)
        return target

    def target(self, ident: int, action: str) -> Target:
        """One of which the action may be done as it stands; who may do it is asked before."""
        target = self.named(ident)
        lifecycle = lifecycle_of(target.classification, is_mirror=target.mirrors_id is not None)
        lifecycle.advance(self.standing.state_of(target), action)
        return target

    def as_shown(self, draft: Target, order: Post) -> None:
        """Whether a draft says, or comes to, what was shown of it."""
        if order.expected_version and self.facts.versions.get(draft.id) != order.expected_version:
            raise errors.DraftChanged
        amount, expected = draft.amount_minor, order.expected_total_minor
        if expected is not None and amount != expected:
            raise errors.DraftDiffers(Money(amount, draft.currency), Money(expected, draft.currency))

    def not_credited(self, invoice: Target, order: Cancel) -> None:
        """An invoice that credit notes name items of is not cancelled, for what is left of it is credited; one that
        they are for as a whole is when that is meant, for its cancellation frees them."""
        notes = self.facts.credit_notes.get(invoice.id, ())
        crediting = self.standing.crediting
        if notes or crediting.is_named(invoice.id):
            raise errors.InvoiceCredited(invoice.reference, notes)
        for_it = [*self.facts.notes_as_a_whole.get(invoice.id, ()), *crediting.as_a_whole(invoice.id)]
        if for_it and not order.confirm_credited:
            account = self.facts.accounts[invoice.account_id]
            balance = self.facts.balances.get(account.id, 0) + self.standing.moved.get(account.id, 0)
            raise errors.InvoiceCreditedTwice(
                invoice.reference,
                [(one.number, Money(one.credited_minor, account.currency)) for one in for_it],
                left=Money(invoice.amount_minor - sum(one.credited_minor for one in for_it), account.currency),
                after=Money(balance - invoice.amount_minor, account.currency),
            )

    def still_left(self, credits: Sequence[DraftCredit], account: AccountFacts) -> None:
        """What a draft credits of items of invoices can still be credited."""
        crediting = self.standing.crediting.copy()
        for one in credits:
            crediting.named(one.ref, at=one.at, account_id=account.id)
            crediting.check(one.ref, one.amounts, at=one.at)
            crediting.take(one.ref, one.amounts)

    def whole(self, amount: Amount, target: Target, whole_minor: int, *, action: str) -> None:
        """What an action takes is all that is there; a number that was given has to be just that."""
        if amount == ALL:
            return
        currency = self.facts.accounts[target.account_id].currency
        if check_minor(amount, currency, param="/amount") != whole_minor:
            raise errors.AmountNotWhole(
                target.reference, Money(amount, currency), Money(whole_minor, currency), action=action
            )

    def account(self, ident: int, classification: C, *, param: str = "/account") -> AccountFacts:
        account = self.facts.accounts.get(ident)
        if account is None:
            raise NotFound(ACCOUNT, ident, param=param)
        if account.state == AccountState.TERMINATED:
            raise AccountTerminated(account.number, action=self.doing or say("post {kind}", kind=a(classification)))
        if account.state == AccountState.SUSPENDED and classification is C.INVOICE:
            raise AccountSuspended(account.number, action=self.doing or say("post an invoice"))
        return account

    def type(self, ident: int | None, classification: C, *, kept: bool = False) -> TypeFacts:
        """``kept``: what is posted has the type already, so it may be out of use."""
        settings = self.facts.configuration
        wanted = ident if ident is not None else settings.default_types.get(classification)
        kind = settings.types.get(wanted) if wanted is not None else None
        words = plain(classification)
        if kind is None:
            fact = (
                say("no such type in this company")
                if ident is not None
                else say("the company has no default type of {words}", words=words)
            )
            raise errors.TypeInvalid(
                say("Cannot tell the type of the {words}: {fact}. Choose a type.", words=words, fact=fact),
                param="/type",
            )
        if kind.classification != classification:
            raise errors.TypeInvalid(
                say(
                    "Type {name!r} is of classification {classification}, not {words}. Choose a type of {wanted}.",
                    name=kind.name,
                    classification=plain(kind.classification),
                    words=words,
                    wanted=words,
                ),
                param="/type",
            )
        if not kind.is_active and not kept:
            raise NotInUse("type", kind.name, param="/type")
        return kind

    def extras(self, order: OnTarget, kind: TypeFacts, classification: C) -> None:
        if order.category_id is not None and order.category_id not in kind.category_ids:
            raise errors.CategoryNotAllowed(kind.name)
        self.code(classification, order.back_office_code)

    def credit_reason(self, ident: int | None) -> None:
        if ident is None:
            return
        reason = self.facts.configuration.credit_reasons.get(ident)
        if reason is None:
            raise NotFound(CREDIT_REASON, ident, param="/reason")
        if not reason.is_active:
            raise NotInUse("reason", reason.name, param="/reason")

    def same_revenue(self, items: Sequence[NewItem], kind: TypeFacts) -> None:
        """Items of an invoice of a type that is no revenue are credited by a note of such a type, and others not."""
        none = self.facts.configuration.no_revenue
        if not none.types:
            return
        for at, item in enumerate(items):
            if item.credits is None or item.product_id in none.products:
                continue
            of = self.facts.credited[item.credits]
            was_revenue = of.type_id not in none.types
            if was_revenue != (kind.id not in none.types):
                raise RevenueMixed(at, of.name, was_revenue=was_revenue)

    def code(self, classification: C, code: str | None) -> None:
        if code and self.standing.is_taken(classification, code):
            raise errors.BackOfficeCodeTaken(classification, code)

    def known(self, thing: Named, ident: int | None, param: str) -> None:
        if ident is None:
            return
        kept = self.facts.known[thing.noun.replace(" ", "_")]
        if ident not in kept:
            raise NotFound(thing, ident, param=param)
        unused = kept[ident]
        if unused is not None:
            raise NotInUse(thing.noun, unused, param=param)

    def day(self, posted_on: date | None, *, confirmed: bool) -> date:
        on = check_day(posted_on or self.facts.today, what=say("posting day"), param="/posted_on")
        if on > self.facts.today:
            raise day_errors.PostingDateInvalid(on, self.facts.today)
        closed = self.facts.closed_through
        if closed and on <= closed:
            raise PeriodClosed(effective_on=on, closed_through=closed)
        if is_old(on, self.facts.today) and not confirmed:
            raise day_errors.PostingDayOld(on, self.facts.today)
        return on

    def day_after(self, order: OnTarget, target: Target) -> date:
        on = self.day(order.posted_on, confirmed=order.confirm_posted_on)
        if on < target.day:
            raise errors.EarlierThanTarget(on=on, number=target.reference, posted_on=target.day)
        return on

    def due_on(self, new: NewTransaction, account: AccountFacts, on: date) -> date | None:
        if new.classification is not C.INVOICE:
            return None
        due_on = self._due_on(new, account, on)
        if new.issued_on is not None and due_on < new.issued_on and not new.confirm_due_on:
            raise day_errors.DueBeforeIssue(due_on, new.issued_on)
        return due_on

    def _due_on(self, new: NewTransaction, account: AccountFacts, on: date) -> date:
        rule = self.facts.configuration.credit_rule
        if new.due_on is None:
            period = CreditPeriod.of(
                account.credit_period_value, account.credit_period_operator, account.credit_period_unit
            )
            return default_due_on(on, rule, period)
        if is_distant(new.due_on, on) and not new.confirm_due_on:
            raise day_errors.DueDateDistant(new.due_on, on)
        if new.accept_due_date:
            if new.due_on < on:
                raise DueDateInvalid(due_on=new.due_on, posted_on=on, earliest=on, latest=date.max)
            return new.due_on
        return check_due_on(new.due_on, on, rule)

    def intended(
        self, idents: Sequence[int], account: AccountFacts, *, against_item: bool = False, money_has_moved: bool = False
    ) -> Sequence[Target]:
        """The invoices a credit is meant for, as far as the principle honours them.

        Of money that has moved already what cannot be meant any more is left out, and it may be meant
        for a refund: a dispute that is won pays back what the dispute took.
        """
        found = []
        for ident in idents:
            invoice = self.facts.targets.get(ident)
            if money_has_moved:
                if invoice and invoice.account_id == account.id and self._is_posted(invoice):
                    found.append(invoice)
                continue
            if invoice is None:
                named = encode(TRANSACTION.PREFIX, ident)
                raise errors.IntendedInvoiceInvalid(named, say("there is no such invoice in this company"))
            if invoice.classification is not C.INVOICE:
                raise errors.IntendedInvoiceInvalid(invoice.reference, say("it is not an invoice"))
            if invoice.account_id != account.id:
                raise errors.IntendedInvoiceInvalid(invoice.reference, say("it belongs to another account"))
            if not self._is_posted(invoice):
                raise errors.IntendedInvoiceInvalid(
                    invoice.reference, say("its state is {plain}", plain=plain(self.standing.state_of(invoice)))
                )
            found.append(invoice)
        honoured = against_item or self.facts.configuration.principle == Principle.AGAINST_ITEM_FIFO
        return found if honoured else ()

    def _is_posted(self, target: Target) -> bool:
        return self.standing.state_of(target) == TransactionState.POSTED

    def refund(self, account: AccountFacts, amount: int, *, said: NewTransaction | Post) -> None:
        """Against the balance as the set has left it so far, once all that is on its way out has gone; ``said`` has
        what was confirmed. That what is told to have gone already is paid out once more cannot be: it is no credit any
        more, whatever is left of the credit beside it."""
        going_out, gone = self.facts.going_out.get(account.id, 0), self.facts.said_gone.get(account.id, 0)
        balance = self.facts.balances[account.id] + self.standing.moved.get(account.id, 0) + going_out
        leaving = [one.name for one in self.facts.leaving.get(account.id, ())]
        needs_credit = self.facts.configuration.refund_needs_credit_balance
        has_credit = balance < going_out  # before that goes
        if needs_credit or going_out:  # where none is needed more may be paid than there is, and the same not twice
            if balance >= 0 and (needs_credit or has_credit):
                raise going_out_errors.RefundNeedsCreditBalance(balance, account.currency, going_out, leaving)
            if gone and amount > max(going_out - balance - gone, 0):
                raise going_out_errors.RefundNeedsCreditBalance(balance, account.currency, going_out, leaving, gone)
            if amount > -balance and not said.confirm_above_credit:
                raise going_out_errors.RefundAboveCredit(amount, -balance, account.currency, going_out, leaving)
        limit = account.credit_limit_minor
        if limit is not None and balance + amount > limit and not said.confirm_credit_limit:
            raise errors.CreditLimitExceeded(balance + amount, limit, account.currency)

    def still_there(self, payment: Target) -> None:
        """Whether a payment's credit is there to be taken off its account, once all that is on its way out has gone."""
        account = self.facts.accounts[payment.account_id]
        going_out = self.facts.going_out.get(account.id, 0)
        leaving = self.facts.leaving.get(account.id, ())
        own = [one for one in leaving if one.pays_back_id == payment.id]
        if not own:
            if not going_out:
                return
            free = -(self.facts.balances[account.id] + self.standing.moved.get(account.id, 0) + going_out)
            if self.standing.open_item(payment).open_minor <= free:
                return
        raise going_out_errors.CreditBeingRefunded(
            payment.reference,
            [one.name for one in own or leaving],
            Money(going_out, account.currency),
            is_move=self.doing == "move the payment",
        )

    def not_paid_out(self, payment: Target, order: Cancel | Move) -> None:
        """Whether refunds have paid out the payment's credit already, and no other credit would stand for them."""
        if order.confirm_paid_out:
            return
        account = self.facts.accounts[payment.account_id]
        balance = self.facts.balances.get(account.id, 0) + self.standing.moved.get(account.id, 0)
        after = balance + payment.amount_minor
        if account.role == AccountRole.SUSPENSE:  # where nothing is allocated
            missing = min(after, payment.amount_minor)
        else:
            own, noted = self.facts.paid_out.get(payment.id, (0, 0))
            others = max(-balance - self.standing.open_item(payment).open_minor, 0)
            missing = min(max(own - others, 0) + noted, after)
        if missing > 0:
            currency = account.currency
            raise going_out_errors.CreditPaidOut(
                payment.reference, Money(missing, currency), Money(after, currency), is_move=isinstance(order, Move)
            )

    def method(self, new: NewTransaction, kind: TypeFacts, *, money_has_moved: bool = False) -> ChosenMethod:
        """How the money comes or goes; nothing for what has no method."""
        if new.classification is C.PAYMENT:
            known, wanted = self.facts.configuration.payment_methods, new.payment_method_id
            allowed, default = kind.payment_method_ids, kind.default_payment_method_id
        elif new.classification is C.REFUND:
            known, wanted = self.facts.configuration.refund_methods, new.refund_method_id
            allowed, default = kind.refund_method_ids, kind.default_refund_method_id
        else:
            return ChosenMethod()
        chosen = wanted if wanted is not None else default
        if chosen is None:
            raise errors.MethodMissing(kind.name)
        if chosen not in allowed and not (money_has_moved and chosen in known):
            raise errors.MethodNotAllowed(kind.name, sorted(known[m].name for m in allowed if known[m].is_active))
        if not known[chosen].is_active and not money_has_moved:
            raise NotInUse("method", known[chosen].name, param="/method")
        ledger_id = known[chosen].ledger_account_id
        if new.classification is C.PAYMENT:
            return ChosenMethod(ledger_id, payment_method_id=chosen)
        return ChosenMethod(ledger_id, refund_method_id=chosen)
