"""Writing and reading rows on the one path where every speaker waits for it."""

import json
from collections.abc import Callable, Collection, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import orjson
from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.base import ModelState
from psycopg.pq import TransactionStatus

_CHUNK = 100
_NEEDED = object()
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
    return _run(statements, is_last=False)


def run_last(statements: Sequence[Statement]) -> None:
    """Run statements after which nothing is left to do in their transaction.

    Where it is the outermost one, PostgreSQL commits in the same message; the caller's block then
    finds it done. A failure undoes all, as ever.
    """
    _run(statements, is_last=True)


def _run(statements: Sequence[Statement], *, is_last: bool) -> list[list[tuple[Any, ...]]]:
    held = connections["default"]  # looked up once: the proxy looks at every access
    with held.cursor() as cursor:
        if held.vendor != "postgresql":
            executed = (cursor.execute(sql, values) for sql, values in statements)
            return [list(done.fetchall()) if done.description else [] for done in executed]
        texts = [sql for sql, _values in statements]
        begins = _begins_here(held)
        if begins:
            texts.insert(0, "BEGIN")
        if is_last and _ends_here(held):
            texts.append("COMMIT")
        cursor.execute(";\n".join(texts), [v for _sql, values in statements for v in values])
        return _results_of(cursor.cursor)[begins : begins + len(statements)]


def _begins_here(held: BaseDatabaseWrapper) -> bool:
    """Whether the transaction has yet to begin. Then it does so within the same message: the driver
    would send its BEGIN before it, and wait for it."""
    driver = held.connection
    if held.autocommit or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    driver.autocommit = True  # until Django's commit or rollback ends the transaction
    return True


def _ends_here(held: BaseDatabaseWrapper) -> bool:
    """Whether the innermost block is the whole transaction, and going to commit it."""
    return len(held.atomic_blocks) == 1 and held.commit_on_exit and not held.needs_rollback


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


Row = TypeVar("Row", bound=Model)


def new_row(model: type[Row], **values: Any) -> Row:
    """What `model(**values)` gives, in a tenth of its time; no signal is sent.

    Foreign keys come by their column (`author_id`), and fields whose default is computed have to
    be given.

    Raises:
        TypeError: the model has no such field, or one that is missing here.
    """
    defaults = _defaults(model)
    row = model.__new__(model)
    row._state = ModelState()
    held = row.__dict__
    held.update(defaults)
    held.update(values)
    if len(held) != len(defaults) + 1 or _NEEDED in held.values():
        raise TypeError(f"{model.__name__} is not made of {sorted(values)}")
    return row


@cache
def _defaults(model: type[Model]) -> dict[str, Any]:
    """By the name of each concrete field's attribute, in their order."""
    return {
        field.attname: _NEEDED
        if field.has_default() and callable(field.default)
        else field.get_default()
        for field in model._meta.concrete_fields
    }


def insertion(rows: Sequence[Model]) -> list[Statement]:
    """Statements that insert rows of one model; their primary keys are not read back.

    Does for plain fields what `bulk_create` does, in a fraction of its time: nothing is compiled
    anew.
    """
    return [_insertion(rows[start : start + _CHUNK]) for start in range(0, len(rows), _CHUNK)]


def _insertion(rows: Sequence[Model]) -> Statement:
    if connection.vendor == "postgresql":
        return _insertion_from_json(rows)
    begin, fields = _statement(type(rows[0]))
    place = f"({', '.join(['%s'] * len(fields))})"
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection)
        for row in rows
        for field in fields
    ]
    return f"{begin} VALUES {', '.join([place] * len(rows))}", values


def _insertion_from_json(rows: Sequence[Model]) -> Statement:
    """The rows as one text, of which PostgreSQL makes rows of the table: a tenth of what it takes
    to quote each value for itself, and the same statement however many there are."""
    begin, columns, values_of = _statement_from_json(type(rows[0]))
    given = [dict(zip(columns, values_of(row), strict=True)) for row in rows]
    return begin, [orjson.dumps(given).decode()]


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
