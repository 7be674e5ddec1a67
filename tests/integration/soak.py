# SPDX-License-Identifier: BSD-2-Clause
"""What a long run sends, from many threads, and what goes wrong meanwhile."""

import collections
import datetime
import json
import random
import smtplib
import subprocess
import threading
import time

import comparison
import reportmail
from daemon import RUA

STYLES = sorted(reportmail.STYLES)
# Few enough that many reports meet in one row of a roll-up.
DOMAINS = 20
DAYS = 60
UNREADABLE = 25
REPEATED = 0.3
LATEST = 200
IMPORTED_AT_ONCE = 25


def is_readable(number):
    return number % UNREADABLE != 0


def make_numbered_mail(number):
    """The same mail for the same number, another for each."""
    style = STYLES[number % len(STYLES)]
    if not is_readable(number):
        return reportmail.make_mail(
            style, reportmail.make_report(style, 0), RUA,
            b'{"report-id": "%d", "organization-name"' % number)
    return reportmail.make_mail(style, reportmail.make_report(
        style, number, "d%d.example" % (number % DOMAINS),
        reportmail.yesterday() - datetime.timedelta(number % DAYS)), RUA)


def expected_reports(numbers):
    """What the mails of these numbers contain, each report once."""
    reports = {}
    for number in filter(is_readable, numbers):
        for report in comparison.expected_reports(make_numbered_mail(number)):
            reports[json.dumps(report, sort_keys=True)] = report
    return list(reports.values())


class Numbers:
    """Hands out a new number, or one of the latest once more. Whoever takes
    one brings the mail in, whatever it takes."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.lock = threading.Lock()
        self.next_new = 0

    def take(self):
        with self.lock:
            if self.next_new and self.rng.random() < REPEATED:
                back = self.rng.randint(1, min(self.next_new, LATEST))
                return self.next_new - back
            self.next_new += 1
            return self.next_new - 1


class Worker(threading.Thread):
    """Brings in numbers until it is told to stop, the last one, too."""

    def __init__(self, numbers, seed):
        super().__init__(daemon=True)
        self.numbers = numbers
        self.rng = random.Random(seed)
        self.done = threading.Event()
        self.counts = collections.Counter()
        self.in_hand = False

    def run(self):
        while not self.done.is_set():
            self.in_hand = True
            self.bring_in_some()
            self.in_hand = False

    def finish(self):
        """Behind done.set(): without an exception only when all that was
        taken is in."""
        self.join(60)
        if self.in_hand:
            raise RuntimeError("a worker could not bring in its mail")

    def bring_in_some(self):
        raise NotImplementedError


class Sender(Worker):
    """Sends by SMTP until the server takes it, often several in a session."""

    def __init__(self, numbers, seed, server, services):
        super().__init__(numbers, seed)
        self.server = server
        self.services = services
        self.session = None
        self.sent = set()

    def run(self):
        super().run()
        self.close()

    def bring_in_some(self):
        number = self.numbers.take()
        self.sent.add(number)
        mail = make_numbered_mail(number)
        while not self.is_accepted(mail):
            self.close()
            time.sleep(0.02)
        if self.rng.random() < 0.3:
            self.close()

    def is_accepted(self, mail):
        try:
            if self.session is None:
                self.session = self.server.open_session(
                    self.rng.choice(self.services))
            self.session.sendmail("reports@example.net", [RUA], mail)
        except smtplib.SMTPResponseException as refusal:
            return self.count_refusal(refusal.smtp_code)
        except smtplib.SMTPRecipientsRefused as refusal:
            return self.count_refusal(refusal.recipients[RUA][0])
        except (smtplib.SMTPException, OSError):
            self.counts["connection lost"] += 1
            return False
        self.counts["accepted"] += 1
        return True

    def count_refusal(self, code):
        if not 400 <= code < 500:
            raise RuntimeError("refused for good: %d" % code)
        self.counts["put off"] += 1
        return False

    def close(self):
        if self.session is not None:
            self.session.close()
            self.session = None


class Importer(Worker):
    """Has tlsreport read the same mails from files."""

    def __init__(self, numbers, seed, command, directory):
        super().__init__(numbers, seed)
        self.command = command
        self.directory = directory

    def bring_in_some(self):
        numbers = {self.numbers.take() for _ in range(IMPORTED_AT_ONCE)}
        paths = [self.write_mail(number) for number in numbers]
        while not self.is_imported(paths):
            time.sleep(0.02)
        for path in paths:
            path.unlink()
        self.done.wait(self.rng.random())

    def write_mail(self, number):
        path = self.directory / ("%d.eml" % number)
        path.write_bytes(make_numbered_mail(number))
        return path

    def is_imported(self, paths):
        """What nobody can read is told by the status, and is no reason to
        come again."""
        done = subprocess.run(
            [*self.command, "import", *paths], check=False,
            capture_output=True, text=True, timeout=60)
        if done.returncode not in (0, 1, 3):
            raise RuntimeError(str(done))
        self.counts["imports" if done.returncode < 3 else "imports put off"] \
            += 1
        return done.returncode < 3


class Trouble:
    """Disturbs daemons and database at random, until a moment that
    time.monotonic() tells. All are up when it returns."""

    def __init__(self, seed, cluster, milters):
        self.rng = random.Random(seed)
        self.cluster = cluster
        self.milters = milters
        self.counts = collections.Counter()

    def make(self, end):
        kinds = (self.kill, self.kill, self.restart, self.reload,
                 self.crash_database, self.crash_both)
        while time.monotonic() < end:
            time.sleep(self.rng.uniform(0.1, 1.5))
            kind = self.rng.choice(kinds)
            kind(self.rng.choice(self.milters))
            self.counts[kind.__name__] += 1

    def pause(self):
        time.sleep(self.rng.uniform(0, 0.7))

    def kill(self, milter):
        milter.kill()
        self.pause()
        milter.start()

    def restart(self, milter):
        status = milter.stop()
        assert status == 0, milter.read_log()
        milter.start()

    @staticmethod
    def reload(milter):
        milter.reload()

    def crash_database(self, _):
        self.cluster.crash()
        self.pause()
        self.cluster.start()

    def crash_both(self, milter):
        self.cluster.crash()
        self.pause()
        milter.kill()
        self.cluster.start()
        self.pause()
        milter.start()
