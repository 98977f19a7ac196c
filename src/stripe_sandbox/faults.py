"""The fault script: what goes wrong, for which requests and webhooks, how often.

A script is a list of rules. A rule for requests matches by ``method``, ``path`` (a regular expression), ``metadata``
(all given pairs; of the parameters or of the object that the path names), and acts on the ``nth`` match (1 unless told)
and the ``times - 1`` matches after it (``times: 0`` means for ever). Its ``action`` is one of

===============  ====================================================================================================
error_before     500, nothing was done; the key is free
error_after      500 after the work was done; the key replays the 500 (``"kept": false``: it replays the true answer)
drop_before      the connection is reset, nothing was done
drop_after       the connection is reset after the work was done
timeout_after    the work was done, then silence for ``seconds`` (30 unless told) and a reset
slow             the answer takes ``seconds`` (1 unless told); meanwhile the key is in progress
rate_limit       429, nothing was done
===============  ====================================================================================================

A rule for webhooks matches by ``event`` (a regular expression on the type); its ``action`` is ``drop``, ``duplicate``
(``copies`` more, 1 unless told), ``delay`` (``seconds``) or ``reorder`` (each waits a random part of ``seconds``, 5
unless told, so that later ones overtake it).
"""

import random
import re
from dataclasses import dataclass, field
from typing import Any

REQUEST_ACTIONS = {"error_before", "error_after", "drop_before", "drop_after", "timeout_after", "slow", "rate_limit"}
WEBHOOK_ACTIONS = {"drop", "duplicate", "delay", "reorder"}


@dataclass(slots=True)
class Rule:
    """One line of the script, and how often it has matched."""

    action: str
    method: str | None = None
    path: str = ""
    event: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    nth: int = 1
    times: int = 1
    seconds: float | None = None
    copies: int = 1
    kept: bool = True
    seen: int = 0

    def __post_init__(self) -> None:
        known = WEBHOOK_ACTIONS if self.event is not None else REQUEST_ACTIONS
        if self.action not in known:
            raise ValueError(f"{self.action!r} is not one of {sorted(known)}")
        if self.nth < 1 or self.times < 0 or self.copies < 1 or (self.seconds or 0) < 0:
            raise ValueError("nth and copies start at 1, times and seconds at 0")
        try:
            re.compile(self.path)
            re.compile(self.event or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error

    def acts(self) -> bool:
        """Count one more match and say whether the rule acts on it."""
        self.seen += 1
        return self.seen >= self.nth and (not self.times or self.seen < self.nth + self.times)


class Faults:
    """The rules in force."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self.load([])

    def load(self, script: list[dict[str, Any]]) -> None:
        """Replace the script; an empty list makes all well.

        Raises:
            ValueError, TypeError: a rule names an action or a member that there is not.
        """
        rules = [Rule(**line) for line in script]
        self.for_requests = [rule for rule in rules if rule.event is None]
        self.for_webhooks = [rule for rule in rules if rule.event is not None]
        self._random = random.Random(f"{self._seed} faults")

    def for_request(self, method: str, path: str, metadata: list[dict[str, str]]) -> Rule | None:
        """The first rule that acts on this request. ``metadata``: that of the parameters and of the object named."""
        for rule in self.for_requests:
            if rule.method not in (None, method) or not re.search(rule.path, path):
                continue
            if rule.metadata and not any(rule.metadata.items() <= held.items() for held in metadata):
                continue
            if rule.acts():
                return rule
        return None

    def delays(self, event: str) -> list[float]:
        """The delays in seconds with which an event is sent: one for each copy, none if it is lost."""
        for rule in self.for_webhooks:
            if not re.search(rule.event or "", event) or not rule.acts():
                continue
            if rule.action == "drop":
                return []
            if rule.action == "duplicate":
                return [0.0] * (1 + rule.copies)
            if rule.action == "delay":
                return [1.0 if rule.seconds is None else rule.seconds]
            return [self._random.uniform(0, 5.0 if rule.seconds is None else rule.seconds)]
        return [0.0]
