from __future__ import annotations

from subledger.platform.figures import Question

FIGURES = (
    Question(
        "toys",
        "Toys by company.",
        ("company",),
        "SELECT c.code, count(*) FROM toys_toy t JOIN companies_company c ON c.id = t.company_id GROUP BY 1",
    ),
)
