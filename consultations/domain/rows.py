"""Writing and reading rows on the one path where every speaker waits for it."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import Field, Model

_CHUNK = 100
# A value of these goes to the database as it stands in the row.
_AS_IT_IS = frozenset(
    {
        models.BigIntegerField,
        models.CharField,
        models.ForeignKey,
        models.IntegerField,
        models.PositiveBigIntegerField,
        models.PositiveIntegerField,
        models.SmallIntegerField,
        models.TextField,
    }
)

Statement = tuple[str, Sequence[Any]]


def run_together(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run statements in their order; returns the rows of each, none where it gives none.

    Each sees what those before it did. On PostgreSQL they go out in one message and are waited for
    once: with short statements, waiting is most of what they cost.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return [_rows_of(cursor.execute(sql, values)) for sql, values in statements]
        sql = ";\n".join(sql for sql, _values in statements)
        results = [_rows_of(cursor.execute(sql, [v for _sql, vs in statements for v in vs]))]
        while cursor.nextset():
            results.append(_rows_of(cursor))
        return results


def _rows_of(cursor: Any) -> list[tuple[Any, ...]]:
    return list(cursor.fetchall()) if cursor.description else []


def among(values: Collection[int] | Collection[str], *, of: str) -> tuple[str, str]:
    """What follows a column in a condition that its value is one of these, and its one parameter.

    However many they are, the statement is the same and the list goes out as one text, in which
    PostgreSQL reads an array `of` this type: "bigint", or "text".
    """
    if connection.vendor == "postgresql":
        return f"= ANY(%s::{of}[])", f"{{{','.join(map(_element, values))}}}"
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


def _element(value: int | str) -> str:
    """One element of an array, written as PostgreSQL reads it."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def insertion(rows: Sequence[Model], *, conflict: str = "") -> list[Statement]:
    """Statements that insert rows of one model; their primary keys are not read back.

    `conflict` is the `ON CONFLICT` clause, if there is one. Does for plain fields what
    `bulk_create` does, in a fraction of its time: nothing is compiled anew.
    """
    return [
        _insertion(rows[start : start + _CHUNK], conflict) for start in range(0, len(rows), _CHUNK)
    ]


def _insertion(rows: Sequence[Model], conflict: str) -> Statement:
    begin, columns, place = _statement(type(rows[0]))
    values = [
        getattr(row, attribute) if field is None else _prepared(row, field)
        for row in rows
        for attribute, field in columns
    ]
    return f"{begin} {', '.join([place] * len(rows))} {conflict}", values


def _prepared(row: Model, field: "Field[Any, Any]") -> Any:
    return field.get_db_prep_save(field.pre_save(row, True), connection)


@cache
def _statement(model: type[Model]) -> tuple[str, tuple[tuple[str, Any], ...], str]:
    """The statement up to its values, for each column where its value is, and one row's places.

    A column names the attribute, and its field where the value has to be prepared.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    begin = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES"
    columns = tuple(
        (str(field.attname), None if type(field) in _AS_IT_IS else field) for field in fields
    )
    return begin, columns, f"({', '.join(['%s'] * len(fields))})"
