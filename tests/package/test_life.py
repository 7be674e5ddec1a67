# SPDX-License-Identifier: BSD-2-Clause
"""From the installation of the Debian package to its end. The tests are the
chapters of one story, each begins where the one before has ended."""

import datetime
import shutil
import signal

import reportmail
from machine import CONFIG, DOMAIN, RUA, SOCKET_DIRECTORY, SPOOL
from process import wait_for

UNITS = "/lib/systemd/system"
WANTED = "/etc/systemd/system/multi-user.target.wants"
WANTED_TIMERS = "/etc/systemd/system/timers.target.wants"
PURGE = "tlsrpt-purge.timer"
DASHBOARD = "tlsrpt-dashboard.timer"
PAGES = "/var/lib/tlsrpt-milter/dashboard"
KEEP_CONFIG = "-oDpkg::Options::=--force-confold"


def make_mail(seed, day=None):
    return reportmail.make_mail(
        "google", reportmail.make_report("google", seed, day=day), RUA)


def install(machine, builder, deb, *options):
    shutil.copy(builder.path(deb), machine.path("/root/tlsrpt-milter.deb"))
    return machine.run("apt-get", "-qy", *options, "--no-install-recommends",
                       "install", "/root/tlsrpt-milter.deb")


def owner_and_mode(machine, path):
    return machine.run("stat", "-c", "%U:%G %a", path).strip()


def spooled(machine):
    return machine.run("ls", SPOOL + "/new").split()


def test_install(machine, builder, deb):
    output = install(machine, builder, deb)
    assert "rror" not in output
    assert owner_and_mode(machine, SPOOL) == "tlsrpt-milter:tlsrpt-milter 700"
    assert owner_and_mode(
        machine, SOCKET_DIRECTORY) == "tlsrpt-milter:postfix 2750"
    assert machine.run("dpkg", "--verify", "tlsrpt-milter") == ""
    for name, wanted in (("tlsrpt-milter.service", WANTED),
                         ("tlsrpt-alert.service", WANTED),
                         (PURGE, WANTED_TIMERS)):
        assert machine.exists("%s/%s" % (wanted, name))
        assert machine.run("systemd-analyze", "verify", "--man=no",
                           "%s/%s" % (UNITS, name)) == ""
    assert not machine.exists("%s/%s" % (WANTED_TIMERS, DASHBOARD))


def test_the_former_name_of_the_command(machine):
    """Another package of Debian has a program of this name."""
    assert machine.run("find", "/etc", "/usr", "/var/lib/dpkg/info", "-name",
                       "*tlsrpt" + "ctl*") == ""


def test_it_waits_for_its_administrator(machine):
    machine.start_daemon()
    wait_for("complaint", lambda: machine.log_lines("database: "))
    assert machine.daemon.poll() is None
    assert "report_addresses: tls-reports@example.com is an example" in (
        machine.run("tlsreport", "check-config"))
    assert machine.send(make_mail(0))[0] == 250
    machine.stop_daemon()
    assert not machine.log_lines(": (stored|spooled) ")


def test_report(machine):
    machine.create_database()
    machine.configure()
    machine.run("tlsreport", "check-config")
    machine.start_daemon()
    assert machine.send(make_mail(1))[0] == 250
    assert machine.count_reports() == 1
    assert "d1.example" in machine.run(
        "tlsreport", "summary", user="joe")
    wait_for("mail", lambda: machine.exists("/var/mail/joe"))


def test_reload(machine):
    """A file with an error is refused by what the unit runs first, and before
    the daemon is told."""
    first, second = machine.unit_values("ExecReload")
    good = machine.read(CONFIG)
    machine.write(CONFIG, good + "max_report_age = never\n")
    assert "max_report_age" in machine.run(
        *first.split(), user="tlsrpt-milter", status=2)
    machine.write(CONFIG, good + "max_report_age = 399\n")
    machine.run(*first.split(), user="tlsrpt-milter")
    assert second == "sh -c 'kill -USR1 $MAINPID'"
    machine.daemon.send_signal(signal.SIGUSR1)
    wait_for("reload", lambda: machine.log_lines("is in effect"))
    machine.write(CONFIG, good)


