from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "subledger.companies"
    label = "companies"

    def ready(self) -> None:
        from subledger.api_kit.callers import authenticate_with
        from subledger.page_kit.staff import StaffDesk, staff_of

        from .callers import api_caller, member_caller
        from .queries import memberships_of, names_of

        authenticate_with(api_caller)
        staff_of(StaffDesk(memberships_of=memberships_of, caller_of=member_caller, names_of=names_of))
