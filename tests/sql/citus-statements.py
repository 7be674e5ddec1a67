#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whether Citus would take all statements of the project: none of those that
it was found to refuse is there, by what PostgreSQL understands of them after
conf/citus.sql. Each rule is tried on a statement that Citus has refused."""

import contextlib
import os
import subprocess
import sys

import psycopg2

import citusrules
from citusstatements import Observer, own_calls

DATABASE = "citus_test"
TABLES = """
    SELECT pg_class.oid::text, CASE
      WHEN coalesce(inhparent, pg_class.oid) IN (SELECT name FROM citus.spread)
        THEN 'spread'
      WHEN pg_class.oid IN (SELECT name FROM citus.copied) THEN 'copied'
      ELSE 'local' END
    FROM pg_class
    LEFT JOIN pg_inherits ON inhrelid = pg_class.oid
    WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind IN ('r', 'p')
"""
# What Citus has refused, and the words of the rule.
REFUSED = [
    ("SELECT (SELECT count(*) FROM (SELECT FROM report_default LIMIT 1000)"
     " AS found)", "selects no column"),
    ("SELECT EXISTS (SELECT FROM report_default WHERE day >= now())",
     "selects no column"),
    ("SELECT number, kept.content_digest"
     " FROM generate_series(1, 10) AS number CROSS JOIN LATERAL ("
     " SELECT content_digest FROM report WHERE received_by = number::text"
     " OFFSET 0) AS kept",
     "limits what it looks up for the rows of no spread table"),
    ("SELECT policy_domain FROM outbox_policy WHERE EXISTS ("
     "SELECT FROM alert WHERE alert.policy_domain = outbox_policy.policy_domain)",
     "looks up in a local table for each row of a spread one"),
    ("SELECT day, (SELECT min(name) FROM alert_rule"
     " WHERE failure.result_type = ANY (result_types)) FROM failure",
     "looks up in a local table for each row of a spread one"),
    ("SELECT day, (SELECT string_agg(policy_domain, ' ') FROM v_policy AS p"
     " WHERE p.report_key = r.report_key) FROM ("
     "SELECT * FROM v_report ORDER BY day LIMIT 5) AS r",
     "looks up in a spread table for each row of none"),
    ("SELECT day FROM v_failure WHERE $1::text IS NULL AND day > $2",
     "has a condition without a column, and an outer join"),
    ("INSERT INTO outbox (day, report_key, has_failures, size, trusted)"
     " VALUES (now(), gen_random_uuid(), true, 1, EXISTS ("
     "SELECT 1 FROM believed_signer('', false)))",
     "has a query among the values of a row"),
    ("SELECT auth_domain FROM outbox_policy,"
     " believed_signer(auth_domain, false)",
     "has workers call a function that reads tables"),
]
ACCEPTED = [
    "SELECT 1 FROM report_default LIMIT 1000",
    "SELECT r.day, (SELECT string_agg(policy_domain, ' ') FROM v_policy AS p"
    " WHERE p.day = r.day AND p.report_key = r.report_key) FROM v_report AS r"
    " ORDER BY day LIMIT 5",
    "WITH touched AS MATERIALIZED (SELECT DISTINCT policy_domain FROM"
    " outbox_policy) SELECT policy_domain FROM touched WHERE EXISTS ("
    "SELECT 1 FROM alert WHERE alert.policy_domain = touched.policy_domain)",
    "SELECT day FROM v_failure WHERE ($1::text IS NULL OR result_type = $1)",
    "SELECT * FROM v_daily_domain WHERE EXISTS (SELECT FROM report_loop AS l"
    " WHERE l.policy_domain = v_daily_domain.policy_domain)",
]
FUNCTION = """
    CREATE FUNCTION %s(name text) RETURNS SETOF date LANGUAGE sql STABLE
    AS $$ SELECT day FROM policy WHERE policy_domain = name $$
