"""What people configure of transactions: types, methods, categories, reasons, accounting defaults, posting rules."""

from __future__ import annotations

from subledger.catalog.models import Product, TaxRate
from subledger.journal.models import LedgerAccount
from subledger.platform.configuration import (
    PLAIN,
    ConfigurationField,
    ConfigurationTable,
    Default,
    Guarding,
    Use,
    Words,
)

from . import guards
from .models import (
    Category,
    CreditReason,
    PaymentMethod,
    PostingRule,
    Reason,
    RefundMethod,
    TransactionDefinition,
    TransactionType,
)
from .rules.items import TaxRounding
from .rules.posting import AccountRole, Component
from .states import Classification

GROUP = "Transactions"
NAME, CODE, DESCRIPTION, IN_USE = PLAIN
BOOKED = ConfigurationField(name="ledger_account")
OF_METHOD = "Defaults to the ledger account of the method."

TRANSACTION_TYPES = ConfigurationTable(
    model=TransactionType,
    name="transaction_types",
    title="Transaction types",
    noun="type",
    about="Your own kinds of each classification.",
    group=GROUP,
    position=20,
    fields=(
        NAME,
        CODE,
        ConfigurationField(name="classification", short="Type", choices=Classification, is_filter=True),
        DESCRIPTION,
        ConfigurationField(name="payment_methods"),
        ConfigurationField(name="default_payment_method"),
        ConfigurationField(name="refund_methods"),
        ConfigurationField(name="default_refund_method"),
        ConfigurationField(name="categories"),
        ConfigurationField(name="is_default", label="Preselected"),
        ConfigurationField(
            name="is_revenue",
            label="Counts as revenue",
            help="Invoices and credit notes for deposits, for vouchers sold or for what is passed on do not.",
        ),
        IN_USE,
    ),
    columns=("name", "code", "classification", "is_default", "is_active"),
    sort="classification",
    default=Default(within=("classification",), is_needed=True),
    guard=guards.check_type,
    words={
        "transaction_type_one_default": Words(
            "Another type of this classification became the default just now. Look again.", field="is_default"
        )
    },
    uses=[
        use
        for method, default, listed in (
            (PaymentMethod, "default_payment_method", "payment_methods"),
            (RefundMethod, "default_refund_method", "refund_methods"),
        )
        for use in (
            Use(method, default, "the default method of the type"),
            Use(method, listed, "the last method in use of the type"),
        )
    ],
)

TRANSACTION_DEFINITION = ConfigurationTable(
    model=TransactionDefinition,
    name="transaction_definition",
    title="Accounting defaults",
    noun="set of accounting defaults",
    about="The write-off product, the refund check, how taxes are rounded, and the control accounts.",
    note="What the company decides about transactions as a whole; ledger accounts by id.",
    group=GROUP,
    position=21,
    fields=(
        ConfigurationField(name="write_off_product", label="Write-off product"),
        ConfigurationField(
            name="refund_needs_credit_balance",
            label="A refund needs a credit balance",
            short="Refunds need a credit balance",
        ),
        ConfigurationField(
            name="tax_rounding",
            label="Round taxes",
            help="Of documents that are entered from now on. What is entered keeps its taxes.",
            choices=TaxRounding,
            spoken={TaxRounding.ITEM: "On every item", TaxRounding.RATE: "Once per rate"},
        ),
        ConfigurationField(
            name="default_tax_rate",
            label="Default tax",
            help="Chosen beforehand on new lines; a product brings its own.",
        ),
        ConfigurationField(name="receivable", label="Accounts receivable"),
        ConfigurationField(name="suspense", label="Suspense"),
        ConfigurationField(name="exchange_gain"),
        ConfigurationField(name="exchange_loss"),
    ),
    columns=("write_off_product", "refund_needs_credit_balance"),
    sort="id",
    is_single=True,
    guard=guards.check_definition,
    words={
        "transaction_definition_one": Words(
            "A company has one transaction definition. Change that one.", field="receivable"
        )
    },
    uses=[
        Use(Product, "write_off_product", "the product of write-offs"),
        Use(TaxRate, "default_tax_rate", "the default tax rate of the company"),
        *(
            Use(LedgerAccount, field, "in the transaction definition")
            for field in ("receivable", "suspense", "exchange_gain", "exchange_loss")
        ),
    ],
)

