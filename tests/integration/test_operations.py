# SPDX-License-Identifier: BSD-2-Clause
"""Backup, restore and moving as tlsrpt-milter(8) has them: no report is lost
on the way to another server."""

import glob
import os
import re
import shutil
import subprocess

import psycopg2
import pytest

import reportmail
from daemon import READER, RUA, WRITER, create_database
from postgres import PrivatePostgres
from process import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = "tlsrpt"
TENANT = "operations_tenant"
# Where servers of other versions are, besides those that are installed.
PROGRAMS = os.environ.get("TLSRPT_POSTGRES", "").split()
RIGHTS = """
    SELECT item, owner::regrole, ARRAY(
        SELECT unnest(acl)::text ORDER BY 1)
    FROM (
        SELECT 'schema ' || nspname, nspowner, nspacl FROM pg_namespace
        UNION ALL
        SELECT relnamespace::regnamespace || '.' || relname, relowner, relacl
        FROM pg_class
        UNION ALL
        SELECT proname || pronamespace::regnamespace::text, proowner, proacl
        FROM pg_proc
    ) AS thing (item, owner, acl)
    WHERE item LIKE '%tlsrpt%'
    ORDER BY item COLLATE "C"
"""


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


def read_rights(server):
    """To whom everything in the schemas belongs, and who may use it."""
    return server.psql(RIGHTS, DATABASE).splitlines()


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
    restore = read_commands("pg_restore", "vacuumdb")
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


def test_a_restore_without_roles_is_put_right(
        old_server, new_server, run_on, ctl_program):
    """As the page says: one command makes the roles, and gives them what is
    theirs."""
    def ctl(*words, user="postgres"):
        done = subprocess.run(
            [ctl_program, *words, "-d", new_server.conninfo(DATABASE, user)],
            capture_output=True, text=True, check=False, timeout=60)
        return done.stdout + done.stderr

    run_on(old_server, read_commands("pg_dumpall"))
    _, create, _, _ = read_commands("pg_restore", "vacuumdb")
    restore, *grants = read_commands("--no-owner")
    run_on(new_server, [create])
    new_server.psql("CREATE ROLE " + TENANT)
    run_on(new_server, [restore])
    assert "db grant" in ctl("check-db", user=WRITER)
    assert [words.split("tlsrpt ", 1)[1] for words in grants] == [
        "db grant writer tlsrpt-milter"]
    for words in (["writer", WRITER], ["reader", READER],
                  ["tenant", TENANT, "kiosk.test"]):
        assert "The role is a %s" % words[0] in ctl("db", "grant", *words)
    new_server.psql("ALTER ROLE %s LOGIN" % TENANT)
    assert "may store reports" in ctl("check-db", user=WRITER)
    assert "kiosk.test" in ctl("summary", user=READER)
    assert "kiosk.test" in ctl("summary", user=TENANT)
    assert read_rights(new_server) == read_rights(old_server)
    assert "up to date" in ctl("db", "upgrade")
    assert read_rights(new_server) == read_rights(old_server)


def test_a_restore_without_roles_changes_nothing(
        old_server, new_server, run_on):
    """As the page says of it."""
    run_on(old_server, read_commands("pg_dumpall"))
    *_, create, restore, _ = read_commands("pg_restore", "vacuumdb")
    run_on(new_server, [create])
    with pytest.raises(subprocess.CalledProcessError):
        run_on(new_server, [restore])
    assert new_server.psql(
        "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'tlsrpt%'",
        DATABASE) == "0"


def get_major(programs):
    text = subprocess.run(
        [programs + "/postgres", "--version"], capture_output=True, text=True,
        check=True).stdout
    return int(re.search(r" (\d+)", text).group(1))


def find_upgrades():
    """From each version that the installed pg_dump knows to each later one:
    pairs of directories of programs."""
    known = get_major(os.path.dirname(PrivatePostgres.find_program("pg_dump")))
    places = {get_major(programs): programs for programs in (
        *glob.glob("/usr/lib/postgresql/*/bin"), *PROGRAMS)}
    return [pytest.param(places[old], places[new], id="%d-%d" % (old, new))
            for old in sorted(places) for new in sorted(places)
            if known >= old < new]


@pytest.fixture
def start(workspace):
    started = []

    def start_server(programs):
        directory = "%s/upgrade%d" % (workspace, len(started))
        server = PrivatePostgres(directory, programs=programs)
        started.append(server.create().start())
        return server

    yield start_server
    for server in started:
        server.stop()
        shutil.rmtree(server.directory)


@pytest.mark.parametrize("old, new", find_upgrades())
def test_upgrading_postgresql_by_dump(
        start, ctl_program, run_on, tmp_path, old, new):
    """All commands say the same; reports come in, and the old ones again."""
    def ctl(server, *words, user=READER):
        done = subprocess.run(
            [ctl_program, *words, "-d", server.conninfo(DATABASE, user)],
            capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done
        return done.stdout

    def look(server):
        return [ctl(server, *words.split(), user=user)
                for words, user in (
                    ("summary --json", READER), ("failures --json", READER),
                    ("reports --json", READER), ("rule list --json", READER),
                    ("summary --json", TENANT), ("check-db", WRITER))]

    servers = start(old), start(new)
    create_database(servers[0], ctl_program, DATABASE)
    ctl(servers[0], "db", "grant", "tenant", TENANT, "kiosk.test",
        user="postgres")
    for seed in range(5):
        (tmp_path / ("%d.eml" % seed)).write_bytes(make_mail(seed))
    paths = sorted(map(str, tmp_path.glob("*.eml")))
    ctl(servers[0], "import", *paths[:4], user=WRITER)
    run_on(servers[0], read_commands("pg_dumpall"))
    run_on(servers[1], read_commands("pg_restore", "vacuumdb"))
    assert look(servers[1]) == look(servers[0])
    ctl(servers[1], "import", *paths, user=WRITER)
    ctl(servers[1], "maintain", user=WRITER)
    assert count_reports(servers[1], TENANT) == 5
    ctl(servers[1], "db", "upgrade", user="postgres")
    for server in servers:
        assert "order of texts" not in ctl(server, "check-db", user=WRITER)
