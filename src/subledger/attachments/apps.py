from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "subledger.attachments"
    label = "attachments"
