"""Deciding orders one by one on the facts of a set, and noting their effects. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from subledger.accounts.errors import AccountSuspended, AccountTerminated
from subledger.accounts.rules import CreditPeriod, check_due_on, default_due_on
from subledger.accounts.states import AccountState, Principle
from subledger.journal.errors import PeriodClosed
from subledger.journal.models import EntrySource
from subledger.journal.rules import Line, balanced, line_rows, to_base
from subledger.kernel.errors import NotFound
from subledger.kernel.ids import encode
from subledger.kernel.money import check_minor
from subledger.transactions import errors
from subledger.transactions.rules.allocation import Link, OpenItem
from subledger.transactions.rules.documents import AccountFacts, NewTransaction, TypeFacts
from subledger.transactions.rules.items import NewItem, PricedItem, Totals, price_item, total_of
from subledger.transactions.rules.orders import Cancel, Move, OnTarget, Order, Post, QuickPay, WriteOff
from subledger.transactions.rules.posting import AccountRole, amounts_for
from subledger.transactions.states import (
    DEBITS,
    WITH_ITEMS,
    Classification,
    ReleaseReason,
    TransactionState,
    lifecycle_of,
)

from .facts import Facts

C = Classification


class Decisions:
    """What a set of orders comes to. `decide` checks an order whole before it notes its first effect."""

    def __init__(self, facts: Facts, *, actor: str) -> None:
        self.facts = facts
        self.actor = actor
        self.rows: dict[int, dict[str, Any]] = {}  # transactions posted, new and drafts, by id
        self._drafts: set[int] = set()
        self._ids: Iterator[int] = iter(facts.ids or ())
        self._series: dict[str, int] = {}
        self._delta: dict[int, int] = {}  # what this set has done to balances
        self._entries: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._items: list[dict[str, Any]] = []
        self._item_copies: list[tuple[int, int]] = []
        self._states: list[dict[str, Any]] = []

    def decide(self, order: Order) -> int:
        """Note what one order leads to and return the id of its transaction; a DomainError notes nothing."""
        if isinstance(order, Post):
            return self._post_new(order.new) if order.new else self._post_draft(order)
        if isinstance(order, Cancel):
            return self._cancel(order)
        if isinstance(order, WriteOff):
            return self._write_off(order)
        if isinstance(order, Move):
            return self._move(order)
        return self._quick_pay(order)

    # -- new transactions and drafts -----------------------------------------------------------------------------

    def _post_new(self, new: NewTransaction) -> int:
        account, kind, on = self._check_new(new)
        priced = [price_item(item, at=at) for at, item in enumerate(new.items)]
        totals = self._totals(new, priced)
        amount = check_minor(totals.total_minor, param="/items" if new.items else "/amount")
        due_on = self._due_on(new, account, on)
        intended = self._intended(new.intended_ids, account, against_item=new.against_item)
        if new.classification is C.REFUND:
            self._check_refund(account, amount, confirmed=new.confirm_credit_limit)
        method_id, row_method = self._method(new, kind)
        lines, base = self._journal(new.classification, account, kind.id, on, totals, method_id)

        row: dict[str, Any] = {
            "account_id": account.id,
            "type_id": kind.id,
            "amount_minor": amount,
            "issued_on": new.issued_on or on,
            "posted_on": on,
            **row_method,
        }
        if new.items:
            row.update(net_minor=totals.net_minor, discount_minor=totals.discount_minor, tax_minor=totals.tax_minor)
        for name in ("category_id", "payment_preference_id", "back_office_code", "issue_reason"):
            value = getattr(new, name)
            if value is not None:
                row[name] = value
        if due_on:
            row["due_on"] = due_on
        if new.intended_ids:
            row["intended_ids"] = list(new.intended_ids)
        if new.classification is C.PAYMENT:
            row["received_on"], row["received_by"] = new.received_on or on, new.received_by or self.actor
        if new.metadata:
            row["metadata"] = new.metadata
        ident = self._note(new.classification, row, account, lines, base, new.note)
        self._items.extend(item_rows(ident, new.items, priced))
        self._settle(ident, new.classification, account, amount, base, due_on or on, on, intended)
        return ident

    def _post_draft(self, order: Post) -> int:
        draft = self._target(order.draft_id or 0, "post")
        classification = C(draft["classification"])
        account = self._account(draft["account_id"], classification)
        kind = self._type(draft["type_id"], classification)
        on = self._day(order.posted_on)
        new = NewTransaction(
            classification=classification,
            account_id=account.id,
            due_on=date.fromisoformat(draft["due_on"]) if draft["due_on"] else None,
            payment_method_id=draft["payment_method_id"],
            refund_method_id=draft["refund_method_id"],
        )
        amount = draft["amount_minor"]
        totals = Totals(draft["net_minor"] or amount, draft["discount_minor"] or 0, draft["tax_minor"] or 0, amount)
        due_on = self._due_on(new, account, on)
        intended = self._intended(draft["intended_ids"] or (), account)
        if classification is C.REFUND:
            self._check_refund(account, amount, confirmed=order.confirm_credit_limit)
        method_id, _ = self._method(new, kind)
        lines, base = self._journal(classification, account, kind.id, on, totals, method_id)

        self._drafts.add(draft["id"])
        draft["state"] = TransactionState.POSTED
        row = {
            "id": draft["id"],
            "account_id": account.id,
            "amount_minor": amount,
            "posted_on": on,
            "due_on": due_on,
        }
        ident = self._note(classification, row, account, lines, base, None)
        self._settle(ident, classification, account, amount, base, due_on or on, on, intended)
        return ident

    def draft_values(self, new: NewTransaction) -> tuple[dict[str, Any], list[PricedItem]]:
        """The columns of a draft, checked as far as a draft can be, and its priced items."""
        account, kind, on = self._check_new(new)
        priced = [price_item(item, at=at) for at, item in enumerate(new.items)]
        totals = self._totals(new, priced)
        check_minor(totals.total_minor, param="/items" if new.items else "/amount")
        if new.due_on:
            self._due_on(new, account, on)
        self._intended(new.intended_ids, account)
        _, method = self._method(new, kind)
        if new.back_office_code:
            self.facts.codes.add((new.classification, new.back_office_code))
        documented = bool(new.items)
        return {
            "account_id": account.id,
            "type_id": kind.id,
            "category_id": new.category_id,
            "currency": account.currency,
            "amount_minor": totals.total_minor,
            "net_minor": totals.net_minor if documented else None,
            "discount_minor": totals.discount_minor if documented else None,
            "tax_minor": totals.tax_minor if documented else None,
            "issued_on": new.issued_on or self.facts.today,
            "due_on": new.due_on,
            "back_office_code": new.back_office_code,
            "payment_preference_id": new.payment_preference_id,
            "received_on": new.received_on,
            "received_by": new.received_by,
            "intended_ids": list(new.intended_ids) or None,
            "issue_reason": new.issue_reason,
            "metadata": new.metadata,
            **method,
        }, priced

    def _check_new(self, new: NewTransaction) -> tuple[AccountFacts, TypeFacts, date]:
        """What a draft and a posting both must hold to: account, type, category, currency, code, day."""
        account = self._account(new.account_id, new.classification)
        if new.currency and new.currency != account.currency:
            raise errors.CurrencyMismatch(new.currency, account.currency)
        kind = self._type(new.type_id, new.classification)
        if new.category_id is not None and new.category_id not in kind.category_ids:
            raise errors.CategoryNotAllowed(kind.name)
        self._check_code(new.classification, new.back_office_code)
        self._check_known("payment_preference", new.payment_preference_id, "/payment_preference")
        for at, item in enumerate(new.items):
            self._check_known("product", item.product_id, f"/items/{at}/product")
            self._check_known("tax_rate", item.tax_rate_id, f"/items/{at}/tax_rate")
        if new.classification in WITH_ITEMS and not new.items:
            raise errors.ItemsMissing(new.classification)
        return account, kind, self._day(new.posted_on)

    def _totals(self, new: NewTransaction, priced: Sequence[PricedItem]) -> Totals:
        if priced:
            return total_of(priced)
        amount = check_minor(new.amount_minor if new.amount_minor is not None else 0, param="/amount")
        return Totals(amount, 0, 0, amount)

    # -- posted ones ---------------------------------------------------------------------------------------------

    def _cancel(self, order: Cancel) -> int:
        target = self._target(order.target_id, "cancel")
        return self._reverse(target, order, moved=False)

    def _reverse(self, target: dict[str, Any], order: OnTarget, *, moved: bool) -> int:
        """Undo a posted invoice or payment by its cancellation: same amount, same lines the other way round."""
        is_invoice = target["classification"] == C.INVOICE
        classification = C.INVOICE_CANCELLATION if is_invoice else C.PAYMENT_CANCELLATION
        account = self._account(target["account_id"], classification)
        kind = self._type(None if moved else order.type_id, classification)
        on = self._day_after(order.posted_on, target)
        if not moved:
            self._check_extras(order, kind, classification)
        lines = [Line(ledger, -minor, -base) for ledger, minor, base in self.facts.lines.get(target["id"], ())]

        target["state"] = TransactionState.CANCELLED
        self._states.append({"id": target["id"], "state": TransactionState.CANCELLED})
        row = {
            "account_id": account.id,
            "type_id": kind.id,
            "amount_minor": target["amount_minor"],
            "issued_on": on,
            "posted_on": on,
            "cancels_id": target["id"],
            "issue_reason": order.issue_reason,
        }
        if not moved:
            row.update(back_office_code=order.back_office_code, category_id=order.category_id)
            if order.metadata:
                row["metadata"] = order.metadata
        if target["net_minor"] is not None:
            row.update({name: target[name] for name in ("net_minor", "discount_minor", "tax_minor")})
        ident = self._note(classification, row, account, lines, target["base_minor"], order.note)
        book = self.facts.book(account.id)
        own = OpenItem(ident, on, target["amount_minor"], target["base_minor"], on)
        if is_invoice:
            self._item_copies.append((ident, target["id"]))
            book.close_debit(self.facts.open_item(target), own, on=on, reason=ReleaseReason.INVOICE_CANCELLED)
        else:
            reason = ReleaseReason.PAYMENT_MOVED if moved else ReleaseReason.PAYMENT_CANCELLED
            book.close_credit(self.facts.open_item(target), own, on=on, reason=reason)
        return ident

    def _write_off(self, order: WriteOff) -> int:
        target = self._target(order.target_id, "write_off")
        account = self._account(target["account_id"], C.WRITE_OFF)
        kind = self._type(order.type_id, C.WRITE_OFF)
        on = self._day_after(order.posted_on, target)
        self._check_extras(order, kind, C.WRITE_OFF)
        invoice = self.facts.open_item(target)
        if not invoice.open_minor:
            raise errors.AlreadySettled(target["number"], action="write it off")
        product = self.facts.configuration.write_off_product
        item = NewItem(
            sub_total_minor=invoice.open_minor,
            tax_percent=product.tax_percent or Decimal(0),
            product_id=product.id,
            tax_rate_id=product.tax_rate_id,
            description=product.name,
        )
        priced = price_item(item)
        totals = total_of([priced])
        lines, base = self._journal(C.WRITE_OFF, account, kind.id, on, totals, None)
        mirror_account = self._account(order.mirror_account_id, C.INVOICE)
        mirror_kind = self._type(None, C.INVOICE)
        mirror_lines, mirror_base = self._journal(C.INVOICE, mirror_account, mirror_kind.id, on, totals, None)

        target["state"] = TransactionState.WRITTEN_OFF
        self._states.append({"id": target["id"], "state": TransactionState.WRITTEN_OFF})
        amounts = {
            "amount_minor": totals.total_minor,
            "net_minor": totals.net_minor,
            "discount_minor": 0,
            "tax_minor": totals.tax_minor,
            "issued_on": on,
            "posted_on": on,
        }
        row = {
            **amounts,
            "account_id": account.id,
            "type_id": kind.id,
            "writes_off_id": target["id"],
            "issue_reason": order.issue_reason,
            "back_office_code": order.back_office_code,
            "category_id": order.category_id,
            "metadata": order.metadata or None,
        }
        ident = self._note(C.WRITE_OFF, row, account, lines, base, order.note)
        self._items.extend(item_rows(ident, [item], [priced]))
        own = OpenItem(ident, on, totals.total_minor, base, on)
        self.facts.book(account.id).close_debit(invoice, own, on=on)
        mirror = {
            **amounts,
            "account_id": mirror_account.id,
            "type_id": mirror_kind.id,
            "mirrors_id": ident,
            "due_on": on,
        }
        mirrored = self._note(
            C.INVOICE, mirror, mirror_account, mirror_lines, mirror_base, None, series="mirror_invoice"
        )
        self._items.extend(item_rows(mirrored, [item], [priced]))
        return ident

    def _move(self, order: Move) -> int:
        payment = self._target(order.target_id, "move")
        source = self._account(payment["account_id"], C.PAYMENT_CANCELLATION)
        destination = self._account(order.to_account_id, C.PAYMENT)
        if destination.id == source.id:
            raise errors.MoveRefused("The payment is on that account already. Choose another account.")
        if destination.currency != source.currency:
            raise errors.MoveRefused(
                f"Cannot move: the payment is in {source.currency.upper()} and account {destination.number} is kept in "
                f"{destination.currency.upper()}. Choose an account of the same currency."
            )
        on = self._day_after(order.posted_on, payment)
        kind = self._type(payment["type_id"], C.PAYMENT)
        amount = payment["amount_minor"]
        method = self.facts.configuration.payment_methods[payment["payment_method_id"]]
        lines, base = self._journal(C.PAYMENT, destination, kind.id, on, Totals(amount, 0, 0, amount), method[1])

        self._reverse(payment, order, moved=True)
        row = {
            "account_id": destination.id,
            "type_id": kind.id,
            "amount_minor": amount,
            "issued_on": on,
            "posted_on": on,
            "moved_from_id": payment["id"],
            "payment_method_id": payment["payment_method_id"],
            "category_id": payment["category_id"],
            "received_on": payment["received_on"],
            "received_by": payment["received_by"],
            "metadata": payment["metadata"] or None,
        }
        ident = self._note(C.PAYMENT, row, destination, lines, base, order.note)
        self._settle(ident, C.PAYMENT, destination, amount, base, on, on, ())
        return ident

    def _quick_pay(self, order: QuickPay) -> int:
        target = self._target(order.target_id, "quick_pay")
        unsettled = self.facts.open_item(target).open_minor
        if not unsettled:
            raise errors.AlreadySettled(target["number"], action="pay it")
        return self._post_new(
            NewTransaction(
                classification=C.PAYMENT,
                account_id=target["account_id"],
                amount_minor=unsettled,
                type_id=order.type_id,
                category_id=order.category_id,
                payment_method_id=order.payment_method_id,
                payment_preference_id=order.payment_preference_id,
                issued_on=order.issued_on,
                posted_on=order.posted_on,
                received_on=order.received_on,
                received_by=order.received_by,
                issue_reason=order.issue_reason,
                back_office_code=order.back_office_code,
                intended_ids=(target["id"],),
                against_item=True,
                metadata=order.metadata,
                note=order.note,
            )
        )

    # -- what orders are checked against -------------------------------------------------------------------------

    def _target(self, ident: int, action: str) -> dict[str, Any]:
        target = self.facts.targets.get(ident)
        if target is None:
            raise NotFound("transaction", ident)
        lifecycle = lifecycle_of(target["classification"], is_mirror=target["mirrors_id"] is not None)
        lifecycle.advance(TransactionState(target["state"]), action)
        return target

    def _account(self, ident: int, classification: Classification) -> AccountFacts:
        account = self.facts.accounts.get(ident)
        if account is None:
            raise NotFound("account", ident, param="/account")
        if account.state == AccountState.TERMINATED:
            raise AccountTerminated(account.number, action=f"post a {classification.replace('_', ' ')}")
        if account.state == AccountState.SUSPENDED and classification is C.INVOICE:
            raise AccountSuspended(account.number, action="post an invoice")
        return account

    def _type(self, ident: int | None, classification: Classification) -> TypeFacts:
        settings = self.facts.configuration
        wanted = ident if ident is not None else settings.default_types.get(classification)
        kind = settings.types.get(wanted) if wanted is not None else None
        words = classification.replace("_", " ")
        if kind is None:
            fact = (
                "no such type in this company" if ident is not None else f"the company has no default type of {words}"
            )
            raise errors.TypeInvalid(f"Cannot tell the type of the {words}: {fact}. Choose a type.", param="/type")
        if kind.classification != classification:
            raise errors.TypeInvalid(
                f"Type {kind.name!r} is of classification {kind.classification.replace('_', ' ')}, not {words}. "
                f"Choose a type of {words}.",
                param="/type",
            )
        return kind

    def _check_extras(self, order: OnTarget, kind: TypeFacts, classification: Classification) -> None:
        if order.category_id is not None and order.category_id not in kind.category_ids:
            raise errors.CategoryNotAllowed(kind.name)
        self._check_code(classification, order.back_office_code)

    def _check_code(self, classification: Classification, code: str | None) -> None:
        if code and (classification, code) in self.facts.codes:
            raise errors.BackOfficeCodeTaken(classification, code)

    def _check_known(self, thing: str, ident: int | None, param: str) -> None:
        if ident is not None and ident not in self.facts.known[thing]:
            raise NotFound(thing.replace("_", " "), ident, param=param)

    def _day(self, posted_on: date | None) -> date:
        on = posted_on or self.facts.today
        if on > self.facts.today:
            raise errors.PostingDateInvalid(on, self.facts.today)
        closed = self.facts.closed_through
        if closed and on <= closed:
            raise PeriodClosed(effective_on=on, closed_through=closed)
        return on

    def _day_after(self, posted_on: date | None, target: dict[str, Any]) -> date:
        on = self._day(posted_on)
        posted = date.fromisoformat(target["posted_on"])
        if on < posted:
            raise errors.EarlierThanTarget(on=on, number=target["number"], posted_on=posted)
        return on

    def _due_on(self, new: NewTransaction, account: AccountFacts, on: date) -> date | None:
        if new.classification is not C.INVOICE:
            return None
        rule = self.facts.configuration.credit_rule
        if new.due_on is None:
            period = CreditPeriod.of(
                account.credit_period_value, account.credit_period_operator, account.credit_period_unit
            )
            return default_due_on(on, rule, period)
        if new.accept_due_date and new.due_on >= on:
            return new.due_on
        return check_due_on(new.due_on, on, rule)

    def _intended(
        self, idents: Sequence[int], account: AccountFacts, *, against_item: bool = False
    ) -> Sequence[dict[str, Any]]:
        found = []
        for ident in idents:
            invoice = self.facts.targets.get(ident)
            if invoice is None:
                raise errors.IntendedInvoiceInvalid(encode("txn", ident), "there is no such invoice in this company")
            if invoice["classification"] != C.INVOICE:
                raise errors.IntendedInvoiceInvalid(invoice["number"], "it is not an invoice")
            if invoice["account_id"] != account.id:
                raise errors.IntendedInvoiceInvalid(invoice["number"], "it belongs to another account")
            if invoice["state"] != TransactionState.POSTED:
                raise errors.IntendedInvoiceInvalid(invoice["number"], f"its state is {invoice['state']}")
            found.append(invoice)
        honoured = against_item or self.facts.configuration.principle == Principle.AGAINST_ITEM_FIFO
        return found if honoured else ()

    def _check_refund(self, account: AccountFacts, amount: int, *, confirmed: bool) -> None:
        balance = self.facts.balance(account.id) + self._delta.get(account.id, 0)
        if self.facts.configuration.refund_needs_credit_balance and balance >= 0:
            raise errors.RefundNeedsCreditBalance(balance, account.currency)
        limit = account.credit_limit_minor
        if limit is not None and balance + amount > limit and not confirmed:
            raise errors.CreditLimitExceeded(balance + amount, limit, account.currency)

    def _method(self, new: NewTransaction, kind: TypeFacts) -> tuple[int | None, dict[str, int]]:
        """(ledger account of the method, the row's method column); nothing for what has no method."""
        if new.classification is C.PAYMENT:
            column, known, wanted = (
                "payment_method_id",
                self.facts.configuration.payment_methods,
                new.payment_method_id,
            )
            allowed, default = kind.payment_method_ids, kind.default_payment_method_id
        elif new.classification is C.REFUND:
            column, known, wanted = (
                "refund_method_id",
                self.facts.configuration.refund_methods,
                new.refund_method_id,
            )
            allowed, default = kind.refund_method_ids, kind.default_refund_method_id
        else:
            return None, {}
        chosen = wanted if wanted is not None else default
        if chosen is None:
            raise errors.MethodMissing(kind.name)
        if chosen not in allowed:
            raise errors.MethodNotAllowed(kind.name, sorted(known[m][0] for m in allowed))
        return known[chosen][1], {column: chosen}

    # -- effects -------------------------------------------------------------------------------------------------

    def _journal(
        self,
        classification: Classification,
        account: AccountFacts,
        type_id: int,
        on: date,
        totals: Totals,
        method_account_id: int | None,
    ) -> tuple[list[Line], int]:
        """The entry's lines, and the whole amount in base currency."""
        settings = self.facts.configuration
        rules = settings.rules.rules_for(classification, account.role, type_id)
        pairs = amounts_for(
            rules,
            net=totals.net_minor,
            discount=totals.discount_minor,
            tax=totals.tax_minor,
            total=totals.total_minor,
            method_account_id=method_account_id,
        )
        if not pairs or any(ledger is None for ledger, _ in pairs):
            raise errors.PostingRuleMissing(classification, account.role)
        self._check_control(classification, account, pairs, totals.total_minor)
        rate, exponents = self.facts.rate(account.currency, on)
        control = settings.control_accounts[account.role]
        base = check_minor(to_base(totals.total_minor, rate, exponents), least=0)
        return balanced(pairs, rate=rate, exponents=exponents, control=control), base  # type: ignore[arg-type]

    def _check_control(
        self,
        classification: Classification,
        account: AccountFacts,
        pairs: Sequence[tuple[int | None, int]],
        total: int,
    ) -> None:
        """Whatever the rules say, the control account moves by exactly what the customer's balance does."""
        if account.role == AccountRole.WRITE_OFF:
            return
        control = self.facts.configuration.control_accounts[account.role]
        moved = sum(minor for ledger, minor in pairs if ledger == control)
        if moved != (total if classification in DEBITS else -total):
            raise errors.PostingRuleInvalid(classification, account.role)

    def _note(
        self,
        classification: Classification,
        row: dict[str, Any],
        account: AccountFacts,
        lines: Sequence[Line],
        base: int,
        note: str | None,
        *,
        series: str | None = None,
    ) -> int:
        """Note a posted transaction with its journal entry and its event; the id it has."""
        ident: int = row.get("id") or next(self._ids)
        series = series or classification.value
        ordinal = self._series.get(series, 0)
        self._series[series] = ordinal + 1
        row.update(
            id=ident,
            classification=classification.value,
            series=series,
            ordinal=ordinal,
            currency=account.currency,
            base_minor=base,
        )
        if row.get("back_office_code"):
            self.facts.codes.add((classification, row["back_office_code"]))
        self.rows[ident] = row
        self._enter(ident, EntrySource.TRANSACTION, ident, row["posted_on"], lines, account)
        amount = row["amount_minor"]
        self._delta[account.id] = self._delta.get(account.id, 0) + (amount if classification in DEBITS else -amount)
        self._events.append(
            {
                "type": f"{classification.value}.posted",
                "object_id": ident,
                "data": {"amount": amount, "currency": account.currency, "account_id": account.id},
            }
        )
        if note:
            self._events.append({"type": "transaction.noted", "object_id": ident, "data": {"text": note}})
        return ident

    def _enter(
        self,
        ident: int,
        source: EntrySource,
        source_id: int,
        on: date,
        lines: Sequence[Line],
        account: AccountFacts,
    ) -> None:
        self._entries.append({"id": ident, "effective_on": on, "source": source, "source_id": source_id})
        self._lines.extend(line_rows(ident, lines, currency=account.currency, account_id=account.id))

    def _settle(
        self,
        ident: int,
        classification: Classification,
        account: AccountFacts,
        amount: int,
        base: int,
        order_on: date,
        on: date,
        intended: Sequence[dict[str, Any]],
    ) -> None:
        """Let the posted item find what it settles. System accounts settle nothing by themselves."""
        if account.role != "customer":
            return
        item = OpenItem(ident, order_on, amount, base, on)
        book = self.facts.book(account.id)
        if classification in DEBITS:
            book.post_debit(item, on=on)
        else:
            book.post_credit(item, on=on, intended=[self.facts.open_item(invoice) for invoice in intended])

    def effects(self, fresh_ids: Sequence[int] = ()) -> dict[str, list[Any]]:
        """Everything to write, as rows by table; ``fresh_ids`` are for what `ids_needed` counted."""
        ids = iter(fresh_ids)
        allocations, releases = [], []
        for account_id, book in self.facts.books().items():
            account = self.facts.accounts[account_id]
            for link in book.made():
                if link.id is not None:
                    releases.append(
                        {
                            "id": link.id,
                            "released_on": link.released_on,
                            "release_reason": link.release_reason,
                        }
                    )
                else:
                    allocations.append(link_row(link, account_id, next(ids) if link.difference else None))
                    if link.difference:
                        ident = allocations[-1]["id"]
                        lines = self._difference(link.difference, account)
                        self._enter(ident, EntrySource.ALLOCATION, ident, link.allocated_on, lines, account)
                if link.released_on and link.difference:
                    lines = [line._replace(base=-line.base) for line in self._difference(link.difference, account)]
                    source = link.id if link.id is not None else allocations[-1]["id"]
                    self._enter(next(ids), EntrySource.RELEASE, source, link.released_on, lines, account)
        return {
            "entries": self._entries,
            "lines": self._lines,
            "events": self._events,
            "items": self._items,
            "item_copies": self._item_copies,
            "series": sorted(self._series.items()),
            "transactions": [row for ident, row in self.rows.items() if ident not in self._drafts],
            "drafts": [self.rows[ident] for ident in sorted(self._drafts)],
            "states": self._states,
            "releases": releases,
            "allocations": allocations,
        }

    def ids_needed(self) -> int:
        """How many more ids the exchange differences of this set need."""
        return sum(
            (link.id is None) + (link.released_on is not None)
            for book in self.facts.books().values()
            for link in book.made()
            if link.difference
        )

    def _difference(self, base: int, account: AccountFacts) -> list[Line]:
        """Lines of a realised exchange difference: base currency only, a gain where ``base`` is positive.

        A release turns these very lines round, so that a loss taken back is no gain.
        """
        settings = self.facts.configuration
        other = settings.exchange_gain_id if base > 0 else settings.exchange_loss_id
        return [Line(settings.control_accounts[account.role], 0, base), Line(other, 0, -base)]


def link_row(link: Link, account_id: int, ident: int | None) -> dict[str, Any]:
    """A new allocation as a row; the database gives the id unless a journal entry needs to know it."""
    row: dict[str, Any] = {
        "account_id": account_id,
        "credit_id": link.credit_id,
        "debit_id": link.debit_id,
        "minor": link.minor,
        "credit_base_minor": link.credit_base,
        "debit_base_minor": link.debit_base,
        "principle": link.principle,
        "allocated_on": link.allocated_on,
    }
    if ident is not None:
        row["id"] = ident
    if link.released_on:
        row.update(released_on=link.released_on, release_reason=link.release_reason)
    return row


def item_rows(ident: int, items: Sequence[NewItem], priced: Sequence[PricedItem]) -> list[dict[str, Any]]:
    """Items as rows of their document; decimals travel as text."""
    return [
        {
            "transaction_id": ident,
            "position": position,
            "product_id": item.product_id,
            "description": item.description,
            "quantity": str(price.quantity),
            "unit_amount": str(price.unit_amount),
            "net_minor": price.net_minor,
            "discount_percent": str(price.discount_percent),
            "discount_minor": price.discount_minor,
            "tax_rate_id": item.tax_rate_id,
            "tax_percent": str(price.tax_percent),
            "tax_minor": price.tax_minor,
            "sub_total_minor": price.sub_total_minor,
        }
        for position, (item, price) in enumerate(zip(items, priced, strict=True), 1)
    ]
