"""Messages before they are written: which template, to whom, and what it says then. Nothing here writes.

A link that opens something is made by nobody who only looks: where it will stand, the draft has a mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType

from django.db.models import QuerySet

from subledger.attachments.models import Attachment as AttachedFile
from subledger.attachments.queries import attachments_of, content_of
from subledger.kernel.email_addresses import trouble_with
from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.languages import ENGLISH, spoken
from subledger.kernel.sentences import say
from subledger.messages import errors
from subledger.messages.kinds import NOTHING, Attached, Attachment, Letter, MessageKind, kind_named
from subledger.messages.models import Message, MessageAttachment, MessageTemplate
from subledger.messages.queries import settings_of_company, template_for
from subledger.messages.rules.drafts import Written, file_name, is_media_type, trouble_with_files
from subledger.messages.rules.templates import filled, held_back_in, one_line, spelt_out, tags_in
from subledger.platform.models import Event

# In the language of the message, as all that it says.
LINK_WORDS = {
    "en": "[a link that is made when the message is sent]",
    "de": "[ein Link, der beim Senden erstellt wird]",
    "it": "[un link che viene creato all'invio del messaggio]",
    "el": "[ένας σύνδεσμος που δημιουργείται κατά την αποστολή του μηνύματος]",
}
SENT_LINK = {
    "en": "[a link, which is not kept here]",
    "de": "[ein Link, der hier nicht aufbewahrt wird]",
    "it": "[un link che qui non viene conservato]",
    "el": "[ένας σύνδεσμος που δεν φυλάσσεται εδώ]",
}

Made = dict[tuple[str, str], Attached]  # by the attachment's name and the language


def link_words(language: str, *, is_sent: bool = False) -> str:
    """What stands for a link that opens something, in a message that people look at before or after it is sent."""
    words = SENT_LINK if is_sent else LINK_WORDS
    return words.get(spoken(language), words[ENGLISH])


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as it would be sent now."""

    kind: MessageKind
    letter: Letter
    template: MessageTemplate
    written: Written
    files: Sequence[Attached] = ()
    opening: Mapping[str, str] | None = None  # what is given for the marks; None: made when it is written
    is_anew: bool = False  # in place of one that was sent, and is true no more

    @property
    def warnings(self) -> list[str]:
        """What whoever sends it is to know first."""
        return [words for one in self.files for words in one.warnings]


def compose(
    *,
    kind: MessageKind,
    letter: Letter,
    template: MessageTemplate,
    recipient: str = "",
    attaches: bool | None = None,
    document: str = "",
    more: Sequence[Attached] = (),
    given: Mapping[str, str] | None = None,
    made: Made | None = None,
) -> Draft:
    """What a template says of a record. ``document`` is which of the kind's goes along (`kinds.NOTHING`: none), where
    somebody chose; else ``attaches`` says whether one does, and None leaves that to the template. ``made`` are files
    of the same record that others get, too.

    Raises:
        AddressInvalid; NoRecipient; TemplateUnfit: it is of another kind; AttachmentInvalid; MessageEmpty: nothing is
        left of it once its tags are filled.
    """
    if template.kind != kind.name:
        raise errors.TemplateUnfit(
            say(
                "The template “{name}” is for “{its_kind}”, and this is “{kind}”. Choose one of that kind.",
                name=template.name,
                its_kind=kind_named(template.kind).title,
                kind=kind.title,
            ),
            param="/template",
        )
    letter = read_in(letter, template.language)
    address = checked_address(recipient or letter.address, of=letter.addressee or letter.name or kind.title)
    files = _files(letter, _attachment(kind, template, attaches, document), more, made if made is not None else {})
    subject, body, opening = said_by(kind, letter, template, given or {})
    if not body.strip():
        raise errors.MessageEmpty(template.name or kind.title)
    written = Written(
        recipient=address,
        language=template.language,
        subject=subject,
        body=body,
        files=tuple(one.name for one in files),
        contents=tuple(sha256(one.content).hexdigest() for one in files),
    )
    return Draft(
        kind=kind, letter=letter, template=template, written=written, files=files, opening=opening if given else None
    )


def read_in(letter: Letter, language: str) -> Letter:
    """A letter in a language: money and days are as that language writes them, in the reader's country."""
    own = letter.language if spoken(letter.language) == language else language
    return replace(letter, language=language, locale=own)


def said_by(
    kind: MessageKind, letter: Letter, template: MessageTemplate, given: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, str, dict[str, str]]:
    """Subject and body of a template filled for a letter in its language, whoever it goes to, with marks where
    something is put in when it leaves; and what is given for those."""
    body = spelt_out(template.body, kind.sentences(tags_in(template.body), letter, template.language))
    values, opening = _values(kind, letter, f"{template.subject} {body}", given)
    held_back = [tag.name for tag in kind.tags if tag.opens]
    return one_line(filled(template.subject, values)), filled(body, values, held_back=held_back), opening


def of_days(kind: MessageKind, letter: Letter, start: date | None = None, end: date | None = None) -> Letter:
    """A letter with the days it tells of. Invalid: this kind tells of none; DayInvalid."""
    if kind.period is not None:
        return replace(letter, period=kind.period(letter, start, end))
    if start is None and end is None:
        return letter
    raise Invalid(
        say(
            "“{title}” tells of no period: a statement does. Leave its days out, or send a statement.", title=kind.title
        ),
        param="/from" if start is not None else "/to",
    )


