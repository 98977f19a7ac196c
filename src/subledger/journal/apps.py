from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "subledger.journal"
    label = "journal"

    def ready(self) -> None:
        from subledger.companies.provision import makers
        from subledger.platform.rooms import LedgerSeed

        from .defaults import give_ledger_accounts
        from .entries import register

        register()
        makers[LedgerSeed] = give_ledger_accounts
