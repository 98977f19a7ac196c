"""Wrong values, each as it is sent through the API, on a page and in a file, and the one code that refuses it.

A door that has the field gets a value, or a row says in ``why`` what keeps it from being asked. Where a door refuses
by another code there is an entry in ``own``: the code and its reason. `UNREADABLE` stands for what is refused before
a service is asked: each door reads its own notation, and says so by the codes in `READING`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.doors.conftest import Doors
from tests.doors.fields import Door

from subledger.accounts.models import (
    AccountPaymentPreference,
    CreditRating,
    PaymentPreference,
    PresentmentPreference,
)
from subledger.accounts.services import change_account_state, create_customers
from subledger.catalog.models import ProductGroup
from subledger.companies.entries import save_entry
from subledger.journal.services import close_period
from subledger.kernel.money import LARGEST_MINOR
from subledger.transactions.models import PaymentMethod, Transaction

API, PAGE, FILE = Door.API, Door.PAGE, Door.FILE
UNREADABLE = "unreadable"
READING = {
    API: {"invalid_request", "json_invalid"},
    PAGE: {"invalid_request"},
    FILE: {"text_invalid", "date_invalid", "number_invalid", "field_missing", "file_encoding_invalid"},
}
Scene = Callable[[Doors], Any]


class _Unasked:
    def __repr__(self) -> str:
        return "UNASKED"


UNASKED = _Unasked()


@dataclass(frozen=True)
class Made:
    """A value that is known when the scene is set."""

    read: Callable[[Doors], object]


@dataclass(frozen=True)
class Row:
    what: str
    field: str  # "payment.amount": a deed and a field of `fields.FIELDS`
    code: str
    api: object = UNASKED
    page: object = UNASKED
    file: object = UNASKED
    scene: Scene | None = None
    own: Mapping[Door, tuple[str, str]] = field(default_factory=dict)
    why: Mapping[Door, str] = field(default_factory=dict)
    marks: bool = True  # whether a page has a box for what is at fault

    def at(self, door: Door) -> object:
        return getattr(self, door.value)

    def __str__(self) -> str:
        return f"{self.field}: {self.what}"


# -- reasons -----------------------------------------------------------------------------------------------------------

EXACT = "an amount in JSON is a whole number of minor units, so this notation cannot be read at all"
CHOSEN = "a page offers what there is: anything else is no choice of its list"
NAMED = "a file names it by its code, so it is the name that is unknown"
BY_NAME = {FILE: NAMED}
OFFERED = {PAGE: ("invalid_request", CHOSEN)}
NO_JSON = {API: ("invalid_request", EXACT)}
AS_IT_LOOKS = {FILE: "a cell of a file is what it looks like: what shows nothing is left out as it is read"}
TEXT_IN_FORMS = "browsers send UTF-8, which has no lone surrogates: Django reads the bytes as U+FFFD"
WRITTEN = "JSON has one notation of numbers: this is how people write them"

# -- scenes ------------------------------------------------------------------------------------------------------------


def closed(x: Doors) -> None:
    from datetime import date

    close_period(through=date(2026, 4, 30), actor="test")


def terminated(x: Doors) -> None:
    change_account_state(account_id=x.ledger.account.pk, action="terminate", actor="test")


def suspended(x: Doors) -> None:
    change_account_state(account_id=x.ledger.account.pk, action="suspend", actor="test")


def code_in_use(x: Doors) -> None:
    x.ledger.payment(1, back_office_code="X")


def customer_in_use(x: Doors) -> None:
    create_customers(new=[{"code": "X", "name": "Ben"}], actor="test")


def account_in_use(x: Doors) -> None:
    x.ledger.open("Ben", code="X")


def product_in_use(x: Doors) -> None:
    from subledger.catalog.services import create_products

    create_products(new=[{"code": "X", "name": "Power"}], actor="test")


def switched_off(x: Doors) -> None:
    method = PaymentMethod.objects.get(code="cash")
    save_entry(model=PaymentMethod, ident=method.pk, values={"is_active": False}, actor="test")


def invoice_of_another(x: Doors) -> None:
    other = x.ledger.open("Ben")
    x.made["invoice"] = Transaction.objects.get(pk=x.ledger.invoice(5, account=other).id)


def own_invoice(x: Doors) -> None:
    x.made["invoice"] = Transaction.objects.get(pk=x.ledger.invoice(5).id)


def cancelled(x: Doors) -> None:
    invoice = x.ledger.invoice(5)
    x.ledger.cancel(invoice)
    x.ledger.invoice(6)
    x.made["invoice"] = Transaction.objects.get(pk=invoice.id)


# -- values in short ---------------------------------------------------------------------------------------------------


def looks(named: str) -> dict[Door, str]:
    """Why a file, where it has the field, is not asked for what nobody sees."""
    from tests.doors.fields import FIELDS

    deed, _, name = named.partition(".")
    return AS_IT_LOOKS if FIELDS[deed][name].at(FILE) else {}


def everywhere(what: str, named: str, code: str, value: object, **more: Any) -> Row:
    """The same text at every door that has the field."""
    from tests.doors.fields import FIELDS

    deed, _, name = named.partition(".")
    names = FIELDS[deed][name]
    doors: dict[str, Any] = {door.value: value for door in Door if names.at(door) and door not in more.get("why", {})}
    return Row(what, named, code, **{**doors, **more})


def money(what: str, code: str, api: object, text: str, **more: Any) -> list[Row]:
    """A wrong amount: of a payment and of an account's limit."""
    return [
        Row(what, f"{thing}", code, api=api, page=text, file=text, **more)
        for thing in ("payment.amount", "account.credit limit")
    ]


