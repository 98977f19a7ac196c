"""What a run has printed, as one file."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase

from subledger.documents.bundles import CONTENT_TYPES, Bundle
from subledger.documents.values import FileFormat
from subledger.kernel.errors import Invalid, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.navigation import Action
from subledger.page_kit.rendering import PageView
from subledger.page_kit.url_ids import page_url
from subledger.runs.models import Run
from subledger.runs.states import OPEN
from subledger.transactions.services.prints import KIND, MOST_PAGES_TOGETHER, asked_of, write_prints


def run_actions(request: HttpRequest | None, run: Run) -> list[Action]:
    """What the page of a run that printed leads to, once it is over."""
    if run.kind != KIND.name or run.state in OPEN:
        return []
    url = page_url("prints_file", run.pk)
    actions = [Action(say("Download as a zip"), url, "download", rank=70)]
    asked = asked_of(run)
    if asked.format is FileFormat.PDF and len(asked.transactions) <= MOST_PAGES_TOGETHER:
        actions.insert(0, Action(say("Download as one PDF"), f"{url}?bundle=pdf", "download", rank=80))
    return actions


class PrintsFilePage(PageView):
    permission = "view"

    def get(self, request: HttpRequest, execution_id: int) -> HttpResponseBase:
        run = Run.objects.filter(pk=execution_id, kind=KIND.name).first()
        if run is None:
            raise NotFound(Run, execution_id)
        asked = request.GET.get("bundle", Bundle.ZIP)
        if asked not in list(Bundle):
            raise Invalid(
                say(
                    "Documents are not put together as {asked!r}. Choose one of: {ways}.",
                    asked=asked,
                    ways=", ".join(Bundle),
                )
            )
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it has been sent
        try:
            write_prints(run=run, file=file, bundle=Bundle(asked), actor=actor(request))
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"documents-{run.created_at:%Y-%m-%d}.{asked}",
            content_type=CONTENT_TYPES[Bundle(asked)],
        )
