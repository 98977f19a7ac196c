"""What a template says of a record or of a sample, for whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass

from subledger.kernel import ids
from subledger.kernel.errors import NotFound
from subledger.messages.kinds import Letter, kind_named
from subledger.messages.models import MessageTemplate
from subledger.messages.rules.drafts import shown, shown_html
from subledger.messages.rules.templates import filled, one_line
from subledger.platform.callers import demand

from .composition import LINK_WORDS, compose

# Of a sample nobody is told; it only has to be an address.
NOBODY = "name@example.com"


@dataclass(frozen=True, slots=True)
class Preview:
    language: str
    subject: str
    body: str
    html: str


def preview(*, template_id: int, about: str = "") -> Preview:
    """What a template says: of the record with the public id ``about``, else of a sample.

    Raises:
        NotFound: the template, or the record.
    """
    template = MessageTemplate.objects.filter(pk=template_id).first()
    if template is None:
        raise NotFound(MessageTemplate, template_id)
    kind = kind_named(template.kind)
    if not about or kind.read is None:
        values = kind.sample()
        return _shown(template, filled(template.subject, values), filled(template.body, values))
    demand(f"view:{kind.of}s")
    letter = _record(kind.read, about)
    letter = letter.to(letter.address)
    written = compose(
        kind=kind, letter=letter, template=template, recipient=letter.address or NOBODY, attaches=False
    ).written
    return _shown(template, written.subject, written.body)


def _record(read: object, about: str) -> Letter:
    prefix = about.rpartition("_")[0]
    try:
        ident = ids.decode(prefix, about.strip())
    except ValueError:
        raise NotFound("record", about, param="/about") from None
    found: Letter = read(ident)  # type: ignore[operator]
    return found


def _shown(template: MessageTemplate, subject: str, body: str) -> Preview:
    subject = one_line(subject)
    html = shown_html(body, LINK_WORDS, subject=subject, language=template.language)
    return Preview(template.language, subject, shown(body, LINK_WORDS), html)
