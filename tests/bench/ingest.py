# SPDX-License-Identifier: BSD-2-Clause
"""Runs bench-ingest against a private PostgreSQL that writes to disk.

Usage: ingest.py BUILD_DIRECTORY
"""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))

import daemon  # noqa: E402
from postgres import PrivatePostgres  # noqa: E402
from process import make_workspace  # noqa: E402


def main():
    build, = sys.argv[1:]
    directory = make_workspace()
    server = PrivatePostgres(directory + "/db", durable=True).create()
    try:
        server.start()
        database = daemon.create_database(server, build + "/cli/tlsreport")
        subprocess.run(
            [build + "/tests/bench/bench-ingest",
             server.conninfo(database, daemon.WRITER)],
            check=True, timeout=600)
    finally:
        server.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
