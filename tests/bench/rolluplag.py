# SPDX-License-Identifier: BSD-2-Clause
"""How far the roll-ups are behind while reports come in at full speed, with
the maintenance that the daemon does."""

import pathlib
import re
import statistics
import subprocess
import tempfile
import time

import daemon

SECONDS = 30
CONNECTIONS = 4
# maintenance_interval
INTERVAL = 5

# Nine of ten reports tell of no failure.
INGEST = r"""
\set domain random(0, 2599)
SELECT tlsrpt.ingest(gen_random_uuid(), decode(repeat('00', 32), 'hex'),
  'mx.example.net', 'google.com', 'Google Inc.', NULL, 'bench', %(start)d,
  %(start)d + 86399, NULL, '{}', '{sts}',
  ARRAY['d' || :domain || '.example.net'], '{"{mode: enforce}"}', '{"{}"}',
  '{230}', '{%(failed)d}', '{NULL}', %(failures)s);
"""
NO_FAILURE = "'{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'"
FAILURE = ("'{1}', '{certificate-expired}', '{192.0.2.1}',"
           " ARRAY['mx1.d' || :domain || '.example.net'], '{NULL}',"
           " '{198.51.100.1}', '{7}', '{NULL}', '{NULL}', '{NULL}'")

# The outbox is in the order of arrival.
BEHIND = """
SELECT count(*), coalesce((
  SELECT extract(epoch FROM clock_timestamp() - received_at)
  FROM (SELECT day, report_key FROM tlsrpt.outbox LIMIT 1) AS oldest
  JOIN tlsrpt.report USING (day, report_key)), 0)
FROM tlsrpt.outbox
"""


def write_scripts(directory):
    start = int(time.time()) // 86400 * 86400 - 86400
    for name, failed, failures in (
            ("clean", 0, NO_FAILURE), ("failed", 7, FAILURE)):
        path = pathlib.Path(directory, name)
        path.write_text(INGEST % {
            "start": start, "failed": failed, "failures": failures})
        yield str(path)


def start_ingest(server, database, directory):
    clean, failed = write_scripts(directory)
    return subprocess.Popen(
        [server.find_program("pgbench"), "-n", "-M", "prepared", "-c",
         str(CONNECTIONS), "-j", "1", "-T", str(SECONDS), "-f", clean + "@9",
         "-f", failed + "@1", "-h", server.directory, "-U", daemon.WRITER,
         database], stdout=subprocess.PIPE, text=True)


def watch(owner, maintain, is_running):
    """Reports and seconds behind, twice a second."""
    maintenance = maintain()
    ended = None
    samples = []
    while is_running():
        with owner.cursor() as cursor:
            cursor.execute(BEHIND)
            samples.append(cursor.fetchone())
        if maintenance.poll() is not None:
            ended = ended or time.monotonic()
            if time.monotonic() - ended >= INTERVAL:
                maintenance, ended = maintain(), None
        time.sleep(0.5)
    maintenance.wait()
    return samples


def measure(server, database, ctl, owner):
    def maintain():
        return subprocess.Popen(
            [ctl, "-d", server.conninfo(database, daemon.WRITER), "maintain"],
            stdout=subprocess.DEVNULL)

    with tempfile.TemporaryDirectory() as directory:
        ingest = start_ingest(server, database, directory)
        samples = watch(owner, maintain, lambda: ingest.poll() is None)
        output = ingest.communicate()[0]
    start = time.monotonic()
    maintain().wait()
    reports, seconds = zip(*samples)
    print("roll-ups behind %.0f reports/s on %d connections: %d reports and"
          " %.1f s at most, %d and %.1f in the middle, none %.1f s after the"
          " end" % (
              float(re.search(r"tps = ([\d.]+)", output)[1]), CONNECTIONS,
              max(reports), max(seconds), statistics.median(reports),
              statistics.median(seconds), time.monotonic() - start))
