# SPDX-License-Identifier: BSD-2-Clause
"""What was refused can be looked at, tried again and deleted."""

import json
import subprocess

import pytest

import hostile
import reportmail
from daemon import RUA, WRITER, write_config
from test_cli import BAD, DONE, UNAVAILABLE, USAGE


@pytest.fixture
def refused(mta, start_milter, query):
    """The ids of two reports about other domains and one that is damaged."""
    start_milter(policy_domains=["mine.example"])
    for seed in (1, 2):
        mail = reportmail.make_mail("google", reportmail.make_report(
            "google", seed, domain="d%d.example" % seed), RUA)
        assert mta.send(mail, RUA)[0] == 250
    assert mta.send(hostile.packed(b"{"), RUA)[0] == 250
    return dict(query("SELECT part_name, id::text FROM tlsrpt.quarantine"))


@pytest.fixture
def run(ctl_program, cluster, database, tmp_path):
    def run(*words, status=DONE, user=None, **options):
        config = write_config(str(tmp_path / "conf"), {
            "report_addresses": [RUA], **options})
        done = subprocess.run(
            [ctl_program, "-c", config, "-d",
             cluster.conninfo(database, user) if user
             else cluster.conninfo(database), "quarantine", *words],
            capture_output=True, check=False, timeout=60, text=True)
        assert done.returncode == status, done
        return done.stdout if status == DONE else done.stderr

    return run


def id_of(refused, text):
    [found] = [id for name, id in refused.items() if text in name]
    return found


def test_list(refused, run):
    rows = json.loads(run("list", "--json"))
    assert {row["id"] for row in rows} == set(refused.values())
    assert {row["reason"] for row in rows} == {"foreign-domain", "bad-json"}
    assert "foreign-domain" in run("list")


def test_empty(run):
    assert run("list") == "The quarantine is empty.\n"
    run("delete", "--all")


def test_show(refused, run):
    text = run("show", id_of(refused, "d1.example"))
    assert "refused as foreign-domain" in text
    assert "TLS report of Google Inc." in text
    assert "not valid JSON" in run(
        "show", id_of(refused, "a!b!"), status=BAD)


def test_retry(refused, run, query, count):
    """What the settings refuse stays; what they allow by now is stored."""
    assert "still refused" in run(
        "retry", "--all", status=BAD, policy_domains=["mine.example"])
    assert count("quarantine") == 3
    complaints = run(
        "retry", "--all", status=BAD, policy_domains=["D1.Example"])
    assert complaints.count("still refused") == 2
    assert count("quarantine") == 2
    assert query("SELECT policy_domain FROM tlsrpt.v_policy") == [
        ("d1.example",)]
    run("retry", id_of(refused, "d2.example"))
    assert count("v_report") == 2
    assert count("quarantine") == 1


def test_retry_admits_what_the_daemon_would(mta, start_milter, run, query,
                                            count):
    """authentication = "require" holds for a second try as for the first."""
    start_milter(dkim="authres", trusted_authserv_id="a.example",
                 authentication="require")
    mail = reportmail.make_mail(
        "google", reportmail.make_report("google", 1), RUA)
    assert mta.send(mail, RUA)[0] == 250
    [[reason]] = query("SELECT reason FROM tlsrpt.quarantine")
    assert reason == "unauthenticated"
    required = {"authentication": "require", "dkim": "authres",
                "trusted_authserv_id": "a.example"}
    assert "still refused: it has no valid DKIM signature" in run(
        "retry", "--all", status=BAD, **required)
    assert (count("v_report"), count("quarantine")) == (0, 1)
    run("retry", "--all", "--unauthenticated", **required)
    assert (count("v_report"), count("quarantine")) == (1, 0)


def test_what_was_cut_off_is_no_report(run, query, count):
    """However whole the beginning may look."""
    query("SELECT tlsrpt.quarantine('message-too-big', 'x', NULL, NULL, 'here',"
          " 'a.json', 10, '{}', '{}', NULL)")
    [[id]] = query("SELECT id::text FROM tlsrpt.quarantine")
    for action in ("show", "retry"):
        assert "only the first 2 of 10 bytes were kept" in run(
            action, id, status=BAD)
    assert count("quarantine") == 1


def test_delete(refused, run, count):
    run("delete", id_of(refused, "d1.example")[:13])
    assert count("quarantine") == 2
    run("delete", "--all")
    assert count("quarantine") == 0


@pytest.mark.parametrize("id", ("x", "%", "", "00000000-0000", "1' OR 'a"))
def test_no_such_id(refused, run, count, id):
    run("delete", id, status=BAD)
    assert count("quarantine") == 3


def test_the_daemons_role_may_not(refused, run):
    assert "run it as the owner of the database" in run(
        "list", status=UNAVAILABLE, user=WRITER)


@pytest.mark.parametrize("words", (
    [], ["lst"], ["show"], ["list", "1"], ["show", "--all"], ["delete"],
    ["delete", "--all", "1"]))
def test_usage(run, words):
    assert "usage: tlsreport quarantine list|show" in run(*words, status=USAGE)
