# SPDX-License-Identifier: BSD-2-Clause
"""More than one database server, as SCALE in tlsrpt-schema(7) has it: a replica
for those who read, and a database for each group of domains."""

import json
import shutil
import subprocess

import psycopg2
import pytest

import daemon
import grafana
import milterprotocol
import reportmail
import traffic
from conftest import running_milters
from daemon import READER, WRITER
from postgres import PrivatePostgres
from process import wait_for

READING = (
    ("summary",), ("failures",), ("failures", "--details"), ("reports",),
    ("reports", "--domain", "d1.example"), ("reporters",), ("status",),
    ("advise",), ("dashboard", "--output", "/dev/null"), ("db", "status"), ("check-db",),
    ("alert", "list"), ("rule", "list"))
WRITING = (
    ("maintain",), ("purge",), ("db", "upgrade"), ("signer", "trust", "x.test"),
    ("rule", "disable", "expired"))
# How long a standby waits for its readers.
PATIENCE = "300ms"
UNAVAILABLE = 3
# The SQLSTATE that sql/error.c explains.
CONFLICT = "40001"


@pytest.fixture(scope="module")
def primary(workspace):
    server = PrivatePostgres(workspace + "/primary").create().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def name(primary, ctl_program):
    return daemon.create_database(primary, ctl_program, "growing")


@pytest.fixture(scope="module")
def standby(workspace, primary):
    server = PrivatePostgres(
        workspace + "/replica", max_standby_streaming_delay=PATIENCE,
        hot_standby_feedback="on")
    server.create_standby(primary).start()
    yield server
    server.stop()
    shutil.rmtree(server.directory)


@pytest.fixture
def sender(workspace, primary, name):
    """Reports come in meanwhile."""
    with running_milters(workspace, primary.conninfo(name, WRITER)) as start:
        thread = traffic.Sender(start().socket, 1, 1, 0.02)
        thread.start()
        wait_for("reports", lambda: len(thread.sent) > 20)
        yield thread
        thread.stopping.set()
        thread.join(30)


@pytest.fixture
def run(ctl_program):
    def run_command(conninfo, *words):
        return subprocess.run(
            [ctl_program, *words, "-d", conninfo], check=False,
            capture_output=True, text=True, timeout=60)

    return run_command


def catch_up(primary, standby):
    """What the primary has said so far is on the standby."""
    place = primary.psql("SELECT pg_current_wal_lsn()")
    wait_for("replay", lambda: standby.psql(
        "SELECT pg_last_wal_replay_lsn() >= '%s'" % place) == "t")


def prefer_standby(primary, standby, name, user=READER):
    return ("host=%s,%s dbname=%s user=%s target_session_attrs=prefer-standby"
            % (primary.directory, standby.directory, name, user))


def is_read(done):
    """All is well but for what the data says."""
    return done.returncode in (0, 1) and "read-only" not in done.stderr


