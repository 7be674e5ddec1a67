# SPDX-License-Identifier: BSD-2-Clause
"""Alerts that are posted to a URL, by a server that speaks TLS."""

import hashlib
import hmac
import os
import signal
import subprocess
import time
from email.utils import formatdate

import pytest

from process import wait_for
from test_alerts import (
    BAD, DONE, config, ctl, expired, let_try_again, report,
    running_deliverers)
from webhooksink import kill, make_certificate, refuse, running_sink

SECRET = "0123456789abcdef0123456789abcdef"
PATH = "/hooks/T0-secret"
PAGE = "https://mail.example.com/tls.html?a=1&b=2"


@pytest.fixture
def environment():
    """Nothing here goes by mail."""
    return dict(os.environ)


@pytest.fixture(scope="module")
def certificate(workspace):
    return make_certificate(workspace + "/sink.pem")


@pytest.fixture
def sink(certificate):
    with running_sink(certificate) as server:
        yield server


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def webhook(config, sink, certificate):
    """A configuration that posts to the sink."""
    def write(path=PATH, url=None, **options):
        return config(alert_webhook=(url or sink.url) + path, **{
            "alert_webhook_ca_file": certificate, **options})

    return write


def deliver(ctl, path, status=DONE):
    return ctl("alert", "deliver", "-o", "-c", path, status=status)


def check_test(ctl, path, status=DONE):
    return ctl("alert", "test", "-c", path, status=status)


class TestForms:
    """Each as its receiver takes it; tests/cli/webhook has them whole."""

    @pytest.fixture
    def post(self, ctl, webhook, sink):
        def run(path, form, **options):
            assert check_test(ctl, webhook(
                path, alert_webhook_form=form, dashboard_url=PAGE,
                **options)) == "webhook: delivered a test\n"
            posted, = sink.posts
            assert posted.headers["Content-Type"] == "application/json"
            assert posted.headers["User-Agent"].startswith("tlsrpt-milter/")
            return posted

        return run

    def test_json(self, post):
        posted = post(PATH, "json")
        assert posted.path == PATH
        assert posted.headers["Tlsrpt-Signature"] is None
        assert posted.json["url"] == PAGE
        assert posted.json["total"] == 1
        assert posted.json["incidents"][0]["what"] == "test"

    def test_slack(self, post):
        body = post(PATH, "slack").json
        assert "test.invalid\n```\n" in body["text"]
        assert body["text"].endswith("```\n<%s>" % PAGE)

    def test_matrix(self, post):
        body = post(PATH, "matrix").json
        assert "this is a test" in body["text"]
        assert PAGE.replace("&", "&amp;") in body["html"]

    def test_ntfy(self, post, secret):
        posted = post("/below/topic", "ntfy",
                      alert_webhook_secret_file=secret)
        assert posted.path == "/below/"
        assert posted.headers["Authorization"] == "Bearer " + SECRET
        assert posted.headers["Tlsrpt-Signature"] is None
        assert posted.json["topic"] == "topic"
        assert posted.json["click"] == PAGE

    def test_pagerduty(self, post, secret):
        posted = post("/v2/enqueue", "pagerduty",
                      alert_webhook_secret_file=secret)
        assert posted.headers["Authorization"] is None
        assert posted.headers["Tlsrpt-Signature"] is None
        event = posted.json
        assert event["routing_key"] == SECRET
        assert event["event_action"] == "trigger"
        assert event["dedup_key"].startswith("tlsrpt-incident-")
        assert event["payload"]["severity"] == "warning"

    def test_alertmanager(self, post):
        alert, = post("/am/api/v2/alerts", "alertmanager").json
        assert alert["labels"]["alertname"] == "TlsrptIncident"
        assert alert["labels"]["severity"] == "warning"
        assert "endsAt" not in alert
        assert alert["generatorURL"] == PAGE


