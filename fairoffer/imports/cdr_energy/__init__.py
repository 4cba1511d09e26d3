"""Energy plans published under Australia's Consumer Data Right, as a catalog with one offer a plan."""

from __future__ import annotations

from fairoffer.imports.cdr_energy.catalog import PlanImport, import_plans
from fairoffer.imports.cdr_energy.summary import ImportSummary

__all__ = ["ImportSummary", "PlanImport", "import_plans"]
