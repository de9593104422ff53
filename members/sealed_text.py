"""A text column whose content is encrypted at rest."""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(k.encode()).digest())) for k in keys]
    )


def cipher() -> MultiFernet:
    """The cipher over `settings.HALL_FIELD_KEYS`: the first key writes, all of them read."""
    return _cipher(tuple(settings.HALL_FIELD_KEYS))


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """Text in Python, a Fernet token in the database. It cannot be searched or ordered by."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return cipher().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        return cipher().decrypt(value.encode()).decode() if value else value