"""
# They go through what is another function there.
RETOLD = ["alerts.sql", "alert-trust.sql", "corroboration.sql", "digest.sql",
          "fold.sql", "incidents.sql", "ingest.sql", "rollout.sql",
          "tenant.sql"]


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, good, name, *details):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        if not good:
            for detail in details:
                print("# %s" % (detail,))

    def end(self):
        print("1..%d" % self.count)
        return self.failed > 0


def run_psql(*words, database=DATABASE):
    return subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *words],
        check=False, capture_output=True, text=True)


def prepare():
    """A copy of the database in which all is done; returns what went wrong."""
    run_psql("-c", "CREATE DATABASE %s TEMPLATE %s" % (
        DATABASE, os.environ["PGDATABASE"]), database="postgres")
    return run_psql(
        "-f", "citus.psql", "-f", "../../conf/citus.sql").stderr.strip()


class Functions:
    """Those of the schema, and which tables each reaches through others."""

    def __init__(self, observer, where):
        self.all = list(observer.functions())
        self.reach = {
            oid: set().union(*(citusrules.places(tree, where)
                               for tree in trees))
            for oid, _, _, _, trees in self.all}
        calls = {oid: own_calls(trees) for oid, _, _, _, trees in self.all}
        for _ in calls:
            for oid, called in calls.items():
                self.reach[oid] = self.reach[oid].union(
                    *(self.reach.get(other, ()) for other in called))
        self.calls = calls
        self.names = {oid: name for oid, name, _, _, _ in self.all}
        self.readers = {oid for oid, found in self.reach.items() if found}

    def find(self, name):
        return next(oid for oid, other in self.names.items() if other == name)

    def closure(self, oid):
        found, left = set(), {oid}
        while left:
            found |= left
            left = {other for one in left for other in self.calls.get(one, ())
                    if other in self.names} - found
        return found


def check_rules(tap, observer, where, readers):
    for text, rule in REFUSED:
        found = [words for tree in observer.prepare(text)
                 for words in citusrules.judge(tree, where, readers)]
        tap.check(found == [rule], "refused: " + rule, text, found)
    for text in ACCEPTED:
        found = [words for tree in observer.prepare(text)
                 for words in citusrules.judge(tree, where, readers)]
        tap.check(not found, "accepted: " + text[:50], text, found)
    trees = observer.watch(FUNCTION % "tell")
    tap.check(citusrules.judge_sql_function(trees, where, True),
              "refused: a function in SQL that reads what is not local")


def check_statements(tap, observer, where, functions):
    statements = [
        ("function " + name, trees) for _, name, _, _, trees in functions.all
    ] + [("view " + name, trees) for name, trees in observer.views()
         ] + list(observer.queries())
    workers = set()
    for name, trees in statements:
        found = [words for tree in trees
                 for words in citusrules.judge(tree, where, functions.readers)]
        tap.check(not found, name, *found)
        for tree in trees:
            workers |= citusrules.called_by_workers(tree, where)
    for _, name, language, inlined, trees in functions.all:
        if language == "sql":
            found = citusrules.judge_sql_function(trees, where, inlined)
            tap.check(not found, "function %s by its language" % name, *found)
    return workers


def check_called(tap, observer, functions, workers):
    """Workers have no function that nobody gave them."""
    needed = functions.closure(functions.find("ingest"))
    for oid in workers & set(functions.names):
        needed |= functions.closure(oid)
    given = {oid for oid, in observer.ask(
        "SELECT name::oid::text FROM citus.called")}
    tap.check(needed == given, "workers have the functions that they call",
              *(functions.names[oid] for oid in needed ^ given))


def check_readers(tap, observer, where):
    """Of a view that workers help with, a reader may read the tables."""
    needed = set()
    readable = {name for name, in observer.ask(
        "SELECT relname FROM pg_class"
        " WHERE relnamespace = 'tlsrpt'::regnamespace AND relkind = 'v'"
        " AND has_table_privilege('tlsrpt_reader', oid, 'SELECT')")}
    for view, trees in observer.views():
        for tree in trees:
            if view in readable and \
                    citusrules.SPREAD in citusrules.places(tree, where):
                needed |= citusrules.tables(tree) & set(where)
    missing = observer.ask(
        "SELECT oid::regclass::text FROM pg_class WHERE oid::text = ANY (%s)"
        " AND NOT has_table_privilege('tlsrpt_reader', oid, 'SELECT')"
        " ORDER BY relname", sorted(needed))
    tap.check(not missing, "readers may read what is behind views",
              *(name for name, in missing))


def check_again(tap):
    """What the functions do there is the same."""
    for name in RETOLD:
        done = run_psql("-f", name)
        tap.check(done.returncode == 0 and "\nnot ok" not in "\n" + done.stdout,
                  name + " after citus.sql", *done.stdout.splitlines(),
                  *done.stderr.splitlines())


def main():
    tap = Tap()
    problem = prepare()
    tap.check(not problem, "citus.sql", problem)
    if not problem:
        with contextlib.closing(
                psycopg2.connect(dbname=DATABASE)) as connection:
            observer = Observer(connection)
            where = dict(observer.ask(TABLES))
            functions = Functions(observer, where)
            check_rules(tap, observer, where, functions.readers)
            workers = check_statements(tap, observer, where, functions)
            check_called(tap, observer, functions, workers)
            check_readers(tap, observer, where)
        check_again(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
