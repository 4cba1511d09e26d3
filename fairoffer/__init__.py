"""fairoffer audits offer catalogs for places where customers who stayed get worse terms than a stranger."""

__version__ = "0.1.0"
