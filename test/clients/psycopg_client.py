"""psycopg 3 against the server whose port is given: prints OK, or fails with what was wrong."""

import datetime
import decimal
import sys
import uuid

import psycopg
from psycopg import sql
from psycopg.rows import dict_row


def main(port: int) -> None:
    info = f"host=127.0.0.1 port={port} user=app dbname=millrace"
    with psycopg.connect(info, autocommit=True) as conn:
        conn.execute("CREATE TABLE py (id int PRIMARY KEY, n numeric, t text, at timestamptz, u uuid, d date, b bytea, f float8, ok boolean)")
        row = (
            1,
            decimal.Decimal("12.50"),
            "é😀",
            datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc),
            uuid.UUID("3b241101-e2bb-4255-8caf-4136c566a962"),
            datetime.date(2026, 1, 2),
            b"\x00\xff",
            0.1,
            True,
        )
        insert = "INSERT INTO py VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        conn.execute(insert, row)
        for binary in (False, True):
            with conn.cursor(binary=binary) as cursor:
                found = cursor.execute("SELECT * FROM py WHERE id = %s", (1,)).fetchone()
                assert found == row, (binary, found)
        with conn.cursor() as cursor:
            cursor.executemany("INSERT INTO py (id, n, t) VALUES (%s, %s, %s)", [(i, i, None) for i in range(2, 500)])
        # From the fifth execution on psycopg prepares by name.
        for i in range(2, 12):
            assert conn.execute("SELECT t, n FROM py WHERE id = %s", (i,)).fetchone() == (None, i)
        conn.execute("CREATE MATERIALIZED VIEW py_view AS SELECT ok, count(*) AS n, sum(n) AS total FROM py GROUP BY ok")
        with conn.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute("SELECT * FROM py_view WHERE ok").fetchall()
            assert found == [{"ok": True, "n": 1, "total": decimal.Decimal("12.50")}], found
        with conn.pipeline():
            results = [conn.execute("SELECT %s::int + 1", (i,)) for i in range(20)]
        assert [r.fetchone() for r in results] == [(i + 1,) for i in range(20)]
        try:
            conn.execute("SELECT nosuch FROM py")
        except psycopg.errors.UndefinedColumn as error:
            assert error.diag.statement_position == "8", error.diag.statement_position
        else:
            raise AssertionError("no error")
        name = sql.Identifier("py")
        assert conn.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone() == (499,)
    with psycopg.connect(info) as conn:
        with conn.cursor("named") as cursor:
            cursor.itersize = 50
            cursor.execute("SELECT id FROM py ORDER BY id")
            assert [i for (i,) in cursor] == list(range(1, 500))
        conn.execute("UPDATE py SET t = 'gone' WHERE id = 1")
        conn.rollback()
        assert conn.execute("SELECT t FROM py WHERE id = 1").fetchone() == ("é😀",)
        conn.execute("DELETE FROM py WHERE id > 1")
        conn.commit()
        assert conn.execute("SELECT count(*) FROM py").fetchone() == (1,)
    print("OK")


main(int(sys.argv[1]))
