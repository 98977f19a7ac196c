from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "subledger.transactions"
    label = "transactions"

    def ready(self) -> None:
        from subledger.accounts import termination
        from subledger.accounts.imports.openings import post_openings_with
        from subledger.companies.provision import makers
        from subledger.journal import closure
        from subledger.platform.rooms import RuleSeed

        from .defaults import give_rules
        from .imports.openings import OpeningBalances
        from .stranded import stranded
        from .unfinished import unfinished

        makers[RuleSeed] = give_rules
        closure.reporters.append(unfinished)
        termination.reporters.append(stranded)
        post_openings_with(OpeningBalances())
