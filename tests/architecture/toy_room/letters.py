"""What the room writes to people, and what it adds to the messages of others."""

from __future__ import annotations

from subledger.kernel.errors import NotFound
from subledger.messages.holds import MessageHold
from subledger.messages.kinds import Letter, MessageKind, MoreTags, Standard, Tag

from .models import Toy


def toy_by_id(ident: int) -> Toy:
    """NotFound."""
    found = Toy.objects.filter(pk=ident).first()
    if found is None:
        raise NotFound(Toy, ident)
    return found


def _letter(ident: int) -> Letter:
    toy = toy_by_id(ident)
    return Letter(record=toy, name=toy.number, object_type="toy", object_id=toy.pk)


KINDS = (
    MessageKind(
        name="toy_came",
        title="A toy came",
        of="toy",
        resource="toys",
        tags=(Tag("TOY", "what it is called", "Bear", lambda letter: letter.record.name),),
        standard={"en": Standard("#TOY is here", "Come and see #TOY.")},
        read=_letter,
    ),
)
TOYS = Tag("TOYS", "how many there are", "3", lambda letter: str(Toy.objects.count()))
TAGS = (MoreTags(name="toys", of=frozenset({"invoice"}), tags=(TOYS,)),)
HOLDS = (
    MessageHold(
        name="toys that sleep",
        of="toy_came",
        reasons={"asleep": "it sleeps"},
        held=lambda idents: dict.fromkeys(
            Toy.objects.filter(pk__in=idents, number="").values_list("pk", flat=True), "asleep"
        ),
    ),
)
