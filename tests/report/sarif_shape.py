"""What SARIF 2.1.0 asks of a log, for the objects that our logs are made of, as a JSON Schema.

Written from the standard (OASIS, Static Analysis Results Interchange Format 2.1.0), sections 3.13 to 3.58: names,
types, what is required or closed, least values, and lists that may not repeat an item. Objects that we never write are
not in it, so that a log that began to write one would fail until it is described here. The schema that is
published for all of the standard is used as well (schemas/).
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
URI: Schema = {"type": "string", "pattern": '^[a-z][a-z0-9+.-]*:[^\\s<>"{}|\\\\^`]+$'}
URI_REFERENCE: Schema = {"type": "string", "pattern": "^[A-Za-z0-9._~!$&'()*+,;=@%/?#-]+$"}
INTEGER: Schema = {"type": "integer"}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}
BAG: Schema = {"type": "object", "properties": {"tags": {"type": "array", "items": TEXT, "uniqueItems": True}}}


def closed(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object with these properties, a bag of its own, and no others."""
    names = {name.removesuffix("_"): schema for name, schema in properties.items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": names | {"properties": BAG},
        "required": list(required),
    }


def listed(schema: Schema, unique: bool = False) -> Schema:
    return {"type": "array", "items": schema, "uniqueItems": unique}


LINE: Schema = {"type": "integer", "minimum": 1}
MESSAGE = closed(("text",), text=TEXT, markdown=TEXT)
ARTIFACT_LOCATION = closed(uri=URI_REFERENCE, uriBaseId=TEXT)
REGION = closed(startLine=LINE, startColumn=LINE, endLine=LINE, endColumn=LINE)
PHYSICAL = closed(("artifactLocation",), artifactLocation=ARTIFACT_LOCATION, region=REGION)
LOGICAL = closed(name=TEXT, fullyQualifiedName=TEXT, kind=TEXT)
LOCATION = closed(
    id={"type": "integer", "minimum": -1},
    physicalLocation=PHYSICAL,
    logicalLocations=listed(LOGICAL, True),
    message=MESSAGE,
)
DESCRIPTOR = closed(
    ("id",),
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    helpUri=URI,
    defaultConfiguration=closed(level=LEVEL),
)
DRIVER = closed(("name",), name=TEXT, version=TEXT, informationUri=URI, rules=listed(DESCRIPTOR, True))
NOTIFICATION = closed(("message",), level=LEVEL, message=MESSAGE)
INVOCATION = closed(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    exitCode=INTEGER,
    exitCodeDescription=TEXT,
    toolExecutionNotifications=listed(NOTIFICATION),
)
RESULT = closed(
    ("message",),
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations=listed(LOCATION),
    relatedLocations=listed(LOCATION, True),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
)
RUN = closed(
    ("tool",),
    tool=closed(("driver",), driver=DRIVER),
    automationDetails=closed(id=TEXT),
    invocations=listed(INVOCATION),
    results=listed(RESULT),
)
LOG: Schema = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {"$schema": URI, "version": {"enum": ["2.1.0"]}, "runs": listed(RUN)},
}
