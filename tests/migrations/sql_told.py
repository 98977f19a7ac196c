"""What SQL of a migration asks of a server that knows the tables as they were before: read clause by clause."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

READ_STILL = "an older server still reads it; take it from the state alone for a release"
TIGHTER = "what an older server writes may break it; let its guard come a release after what writes so"
LEFT_OUT = "an older server leaves it out; give it a default, or let it be null"

NAME = r'(?:"[^"]+"|[\w.]+)'
BODY = re.compile(r"(\$\w*\$).*?\1", re.DOTALL)
TABLE = re.compile(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?({NAME}) (.*)", re.IGNORECASE)
TAKEN = re.compile(rf"DROP (?:TABLE|(?:MATERIALIZED )?VIEW|SEQUENCE) (?:IF EXISTS )?{NAME}", re.IGNORECASE)
CREATED = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?({NAME})", re.IGNORECASE)
UNIQUE = re.compile(rf"CREATE UNIQUE INDEX .*?\bON (?:ONLY )?({NAME})", re.IGNORECASE)
TRIGGER = re.compile(
    rf"CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER ({NAME}) .*?\bON ({NAME}) .*"
    rf"\bEXECUTE (?:FUNCTION|PROCEDURE) ({NAME})",
    re.IGNORECASE,
)
FUNCTION = re.compile(rf"CREATE (?:OR REPLACE )?FUNCTION ({NAME})\s*\(.*?(\$\w*\$)(.*?)\2", re.IGNORECASE | re.DOTALL)

# Clauses of ALTER TABLE, as they begin.
GUARD = re.compile(r"ADD (?:CONSTRAINT|CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY|EXCLUDE)\b", re.IGNORECASE)
COLUMN = re.compile(r"ADD (?:COLUMN )?(?:IF NOT EXISTS )?", re.IGNORECASE)
FILLED = re.compile(r"\b(?:DEFAULT|GENERATED|(?:small|big)?serial)\b", re.IGNORECASE)
NOT_NULL = re.compile(r"\bNOT NULL\b|\bPRIMARY KEY\b", re.IGNORECASE)
LOOSER = re.compile(r"DROP CONSTRAINT\b", re.IGNORECASE)
NARROWER = re.compile(
    rf"ALTER (?:COLUMN )?{NAME} (?:(?:SET DATA )?TYPE\b|SET NOT NULL\b|DROP DEFAULT\b|DROP IDENTITY\b)", re.IGNORECASE
)
MOVED = re.compile(r"(?:RENAME|SET SCHEMA)\b", re.IGNORECASE)


def told_of_sql(text: str, made: Collection[str] = ()) -> list[str]:
    """What an older server breaks on. Tables that are ``made`` by the same migration are free.

    A trigger is told of where it may refuse: its function raises, or stands elsewhere. One that only keeps what others
    wrote is none of an older server's business.
    """
    text = re.sub(r"--[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL)
    raising = {_bare(name): "RAISE EXCEPTION" in " ".join(body.upper().split())
               for name, _, body in FUNCTION.findall(text)}  # fmt: skip
    found, statements = [], _statements(text)
    made = {*made, *(_bare(new[1]) for one in statements if (new := CREATED.match(one)))}
    for statement in statements:
        if (altered := TABLE.match(statement)) and _bare(altered[1]) not in made:
            for clause in _clauses(altered[2]):
                found += [f"{clause}: {fault}" for fault in _faults(clause)]
        elif TAKEN.match(statement) or (not altered and re.match(r"ALTER .*\bRENAME\b", statement, re.IGNORECASE)):
            found.append(f"{statement}: {READ_STILL}")
        elif (index := UNIQUE.match(statement)) and _bare(index[1]) not in made:
            found.append(f"{statement}: {TIGHTER}")
        elif (
            (trigger := TRIGGER.match(statement))
            and _bare(trigger[2]) not in made
            and raising.get(_bare(trigger[3]), True)
        ):
            found.append(f"trigger {trigger[1]}: {TIGHTER}")
    return found


def _faults(clause: str) -> Iterator[str]:
    if GUARD.match(clause) or NARROWER.match(clause):
        yield TIGHTER
    elif COLUMN.match(clause):
        if NOT_NULL.search(clause) and not FILLED.search(clause):
            yield LEFT_OUT
    elif MOVED.match(clause) or (clause.upper().startswith("DROP ") and not LOOSER.match(clause)):
        yield READ_STILL


def _statements(text: str) -> list[str]:
    """Each on one line, without bodies of functions and without texts, whose words are no clauses."""
    text = re.sub(r"'(?:[^']|'')*'", "''", BODY.sub("''", text))
    return [" ".join(one.split()) for one in text.split(";") if one.strip()]


def _clauses(text: str) -> list[str]:
    """Between commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [one.strip() for one in [*parts, text[start:]]]


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip('"').lower()
