from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "subledger.gateways"
    label = "gateways"

    def ready(self) -> None:
        from subledger.accounts import terminating, ways

        from .entries import register
        from .queries import keeper_of, under_way_on

        register()
        ways.keepers.append(keeper_of)
        terminating.reporters.append(under_way_on)
