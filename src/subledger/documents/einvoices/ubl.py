"""Electronic invoices in UBL 2.1 (OASIS): Invoice and CreditNote, as EN 16931 binds them (CEN/TS 16931-3-2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lxml import etree

from subledger.documents.values import ChargeMeans

from .invoices import DISCOUNT, GUIDELINE, EInvoice, Item, Tax, Trader
from .nodes import Node, amount, iso_day, number, written

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{_UBL}CommonAggregateComponents-2"
_CBC = f"{_UBL}CommonBasicComponents-2"


def ubl_of(invoice: EInvoice) -> bytes:
    """The invoice as a file of UBL."""
    kind = "CreditNote" if invoice.is_credit else "Invoice"
    namespace = f"{_UBL}{kind}-2"
    root = etree.Element(f"{{{namespace}}}{kind}", nsmap={None: namespace, "cac": _CAC, "cbc": _CBC})
    return written(root, _document(invoice, kind), lambda name, is_text: f"{{{_CBC if is_text else _CAC}}}{name}")


def _document(invoice: EInvoice, kind: str) -> list[Node]:
    is_credit, currency = invoice.is_credit, invoice.currency
    creditor = invoice.charge.creditor_id if invoice.charge else ""
    line, quantity = ("CreditNoteLine", "CreditedQuantity") if is_credit else ("InvoiceLine", "InvoicedQuantity")
    return [
        Node("CustomizationID", GUIDELINE),
        Node("ID", invoice.number),
        Node("IssueDate", iso_day(invoice.issued_on)),
        Node("DueDate", "" if is_credit else iso_day(invoice.due_on)),
        Node(f"{kind}TypeCode", invoice.type),
        *(Node("Note", note) for note in invoice.notes),
        Node("DocumentCurrencyCode", currency),
        Node("BuyerReference", invoice.buyer_reference),
        Node("InvoicePeriod", _period(invoice.start, invoice.end)),
        Node("OrderReference", [Node("ID", invoice.order_reference)]),
        *(
            Node(
                "BillingReference",
                [Node("InvoiceDocumentReference", [Node("ID", before), Node("IssueDate", iso_day(on))])],
            )
            for before, on in invoice.preceding
        ),
        Node("AccountingSupplierParty", [Node("Party", _party(invoice.seller, is_seller=True, creditor=creditor))]),
        Node("AccountingCustomerParty", [Node("Party", _party(invoice.buyer, is_seller=False))]),
        Node(
            "Delivery",
            [
                Node("ActualDeliveryDate", iso_day(invoice.delivered_on)),
                Node("DeliveryLocation", [Node("Address", _country(invoice.deliver_to))] if invoice.deliver_to else []),
            ],
        ),
        Node("PaymentMeans", _means(invoice) if invoice.means else []),
        Node("PaymentTerms", [Node("Note", invoice.terms)]),
        Node("TaxTotal", [amount("TaxAmount", invoice.tax, currency), *(_tax(one, currency) for one in invoice.taxes)]),
        Node(
            "LegalMonetaryTotal",
            [
                amount("LineExtensionAmount", invoice.net, currency),
                amount("TaxExclusiveAmount", invoice.net, currency),
                amount("TaxInclusiveAmount", invoice.gross, currency),
                *([amount("PrepaidAmount", invoice.paid, currency)] if invoice.paid else []),
                amount("PayableAmount", invoice.payable, currency),
            ],
        ),
        *(Node(line, _line(one, quantity, currency)) for one in invoice.items),
    ]


def _means(invoice: EInvoice) -> list[Node]:
    """How it is paid: by a transfer to the seller's account, or charged to the buyer's card or account."""
    bank, charge = invoice.bank, invoice.charge
    nodes = [Node("PaymentMeansCode", invoice.means), Node("PaymentID", invoice.payment_reference)]
    if bank:
        branch = Node("FinancialInstitutionBranch", [Node("ID", bank.bic)])
        nodes.append(Node("PayeeFinancialAccount", [Node("ID", bank.iban), Node("Name", bank.holder), branch]))
    if charge and charge.means is ChargeMeans.CARD and charge.last4:
        card = [
            Node("PrimaryAccountNumberID", charge.last4),
            Node("NetworkID", charge.name or "card"),  # UBL asks for it
            Node("HolderName", charge.holder),
        ]
        nodes.append(Node("CardAccount", card))
    if charge and charge.means is ChargeMeans.DIRECT_DEBIT:
        payer = Node("PayerFinancialAccount", [Node("ID", charge.iban)])
        nodes.append(Node("PaymentMandate", [Node("ID", charge.mandate), payer]))
    return nodes


def _party(trader: Trader, *, is_seller: bool, creditor: str = "") -> list[Node]:
    street, second, *more = [*trader.lines, "", ""][: max(len(trader.lines), 2)]
    address = trader.address
    return [
        Node("EndpointID", address[1], {"schemeID": address[0]}) if address else Node("EndpointID", ""),
        Node("PartyIdentification", [Node("ID", "" if is_seller else trader.identifier)]),
        Node("PartyIdentification", [Node("ID", creditor, {"schemeID": "SEPA"})]),
        Node(
            "PostalAddress",
            [
                Node("StreetName", street),
                Node("AdditionalStreetName", second),
                Node("CityName", trader.city),
                Node("PostalZone", trader.postal_code),
                Node("CountrySubentity", trader.region),
                Node("AddressLine", [Node("Line", ", ".join(more))]),
                *_country(trader.country),
            ],
        ),
        Node("PartyTaxScheme", _scheme(trader.vat_number, "VAT")),
        Node("PartyTaxScheme", _scheme(trader.tax_number if is_seller else "", "TAX")),
        Node("PartyLegalEntity", [Node("RegistrationName", trader.name), Node("CompanyID", trader.registration)]),
        Node("Contact", [Node("Telephone", trader.phone), Node("ElectronicMail", trader.email)]),
    ]


def _scheme(registered: str, scheme: str) -> list[Node]:
    return [Node("CompanyID", registered), Node("TaxScheme", [Node("ID", scheme)])] if registered else []


def _country(code: str) -> list[Node]:
    return [Node("Country", [Node("IdentificationCode", code)])]


def _category(name: str, category: str, percent: Decimal | None, *more: Node) -> Node:
    return Node(
        name,
        [
            Node("ID", category),
            Node("Percent", number(percent)),
            *more,
            Node("TaxScheme", [Node("ID", "VAT")]),
        ],
    )


def _tax(tax: Tax, currency: str) -> Node:
    why = (Node("TaxExemptionReasonCode", tax.reason_code), Node("TaxExemptionReason", tax.reason))
    return Node(
        "TaxSubtotal",
        [
            amount("TaxableAmount", tax.taxable, currency),
            amount("TaxAmount", tax.amount, currency),
            _category("TaxCategory", tax.category, tax.percent, *why),
        ],
    )


def _line(item: Item, quantity: str, currency: str) -> list[Node]:
    less = item.reduction
    return [
        Node("ID", item.position),
        Node(quantity, number(item.quantity), {"unitCode": item.unit}),
        amount("LineExtensionAmount", item.net, currency),
        Node("InvoicePeriod", _period(item.start, item.end)),
        Node(
            "AllowanceCharge",
            [
                Node("ChargeIndicator", "true" if less.is_charge else "false"),
                Node("AllowanceChargeReasonCode", "" if less.is_charge else DISCOUNT),
                Node("AllowanceChargeReason", "Discount"),
                Node("MultiplierFactorNumeric", number(less.percent)),
                amount("Amount", less.amount, currency),
                amount("BaseAmount", less.base, currency),
            ]
            if less
            else [],
        ),
        Node(
            "Item",
            [
                Node("Name", item.name),
                Node("SellersItemIdentification", [Node("ID", item.code)]),
                _category("ClassifiedTaxCategory", item.category, item.percent),
            ],
        ),
        Node(
            "Price",
            [
                Node("PriceAmount", number(item.price), {"currencyID": currency}),
                Node("BaseQuantity", number(item.price_quantity), {"unitCode": item.unit}),
            ],
        ),
    ]


def _period(start: date | None, end: date | None) -> list[Node]:
    return [Node("StartDate", iso_day(start)), Node("EndDate", iso_day(end))]
