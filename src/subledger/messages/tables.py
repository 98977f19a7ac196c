"""What people configure of messages: templates, and how the company writes."""

from __future__ import annotations

from subledger.companies.models import Company
from subledger.kernel.email_addresses import trouble_with
from subledger.kernel.languages import LANGUAGES
from subledger.kernel.sentences import say
from subledger.platform.configuration import (
    CODE,
    DESCRIPTION,
    IN_USE,
    NAME,
    Change,
    ConfigurationField,
    ConfigurationTable,
    Default,
    FieldKind,
    Words,
)

from .errors import AddressInvalid, SenderNotAllowed, TemplateUnfit, UnknownTags
from .kinds import NOTHING, kind_named, kinds
from .models import MessageSettings, MessageTemplate
from .rules.templates import foreign_in, links_joined_in, tags_in, unknown_tags
from .senders import domains_of, may_send_as

CONFIGURE = "messages.configure"
# A key has one of them alone: who words a template does not say where answers go.
WORDING, SETTING = f"{CONFIGURE}:templates", f"{CONFIGURE}:settings"


def _template(change: Change) -> None:
    check_template(change.row)


def check_template(row: MessageTemplate) -> None:
    """Every tag is one that somebody fills, and what opens something stands in the body, apart from all other words.

    Raises:
        UnknownTags; AttachmentInvalid; TemplateUnfit: the kind is worded by nobody.
    """
    kind = kind_named(row.kind)
    if kind.opens_logins:
        raise TemplateUnfit(
            say(
                "“{title}” lets somebody in, so every company sends it in the same words. Choose another kind.",
                title=kind.title,
            ),
            param="/kind",
        )
    known = [tag.name for tag in kind.tags]
    for field, text in (("subject", row.subject), ("body", row.body)):
        foreign = foreign_in(text)
        if foreign:
            raise UnknownTags(
                say(
                    "“{foreign}” is how other programs write what they fill in, and customers would read it as it "
                    "stands. Write a tag in capital letters after #, such as #{tag}.",
                    foreign=foreign,
                    tag=known[0],
                ),
                param=f"/{field}",
            )
        unknown = unknown_tags(text, known)
        if unknown:
            name, near = unknown[0]
            hint = (
                say("Did you mean #{near}?", near=near)
                if near
                else say("The tags are: {tags}.", tags=", ".join(f"#{each}" for each in known))
            )
            raise UnknownTags(
                say(
                    "#{name} is no tag of “{title}”. {hint} Write ##{name} where you mean the text itself.",
                    name=name,
                    title=kind.title,
                    hint=hint,
                ),
                param=f"/{field}",
            )
    misplaced = next((name for name in tags_in(row.subject) if kind.tag_named(name).is_of_body), "")
    if misplaced:
        said = (
            say("#{opening} is a link: it stands in the body, not in the subject. Move it.", opening=misplaced)
            if kind.tag_named(misplaced).opens
            else say("#{name} is a sentence: it stands in the body, not in the subject. Move it.", name=misplaced)
        )
        raise UnknownTags(said, param="/subject")
    joined = next((name for name in links_joined_in(row.body) if name in known and kind.tag_named(name).opens), "")
    if joined:
        raise UnknownTags(
            say(
                "#{opening} is a whole link, and nothing may touch it: it would lead elsewhere. Put a blank or a line "
                "break before and after it.",
                opening=joined,
            ),
            param="/body",
        )
    kind.chosen_attachment(row.attachment, param="/attachment")
    if not row.body.strip():
        raise UnknownTags(say("The message says nothing. Write its body."), param="/body")


def _settings(change: Change) -> None:
    change.row.sender = change.row.sender.strip()
    trouble = trouble_with(change.row.sender) if change.row.sender else ""
    if trouble:
        raise AddressInvalid(change.row.sender, trouble, param="/sender")
    code = Company.objects.get(pk=change.row.company_id).code
    if change.row.sender and not may_send_as(change.row.sender, code=code):
        raise SenderNotAllowed(change.row.sender, domains_of(code))
    trouble = trouble_with(change.row.reply_to) if change.row.reply_to else ""
    if trouble:
        raise AddressInvalid(change.row.reply_to, trouble, param="/reply_to")


