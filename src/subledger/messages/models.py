from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from subledger.companies.owned import Catalogue, Owned, one_of
from subledger.kernel.kept_sentences import recalled
from subledger.platform.fields import Digest, Record
from subledger.platform.scope import ScopedManager

from .states import MessageState, SuppressionReason


class MessageTemplate(Catalogue):
    """Subject and body of a kind of message in a language, with ``#TAGS``."""

    PREFIX = "mtp"

    kind = models.CharField(max_length=40)  # that some room declares
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    attachment = models.CharField(max_length=20, default="none", db_default="none")  # one that the kind has
    is_default = models.BooleanField(default=False)

    class Meta(Catalogue.Meta):
        verbose_name = "message template"
        constraints = [
            models.UniqueConstraint("company", "code", name="message_template_code"),
            models.UniqueConstraint(
                "company", "kind", "language", condition=Q(is_default=True), name="message_template_one_default"
            ),
        ]

    def clean(self) -> None:
        self.body = self.body.replace("\r\n", "\n").strip()  # as browsers send it, and as programs do


class MessageSettings(Owned):
    """How a company writes: always one row."""

    PREFIX = "mst"

    language = models.CharField(max_length=10, default="en")  # where a recipient's is not known, or has no template
    sender = models.CharField(max_length=320, blank=True, default="", db_default="")  # the operator's where it is empty
    reply_to = models.CharField(max_length=320, blank=True)
    automatic = ArrayField(models.CharField(max_length=40), default=list)  # kinds that are sent by themselves

    class Meta:
        verbose_name = "message settings"
        constraints = [models.UniqueConstraint("company", name="message_settings_one")]

    def __str__(self) -> str:
        return "Message settings"


class Message(Owned):
    """One e-mail to one address: as it was, or will be, sent."""

    PREFIX = "msg"

    kind = models.CharField(max_length=40)
    template = models.ForeignKey(MessageTemplate, models.PROTECT, null=True, related_name="+")
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)  # of what it tells of
    about = models.CharField(max_length=120, blank=True)  # what that was called
    concerns = ArrayField(models.BigIntegerField(), default=list)  # ids of all on whose pages it is listed
    key = models.CharField(max_length=300)  # what is sent once
    level = models.SmallIntegerField(default=0)
    resends = models.OneToOneField("self", models.PROTECT, null=True, related_name="resent_as")
    language = models.CharField(max_length=10)
    recipient = models.CharField(max_length=320)
    addressee = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    sealed = models.TextField(blank=True)  # what is put in when it leaves; emptied then
    state = models.CharField(max_length=12, default=MessageState.QUEUED)
    trouble = models.TextField(blank=True)  # why it was not sent, or not yet
    # What of its files is not printed as it was written, a line each.
    warnings = models.TextField(blank=True, default="", db_default="")
    sentences = models.JSONField(default=dict, db_default={})  # of both: how they are said in other languages
    tries = models.SmallIntegerField(default=0)
    unreached_since = models.DateTimeField(null=True)  # while it waits because the mail server is away
    send_at = models.DateTimeField(null=True)  # null: never any more
    touched_at = models.DateTimeField()  # by whoever sends it
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.TextField()
    request_id = models.CharField(max_length=128, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "key", name="message_once"),
            one_of("state", MessageState, name="message_state"),
        ]
        indexes = [
            models.Index(fields=["send_at"], name="message_due", condition=Q(send_at__isnull=False)),
            models.Index(fields=["company", "-id"], name="message_latest"),
            models.Index(
                fields=["company", "unreached_since"],
                name="message_unreached",
                condition=Q(unreached_since__isnull=False),
            ),
            GinIndex("concerns", name="message_concerns"),
            # What a key begins with is looked up however the database sorts: the unique index serves that in C alone.
            models.Index(
                fields=["company", "key"], name="message_key_root", opclasses=["int8_ops", "varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def was_not_taken(self) -> bool:
        """Whether it was tried, or the mail server was away when it was to be, and it waits for another try."""
        return self.state == MessageState.QUEUED and bool(self.tries or self.unreached_since)

    @property
    def why(self) -> str:
        """Its ``trouble``, for whoever reads it in their language."""
        return recalled(self.trouble, self.sentences)

    @property
    def cautions(self) -> list[str]:
        """Its ``warnings``, likewise."""
        return [recalled(text, self.sentences) for text in self.warnings.splitlines()]


class FileContent(Owned):
    """The bytes of a file that went out, once by their digest."""

    PREFIX = "fco"

    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "sha256", name="file_content_once"),
            models.CheckConstraint(condition=Q(sha256=Digest(F("content"))), name="file_content_sha256"),
        ]


class MessageAttachment(Record):
    """A file that goes with a message, kept as it was sent."""

    PREFIX = "mat"

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    position = models.SmallIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    file = models.ForeignKey(FileContent, models.PROTECT, related_name="+")

    objects = ScopedManager("message__company_id")
    unscoped = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint("message", "position", name="message_attachment_place")]


class Suppression(Owned):
    """An address that gets no mail, until a person lifts it."""

    PREFIX = "sup"

    address = models.CharField(max_length=320)
    identity = models.CharField(max_length=320)  # what its spellings share
    reason = models.CharField(max_length=12)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.TextField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "company", "identity", condition=Q(lifted_at__isnull=True), name="suppression_one_in_force"
            ),
            one_of("reason", SuppressionReason, name="suppression_reason"),
        ]

    def __str__(self) -> str:
        return self.address
