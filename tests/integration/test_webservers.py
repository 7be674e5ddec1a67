# SPDX-License-Identifier: BSD-2-Clause
"""The examples for web servers: who sees which page, however it is asked
for."""

import os
import re
import subprocess

import pytest

import daemon
from webservers import Apache, Nginx

AT = "/tls-reports/"
ADMIN, JOE, EVE = "admin:one", "joe:two", "eve:three"
# That a stranger's report has for a domain, and what is not written plainly.
ODD = ("administrators", "index", "users", "groups", "a/../b.test")
DOMAINS = ("one.test", "two.test", *ODD)
GROUPS = {"administrators": ["admin"], "one.test": ["joe"],
          "two.test": ["eve", "joe"]}
POLICY = "frame-ancestors 'none'"


def hash_password(password):
    return subprocess.run(
        ["openssl", "passwd", "-5", password], check=True, text=True,
        capture_output=True, timeout=30).stdout.strip()


@pytest.fixture(scope="module")
def pages(workspace, cluster, template, ctl_program):
    """Written by the command, of domains that strangers have named."""
    cluster.psql("CREATE DATABASE webpages TEMPLATE " + template)
    for name in DOMAINS:
        cluster.psql(
            "INSERT INTO tlsrpt.daily_domain SELECT current_date - 1, '%s',"
            " '', 'Google Inc.', 1, 5, 3" % name, "webpages")
    daemon.sum_up(lambda text: cluster.psql(text, "webpages"))
    directory = workspace + "/pages"
    subprocess.run(
        [ctl_program, "dashboard", "--each", directory, "-d",
         cluster.conninfo("webpages", daemon.READER)], check=True, timeout=60)
    cluster.psql("DROP DATABASE webpages WITH (FORCE)")
    return directory


@pytest.fixture(scope="module", params=[Apache, Nginx])
def server(request, workspace, pages, unpacked):
    if os.getuid() != 0:
        pytest.skip("the server is run as another user, which needs root")
    kind = request.param
    started = kind(workspace + "/" + kind.name, pages)
    program = started.find_program(unpacked)
    if not program or not os.path.exists(program):
        pytest.skip("needs " + kind.name)
    users = {name: hash_password(password) for name, password in (
        login.split(":") for login in (ADMIN, JOE, EVE))}
    yield started.start(unpacked, users, GROUPS)
    started.stop()


def find_assets(page):
    return re.findall(r'(?:href|src)="(assets/[^"]+)"', page)


def test_administrators_see_everything(server, pages):
    for name in ("", *os.listdir(pages)):
        if name == "assets":
            continue
        answer = server.get(AT + name, ADMIN)
        assert answer.status == 200, name
        with open(os.path.join(pages, name or "index.html")) as file:
            assert answer.text == file.read()
    assert server.get(AT[:-1], ADMIN).status == 301


@pytest.mark.parametrize("login,wanted", [
    (None, (401, 401, 401)),
    (ADMIN, (200, 200, 200)),
    (JOE, (None, 200, 200)),
    (EVE, (None, None, 200)),
    ("admin:two", (401, 401, 401)),
    ("joe:one", (401, 401, 401)),
    ("admin", (401, 401, 401)),
    (":", (401, 401, 401)),
    ("nobody:", (401, 401, 401)),
])
def test_who_sees_what(server, login, wanted):
    """Without a number: refused, in one way or the other."""
    names = ("", "one.test.html", "two.test.html")
    got = [server.get(AT + name, login).status for name in names]
    for name, status, right in zip(names, got, wanted):
        assert status in ([right] if right else [401, 403]), name


def test_a_domain_that_is_named_as_a_file(server, pages):
    """administrators.html, index.html and users.html are nobody else's, and
    neither are those with a hash for a name."""
    names = [name for name in os.listdir(pages)
             if name not in ("assets", "one.test.html", "two.test.html")]
    assert len(names) == len(ODD) + 1
    for name in names:
        assert server.get(AT + name, JOE).status in (401, 403), name