NUL = "\0"
DAYS = ("payment.posted on", "payment.issued on", "payment.received on", "invoice.posted on", "invoice.issued on",
        "invoice.due on")  # fmt: skip
UNKNOWN = "0000000000001"
CARD = "4242 4242 4242 4242"
BEYOND = f"{LARGEST_MINOR + 1}"
BEYOND_TYPED = f"{BEYOND[:-2]}.{BEYOND[-2:]}"

AMOUNTS = [
    Row("zero", "payment.amount", "amount_invalid", api=0, page="0", file="0"),
    Row("negative", "payment.amount", "amount_invalid", api=-1, page="-0.01", file="-0.01"),
    Row("negative", "account.credit limit", "amount_invalid", api=-1, page="-0.01", file="-0.01"),
    *money("beyond 2^53", "amount_invalid", LARGEST_MINOR + 1, BEYOND_TYPED),
    *money("beyond any integer", "amount_invalid", 10**19, "1" + "0" * 30),
    *money("too many decimals", "amount_invalid", 10.005, "10.005", own=NO_JSON),
    *money("two readings", "amount_invalid", "1.000", "1.000", own=NO_JSON),
    *money("an exponent", "amount_invalid", "1e5", "1e5", own=NO_JSON),
    *money("not a number", "amount_invalid", "NaN", "NaN", own=NO_JSON),
    *money("endless", "amount_invalid", "Infinity", "Infinity", own=NO_JSON),
    *money("digits of another script", "amount_invalid", "١٢", "١٢", own=NO_JSON),
    *money("of another currency", "amount_invalid", "10 USD", "10 USD", own=NO_JSON),
    Row("nothing", "payment.amount", UNREADABLE, api=None, page="", file=""),
    Row("zero", "invoice.quantity", "item_invalid", api="0", page="0", file="0"),
    Row("negative", "invoice.quantity", "item_invalid", api="-1", page="-1", file="-1",
        own={API: ("invalid_request", "its quantities have no sign")}),
    Row("above all", "invoice.discount", "item_invalid", api="101", page="101%", file="101"),
    Row("beyond 2^53", "invoice.price", "item_invalid", api=LARGEST_MINOR + 1, page=BEYOND_TYPED, file=BEYOND_TYPED),
    Row("negative", "product.price", "product_invalid", api="-1", page="-1", file="-1",
        own={API: ("invalid_request", "its prices have no sign")}),
    Row("zero", "rate.rate", "exchange_rate_invalid", api="0", page="0", file="0"),
    Row("negative", "rate.rate", "exchange_rate_invalid", api="-1", page="-1", file="-1",
        own={API: ("invalid_request", "its rates have no sign")}),
    Row("an exponent", "rate.rate", "number_invalid", api="1e5", page="1e5", file="1e5", own=NO_JSON),
    Row("two readings", "account.opening", "amount_invalid", file="1.000"),
    Row("negative", "invoice.discount amount", "item_invalid", api=-1, file="-1"),
    Row("beside a price", "invoice.sub total", "item_invalid", api=1000),
    Row("an exponent", "invoice.decimal price", "number_invalid", api="1e5", own=NO_JSON),
    Row("another total", "invoice.total", "total_differs", api=999, file="9.99"),
]  # fmt: skip

