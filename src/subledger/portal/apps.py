from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "subledger.portal"
    label = "portal"
