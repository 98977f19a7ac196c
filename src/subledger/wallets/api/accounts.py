"""What wallets add to an account: its free credit goes into its wallet."""

# No deferred annotations here: the bodies are annotated with id types made elsewhere.
from django.http import HttpRequest
from ninja import Router, Status

from subledger.accounts.models import Account
from subledger.api_kit.callers import caller_of
from subledger.api_kit.resources import JsonObject, found
from subledger.wallets.rules.moves import NewFunding
from subledger.wallets.services.moves import fund_wallet

from .entries import MoveIn
from .wallets import AccountId, BothBalancesOut, with_both_balances

router = Router(tags=["Wallets"])


class TransferToWalletIn(MoveIn):
    """Of what the account has as free credit."""


@router.post("/{id}/transfer_to_wallet", response={201: BothBalancesOut}, operation_id="transfer_account_to_wallet")
def transfer_to_wallet(request: HttpRequest, id: AccountId, body: TransferToWalletIn) -> Status[JsonObject]:
    """By an invoice that the credit settles. An account without a wallet gets one."""
    found(Account, id)
    made = fund_wallet(new=NewFunding(account_id=id, **body.move()), actor=caller_of(request).actor)
    return Status(201, with_both_balances(made, request))
