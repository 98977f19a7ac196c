"""The catalogues of rooms: what each holds by its sources, and how it is written."""

from __future__ import annotations

from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po

from subledger.kernel.sentences import OF

from .texts import ROOMS, rooms, texts_of_room

__all__ = ["known_as", "place_of", "renewed", "write"]


def place_of(room: str, language: str) -> Path:
    return ROOMS / room / "locale" / language / "LC_MESSAGES" / "django.po"


def renewed(language: str) -> dict[str, Catalog]:
    """By room, what its catalogue holds: each text in the lowest room that says it, at the files where it stands."""
    translated = _translated(language)
    at_home: dict[str, str] = {}
    catalogues = {}
    for room in rooms():
        catalogue = Catalog(locale=language, project="Subledger", fuzzy=False)
        for text, places in texts_of_room(room).items():
            if at_home.setdefault(text, room) == room:
                meant, _, alone = text.rpartition(OF)
                found = [(place, 0) for place in places]
                catalogue.add(alone, translated.get(text, ""), locations=found, context=meant or None)
        if len(catalogue):
            catalogues[room] = catalogue
    return catalogues


def known_as(message: Message) -> str:
    """A text of a catalogue as sentences have it: after of what it is meant, where it is of that alone."""
    return f"{message.context}{OF}{message.id}" if message.context else str(message.id)


def _translated(language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for place in ROOMS.glob(f"*/locale/{language}/LC_MESSAGES/django.po"):
        with place.open("rb") as source:
            texts |= {known_as(one): str(one.string) for one in read_po(source) if one.id and one.string}
    return texts


def write(room: str, language: str, catalogue: Catalog) -> None:
    place = place_of(room, language)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as target:
        write_po(target, catalogue, width=0, omit_header=True, include_lineno=False)
