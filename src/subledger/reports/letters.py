"""A message to whoever may close the books: a check that came by its schedule found them broken."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from subledger.companies.models import Company, Membership
from subledger.kernel.errors import DomainError
from subledger.messages.kinds import Letter, MessageKind, Standard, Tag
from subledger.messages.services.outbox import send_given
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts

CLOSES_BOOKS = "journal.close"
NAMED = 20  # rules that a message names

logger = logging.getLogger(__name__)

BOOKS_BROKEN = MessageKind(
    name="books_broken",
    title="The check of the books found faults",
    tags=(
        Tag("PERSON_NAME", "the name of whoever is told", "Ana Bianchi"),
        Tag("COMPANY_NAME", "the name of your company", "Example GmbH"),
        Tag("RUN_NAME", "the name of the check, as its definition says it", "Nightly check"),
        Tag("AS_OF", "the day of the check", "2026-05-20"),
        Tag("BROKEN_RULES", "a line for each rule that is broken", "entries-balance: 2 of 1,204 break it."),
    ),
    standard={
        "en": Standard(
            "The books of #COMPANY_NAME need a look",
            "Hello #PERSON_NAME,\n\n“#RUN_NAME” of #AS_OF found rules of the books "
            "broken:\n\n#BROKEN_RULES\n\nThe page of the run, under Runs, names the rows. "
            "Do not close a month before it is understood: “When a check fails” in the handbook says what to do.\n",
        ),
        "de": Standard(
            "Die Bücher von #COMPANY_NAME brauchen einen Blick",
            "Guten Tag #PERSON_NAME,\n\n„#RUN_NAME“ vom #AS_OF hat verletzte Regeln der Bücher "
            "gefunden:\n\n#BROKEN_RULES\n\nDie Seite des Laufs unter „Runs“ nennt die Zeilen. "
            "Schließen Sie keinen Monat ab, bevor es geklärt ist: "
            "„When a check fails“ im Handbuch sagt, wie es weitergeht.\n",
        ),
        "it": Standard(
            "I libri di #COMPANY_NAME vanno guardati",
            "Buongiorno #PERSON_NAME,\n\n“#RUN_NAME” del #AS_OF ha trovato regole dei libri non "
            "rispettate:\n\n#BROKEN_RULES\n\nLa pagina dell'esecuzione, sotto “Runs”, nomina le righe. Non "
            "chiuda un mese prima che sia chiarito: “When a check fails” nel manuale dice che cosa fare.\n",
        ),
        "el": Standard(
            "Τα βιβλία της #COMPANY_NAME χρειάζονται έλεγχο",
            "Γεια σας #PERSON_NAME,\n\nο έλεγχος «#RUN_NAME» της #AS_OF βρήκε κανόνες των βιβλίων που "
            "παραβιάζονται:\n\n#BROKEN_RULES\n\nΗ σελίδα της εκτέλεσης, στο «Runs», ονομάζει τις γραμμές. "
            "Μην κλείσετε μήνα πριν διευκρινιστεί: το «When a check fails» στο εγχειρίδιο λέει τι να κάνετε.\n",
        ),
    },
    essential=True,
)
KINDS = (BOOKS_BROKEN,)


def tell_of_broken_books(*, facts: RunFacts, broken: Mapping[str, str]) -> int:
    """Mail everybody who may close the books what is broken, by rule; how many were written to.

    Who has no address, or one that cannot be written to, is left out: the run says it all in any case.
    """
    company = Company.objects.get(pk=current_company_id())
    lines = [f"{rule}: {detail}" for rule, detail in broken.items()][:NAMED]
    if len(broken) > NAMED:
        lines.append(f"… +{len(broken) - NAMED}")
    told = 0
    for member in Membership.objects.select_related("user", "role").order_by("pk"):
        if not (member.user.is_active and member.user.email and CLOSES_BOOKS in member.role.permissions):
            continue
        name = member.user.get_full_name() or member.user.get_username()
        letter = Letter(
            record=member,
            name=facts.name,
            object_type="run",
            object_id=facts.run_id,
            address=member.user.email,
            addressee=name,
        )
        values = {
            "PERSON_NAME": name,
            "COMPANY_NAME": company.name,
            "RUN_NAME": facts.name,
            "AS_OF": facts.as_of.isoformat(),
            "BROKEN_RULES": "\n".join(lines),
        }
        try:
            once = f"{facts.run_id}:{member.pk}"
            send_given(kind=BOOKS_BROKEN.name, letter=letter, values=values, once=once, actor=facts.actor)
        except DomainError as refusal:
            logger.error("books_check run_id=%s: nobody could be told: %s", facts.run_id, refusal)
            continue
        told += 1
    return told