DAY_ROWS = [
    *(
        everywhere(what, named, "day_invalid", day,
            own={API: ("invalid_request", "its days are those of the core, and its schema says so")})
        for named in DAYS
        for what, day in (("the year 1", "0001-01-01"), ("the year 3000", "3000-01-01"))
    ),
    *(everywhere("not in any calendar", named, UNREADABLE, "2026-02-30") for named in DAYS),
    *(everywhere("another order", named, UNREADABLE, "04/05/2026") for named in DAYS),
    *(everywhere("digits of another script", named, UNREADABLE, "٢٠٢٦-٠٥-٠٤") for named in DAYS),
    everywhere("improbably old", "payment.posted on", "posting_day_old", "2016-05-20"),
    everywhere("improbably old", "invoice.posted on", "posting_day_old", "2016-05-20"),
    everywhere("in the future", "payment.posted on", "posted_on_invalid", "2026-05-21"),
    everywhere("in the future", "invoice.posted on", "posted_on_invalid", "2026-05-21"),
    everywhere("in the future", "payment.received on", "received_on_invalid", "2026-05-21"),
    everywhere("improbably old", "payment.received on", "receiving_day_old", "2016-05-20",
               marks=False),  # the box that answers it is marked
    everywhere("in a closed period", "payment.posted on", "period_closed", "2026-04-30", scene=closed),
    everywhere("in a closed period", "credit note.posted on", "period_closed", "2026-04-30", scene=closed),
    everywhere("before it is posted", "invoice.due on", "due_date_invalid", "2026-05-01"),
    everywhere("improbably far", "invoice.due on", "due_date_distant", "2126-05-20",
               own={PAGE: ("due_date_invalid", "its review looks ahead: confirmed, the day would be refused even so")}),
    everywhere("not in any calendar", "account.opening on", UNREADABLE, "2026-02-30"),
    everywhere("not in any calendar", "invoice.service start", UNREADABLE, "2026-02-30"),
    everywhere("not in any calendar", "invoice.service end", UNREADABLE, "2026-02-30"),
    everywhere("not in any calendar", "rate.on", UNREADABLE, "2026-02-30"),
    everywhere("the year 3000", "rate.on", "day_invalid", "3000-01-01",
               own={API: ("invalid_request", "its days are those of the core, and its schema says so")}),
    everywhere("in the future", "close.through", "period_invalid", "2026-05-21"),
    Row("another than is shown", "close.outcome", "period_not_clear", api="x"),
    everywhere("today", "close.through", "period_not_clear", "2026-05-20",
               why={PAGE: "it shows what closing comes to, and does it when it is sent once more"}),
]  # fmt: skip

CURRENCIES = [
    Row("none of ISO 4217", "account.currency", "currency_unknown", api="zzz", page="ZZZ", file="ZZZ",
        own={API: ("invalid_request", "its schema knows the currencies")}),
    Row("a metal", "account.currency", "currency_unknown", api="xau", page="XAU", file="XAU",
        own={API: ("invalid_request", "its schema knows the currencies")}),
    Row("none of ISO 4217", "product.currency", "currency_unknown", api="zzz", page="ZZZ", file="ZZZ",
        own={API: ("invalid_request", "its schema knows the currencies")}),
    Row("none of ISO 4217", "rate.currency", "currency_unknown", api="zzz", page="ZZZ", file="ZZZ",
        own={API: ("invalid_request", "its schema knows the currencies")}),
    Row("the base currency", "rate.currency", "exchange_rate_invalid", api="eur", page="EUR", file="EUR"),
    Row("not the account's", "payment.currency", "currency_mismatch", api="usd", file="USD"),
    Row("not the account's", "invoice.currency", "currency_mismatch", api="usd", file="USD"),
]  # fmt: skip

