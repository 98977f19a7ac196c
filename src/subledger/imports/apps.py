from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "subledger.imports"
    label = "imports"
