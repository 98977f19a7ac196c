"""A company's settings as posting needs them: one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from subledger.accounts.rules import CreditRule
from subledger.kernel.number_series import Numbering

from .documents import MethodFacts, ReasonFacts, TypeFacts, WriteOffProduct
from .items import TaxRounding
from .posting import RuleBook
from .revenue import NoRevenue


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything posting asks of a company's settings."""

    version: int
    company_id: int
    base_currency: str
    time_zone: str
    principle: str
    credit_rule: CreditRule
    types: dict[int, TypeFacts]
    default_types: dict[str, int]
    payment_methods: dict[int, MethodFacts]
    refund_methods: dict[int, MethodFacts]
    credit_reasons: Mapping[int, ReasonFacts]
    rules: RuleBook
    no_revenue: NoRevenue
    product_groups: Mapping[int, int]  # product -> group, where posting rules name groups
    write_off_product: WriteOffProduct
    refund_needs_credit_balance: bool
    tax_rounding: TaxRounding
    control_accounts: dict[str, int]  # account role -> ledger account
    numberings: Mapping[str, Numbering]  # by series
    exchange_gain_id: int
    exchange_loss_id: int
    closed_through: date | None = None
