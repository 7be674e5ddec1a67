# SPDX-License-Identifier: BSD-2-Clause
"""What check-config and check-db find wrong with a real server."""

import datetime
import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

import reportmail
from daemon import READER, RUA, WRITER, write_config
from postgres import PrivatePostgres

DONE, BAD, _, UNAVAILABLE = range(4)
SETTINGS = {"report_addresses": [RUA], "dkim": "verify"}
MASTER = "smtp inet n - %s - - smtpd\n"


@pytest.fixture
def run(ctl_program):
    """Runs tlsreport; its findings as pairs of level and text."""
    def run_ctl(*arguments, status=DONE, **environment):
        environment.setdefault("MAIL_CONFIG", "/nonexistent")
        done = subprocess.run(
            [ctl_program, *arguments], capture_output=True, text=True,
            check=False, timeout=60, env={**os.environ, **environment})
        assert done.returncode == status, done
        assert not done.stderr, done.stderr
        return [(line[:8].strip(), line[9:])
                for line in done.stdout.splitlines()]

    return run_ctl


def of_level(findings, level):
    return [text for word, text in findings if word == level]


def find(findings, level, text):
    """The one finding of that level that begins so."""
    found, = [line for line in of_level(findings, level)
              if line.startswith(text)]
    return found


class TestDatabase:
    @pytest.fixture
    def conninfo(self, cluster, database):
        return cluster.conninfo(database, WRITER)

    @pytest.fixture
    def check(self, run, conninfo, tmp_path):
        """As the daemon's role, which the configuration names."""
        def check_as_configured(status=DONE, **options):
            path = write_config(str(tmp_path / "check.conf"), {
                **SETTINGS, "database": conninfo, **options})
            return run("check-db", "-c", path, status=status)

        return check_as_configured

    @pytest.fixture
    def report(self, ctl_program, conninfo, tmp_path):
        """Stores a report about a day so long past."""
        path = write_config(str(tmp_path / "import.conf"), {
            **SETTINGS, "database": conninfo, "max_report_age": 36500})

        def put(age):
            day = reportmail.yesterday() - datetime.timedelta(age)
            value = reportmail.make_report("google", age, day=day)
            subprocess.run(
                [ctl_program, "import", "-c", path, "-"],
                input=json.dumps(value).encode(), check=True,
                capture_output=True, timeout=60)

        return put

    def test_all_is_well(self, check, report, query):
        """But the private server does without fsync. Its time zone is its
        own affair."""
        find(check(), "ok", "reports: none yet")
        report(0)
        findings = check()
        query("ALTER ROLE %s SET timezone = 'Asia/Tokyo'" % WRITER)
        try:
            assert check() == findings
        finally:
            query("ALTER ROLE %s RESET timezone" % WRITER)
        assert len(of_level(findings, "ok")) == 3
        find(findings, "ok", "the role stores reports and does not read ")
        warnings = of_level(findings, "warning")
        assert len(warnings) == 1, warnings
        find(findings, "warning", "fsync of the server is off: ")

    @pytest.mark.parametrize("setting, text", (
        ("synchronous_commit = off", "synchronous_commit is off: "),
        ("statement_timeout = 0", "statement_timeout is 0, "),
    ))
    def test_settings_of_the_role(self, check, query, setting, text):
        name = setting.split()[0]
        kept, = query("SELECT option_value FROM pg_db_role_setting AS s,"
                      " LATERAL pg_options_to_table(setconfig)"
                      " WHERE setrole = %s::regrole AND option_name = %s",
                      WRITER, name)
        query("ALTER ROLE %s SET %s" % (WRITER, setting))
        try:
            find(check(), "warning", text)
        finally:
            query("ALTER ROLE %s SET %s = '%s'" % (WRITER, name, kept[0]))
        assert not [line for line in of_level(check(), "warning")
                    if line.startswith(name)]

    def test_the_owner_may_take_any_time(self, run, cluster, database):
        findings = run("check-db", "-d", cluster.conninfo(database))
        assert len(of_level(findings, "ok")) == 4
        warning, = of_level(findings, "warning")
        assert warning.startswith("fsync")

    def test_connections(self, check):
        assert "than the 197 connections" in find(
            check(database_connections=198), "warning",
            "database_connections")
        assert not [line for _, line in check(database_connections=197)
                    if line.startswith("database_connections")]

    def test_nobody_folds(self, check, report, query):
        report(0)
        query("UPDATE tlsrpt.report"
              " SET received_at = now() - interval '59 minutes'")
        query("UPDATE tlsrpt.job SET done_at = now()")
        assert "reports have waited" not in str(check())
        query("UPDATE tlsrpt.job SET done_at = now() - interval '2 minutes'")
        find(check(), "warning", "reports have waited for the roll-ups")
        assert "reports have waited" not in str(check(
            maintenance_interval=60))
        query("UPDATE tlsrpt.report"
              " SET received_at = '2026-01-02 03:04:05+00'")
        assert "since 2026-01-02T03:04:05Z: " in find(
            check(), "warning", "reports have waited for the roll-ups")
        query("SELECT tlsrpt.fold()")
        assert "reports have waited" not in str(check())

    @pytest.mark.parametrize("parent", ("report", "failure"))
    def test_no_partition_for_the_next_month(self, check, query, parent):
        month, = query("SELECT to_char((now() AT TIME ZONE 'UTC')"
                       " + interval '1 month', 'YYYY-MM')")[0]
        query("DROP TABLE tlsrpt.%s_%s" % (parent, month.replace("-", "")))
        find(check(), "warning", "there is no partition for %s: " % month)
        query("SELECT tlsrpt.ensure_partitions()")
        assert "no partition" not in str(check())

    def test_reports_outside_of_the_months(self, check, report):
        report(0)
        report(1000)
        report(2000)
        find(check(), "warning", "2 reports or more")

    def test_a_flood(self, check, query):
        query("INSERT INTO tlsrpt.daily_reporter"
              " VALUES (now(), '', 'Many', 100000, 0, now()),"
              " (now(), 'a.example', 'Signed', 100000, 0, now()),"
              " (now(), '', 'Old', 100000, 0, now() - interval '2 days')")
        assert "unauthenticated reports" not in str(check())
        query("INSERT INTO tlsrpt.daily_reporter"
              " VALUES (now(), '', 'One more', 1, 0, now())")
        assert "policy_domains" in find(
            check(), "warning", "100001 unauthenticated reports were added")

    def test_nothing_comes(self, check, report):
        report(3)
        assert "the last reports" not in str(check())

    def test_nothing_comes_any_more(self, check, report):
        report(4)
        day = reportmail.yesterday() - datetime.timedelta(4)
        find(check(), "warning", "the last reports are about %s: " % day)

    def test_the_wrong_role(self, run, check, cluster, database):
        reader = cluster.conninfo(database, READER)
        findings = check(status=BAD, database=reader)
        assert "ingest_batch" in find(findings, "bad", "ask the owner")
        assert "db grant writer" in find(findings, "", "the daemon")
        findings = run("check-db", "-d", reader)
        find(findings, "ok", "the role may read the views")
        find(findings, "ok", "the role does not store reports; ")
        assert not of_level(findings, "bad")

    @pytest.mark.parametrize("version, advice", (
        (0, "db upgrade"), (1000, "upgrade the program")))
    def test_versions(self, check, query, version, advice):
        query("DELETE FROM tlsrpt.schema_version")
        query("INSERT INTO tlsrpt.schema_version VALUES (%s)", version)
        assert advice in find(
            check(status=BAD), "bad", "the schema has version")

    def test_no_schema(self, check, cluster):
        assert "db init" in find(
            check(status=BAD, database=cluster.conninfo("postgres")),
            "bad", "the database has no tlsrpt schema")

    def test_no_server(self, check, tmp_path):
        find(check(status=UNAVAILABLE, database="host=%s" % tmp_path),
             "bad", "no connection: start the database")

    def test_no_such_role(self, check, cluster, database):
        findings = check(status=UNAVAILABLE,
                         database=cluster.conninfo(database, "stranger"))
        find(findings, "bad", "the database refuses the login: ")
        find(findings, "", "run it as the user of the daemon: "
             "runuser -u tlsrpt-milter -- tlsreport check-db")

    def test_no_such_database(self, check, cluster):
        find(check(status=UNAVAILABLE, database=cluster.conninfo("nothing")),
             "bad", "the server has no such database: create it ")

    def test_the_wrong_password(self, check, cluster, database):
        """Also where libpq tries twice, it is said once."""
        path = cluster.directory + "/data/pg_hba.conf"
        with open(path) as file:
            rules = file.read()
        with open(path, "w") as file:
            file.write("local all locked scram-sha-256\n" + rules)
        cluster.psql("CREATE ROLE locked LOGIN PASSWORD 'x';"
                     "SELECT pg_reload_conf()")
        hosts = "host=%s,%s dbname=%s user=locked " % (
            cluster.directory, cluster.directory, database)
        for word in ("password=wrong", ""):
            findings = check(status=UNAVAILABLE, database=hosts + word)
            text = find(findings, "bad", "the password is missing or wrong")
            assert text.count("connection to server") == 1
        with open(path, "w") as file:
            file.write(rules)
        cluster.psql("DROP ROLE locked; SELECT pg_reload_conf()")

    def test_a_standby(self, check, run, workspace, cluster, database):
        standby = PrivatePostgres(workspace + "/standby")
        standby.create_standby(cluster).start()
        try:
            assert "read-only" in find(
                check(status=UNAVAILABLE,
                      database=standby.conninfo(database, WRITER)),
                "bad", "the server is read-only")
            find(run("check-db", "-d", standby.conninfo(database, READER)),
                 "ok", "the role may read the views")
        finally:
            standby.stop()
            shutil.rmtree(standby.directory)


