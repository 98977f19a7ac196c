"""What must never be false of runs, for `subledger check`."""

from __future__ import annotations

from subledger.kernel.sentences import say
from subledger.platform.invariants import Invariant
from subledger.platform.statements import sql_list

from .states import OPEN

OPEN_STATES = sql_list(OPEN)

RUNS = (
    Invariant(
        "runs-counted",
        say("The counts and amounts of every run are those of its steps."),
        "SELECT count(*) FROM runs_runstep WHERE company_id = %(company)s",
        """
        SELECT 'run ' || COALESCE(s.run_id, t.run_id),
               COALESCE(s.outcome, t.outcome) || ': ' || COALESCE(t.steps, 0) || ' counted, ' || COALESCE(s.steps, 0)
               || ' there'
          FROM (SELECT run_id, outcome, reason, currency, count(*) AS steps, COALESCE(sum(amount_minor), 0) AS amount
                  FROM runs_runstep WHERE company_id = %(company)s GROUP BY run_id, outcome, reason, currency) s
          FULL JOIN (SELECT t.* FROM runs_runtally t JOIN runs_run r ON r.id = t.run_id
                      WHERE r.company_id = %(company)s AND (t.steps, t.amount_minor) <> (0, 0)) t
            ON (t.run_id, t.outcome, t.reason, t.currency) = (s.run_id, s.outcome, s.reason, s.currency)
         WHERE (COALESCE(t.steps, 0), COALESCE(t.amount_minor, 0))
               <> (COALESCE(s.steps, 0), COALESCE(s.amount, 0))
        """,
    ),
    Invariant(
        "runs-ended",
        say("A run that ended has no open step, and one that is under way has not ended."),
        "SELECT count(*) FROM runs_run WHERE company_id = %(company)s",
        f"""
        SELECT 'run ' || r.id, 'it is ' || r.state || ' and has open steps'
          FROM runs_run r
         WHERE r.company_id = %(company)s AND r.ended_at IS NOT NULL
           AND EXISTS (SELECT FROM runs_runstep s WHERE s.run_id = r.id AND s.outcome = 'open')
         UNION ALL
        SELECT 'run ' || r.id, 'it is ' || r.state || ', against its end'
          FROM runs_run r
         WHERE r.company_id = %(company)s
           AND (r.ended_at IS NULL) <> (r.state IN {OPEN_STATES})
        """,
    ),
    Invariant(
        "runs-once",
        say("No definition has two runs for one due time or two under way, and no run has two steps for one thing."),
        "SELECT count(*) FROM runs_run WHERE company_id = %(company)s",
        """
        SELECT 'run definition ' || definition_id, count(*) || ' runs due at ' || due_at
          FROM runs_run WHERE company_id = %(company)s AND due_at IS NOT NULL
         GROUP BY definition_id, due_at HAVING count(*) > 1
         UNION ALL
        SELECT 'run definition ' || definition_id, count(*) || ' runs under way'
          FROM runs_run WHERE company_id = %(company)s AND definition_id IS NOT NULL AND ended_at IS NULL
         GROUP BY definition_id HAVING count(*) > 1
         UNION ALL
        SELECT 'run ' || run_id, count(*) || ' steps for ' || key
          FROM runs_runstep WHERE company_id = %(company)s GROUP BY run_id, key HAVING count(*) > 1
        """,
    ),
)
