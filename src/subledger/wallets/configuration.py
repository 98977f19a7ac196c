"""A company's settings of wallets, kept per process and read anew when the database says that they changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from subledger.companies.models import Company
from subledger.platform.scope import current_company_id

from .models import WalletDefinition, WalletTransactionType
from .states import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletSettings:
    version: int
    crediting_type_ids: frozenset[int]
    funding_type_id: int
    reimbursement_type_id: int
    own_type_names: Mapping[int, str]  # of documents that wallets alone post
    wallet_ledger_id: int
    breakage_ledger_id: int
    may_overdraw: bool
    default_types: Mapping[str, int]  # by kind of wallet transaction
    types: Mapping[int, str]  # those in use: which kind each is of


_kept: dict[int, WalletSettings | None] = {}
_versions: dict[int, int] = {}


def settings_at(company_id: int, version: int) -> WalletSettings | None:
    """The settings at a version of the company's; None where it has no wallet definition."""
    if _versions.get(company_id) != version:
        _kept[company_id] = _read(version)
        _versions[company_id] = version
    return _kept[company_id]


def settings_now() -> WalletSettings | None:
    company_id = current_company_id()
    version = Company.objects.values_list("config_version", flat=True).get(pk=company_id)
    return settings_at(company_id, version)


def _read(version: int) -> WalletSettings | None:
    row = WalletDefinition.objects.select_related("funding_type", "reimbursement_type").first()
    if row is None:
        return None
    own = (row.funding_type, row.reimbursement_type)
    types = list(WalletTransactionType.objects.filter(is_active=True))
    return WalletSettings(
        version=version,
        crediting_type_ids=frozenset(row.crediting_types.values_list("pk", flat=True)),
        funding_type_id=row.funding_type_id,
        reimbursement_type_id=row.reimbursement_type_id,
        own_type_names={one.pk: one.name for one in own},
        wallet_ledger_id=row.wallet_account_id,
        breakage_ledger_id=row.breakage_account_id,
        may_overdraw=row.may_overdraw,
        default_types={one.kind: one.pk for one in types if one.is_default},
        types={one.pk: EntryKind(one.kind) for one in types},
    )
