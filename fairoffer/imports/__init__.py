"""Other people's catalogs become ours: one package a format, each giving the lines of a catalog and a summary."""
