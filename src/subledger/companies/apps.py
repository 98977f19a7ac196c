from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "subledger.companies"
    label = "companies"

    def ready(self) -> None:
        from subledger.api_kit.callers import authenticate_with
        from subledger.page_kit.staff import StaffDesk, before_all, staff_of

        from .callers import api_caller, member_caller
        from .queries import liveliest, memberships_of, names_of
        from .saved_views import kept_list
        from .steps import first_step

        authenticate_with(api_caller)
        before_all(first_step)
        staff_of(
            StaffDesk(
                memberships_of=memberships_of,
                caller_of=member_caller,
                names_of=names_of,
                kept_list=kept_list,
                liveliest=liveliest,
            )
        )
