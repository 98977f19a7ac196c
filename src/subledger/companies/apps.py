from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "subledger.companies"
    label = "companies"
