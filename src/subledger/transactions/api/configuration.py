"""The resources of what people configure of transactions, for those that refer to them."""

from subledger.api_kit.configuration import resource_of
from subledger.transactions.tables import (
    CATEGORIES,
    CREDIT_REASONS,
    PAYMENT_METHODS,
    REASONS,
    REFUND_METHODS,
    TRANSACTION_TYPES,
)

payment_methods = resource_of(PAYMENT_METHODS)
refund_methods = resource_of(REFUND_METHODS)
categories = resource_of(CATEGORIES)
reasons = resource_of(REASONS)
credit_reasons = resource_of(CREDIT_REASONS)
transaction_types = resource_of(TRANSACTION_TYPES)
