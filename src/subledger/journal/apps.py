from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "subledger.journal"
    label = "journal"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from subledger.companies.provision import makers
        from subledger.companies.queries import life
        from subledger.platform.rooms import LedgerSeed

        from .defaults import give_ledger_accounts, write_sources
        from .queries import last_entries

        life.append(last_entries)
        makers[LedgerSeed] = give_ledger_accounts
        post_migrate.connect(write_sources, sender=self)