def test_old_reports_go(machine):
    """By the user and the command of the service, without more rights."""
    service = "tlsrpt-purge.service"
    day = reportmail.yesterday() - datetime.timedelta(days=90)
    good = machine.read(CONFIG)
    machine.write(CONFIG, good + "retention_days = 30\n")
    assert machine.send(make_mail(5, day))[0] == 250
    assert machine.count_reports() == 2
    words, = machine.unit_values("ExecStart", service)
    user, = machine.unit_values("User", service)
    machine.run(*words.split(), user=user)
    assert machine.count_reports() == 1
    # It would take its shared memory from the server.
    assert machine.unit_values("RemoveIPC", service) == []
    machine.write(CONFIG, good)


def test_pages(machine):
    """By the user and the command of the service, in its directory."""
    service = "tlsrpt-dashboard.service"
    words, = machine.unit_values("ExecStart", service)
    user, = machine.unit_values("User", service)
    mode, = machine.unit_values("StateDirectoryMode", service)
    umask, = machine.unit_values("UMask", service)
    assert machine.unit_values("StateDirectory", service) == [
        PAGES.removeprefix("/var/lib/")]
    machine.run("install", "-d", "/var/lib/tlsrpt-milter")
    machine.run("install", "-d", "-o", user, "-g", user, "-m", mode, PAGES)
    machine.as_postgres("tlsreport", "-d", "dbname=tlsrpt", "db", "grant",
                        "reader", user)
    machine.run("sh", "-c", "umask %s; exec %s" % (umask, words), user=user)
    assert owner_and_mode(machine, PAGES + "/index.html") == (
        "tlsrpt-dashboard:tlsrpt-dashboard 640")
    assert "d1.example.html" in machine.read(PAGES + "/index.html")


def test_alert_by_mail(machine):
    """By the user of both units, in what postdrop needs and the daemon's unit
    forbids."""
    machine.write(CONFIG, '%salert_mail = {"joe@%s"}\n' % (
        machine.read(CONFIG), DOMAIN))
    words = ("tlsreport", "alert", "test")
    assert machine.run(*words, user="tlsrpt-milter") == (
        "mail: delivered a test\n")
    wait_for("mail", lambda: "This is a test" in machine.read("/var/mail/joe"))
    assert "postdrop" in machine.run(
        "setpriv", "--no-new-privs", *words, user="tlsrpt-milter", status=1)


def test_upgrade(machine, builder, newer):
    machine.stop_postgres()
    assert machine.send(make_mail(2))[0] == 250
    waiting = spooled(machine)
    assert len(waiting) == 1
    edited = machine.read(CONFIG)
    machine.stop_daemon()
    install(machine, builder, newer, KEEP_CONFIG)
    assert machine.read(CONFIG) == edited
    assert "later version" in machine.read(CONFIG + ".dpkg-dist")
    assert spooled(machine) == waiting
    machine.start_daemon()
    machine.start_postgres()
    wait_for("replay", lambda: machine.count_reports() == 2)


def test_remove(machine):
    machine.stop_postgres()
    assert machine.send(make_mail(3))[0] == 250
    machine.stop_daemon()
    edited = machine.read(CONFIG)
    machine.run("apt-get", "-qy", "remove", "tlsrpt-milter")
    assert not machine.exists("/usr/sbin/tlsrpt-milter")
    assert machine.read(CONFIG) == edited
    assert len(spooled(machine)) == 1
    # Nothing answers at the socket now.
    assert machine.send(make_mail(4))[0] == 250


def test_purge_with_mail_in_the_spool(machine):
    output = machine.run("apt-get", "-qy", "purge", "tlsrpt-milter")
    assert SPOOL + " holds reports that are in no database" in output
    assert len(spooled(machine)) == 1
    assert not machine.exists(CONFIG)
    assert "tlsrpt" not in machine.run("ls", WANTED)
    assert not machine.exists(SOCKET_DIRECTORY)


def test_the_spool_is_stored_after_all(machine, builder, deb):
    install(machine, builder, deb)
    machine.configure()
    machine.start_postgres()
    machine.start_daemon()
    wait_for("replay", lambda: machine.count_reports() == 3)
    machine.stop_daemon()


def test_purge(machine):
    machine.run("apt-get", "-qy", "purge", "tlsrpt-milter")
    assert not machine.exists(SPOOL)
    assert not machine.exists(CONFIG)
    assert not machine.exists("/var/lib/tlsrpt-milter")
    assert machine.count_reports() == 3
