"""Pages of runs: definitions, what comes next, runs and their steps."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import definitions, event_words, home, previews, views
from .badges import BADGES

PAGES = PageFace(
    paths=(
        page("runs/", views.RunsPage, "runs"),
        page("runs/coming/", definitions.ComingPage, "runs_coming"),
        page("runs/definitions/", definitions.DefinitionsPage, "run_definitions"),
        page("runs/definitions/new/<slug:kind>/", definitions.DefinitionNewPage, "run_definition_new"),
        page("runs/definitions/<rde:definition_id>/", definitions.DefinitionPage, "run_definition"),
        page("runs/definitions/<rde:definition_id>/edit/", definitions.DefinitionEditPage, "run_definition_edit"),
        page("runs/definitions/<rde:definition_id>/preview/", previews.PreviewPage, "run_preview"),
        page(
            "runs/definitions/<rde:definition_id>/<slug:verb>/",
            definitions.DefinitionActionPage,
            "run_definition_action",
        ),
        page("runs/files/<rfi:file_id>/", views.RunFilePage, "run_file"),
        page("runs/<run:execution_id>/", views.RunPage, "run"),
        page("runs/<run:execution_id>/steps/", views.StepsPage, "run_steps"),
        page("runs/<run:execution_id>/<slug:verb>/", views.RunActionPage, "run_action"),
    ),
    menu=(Entry(say("Runs"), "backoffice:runs", "refresh", "view", say("Finance"), 135),),
    asked_as={"start": ("at",), "schedule": ("every",)},
    badges=BADGES,
    parts=(Part("home", "todo", 5, home.todo),),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
)
