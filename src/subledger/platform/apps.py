from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "subledger.platform"
    label = "platform"
