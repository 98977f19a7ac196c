from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "subledger.reports"
    label = "reports"
