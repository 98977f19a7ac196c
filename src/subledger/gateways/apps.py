from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "subledger.gateways"
    label = "gateways"
