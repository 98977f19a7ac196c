"""Payments from a file: a bank's list, or what another system collected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from subledger.kernel.errors import DomainError
from subledger.transactions.models import PaymentMethod
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.states import Classification

from . import errors
from .lookups import Entries
from .options import Options
from .postings import Postings, Ready
from .queries import documents_coded
from .report import Outcome
from .rules.cells import Row
from .rules.identity import Fingerprints
from .rules.suspense import AccountInBooks, Misfit, misfit_of


class Payments(Postings):
    def __init__(self, options: Options, outcome: Outcome) -> None:
        super().__init__(options, outcome)
        self._methods = Entries(PaymentMethod, "payment method", "method")
        self._fingerprints = Fingerprints()
        self._lines: dict[str, int] = {}  # back office codes that the file gives -> their line

    def take(self, rows: Sequence[Row]) -> None:
        super().take(rows)
        read = []
        for row in rows:
            try:
                read.append(self._read(row))
            except DomainError as error:
                self.outcome.reject(row.line, error)
        self._keep_new(read)

    def _keep_new(self, read: Sequence[Ready]) -> None:
        """Leave out what the books have: by code alone, for a payment may have been moved since."""
        known = documents_coded(Classification.PAYMENT, [ready.new.back_office_code or "" for ready in read])
        for ready in read:
            code = ready.new.back_office_code or ""
            books = known.get(code)
            if books is None:
                self.ready.append(ready)
            elif books.amount_minor != ready.new.amount_minor:
                error = errors.AlreadyDiffers(
                    "payment",
                    code,
                    "amount",
                    f"{books.amount_minor} minor units",
                    f"{ready.new.amount_minor}",
                )
                self.outcome.reject(ready.lines[0], error)
            else:
                self.outcome.unchanged += 1

    def _read(self, row: Row) -> Ready:
        account, misfit = self._place(row)
        currency = self.currency(row, account)
        amount = row.minor("amount", currency, credit_is_positive=True)
        if amount is None:
            raise errors.FieldMissing("amount")
        on = row.day("posted_on")
        if on is None:
            raise errors.FieldMissing("posted_on")
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
        if not self.options.suspense:
            return self.account(row), None
        account = self.accounts[row.needed("account")]
        return account, misfit_of(account, row.text("customer", longest=300))

    def _code(self, row: Row, currency: str, amount: int, on: date, method: str, reference: str) -> str:
        given = row.text("back_office_code")
        if not given:
            words = (method.casefold(), reference, row.text("allocate_to"))
            return self._fingerprints.code(
                account=row.text("account"), currency=currency, amount_minor=amount, posted_on=on, words=words
            )
        if given in self._lines:
            raise errors.DuplicateInFile("back office code", given, self._lines[given], "back_office_code")
        self._lines[given] = row.line
        return given
