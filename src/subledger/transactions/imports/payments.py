"""Payments from a file: a bank's list, or what another system collected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

from subledger.accounts.contacts import addresses_of_each
from subledger.accounts.imports.owners import AccountInBooks
from subledger.accounts.models import Customer
from subledger.accounts.states import Topic
from subledger.companies.queries import company_zone, names_of
from subledger.import_kit.comparison import refuse_difference
from subledger.import_kit.errors import DuplicateInFile, FieldMissing
from subledger.import_kit.kinds import Place
from subledger.import_kit.lookups import Entries
from subledger.import_kit.options import Options
from subledger.import_kit.report import Outcome
from subledger.import_kit.rules.cells import Row
from subledger.kernel.email_addresses import identity_of
from subledger.kernel.errors import DomainError
from subledger.kernel.money import Money
from subledger.kernel.sentences import say
from subledger.messages.kinds import kind_named
from subledger.messages.queries import is_automatic
from subledger.messages.services.rows import stopped
from subledger.platform import clock
from subledger.transactions.models import PaymentMethod, Transaction
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.identity import PREFIX, Fingerprints, code_kept
from subledger.transactions.rules.receipts import RECEIPT, is_told_of
from subledger.transactions.rules.suspense import Misfit, misfit_of
from subledger.transactions.states import Classification

from .choices import PaymentChoices
from .comparison import document_facts
from .errors import PaymentLooksImported
from .postings import Postings, Ready, targets_of
from .queries import DocumentInBooks, documents_coded, is_system_account


def place_of_payment(row: Row) -> Place:
    """By its code; rows without one may be twins of those that name the same account, reference and day."""
    on = row.day("posted_on")
    code = row.text("back_office_code")
    if code:
        return Place(("code", code), on)
    return Place((row.text("account"), row.text("reference", longest=500), on), on)


class Payments(Postings[PaymentChoices]):
    def __init__(self, options: Options[PaymentChoices], outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._methods = Entries(PaymentMethod, "payment method", "method")
        self._fingerprints = Fingerprints()
        self._lines: dict[str, int] = {}  # back office codes that the file gives -> their line
        self._people: dict[str, str] = {}
        self._was_imported: bool | None = None  # the same file, before imports told what they brought
        self._zone = company_zone()

    def take(self, rows: Sequence[Row]) -> None:
        super().take(rows)
        self._fingerprints, self._lines = Fingerprints(), {}  # what is one payment, or may be, is in one part
        read = []
        for row in rows:
            try:
                read.append((row, self._read(row)))
            except DomainError as error:
                self.refuse(row, error)
        self._keep_new(read)

    def _keep_new(self, read: Sequence[tuple[Row, Ready]]) -> None:
        """Leave out what the books have already."""
        known = documents_coded(Classification.PAYMENT, [ready.new.back_office_code or "" for _, ready in read])
        twins = self._twins([doc for code, doc in known.items() if code.startswith(PREFIX)])
        for row, ready in read:
            code = ready.new.back_office_code or ""
            books = known.get(code)
            try:
                if books is None:
                    self.ready.append(ready)
                elif not code.startswith(PREFIX):
                    self._refuse_difference(row, ready, books)
                    self.outcome.unchanged += 1
                elif books.id not in twins:
                    self.outcome.unchanged += 1
                else:
                    self._take_twin(ready, twins[books.id])
            except DomainError as error:
                self.outcome.reject(row.line, error)

    def after_posting(self, posted: Sequence[tuple[NewTransaction, int]]) -> None:
        """Count the receipts that leave by themselves, to addresses that get mail: it cannot be called back."""
        if not is_automatic(RECEIPT):
            return
        today = clock.today(self._zone.key)
        lately = [ident for new, ident in posted if is_told_of(new.received_on or new.posted_on or today, today)]
        of_each = dict(Transaction.objects.filter(pk__in=lately).values_list("pk", "account__customer_id"))
        customers = Customer.objects.filter(pk__in=set(of_each.values()))
        addresses = addresses_of_each(customers, Topic.INVOICES)
        away = stopped(kind_named(RECEIPT), chain.from_iterable(addresses.values()))
        reached = {ident: sum(identity_of(one) not in away for one in known) for ident, known in addresses.items()}
        self.outcome.receipts += sum(reached.get(customer, 0) for customer in of_each.values())

    def _take_twin(self, ready: Ready, twins: PaymentLooksImported) -> None:
        """A payment that another file brought, by all that is said of it: left out, unless it is to be kept."""
        code = code_kept(ready.new.back_office_code or "", self.options.identity)
        if documents_coded(Classification.PAYMENT, [code]):
            self.outcome.unchanged += 1
        elif self.options.own.keep_duplicates:
            ready.new.back_office_code = code
            self.ready.append(ready)
        else:
            self.outcome.leave_out(ready.lines[0], twins)

    def _twins(self, payments: Sequence[DocumentInBooks]) -> dict[int, PaymentLooksImported]:
        """Of those that this very file did not bring: how they came into the books."""
        parts = self.options.trail.brought([payment.id for payment in payments])
        if payments and len(parts) < len(payments) and self._was_imported is None:
            self._was_imported = self.options.trail.was_imported()
        twins = {}
        for payment in payments:
            part = parts.get(payment.id)
            if part.identity == self.options.identity if part else self._was_imported:
                continue
            actor, at = (part.actor, part.at) if part else (payment.created_by, payment.created_at)
            who = self._people.setdefault(actor, "") or names_of([actor])[actor]
            self._people[actor] = who
            on = at.astimezone(self._zone).date()
            how = (
                say("imported on {on} from {file} by {who}", on=on, file=part.file_name, who=who)
                if part
                else say("entered on {on} by {who}", on=on, who=who)
            )
            twins[payment.id] = PaymentLooksImported(Money(payment.amount_minor, payment.currency), how)
        return twins

    def _refuse_difference(self, row: Row, ready: Ready, books: DocumentInBooks) -> None:
        """AlreadyDiffers. A payment on a system account waits for its own: there it is the same one."""
        new, code = ready.new, ready.new.back_office_code or ""
        currency = new.currency or self.base
        account = self.accounts[row.needed("account")]
        is_waiting = ready.to_suspense or is_system_account(books.account_id)
        facts = document_facts(
            books,
            account_id=books.account_id if is_waiting else account.id if account else 0,
            currency=currency,
            days={"posted_on": new.posted_on, "received_on": new.received_on},
        )
        facts["amount"] = (Money(books.amount_minor, books.currency), Money(new.amount_minor or 0, currency))
        facts["method"] = (
            self._methods.code_of(books.payment_method_id),
            self._methods.code_of(new.payment_method_id) if "method" in row.cells else None,
        )
        facts["reference"] = (books.reference, row.text("reference", longest=500))
        if new.intended_ids and set(new.intended_ids) != set(books.intended_ids or ()):
            facts["allocate_to"] = ("other invoices", row.text("allocate_to"))
        refuse_difference("payment", code, facts)

    def _read(self, row: Row) -> Ready:
        account, misfit = self._place(row)
        currency = self.currency(row, account)
        amount = row.minor("amount", currency, credit_is_positive=True)
        if amount is None:
            raise FieldMissing("amount")
        on = row.day("posted_on")
        if on is None:
            raise FieldMissing("posted_on")
        reference, method = row.text("reference", longest=500), row.text("method")
        new = NewTransaction(
            classification=Classification.PAYMENT,
            account_id=account.id if account and not misfit else 0,
            amount_minor=amount,
            currency=currency,
            posted_on=on,
            payment_method_id=self._methods.id_of(method),
            received_on=row.day("received_on"),
            back_office_code=self._code(row, currency, amount, on, method, reference),
        )
        if reference:
            new.metadata = {"reference": reference}
        if misfit:
            name = row.needed("account")
            new.metadata["account"] = name
            new.note = f"To suspense: {misfit} ({name})."
            return Ready(on, (row.line,), new, to_suspense=True)
        new.intended_ids = self.intended(row)
        missing = "" if account else self.miss_account(row, currency)
        return Ready(on, (row.line,), new, missing_account=missing)

    def _place(self, row: Row) -> tuple[AccountInBooks | None, Misfit | None]:
        """The account, and why the payment does not belong there when such payments go to the suspense account."""
        if not self.options.own.suspense:
            return self.account(row), None
        account = self.accounts[row.needed("account")]
        return account, misfit_of(account, row.text("customer", longest=300))

    def _code(self, row: Row, currency: str, amount: int, on: date, method: str, reference: str) -> str:
        given = row.text("back_office_code")
        if not given:
            words = (method.casefold(), reference, ", ".join(targets_of(row)))
            return self._fingerprints.code(
                account=row.text("account"), currency=currency, amount_minor=amount, posted_on=on, words=words
            )
        if given in self._lines:
            raise DuplicateInFile("back office code", given, self._lines[given], "back_office_code")
        self._lines[given] = row.line
        return given
