# SPDX-License-Identifier: BSD-2-Clause
"""Whatever is wrong with the database, senders get an answer, the log says
what to do, and when it is over everything is stored once, by itself."""

import concurrent.futures
import contextlib
import functools
import json
import re
import shutil
import signal
import subprocess

import pytest

import daemon
import reportmail
from conftest import FIRST, SECOND, running_milters
from daemon import READER, RUA, WRITER
from databasefaults import (
    FAULTS, crash, demoted, hanging, reload_server, stop_immediately, stopped)
from pgbouncer import PrivatePgbouncer
from postgres import PrivatePostgres
from pristine import PristineDatabase
from process import wait_for
from test_faults import send_until_accepted
from test_spool import files

MODES = {"spool": 250, "tempfail": 451}
PASSWORD = "correct-horse"
SETTINGS = {"max_connections": "40"}


@pytest.fixture(scope="module")
def cluster(workspace):
    """A server that other tests do not meet."""
    server = PrivatePostgres(workspace + "/spoiled", **SETTINGS)
    server.create().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def template(cluster, ctl_program):
    return daemon.create_database(cluster, ctl_program, "template_tlsrpt")


@pytest.fixture(scope="module")
def pristine(cluster, template):
    return PristineDatabase(cluster, template)


def open_conninfo(server, database):
    return "%s password=%s connect_timeout=2" % (
        server.conninfo(database, WRITER), PASSWORD)


def make_mails(number, first=0):
    return [reportmail.make_mail(
        "google", reportmail.make_report("google", seed), RUA)
        for seed in range(first, first + number)]


def report_ids(mails):
    return sorted(reportmail.read_reports(mail)[0]["report-id"]
                  for mail in mails)


def check_stored(server, database, mails):
    """Each of the reports once, and no sum but of reports that are there."""
    select = functools.partial(server.psql, database=database)
    stored = select("SELECT report_id FROM tlsrpt.v_report").splitlines()
    ids = report_ids(mails)
    assert sorted(filter(set(ids).__contains__, stored)) == ids
    assert select("SELECT count(*) FROM tlsrpt.v_policy") == \
        select("SELECT sum(reports) FROM tlsrpt.v_daily_domain") == \
        str(len(stored))


class Observer:
    """What a daemon has logged since then."""

    def __init__(self, milter):
        self.milter = milter
        self.start = len(milter.log_lines())

    def lines(self, pattern):
        return [line for line in self.milter.log_lines()[self.start:]
                if re.search(pattern, line)]

    def is_content(self):
        """The spool is empty, and the last word of the maintenance good."""
        complaints = self.lines(" maintenance: ")
        return not files(self.milter) and (
            not complaints or complaints[-1].endswith("works again"))

    def check(self):
        """Each complaint once, and without what nobody may know."""
        wait_for("recovery", self.is_content)
        complaints = self.lines(" maintenance: ")
        assert len(complaints) == len(set(complaints)), complaints
        assert files(self.milter, "corrupt") == []
        assert files(self.milter, "tmp") == []
        assert PASSWORD not in self.milter.read_log()


@pytest.fixture(scope="module", autouse=True)
def short_waits(cluster, template):
    """A lock is given up at once, rather than in seconds."""
    cluster.psql("ALTER ROLE %s SET lock_timeout = '100ms'" % WRITER)


@pytest.fixture(scope="class")
def database_of_class(pristine):
    yield pristine.get()
    pristine.put_back()


@pytest.fixture(scope="class")
def pair(workspace, cluster, database_of_class):
    """A daemon for each mode; none is started again after a fault."""
    conninfo = open_conninfo(cluster, database_of_class)
    with running_milters(workspace, conninfo) as start:
        yield [start(name, on_store_failure=mode)
               for name, mode in zip("ab", MODES)]


