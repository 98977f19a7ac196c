from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "subledger.journal"
    label = "journal"
