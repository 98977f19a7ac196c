"""Django glue without any domain: clock, company scope, ids, numbers, events, stored answers.

Owns: the clock that services read; the one place that keeps companies apart (`scope`); the append-only
event table that is audit trail, timeline and outbox at once; gapless number series; stored API answers.
Invariants: an event is never edited or deleted; a number is given once and leaves no gap; a query of a
company's table without a company in scope is refused.
"""
