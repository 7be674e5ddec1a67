# SPDX-License-Identifier: BSD-2-Clause
"""Whatever a server, a database, a role and the environment are set to, every
command says the same."""

import concurrent.futures
import datetime
import json
import os
import re
import shutil
import subprocess

import psycopg2
import pytest

import reportmail
from daemon import READER, WRITER
from pgbouncer import PrivatePgbouncer

PLAIN = "plain"
ODD = "odd"
OPERATOR = "surroundings_operator"
OWNER = "postgres"
SETTINGS = {
    "DateStyle": "'German'",
    "IntervalStyle": "sql_standard",
    "TimeZone": "'Pacific/Apia'",
    "array_nulls": "off",
    "backslash_quote": "on",
    "bytea_output": "escape",
    "client_min_messages": "debug1",
    "default_transaction_deferrable": "on",
    "default_transaction_isolation": "serializable",
    "escape_string_warning": "on",
    "extra_float_digits": "-15",
    "lc_messages": "'POSIX'",
    "lc_time": "'POSIX'",
    "quote_all_identifiers": "on",
    "search_path": "nowhere",
    "standard_conforming_strings": "off",
    "transform_null_equals": "on",
    "xmloption": "document",
}
ENVIRONMENT = {
    "PGCLIENTENCODING": "LATIN1",
    "PGDATESTYLE": "SQL, DMY",
    "PGTZ": "Asia/Kathmandu",
    "PGOPTIONS": "-c IntervalStyle=iso_8601 -c array_nulls=off",
    "TZ": "America/St_Johns",
}
TURKISH = " LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'"
DOMAIN = "istanbul.invalid-i.example"
QUARANTINE = """
    SELECT tlsrpt.quarantine('bad-json', 'why', 'a@b.test', 'Q', 'mx',
        'r.json', octet_length(raw), raw, '{}', NULL)
    FROM decode('%s', 'hex') AS raw"""
# By whom, and what; {} is a directory.
STORY = (
    (WRITER, "import --json {}"),
    (WRITER, "import --csv {}"),
    (OPERATOR, "rule set capitals --domains=*.INVALID-I.EXAMPLE"
               " --types=CERTIFICATE-* --unauthenticated=yes --days=60"),
    (WRITER, "maintain"),
    (OPERATOR, "rule test capitals --json"),
    (OPERATOR, "rule test capitals --csv"),
    (OPERATOR, "rule list --json"),
    (OPERATOR, "rule list --csv"),
    (READER, "alert list --json"),
    (READER, "alert list --csv"),
    (READER, "alert show 1"),
    (WRITER, "alert ack 1"),
    (READER, "summary --json"),
    (READER, "summary --csv -D ISTANBUL.INVALID-I.EXAMPLE"),
    (READER, "failures --json -t CERTIFICATE-EXPIRED"),
    (READER, "failures --csv -o *IDENTITY*"),
    (READER, "reports --json -D *INVALID-I*"),
    (READER, "reports --csv -s 30d"),
    (READER, "reporters --json -o identity*"),
    (READER, "reporters --csv"),
    (READER, "dashboard --output=-"),
    (READER, "db status --json"),
    (READER, "db status --csv"),
    (WRITER, "check-db"),
    (OWNER, "purge --dry-run --json"),
    (OWNER, "purge --csv"),
    (OPERATOR, "quarantine list --json"),
    (OPERATOR, "quarantine list --csv"),
    (OPERATOR, "quarantine retry --all"),
    (OPERATOR, "quarantine delete --all"),
)


def make_report(day, reason_code=None):
    failure = {"result-type": "validation-failure" if reason_code else
               "certificate-expired", "failed-session-count": 4,
               "sending-mta-ip": "192.0.2.1",
               "receiving-mx-hostname": "MX1." + DOMAIN.upper()}
    if reason_code:
        failure["failure-reason-code"] = reason_code
        del failure["sending-mta-ip"]
    return {
        "organization-name": "IDENTITY Inc ı",
        "contact-info": "tls@identity.example",
        "report-id": "%s-%s" % (day, reason_code),
        "date-range": {"start-datetime": "%sT00:00:00Z" % day,
                       "end-datetime": "%sT23:59:59Z" % day},
        "policies": [{
            "policy": {"policy-type": "sts", "policy-domain": DOMAIN.upper(),
                       "policy-string": ["version: STSv1", "mode: enforce",
                                         "mx: *.%s" % DOMAIN],
                       "mx-host": ["*." + DOMAIN]},
            "summary": {"total-successful-session-count": 5,
                        "total-failure-session-count": 4},
            "failure-details": [failure]}],
    }


@pytest.fixture
def reports(tmp_path):
    """One a day. By other rules than by bytes, some names sort otherwise."""
    days = [reportmail.yesterday() - datetime.timedelta(days)
            for days in (0, 1, 2, 3, 4, 5, 370)]
    contents = [make_report(days[0]), make_report(days[6]),
                make_report(days[1], "CERTIFICATE IS EXPIRED")]
    contents += [reportmail.make_report("google", 1, domain, day, 0)
                 for day, domain in zip(days[2:], (
                     "a-b.example", "ab.example", "a.b.example", "i.example"))]
    for number, content in enumerate(contents):
        (tmp_path / ("%d.json" % number)).write_text(json.dumps(content))
    return tmp_path


def has_icu(cluster):
    """Whether databases can have another collation than those of libc."""
    return int(cluster.psql("SHOW server_version_num")) >= 150000


def set_odd(cluster):
    """The database, and roles in it, which count more."""
    users = cluster.psql("SELECT rolname FROM pg_roles"
                         " WHERE rolcanlogin").splitlines()
    for target in (["DATABASE odd"] + ["ROLE %s IN DATABASE odd" % user
                                       for user in users]):
        cluster.psql("".join("ALTER %s SET %s = %s;" % (target, *setting)
                             for setting in SETTINGS.items()))


