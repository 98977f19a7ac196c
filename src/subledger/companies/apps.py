from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "subledger.companies"
    label = "companies"

    def ready(self) -> None:
        from subledger.api_kit.callers import authenticate_with

        from .callers import api_caller

        authenticate_with(api_caller)
