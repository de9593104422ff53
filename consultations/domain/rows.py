"""Inserting rows on the one path where every speaker waits for it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

_CHUNK = 100


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model with one statement, and set their primary keys.

    Does for plain fields what `bulk_create` does, in half its time: nothing is compiled anew.
    """
    for start in range(0, len(rows), _CHUNK):
        _insert(rows[start : start + _CHUNK])


def _insert(rows: Sequence[Model]) -> None:
    begin, fields, place = _statement(type(rows[0]))
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection)
        for row in rows
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{begin} {', '.join([place] * len(rows))} RETURNING id", values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = connection.alias


@cache
def _statement(model: type[Model]) -> tuple[str, tuple["Field[Any, Any]", ...], str]:
    """The statement up to its values, the fields whose values it wants, and one row's places."""
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    begin = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES"
    return begin, fields, f"({', '.join(['%s'] * len(fields))})"
