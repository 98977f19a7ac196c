"""What people configure of transactions: types, methods, categories, reasons, accounting defaults, posting rules."""

from __future__ import annotations

from subledger.catalog.models import Product, TaxRate
from subledger.journal.models import LedgerAccount
from subledger.kernel.sentences import say
from subledger.platform.configuration import (
    NAMED,
    NAMES,
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

GROUP = say("Transactions")
NAME, CODE, DESCRIPTION, IN_USE = PLAIN
BOOKED = ConfigurationField(name="ledger_account")
OF_METHOD = say("Defaults to the ledger account of the method.")

TRANSACTION_TYPES = ConfigurationTable(
    model=TransactionType,
    name="transaction_types",
    title=say("Transaction types"),
    noun=say("type"),
    about=say("Your own kinds of each classification."),
    group=GROUP,
    position=20,
    fields=(
        NAME,
        CODE,
        ConfigurationField(name="classification", short=say("Type"), choices=Classification, is_filter=True),
        DESCRIPTION,
        *NAMES,
        ConfigurationField(name="payment_methods"),
        ConfigurationField(name="default_payment_method"),
        ConfigurationField(name="refund_methods"),
        ConfigurationField(name="default_refund_method"),
        ConfigurationField(name="categories"),
        ConfigurationField(name="is_default", label=say("Preselected")),
        ConfigurationField(
            name="is_revenue",
            label=say("Counts as revenue"),
            help=say("Invoices and credit notes for deposits, for vouchers sold or for what is passed on do not."),
        ),
        IN_USE,
    ),
    columns=("name", "code", "classification", "is_default", "is_active"),
    sort="classification",
    default=Default(within=("classification",), is_needed=True),
    guard=guards.check_type,
    words={
        "transaction_type_one_default": Words(
            say("Another type of this classification became the default just now. Look again."), field="is_default"
        )
    },
    uses=[
        use
        for method, default, listed in (
            (PaymentMethod, "default_payment_method", "payment_methods"),
            (RefundMethod, "default_refund_method", "refund_methods"),
        )
        for use in (
            Use(method, default, say("the default method of the type")),
            Use(method, listed, say("the last method in use of the type")),
        )
    ],
)

TRANSACTION_DEFINITION = ConfigurationTable(
    model=TransactionDefinition,
    name="transaction_definition",
    title=say("Accounting defaults"),
    noun=say("set of accounting defaults"),
    about=say("The write-off product, the refund check, how taxes are rounded, and the control accounts."),
    note=say("What the company decides about transactions as a whole; ledger accounts by id."),
    group=GROUP,
    position=21,
    fields=(
        ConfigurationField(name="write_off_product", label=say("Write-off product")),
        ConfigurationField(
            name="refund_needs_credit_balance",
            label=say("A refund needs a credit balance"),
            short=say("Refunds need a credit balance"),
        ),
        ConfigurationField(
            name="tax_rounding",
            label=say("Round taxes"),
            help=say("Of documents that are entered from now on. What is entered keeps its taxes."),
            choices=TaxRounding,
            spoken={TaxRounding.ITEM: say("On every item"), TaxRounding.RATE: say("Once per rate")},
        ),
        ConfigurationField(
            name="default_tax_rate",
            label=say("Default tax"),
            help=say("The default on new lines; a product brings its own."),
        ),
        ConfigurationField(name="receivable", label=say("Accounts receivable")),
        ConfigurationField(name="suspense", label=say("Suspense")),
        ConfigurationField(name="exchange_gain"),
        ConfigurationField(name="exchange_loss"),
    ),
    columns=("write_off_product", "refund_needs_credit_balance"),
    sort="id",
    is_single=True,
    guard=guards.check_definition,
    words={
        "transaction_definition_one": Words(
            say("A company has its accounting defaults once. Change those."), field="receivable"
        )
    },
    uses=[
        Use(Product, "write_off_product", say("the product of write-offs")),
        Use(TaxRate, "default_tax_rate", say("the default tax rate of the company")),
        *(
            Use(LedgerAccount, field, say("in the accounting defaults"))
            for field in ("receivable", "suspense", "exchange_gain", "exchange_loss")
        ),
    ],
)

PAYMENT_METHODS = ConfigurationTable(
    model=PaymentMethod,
    name="payment_methods",
    title=say("Payment methods"),
    noun=say("method"),
    about=say("How money comes in, and where it is booked."),
    group=GROUP,
    position=22,
    fields=(*NAMED, BOOKED),
    columns=("name", "code", "ledger_account", "is_active"),
    uses=[Use(LedgerAccount, "ledger_account", say("the ledger account of the payment method"))],
)

REFUND_METHODS = ConfigurationTable(
    model=RefundMethod,
    name="refund_methods",
    title=say("Refund methods"),
    noun=say("method"),
    about=say("How money goes back, and where it is booked."),
    group=GROUP,
    position=23,
    fields=(*NAMED, BOOKED),
    columns=("name", "code", "ledger_account", "is_active"),
    uses=[Use(LedgerAccount, "ledger_account", say("the ledger account of the refund method"))],
)

CATEGORIES = ConfigurationTable(
    model=Category,
    name="categories",
    title=say("Categories"),
    noun=say("category"),
    about=say("A tree to sort transactions by."),
    group=GROUP,
    position=24,
    fields=(*PLAIN, ConfigurationField(name="parent", label=say("Part of"))),
    columns=("name", "code", "parent", "is_active"),
    guard=guards.check_category,
    uses=[Use(Category, "parent", say("the category of which there is a part,"))],
)

REASONS = ConfigurationTable(
    model=Reason,
    name="reasons",
    title=say("Rejection reasons"),
    noun=say("reason"),
    about=say("Why drafts are rejected."),
    group=GROUP,
    position=25,
    fields=PLAIN,
    columns=("name", "code", "is_active"),
)

CREDIT_REASONS = ConfigurationTable(
    model=CreditReason,
    name="credit_reasons",
    title=say("Reasons of credit notes"),
    noun=say("reason"),
    about=say("Why credit notes are given."),
    note="The five that every company begins with keep their codes: ``duplicate``, ``fraudulent``, ``order_change``,"
    " ``product_unsatisfactory`` and ``other``.",
    group=GROUP,
    position=26,
    fields=NAMED,
    columns=("name", "code", "is_active"),
    guard=guards.check_credit_reason,
)

POSTING_RULES = ConfigurationTable(
    model=PostingRule,
    name="posting_rules",
    title=say("Posting rules"),
    noun=say("posting rule"),
    about=say(
        "Which ledger accounts each part of a transaction debits and credits. The most specific rule goes first."
    ),
    note="``debit`` or ``credit`` null stands for the ledger account of the payment or refund method.",
    group=say("General journal"),
    position=41,
    fields=(
        ConfigurationField(name="classification", short=say("Type"), choices=Classification, is_filter=True),
        ConfigurationField(name="role", label=say("On an account of"), choices=AccountRole, is_filter=True),
        ConfigurationField(name="type", label=say("Only for the type"), short=say("Only type")),
        ConfigurationField(name="product", label=say("Only for the product"), short=say("Only product")),
        ConfigurationField(name="product_group", label=say("Only for the product group"), short=say("Only group")),
        ConfigurationField(name="component", label=say("Part"), choices=Component),
        ConfigurationField(name="debit", help=OF_METHOD, empty=say("that of the method")),
        ConfigurationField(name="credit", help=OF_METHOD, empty=say("that of the method")),
    ),
    columns=("classification", "role", "type", "product", "product_group", "component", "debit", "credit"),
    sort="classification",
    guard=guards.check_posting_rule,
    words={
        "posting_rule_once": Words(
            say(
                "There is a posting rule for this part of this classification, account, type and product "
                "already. Change that one."
            ),
            field="component",
        ),
        "posting_rule_product_or_group": Words(
            say("A rule is for a product or for a group of them, not for both. Choose one of the two."),
            field="product_group",
        ),
    },
    uses=[Use(LedgerAccount, side, say("in a posting rule")) for side in ("debit", "credit")],
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
