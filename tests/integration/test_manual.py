# SPDX-License-Identifier: BSD-2-Clause
"""The manual pages say what the programs and the schema have, and no more."""

import datetime
import json
import os
import re
import subprocess

import pytest

import reportmail
from daemon import READER, WRITER
from demo import read_sample

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = {"c", "-config", "d", "-database", "h", "-help"}
TENANT = "manual_tenant"
VIEWS = ("SELECT relname, array_agg(attname::text ORDER BY attnum)"
         " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
         " WHERE relnamespace = %s::regnamespace AND attnum > 0"
         " AND relkind IN ('r', 'v') AND NOT attisdropped"
         " AND has_table_privilege(%s, pg_class.oid, 'SELECT')"
         " GROUP BY relname")


def read_page(name):
    with open(os.path.join(HERE, "../../man", name)) as page:
        return page.read()


def take_words(line, macro):
    """The words behind a macro, up to the next one."""
    words = []
    inside = False
    for word in line.lstrip(".").split():
        if re.fullmatch(r"[A-Z][a-z]", word):
            inside = word == macro
        elif inside and word not in ",|.;:":
            words.append(word)
    return words


class TestCommands:
    @pytest.fixture
    def help_of(self, ctl_program):
        def get_help(*command):
            done = subprocess.run(
                [ctl_program, "help", *command], capture_output=True,
                text=True, check=True, timeout=30)
            return done.stdout

        return get_help

    @pytest.fixture
    def commands(self, help_of):
        """Usage and options, as sets of short and long name, of each."""
        names = re.findall(r"^  ([a-z][a-z-]*)  ", help_of(), re.M)
        assert len(names) > 10
        return {name: (
            help_of(name).splitlines()[0],
            [{long, short} - {""} for short, long in re.findall(
                r"^  (?:-(\w),|   ) -(-[a-z-]+)", help_of(name), re.M)])
                for name in names}

    @pytest.fixture
    def pages(self):
        """The lines about each command, and those of its section that are
        about no command and so about all of them."""
        pages = {}
        section = re.search(r"^\.Ss Status$(.*?)^\.Sh EXIT", read_page(
            "tlsreport.1"), re.M | re.S)[1]
        section = re.sub(r"^\.It Xo\n", ".It ", section, flags=re.M)
        for part in re.split(r"^\.Ss .*$", section, flags=re.M):
            found = {}
            lines = []
            depth = 0
            for line in part.splitlines():
                start = re.match(r"\.It \.?Ic ([a-z-]+)", line)
                depth += line.startswith(".Bl") - line.startswith(".El")
                if start and depth == 1:
                    lines = found.setdefault(start[1], [])
                elif depth == 0:
                    lines = found.setdefault("", [])
                lines.append(line)
            everywhere = found.pop("", [])
            for name, lines in found.items():
                pages[name] = lines + everywhere
        return pages

    def test_names(self, commands, pages):
        assert set(pages) == set(commands)

    def test_options(self, commands, pages):
        for name, (_, options) in commands.items():
            words = [word for line in pages[name]
                     for word in take_words(line, "Fl")]
            written = {part for word in words for part in (
                [word] if word.startswith("-") else word)}
            for option in options:
                assert option & written or option <= SHARED, (name, option)
            known = set().union(*options)
            assert written <= known, (name, written - known)

    def test_actions(self, commands, pages):
        for name, (usage, _) in commands.items():
            actions = {word.split()[0] for word in
                       usage.split("[OPTION]...")[1].split("|") if "|" in usage}
            written = {found[1] for line in pages[name] if (
                found := re.match(r"\.It \.?Ic %s ([a-z]+)" % name, line))}
            assert written == actions, name


class TestSchema:
    @pytest.fixture
    def written(self):
        """The columns of each view by its section."""
        parts = re.split(
            r"^\.Ss (\w+)$", read_page("tlsrpt-schema.7"), flags=re.M)
        sections = dict(zip(parts[1::2], parts[2::2]))
        return {name: {word for line in re.split(r"^\.S[hs] ", text, 1, re.M)[0]
                       .splitlines() if line.startswith((".It Va", ".Va"))
                       for word in take_words(
                           line.removeprefix(".It "), "Va")}
                for name, text in sections.items()}

    @pytest.fixture
    def tenant(self, ctl_program, cluster, database, query):
        subprocess.run(
            [ctl_program, "db", "grant", "tenant", TENANT, "kiosk.test", "-d",
             cluster.conninfo(database)], check=True, timeout=60)
        yield TENANT
        query("DROP OWNED BY " + TENANT)
        query("DROP ROLE " + TENANT)

    @pytest.fixture
    def filled(self, ctl_program, cluster, database):
        """So that every example finds something."""
        today = datetime.datetime.now(datetime.timezone.utc).date()
        week_ago = reportmail.make_report(
            "microsoft", 1, "kiosk.test", today - datetime.timedelta(6), 0)
        week_ago["organization-name"] = "Gone"
        long_ago = reportmail.make_report(
            "google", 1, "old.test", today - datetime.timedelta(5), 0)
        odd = reportmail.make_report("google", 2, "kiosk.test", None, 0)
        odd["policies"][0]["summary"]["total-failure-session-count"] = "0"
        texts = [read_sample("certificate-expired", 1), *map(
            json.dumps, (week_ago, long_ago, odd))]
        for text in texts:
            subprocess.run(
                [ctl_program, "import", "-d",
                 cluster.conninfo(database, WRITER), "-"], check=True,
                input=text.encode(), capture_output=True, timeout=60)

    def test_views(self, query, written, tenant):
        for schema, role in (("tlsrpt", READER), ("tlsrpt_tenant", tenant)):
            views = {name: set(columns)
                     for name, columns in query(VIEWS, schema, role)}
            assert len(views) >= 8
            for name, columns in views.items():
                assert written.get(name) == columns, (schema, name)

    def test_no_other_views(self, query, written, tenant):
        views = {name for schema, role in (
            ("tlsrpt", READER), ("tlsrpt_tenant", tenant))
                 for name, _ in query(VIEWS, schema, role)}
        assert {name for name in written if name.startswith("v_")} <= views

    def test_examples(self, query, filled, tenant):
        text = read_page("tlsrpt-schema.7").split(".Sh EXAMPLES")[1]
        examples = re.findall(r"^\.Bd.*?\n(.*?)^\.Ed", text, re.M | re.S)
        assert len(examples) >= 10
        for example in examples:
            assert query(example, user=READER), example
            query(example, user=tenant)
