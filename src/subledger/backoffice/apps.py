from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "subledger.backoffice"
    label = "backoffice"
