"""What of payment gateways those who watch the books look at."""

from __future__ import annotations

from subledger.platform.figures import Question
from subledger.platform.statements import sql_list

from .states import FINAL, UNPROCESSED

FINAL_STATES, UNPROCESSED_STATES = sql_list(FINAL), sql_list(UNPROCESSED)

FIGURES = (
    Question(
        "payment_requests_open",
        "Payment requests that are not at their end, by company and state.",
        ("company", "state"),
        f"""SELECT c.code, r.state, count(*) FROM gateways_paymentrequest r JOIN companies_company c
               ON c.id = r.company_id WHERE r.state NOT IN {FINAL_STATES} GROUP BY 1, 2""",
    ),
    Question(
        "oldest_payment_request_seconds",
        "Age of the oldest payment request that is not at its end, by company and state.",
        ("company", "state"),
        f"""SELECT c.code, r.state, extract(epoch FROM now() - min(r.created_at)) FROM gateways_paymentrequest r
             JOIN companies_company c ON c.id = r.company_id WHERE r.state NOT IN {FINAL_STATES}
            GROUP BY 1, 2""",
    ),
    Question(
        "gateway_events",
        "Events of gateways that wait or have failed, by company and state.",
        ("company", "state"),
        f"""SELECT c.code, e.state, count(*) FROM gateways_inboxevent e JOIN gateways_provider p ON p.id = e.provider_id
             JOIN companies_company c ON c.id = p.company_id WHERE e.state IN {UNPROCESSED_STATES} GROUP BY 1, 2""",
    ),
    Question(
        "refused_deliveries_today",
        "Deliveries of gateways refused today, by company and reason.",
        ("company", "reason"),
        """SELECT c.code, d.reason, sum(d.count) FROM gateways_refuseddelivery d JOIN gateways_provider p
               ON p.id = d.provider_id JOIN companies_company c ON c.id = p.company_id
            WHERE d."on" = (now() AT TIME ZONE c.time_zone)::date GROUP BY 1, 2""",
    ),
)
