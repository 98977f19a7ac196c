"""Deciding orders one by one on the facts of a set, and noting their effects."""

from __future__ import annotations

from collections.abc import Callable

from subledger.journal.rules import Line
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.transactions import errors
from subledger.transactions.states import Classification, ReleaseReason, TransactionState

from .allocation import OpenItem
from .checks import Checks
from .credits import credited_by_drafts, credited_by_name
from .documents import AccountFacts, NewTransaction
from .effects import FREE, Effects
from .facts import PostingInputs, Standing, Target
from .items import DocumentTotals, NewItem, total_of
from .orders import DOING, Cancel, Move, OnTarget, Order, Post, QuickPay, WriteOff
from .permissions import permission_for
from .posting import AccountRole, PostingPart
from .pricing import completed_document, price_document
from .rows import PostedRow, StateRow, item_rows, parts_of
from .writing_off import split_write_off

C = Classification


class Decisions:
    """What a set of orders comes to. `decide` checks an order whole before it notes its first effect.

    ``demand`` is asked for the permission of each deed, and refuses by raising. ``spent_on`` names the invoice that a
    credit pays for, and nothing else, with who says so.
    """

    def __init__(
        self,
        facts: PostingInputs,
        *,
        actor: str,
        demand: Callable[[str], None],
        spent_on: Callable[[PostedRow, int], tuple[str, NewTransaction] | None] = lambda row, version: None,
    ) -> None:
        self.facts = facts
        self.actor = actor
        self.demand = demand
        self.spent_on = spent_on
        self.standing = Standing(facts)
        self.checks = Checks(self.standing)
        self.effects = Effects(self.standing)

    def decide(self, order: Order) -> int:
        """Note what one order leads to and return the id of its transaction; a DomainError notes nothing.

        Raises:
            ConsequenceRefused: of a credit that was noted, the invoice on which it is spent cannot be posted.
        """
        self.checks.doing = DOING.get(type(order), "")
        if isinstance(order, Post) and order.draft_id:
            self.checks.doing = say("post the draft")
        if isinstance(order, OnTarget):
            self.checks.texts(order)
        elif order.new and not order.money_has_moved:
            self.checks.texts(order.new)
        if isinstance(order, Post):
            if order.new:
                return self._post_new(order.new, order)
            return self._post_draft(order)
        if isinstance(order, Cancel):
            return self._cancel(order)
        if isinstance(order, WriteOff):
            return self._write_off(order)
        if isinstance(order, Move):
            return self._move(order)
        return self._quick_pay(order)

    # -- new transactions and drafts -----------------------------------------------------------------------------

    def _post_new(self, new: NewTransaction, order: Post | None = None, *, paid_by: OpenItem | None = None) -> int:
        """``paid_by``: the credit that was posted for it alone."""
        money_has_moved = order is not None and order.money_has_moved
        if paid_by is None:
            self.demand(permission_for("post", new.classification))
        new = completed_document(new, self.standing.crediting)
        account, kind, on = self.checks.new(new, money_has_moved=money_has_moved, is_spent=paid_by is not None)
        rounding = self.facts.configuration.tax_rounding
        priced, totals = price_document(new, rounding, account.currency, self.standing.crediting)
        amount = totals.total_minor
        due_on = self.checks.due_on(new, account, on)
        intended = self.checks.intended(
            new.intended_ids, account, against_item=new.against_item, money_has_moved=money_has_moved
        )
        if new.classification is C.REFUND and not money_has_moved:
            self.checks.refund(account, amount, said=new)
        method = self.checks.method(new, kind, money_has_moved=money_has_moved)
        parts, ledger_id = parts_of(new.items, priced), method.ledger_account_id
        lines, base = self.effects.journal(new.classification, account, kind.id, on, totals, ledger_id, parts)
        documented, received = bool(new.items), new.classification is C.PAYMENT
        row = PostedRow(
            classification=new.classification,
            account_id=account.id,
            currency=account.currency,
            amount_minor=amount,
            base_minor=base,
            type_id=kind.id,
            issued_on=new.issued_on or on,
            posted_on=on,
            net_minor=totals.net_minor if documented else None,
            discount_minor=totals.discount_minor if documented else None,
            tax_minor=totals.tax_minor if documented else None,
            category_id=new.category_id,
            due_on=due_on,
            back_office_code=new.back_office_code,
            order_reference=new.order_reference,
            payment_preference_id=new.payment_preference_id,
            received_on=(new.received_on or on) if received else None,
            received_by=(new.received_by or self.actor) if received else None,
            intended_ids=list(new.intended_ids) or None,
            issue_reason=new.issue_reason,
            credit_reason_id=new.credit_reason_id,
            metadata=new.metadata or None,
            payment_method_id=method.payment_method_id,
            refund_method_id=method.refund_method_id,
        )
        ident = self.effects.note(row, account, lines, new.note)
        self.effects.items.extend(item_rows(ident, new.items, priced, entered=True))
        self.standing.crediting.take_all(new.items, priced)
        self.effects.spread(row, new.intended_ids, by_name=credited_by_name(new.items, priced))
        if paid_by is not None:
            self.standing.book(account.id).spend(paid_by, OpenItem(ident, due_on or on, amount, base, on), on=on)
        elif not self._is_spent(row, account):
            self.effects.settle(ident, new.classification, account, amount, base, due_on or on, on, intended, order)
        return ident

    def _is_spent(self, row: PostedRow, account: AccountFacts) -> bool:
        """Post the invoice on which a credit of a customer is spent, where there is one."""
        if row.classification not in FREE or account.role != AccountRole.CUSTOMER:
            return False
        found = self.spent_on(row, self.facts.configuration.version)
        if found is None:
            return False
        name, invoice = found
        try:
            credit = OpenItem(row.id, row.posted_on, row.amount_minor, row.base_minor, row.posted_on)
            self._post_new(invoice, paid_by=credit)
        except DomainError as refusal:
            raise errors.ConsequenceRefused(name, refusal) from refusal
        return True

    def _post_draft(self, order: Post) -> int:
        classification = self.checks.named(order.draft_id or 0).classification
        self.demand(permission_for("post", classification))
        draft = self.checks.target(order.draft_id or 0, "confirm" if order.money_has_moved else "post")
        self.checks.as_shown(draft, order)
        account = self.checks.account(draft.account_id, classification)
        kind = self.checks.type(draft.type_id, classification, kept=order.money_has_moved)
        self.checks.credit_reason(draft.credit_reason_id)
        on = self.checks.day(order.posted_on, confirmed=order.money_has_moved or order.confirm_posted_on)
        new = NewTransaction(
            classification=classification,
            account_id=account.id,
            confirm_due_on=order.confirm_due_on or on == self.facts.today,  # of today it was, when the draft was saved
            issued_on=draft.issued_on if draft.is_dated else None,
            due_on=draft.due_on,
            payment_method_id=draft.payment_method_id,
            refund_method_id=draft.refund_method_id,
        )
        amount = draft.amount_minor
        net = amount if draft.net_minor is None else draft.net_minor
        totals = DocumentTotals(net, draft.discount_minor or 0, draft.tax_minor or 0, amount)
        credits = self.facts.draft_credits.get(draft.id, ())
        self.checks.still_left(credits, account)
        due_on = self.checks.due_on(new, account, on)
        intended = self.checks.intended(draft.intended_ids, account, money_has_moved=order.money_has_moved)
        if classification is C.REFUND and not order.money_has_moved:
            self.checks.refund(account, amount, said=order)
        method = self.checks.method(new, kind, money_has_moved=order.money_has_moved)
        parts, ledger_id = self.facts.parts.get(draft.id, ()), method.ledger_account_id
        lines, base = self.effects.journal(classification, account, kind.id, on, totals, ledger_id, parts)
        self.effects.drafts.add(draft.id)
        self.standing.crediting.take_drafts(credits)
        self.standing.enter(draft, TransactionState.POSTED)
        row = PostedRow(
            id=draft.id,
            classification=classification,
            account_id=account.id,
            currency=account.currency,
            amount_minor=amount,
            base_minor=base,
            type_id=draft.type_id,
            issued_on=draft.issued_on if draft.is_dated else on,
            posted_on=on,
            due_on=due_on,
            net_minor=draft.net_minor,
            discount_minor=draft.discount_minor,
            tax_minor=draft.tax_minor,
            credit_reason_id=draft.credit_reason_id,
        )
        ident = self.effects.note(row, account, lines, None)
        self.effects.spread(row, draft.intended_ids, by_name=credited_by_drafts(credits))
        if not self._is_spent(row, account):
            self.effects.settle(ident, classification, account, amount, base, due_on or on, on, intended, order)
        return ident

    # -- posted ones ---------------------------------------------------------------------------------------------

    def _cancel(self, order: Cancel) -> int:
        self.demand(permission_for("cancel", self.checks.named(order.target_id).classification))
        target = self.checks.target(order.target_id, "cancel")
        self.checks.whole(order.amount, target, target.amount_minor, action="cancel")
        if target.classification is C.PAYMENT and not order.money_has_moved:
            self.checks.still_there(target)
            self.checks.not_paid_out(target, order)
        if target.classification is C.INVOICE:
            self.checks.not_credited(target, order)
        return self._reverse(target, order, moved=False)

    def _reverse(self, target: Target, order: OnTarget, *, moved: bool) -> int:
        """Undo a posted invoice or payment by its cancellation: same amount, same lines the other way round."""
        is_invoice = target.classification is C.INVOICE
        classification = C.INVOICE_CANCELLATION if is_invoice else C.PAYMENT_CANCELLATION
        account = self.checks.account(target.account_id, classification)
        kind = self.checks.type(None if moved else order.type_id, classification)
        on = self.checks.day_after(order, target)
        if not moved:
            self.checks.extras(order, kind, classification)
        lines = [Line(ledger, -minor, -base) for ledger, minor, base in self.facts.lines.get(target.id, ())]

        self._end(target, TransactionState.CANCELLED)
        row = PostedRow(
            classification=classification,
            account_id=account.id,
            currency=account.currency,
            amount_minor=target.amount_minor,
            base_minor=target.base,
            type_id=kind.id,
            issued_on=on,
            posted_on=on,
            net_minor=target.net_minor,
            discount_minor=target.discount_minor,
            tax_minor=target.tax_minor,
            cancels_id=target.id,
            issue_reason=order.issue_reason,
            category_id=None if moved else order.category_id,
            back_office_code=None if moved else order.back_office_code,
            order_reference=target.order_reference,
            metadata=None if moved else order.metadata or None,
        )
        ident = self.effects.note(row, account, lines, order.note)
        if not moved:
            self.effects.tell_end(target, "cancelled", order.issue_reason, cancelled_by_id=ident)
        book = self.standing.book(account.id)
        own = OpenItem(ident, on, target.amount_minor, target.base, on)
        if is_invoice:
            self.effects.item_copies.append((ident, target.id))
            book.close_debit(self.standing.open_item(target), own, on=on, reason=ReleaseReason.INVOICE_CANCELLED)
        else:
            reason = ReleaseReason.PAYMENT_MOVED if moved else ReleaseReason.PAYMENT_CANCELLED
            book.close_credit(self.standing.open_item(target), own, on=on, reason=reason)
        return ident

    def _write_off(self, order: WriteOff) -> int:
        self.demand("transactions.write_off")
        target = self.checks.target(order.target_id, "write_off")
        account = self.checks.account(target.account_id, C.WRITE_OFF)
        kind = self.checks.type(order.type_id, C.WRITE_OFF)
        on = self.checks.day_after(order, target)
        self.checks.extras(order, kind, C.WRITE_OFF)
        invoice = self.standing.open_item(target)
        if not invoice.open_minor:
            raise errors.AlreadySettled(target.reference, action=say("write it off"))
        self.checks.whole(order.amount, target, invoice.open_minor, action="write_off")
        product = self.facts.configuration.write_off_product
        split = split_write_off(invoice.open_minor, self.facts.taxed.get(target.id, ()))
        items = [
            NewItem(
                sub_total_minor=priced.sub_total_minor,
                tax_percent=priced.tax_percent,
                product_id=product.id,
                tax_rate_id=part.tax_rate_id,
                description=product.name,
            )
            for part, priced in split
        ]
        parts = [priced for _, priced in split]
        totals = total_of(parts)
        whole = [PostingPart(*totals, product_id=product.id)]
        lines, base = self.effects.journal(C.WRITE_OFF, account, kind.id, on, totals, None, whole)
        mirror_account = self.checks.account(order.mirror_account_id, C.INVOICE)
        mirror_kind = self.checks.type(None, C.INVOICE)
        mirror_lines, mirror_base = self.effects.journal(
            C.INVOICE, mirror_account, mirror_kind.id, on, totals, None, whole
        )

        self._end(target, TransactionState.WRITTEN_OFF)
        row = PostedRow(
            classification=C.WRITE_OFF,
            account_id=account.id,
            currency=account.currency,
            amount_minor=totals.total_minor,
            base_minor=base,
            type_id=kind.id,
            issued_on=on,
            posted_on=on,
            net_minor=totals.net_minor,
            discount_minor=totals.discount_minor,
            tax_minor=totals.tax_minor,
            writes_off_id=target.id,
            issue_reason=order.issue_reason,
            back_office_code=order.back_office_code,
            category_id=order.category_id,
            metadata=order.metadata or None,
        )
        ident = self.effects.note(row, account, lines, order.note)
        self.effects.items.extend(item_rows(ident, items, parts))
        self.effects.tell_end(target, "written_off", order.issue_reason, written_off_by_id=ident)
        self.standing.book(account.id).close_debit(invoice, OpenItem(ident, on, totals.total_minor, base, on), on=on)
        mirror = PostedRow(
            classification=C.INVOICE,
            account_id=mirror_account.id,
            currency=mirror_account.currency,
            amount_minor=totals.total_minor,
            base_minor=mirror_base,
            type_id=mirror_kind.id,
            issued_on=on,
            posted_on=on,
            net_minor=totals.net_minor,
            discount_minor=totals.discount_minor,
            tax_minor=totals.tax_minor,
            mirrors_id=ident,
            due_on=on,
        )
        mirrored = self.effects.note(mirror, mirror_account, mirror_lines, None, series="mirror_invoice")
        self.effects.items.extend(item_rows(mirrored, items, parts))
        return ident

    def _end(self, target: Target, state: TransactionState) -> None:
        self.standing.enter(target, state)
        self.effects.states.append(StateRow(target.id, state))

    def _move(self, order: Move) -> int:
        self.demand("transactions.move")
        payment = self.checks.target(order.target_id, "move")
        source = self.checks.account(payment.account_id, C.PAYMENT_CANCELLATION)
        destination = self.checks.account(order.to_account_id, C.PAYMENT, param="/to_account")
        if destination.id == source.id:
            raise errors.MoveRefused(
                say("The payment is on that account already. Choose another account."), param="/to_account"
            )
        if destination.currency != source.currency:
            raise errors.moved_between_currencies(source.currency, destination.currency, destination.number)
        self.checks.still_there(payment)
        self.checks.not_paid_out(payment, order)
        on = self.checks.day_after(order, payment)
        kind, amount = self.checks.type(payment.type_id, C.PAYMENT, kept=True), payment.amount_minor
        if payment.payment_method_id is None:
            raise errors.MethodMissing(kind.name)
        method = self.facts.configuration.payment_methods[payment.payment_method_id]
        lines, base = self.effects.journal(
            C.PAYMENT, destination, kind.id, on, DocumentTotals(amount, 0, 0, amount), method.ledger_account_id
        )
        cancelled = self._reverse(payment, order, moved=True)
        row = PostedRow(
            classification=C.PAYMENT,
            account_id=destination.id,
            currency=destination.currency,
            amount_minor=amount,
            base_minor=base,
            type_id=kind.id,
            issued_on=on,
            posted_on=on,
            moved_from_id=payment.id,
            payment_method_id=payment.payment_method_id,
            category_id=payment.category_id,
            received_on=payment.received_on,
            received_by=payment.received_by,
            metadata=dict(payment.metadata) or None,
        )
        ident = self.effects.note(row, destination, lines, order.note)
        self.effects.tell_end(payment, "moved", order.issue_reason, moved_to_id=ident, cancelled_by_id=cancelled)
        if not self._is_spent(row, destination):
            self.effects.settle(ident, C.PAYMENT, destination, amount, base, on, on, ())
        return ident

    def _quick_pay(self, order: QuickPay) -> int:
        self.demand("transactions.post:payment")
        target = self.checks.target(order.target_id, "quick_pay")
        unsettled = self.standing.open_item(target).open_minor
        if not unsettled:
            raise errors.AlreadySettled(target.reference, action=say("pay it"))
        self.checks.whole(order.amount, target, unsettled, action="quick_pay")
        return self._post_new(order.payment(account_id=target.account_id, amount_minor=unsettled))