class TestConnection:
    @pytest.fixture
    def fail(self, ctl):
        def run(path):
            text = check_test(ctl, path, status=BAD)
            assert "secret" not in text
            return text

        return run

    def test_signature(self, ctl, webhook, sink, secret):
        check_test(ctl, webhook(alert_webhook_secret_file=secret))
        posted, = sink.posts
        fields = dict(part.split("=", 1) for part in
                      posted.headers["Tlsrpt-Signature"].split(","))
        wanted = hmac.new(
            SECRET.encode(), fields["t"].encode() + b"." + posted.body,
            hashlib.sha256).hexdigest()
        assert hmac.compare_digest(wanted, fields["v1"])
        assert abs(time.time() - int(fields["t"])) < 300

    def test_unknown_authority(self, fail, webhook, sink):
        text = fail(webhook(alert_webhook_ca_file=""))
        assert text.startswith("tlsreport: %s: SSL" % sink.url)
        assert not sink.posts

    def test_another_name(self, fail, webhook, tmp_path):
        other = make_certificate(str(tmp_path / "other.pem"), "DNS:a.test")
        with running_sink(other) as impostor:
            text = fail(webhook(
                url=impostor.url, alert_webhook_ca_file=other))
            assert "SSL" in text
            assert not impostor.posts

    def test_no_authority_file(self, fail, webhook):
        fail(webhook(alert_webhook_ca_file="/nonexistent"))

    def test_nobody_listens(self, fail, webhook):
        with running_sink() as gone:
            url = gone.url
        assert "onnect" in fail(webhook(url=url))

    def test_without_tls(self, ctl, webhook, environment):
        """Only to this host, and by no proxy."""
        with running_sink() as plain, running_sink() as proxy:
            environment["http_proxy"] = proxy.url
            check_test(ctl, webhook(url=plain.url))
            assert len(plain.posts) == 1
            assert not proxy.posts

    def test_no_redirect(self, fail, webhook, sink):
        with running_sink() as elsewhere:
            sink.answers = [refuse(307, Location=elsewhere.url + "/")]
            assert "%s: answered 307 (redirects are not followed)" % \
                sink.url in fail(webhook())
            assert not elsewhere.posts
        assert len(sink.posts) == 1

    @pytest.mark.parametrize("status,body,shown", [
        (400, b"no such key\r\nmore", "answered 400: no such key\n"),
        (401, b"", "answered 401\n"),
        (404, b"\x1b[31m\xe2\x80\xaered \xff", "answered 404: \\"),
        (429, b"slow down", "answered 429 (asks to wait 1 s): slow down\n"),
        (500, b"x" * 9999, "answered 500: " + "x" * 200 + "\n"),
    ])
    def test_refused(self, fail, webhook, sink, status, body, shown):
        sink.answers = [refuse(status, body, Retry_After="1")]
        text = fail(webhook())
        assert "tlsreport: %s: %s" % (sink.url, shown) in text
        assert text.strip().isprintable()


class TestDelivery:
    def test_delivered_once(self, ctl, webhook, report, sink):
        report(expired())
        path = webhook()
        assert deliver(ctl, path) == "webhook: delivered 1 incident\n"
        assert deliver(ctl, path) == ""
        posted, = sink.posts
        assert posted.json["total"] == 1
        assert b"certificate-expired" in posted.body

    def test_tried_again(self, ctl, webhook, report, sink, query):
        report(expired())
        path = webhook()
        sink.answers = [refuse(500, b"full")]
        problem = "answered 500: full"
        assert problem in deliver(ctl, path, status=BAD)
        assert deliver(ctl, path) == ""
        assert problem in ctl("check-db", "-c", path, status=BAD)
        let_try_again(query)
        assert "delivered 1" in deliver(ctl, path)
        first, second = sink.posts
        assert first.body == second.body
        assert "alerts are delivered" in ctl("check-db", "-c", path)

    def test_retry_after(self, ctl, webhook, report, sink, query):
        """The pause is as long as the receiver asks, but no shorter than it
        would be, and an hour at most."""
        def date(seconds):
            return formatdate(time.time() + seconds, usegmt=True)

        report(expired())
        path = webhook()
        for status, asked, pause in (
                (429, "1800", 1800), (503, "1800", 1800), (500, "1800", 5),
                (429, date(1800), 1800), (429, date(-1800), 5),
                (429, "0", 5), (429, "-1800", 5), (429, "soon", 5),
                (429, "", 5), (429, "86400", 3600), (429, date(10 ** 8), 3600),
                (503, "9" * 9, 3600)):
            sink.answers = [refuse(status, b"full", Retry_After=asked)]
            text = deliver(ctl, path, status=BAD)
            assert "answered %d" % status in text and ": full\n" in text
            assert ("asks to wait" in text) == (pause > 5), text
            (left,), = query(
                "SELECT extract(epoch FROM next_attempt - now())::float"
                " FROM tlsrpt.alert_channel WHERE channel = 'webhook'")
            assert 0.9 * pause - 3 < left <= pause + 1, asked
            assert deliver(ctl, path) == ""
            query("UPDATE tlsrpt.alert_channel SET attempts = 0,"
                  " next_attempt = now()")
        assert "delivered 1" in deliver(ctl, path)

    def test_again_after_a_crash(
            self, ctl, ctl_program, webhook, report, sink, query,
            environment):
        """Killed when the server has it and nobody has noted that."""
        report(expired())
        path = webhook()
        with running_deliverers(1, [ctl_program, "-c", path], environment) \
                as deliverers:
            sink.answers = [kill(lambda: deliverers[0].pid, signal.SIGKILL)]
            wait_for("end", lambda: deliverers[0].poll() is not None)
        assert deliver(ctl, path) == ""
        query("UPDATE tlsrpt.alert_channel SET claimed_until = now()")
        assert "delivered 1" in deliver(ctl, path)
        first, second = sink.posts
        assert first.body == second.body