@pytest.fixture(scope="module")
def run_in(cluster, ctl_program):
    """Runs tlsreport as a user of a database; its status and what it says."""
    def run_ctl(database, user, *words):
        environment = ENVIRONMENT if database == ODD else {}
        done = subprocess.run(
            [ctl_program, *words, "-d", cluster.conninfo(database, user)],
            capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "LC_ALL": "C.UTF-8", **environment})
        assert "Sanitizer" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    return run_ctl


@pytest.fixture(scope="module")
def databases(cluster, template, run_in):
    """One as usual, and one that is odd from the beginning."""
    cluster.psql("CREATE DATABASE plain TEMPLATE " + template)
    cluster.psql("CREATE DATABASE odd TEMPLATE template0"
                 + TURKISH * has_icu(cluster))
    set_odd(cluster)
    for database, *words in (
            (ODD, "init"), (ODD, "upgrade"), (ODD, "grant", "writer", WRITER),
            (ODD, "grant", "reader", READER),
            (ODD, "grant", "operator", OPERATOR),
            (PLAIN, "grant", "operator", OPERATOR)):
        status, text = run_in(database, OWNER, "db", *words)
        assert status == 0, text
    set_odd(cluster)
    report = json.dumps(make_report(reportmail.yesterday(), "x"))
    for database in (PLAIN, ODD):
        cluster.psql(QUARANTINE % report.encode().hex(), database)
    yield cluster
    for database in (PLAIN, ODD):
        cluster.psql("DROP DATABASE %s WITH (FORCE)" % database)
    cluster.psql("DROP ROLE IF EXISTS " + OPERATOR)


def without_times(text):
    """Times and what depends on them and on sizes; their form must be right."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", text)
    text = re.sub(r"(size of [^\n]*?[\",: ]+)\d+ \w+", r"\1SIZE", text)
    return re.sub(r"\b(plain|odd)\b", "NAME", text)


def test_every_command_says_the_same(databases, run_in, reports):
    def tell(database):
        return [run_in(database, user, *words.format(reports).split())
                for user, words in STORY]

    with concurrent.futures.ThreadPoolExecutor() as executor:
        plain, odd = executor.map(tell, (PLAIN, ODD))
    for (_, words), usual, other in zip(STORY, plain, odd):
        assert other[0] == usual[0], words
        assert without_times(other[1]) == without_times(usual[1]), words
    said = {words: text for (_, words), (_, text) in zip(STORY, plain)}
    for words in ("rule test capitals --json",
                  "summary --csv -D ISTANBUL.INVALID-I.EXAMPLE",
                  "failures --json -t CERTIFICATE-EXPIRED",
                  "failures --csv -o *IDENTITY*",
                  "reports --json -D *INVALID-I*"):
        assert DOMAIN in said[words], words
    assert "IDENTITY" in said["reporters --json -o identity*"]
    assert "r.json" in said["quarantine list --csv"]
    assert "stored" in said["quarantine retry --all"]


@pytest.fixture
def pgbouncer(workspace, databases):
    """Two sessions at most, and a transaction may come to either."""
    server = PrivatePgbouncer(
        workspace + "/pgbouncer", databases, [WRITER, READER],
        default_pool_size="2")
    server.create().start()
    yield server
    server.stop()
    shutil.rmtree(server.directory)


def test_pooled_transactions(databases, pgbouncer, ctl_program, tmp_path):
    """The settings of one client are not those of another, of whom psycopg2
    sets the date style."""
    def run(user, *words):
        return subprocess.run(
            [ctl_program, *words, "-d", pgbouncer.conninfo(ODD, user)],
            capture_output=True, text=True, check=True, timeout=60).stdout

    report = tmp_path / "pooled.json"
    report.write_text(json.dumps(make_report(
        reportmail.yesterday() - datetime.timedelta(40))))
    with psycopg2.connect(pgbouncer.conninfo(ODD, READER)) as other:
        cursor = other.cursor()
        for _ in range(3):
            assert '"stored", "reason": null, "count": ' in run(
                WRITER, "import", "--json", str(report))
            rows = json.loads(run(READER, "failures", "--json"))
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", row["first_day"])
                       for row in rows)
            cursor.execute("SHOW TimeZone")
            assert cursor.fetchone() == ("Pacific/Apia",)
            other.commit()
    other.close()


def test_a_database_that_is_set_to_be_read_only(databases, run_in):
    """Whoever sets that wants nothing to be stored."""
    setting = "ALTER DATABASE plain %s default_transaction_read_only"
    databases.psql(setting % "SET" + " = on")
    status, text = run_in(PLAIN, OPERATOR, "rule", "enable", "dane")
    assert status == 3
    assert "default_transaction_read_only must be off" in text
    assert run_in(PLAIN, READER, "db", "status")[0] == 0
    databases.psql(setting % "RESET")


def test_the_order_of_texts_has_changed(databases, run_in):
    """PostgreSQL warns at each connection; only the check repeats that."""
    if not has_icu(databases):
        pytest.skip("PostgreSQL before 15 keeps no version of a database")
    databases.psql("UPDATE pg_database SET datcollversion = '1.2'"
                   " WHERE datname = 'odd'")
    assert "1.2" not in run_in(ODD, READER, "failures", "--csv")[1]
    text = run_in(ODD, WRITER, "check-db")[1]
    assert text.count("1.2") == 1
    assert "warning  the order of texts has changed, from version 1.2 " in text
    databases.psql("ALTER DATABASE odd REFRESH COLLATION VERSION")
    assert "order of texts" not in run_in(ODD, WRITER, "check-db")[1]
