from django.apps import AppConfig


class ToysConfig(AppConfig):
    name = "subledger.toys"
    label = "toys"
