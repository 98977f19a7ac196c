"""Brings the catalogues of all rooms up to date, and names what is not said yet in a language.

A text that is new stands in its room's catalogue with an empty ``msgstr``; one that nobody says any more is gone. A
``msgstr`` is moved along with its text when that goes to another room.
"""

import sys

from subledger.kernel.languages import ENGLISH, PAGE_LANGUAGES

from .catalogues import renewed, write

unsaid = 0
for language in PAGE_LANGUAGES.keys() - {ENGLISH}:
    for room, catalogue in renewed(language).items():
        write(room, language, catalogue)
        for message in catalogue:
            if message.id and not message.string:
                unsaid += 1
                sys.stdout.write(f"{language} {room}: {message.id}\n")
sys.exit(1 if unsaid else 0)