# What might be one.test.html, for one who may see two.test.html.
PATHS = (
    AT + "one.test.html",
    AT + "%6fne.test.html",
    AT + "one%2etest.html",
    AT + "one.test%2ehtml",
    AT + "./one.test.html",
    AT + "two.test.html/../one.test.html",
    AT + "two.test.html%2f..%2fone.test.html",
    AT + "two.test.html%2f%2e%2e%2fone.test.html",
    AT + "..%2ftls-reports%2fone.test.html",
    AT + "assets/../one.test.html",
    AT + "assets/..%2fone.test.html",
    AT + "assets%2f..%2fone.test.html",
    AT + "assets/%2e%2e/one.test.html",
    AT + "assets/.%2e/one.test.html",
    AT + "assets/..%252fone.test.html",
    AT + "assets/../../pages/one.test.html",
    AT + "/one.test.html",
    "/" + AT + "one.test.html",
    "/tls-reports//one.test.html",
    "/tls-reports/%2fone.test.html",
    "/tls-reports..%2fpages/one.test.html",
    "/tls-reports../pages/one.test.html",
    AT + "../pages/one.test.html",
    AT + "ONE.test.html",
    AT + "One.Test.HTML",
    "/TLS-Reports/one.test.html",
    AT + "one.test",
    AT + "one.test.",
    AT + "one.test.html.",
    AT + "one.test.html/",
    AT + "one.test.html/two.test.html",
    AT + "one.test.html%20",
    AT + "one.test.html%0a",
    AT + "one.test.html%00",
    AT + "one.test.html%00.two.test.html",
    AT + "two.test.html%00/../one.test.html",
    AT + "one.test.html;two.test.html",
    AT + "two.test%2f..%2fone.test.html",
    AT + "two.test/../one.test.html",
    AT + "two.test%20one.test.html",
    AT + "%5cone.test.html",
    AT + "..%5ctls-reports%5cone.test.html",
    AT + "%c0%afone.test.html",
    AT + "one.test.html?/tls-reports/two.test.html",
    AT + "one.test.html#two.test.html",
)


@pytest.mark.parametrize("login", [None, "eve:two", "mallory:three", EVE])
def test_no_path_leads_elsewhere(server, login):
    for path in PATHS:
        answer = server.get(path, login)
        assert answer.status in (301, 400, 401, 403, 404), path
        assert "Google" not in answer.text, path


def test_no_method_leads_elsewhere(server):
    for method in ("HEAD", "POST", "PUT", "OPTIONS", "PROPFIND", "get"):
        answer = server.get(AT + "one.test.html", EVE, method=method)
        assert answer.status >= 400, method
        assert "Google" not in answer.text


def test_nothing_without_encryption(server):
    for path in ("", "one.test.html", "assets/"):
        answer = server.get(AT + path, ADMIN, plain=True)
        assert answer.status == 403
        assert "WWW-Authenticate" not in answer.headers


def test_nothing_is_listed(server):
    for path, login in (("assets", ADMIN), ("assets/", ADMIN),
                        ("assets/", None), ("users/", None),
                        ("assets/..", None)):
        answer = server.get(AT + path, login)
        assert answer.status in (301, 401, 403, 404)
        assert "tlsreport-" not in answer.text
    for path in ("users", "groups", "administrators"):
        assert server.get(AT + path, ADMIN).status == 404
        assert server.get(
            AT + "../users/" + path, ADMIN).status in (403, 404)


def test_a_page_works(server):
    """With the policy that it has itself, and what it loads."""
    page = server.get(AT + "one.test.html", JOE)
    assert page.headers.get_all("Content-Security-Policy") == [POLICY]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.headers.get_content_type() == "text/html"
    assert 'http-equiv="Content-Security-Policy"' in page.text
    assets = find_assets(page.text)
    assert len(assets) > 1
    for path in assets:
        asset = server.get(AT + path)
        assert asset.status == 200
        assert asset.headers.get_content_type() in (
            "text/css", "text/javascript", "application/javascript")
