"""Logging in and out, and changing the company looked at."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from subledger.backoffice.access import COMPANY_KEY
from subledger.backoffice.rendering import PageView


class LoginPage(LoginView):
    template_name = "backoffice/login.html"
    redirect_authenticated_user = True
    budget = "login"


class LogoutPage(LogoutView):
    pass


class SwitchCompany(PageView):
    """Look at another company of one's own; any other is as good as none."""

    permission = "view"

    def post(self, request: HttpRequest) -> HttpResponseBase:
        wanted = request.POST.get("company", "")
        staff = request.staff  # type: ignore[attr-defined]
        if wanted not in {company.public_id for company in staff.companies}:
            return HttpResponse("No such company.", status=404, content_type="text/plain")
        request.session[COMPANY_KEY] = wanted
        return redirect("backoffice:home")
