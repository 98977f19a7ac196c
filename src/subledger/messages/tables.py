"""What people configure of messages: templates, and how the company writes."""

from __future__ import annotations

from subledger.kernel.email_addresses import trouble_with
from subledger.kernel.languages import LANGUAGES
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

from .errors import AddressInvalid, AttachmentInvalid, UnknownTags
from .kinds import NOTHING, kind_named, kinds
from .models import MessageSettings, MessageTemplate
from .rules.templates import tags_in, unknown_tags

CONFIGURE = "messages.configure"


def _template(change: Change) -> None:
    """Every tag is one that somebody fills, and what opens something stands in the body alone."""
    row = change.row
    kind = kind_named(row.kind)
    known = [tag.name for tag in kind.tags]
    for field, text in (("subject", row.subject), ("body", row.body)):
        unknown = unknown_tags(text, known)
        if unknown:
            name, near = unknown[0]
            hint = (
                f"Did you mean #{near}?" if near else "The tags are: " + ", ".join(f"#{each}" for each in known) + "."
            )
            raise UnknownTags(
                f"#{name} is no tag of “{kind.title}”. {hint} Write ##{name} where you mean the text itself.",
                param=f"/{field}",
            )
    opening = [name for name in tags_in(row.subject) if kind.tag_named(name).opens]
    if opening:
        raise UnknownTags(
            f"#{opening[0]} is a link: it stands in the body, not in the subject. Move it.", param="/subject"
        )
    if row.attachment != NOTHING and kind.attachment_named(row.attachment) is None:
        possible = " or ".join(["nothing", *(one.title for one in kind.attachments)])
        raise AttachmentInvalid(
            f"“{kind.title}” has no such document to attach. Choose {possible}.", param="/attachment"
        )
    if not row.body.strip():
        raise UnknownTags("The message says nothing. Write its body.", param="/body")


def _settings(change: Change) -> None:
    trouble = trouble_with(change.row.reply_to) if change.row.reply_to else ""
    if trouble:
        raise AddressInvalid(change.row.reply_to, trouble, param="/reply_to")


def _attachments() -> list[tuple[str, str]]:
    """What any kind may attach."""
    found = {one.name: one.title for kind in kinds().values() for one in kind.attachments}
    return [(NOTHING, "Nothing"), *found.items()]


def _languages() -> list[tuple[str, str]]:
    return list(LANGUAGES.items())


TEMPLATES = ConfigurationTable(
    model=MessageTemplate,
    name="message_templates",
    title="Message templates",
    noun="message template",
    about="What e-mail says, by kind and language.",
    note="Plain text; ``#TAGS`` of the kind stand for values. Unknown tags are refused.",
    group="Messages",
    position=45,
    permission=CONFIGURE,
    tag="Messages",
    fields=(
        NAME,
        CODE,
        ConfigurationField(
            name="kind", kind=FieldKind.CHOICE, vocabulary=lambda: [(k.name, k.title) for k in kinds().values()],
            is_filter=True,
        ),
        ConfigurationField(name="language", kind=FieldKind.CHOICE, vocabulary=_languages, is_filter=True),
        ConfigurationField(name="subject", completions=lambda: _tags(opens=False)),
        ConfigurationField(
            name="body", help="Plain text. Type # for what stands in for values.", rows=14,
            completions=lambda: _tags(opens=True),
        ),
        ConfigurationField(
            name="attachment", label="Attach", kind=FieldKind.CHOICE, vocabulary=_attachments,
            help="The document that the message tells of; messages that tell of none have nothing to attach.",
        ),
        ConfigurationField(
            name="is_default", label="Standard", help="What is used where nobody chooses, for this kind and language."
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
            "Another template became the standard one just now. Look again.", field="is_default"
        )
    },
)  # fmt: skip

SETTINGS = ConfigurationTable(
    model=MessageSettings,
    name="message_settings",
    title="Message settings",
    noun="message settings",
    about="In which language, and what is sent by itself.",
    group="Messages",
    position=46,
    permission=CONFIGURE,
    is_single=True,
    tag="Messages",
    fields=(
        ConfigurationField(
            name="language", kind=FieldKind.CHOICE, vocabulary=_languages,
            help="Where a recipient's is not known or has no template.",
        ),
        ConfigurationField(name="reply_to", label="Answers go to", help="The sender's address if left empty."),
        ConfigurationField(
            name="automatic", label="Sent by itself", kind=FieldKind.WORDS,
            vocabulary=lambda: [(k.name, f"{k.title}: {k.automatic}") for k in kinds().values() if k.automatic],
        ),
    ),
    columns=("language", "reply_to", "automatic"),
    guard=_settings,
    sort="language",
)  # fmt: skip


def _tags(*, opens: bool) -> dict[str, list[tuple[str, str]]]:
    """The tags of each kind, with what stands in for them."""
    return {
        kind.name: [(tag.name, tag.about) for tag in kind.tags if opens or not tag.opens] for kind in kinds().values()
    }


TABLES = (TEMPLATES, SETTINGS)
