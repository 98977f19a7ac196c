"""What a company begins with: settings, and a standard template of each kind in each language that the kind is
written in."""

from __future__ import annotations

from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import said
from subledger.platform.scope import current_company_id

from .kinds import NOTHING, MessageKind
from .models import MessageSettings, MessageTemplate


def _settings(actor: str) -> None:
    MessageSettings.objects.get_or_create(company_id=current_company_id())


def standard_templates(kinds: tuple[MessageKind, ...]) -> None:
    """Make the standard templates of a room's kinds, in the company in scope."""
    MessageTemplate.objects.bulk_create(
        [
            MessageTemplate(
                company_id=current_company_id(),
                code=f"{kind.name}-{language}",
                name=f"{said(kind.title)}, {LANGUAGES[language]}",
                kind=kind.name,
                language=language,
                subject=standard.subject,
                body=standard.body.strip(),
                attachment=kind.attachments[0].name if kind.attachments else NOTHING,
                is_default=True,
            )
            for kind in kinds
            if not kind.opens_logins
            for language, standard in kind.standard.items()
        ],
        ignore_conflicts=True,
    )


DEFAULTS = {"message settings": _settings}