COMPARED = "a file that names what the books have compares it: it creates and changes nothing"
LONGEST = {"customer.phone": 60, "customer.tax_number": 60, "customer.address_line1": 300,
             "customer.address_line2": 300, "customer.city": 120, "customer.postal_code": 30, "customer.region": 120,
             "customer.code": 100, "account.name": 300, "account.code": 100, "account.tax number": 60,
             "account.buyer reference": 120, "invoice.order": 100, "credit note.order": 100,
             "product.name": 200, "product.name_en": 200, "product.name_de": 200, "product.name_it": 200,
             "product.name_el": 200, "product.code": 60, "payment.received by": 300, "customer.name": 300,
             "customer.email": 320, "contact person.name": 300, "contact person.email": 320, "contact person.phone": 60,
             "payment.note": 10_000, "invoice.description": 10_000, "credit note.issue reason": 10_000,
             "account.description": 10_000, "account.billing address": 10_000, "product.description": 10_000,
             "note.text": 10_000}  # fmt: skip
LONG = [
    *(
        everywhere(f"{longest + 1} characters", named, UNREADABLE, "x" * (longest + 1))
        for named, longest in LONGEST.items()
    ),
    everywhere("301 characters", "invoice.code", UNREADABLE, "x" * 301),
    everywhere("301 characters", "payment.code", UNREADABLE, "x" * 301),
    everywhere("501 characters", "payment.metadata", UNREADABLE, "x" * 501),
    everywhere("501 characters", "customer.metadata", UNREADABLE, "x" * 501),
    everywhere("501 characters", "account.metadata", UNREADABLE, "x" * 501),
    everywhere("501 characters", "product.metadata", UNREADABLE, "x" * 501),
    everywhere("501 characters", "invoice.item metadata", UNREADABLE, "x" * 501),
    everywhere("no number", "account.credit period", UNREADABLE, "x"),
    everywhere("no scheme", "account.electronic address", "account_invalid", "nope"),
    everywhere("71 characters", "way to pay.account holder", "payment_details_invalid", "x" * 71,
               own={PAGE: ("invalid_request", "its box takes as many as are kept")}),
    everywhere("36 characters", "way to pay.mandate reference", "payment_details_invalid", "x" * 36,
               own={PAGE: ("invalid_request", "its box takes as many as are kept")}),
]  # fmt: skip

CODES = [
    everywhere("taken", "payment.code", "back_office_code_taken", "X", scene=code_in_use,
               own={FILE: ("already_differs", COMPARED)}),
    everywhere("taken", "customer.code", "code_taken", "X", scene=customer_in_use,
               own={FILE: ("already_differs", COMPARED)}),
    everywhere("taken", "account.code", "code_taken", "X", scene=account_in_use,
               own={FILE: ("already_differs", COMPARED)}),
    everywhere("taken", "product.code", "code_taken", "X", scene=product_in_use,
               own={FILE: ("already_differs", COMPARED)}),
    everywhere("nothing", "customer.name", UNREADABLE, "", why={FILE: "the customer's code is its name then"}),
    everywhere("nothing", "product.name", UNREADABLE, "", why={FILE: "the product's code is its name then"}),
]  # fmt: skip

