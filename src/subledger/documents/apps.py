from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "subledger.documents"
    label = "documents"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from .kinds import kinds, write_kinds

        kinds()
        post_migrate.connect(write_kinds, sender=self)
