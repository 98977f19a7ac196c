"""What a credit note comes to: which part of which line, its discounts and taxes, and where the money goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from stripe_sandbox.billing import lines, tax_rates
from stripe_sandbox.billing.amounts import Line, apply_taxes, exact, half_up, plain
from stripe_sandbox.billing.credits import note_type, part, split_payment
from stripe_sandbox.errors import invalid, missing_param, no_such
from stripe_sandbox.payments.money import shown
from stripe_sandbox.shapes import Object, Shape
from stripe_sandbox.store import Account

NOTE = Shape(
    "credit_note",
    lines=None,
    customer_balance_transaction=None,
    effective_at=None,
    memo=None,
    metadata={},
    out_of_band_amount=None,
    pretax_credit_amounts=[],
    refunds=[],
    shipping_cost=None,
    total_taxes=[],
    voided_at=None,
)
NOTE_LINE = Shape("credit_note_line_item", discount_amounts=[], metadata={}, pretax_credit_amounts=[], taxes=[])
#: Invoices that can be credited: those that were finalised and not taken back.
CREDITABLE = ("open", "paid", "uncollectible")


@dataclass(slots=True)
class Money:
    """Where the part after payment goes: back to the card, to refunds made before, to the balance, out of Stripe."""

    refund: int = 0
    linked: list[tuple[Object, int]] = field(default_factory=list)
    balance: int = 0
    out_of_band: int = 0

    @property
    def total(self) -> int:
        return self.refund + sum(amount for _, amount in self.linked) + self.balance + self.out_of_band


@dataclass(slots=True)
class Worked:
    """A credit note that was worked out and not yet issued, with all its lines."""

    note: Object
    rows: list[Object]
    invoice: Object
    ways: Money


def notes_of(account: Account, invoice: Object) -> list[Object]:
    """The credit notes of an invoice that are not void, oldest first."""
    held: list[Object] = account.secret(invoice["id"]).setdefault("notes", [])
    return [note for note in held if note["status"] == "issued"]


def lines_of(account: Account, note: Object) -> list[Object]:
    """All lines of a credit note, whatever the note itself shows of them."""
    held: list[Object] = account.secret(note["id"]).setdefault("lines", [])
    return held


def work_out(account: Account, given: dict[str, Any], *, is_preview: bool = False) -> Worked:
    """The credit note that parameters ask for; nothing is written. A preview need not say where the money goes.

    Raises:
        StripeError: the invoice cannot be credited, or not by that much; or the money's ways do not add up.
    """
    invoice = account.get("invoice", given["invoice"], "invoice")
    if invoice["status"] not in CREDITABLE:
        raise invalid(
            f"You can only create credit notes for open, paid or uncollectible invoices. This invoice is "
            f"{invoice['status']}.",
            "invoice",
        )
    if given.get("shipping_cost"):
        raise invalid("The sandbox does not support `shipping_cost`.", "shipping_cost")
    if ("amount" in given) == ("lines" in given):
        raise (
            missing_param("amount")
            if "amount" not in given
            else invalid("You may only specify one of these parameters: amount, lines.", "lines")
        )
    now = account.timeline_of(invoice["customer"]).now
    note_id = account.new_id("cn")
    note = NOTE.new(
        id=note_id,
        created=now,
        currency=invoice["currency"],
        customer=invoice["customer"],
        effective_at=given.get("effective_at", now),
        invoice=invoice["id"],
        livemode=account.livemode,
        memo=given.get("memo"),
        metadata={name: text for name, text in (given.get("metadata") or {}).items() if text is not None},
        number=f"{invoice['number']}-CN-{len(account.secret(invoice['id']).get('notes', ())) + 1:02d}",
        out_of_band_amount=given.get("out_of_band_amount"),
        pdf=f"{account.sandbox.base_url}/credit_notes/{account.id}/{note_id}/pdf",
        reason=given.get("reason"),
    )
    rows: list[Object] = []
    if "lines" in given:
        rows = [_line(account, invoice, wanted, f"lines[{i}]") for i, wanted in enumerate(given["lines"])]
        _check_not_twice(rows)
        _add_up(account, note, rows)
    else:
        _spread(account, invoice, note, given["amount"])
    shown_rows = {"data": rows[: lines.SHOWN], "has_more": len(rows) > lines.SHOWN, "total_count": len(rows)}
    note["lines"] = {"object": "list", **shown_rows, "url": f"/v1/credit_notes/{note_id}/lines"}
    _check_left(account, invoice, note, given)
    remaining = 0 if invoice["status"] == "paid" else invoice["amount_remaining"]
    before, after = split_payment(note["total"], remaining=remaining)
    note.update(pre_payment_amount=before, post_payment_amount=after, type=note_type(before, after))
    return Worked(note, rows, invoice, _ways(account, invoice, given, after, is_preview=is_preview))


def _line(account: Account, invoice: Object, given: dict[str, Any], within: str) -> Object:
    if given["type"] == "custom_line_item":
        return _custom_line(account, invoice, given, within)
    if "invoice_line_item" not in given:
        raise missing_param(f"{within}[invoice_line_item]")
    line = account.all("line_item").get(given["invoice_line_item"])
    if line is None or line["invoice"] != invoice["id"]:
        raise no_such("invoice line item", given["invoice_line_item"], f"{within}[invoice_line_item]", status=400)
    if ("amount" in given) == ("quantity" in given):
        raise invalid("You must specify exactly one of amount or quantity.", f"{within}[amount]")
    amount: int = given.get("amount", 0)
    if "quantity" in given:
        if not 0 < given["quantity"] <= line["quantity"]:
            raise invalid(f"The quantity must be between 1 and {line['quantity']}.", f"{within}[quantity]")
        amount = half_up(Fraction(line["amount"] * given["quantity"], line["quantity"]))
    before = [row for note in notes_of(account, invoice) for row in lines_of(account, note)]
    before = [row for row in before if row["invoice_line_item"] == line["id"]]
    credited = sum(row["amount"] for row in before)
    left = line["amount"] - credited
    if amount < 1 or amount > left:
        raise invalid(
            f"The amount to credit ({shown(amount, line['currency'])}) must be positive and at most what is "
            f"left of the line ({shown(left, line['currency'])}).",
            f"{within}[amount]",
        )
    row = _new_line(account, given, amount, line["description"])
    row["invoice_line_item"] = line["id"]
    row["type"] = "invoice_line_item"
    row["quantity"] = given.get("quantity")
    share = {"whole": line["amount"], "credited": credited, "amount": amount}
    for taken in line["discount_amounts"]:
        same = [d for old in before for d in old["discount_amounts"] if d["discount"] == taken["discount"]]
        amount_off = part(taken["amount"], taken=_sum(d["amount"] for d in same), **share)
        row["discount_amounts"].append({"amount": amount_off, "discount": taken["discount"]})
    row["taxes"] = [_tax_part(tax, [t for old in before for t in old["taxes"]], share) for tax in line["taxes"]]
    row["tax_rates"] = [account.get("tax_rate", tax["tax_rate_details"]["tax_rate"]) for tax in line["taxes"]]
    if given.get("tax_amounts"):
        row["taxes"] = [_given_tax(account, tax, f"{within}[tax_amounts]") for tax in given["tax_amounts"]]
    _finish(row)
    return row


def _tax_part(tax: Object, earlier: Iterable[Object], share: dict[str, int]) -> Object:
    """The part of a tax that goes with a credited amount, given what earlier notes took of the same rate."""
    rate = tax["tax_rate_details"]["tax_rate"]
    same = [old for old in earlier if old["tax_rate_details"]["tax_rate"] == rate]
    parts = {
        member: part(tax[member], taken=_sum(old[member] for old in same), **share)
        for member in ("amount", "taxable_amount")
    }
    return {**tax, **parts}


def _custom_line(account: Account, invoice: Object, given: dict[str, Any], within: str) -> Object:
    if "description" not in given:
        raise missing_param(f"{within}[description]")
    unit = given.get("unit_amount_decimal", given.get("unit_amount"))
    if unit is None:
        raise missing_param(f"{within}[unit_amount]")
    quantity = given.get("quantity", 1)
    amount = half_up(exact(unit) * quantity)
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", f"{within}[unit_amount]")
    rates = tax_rates.check(account, given.get("tax_rates"), f"{within}[tax_rates]")
    row = _new_line(account, given, amount, given["description"])
    row.update(type="custom_line_item", quantity=quantity, unit_amount_decimal=plain(exact(unit)), tax_rates=rates)
    row["unit_amount"] = int(unit) if unit == int(unit) else None
    facts = Line(amount, rates=tax_rates.as_rates(rates))
    apply_taxes([facts], exempt=invoice["customer_tax_exempt"] or "none")
    row["taxes"] = [lines.tax_object(tax) for tax in facts.taxes]
    if given.get("tax_amounts"):
        row["taxes"] = [_given_tax(account, tax, f"{within}[tax_amounts]") for tax in given["tax_amounts"]]
    _finish(row)
    return row


def _given_tax(account: Account, given: dict[str, Any], param: str) -> Object:
    rate = account.get("tax_rate", given["tax_rate"], f"{param}[tax_rate]")
    return {
        "amount": given["amount"],
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "not_available",
        "taxable_amount": given["taxable_amount"],
        "type": "tax_rate_details",
    }


def _new_line(account: Account, given: dict[str, Any], amount: int, description: str | None) -> Object:
    return NOTE_LINE.new(
        id=account.new_id("cnli"),
        amount=amount,
        description=description,
        invoice_line_item=None,
        livemode=account.livemode,
        metadata={name: text for name, text in (given.get("metadata") or {}).items() if text is not None},
        tax_rates=[],
    )


def _finish(row: Object) -> None:
    row["discount_amount"] = sum(taken["amount"] for taken in row["discount_amounts"])
    row["pretax_credit_amounts"] = [{**taken, "type": "discount"} for taken in row["discount_amounts"]]


def _check_not_twice(rows: Sequence[Object]) -> None:
    named = [row["invoice_line_item"] for row in rows if row["invoice_line_item"]]
    if len(named) != len(set(named)):
        raise invalid("Each invoice line item can be credited once in a credit note.", "lines")


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount or 0 for amount in amounts)


def _add_up(account: Account, note: Object, rows: list[Object]) -> None:
    """The note's sums from its lines; its subtotal is after the discounts that the invoice's lines had of their own."""
    inside = _sum(tax["amount"] for row in rows for tax in row["taxes"] if tax["tax_behavior"] == "inclusive")
    outside = _sum(tax["amount"] for row in rows for tax in row["taxes"] if tax["tax_behavior"] == "exclusive")
    gross = sum(row["amount"] for row in rows)
    off = sum(row["discount_amount"] for row in rows)
    own = 0
    discounts: dict[str, int] = {}
    taxes: dict[str, Object] = {}
    for row in rows:
        line = account.all("line_item").get(row["invoice_line_item"]) if row["invoice_line_item"] else None
        for taken in row["discount_amounts"]:
            discounts[taken["discount"]] = discounts.get(taken["discount"], 0) + taken["amount"]
            own += taken["amount"] if line and taken["discount"] in line["discounts"] else 0
        for tax in row["taxes"]:
            held = taxes.setdefault(tax["tax_rate_details"]["tax_rate"], {**tax, "amount": 0, "taxable_amount": 0})
            held["amount"] += tax["amount"]
            held["taxable_amount"] += tax["taxable_amount"]
    note.update(
        amount=gross - off + outside,
        total=gross - off + outside,
        total_excluding_tax=gross - off - inside,
        subtotal=gross - own,
        subtotal_excluding_tax=gross - own - inside,
        discount_amount=off,
        discount_amounts=[{"amount": amount, "discount": discount} for discount, amount in discounts.items()],
        total_taxes=list(taxes.values()),
    )
    note["pretax_credit_amounts"] = [{**taken, "type": "discount"} for taken in note["discount_amounts"]]


def _spread(account: Account, invoice: Object, note: Object, amount: int) -> None:
    """A note of an amount without lines: it has no lines, and its taxes are their part of the invoice's."""
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
    before = notes_of(account, invoice)
    share = {
        "whole": invoice["total"],
        "credited": sum(old["total"] for old in before),
        "amount": min(amount, invoice["total"]),
    }
    earlier = [tax for old in before for tax in old["total_taxes"]]
    taxes = [_tax_part(tax, earlier, share) for tax in invoice["total_taxes"] or ()]
    inside = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")
    outside = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    note.update(
        amount=amount,
        total=amount,
        total_excluding_tax=amount - outside - inside,
        subtotal=amount - outside,
        subtotal_excluding_tax=amount - outside - inside,
        discount_amount=0,
        discount_amounts=[],
        total_taxes=taxes,
    )


