"""The addresses of this room's pages: (route, view, name)."""

from __future__ import annotations

from . import definitions, views

PAGES = (
    ("runs/", views.RunsPage, "runs"),
    ("runs/coming/", definitions.ComingPage, "runs_coming"),
    ("runs/definitions/", definitions.DefinitionsPage, "run_definitions"),
    ("runs/definitions/new/<slug:kind>/", definitions.DefinitionNewPage, "run_definition_new"),
    ("runs/definitions/<rde:definition_id>/", definitions.DefinitionPage, "run_definition"),
    ("runs/definitions/<rde:definition_id>/edit/", definitions.DefinitionEditPage, "run_definition_edit"),
    ("runs/definitions/<rde:definition_id>/preview/", definitions.PreviewPage, "run_preview"),
    ("runs/definitions/<rde:definition_id>/<slug:verb>/", definitions.DefinitionActionPage, "run_definition_action"),
    ("runs/<run:execution_id>/", views.RunPage, "run"),
    ("runs/<run:execution_id>/steps/", views.StepsPage, "run_steps"),
    ("runs/<run:execution_id>/<slug:verb>/", views.RunActionPage, "run_action"),
)