class TestReplica:
    @pytest.mark.parametrize("words", READING, ids=" ".join)
    def test_whoever_reads(self, primary, standby, name, sender, run, words):
        done = run(standby.conninfo(name, READER), *words)
        assert is_read(done), done

    def test_it_is_dumped(self, standby, name):
        subprocess.run(
            [standby.find_program("pg_dump"), standby.conninfo(name)],
            check=True, stdout=subprocess.DEVNULL, timeout=60)

    @pytest.mark.parametrize("words", WRITING, ids=" ".join)
    def test_whoever_writes(self, primary, standby, name, run, words):
        """It is told where to go."""
        done = run(standby.conninfo(name), *words)
        assert done.returncode == UNAVAILABLE, done
        assert "the server is read-only: name the primary" in done.stderr

    def test_the_same_is_there(self, primary, standby, name, sender, run):
        sender.stopping.set()
        sender.join(30)
        primary.psql("SELECT * FROM tlsrpt.fold()", name)
        catch_up(primary, standby)
        for words in (("summary",), ("reports", "--limit", "0"), ("failures",)):
            there, here = (run(where, *words, "--json").stdout for where in (
                prefer_standby(primary, standby, name),
                primary.conninfo(name, READER)))
            assert json.loads(there) == json.loads(here) != []

    def test_grafana(self, primary, standby, name, sender):
        dashboard = grafana.load()
        connection = psycopg2.connect(prefer_standby(primary, standby, name))
        cursor = connection.cursor()
        cursor.execute("SELECT pg_is_in_recovery()")
        assert cursor.fetchone() == (True,)
        for text in grafana.list_queries(dashboard).values():
            cursor.execute(grafana.expand(text, dashboard))
            cursor.fetchall()
        connection.close()

    def test_a_month_is_removed_under_a_reader(
            self, workspace, primary, standby, name, run):
        """The primary does not wait for him, nor the standby for long."""
        config = daemon.write_config(
            workspace + "/purge.conf", {"retention_days": 62})
        month = traffic.month_ago(5)
        with psycopg2.connect(primary.conninfo(name)) as connection:
            connection.cursor().execute(traffic.OLD_REPORTS, (month, 10))
        connection.close()
        catch_up(primary, standby)
        reader = psycopg2.connect(standby.conninfo(name, READER))
        cursor = reader.cursor()
        cursor.execute("SELECT count(*) FROM tlsrpt.v_report WHERE day < %s",
                       (traffic.month_ago(4),))
        assert cursor.fetchone() == (10,)
        done = run(primary.conninfo(name), "purge", "-c", config)
        assert done.returncode == 0, done
        with pytest.raises(psycopg2.Error) as error:
            cursor.execute("SELECT pg_sleep(30)")
        assert error.value.pgcode == CONFLICT
        assert "due to conflict with recovery" in str(error.value)
        reader.close()
        catch_up(primary, standby)
        assert is_read(run(standby.conninfo(name, READER), "summary"))


class TestSeveralDatabases:
    """One server or several: a daemon has one of them, with its own
    configuration."""

    GROUPS = {"kiosk": ("kiosk.test", "shop.test"), "cafe": ("cafe.test",)}

    @pytest.fixture
    def databases(self, primary, ctl_program):
        names = {group: daemon.create_database(
            primary, ctl_program, "reports_" + group) for group in self.GROUPS}
        yield names
        for database in names.values():
            primary.psql("DROP DATABASE %s WITH (FORCE)" % database)

    @pytest.fixture
    def daemons(self, workspace, primary, databases):
        with running_milters(workspace, None) as start:
            yield {group: start(
                group, database=primary.conninfo(databases[group], WRITER),
                policy_domains=domains,
                report_addresses=["tlsrpt@" + domains[0]])
                   for group, domains in self.GROUPS.items()}

    @staticmethod
    def send(milter, recipient, domain, seed):
        report = reportmail.make_report("google", seed, domain)
        with milterprotocol.Client(milter.socket) as client:
            client.negotiate()
            client.connect()
            client.helo()
            reply = client.message(
                [b"<%s>" % recipient.encode()],
                reportmail.make_mail("google", report, recipient))
            client.quit()
        return reply

    def test_each_has_its_own(
            self, primary, databases, daemons, run):
        """Mail passes both daemons, as the mail server has them in a row."""
        seed = 0
        for group, domains in self.GROUPS.items():
            recipient = "tlsrpt@" + domains[0]
            for domain in domains:
                seed += 1
                for milter in daemons.values():
                    assert self.send(
                        milter, recipient, domain, seed) in (b"a", b"c")
        # A report about domains of another group counts nowhere.
        for group, milter in daemons.items():
            self.send(milter, "tlsrpt@" + self.GROUPS[group][0],
                      "elsewhere.test", 100)
        for group, domains in self.GROUPS.items():
            done = run(primary.conninfo(databases[group], READER), "summary",
                       "--json")
            assert sorted(row["policy_domain"]
                          for row in json.loads(done.stdout)) == sorted(domains)
            assert primary.psql(
                "SELECT reason FROM tlsrpt.quarantine", databases[group]) != ""
