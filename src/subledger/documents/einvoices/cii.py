"""Electronic invoices in UN/CEFACT's Cross Industry Invoice, D16B, as EN 16931 binds it (CEN/TS 16931-3-3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lxml import etree

from subledger.documents.values import ChargeMeans

from .invoices import DISCOUNT, GUIDELINE, EInvoice, Item, Tax, Trader
from .nodes import Node, amount, number, written

_DATA = "urn:un:unece:uncefact:data:standard:"
_SPACES = {
    "rsm": f"{_DATA}CrossIndustryInvoice:100",
    "ram": f"{_DATA}ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{_DATA}QualifiedDataType:100",
    "udt": f"{_DATA}UnqualifiedDataType:100",
}
_DAY = {"format": "102"}  # YYYYMMDD


def cii_of(invoice: EInvoice) -> bytes:
    """The invoice as a file of CII."""
    root = etree.Element(_named("rsm:CrossIndustryInvoice", False), nsmap=_SPACES)
    return written(root, _document(invoice), _named)


def _named(name: str, is_text: bool) -> str:
    space, colon, own = name.partition(":")
    return f"{{{_SPACES[space]}}}{own}" if colon else f"{{{_SPACES['ram']}}}{name}"


def _document(invoice: EInvoice) -> list[Node]:
    return [
        Node(
            "rsm:ExchangedDocumentContext",
            [Node("GuidelineSpecifiedDocumentContextParameter", [Node("ID", GUIDELINE)])],
        ),
        Node(
            "rsm:ExchangedDocument",
            [
                Node("ID", invoice.number),
                Node("TypeCode", invoice.type),
                _day("IssueDateTime", invoice.issued_on),
                *(Node("IncludedNote", [Node("Content", note)]) for note in invoice.notes),
            ],
        ),
        Node(
            "rsm:SupplyChainTradeTransaction",
            [
                *(_line(one) for one in invoice.items),
                Node(
                    "ApplicableHeaderTradeAgreement",
                    [
                        Node("BuyerReference", invoice.buyer_reference),
                        Node("SellerTradeParty", _party(invoice.seller, is_seller=True)),
                        Node("BuyerTradeParty", _party(invoice.buyer, is_seller=False)),
                        Node("BuyerOrderReferencedDocument", [Node("IssuerAssignedID", invoice.order_reference)]),
                    ],
                ),
                Node(
                    "ApplicableHeaderTradeDelivery",
                    [
                        Node("ShipToTradeParty", [Node("PostalTradeAddress", [Node("CountryID", invoice.deliver_to)])]),
                        Node("ActualDeliverySupplyChainEvent", [_day("OccurrenceDateTime", invoice.delivered_on)]),
                    ],
                    stays=True,
                ),
                Node("ApplicableHeaderTradeSettlement", _settlement(invoice)),
            ],
        ),
    ]


def _settlement(invoice: EInvoice) -> list[Node]:
    charge = invoice.charge
    return [
        Node("CreditorReferenceID", charge.creditor_id if charge else ""),
        Node("PaymentReference", invoice.payment_reference),
        Node("InvoiceCurrencyCode", invoice.currency),
        Node("SpecifiedTradeSettlementPaymentMeans", _means(invoice) if invoice.means else []),
        *(_tax(one) for one in invoice.taxes),
        _period(invoice.start, invoice.end),
        Node(
            "SpecifiedTradePaymentTerms",
            [
                Node("Description", invoice.terms),
                _day("DueDateDateTime", None if invoice.is_credit else invoice.due_on),
                Node("DirectDebitMandateID", charge.mandate if charge else ""),
            ],
        ),
        Node(
            "SpecifiedTradeSettlementHeaderMonetarySummation",
            [
                amount("LineTotalAmount", invoice.net),
                amount("TaxBasisTotalAmount", invoice.net),
                amount("TaxTotalAmount", invoice.tax, invoice.currency),
                amount("GrandTotalAmount", invoice.gross),
                *([amount("TotalPrepaidAmount", invoice.paid)] if invoice.paid else []),
                amount("DuePayableAmount", invoice.payable),
            ],
        ),
        *(
            Node(
                "InvoiceReferencedDocument",
                [Node("IssuerAssignedID", before), _day("FormattedIssueDateTime", on, space="qdt")],
            )
            for before, on in invoice.preceding
        ),
    ]


def _means(invoice: EInvoice) -> list[Node]:
    """How it is paid: by a transfer to the seller's account, or charged to the buyer's card or account."""
    bank, charge = invoice.bank, invoice.charge
    nodes = [Node("TypeCode", invoice.means)]
    if charge and charge.means is ChargeMeans.CARD and charge.last4:
        card = [Node("ID", charge.last4), Node("CardholderName", charge.holder)]
        nodes.append(Node("ApplicableTradeSettlementFinancialCard", card))
    if charge and charge.means is ChargeMeans.DIRECT_DEBIT:
        nodes.append(Node("PayerPartyDebtorFinancialAccount", [Node("IBANID", charge.iban)]))
    if bank:
        account = [Node("IBANID", bank.iban), Node("AccountName", bank.holder)]
        nodes.append(Node("PayeePartyCreditorFinancialAccount", account))
        nodes.append(Node("PayeeSpecifiedCreditorFinancialInstitution", [Node("BICID", bank.bic)]))
    return nodes


def _party(trader: Trader, *, is_seller: bool) -> list[Node]:
    first, second, *more = [*trader.lines, "", ""][: max(len(trader.lines), 2)]
    address = trader.address
    return [
        Node("ID", "" if is_seller else trader.identifier),
        Node("Name", trader.name),
        Node("SpecifiedLegalOrganization", [Node("ID", trader.registration)]),
        Node(
            "DefinedTradeContact",
            [
                Node("TelephoneUniversalCommunication", [Node("CompleteNumber", trader.phone)]),
                Node("EmailURIUniversalCommunication", [Node("URIID", trader.email)]),
            ],
        ),
        Node(
            "PostalTradeAddress",
            [
                Node("PostcodeCode", trader.postal_code),
                Node("LineOne", first),
                Node("LineTwo", second),
                Node("LineThree", ", ".join(more)),
                Node("CityName", trader.city),
                Node("CountryID", trader.country),
                Node("CountrySubDivisionName", trader.region),
            ],
        ),
        Node("URIUniversalCommunication", [Node("URIID", address[1], {"schemeID": address[0]})] if address else []),
        Node("SpecifiedTaxRegistration", [Node("ID", trader.vat_number, {"schemeID": "VA"})]),
        Node("SpecifiedTaxRegistration", [Node("ID", trader.tax_number if is_seller else "", {"schemeID": "FC"})]),
    ]


def _tax(tax: Tax) -> Node:
    return Node(
        "ApplicableTradeTax",
        [
            amount("CalculatedAmount", tax.amount),
            Node("TypeCode", "VAT"),
            Node("ExemptionReason", tax.reason),
            amount("BasisAmount", tax.taxable),
            Node("CategoryCode", tax.category),
            Node("ExemptionReasonCode", tax.reason_code),
            _percent(tax.percent),
        ],
    )


def _line(item: Item) -> Node:
    less = item.reduction
    return Node(
        "IncludedSupplyChainTradeLineItem",
        [
            Node("AssociatedDocumentLineDocument", [Node("LineID", item.position)]),
            Node("SpecifiedTradeProduct", [Node("SellerAssignedID", item.code), Node("Name", item.name)]),
            Node(
                "SpecifiedLineTradeAgreement",
                [
                    Node(
                        "NetPriceProductTradePrice",
                        [
                            Node("ChargeAmount", number(item.price)),
                            Node("BasisQuantity", number(item.price_quantity), {"unitCode": item.unit}),
                        ],
                    )
                ],
            ),
            Node(
                "SpecifiedLineTradeDelivery",
                [Node("BilledQuantity", number(item.quantity), {"unitCode": item.unit})],
            ),
            Node(
                "SpecifiedLineTradeSettlement",
                [
                    Node(
                        "ApplicableTradeTax",
                        [Node("TypeCode", "VAT"), Node("CategoryCode", item.category), _percent(item.percent)],
                    ),
                    _period(item.start, item.end),
                    Node(
                        "SpecifiedTradeAllowanceCharge",
                        [
                            Node("ChargeIndicator", [Node("udt:Indicator", "true" if less.is_charge else "false")]),
                            Node("CalculationPercent", number(less.percent)),
                            amount("BasisAmount", less.base),
                            amount("ActualAmount", less.amount),
                            Node("ReasonCode", "" if less.is_charge else DISCOUNT),
                            Node("Reason", "Discount"),
                        ]
                        if less
                        else [],
                    ),
                    Node("SpecifiedTradeSettlementLineMonetarySummation", [amount("LineTotalAmount", item.net)]),
                ],
            ),
        ],
    )


def _percent(percent: Decimal | None) -> Node:
    return Node("RateApplicablePercent", number(percent))


def _period(start: date | None, end: date | None) -> Node:
    return Node("BillingSpecifiedPeriod", [_day("StartDateTime", start), _day("EndDateTime", end)])


def _day(name: str, day: date | None, *, space: str = "udt") -> Node:
    return Node(name, [Node(f"{space}:DateTimeString", f"{day:%Y%m%d}" if day else "", _DAY)])