class TestIncidents:
    """What was posted for an incident is found again when it is over."""

    @pytest.fixture
    def go_through(self, ctl, ctl_program, report, sink, query, environment):
        """An incident, a crash, the same again, and its end: the posts."""
        def run(path):
            report(expired())
            with running_deliverers(1, [ctl_program, "-c", path],
                                    environment) as deliverers:
                sink.answers = [
                    kill(lambda: deliverers[0].pid, signal.SIGKILL)]
                wait_for("end", lambda: deliverers[0].poll() is not None)
            query("UPDATE tlsrpt.alert_channel SET claimed_until = now()")
            assert "delivered 1" in deliver(ctl, path)
            report(age=-1, good=10 ** 8)
            let_try_again(query)
            assert "delivered 1" in deliver(ctl, path)
            return [posted.json for posted in sink.posts]

        return run

    def test_pagerduty(self, go_through, webhook, secret):
        first, again, over = go_through(webhook(
            "/v2/enqueue", alert_webhook_form="pagerduty",
            alert_webhook_secret_file=secret))
        assert first == again
        assert first["dedup_key"] == over["dedup_key"]
        assert [event["event_action"] for event in (first, over)] == [
            "trigger", "resolve"]
        assert first["payload"]["source"] == "mx.one.test"
        assert first["payload"]["severity"] == "critical"
        details = first["payload"]["custom_details"]
        assert details["failed_sessions"] == 7
        assert first["dedup_key"] == \
            "tlsrpt-incident-%d" % details["incident_id"]

    def test_alertmanager(self, go_through, webhook):
        (first,), (again,), over = go_through(webhook(
            "/api/v2/alerts", alert_webhook_form="alertmanager"))
        assert first == again
        assert first["endsAt"] > "2100"
        assert first["annotations"]["failed_sessions"] == "7"
        end, = [alert for alert in over if alert["labels"] == first["labels"]]
        assert end["startsAt"] == first["startsAt"]
        assert first["startsAt"] <= end["endsAt"] < "2100"

    @pytest.mark.parametrize("form,member", [
        ("json", "text"), ("slack", "text"), ("matrix", "text"),
        ("ntfy", "message")])
    def test_text(self, go_through, webhook, form, member):
        first, again, over = go_through(webhook(
            "/topic", alert_webhook_form=form))
        assert first == again
        assert "CRITICAL: The certificate has expired" in first[member]
        assert "7 of 100,007" in first[member].replace("100007", "100,007")
        assert "Over: the certificate has expired" in over[member]

    def test_planted_text(self, ctl, webhook, report, sink):
        report(expired("<!channel>`@all`\r\n```<b>\u202e\u001b[31m"))
        deliver(ctl, webhook(alert_webhook_form="slack"))
        text = sink.posts[0].json["text"]
        assert "<!" not in text and "<b>" not in text
        assert "@all" not in text and text.count("```") == 2
        assert "\u202e" not in text and "\x1b" not in text


class TestCheck:
    @pytest.fixture
    def check(self, ctl_program):
        """What is said of the webhook; other findings do not count."""
        def run(path):
            done = subprocess.run(
                [ctl_program, "check-config", "-c", path],
                capture_output=True, check=False, text=True, timeout=60)
            line, = [line for line in done.stdout.splitlines()
                     if "webhook" in line.partition(":")[0]]
            return line

        return run

    def test_good(self, check, webhook, sink):
        assert check(webhook()).split(None, 1) == [
            "ok", "alert_webhook: %s, in the form of json" % sink.url]

    @pytest.mark.parametrize("form,path,rule", [
        ("ntfy", "/", "end with the topic, such as"
                      " https://ntfy.example.com/topic"),
        ("ntfy", "/topic?auth=x", "end with the topic"),
        ("pagerduty", "/", "end with /v2/enqueue, as"),
        ("alertmanager", "/api/v1/alerts", "end with /api/v2/alerts"),
    ])
    def test_another_path(self, check, ctl, webhook, sink, form, path, rule):
        configuration = webhook(path, alert_webhook_form=form)
        said = 'alert_webhook: for alert_webhook_form = "%s" the URL has' \
            ' to %s' % (form, rule)
        assert said in check(configuration)
        assert said in check_test(ctl, configuration, status=BAD)
        assert not sink.posts

    def test_no_key(self, check, webhook):
        assert "set alert_webhook_secret_file" in check(
            webhook("/v2/enqueue", alert_webhook_form="pagerduty"))

    def test_secret(self, check, ctl, webhook, secret, sink):
        path = webhook(alert_webhook_secret_file=secret)
        os.chmod(secret, 0o604)
        assert "everyone may read" in check(path)
        assert "everyone may read" in check_test(ctl, path, status=BAD)
        os.unlink(secret)
        assert "No such file" in check(path)
        assert not sink.posts

    def test_url_of_a_chat(self, check, webhook):
        path = webhook(alert_webhook_form="slack")
        line = check(path)
        assert line.startswith("warning") and "chmod o-r" in line
        os.chmod(path, 0o600)
        assert check(path).startswith("ok")
