#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests schema and store against a private PostgreSQL.

Usage: run.py PROGRAM... (tests in C) FILE.sql... (tests in pgTAP)
"""

import os
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "integration"))
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace  # noqa: E402


def main(tests):
    # So that a run that is told to end cleans up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    workspace = make_workspace()
    cluster = PrivatePostgres(workspace + "/db").create().start()
    try:
        cluster.psql("CREATE DATABASE schema_test")
        cluster.psql("CREATE DATABASE store_test")
        subprocess.run(
            [os.environ["TLSREPORT"], "-d", cluster.conninfo("schema_test"),
             "db", "init"], check=True, stdout=subprocess.DEVNULL)
        environment = dict(
            os.environ, PGHOST=cluster.directory, PGUSER="postgres",
            PGDATABASE="schema_test", PGOPTIONS="--client-min-messages=error",
            STORE_TEST=cluster.conninfo("store_test"))
        return subprocess.run(
            ["prove", "--exec", os.path.join(HERE, "exec"), *tests],
            env=environment, check=False).returncode
    finally:
        cluster.stop()
        shutil.rmtree(workspace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
