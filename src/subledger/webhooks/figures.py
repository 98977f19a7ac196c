"""What of webhooks those who watch the books look at."""

from __future__ import annotations

from subledger.platform.figures import Question

FIGURES = (
    Question(
        "webhook_endpoints",
        "Webhook endpoints by company and state; failing: active, and what was sent last did not arrive.",
        ("company", "state"),
        """SELECT c.code, CASE WHEN e.state = 'active' AND e.failing_since IS NOT NULL THEN 'failing' ELSE e.state END,
                  count(*) FROM webhooks_webhookendpoint e JOIN companies_company c ON c.id = e.company_id
            WHERE e.state <> 'deleted' GROUP BY 1, 2""",
    ),
    Question(
        "webhook_deliveries_waiting",
        "Deliveries of webhooks that wait, by company.",
        ("company",),
        """SELECT c.code, count(*) FROM webhooks_webhookdelivery d JOIN companies_company c ON c.id = d.company_id
            WHERE d.state = 'pending' GROUP BY 1""",
    ),
    Question(
        "oldest_webhook_delivery_seconds",
        "Age of the oldest delivery of a webhook that waits, by company.",
        ("company",),
        """SELECT c.code, extract(epoch FROM now() - min(d.created_at)) FROM webhooks_webhookdelivery d
             JOIN companies_company c ON c.id = d.company_id WHERE d.state = 'pending' GROUP BY 1""",
    ),
)
