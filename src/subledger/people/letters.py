"""Messages to the people of a company: invitations, and links to set a new password, which stand in them alone."""

from __future__ import annotations

from typing import Any

from subledger.kernel.sentences import say
from subledger.messages.kinds import Letter, MessageKind, Standard, Tag
from subledger.messages.services.outbox import send_given

from .models import Invitation

INVITATION = MessageKind(
    name="invitation",
    title=say("Invitation of a person"),
    tags=(
        Tag("PERSON_NAME", say("the name of whoever is invited"), "Ana Bianchi"),
        Tag("COMPANY_NAME", say("the name of your company"), "Example GmbH"),
        Tag("ROLE", say("the role that they are invited to"), "Accountant"),
        Tag("INVITATION_LINK", say("the link to join"), "https://books.example.com/invitation/…", opens=True),
    ),
    standard={
        "en": Standard(
            "Join #COMPANY_NAME on Subledger",
            "Hello #PERSON_NAME,\n\n#COMPANY_NAME invites you to work with its books as #ROLE.\n\nJoin here, within "
            "seven "
            "days:\n#INVITATION_LINK\n\nYou choose your own password. Nobody else ever knows it.\n",
        ),
        "de": Standard(
            "Einladung zu #COMPANY_NAME auf Subledger",
            "Guten Tag #PERSON_NAME,\n\n#COMPANY_NAME lädt Sie ein, als #ROLE mit ihren Büchern zu "
            "arbeiten.\n\nNehmen Sie "
            "die Einladung innerhalb von sieben Tagen hier an:\n#INVITATION_LINK\n\nIhr Passwort wählen Sie selbst. "
            "Niemand sonst erfährt es.\n",
        ),
        "it": Standard(
            "Invito a #COMPANY_NAME su Subledger",
            "Buongiorno #PERSON_NAME,\n\n#COMPANY_NAME La invita a lavorare con i suoi libri come #ROLE.\n\nAccetti "
            "qui, "
            "entro sette giorni:\n#INVITATION_LINK\n\nSceglie Lei la Sua password: nessun altro la conoscerà.\n",
        ),
        "el": Standard(
            "Πρόσκληση από #COMPANY_NAME στο Subledger",
            "Γεια σας #PERSON_NAME,\n\nη #COMPANY_NAME σας προσκαλεί να εργαστείτε με τα βιβλία της ως "
            "#ROLE.\n\nΑποδεχτείτε "
            "εδώ, εντός επτά ημερών:\n#INVITATION_LINK\n\nΕπιλέγετε εσείς τον κωδικό σας. Κανείς άλλος δεν τον "
            "μαθαίνει.\n",
        ),
    },
    essential=True,
    opens_logins=True,
)
PASSWORD = MessageKind(
    name="password_link",
    title=say("Link to set a new password"),
    tags=(
        Tag("USERNAME", say("the login that it is for"), "ana"),
        Tag(
            "PASSWORD_LINK",
            say("the link to set a new password"),
            "https://books.example.com/new-password/…",
            opens=True,
        ),
    ),
    standard={
        "en": Standard(
            "A new password for Subledger",
            "Somebody, we hope you, asked for a new password for #USERNAME.\n\nSet it here, within the hour:\n"
            "#PASSWORD_LINK\n\nIf it was not you, leave this alone: nothing changes. Your administrator sees that it "
            "was "
            "asked for.\n",
        ),
        "de": Standard(
            "Ein neues Passwort für Subledger",
            "Jemand, hoffentlich Sie, hat ein neues Passwort für #USERNAME angefordert.\n\nLegen Sie es innerhalb "
            "einer "
            "Stunde hier fest:\n#PASSWORD_LINK\n\nWaren Sie es nicht, ignorieren Sie diese Nachricht: Es ändert sich "
            "nichts. Ihre Verwaltung sieht, dass es angefordert wurde.\n",
        ),
        "it": Standard(
            "Una nuova password per Subledger",
            "Qualcuno, speriamo Lei, ha chiesto una nuova password per #USERNAME.\n\nLa imposti qui, entro un'ora:\n"
            "#PASSWORD_LINK\n\nSe non è stato Lei, ignori questo messaggio: non cambia nulla. L'amministratore vede la "
            "richiesta.\n",
        ),
        "el": Standard(
            "Νέος κωδικός για το Subledger",
            "Κάποιος, ελπίζουμε εσείς, ζήτησε νέο κωδικό για #USERNAME.\n\nΟρίστε τον εδώ, εντός μίας ώρας:\n"
            "#PASSWORD_LINK\n\nΑν δεν ήσασταν εσείς, αγνοήστε το μήνυμα: τίποτα δεν αλλάζει. Ο διαχειριστής σας βλέπει "
            "ότι ζητήθηκε.\n",
        ),
    },
    essential=True,
    opens_logins=True,
)
KINDS = (INVITATION, PASSWORD)


def send_invitation(*, invitation: Invitation, company: str, link: str, actor: str) -> None:
    """Mail an invitation to its address, in the company in scope."""
    letter = Letter(
        record=invitation,
        name=invitation.name or invitation.email,
        object_type="invitation",
        object_id=invitation.pk,
        address=invitation.email,
        addressee=invitation.name,
    )
    values = {
        "PERSON_NAME": invitation.name,
        "COMPANY_NAME": company,
        "ROLE": invitation.role.name,
        "INVITATION_LINK": link,
    }
    send_given(kind=INVITATION.name, letter=letter, values=values, once=str(invitation.pk), actor=actor)


def send_password_link(*, user: Any, membership_id: int, link: str, once: str) -> None:
    """Mail a link to set a new password, in the scope of a company that the person works for."""
    letter = Letter(
        record=user,
        name=user.get_username(),
        object_type="membership",
        object_id=membership_id,
        address=user.email,
        addressee=user.get_full_name(),
    )
    values = {"USERNAME": user.get_username(), "PASSWORD_LINK": link}
    send_given(kind=PASSWORD.name, letter=letter, values=values, once=once, actor="system")
