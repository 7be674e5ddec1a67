# SPDX-License-Identifier: BSD-2-Clause
"""Backup, restore and moving as tlsrpt-milter(8) has them: no report is lost
on the way to another server."""

import os
import re
import shutil
import subprocess

import psycopg2
import pytest

import reportmail
from daemon import READER, RUA, WRITER
from postgres import PrivatePostgres
from process import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "tlsrpt"
TENANT = "operations_tenant"


def read_commands(*words):
    """What the owner of the database runs, from the literal text that has all
    of the words."""
    with open(os.path.join(HERE, "../../man/tlsrpt-milter.8")) as page:
        section = page.read().split(".Sh OPERATIONS")[1].split("\n.Sh ")[0]
    example, = (text for text in re.findall(
        r"^\.Bd.*?\n(.*?)^\.Ed", section, re.M | re.S)
                if all(word in text for word in words))
    return re.findall(r"^su - postgres -c '(.*)'$", example, re.M)


def make_mail(seed):
    report = reportmail.make_report("google", seed, "kiosk.test")
    return reportmail.make_mail("google", report, RUA)


def count_reports(server, user="postgres"):
    """What the user sees: a tenant has views of its own."""
    with psycopg2.connect(server.conninfo(DATABASE, user)) as connection:
        cursor = connection.cursor()
        cursor.execute("SET search_path = tlsrpt, tlsrpt_tenant")
        cursor.execute("SELECT count(*) FROM v_report")
        return cursor.fetchone()[0]


@pytest.fixture
def old_server(cluster, template, ctl_program, tmp_path):
    """With two reports, and a tenant of their domain."""
    cluster.psql("CREATE DATABASE %s TEMPLATE %s" % (DATABASE, template))
    paths = [tmp_path / ("%d.eml" % seed) for seed in (1, 2)]
    for seed, path in enumerate(paths, 1):
        path.write_bytes(make_mail(seed))
    for words, user in (
            (["db", "grant", "tenant", TENANT, "kiosk.test"], "postgres"),
            (["import", *map(str, paths)], WRITER)):
        subprocess.run(
            [ctl_program, *words, "-d", cluster.conninfo(DATABASE, user)],
            check=True, capture_output=True, timeout=60)
    yield cluster
    cluster.psql("DROP DATABASE %s WITH (FORCE)" % DATABASE)
    cluster.psql("DROP ROLE " + TENANT)


@pytest.fixture
def new_server(workspace):
    server = PrivatePostgres(workspace + "/new").create().start()
    yield server
    server.stop()
    shutil.rmtree(server.directory)


@pytest.fixture
def milter(start_milter, new_server):
    """Set to the new server before that has anything."""
    return start_milter(database=new_server.conninfo(DATABASE, WRITER))


@pytest.fixture
def run_on(tmp_path):
    """Runs commands in one directory, as the user postgres of a server."""
    def run(server, commands):
        environment = {
            **os.environ, "PGHOST": server.directory, "PGUSER": "postgres"}
        for command in commands:
            subprocess.run(
                ["sh", "-c", command], check=True, capture_output=True,
                cwd=tmp_path, env=environment, timeout=60)

    return run


def test_moving_the_database(
        old_server, new_server, run_on, postfix, milter, ctl_program,
        tmp_path):
    assert count_reports(old_server) == 2
    assert postfix.send(make_mail(3), RUA)[0] == 250
    assert milter.log_lines(": spooled ")
    backup = read_commands("pg_dumpall")
    restore = read_commands("pg_restore")
    assert (len(backup), len(restore)) == (2, 4)
    run_on(old_server, backup)
    assert (tmp_path / "roles.sql").stat().st_mode & 0o777 == 0o600
    run_on(new_server, restore)
    wait_for("what waited in the spool",
             lambda: count_reports(new_server) == 3)
    assert count_reports(new_server, READER) == 3
    assert count_reports(new_server, TENANT) == 3
    done = subprocess.run(
        [ctl_program, "check-db", "-d", new_server.conninfo(
            DATABASE, WRITER)], capture_output=True, text=True, check=False,
        timeout=60)
    assert done.returncode == 0, done
    assert "the role may store reports" in done.stdout


def test_a_restore_without_roles_changes_nothing(
        old_server, new_server, run_on):
    """As the page says of it."""
    run_on(old_server, read_commands("pg_dumpall"))
    *_, create, restore, _ = read_commands("pg_restore")
    run_on(new_server, [create])
    with pytest.raises(subprocess.CalledProcessError):
        run_on(new_server, [restore])
    assert new_server.psql(
        "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tlsrpt%'",
        DATABASE) == "0"
