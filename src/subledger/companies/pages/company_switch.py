"""Looking at another of one's companies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from subledger.kernel.sentences import say
from subledger.page_kit.access import COMPANY_KEY
from subledger.page_kit.rendering import PageView


class SwitchCompany(PageView):
    """Look at another company of one's own; any other is as good as none."""

    permission = "view"

    def post(self, request: HttpRequest) -> HttpResponseBase:
        wanted = request.POST.get("company", "")
        staff = request.staff  # type: ignore[attr-defined]
        if wanted not in {company.public_id for company in staff.companies}:
            return HttpResponse(say("No such company."), status=404, content_type="text/plain")
        request.session[COMPANY_KEY] = wanted
        wanted_page = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(wanted_page, allowed_hosts=None):
            return redirect(wanted_page)
        return redirect("backoffice:home")
