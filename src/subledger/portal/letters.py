"""Messages that hold a link to the customer's page of an account: one that sends it, and a tag for all others.

A link is made when its message is written, as at the desk: it stands on the trail and can be revoked.
"""

from __future__ import annotations

from subledger.accounts.queries import account_called
from subledger.accounts.states import Topic
from subledger.gateways.services.public import LinkKind, link_for
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, MoreTags, Tag
from subledger.platform.callers import current_caller
from subledger.transactions.letter_tags import OF_ACCOUNT
from subledger.transactions.letters import letter_of_account

from .letter_templates import ACCOUNT_PAGE


def _link(letter: Letter) -> str:
    caller = current_caller()
    url = letter.url("/")  # before a link is made that nobody could be sent
    made = link_for(LinkKind.ACCOUNT, letter.record.account.pk, actor=caller.actor if caller else "system")
    return url.rstrip("/") + made.path


PAY_BALANCE_LINK = Tag(
    "PAY_BALANCE_LINK",
    say("a link to the customer's page of the account, on which all that is open can be paid"),
    "https://books.example.com/pay/…",
    _link,
    opens=True,
)
TAGS = (MoreTags(name="links to accounts", of=frozenset({"account", "invoice"}), tags=(PAY_BALANCE_LINK,)),)
KINDS = (
    MessageKind(
        name="account_link",
        title=say("Link to the customer's page"),
        of="account",
        resource="accounts",
        tags=OF_ACCOUNT,
        standard=ACCOUNT_PAGE,
        read=lambda ident: letter_of_account(ident, Topic.STATEMENTS),
        asks_to_pay=True,
        numbered=account_called,
        permission="gateways.charge",
        is_daily=True,
    ),
)
