from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "subledger.api"
    label = "api"
