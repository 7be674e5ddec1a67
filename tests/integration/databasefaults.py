# SPDX-License-Identifier: BSD-2-Clause
"""What can be wrong with a database, each for the time of a with block."""

import collections
import contextlib
import functools
import os
import signal

import psycopg2

from daemon import WRITER
from postgres import PrivatePostgres
from process import wait_for

WRITERS = " FROM pg_stat_activity WHERE usename = '%s'" % WRITER


def reload_server(server, name, value):
    server.psql("SELECT pg_reload_conf()")
    wait_for("reload", lambda: server.psql("SHOW " + name) == value)


def disconnect_writers(server):
    server.psql("SELECT pg_terminate_backend(pid)" + WRITERS)


@contextlib.contextmanager
def stopped(stop, server, _):
    stop(server)
    yield
    server.start()


def list_children(server):
    return server.psql("SELECT pid FROM pg_stat_activity"
                       " WHERE pid <> pg_backend_pid()").split()


def has_ended(pid):
    """In a container nobody may wait for orphans: then a zombie stays."""
    try:
        with open("/proc/%s/stat" % pid) as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def crash(server):
    """Its children notice a little later."""
    children = list_children(server)
    server.kill()
    wait_for("end of its children", lambda: all(map(has_ended, children)))


@contextlib.contextmanager
def hanging(server):
    """Who connects, or waits for an answer, waits."""
    pids = [server.pid, *map(int, list_children(server))]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def stop_immediately(server):
    server.send_signal(signal.SIGQUIT)
    server.wait()


@contextlib.contextmanager
def changed(begin, end, server, database):
    """Statements in the database of the reports."""
    try:
        for statement in begin:
            server.psql(statement, database)
        yield
    finally:
        for statement in end:
            server.psql(statement, database)


@contextlib.contextmanager
def read_only(server, _):
    name = "default_transaction_read_only"
    server.psql("ALTER SYSTEM SET %s = on" % name)
    reload_server(server, name, "on")
    yield
    server.psql("ALTER SYSTEM RESET " + name)
    reload_server(server, name, "off")


def admits(server, database):
    try:
        psycopg2.connect(server.conninfo(database, WRITER)).close()
    except psycopg2.OperationalError:
        return False
    return True


@contextlib.contextmanager
def demoted(server, database):
    """Whoever is connected stays so."""
    with read_only(server, database):
        wait_for("last commit", lambda: server.psql(
            "SELECT count(*)" + WRITERS + " AND state = 'active'") == "0")
        yield


@contextlib.contextmanager
def rejected(server, database):
    path = server.directory + "/data/pg_hba.conf"
    with open(path) as file:
        rules = file.read()
    with open(path, "w") as file:
        file.write("local all %s reject\n%s" % (WRITER, rules))
    server.psql("SELECT pg_reload_conf()")
    wait_for("rejection", lambda: not admits(server, database))
    disconnect_writers(server)
    yield
    with open(path, "w") as file:
        file.write(rules)
    server.psql("SELECT pg_reload_conf()")
    wait_for("admission", lambda: admits(server, database))


@contextlib.contextmanager
def no_connection_left(server, database):
    """Also those that the server keeps for superusers are in use."""
    sessions = [psycopg2.connect(server.conninfo("postgres"))]
    sessions[0].autocommit = True
    cursor = sessions[0].cursor()
    cursor.execute("SHOW max_connections")
    places = int(cursor.fetchone()[0])

    def is_full():
        cursor.execute("SELECT pg_terminate_backend(pid)" + WRITERS)
        with contextlib.suppress(psycopg2.OperationalError):
            while True:
                sessions.append(psycopg2.connect(server.conninfo("postgres")))
        return len(sessions) == places

    wait_for("use of all connections", is_full)
    yield
    for session in sessions:
        session.close()
    wait_for("admission", lambda: admits(server, database))


@contextlib.contextmanager
def locked(server, database):
    with psycopg2.connect(server.conninfo(database)) as session:
        session.cursor().execute("LOCK TABLE tlsrpt.report")
        yield
    session.close()


@contextlib.contextmanager
def renamed(server, database):
    allow = "ALTER DATABASE %s ALLOW_CONNECTIONS %s"
    server.psql(allow % (database, "false"))
    disconnect_writers(server)
    server.psql("ALTER DATABASE %s RENAME TO gone" % database)
    yield
    server.psql("ALTER DATABASE gone RENAME TO " + database)
    server.psql(allow % (database, "true"))


Fault = collections.namedtuple("Fault", ("during", "complaint"))
NO_SERVER = "No such file or directory *Is the server running"
INGEST = "FUNCTION tlsrpt.ingest"
FAULTS = {
    "stopped": Fault(functools.partial(
        stopped, PrivatePostgres.stop), NO_SERVER),
    "stopped at once": Fault(functools.partial(
        stopped, stop_immediately), "Connection refused|" + NO_SERVER),
    "killed": Fault(functools.partial(
        stopped, crash), "Connection refused *Is the server running"),
    "read-only": Fault(
        read_only, "is read-only: name .* target_session_attrs"),
    "rejected": Fault(
        rejected, 'pg_hba.conf rejects connection for .*"%s"' % WRITER),
    "no connection left": Fault(
        no_connection_left, "sorry, too many clients already"),
    "no connection for the role": Fault(functools.partial(
        changed,
        ["ALTER ROLE %s CONNECTION LIMIT 0" % WRITER,
         "SELECT pg_terminate_backend(pid)" + WRITERS],
        ["ALTER ROLE %s CONNECTION LIMIT -1" % WRITER]),
        'too many connections for role "%s"' % WRITER),
    "locked": Fault(locked, "somebody has locked the tables: see pg_locks"),
    "no database": Fault(renamed, 'database "test" does not exist'),
    "no schema": Fault(functools.partial(
        changed, ["ALTER SCHEMA tlsrpt RENAME TO elsewhere"],
        ["ALTER SCHEMA elsewhere RENAME TO tlsrpt"]),
        "no tlsrpt schema: run tlsreport db init"),
    "another schema": Fault(functools.partial(
        changed, ["ALTER %s RENAME TO take" % INGEST],
        ["ALTER FUNCTION tlsrpt.take RENAME TO ingest"]),
        "does not fit this program: run tlsreport db upgrade"),
    "not granted": Fault(functools.partial(
        changed, ["REVOKE EXECUTE ON %s FROM tlsrpt_writer" % INGEST],
        ["GRANT EXECUTE ON %s TO tlsrpt_writer" % INGEST]),
        "ask the owner of the database to run tlsreport db grant"),
}
