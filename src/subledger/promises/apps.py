from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "subledger.promises"
    label = "promises"
