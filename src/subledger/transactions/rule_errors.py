"""Refusals of posting rules."""

from __future__ import annotations

from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.kernel.words import a


class PostingRuleMissing(DomainError):
    code = "posting_rule_missing"

    def __init__(self, classification: str, role: str) -> None:
        super().__init__(
            say(
                "Cannot post: no posting rule says where {classification} on {role} account goes in the journal. Add "
                "one under Configuration, Posting rules.",
                classification=a(classification),
                role=a(role),
            )
        )


class PostingRuleInvalid(DomainError):
    code = "posting_rule_invalid"

    def __init__(self, classification: str, role: str) -> None:
        super().__init__(
            say(
                "Cannot post: the posting rules of {classification} on {role} account do not move its control account "
                "by the whole amount, so the journal would leave the balances. Correct the rules.",
                classification=a(classification),
                role=a(role),
            )
        )
