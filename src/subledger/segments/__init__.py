"""Segments: criteria over accounts or transactions, saved under a name, for runs, dunning, lists and programs.

A segment has members, never a list of them: who looks, looks at what fulfils its criteria now. A run that uses one
writes the criteria out on its row (`members.frozen`) and records what it selected, so that it goes by what stood then.
What people ask for is a frozen dataclass (`criteria`); it becomes one condition with parameters (`queries`). Nobody
types SQL. A segment that something relies on is not deleted.
"""