IDS = [
    Row("unknown", "payment.account", "not_found", api=f"acc_{UNKNOWN}", file="nobody",
        own={FILE: ("account_unknown", NAMED)}),
    Row("of another kind", "payment.account", UNREADABLE, api=Made(lambda x: x.ledger.account.customer.public_id),
        why=BY_NAME),
    Row("of another company", "payment.account", "not_found", api=Made(lambda x: x.foreign().account.public_id),
        file=Made(lambda x: x.foreign().account.number + "-other"), own={FILE: ("account_unknown", NAMED)}),
    Row("unknown", "account.customer", "not_found", api=f"cus_{UNKNOWN}", file="Nobody",
        own={FILE: ("customer_unknown", NAMED)}),
    Row("unknown", "account.parent", "not_found", api=f"acc_{UNKNOWN}", page="nobody", file="nobody",
        own={FILE: ("parent_unknown", NAMED)}),
    Row("terminated", "account.parent", "account_parent_invalid", scene=terminated,
        api=Made(lambda x: x.ledger.account.public_id), page="A1", file="A1"),
    Row("unknown", "contact person.customer", "not_found", api=f"cus_{UNKNOWN}", file="Nobody",
        own={FILE: ("customer_unknown", NAMED)}),
    Row("unknown", "invoice.product", "not_found", api=f"prd_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("product_unknown", NAMED)}),
    Row("unknown", "invoice.tax rate", "not_found", api=f"tax_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("unknown", "account.classification", "not_found", api=f"acl_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("unknown", "payment.method", "method_not_allowed", api=f"pmm_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("switched off", "payment.method", "not_in_use", scene=switched_off,
        api=Made(lambda x: PaymentMethod.objects.get(code="cash").public_id),
        page=Made(lambda x: PaymentMethod.objects.get(code="cash").pk), file="cash",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("unknown", "product.group", "not_found", api=f"{ProductGroup.PREFIX}_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("unknown", "account.credit rating", "not_found", api=f"{CreditRating.PREFIX}_{UNKNOWN}", page="1", own=OFFERED),
    Row("unknown", "account.presentment preference", "not_found",
        api=f"{PresentmentPreference.PREFIX}_{UNKNOWN}", page="1", own=OFFERED),
    Row("unknown", "payment.preference", "not_found", api=f"{AccountPaymentPreference.PREFIX}_{UNKNOWN}"),
    Row("unknown", "credit note.credited item", "credited_item_invalid",
        api={"invoice": f"txn_{UNKNOWN}", "position": 1}, page="nothing", file="nothing",
        own={**OFFERED, FILE: ("credited_item_unknown", NAMED)}),
    Row("unknown", "product.tax rate", "not_found", api=f"tax_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("unknown", "credit note.reason", "not_found", api=f"crs_{UNKNOWN}", page="1", file="nothing",
        own={**OFFERED, FILE: ("entry_unknown", NAMED)}),
    Row("neither yes nor no", "product.revenue", UNREADABLE, api="maybe", file="maybe",
        own={FILE: ("entry_unknown", NAMED)}, why={PAGE: "a box is ticked, or it is not"}),
    Row("of another account", "credit note.meant for", "allocate_to_invalid", scene=invoice_of_another,
        api=Made(lambda x: [x.made["invoice"].public_id]), file=Made(lambda x: x.made["invoice"].number),
        why={PAGE: "an account without invoices is not asked for any"}),
    Row("unknown", "payment.type", "type_invalid", api=f"typ_{UNKNOWN}", page="1", own=OFFERED),
    Row("unknown", "payment.category", "category_not_allowed", api=f"cat_{UNKNOWN}", page="1", own=OFFERED),
    Row("unknown", "way to pay.preference", "not_found", api=f"{PaymentPreference.PREFIX}_{UNKNOWN}", page="1",
        own=OFFERED),
    Row("unknown", "payment.meant for", "allocate_to_invalid", scene=own_invoice, api=[f"txn_{UNKNOWN}"],
        page=[f"txn_{UNKNOWN}"], file="INV99999999", own={**OFFERED, FILE: ("invoice_unknown", NAMED)}),
    Row("of another account", "payment.meant for", "allocate_to_invalid", scene=invoice_of_another,
        api=Made(lambda x: [x.made["invoice"].public_id]), file=Made(lambda x: x.made["invoice"].number),
        why={PAGE: "an account without invoices is not asked for any"}),
    Row("cancelled", "payment.meant for", "allocate_to_invalid", scene=cancelled,
        api=Made(lambda x: [x.made["invoice"].public_id]), page=Made(lambda x: [x.made["invoice"].public_id]),
        file=Made(lambda x: x.made["invoice"].number), own=OFFERED),
]  # fmt: skip

STATES = [
    everywhere("on a terminated account", "payment.amount", "account_terminated", UNASKED, scene=terminated,
               marks=False, api=1000, page="10", file="10"),
    everywhere("on a terminated account", "invoice.price", "account_terminated", UNASKED, scene=terminated,
               marks=False, api=1000, page="10", file="10"),
    everywhere("on a suspended account", "invoice.price", "account_suspended", UNASKED, scene=suspended,
               marks=False, api=1000, page="10", file="10"),
]  # fmt: skip

PEOPLE = [
    everywhere("no address", "customer.email", "customer_invalid", "nope"),
    everywhere("two addresses", "customer.email", "customer_invalid", "a@example.com, b@example.com"),
    everywhere("no country", "customer.country", "customer_invalid", "ZZ"),
    everywhere("three letters", "customer.country", "customer_invalid", "ITA",
               own={API: ("invalid_request", "its schema takes two letters")}),
    everywhere("no language", "customer.language", "customer_invalid", "klingon",
               own={PAGE: ("invalid_request", CHOSEN)}),
    everywhere("no address", "contact person.email", "contact_person_invalid", "nope"),
    everywhere("nothing", "contact person.name", UNREADABLE, ""),
    everywhere("no role", "contact person.role", "contact_person_invalid", "pope",
               own={PAGE: ("invalid_request", CHOSEN)}),
    everywhere("no language", "contact person.language", "contact_person_invalid", "klingon",
               own={PAGE: ("invalid_request", CHOSEN)}),
    Row("nothing there is", "contact person.receives", "contact_person_invalid", api=["gifts"], page=["gifts"],
        file="gifts", own={PAGE: ("invalid_request", CHOSEN)}),
    everywhere("wrong check digits", "way to pay.iban", "payment_details_invalid", "DE88370400440532013000"),
    everywhere("no IBAN", "way to pay.iban", "payment_details_invalid", "IT00NOPE"),
    everywhere("no country's", "way to pay.iban", "payment_details_invalid", "ZZ89370400440532013000"),
    everywhere("no BIC", "way to pay.bic", "payment_details_invalid", "NOPE"),
    everywhere("in the future", "way to pay.mandate signed on", "payment_details_invalid", "2026-05-21"),
    everywhere("no day", "way to pay.mandate signed on", "payment_details_invalid", "2026-02-30",
               own={PAGE: ("invalid_request", "its box takes days only")}),
    Row("without a day of signing", "way to pay.mandate reference", "payment_details_invalid", api="M-1", page="M-1",
        marks=False)  # the day is marked,
]  # fmt: skip

TEXTS = ("customer.name", "customer.phone", "customer.code", "contact person.name", "contact person.phone",
         "account.name", "product.name", "payment.received by",
         "payment.code", "payment.metadata", "payment.note", "invoice.description", "credit note.issue reason",
         "note.text", "way to pay.reference")  # fmt: skip
CHARACTERS = [
    *(everywhere("NUL", named, UNREADABLE, f"a{NUL}b") for named in TEXTS),
    *(everywhere("a control character", named, "text_invalid", "a\x1bb") for named in TEXTS),
    *(
        everywhere("a mark that turns what follows", named, "text_invalid", "a\u202eb", why=looks(named))
        for named in TEXTS
    ),
    *(
        everywhere(what, named, "text_invalid", text, why=looks(named))
        for named in TEXTS
        for what, text in (("zero-width spaces alone", "\u200b\u2060\ufeff"), ("a soft hyphen alone", "\u00ad"))
    ),
    *(
        Row("a lone surrogate", named, UNREADABLE, api="\ud800",
            file="\ud800" if named in ("customer.name", "product.name", "invoice.description") else UNASKED,
            why={PAGE: TEXT_IN_FORMS} if named != "payment.code" else {PAGE: TEXT_IN_FORMS, FILE: "as of names"})
        for named in ("customer.name", "product.name", "invoice.description", "payment.received by", "note.text")
    ),
    *(everywhere("a card number", named, "card_number_refused", CARD) for named in TEXTS),
    everywhere("a card number", "payment.reference", "card_number_refused", CARD),
    everywhere("a card number", "customer.metadata", "card_number_refused", CARD),
]  # fmt: skip

TABLE: tuple[Row, ...] = (
    *AMOUNTS, *DAY_ROWS, *CURRENCIES, *CODES, *LONG, *IDS, *STATES, *PEOPLE, *CHARACTERS,
)  # fmt: skip
