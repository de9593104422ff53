"""Writing and reading rows on the one path where every speaker waits for it."""

import json
from collections.abc import Callable, Collection, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection, models
from django.db.models import Field, Model
from psycopg.pq import TransactionStatus

_CHUNK = 100
# JSON has a value of these just as PostgreSQL reads it into a row.
_IN_JSON = (
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.ForeignKey,
    models.IntegerField,
    models.JSONField,
    models.TextField,
    models.UUIDField,
)
_FROM_JSON = "SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"

Statement = tuple[str, Sequence[Any]]


def run_together(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run statements in their order; returns the rows of each, none where it gives none.

    Each sees what those before it did. On PostgreSQL they go out in one message and are waited for
    once: with short statements, waiting is most of what they cost.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            executed = (cursor.execute(sql, values) for sql, values in statements)
            return [list(done.fetchall()) if done.description else [] for done in executed]
        texts = [sql for sql, _values in statements]
        begins = _begins_here()
        if begins:
            texts.insert(0, "BEGIN")
        cursor.execute(";\n".join(texts), [v for _sql, values in statements for v in values])
        results = _results_of(cursor.cursor)
        return results[1:] if begins else results


def _begins_here() -> bool:
    """Whether the transaction has yet to begin. Then it does so within the same message: the driver
    would send its BEGIN before it, and wait for it."""
    held = connection.connection
    if connection.autocommit or held.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    held.autocommit = True  # until Django's commit or rollback ends the transaction
    return True


def _results_of(cursor: Any) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement of the message, as the driver's own cursor has them."""
    results = [_fetched(cursor)]
    while cursor.nextset():
        results.append(_fetched(cursor))
    return results


def _fetched(cursor: Any) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.pgresult.nfields else []
    return rows


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
    if connection.vendor == "postgresql":
        return _insertion_from_json(rows, conflict)
    begin, fields = _statement(type(rows[0]))
    place = f"({', '.join(['%s'] * len(fields))})"
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection)
        for row in rows
        for field in fields
    ]
    return f"{begin} VALUES {', '.join([place] * len(rows))} {conflict}", values


def _insertion_from_json(rows: Sequence[Model], conflict: str) -> Statement:
    """The rows as one text, of which PostgreSQL makes rows of the table: a tenth of what it takes
    to quote each value for itself, and the same statement however many there are."""
    begin, columns, values_of = _statement_from_json(type(rows[0]))
    given = [dict(zip(columns, values_of(row), strict=True)) for row in rows]
    return f"{begin} {conflict}", [orjson.dumps(given).decode()]


@cache
def _statement_from_json(
    model: type[Model],
) -> tuple[str, list[str], Callable[[Model], tuple[Any, ...]]]:
    """The statement, its columns, and what reads their values from a row."""
    begin, fields = _statement(model)
    table = connection.ops.quote_name(model._meta.db_table)
    rows = _FROM_JSON.format(columns=begin[begin.index("(") + 1 : -1], table=table)
    columns = [str(field.column) for field in fields]
    return f"{begin} {rows}", columns, attrgetter(*(field.attname for field in fields))


@cache
def _statement(model: type[Model]) -> tuple[str, "tuple[Field[Any, Any], ...]"]:
    """The statement up to its values, and the fields that these are of.

    Raises:
        TypeError: the model has a field of which it is not known how JSON says it, or one that
            sets itself on saving.
    """
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    for field in fields:
        sets_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        if not isinstance(field, _IN_JSON) or sets_itself:
            raise TypeError(f"{field} cannot be inserted this way")
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names})", fields
