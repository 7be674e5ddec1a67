# SPDX-License-Identifier: BSD-2-Clause
"""One PostgreSQL and one Postfix for all tests, a database and a daemon of
its own for each."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import threading

import psycopg2
import pytest

import daemon
import signing
from postfix import PrivatePostfix
from postgres import PrivatePostgres
from pristine import PristineDatabase
from process import make_workspace
from sendmail import PrivateSendmail

pytest_plugins = ["dashboardfixtures"]

BUILD = os.environ.get("top_builddir", "../../build-check")
# What else the daemon runs under, such as "valgrind --trace-children=yes".
WRAPPER = os.environ.get("TLSRPT_WRAPPER", "").split()
# What sanitizers and valgrind write.
COMPLAINT = r"Sanitizer|runtime error|^==\d+=="
TEST_SECONDS = 90
# How long each of the tests in test_soak.py sends.
SOAK_SECONDS = int(os.environ.get("TLSRPT_SOAK_SECONDS", "6"))
# Names a directory.
SHARED = "TLSRPT_SHARED"
UNPACK = os.path.abspath("../unpack-packages")
MAILBOXES = (daemon.RUA, "alice@kiosk.test", "bob@kiosk.test")
# The smtpd services by the filter behind them.
FIRST, SECOND, RELAYED, OLD = range(4)
OLD_PROTOCOL = 2


def pytest_configure(config):
    """Makes what all workers of a run share; they are started later."""
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = make_workspace()


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SHARED))


def handle_signal(number, handler):
    """False in a worker that does not run in its main thread, as those of
    execnet 1.9 now and then: signals are out of its reach."""
    if threading.current_thread() is not threading.main_thread():
        return False
    signal.signal(number, handler)
    return True


@pytest.fixture
def most_seconds():
    """How long a test may take."""
    return TEST_SECONDS


@pytest.fixture(autouse=True)
def time_limit(most_seconds):
    def give_up(*_):
        raise TimeoutError("the test took over %d s" % most_seconds)

    if not handle_signal(signal.SIGALRM, give_up):
        yield
        return
    signal.alarm(most_seconds)
    yield
    signal.alarm(0)


@pytest.fixture(scope="session")
def workspace():
    # So that a run that is told to end cleans up.
    handle_signal(signal.SIGTERM, lambda *_: pytest.exit("terminated"))
    path = make_workspace()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def ctl_program():
    return os.path.abspath(BUILD + "/cli/tlsreport")


@pytest.fixture(scope="session")
def cluster(workspace):
    server = PrivatePostgres(workspace + "/db").create().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(cluster, ctl_program):
    return daemon.create_database(cluster, ctl_program, "template_tlsrpt")


@pytest.fixture(scope="session")
def pristine(cluster, template):
    return PristineDatabase(cluster, template)


@pytest.fixture
def database(pristine):
    """The name of a database with the schema in it, as new."""
    yield pristine.get()
    pristine.put_back()


@pytest.fixture
def query(cluster, database):
    """Runs a statement as the superuser, or as `user`."""
    connections = {}

    def run(statement, *parameters, user="postgres"):
        if user not in connections:
            connections[user] = psycopg2.connect(
                cluster.conninfo(database, user))
            connections[user].autocommit = True
        with connections[user].cursor() as cursor:
            cursor.execute(statement, parameters)
            rows = cursor.fetchall() if cursor.description else []
            if "INTO tlsrpt.daily_" in statement:
                daemon.sum_up(cursor.execute)
            return rows

    yield run
    for connection in connections.values():
        connection.close()


@pytest.fixture(scope="session")
def mta(workspace):
    if os.getuid() != 0:
        pytest.skip("Postfix starts only as root")
    sockets = [workspace + name
               for name in ("/a/m.sock", "/b/m.sock", "/relay.sock",
                            "/a/m.sock")]
    server = PrivatePostfix(
        workspace + "/postfix", sockets, local_milter=sockets[FIRST],
        mailboxes=MAILBOXES, lifetime=3600 + 5 * SOAK_SECONDS,
        protocols=[OLD_PROTOCOL])
    server.create().start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def unpacked():
    """Where the packages are that cannot be installed beside the others."""
    root = os.environ[SHARED] + "/unpacked"
    with open(root + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(root):
            subprocess.run([UNPACK, root + ".new"], check=True, timeout=300)
            os.rename(root + ".new", root)
    return root


@pytest.fixture(scope="session")
def sendmail(workspace, unpacked):
    """In front of the daemon "a"."""
    if os.getuid() != 0:
        pytest.skip("Sendmail is started as root")
    server = PrivateSendmail(
        workspace + "/sendmail", unpacked, workspace + "/a/m.sock")
    server.create().start()
    yield server
    server.stop()


@contextlib.contextmanager
def running_milters(workspace, database):
    """Gives a function that starts a daemon, named "a" unless told otherwise,
    with options."""
    if os.getuid() != 0:
        pytest.skip("the daemon is run as another user, which needs root")
    started = []

    def start(name="a", build=BUILD, **options):
        directory = os.path.join(workspace, name)
        shutil.rmtree(directory, ignore_errors=True)
        options.setdefault("database", database)
        options.setdefault("wrapper", WRAPPER)
        milter = daemon.Milter(
            directory, build + "/milter/tlsrpt-milter", **options)
        milter.create().start()
        started.append(milter)
        return milter

    yield start
    for milter in started:
        if milter.is_running():
            assert milter.stop() == 0, milter.read_log()
        assert not milter.log_lines(COMPLAINT), milter.read_log()


@pytest.fixture
def start_milter(workspace, cluster, database):
    with running_milters(
            workspace, cluster.conninfo(database, daemon.WRITER)) as start:
        yield start


@pytest.fixture
def milter(start_milter):
    return start_milter()


@pytest.fixture
def postfix(mta, milter):
    """Postfix with a running daemon and empty mailboxes."""
    mta.clear_mails()
    return mta


@pytest.fixture
def on_insert(cluster, database):
    """Has something happen whenever a report is stored."""
    def define(statement):
        cluster.psql(
            "CREATE FUNCTION tlsrpt.on_insert() RETURNS trigger"
            " LANGUAGE plpgsql AS $$ BEGIN %s; RETURN new; END $$;"
            "CREATE TRIGGER on_insert BEFORE INSERT ON tlsrpt.report"
            " FOR EACH ROW EXECUTE FUNCTION tlsrpt.on_insert()" % statement,
            database)

    return define


@pytest.fixture
def count(query):
    """The number of rows of a table or view of the schema."""
    return lambda name: query("SELECT count(*) FROM tlsrpt." + name)[0][0]


@pytest.fixture(scope="session")
def key():
    return signing.make_key()


@pytest.fixture(scope="session")
def records(key):
    public = signing.public_part(key)
    domains = ("google.com", "evil.example", "microsoft.com", *signing.SERVICES)
    return {
        **{signing.record_name(domain): "v=DKIM1; k=rsa; %sp=%s" % (
            signing.SERVICES.get(domain, ""), public) for domain in domains},
        signing.record_name("revoked.example"): "v=DKIM1; k=rsa; p=",
    }


@pytest.fixture(scope="session")
def resolver(workspace, records):
    server = signing.PrivateResolver(
        workspace + "/dns", records, [signing.BROKEN])
    server.create().start()
    yield server
    server.stop()
