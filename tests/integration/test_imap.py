# SPDX-License-Identifier: BSD-2-Clause
"""Reports in a mailbox that is reached by IMAP, as the manual has them
fetched."""

import os
import re
import subprocess

import pytest

import imapserver
import reportmail
from daemon import RUA, WRITER, write_config
from test_manual import read_page


@pytest.fixture
def server(workspace):
    if os.getuid() != 0:
        pytest.skip("Dovecot is started as root")
    started = imapserver.PrivateDovecot(workspace + "/dovecot")
    started.create().start()
    yield started
    started.stop()


def read_example(pattern):
    """What the manual shows, as it is typed."""
    page = read_page("tlsrpt-milter.8")
    return re.search(r"^\.Bd [^\n]*\n(%s.*?)^\.Ed" % pattern, page,
                     re.S | re.M)[1]


def write_mbsync_config(directory, server):
    """That of the manual, but for where things are."""
    (directory / "password").write_text(imapserver.PASSWORD)
    version = subprocess.run(
        ["mbsync", "--version"], check=True, capture_output=True, text=True)
    text = read_example("IMAPAccount")
    places = {
        "imap.example.com": "localhost\nPort %d\nCertificateFile %s" % (
            server.port, server.certificate),
        "tls-reports@example.com": imapserver.USER,
        "/etc/tlsrpt-mbsync.password": str(directory / "password"),
        "/var/lib/tlsrpt-mail/": str(directory / "mail") + "/"}
    if version.stdout.split()[1] < "1.5":
        places["TLSType"] = "SSLType"
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    path = directory / "mbsync"
    path.write_text(text)
    (directory / "mail").mkdir()
    return path


@pytest.fixture
def fetch(server, ctl_program, cluster, database, tmp_path):
    """Runs what the manual has cron run."""
    job = " ".join(read_example("7 ").replace("\n", " ").split()[6:])
    config = write_config(str(tmp_path / "tlsrpt-milter.conf"), {
        "database": cluster.conninfo(database, WRITER),
        "report_addresses": [RUA]})
    for old, new in {
            "/etc/tlsrpt-mbsync": str(write_mbsync_config(tmp_path, server)),
            "tlsreport import": "%s import -c %s" % (ctl_program, config),
            "/var/lib/tlsrpt-mail": str(tmp_path / "mail")}.items():
        assert old in job, old
        job = job.replace(old, new)

    def run():
        done = subprocess.run(
            ["sh", "-c", job], check=False, capture_output=True, text=True,
            timeout=60, env={**os.environ, "HOME": str(tmp_path)})
        assert done.returncode == 0, (done, server.read_log())

    return run


def make_mail(number):
    return reportmail.make_mail(
        "google", reportmail.make_report("google", number), RUA)


def test_a_mailbox_is_fetched_again_and_again(server, fetch, count):
    for number in range(3):
        server.deliver(make_mail(number))
    server.deliver(reportmail.make_plain_mail(RUA))
    fetch()
    assert count("report") == 3
    fetch()
    assert count("report") == 3
    server.deliver(make_mail(3))
    fetch()
    assert count("report") == 4