class TestFaults:
    @pytest.fixture
    def database(self, database_of_class):
        return database_of_class

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_fault(self, mta, pair, cluster, database, fault):
        observers = [Observer(milter) for milter in pair]
        mails = make_mails(6, first=10 * list(FAULTS).index(fault))
        services = [(FIRST, mails[:3]), (SECOND, mails[3:])]
        for service, (mail, _, _) in services:
            assert mta.send(mail, RUA, service=service)[0] == 250
        with FAULTS[fault].during(cluster, database):
            for service, (_, mail, _) in services:
                code, _ = mta.send(mail, RUA, service=service)
                assert code == list(MODES.values())[service]
        for observer in observers:
            [line] = observer.lines(" (spooled|unavailable) ")
            assert "reason=database" in line
            assert re.search(FAULTS[fault].complaint, line), line
        for service, again in ((FIRST, mails[2:3]), (SECOND, mails[4:])):
            for mail in again:
                assert mta.send(mail, RUA, service=service)[0] == 250
        for observer in observers:
            observer.check()
        check_stored(cluster, database, mails)

    def test_a_problem_is_logged_once(self, mta, pair, cluster, database):
        """Although a part of the maintenance works all the time."""
        denied = "permission denied for function ingest"
        observer = Observer(pair[FIRST])
        attempts = cluster.read_log().count(denied)
        mails = make_mails(1, first=1000)
        with FAULTS["not granted"].during(cluster, database):
            assert mta.send(*mails, RUA)[0] == 250
            wait_for("attempts", lambda: (
                cluster.read_log().count(denied) >= attempts + 3))
            assert len(observer.lines(" maintenance: ")) == 1
        observer.check()
        check_stored(cluster, database, mails)

    def test_a_server_that_hangs(self, mta, pair, cluster, database):
        """Some mails meet an open connection, some have to make their own."""
        observers = [Observer(milter) for milter in pair]
        mails = make_mails(6, first=2000)
        for service in (FIRST, SECOND):
            assert mta.send(mails[service], RUA, service=service)[0] == 250
        with hanging(cluster), concurrent.futures.ThreadPoolExecutor() as pool:
            results = [
                pool.submit(mta.send, mail, RUA, service=index % 2)
                for index, mail in enumerate(mails[2:])]
            assert [result.result()[0] for result in results] == \
                2 * list(MODES.values())
        for mail in mails[3::2]:
            assert mta.send(mail, RUA, service=SECOND)[0] == 250
        for observer in observers:
            observer.check()
        check_stored(cluster, database, mails)


