from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "subledger.journal"
    label = "journal"

    def ready(self) -> None:
        from .entries import register

        register()
