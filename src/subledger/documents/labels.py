"""What stands on documents in the languages customers are spoken to in: one catalogue a language, in ``words/``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from subledger.kernel.languages import ENGLISH, LANGUAGES

WORDS = Path(__file__).parent / "words"


@cache
def labels_of(language: str) -> Mapping[str, str]:
    """The labels of a language; English where it is none of ours."""
    code = language if language in LANGUAGES else ENGLISH
    found: dict[str, str] = json.loads((WORDS / f"{code}.json").read_text(encoding="utf-8"))
    return found
