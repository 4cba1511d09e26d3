"""Text and tables with positions: what every input is read by. The only room that knows a YAML parser."""

from fairoffer.source.document import Located, Loc, name_of
from fairoffer.source.yaml_text import parse_yaml, read_yaml

__all__ = ["Loc", "Located", "name_of", "parse_yaml", "read_yaml"]
