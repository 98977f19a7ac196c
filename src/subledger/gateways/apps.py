from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "subledger.gateways"
    label = "gateways"

    def ready(self) -> None:
        from subledger.accounts import termination, ways
        from subledger.journal import closure
        from subledger.transactions import going_out
        from subledger.transactions.services.carriers import carry_with

        from .queries import keeper_of, leaving, paying_back, said_gone
        from .services.carrier import GatewayCarrier
        from .stranded import under_way_on
        from .unfinished import unfinished

        carry_with(GatewayCarrier())
        ways.keepers.append(keeper_of)
        closure.reporters.append(unfinished)
        termination.reporters.append(under_way_on)
        going_out.reporters.append(paying_back)
        going_out.namers.append(leaving)
        going_out.tellers.append(said_gone)