def standard_template(kind: MessageKind, language: str) -> MessageTemplate:
    """What a kind says where nobody chooses. NoTemplate: no standard one is in use."""
    if kind.opens_logins:
        return _own_words(kind, language)
    found = template_for(kind, language or settings_of_company().language)
    if found is None:
        raise errors.NoTemplate(kind.title)
    return found


def _own_words(kind: MessageKind, language: str) -> MessageTemplate:
    """What a kind says itself, as a template that no company keeps."""
    wanted = (language, settings_of_company().language, ENGLISH)
    spoken_by_it = next(each for each in wanted if each in kind.standard)
    standard = kind.standard[spoken_by_it]
    return MessageTemplate(
        kind=kind.name, language=spoken_by_it, subject=standard.subject, body=standard.body.strip(), attachment=NOTHING
    )


def checked_address(address: str, *, of: str = "", param: str = "/recipient") -> str:
    """An address that mail can go to.

    Raises:
        NoRecipient: it is empty; AddressInvalid.
    """
    address = address.strip()
    if not address:
        raise errors.NoRecipient(of or say("the recipient"))
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
    """A message that was sent, as it would be sent once more: it says what it said, whatever its template says now; but
    where a sentence of how its record stands would be another by now, it is written anew, files and all.

    Raises:
        NotFound: the record, and whatever else reading it refuses; AddressInvalid.
    """
    assert kind.read is not None
    assert old.object_id is not None
    assert old.template is not None
    letter = replace(kind.read(old.object_id), language=old.language, site=site)
    if not _is_true_still(kind, letter, old):
        return _anew(kind, letter, old, recipient)
    written = Written(
        recipient=checked_address(recipient or old.recipient, of=old.addressee or old.about),
        language=old.language,
        subject=old.subject,
        body=old.body,
    )
    return Draft(kind=kind, letter=letter, template=old.template, written=written)


def _is_true_still(kind: MessageKind, letter: Letter, old: Message) -> bool:
    """Whether a message says what is true of its record by now. Of days that are over nothing changes; and which
    sentences it was made of, a template that was changed since does not tell."""
    assert old.template is not None
    if kind.period is not None or _is_changed_since(old, old.template):
        return True
    letter = read_in(letter.to(old.recipient), old.language)
    for tag in kind.tags:
        if tag.words is not None and tag.name in tags_in(old.template.body):
            sentence = MessageTemplate(kind=kind.name, language=old.language, body=f"#{tag.name}")
            if said_by(kind, letter, sentence)[1].strip() not in old.body:
                return False
    return True


def _is_changed_since(old: Message, template: MessageTemplate) -> bool:
    thing = str(MessageTemplate._meta.model_name)
    told = Event.objects.filter(object_type=thing, object_id=template.pk, type=f"{thing}.changed", pk__gt=old.pk)
    return told.exists()


def _anew(kind: MessageKind, letter: Letter, old: Message, recipient: str) -> Draft:
    """A message by the template of an old one, with the document that goes along if one did, and its other files."""
    assert old.template is not None
    address = recipient.strip() or old.recipient
    files = list(MessageAttachment.objects.select_related("file").filter(message=old).order_by("position"))
    draft = compose(
        kind=kind,
        letter=letter.to(address),
        template=old.template,
        recipient=address,
        attaches=None if files else False,
    )
    made = {one.name for one in draft.files}
    others = [Attached(one.name, one.media_type, bytes(one.file.content)) for one in files if one.name not in made]
    return replace(draft, files=(*draft.files, *others), is_anew=True)


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
    kind: MessageKind, letter: Letter, text: str, given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The values of the tags that a text uses: those that are read, and those that open something."""
    read: dict[str, str] = {}
    opening: dict[str, str] = {}
    for name in tags_in(text):
        tag = kind.tag_named(name)
        if name in given:
            (opening if tag.opens else read)[name] = given[name]
        elif not tag.opens:
            read[name] = tag.value(letter) if tag.value is not None else ""
    return read, opening


def _attachment(
    kind: MessageKind, template: MessageTemplate, attaches: bool | None, document: str
) -> Attachment | None:
    """What goes with it: what was chosen, else what the template says, else the kind's first where one is wanted."""
    if document:
        if attaches is not None and attaches is (document == NOTHING):
            raise errors.AttachmentInvalid(
                say("One says that a document goes along, and the other that none does. Leave one of them out."),
                param="/document",
            )
        return kind.chosen_attachment(document, param="/document")
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


def _files(letter: Letter, attachment: Attachment | None, more: Sequence[Attached], made: Made) -> tuple[Attached, ...]:
    files = [*([_made_once(letter, attachment, made)] if attachment else []), *more]
    for one in files:
        if not is_media_type(one.media_type):
            raise errors.AttachmentInvalid(
                say("The file {name!r} says of no kind of file that it is one of it.", name=one.name)
            )
    trouble = trouble_with_files([len(one.content) for one in files])
    if trouble:
        raise errors.AttachmentInvalid(trouble, param="/attachments" if more else "/attach")
    return tuple(replace(one, name=file_name(one.name)) for one in files)


def _made_once(letter: Letter, attachment: Attachment, made: Made) -> Attached:
    known = (attachment.name, letter.language)
    if known not in made:
        made[known] = attachment.make(letter)
    return made[known]
