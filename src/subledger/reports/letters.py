"""Messages to staff: a check that came by its schedule found faults; a file that somebody asked for is ready."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from subledger.companies.models import Company, Membership
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, Standard, Tag
from subledger.messages.services.outbox import send_given
from subledger.platform.scope import current_company_id
from subledger.runs.kinds import RunFacts
from subledger.runs.models import RunFile
from subledger.runs.services.files import KEPT

CLOSES_BOOKS = "journal.close"
NAMED = 20  # rules that a message names

logger = logging.getLogger(__name__)

BOOKS_BROKEN = MessageKind(
    name="books_broken",
    title=say("The check of the books found faults"),
    tags=(
        Tag("PERSON_NAME", say("the name of whoever is told"), "Ana Bianchi"),
        Tag("COMPANY_NAME", say("the name of your company"), "Example GmbH"),
        Tag("RUN_NAME", say("the name of the check, as its definition says it"), "Nightly check"),
        Tag("AS_OF", say("the day of the check"), "2026-05-20"),
        Tag("BROKEN_RULES", say("a line for each rule that is broken"), "entries-balance: 2 of 1,204 break it."),
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
FILE_READY = MessageKind(
    name="file_ready",
    title=say("A file is ready to download"),
    tags=(
        Tag("PERSON_NAME", say("the name of whoever asked for it"), "Ana Bianchi"),
        Tag("COMPANY_NAME", say("the name of your company"), "Example GmbH"),
        Tag("RUN_NAME", say("what was asked for"), "Transactions as XLSX"),
        Tag("FILE_NAME", say("the name of the file"), "transactions_example_2026-05-20.xlsx"),
        Tag("KEPT_UNTIL", say("the last day on which it can be downloaded"), "2026-06-19"),
    ),
    standard={
        "en": Standard(
            "#FILE_NAME is ready",
            "Hello #PERSON_NAME,\n\n“#RUN_NAME” of #COMPANY_NAME is ready: #FILE_NAME. The overview leads to it, under "
            "“Files ready to download”. It is kept until #KEPT_UNTIL.\n",
        ),
        "de": Standard(
            "#FILE_NAME ist fertig",
            "Guten Tag #PERSON_NAME,\n\n„#RUN_NAME“ von #COMPANY_NAME ist fertig: #FILE_NAME. Die Übersicht führt "
            "dorthin. Die Datei wird bis #KEPT_UNTIL aufbewahrt.\n",
        ),
        "it": Standard(
            "#FILE_NAME è pronto",
            "Buongiorno #PERSON_NAME,\n\n“#RUN_NAME” di #COMPANY_NAME è pronto: #FILE_NAME. Lo trova dalla pagina "
            "iniziale. Il file è conservato fino al #KEPT_UNTIL.\n",
        ),
        "el": Standard(
            "Το #FILE_NAME είναι έτοιμο",
            "Γεια σας #PERSON_NAME,\n\nτο «#RUN_NAME» της #COMPANY_NAME είναι έτοιμο: #FILE_NAME. Θα το βρείτε από "
            "την αρχική σελίδα. Το αρχείο φυλάσσεται έως #KEPT_UNTIL.\n",
        ),
    },
    essential=True,
)
KINDS = (BOOKS_BROKEN, FILE_READY)


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
        letter = _letter(facts, member)
        values = {
            "PERSON_NAME": letter.addressee,
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


def tell_of_file(*, facts: RunFacts, member: Membership, file: RunFile) -> None:
    """Mail a member that the file is there; who has no address finds it on the overview all the same."""
    if not member.user.email:
        return
    letter = _letter(facts, member)
    kept_until = (file.made_at + KEPT).astimezone(ZoneInfo(member.company.time_zone)).date()
    values = {
        "PERSON_NAME": letter.addressee,
        "COMPANY_NAME": member.company.name,
        "RUN_NAME": facts.name,
        "FILE_NAME": file.name,
        "KEPT_UNTIL": kept_until.isoformat(),
    }
    try:
        send_given(kind=FILE_READY.name, letter=letter, values=values, once=f"{file.pk}", actor=facts.actor)
    except DomainError as refusal:
        logger.error("list_file run_id=%s: nobody could be told: %s", facts.run_id, refusal)


def _letter(facts: RunFacts, member: Membership) -> Letter:
    return Letter(
        record=member,
        name=facts.name,
        object_type="run",
        object_id=facts.run_id,
        address=member.user.email,
        addressee=member.user.get_full_name() or member.user.get_username(),
    )
