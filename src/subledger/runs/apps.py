from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "subledger.runs"
    label = "runs"