def _attachments() -> list[tuple[str, str]]:
    """What any kind may attach."""
    found = {one.name: one.title for kind in kinds().values() for one in kind.attachments}
    return [(NOTHING, say("Nothing")), *found.items()]


def _kinds() -> list[tuple[str, str]]:
    return [(kind.name, kind.title) for kind in kinds().values() if not kind.opens_logins]


def _languages() -> list[tuple[str, str]]:
    return list(LANGUAGES.items())


TEMPLATES = ConfigurationTable(
    model=MessageTemplate,
    name="message_templates",
    title=say("Message templates"),
    noun=say("message template"),
    about=say("What e-mail says, by kind and language."),
    note=say("Plain text; ``#TAGS`` of the kind stand for values. Unknown tags are refused."),
    group=say("Messages"),
    position=45,
    permission=WORDING,
    tag=say("Messages"),
    fields=(
        NAME,
        CODE,
        ConfigurationField(
            name="kind", kind=FieldKind.CHOICE, vocabulary=_kinds,
            is_filter=True,
        ),
        ConfigurationField(name="language", kind=FieldKind.CHOICE, vocabulary=_languages, is_filter=True),
        ConfigurationField(name="subject", completions=lambda: _tags(of_body=False)),
        ConfigurationField(
            name="body", help=say("Plain text. Type # for what stands in for values."), rows=14,
            completions=lambda: _tags(of_body=True),
        ),
        ConfigurationField(
            name="attachment", label=say("Attach"), kind=FieldKind.CHOICE, vocabulary=_attachments,
            help=say("The document that the message tells of; messages that tell of none have nothing to "
"attach."),
        ),
        ConfigurationField(
            name="is_default", label=say("Standard"),
            help=say("What is used where nobody chooses, for this kind and language."),
        ),
        DESCRIPTION,
        IN_USE,
    ),
    columns=("name", "code", "kind", "language", "is_default", "is_active"),
    sort="kind",
    default=Default(within=("kind", "language")),
    guard=_template,
    words={
        "message_template_one_default": Words(
            say("Another template became the standard one just now. Look again."), field="is_default"
        )
    },
)  # fmt: skip

SETTINGS = ConfigurationTable(
    model=MessageSettings,
    name="message_settings",
    title=say("Message settings"),
    noun=say("message settings"),
    about=say("In which language, and what is sent by itself."),
    group=say("Messages"),
    position=46,
    permission=SETTING,
    is_single=True,
    tag=say("Messages"),
    fields=(
        ConfigurationField(
            name="language", kind=FieldKind.CHOICE, vocabulary=_languages,
            help=say("Where a recipient's is not known or has no template."),
        ),
        ConfigurationField(
            name="sender", label=say("Sent from"),
            help=say("An address of a domain that this installation sends for. Empty: the installation's own sender, "
"under your company's name."),
        ),
        ConfigurationField(
            name="reply_to", label=say("Answers go to"), help=say("The sender's address if left empty."),
        ),
        ConfigurationField(
            name="automatic", label=say("Sent automatically"), kind=FieldKind.WORDS,
            vocabulary=lambda: [
                (k.name, say("{kind}: {when}", kind=k.title, when=k.automatic)) for k in kinds().values() if k.automatic
            ],
        ),
    ),
    columns=("language", "reply_to", "automatic"),
    guard=_settings,
    sort="language",
)  # fmt: skip


def _tags(*, of_body: bool) -> dict[str, list[tuple[str, str]]]:
    """The tags of each kind, with what stands in for them."""
    return {
        kind.name: [(tag.name, tag.about) for tag in kind.tags if of_body or not tag.is_of_body]
        for kind in kinds().values()
    }


TABLES = (TEMPLATES, SETTINGS)
