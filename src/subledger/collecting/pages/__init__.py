"""Pages of payment runs: their definitions, and what became of what a run asked for."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Entry, PageFace, Part, page

from . import charges, definitions

PAGES = PageFace(
    paths=(
        page("payment-runs/", definitions.PaymentRunsPage, "payment_runs"),
        page("payment-runs/<run:execution_id>/charges/", charges.ChargesPage, "payment_run_charges"),
    ),
    menu=(
        Entry(
            say("Automatic payment runs"), "backoffice:payment_runs", "calendar-repeat", "view", say("Collections"), 152
        ),
    ),
    parts=(Part("run", "progress", 10, charges.progress),),
)
