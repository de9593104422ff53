"""What every command of a client is made of."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Seq = Annotated[int, Field(ge=0, le=2**53 - 1)]
Reason = Annotated[str, Field(max_length=1000)]


class Command(BaseModel):
    """One request. `key` is a UUID of the client's own: the answer carries it as `re`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    key: UUID
