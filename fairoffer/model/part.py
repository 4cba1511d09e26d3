"""What every piece of a result is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,40}(\.[0-9]{1,20})?$")]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Part(BaseModel):
    """A frozen piece of a result; unknown keys are refused, so a misspelt one cannot be lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Months(Part):
    """Completed months, closed; no `to` means open."""

    from_: int | None = Field(default=None, alias="from")
    to: int | None = None
