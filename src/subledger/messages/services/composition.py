"""Messages before they are written: which template, to whom, and what it says then. Nothing here writes.

A link that opens something is made by nobody who only looks: where it will stand, the draft has a mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from subledger.attachments.models import Attachment as AttachedFile
from subledger.attachments.queries import attachments_of, content_of
from subledger.kernel.email_addresses import trouble_with
from subledger.kernel.errors import NotFound
from subledger.kernel.languages import ENGLISH, spoken
from subledger.messages import errors
from subledger.messages.kinds import Attached, Attachment, Letter, MessageKind, kind_named
from subledger.messages.models import Message, MessageTemplate
from subledger.messages.queries import settings_of_company, template_for
from subledger.messages.rules.drafts import Written, file_name, is_media_type, trouble_with_files
from subledger.messages.rules.templates import filled, held_back_in, one_line, tags_in

LINK_WORDS = "[a link that is made when the message is sent]"
SENT_LINK_WORDS = "[a link, which is not kept here]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as it would be sent now."""

    kind: MessageKind
    letter: Letter
    template: MessageTemplate
    written: Written
    files: Sequence[Attached] = ()
    opening: Mapping[str, str] | None = None  # what is given for the marks; None: made when it is written


def compose(
    *,
    kind: MessageKind,
    letter: Letter,
    template: MessageTemplate,
    recipient: str = "",
    attaches: bool | None = None,
    more: Sequence[Attached] = (),
    given: Mapping[str, str] | None = None,
) -> Draft:
    """What a template says of a record.

    Raises:
        AddressInvalid; NoRecipient; TemplateUnfit: it is of another kind; AttachmentInvalid.
    """
    if template.kind != kind.name:
        raise errors.TemplateUnfit(
            f"The template “{template.name}” is for “{kind_named(template.kind).title}”, and this is "
            f"“{kind.title}”. Choose one of that kind.",
            param="/template",
        )
    letter = replace(letter, language=template.language)  # money and days as that language writes them
    address = checked_address(recipient or letter.address, of=letter.addressee or letter.name or kind.title)
    files = _files(letter, _attachment(kind, template, attaches), more)
    values, opening = _values(kind, letter, template, given or {})
    written = Written(
        recipient=address,
        language=template.language,
        subject=one_line(filled(template.subject, values)),
        body=filled(template.body, values, held_back=[tag.name for tag in kind.tags if tag.opens]),
        files=tuple(one.name for one in files),
    )
    return Draft(
        kind=kind, letter=letter, template=template, written=written, files=files, opening=opening if given else None
    )


def standard_template(kind: MessageKind, language: str) -> MessageTemplate:
    """NoTemplate: no standard one is in use."""
    found = template_for(kind, language or settings_of_company().language)
    if found is None:
        raise errors.NoTemplate(kind.title)
    return found


def checked_address(address: str, *, of: str = "", param: str = "/recipient") -> str:
    """An address that mail can go to.

    Raises:
        NoRecipient: it is empty; AddressInvalid.
    """
    address = address.strip()
    if not address:
        raise errors.NoRecipient(of or "the recipient")
    trouble = trouble_with(address)
    if trouble:
        raise errors.AddressInvalid(address, trouble, param=param)
    return address


def language_of(asked: str, letter: Letter) -> str:
    """The language that a template is looked for in."""
    for each in (asked, letter.language, settings_of_company().language):
        if spoken(each):
            return spoken(each)
    return ENGLISH


def again(*, kind: MessageKind, old: Message, recipient: str, site: str) -> Draft:
    """A message that was sent, as it would be sent once more: it says what it said, whatever its template says now.

    Raises:
        NotFound: the record; AddressInvalid.
    """
    assert kind.read is not None
    assert old.object_id is not None
    assert old.template is not None
    letter = replace(kind.read(old.object_id), language=old.language, site=site)
    written = Written(
        recipient=checked_address(recipient or old.recipient, of=old.addressee or old.about),
        language=old.language,
        subject=old.subject,
        body=old.body,
    )
    return Draft(kind=kind, letter=letter, template=old.template, written=written)


def opened(draft: Draft) -> dict[str, str]:
    """What is put in where a draft has a mark: links are made now.

    Raises:
        LinkUnknown: nobody makes what a mark stands for.
    """
    made: dict[str, str] = {}
    for name in held_back_in(draft.written.body):
        if draft.opening is not None and name in draft.opening:
            made[name] = draft.opening[name]
            continue
        tag = next((one for one in draft.kind.tags if one.name == name), None)
        if tag is None or not tag.opens or tag.value is None:
            raise errors.LinkUnknown(name)
        made[name] = tag.value(draft.letter)
    return made


def _values(
    kind: MessageKind, letter: Letter, template: MessageTemplate, given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The values of the tags that a template uses: those that are read, and those that open something."""
    read: dict[str, str] = {}
    opening: dict[str, str] = {}
    for name in dict.fromkeys([*tags_in(template.subject), *tags_in(template.body)]):
        tag = kind.tag_named(name)
        if name in given:
            (opening if tag.opens else read)[name] = given[name]
        elif not tag.opens:
            read[name] = tag.value(letter) if tag.value is not None else ""
    return read, opening


def _attachment(kind: MessageKind, template: MessageTemplate, attaches: bool | None) -> Attachment | None:
    """What goes with it: what the template says, else the kind's first where somebody wants one."""
    if attaches is False:
        return None
    named = kind.attachment_named(template.attachment)
    return named or (next(iter(kind.attachments), None) if attaches else None)


def attached_files(letter: Letter, idents: Sequence[int]) -> list[Attached]:
    """Files that people attached to the record of a letter, or to what it concerns, in the order in which they are
    named.

    Raises:
        NotFound: one is not attached there.
    """
    if not idents:
        return []
    known = {row.pk: row for row in attachments_for(letter)}
    for ident in idents:
        if ident not in known:
            raise NotFound(AttachedFile, ident, param="/attachments")
    rows = [known[ident] for ident in dict.fromkeys(idents)]
    return [Attached(row.name, row.media_type, content_of(row)) for row in rows]


def attachments_for(letter: Letter) -> QuerySet[AttachedFile]:
    """What may go along with a letter, the latest first."""
    return attachments_of([letter.object_id, *letter.concerns])


def _files(letter: Letter, attachment: Attachment | None, more: Sequence[Attached]) -> tuple[Attached, ...]:
    files = [*([attachment.make(letter)] if attachment else []), *more]
    for made in files:
        if not is_media_type(made.media_type):
            raise errors.AttachmentInvalid(f"The file {made.name!r} says of no kind of file that it is one of it.")
    trouble = trouble_with_files([len(made.content) for made in files])
    if trouble:
        raise errors.AttachmentInvalid(trouble, param="/attachments" if more else "/attach")
    return tuple(Attached(file_name(made.name), made.media_type, made.content) for made in files)
