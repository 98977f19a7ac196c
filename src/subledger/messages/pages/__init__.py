"""Pages of messages: what was sent, sending, suppressed addresses; and what they add to the pages of records."""

from subledger.kernel.sentences import say
from subledger.messages.models import Message, Suppression
from subledger.page_kit.faces import Entry, Named, PageFace, Part, page
from subledger.page_kit.url_ids import page_url

from . import communication, event_words, mail_server, parts, previews, suppressions, views

BADGES = {
    "on_its_way": ("warn", "send"),
    "queued": ("warn", "hourglass"),
    "sending": ("warn", "hourglass"),
    "sent": ("good", "check"),
    "suppressed": ("quiet", "ban"),
    "bounced": ("bad", "x"),
}

PAGES = PageFace(
    paths=(
        page("messages/", views.MessagesPage, "messages"),
        page("messages/suppressed/", suppressions.SuppressionsPage, "suppressions"),
        page("messages/suppressed/new/", suppressions.SuppressionNewPage, "suppression_new"),
        page("messages/suppressed/<sup:suppression_id>/lift/", suppressions.SuppressionLiftPage, "suppression_lift"),
        page("messages/templates/words/", previews.TemplateWordsPage, "message_template_words"),
        page("messages/templates/<mtp:template_id>/preview/", previews.TemplatePreviewPage, "message_template_preview"),
        page("messages/try/", views.MessagesTryPage, "messages_try"),
        page("messages/test/", mail_server.MailTestPage, "mail_test"),
        page("messages/new/<slug:of>/<str:record>/", communication.MessageNewPage, "message_new"),
        page("messages/<msg:message_id>/", views.MessagePage, "message"),
        page("messages/<msg:message_id>/files/<int:position>/", views.MessageFilePage, "message_file"),
        page("messages/<msg:message_id>/resend/", views.MessageResendPage, "message_resend"),
        page("messages/<msg:message_id>/try/", views.MessageTryPage, "message_try"),
        page("messages/<msg:message_id>/bounced/", views.MessageBouncedPage, "message_bounced"),
    ),
    menu=(Entry(say("Sent mail"), "backoffice:messages", "mail", "view", say("Finance"), 145),),
    badges=BADGES,
    parts=(
        Part("transaction", "tables", 80, parts.messages_of),
        Part("account", "tables", 80, parts.messages_of),
        Part("home", "todo", 40, parts.todo),
        Part("message_template", "actions", 10, previews.actions),
        Part("message_template", "within", 10, previews.within),
        Part("message_settings", "actions", 10, mail_server.actions),
        Part("message_settings", "within", 10, mail_server.within),
    ),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.EVENT_LABELS,
    marks=event_words.MARKS,
    asked_as={"from": ("start",), "to": ("end",)},
    named={
        "message": Named(
            lambda idents: Message.objects.filter(pk__in=idents), str, lambda row: page_url("message", row.pk)
        ),
        "suppression": Named(lambda idents: Suppression.objects.filter(pk__in=idents), str),
    },
)
