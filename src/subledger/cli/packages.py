"""The packages that Subledger needs: some are loaded at the first request that needs them, too late to miss one."""

from __future__ import annotations

import re
from importlib import metadata

from subledger.cli_kit.runtime import CommandRefused

DISTRIBUTION = "subledger"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_OPTIONAL = re.compile(r";.*\bextra\s*==")


def missing_packages() -> list[str]:
    """The names of needed packages that are not installed, as their requirements have them."""
    try:
        needed = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:  # run from its source without being installed
        return []
    names = [found[0] for one in needed if not _OPTIONAL.search(one) and (found := _NAME.match(one))]
    return [name for name in names if not _is_there(name)]


def refuse_missing_packages() -> None:
    """Refuse to start where a needed package is missing: pages that load it would fail one by one.

    Raises:
        CommandRefused
    """
    missing = missing_packages()
    if missing:
        raise CommandRefused(
            f"Needed and not installed: {', '.join(missing)}. Install Subledger again with what it needs, such as by "
            f"`python -m pip install {DISTRIBUTION}`, or these alone: `python -m pip install {' '.join(missing)}`."
        )


def _is_there(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
