from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "subledger.documents"
    label = "documents"
