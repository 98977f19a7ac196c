from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "subledger.gateways"
    label = "gateways"

    def ready(self) -> None:
        from subledger.accounts import ways

        from .queries import keeper_of

        ways.keepers.append(keeper_of)
