# SPDX-License-Identifier: BSD-2-Clause
"""One database with the schema for many tests, as new for each of them: to
make one anew takes ten times as long."""

import contextlib
import io

import psycopg2
from psycopg2 import sql

NAME = "test"
# Changes whenever something in it is created, altered or granted.
FINGERPRINT = " UNION ALL ".join(
    "SELECT '%s', count(*), max(xmin::text::bigint) FROM %s" % (name, name)
    for name in ("pg_class", "pg_proc", "pg_trigger", "pg_namespace",
                 "pg_database", "pg_authid", "pg_auth_members",
                 "pg_db_role_setting"))
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind IN ('r', 'p')
      AND NOT relispartition
"""
OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# So that the order of tables does not matter.
UNCHECKED = "SET session_replication_role = replica"


def copy(cursor, direction, table, file):
    cursor.copy_expert(sql.SQL("COPY tlsrpt.{} " + direction).format(
        sql.Identifier(table)), file)


class PristineDatabase:
    """A copy of a template, for one test after the other."""

    def __init__(self, cluster, template):
        self.cluster = cluster
        self.template = template
        self.made = False
        self.fingerprint = None
        self.rows = {}

    @contextlib.contextmanager
    def cursor(self):
        connection = psycopg2.connect(self.cluster.conninfo(NAME))
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def get(self):
        """Its name."""
        if not self.made:
            self.cluster.psql("CREATE DATABASE %s TEMPLATE %s" % (
                NAME, self.template))
            self.made = True
            with self.cursor() as cursor:
                self.remember(cursor)
        return NAME

    def remember(self, cursor):
        self.fingerprint = self.read_fingerprint(cursor)
        cursor.execute(TABLES)
        for table, in cursor.fetchall():
            self.rows[table] = io.StringIO()
            kind = "(SELECT * FROM tlsrpt.%s)" % table
            cursor.copy_expert("COPY %s TO STDOUT" % kind, self.rows[table])

    @staticmethod
    def read_fingerprint(cursor):
        cursor.execute(FINGERPRINT)
        return cursor.fetchall()

    def put_back(self):
        """Undoes what a test has done, if need be by removing it all."""
        try:
            with self.cursor() as cursor:
                is_same = self.read_fingerprint(cursor) == self.fingerprint
                if is_same:
                    cursor.execute(OTHERS)
                    self.restore(cursor)
        except psycopg2.Error:
            is_same = False
        if not is_same:
            self.drop()

    def restore(self, cursor):
        cursor.execute(UNCHECKED)
        for table, rows in self.rows.items():
            cursor.execute(sql.SQL("DELETE FROM tlsrpt.{}").format(
                sql.Identifier(table)))
            rows.seek(0)
            if rows.getvalue():
                copy(cursor, "FROM STDIN", table, rows)

    def drop(self):
        self.cluster.psql("DROP DATABASE IF EXISTS %s WITH (FORCE)" % NAME)
        self.made = False
