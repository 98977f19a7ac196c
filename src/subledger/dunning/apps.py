from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "subledger.dunning"
    label = "dunning"
