"""Runs that ask for money: each candidate once, by a request of its own; held and withdrawn as one."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant

_RUNS = "SELECT count(*) FROM collecting_paymentrun WHERE company_id = %(company)s"

COLLECTING = (
    Invariant(
        "payment-runs-ask-once",
        say("A run asks for a document once at most."),
        "SELECT count(*) FROM gateways_paymentrequest WHERE company_id = %(company)s AND batch_id IS NOT NULL",
        """
        SELECT 'run ' || p.run_id, count(*) || ' requests for ' || c.kind || ' ' || c.object_id
          FROM collecting_paymentrun p
          JOIN gateways_paymentrequest r ON r.batch_id = p.batch_id
          JOIN gateways_claim c ON c.request_id = r.id
         WHERE p.company_id = %(company)s
         GROUP BY p.run_id, c.kind, c.object_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        "payment-runs-are-their-requests",
        say("The steps that a run has done are its payment requests: as many, and over as much."),
        _RUNS,
        """
        SELECT 'run ' || p.run_id,
               coalesce(s.steps, 0) || ' steps over ' || coalesce(s.minor, 0) || ' are done, and '
               || coalesce(q.requests, 0) || ' requests over ' || coalesce(q.minor, 0) || ' are there'
          FROM collecting_paymentrun p
          LEFT JOIN LATERAL (SELECT sum(t.steps)::bigint AS steps, sum(t.amount_minor)::bigint AS minor
                               FROM runs_runtally t WHERE t.run_id = p.run_id AND t.outcome = 'succeeded') s ON true
          LEFT JOIN LATERAL (SELECT count(*) AS requests, sum(r.amount_minor)::bigint AS minor
                               FROM gateways_paymentrequest r WHERE r.batch_id = p.batch_id) q ON true
         WHERE p.company_id = %(company)s
           AND (coalesce(s.steps, 0), coalesce(s.minor, 0)) <> (coalesce(q.requests, 0), coalesce(q.minor, 0))
        """,
    ),
    Invariant(
        "requests-are-held-with-their-run",
        say(
            "What a run asked for waits while it is paused, and is withdrawn where it is cancelled; otherwise neither."
        ),
        _RUNS,
        """
        SELECT 'run ' || p.run_id, 'it is ' || r.state || ', and what it asked for ' || b.state
          FROM collecting_paymentrun p
          JOIN runs_run r ON r.id = p.run_id
          JOIN gateways_requestbatch b ON b.id = p.batch_id
         WHERE p.company_id = %(company)s
           AND ((r.state = 'paused') <> (b.state = 'held') OR (r.state = 'cancelled') <> (b.state = 'withdrawn'))
        """,
    ),
)
