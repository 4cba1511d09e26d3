"""Text and tables with positions: what every input is read by. The only room that knows a YAML parser."""

from fairoffer.source.document import Loc, Located, merged, name_of
from fairoffer.source.lines import digest_of, read_ndjson
from fairoffer.source.tables import read_csv
from fairoffer.source.yaml_text import parse_yaml, read_yaml

__all__ = ["Loc", "Located", "digest_of", "merged", "name_of", "parse_yaml", "read_csv", "read_ndjson", "read_yaml"]