@contextlib.contextmanager
def arriving(mta, mails):
    """Reports keep coming by both daemons meanwhile, each until it is
    taken."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = [
            pool.submit(send_until_accepted, mta, mail, index % 2)
            for index, mail in enumerate(mails)]

        def taken():
            return sum(result.done() for result in results)

        wait_for("first mails", lambda: taken() >= 5)
        yield
        before = taken()
        wait_for("mails afterwards", lambda: (
            taken() in (len(mails), *range(before + 5, len(mails)))))
        for result in results:
            result.result()


@pytest.mark.parametrize("version, advice", (
    (0, "run tlsreport db upgrade"), (1000, "upgrade the program")))
def test_the_schema_has_another_version(
        start_milter, cluster, database, version, advice):
    cluster.psql("DELETE FROM tlsrpt.schema_version;"
                 " INSERT INTO tlsrpt.schema_version VALUES (%d)" % version,
                 database)
    [line] = start_milter().log_lines(" database: ")
    assert "the schema has version %d, " % version in line
    assert line.endswith(advice)


@pytest.mark.parametrize("stop", (
    PrivatePostgres.stop, stop_immediately, crash), ids=lambda f: f.__name__)
def test_starting_again_while_mails_arrive(
        mta, start_pair, cluster, database, stop):
    pair = start_pair(open_conninfo(cluster, database))
    mails = make_mails(60)
    with arriving(mta, mails):
        stop(cluster)
        cluster.start()
    wait_for_spools(pair)
    check_stored(cluster, database, mails)


@pytest.fixture
def start_pair(start_milter):
    def start(conninfo):
        return [start_milter(name, database=conninfo, on_store_failure=mode)
                for name, mode in zip("ab", MODES)]

    return start


def wait_for_spools(pair):
    wait_for("replay", lambda: not any(map(files, pair)))


class TestPgbouncer:
    """Whose clients share a server's sessions, and must leave nothing in
    them."""

    @pytest.fixture
    def pooler(self, workspace, cluster):
        pooler = PrivatePgbouncer(
            workspace + "/pooler", cluster, [WRITER], default_pool_size="3")
        pooler.create().start()
        yield pooler
        pooler.stop()

    @pytest.fixture
    def pair(self, start_pair, pooler, database):
        return start_pair(pooler.conninfo(database, WRITER))

    def test_many_at_once(self, mta, pair, cluster, database):
        mails = make_mails(50)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            results = [pool.submit(mta.send, mail, RUA, service=service)
                       for mail in mails for service in (FIRST, SECOND)]
            assert {result.result()[0] for result in results} == {250}
        for milter in pair:
            assert not milter.log_lines(
                " (spooled|unavailable|database:|maintenance:) ")
        check_stored(cluster, database, mails)
        assert "prepared statement" not in cluster.read_log()

    def test_the_server_starts_again(
            self, mta, pair, cluster, database):
        mails = make_mails(60)
        with arriving(mta, mails):
            cluster.stop()
            cluster.start()
        wait_for_spools(pair)
        check_stored(cluster, database, mails)

    @pytest.mark.parametrize("how", ("at once", "between transactions"))
    def test_it_starts_again(self, mta, pair, pooler, cluster, database, how):
        mails = make_mails(60)
        if how == "between transactions":
            pooler.stop_signal = signal.SIGINT
        with arriving(mta, mails):
            pooler.stop()
            pooler.start()
        wait_for_spools(pair)
        check_stored(cluster, database, mails)


def check_reader(ctl_program, hosts, mails):
    """Whoever reads goes by the same hosts, and finds the one that is left."""
    done = subprocess.run(
        [ctl_program, "reports", "--limit", "0", "--json", "-d",
         hosts.replace(WRITER, READER)
         + " target_session_attrs=prefer-standby"],
        check=True, capture_output=True, text=True, timeout=60)
    assert {row["report_id"] for row in json.loads(done.stdout)} >= \
        set(report_ids(mails))


class TestFailover:
    @pytest.fixture
    def standby(self, workspace, cluster):
        standby = PrivatePostgres(workspace + "/standby", **SETTINGS)
        standby.create_standby(cluster).start()
        yield standby
        standby.stop()
        shutil.rmtree(standby.directory)

    @pytest.fixture
    def synchronous(self, cluster, standby, database):
        """What is committed is on both servers."""
        name = "synchronous_standby_names"
        cluster.psql("ALTER SYSTEM SET %s = '*'" % name)
        reload_server(cluster, name, "*")
        wait_for("standby", lambda: cluster.psql(
            "SELECT sync_state FROM pg_stat_replication") == "sync")
        yield "host=%s,%s dbname=%s user=%s connect_timeout=2" % (
            cluster.directory, standby.directory, database, WRITER)
        cluster.psql("ALTER SYSTEM RESET " + name)
        reload_server(cluster, name, "")

    @pytest.fixture
    def pair(self, start_pair, synchronous):
        return start_pair(synchronous + " target_session_attrs=read-write")

    @pytest.mark.parametrize("end", (
        functools.partial(stopped, crash), demoted), ids=("killed", "demoted"))
    def test_the_standby_takes_over(
            self, mta, pair, cluster, standby, database, synchronous,
            ctl_program, end):
        mails = make_mails(60)
        with contextlib.ExitStack() as old_primary:
            with arriving(mta, mails):
                old_primary.enter_context(end(cluster, database))
                assert standby.psql("SELECT pg_promote()") == "t"
            wait_for_spools(pair)
            check_stored(standby, database, mails)
            if not cluster.is_running():
                check_reader(ctl_program, synchronous, mails)
