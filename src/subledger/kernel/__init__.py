"""Pure values that every room speaks in: money, currencies, rounding, ids, life cycles, refusals.

Invariants: standard library only (plus the ISO 4217 table); nothing here reads a clock, a setting or a
database; money is whole minor units with a currency; a life cycle is one table of allowed moves.
"""
