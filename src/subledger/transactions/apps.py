from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "subledger.transactions"
    label = "transactions"

    def ready(self) -> None:
        from subledger.accounts import termination
        from subledger.accounts.imports.openings import post_openings_with
        from subledger.companies.provision import makers
        from subledger.platform.rooms import RuleSeed

        from .defaults import give_rules
        from .imports.openings import OpeningBalances
        from .stranded import stranded

        makers[RuleSeed] = give_rules
        termination.reporters.append(stranded)
        post_openings_with(OpeningBalances())
