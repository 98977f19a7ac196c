from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "subledger.segments"
    label = "segments"