class TestFiles:
    """As the user "nobody", whom the socket of the running daemon gives
    away."""

    @pytest.fixture
    def check(self, run, milter):
        def check_files(status=BAD, **options):
            milter.write_config(**{**SETTINGS, **options})
            return run("check-config", "-c", milter.config, status=status)

        return check_files

    def test_all_is_well(self, check, milter):
        findings = check(status=DONE)
        assert {level for level, _ in findings} == {"ok"}
        find(findings, "ok", "socket: %s belongs to nobody" % milter.directory)

    @pytest.mark.parametrize("option", ("spool_directory", "metrics_file"))
    def test_a_directory_of_another(self, check, tmp_path, workspace, option):
        directory = workspace + "/owned"
        os.mkdir(directory)
        value = directory + ("/m.prom" if option == "metrics_file" else "")
        try:
            assert "the daemon's user nobody cannot write to" in find(
                check(**{option: value}), "bad", option)
            os.chmod(directory, 0o777)
            assert "everyone can write" in find(
                check(**{option: value}), "bad", option)
        finally:
            os.rmdir(directory)

    def test_a_directory_out_of_reach(self, check, tmp_path):
        os.chmod(tmp_path, 0o700)
        (tmp_path / "spool").mkdir()
        shutil.chown(tmp_path / "spool", "nobody")
        assert "it may not enter " in find(
            check(spool_directory=str(tmp_path / "spool")), "bad",
            "spool_directory: the daemon's user nobody cannot reach")

    def test_files_that_the_daemon_cannot_read(
            self, check, run, milter, workspace):
        path = workspace + "/secret"
        with open(path, "w") as file:
            file.write("@more.test\n")
        os.chmod(path, 0o600)
        find(check(database="dbname=x passfile=" + path), "bad",
             "database: passfile: the daemon's user nobody cannot")
        assert "cannot read it" in find(
            check(report_address_file=path), "bad", "report_address_file: ")
        os.unlink(path)
        check(status=DONE, report_address_file="", database="dbname=x")
        os.chmod(milter.config, 0o640)
        assert "cannot read it" in find(
            run("check-config", "-c", milter.config, status=BAD), "bad",
            milter.config)


