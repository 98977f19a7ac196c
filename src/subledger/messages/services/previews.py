"""What a template says of a record or of a sample, for whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.messages.kinds import Letter, MessageKind, kind_named
from subledger.messages.models import MessageTemplate
from subledger.messages.rules.drafts import shown, shown_html
from subledger.messages.rules.templates import filled, one_line, spelt_out, tags_in
from subledger.messages.tables import check_template
from subledger.platform.callers import demand

from .composition import compose, link_words, of_days

# Of a sample nobody is told; it only has to be an address.
NOBODY = "name@example.com"
TEMPLATES = "message_templates"  # as the API shows them


@dataclass(frozen=True, slots=True)
class Preview:
    language: str
    subject: str
    body: str
    html: str


def preview(*, template_id: int, about: str = "", site: str = "") -> Preview:
    """What a template says: of the record with the number or public id ``about``, else of a sample. ``site`` is the
    address that links would have.

    Raises:
        NotFound: the template, or the record.
    """
    demand(f"view:{TEMPLATES}")
    template = MessageTemplate.objects.filter(pk=template_id).first()
    if template is None:
        raise NotFound(MessageTemplate, template_id)
    return preview_of(template, about=about, site=site)


def preview_of(template: MessageTemplate, *, about: str = "", site: str = "") -> Preview:
    """What a template says that is being written, and may not be kept yet. As `preview`; UnknownTags."""
    check_template(template)
    kind = kind_named(template.kind)
    if not about or kind.read is None:
        values = kind.sample()
        body = spelt_out(template.body, kind.sentences(tags_in(template.body), None, template.language))
        return _shown(template, filled(template.subject, values), filled(body, values))
    demand(f"view:{kind.resource}")
    letter = replace(of_days(kind, _record(kind, about)), site=site or settings.PUBLIC_URL or "")
    letter = letter.to(letter.address)
    written = compose(
        kind=kind, letter=letter, template=template, recipient=letter.address or NOBODY, attaches=False
    ).written
    return _shown(template, written.subject, written.body)


def _record(kind: MessageKind, about: str) -> Letter:
    """By its number, or by its id."""
    assert kind.read is not None
    named = kind.numbered(about.strip()) if kind.numbered is not None else None
    if named is not None:
        return kind.read(named)
    try:
        return kind.read(ids.decode(about.rpartition("_")[0], about.strip()))
    except ValueError:
        raise NotFound("record", about, param="/about") from None


def _shown(template: MessageTemplate, subject: str, body: str) -> Preview:
    subject = one_line(subject)
    words = link_words(template.language)
    html = shown_html(body, words, subject=subject, language=template.language)
    return Preview(template.language, subject, shown(body, words), html)
