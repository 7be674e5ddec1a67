# SPDX-License-Identifier: BSD-2-Clause
"""Pages of tlsreport dashboard --each in a browser."""

import functools
import http.server
import threading

import pytest
from selenium.webdriver.common.keys import Keys

import daemon
from process import wait_for


@pytest.fixture
def serve():
    """Serves a directory, and returns its address."""
    servers = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    def run(directory):
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            functools.partial(Handler, directory=str(directory)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return "http://127.0.0.1:%d/" % server.server_port

    yield run
    for server in servers:
        server.shutdown()
        server.server_close()


def visit(browser, address):
    browser.driver.get("about:blank")
    browser.driver.get_log("browser")
    browser.driver.get(address)


@pytest.fixture
def listed(run_ctl, cluster, database, query, tmp_path, serve):
    """The address of the list of 300 domains."""
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1,"
          " 'd' || n || '.example', '', 'Org', 1, 5, n %% 3"
          " FROM generate_series(1, 300) AS n")
    run_ctl("dashboard", "--each", str(tmp_path / "pages"), "--title", "Ours",
            "-d", cluster.conninfo(database, daemon.READER))
    return serve(tmp_path / "pages")


def test_the_list_is_filtered(desktop, listed):
    visible = ("return Array.from(document.querySelectorAll('tbody tr'))"
               ".filter((row) => row.checkVisibility()).length")
    visit(desktop, listed)
    box = desktop.find("#filter")
    assert desktop.run(visible) == 300
    assert desktop.text("#found") == ""
    box.send_keys(" D12")
    assert desktop.run(visible) == 11
    assert desktop.text("#found") == "11 of 300 match."
    box.send_keys(".")
    assert desktop.text("#found") == "1 of 300 matches."
    box.send_keys("x")
    assert desktop.run(visible) == 0
    assert desktop.text("#found") == "No domain matches."
    box.send_keys(Keys.ESCAPE)
    wait_for("all", lambda: desktop.run(visible) == 300)
    box.send_keys("d12.", Keys.TAB)
    assert desktop.run("return document.activeElement.textContent") == (
        "d12.example")
    desktop.press(Keys.ENTER)
    wait_for("the page", lambda: desktop.driver.current_url.endswith(
        "/d12.example.html"))
    assert desktop.find("h1").text == "Ours: d12.example"
    assert desktop.is_ready()
    desktop.driver.back()
    wait_for("the filtered list", lambda: desktop.run(visible) == 1)
    assert desktop.complaints() == []


@pytest.mark.parametrize("width", (390, 1280))
@pytest.mark.parametrize("theme", ("light", "dark"))
def test_wcag_of_the_list(desktop, listed, axe, theme, width):
    desktop.resize(width, mobile=width < 1000)
    desktop.prefer(theme)
    visit(desktop, listed)
    desktop.find("#filter").send_keys("d12")
    assert desktop.run("return document.documentElement.scrollWidth") <= width
    assert axe(desktop) == []
