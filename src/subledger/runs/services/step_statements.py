"""The statements by which a worker enters stages, records candidates and says what became of steps."""

from __future__ import annotations

from subledger.platform.statements import FRESH_ID, ID_BASE

ENTER = """
    INSERT INTO runs_runstage AS stage (run_id, stage, entries, entered_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (run_id, stage)
        DO UPDATE SET entries = stage.entries + 1, doing = '', reached = NULL, target = NULL
    RETURNING entries
"""
SELECT = f"""
      WITH {ID_BASE}
    INSERT INTO runs_runstep
           (id, company_id, run_id, position, key, prefix, subject_id, amount_minor, currency, outcome, reason, detail,
            done_at)
    SELECT {FRESH_ID}, %(run_company_id)s, %(the_run_id)s, row_number() OVER (), c.key, COALESCE(c.prefix, ''),
           c.subject_id, c.amount_minor, COALESCE(c.currency, ''),
           CASE WHEN COALESCE(c.reason, '') = '' THEN 'open' ELSE 'not_taken' END, COALESCE(c.reason, ''),
           COALESCE({{detail}}, ''),
           CASE WHEN COALESCE(c.reason, '') <> '' THEN %(run_now)s::timestamptz END
      FROM ({{candidates}}) AS c (key, prefix, subject_id, amount_minor, currency, reason{{more}})
    ON CONFLICT (run_id, key) DO NOTHING
"""
MARK = """
    UPDATE runs_runstep step
       SET outcome = r.outcome, reason = r.reason, detail = r.detail, done_at = %(now)s,
           amount_minor = CASE WHEN step.currency = '' THEN NULL ELSE COALESCE(r.amount, step.amount_minor) END
      FROM unnest(%(ids)s::bigint[], %(outcomes)s::text[], %(reasons)s::text[], %(details)s::text[],
                  %(amounts)s::bigint[]) AS r (id, outcome, reason, detail, amount)
     WHERE step.id = r.id AND step.run_id = %(run)s
"""
PROGRESSED = """
      WITH stage AS (
        UPDATE runs_runstage SET entries = 1, doing = '', reached = NULL, target = NULL
         WHERE run_id = %(run)s AND stage = %(stage)s)
    UPDATE runs_run SET touched_at = %(now)s WHERE id = %(run)s
"""