class TestHttps:
    """As the user "nobody", with a directory that is as it should be but for
    one thing."""

    @pytest.fixture
    def place(self, workspace):
        place = pathlib.Path(workspace, "https")
        for path, mode in ((place, 0o2750), (place / "tmp", 0o2770),
                           (place / "new", 0o2770)):
            path.mkdir()
            shutil.chown(path, "nobody", "www-data")
            path.chmod(mode)
        (place / "limits").write_text(
            "[limits]\nmessage-size=1000000\nspool-size=1000000\n")
        yield place
        shutil.rmtree(place)

    @pytest.fixture
    def check(self, run, milter, place):
        """What is said of the option; there is nothing else to complain of,
        unless a test knows better."""
        def check_https(level, text, **options):
            milter.write_config(**{
                **SETTINGS, "policy_domains": ["example.com"],
                "https_spool_directory": str(place), **options})
            findings = run("check-config", "-c", milter.config,
                           status=BAD if level == "bad" else DONE)
            found = find(findings, level, "https_spool_directory: ")
            assert text in found, found
            assert [level] == [
                word for word, line in findings
                if line.startswith("https_spool_directory: ")]

        return check_https

    def test_all_is_well(self, check, place):
        check("ok", "%s, which the web server has to name in "
              "TLSRPT_HTTPS_SPOOL" % place)
        (place / "new" / "1").write_text("young")
        (place / "tmp" / "1").write_text("young")
        check("ok", str(place))

    def test_it_is_not_in_use(self, run, milter):
        milter.write_config(**SETTINGS, https_spool_directory="")
        assert "https" not in str(run("check-config", "-c", milter.config))

    def test_missing(self, check, place):
        check("bad", "No such file or directory: create it for the user of "
              "the daemon and the group of the web server",
              https_spool_directory=str(place / "none"))

    def test_the_daemon_makes_the_rest(self, check, place):
        (place / "new").rmdir()
        check("ok", str(place))

    @pytest.mark.parametrize("name", ("", "tmp", "new"))
    def test_rights(self, check, place, name):
        path = place / name
        mode = path.stat().st_mode
        path.chmod(0o2757)
        check("bad", "everyone can write to %s: chmod 27" % path)
        path.chmod(0o2710)
        check("bad", "the web server cannot use %s: chmod 27" % path)
        path.chmod(mode)
        shutil.chown(path, "root")
        check("bad", "%s belongs to root, and not to the daemon's user nobody"
              % path)
        shutil.chown(path, "nobody", "nogroup")
        check("bad", "the group of %s is that of the daemon" % path)

    def test_out_of_reach(self, check, place):
        place.chmod(0)
        check("bad", "cannot reach %s: it may not enter %s" % (
            place / "new", place), https_spool_directory=str(place / "new"))

    def test_nobody_takes_it_in(self, check, place):
        text = "the web server refuses reports: restart tlsrpt-milter ("
        week = time.time() - 8 * 86400
        os.utime(place / "limits", (week, week))
        check("warning", text)
        (place / "limits").unlink()
        check("warning", text)

    @pytest.mark.parametrize("name, text", (
        ("new", "1 reports have waited for over an hour"),
        ("tmp", "1 reports were never completed"),
    ))
    def test_old_files(self, check, place, name, text):
        path = place / name / "1"
        path.write_text("old")
        os.utime(path, (0, time.time() - 3700))
        check("warning", text)

    def test_nobody_verifies(self, check):
        check("warning", "while dkim is off, every report by HTTPS is "
              "unauthenticated", dkim="off")
        check("ok", "", dkim="authres", trusted_authserv_id="mx.example.com")


