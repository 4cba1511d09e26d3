"""Rules bound to comparisons: outcomes, ids, ledger, totals, and findings in words."""