def _check_left(account: Account, invoice: Object, note: Object, given: dict[str, Any]) -> None:
    left = invoice["total"] - sum(old["total"] for old in notes_of(account, invoice))
    if not 0 < note["total"] <= left:
        raise invalid(
            f"The credit note's amount ({shown(note['total'], note['currency'])}) must be positive and at most what is "
            f"left of the invoice ({shown(left, note['currency'])}).",
            "amount" if "amount" in given else "lines",
        )


def _ways(account: Account, invoice: Object, given: dict[str, Any], after: int, *, is_preview: bool) -> Money:
    """Where the part after payment goes; it has to go somewhere, to the last unit."""
    ways = Money(given.get("refund_amount", 0), [], given.get("credit_amount", 0), given.get("out_of_band_amount", 0))
    if min(ways.refund, ways.balance, ways.out_of_band) < 0:
        raise invalid("Invalid non-negative integer", "refund_amount", "parameter_invalid_integer")
    for position, linked in enumerate(given.get("refunds") or ()):
        within = f"refunds[{position}]"
        if "refund" not in linked:
            raise missing_param(f"{within}[refund]")
        refund = account.get("refund", linked["refund"], f"{within}[refund]")
        ways.linked.append((refund, linked.get("amount_refunded", refund["amount"])))
    if ways.total != after and not (is_preview and ways.total == 0):
        currency = invoice["currency"]
        raise invalid(
            f"The sum of credit amount, refund amount and out of band amount ({shown(ways.total, currency)}) must "
            f"equal the post payment amount of the credit note ({shown(after, currency)}).",
            "refund_amount",
        )
    return ways