class TestPostfix:
    def test_a_socket_in_use(self, run, mta, milter):
        milter.write_config(**SETTINGS)

        def check(status):
            return run("check-config", "-c", milter.config, status=status,
                       MAIL_CONFIG=mta.config)

        find(check(DONE), "ok", "socket: smtpd_milters of Postfix names it")
        os.chown(milter.socket, -1, 0)
        assert 'set socket_group to "postfix"' in find(
            check(BAD), "bad", "socket: smtpd, which runs as postfix, may not "
            "connect to " + milter.socket)
        os.chmod(milter.directory, 0o700)
        find(check(BAD), "bad", "socket: smtpd, which runs as postfix, may not "
             "enter " + milter.directory)

    @pytest.mark.parametrize("chroot, socket, milters, level, text", (
        ("n", "unix:/run/t/m.sock", "unix:/run/t/m.sock", "ok", "names it"),
        ("n", "unix:/run/t/m.sock", "", "warning",
         "does not name it: add unix:/run/t/m.sock"),
        ("n", "unix:@QUEUE@/t/m.sock", "unix:t/m.sock", "ok", "names it"),
        ("n", "unix:@QUEUE@/t/m.sock",
         "{ unix:@QUEUE@/t/m.sock, default_action=accept }", "ok", "names it"),
        ("y", "unix:@QUEUE@/t/m.sock", "{ unix:t/m.sock, command_timeout=9s }",
         "ok", "names it"),
        ("y", "unix:@QUEUE@/t/m.sock", "unix:/t/m.sock", "ok", "names it"),
        ("y", "unix:@QUEUE@/t/m.sock", "unix:@QUEUE@/t/m.sock", "warning",
         "does not name it: add unix:t/m.sock"),
        ("y", "unix:/run/t/m.sock", "unix:/run/t/m.sock", "bad",
         "in a chroot and cannot see it: set socket"),
        ("y", "unix:/run/t/m.sock", "inet:127.0.0.1:99", "warning",
         "in a chroot and cannot see it: set socket"),
        ("y", "inet:8894@127.0.0.1", "inet:127.0.0.1:8894", "ok", "names it"),
        ("y", "inet6:8894@::1", "inet:[::1]:8894", "ok", "names it"),
        ("n", "inet:8894@127.0.0.1", "inet:127.0.0.1:8891", "warning",
         "does not name it: add inet:127.0.0.1:8894"),
    ))
    def test_spellings(self, run, tmp_path, workspace, chroot, socket,
                       milters, level, text):
        queue = workspace + "/queue"
        path = write_config(str(tmp_path / "check.conf"), {
            **SETTINGS, "socket": socket.replace("@QUEUE@", queue)})
        (tmp_path / "master.cf").write_text(MASTER % chroot)
        (tmp_path / "main.cf").write_text(
            "compatibility_level = 3.6\nqueue_directory = %s\n"
            "smtpd_milters = %s\n" % (queue, milters.replace("@QUEUE@", queue)))
        # A file changed within the last seconds costs postconf a pause.
        for name in ("master.cf", "main.cf"):
            os.utime(tmp_path / name, (1, 1))
        done = subprocess.run(
            ["postconf", "-h", "queue_directory"], check=True, text=True,
            capture_output=True, env={**os.environ,
                                      "MAIL_CONFIG": str(tmp_path)})
        assert done.stdout.strip() == queue
        findings = run("check-config", "-c", path, status=BAD,
                       MAIL_CONFIG=str(tmp_path))
        found, = [line for word, line in findings
                  if word == level and "Postfix" in line]
        assert text in found
