"""Composes everything: environment, Django settings, urls, the embedded PostgreSQL.

Only the command line imports it. Environment variables are read in `environment` and nowhere else; the rooms
below read Django's settings.
"""