PAYMENT_METHODS = ConfigurationTable(
    model=PaymentMethod,
    name="payment_methods",
    title="Payment methods",
    noun="method",
    about="How money comes in, and where it is booked.",
    group=GROUP,
    position=22,
    fields=(*PLAIN, BOOKED),
    columns=("name", "code", "ledger_account", "is_active"),
    uses=[Use(LedgerAccount, "ledger_account", "the ledger account of the payment method")],
)

REFUND_METHODS = ConfigurationTable(
    model=RefundMethod,
    name="refund_methods",
    title="Refund methods",
    noun="method",
    about="How money goes back, and where it is booked.",
    group=GROUP,
    position=23,
    fields=(*PLAIN, BOOKED),
    columns=("name", "code", "ledger_account", "is_active"),
    uses=[Use(LedgerAccount, "ledger_account", "the ledger account of the refund method")],
)

CATEGORIES = ConfigurationTable(
    model=Category,
    name="categories",
    title="Categories",
    noun="category",
    about="A tree to sort transactions by.",
    group=GROUP,
    position=24,
    fields=(*PLAIN, ConfigurationField(name="parent", label="Part of")),
    columns=("name", "code", "parent", "is_active"),
    guard=guards.check_category,
    uses=[Use(Category, "parent", "the category of which there is a part,")],
)

REASONS = ConfigurationTable(
    model=Reason,
    name="reasons",
    title="Rejection reasons",
    noun="reason",
    about="Why drafts are rejected.",
    group=GROUP,
    position=25,
    fields=PLAIN,
    columns=("name", "code", "is_active"),
)

CREDIT_REASONS = ConfigurationTable(
    model=CreditReason,
    name="credit_reasons",
    title="Reasons of credit notes",
    noun="reason",
    about="Why credit notes are given.",
    note="The five that every company begins with keep their codes: ``duplicate``, ``fraudulent``, ``order_change``,"
    " ``product_unsatisfactory`` and ``other``.",
    group=GROUP,
    position=26,
    fields=PLAIN,
    columns=("name", "code", "is_active"),
    guard=guards.check_credit_reason,
)

POSTING_RULES = ConfigurationTable(
    model=PostingRule,
    name="posting_rules",
    title="Posting rules",
    noun="posting rule",
    about="Which ledger accounts each part of a transaction debits and credits. The most specific rule goes first.",
    note="``debit`` or ``credit`` null stands for the ledger account of the payment or refund method.",
    group="General journal",
    position=41,
    fields=(
        ConfigurationField(name="classification", short="Type", choices=Classification, is_filter=True),
        ConfigurationField(name="role", label="On an account of", choices=AccountRole, is_filter=True),
        ConfigurationField(name="type", label="Only for the type", short="Only type"),
        ConfigurationField(name="product", label="Only for the product", short="Only product"),
        ConfigurationField(name="product_group", label="Only for the product group", short="Only group"),
        ConfigurationField(name="component", label="Part", choices=Component),
        ConfigurationField(name="debit", help=OF_METHOD, empty="that of the method"),
        ConfigurationField(name="credit", help=OF_METHOD, empty="that of the method"),
    ),
    columns=("classification", "role", "type", "product", "product_group", "component", "debit", "credit"),
    sort="classification",
    guard=guards.check_posting_rule,
    words={
        "posting_rule_once": Words(
            "There is a posting rule for this part of this classification, account, type and product already. "
            "Change that one.",
            field="component",
        ),
        "posting_rule_product_or_group": Words(
            "A rule is for a product or for a group of them, not for both. Choose one of the two.",
            field="product_group",
        ),
    },
    uses=[Use(LedgerAccount, side, "in a posting rule") for side in ("debit", "credit")],
)

TABLES = (
    PAYMENT_METHODS,
    REFUND_METHODS,
    CATEGORIES,
    REASONS,
    CREDIT_REASONS,
    TRANSACTION_TYPES,
    POSTING_RULES,
    TRANSACTION_DEFINITION,
)
GUARDING = (
    Guarding(model=TaxRate, guard=guards.check_tax_rate),
    Guarding(model=Product, guard=guards.check_product),
)
