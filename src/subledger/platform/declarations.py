"""What rooms declare in types that stand above this floor: a base each, so that a list of a room holds one type.

Whoever reads such a list stands where the type does, and asks for it by that type (`rooms.declared`). What is no such
declaration is refused by mypy, and at start.
"""

from __future__ import annotations


class Declaration:
    """Something that a room declares under a name which no other of its type has, in any room."""

    __slots__ = ()

    name: str


class ReportDeclaration(Declaration):
    """Base of `report_kit.tables.Report`."""

    __slots__ = ()


class MonthEndDeclaration(Declaration):
    """Base of `journal.month_end.MonthEndItem`."""

    __slots__ = ()


class ImportDeclaration(Declaration):
    """Base of `import_kit.kinds.ImportKind`."""

    __slots__ = ()


class RunDeclaration(Declaration):
    """Base of `runs.kinds.RunKind`."""

    __slots__ = ()


class ConsequenceDeclaration(Declaration):
    """Base of `transactions.consequences.Consequence`."""

    __slots__ = ()


class AgreedDaysDeclaration(Declaration):
    """Base of `transactions.agreed_days.AgreedDays`."""

    __slots__ = ()


class ListenerDeclaration(Declaration):
    """Base of `listeners.Listener`, which stands on the table of events."""

    __slots__ = ()


class AttachableDeclaration(Declaration):
    """Base of `attachments.attachable.Attachable`."""

    __slots__ = ()


class MadeKindDeclaration(Declaration):
    """Base of `idempotency.MadeKind`."""

    __slots__ = ()


class DocumentDeclaration(Declaration):
    """Base of `documents.kinds.DocumentKind`."""

    __slots__ = ()


class MessageDeclaration(Declaration):
    """Base of `messages.kinds.MessageKind`."""

    __slots__ = ()


class MessageTagsDeclaration(Declaration):
    """Base of `messages.kinds.MoreTags`."""

    __slots__ = ()


class MessageHoldDeclaration(Declaration):
    """Base of `messages.holds.MessageHold`."""

    __slots__ = ()
