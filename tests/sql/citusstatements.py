# SPDX-License-Identifier: BSD-2-Clause
"""All statements of the project, as trees."""

import glob
import os
import re
import sys

import psycopg2

import nodetree

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, ROOT + "/tests/integration")
import grafana  # noqa: E402

FUNCTIONS = """
    SELECT pg_proc.oid::text, proname, lanname,
      lanname = 'sql' AND proretset AND NOT prosecdef AND NOT proisstrict
        AND provolatile <> 'v' AND proconfig IS NULL
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = 'tlsrpt'::regnamespace AND prokind = 'f'
    ORDER BY proname
"""
VIEWS = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'v'
    ORDER BY relname
"""


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def own_calls(trees):
    """The functions that they call."""
    return {call.get("funcid") for call in nodetree.nodes(trees, "FUNCEXPR")}


class Notices(list):
    """psycopg2 keeps no more than fifty in a list of its own."""


class Observer:
    """Sees how a server understands what it is told."""

    def __init__(self, connection):
        self.connection = connection
        self.connection.autocommit = True
        self.cursor = connection.cursor()
        self.ask("SET search_path = tlsrpt, tlsrpt_tenant, public;"
                 " SET log_min_messages = panic; SET jit = off;"
                 " SET client_min_messages = log;"
                 " CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA public")

    def ask(self, statement, *values):
        self.cursor.execute(statement, values or None)
        return self.cursor.fetchall() if self.cursor.description else None

    def watch(self, statement, *values):
        """The trees of all that is analysed for it; what it does is undone."""
        self.connection.notices = Notices()
        self.ask("SET debug_print_rewritten = on; BEGIN")
        try:
            self.ask(statement, *values)
        finally:
            self.ask("ROLLBACK; SET debug_print_rewritten = off")
        trees = []
        for notice in self.connection.notices:
            head, _, detail = notice.partition("DETAIL:")
            if "rewritten parse tree" in head:
                trees += [tree for tree in nodetree.parse(detail)[0]
                          if tree.number("commandType") != 6]
        return trees

    def functions(self):
        """Number, name, language, whether it can stand in the place of its call, and
        trees of each."""
        for oid, name, language, inlined in self.ask(FUNCTIONS):
            if language == "plpgsql":
                trees = self.watch(
                    "SELECT plpgsql_check_function(%s::oid::regprocedure,"
                    " fatal_errors => false)", oid)[1:]
            elif language == "sql":
                (text,), = self.ask("SELECT pg_get_functiondef(%s)", oid)
                trees = self.watch(text)
            else:
                continue
            yield oid, name, language, inlined, trees

    def views(self):
        for name, in self.ask(VIEWS):
            yield name, self.watch('SELECT * FROM "%s"' % name)

    def prepare(self, text):
        """A parameter that could be of any type is text."""
        types = ["unknown"] * max(
            (int(number) for number in re.findall(r"\$(\d+)", text)), default=0)
        while True:
            listed = "(%s)" % ", ".join(types) if types else ""
            try:
                trees = self.watch("PREPARE q%s AS %s" % (
                    listed, text.replace("%", "%%")))
                self.ask("DEALLOCATE q")
                return trees
            except psycopg2.errors.IndeterminateDatatype as error:
                number = re.search(r"\$(\d+)", str(error))[1]
                types[int(number) - 1] = "text"

    def queries(self):
        """Those of the commands and of Grafana."""
        for path in sorted(glob.glob(ROOT + "/sql/query/*.sql")):
            text = read(path)
            if not re.search(r"^BEGIN", text, re.M):
                yield os.path.basename(path), self.prepare(text)
        dashboard = grafana.load()
        for title, text in grafana.list_queries(dashboard).items():
            yield "Grafana: " + title, self.watch(
                grafana.expand(text, dashboard).replace("%", "%%"))
