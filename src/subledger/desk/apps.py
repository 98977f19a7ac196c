from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "subledger.desk"
    label = "desk"
