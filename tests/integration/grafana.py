# SPDX-License-Identifier: BSD-2-Clause
"""What Grafana makes of the queries of the dashboard before PostgreSQL gets
them, by its documentation and source: variables are replaced in the browser,
in one pass, then macros in the server, wherever they stand.
"""

import datetime
import json
import pathlib
import re

import yaml

DASHBOARDS = pathlib.Path(__file__).resolve().parents[2] / "dashboards"
DASHBOARD = DASHBOARDS / "grafana/tlsrpt.json"
PROVISIONING = DASHBOARDS / "grafana/provisioning"
ALL = "$__all"

VARIABLE = re.compile(
    r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]"
    r"|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}")
MACRO = re.compile(r"\$([_a-zA-Z0-9]+)\(([^)]*)\)")


def load():
    return json.loads(DASHBOARD.read_text())


def load_yaml(kind):
    return yaml.safe_load((PROVISIONING / kind / "tlsrpt.yaml").read_text())


def list_rules():
    group, = load_yaml("alerting")["groups"]
    return group["rules"]


def list_strings(value):
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in list_strings(part)
            ] if isinstance(value, (dict, list)) else []


def list_variables(dashboard):
    return {variable["name"]: variable
            for variable in dashboard["templating"]["list"]}


def list_queries(dashboard):
    """The SQL of each panel, by its title, and of annotations, by "on" and
    their name."""
    return {
        **{panel["title"]: target["rawSql"]
           for panel in dashboard["panels"] for target in panel["targets"]},
        **{"on " + annotation["name"]: annotation["target"]["rawSql"]
           for annotation in dashboard["annotations"]["list"]}}


def find_variables(text):
    """The names that are used; Grafana's own begin with two underscores."""
    names = {match[1] or match[2] or match[4]
             for match in VARIABLE.finditer(text)}
    return {name for name in names if not name.startswith("__")}


def quote(value):
    """:sqlstring of Grafana 11; before, '"' stayed as it is."""
    return "'%s'" % value.replace("'", "''").replace('"', '\\"')


def format_value(variable, value, form):
    if value == ALL:
        return variable["allValue"]
    assert form == "sqlstring", form
    values = value if isinstance(value, list) else [value]
    return ",".join(quote(one) for one in values)


def replace_variables(text, dashboard, values, search=""):
    """`values` by name; All is what is not there."""
    variables = list_variables(dashboard)

    def replace(match):
        name = match[1] or match[2] or match[4]
        if name == "__searchFilter":
            return search + "%"
        if name not in variables:
            return match[0]
        return format_value(
            variables[name], values.get(name, ALL), match[3] or match[5])

    return VARIABLE.sub(replace, text)


def parse_interval(text):
    number, unit = re.fullmatch(r"'?(\d+)([smhdw])'?", text).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600, "d": 86400,
                          "w": 604800}[unit]


def group(column, interval):
    seconds = parse_interval(interval)
    return "floor(extract(epoch from %s)/%d)*%d" % (column, seconds, seconds)


def replace_macros(text, since, until):
    start, end = (instant.strftime("%Y-%m-%dT%H:%M:%SZ")
                  for instant in (since, until))
    macros = {
        "__time": lambda column: '%s AS "time"' % column,
        "__timeEpoch": lambda column:
            'extract(epoch from %s) as "time"' % column,
        "__timeFilter": lambda column:
            "%s BETWEEN '%s' AND '%s'" % (column, start, end),
        "__timeFrom": lambda _: "'%s'" % start,
        "__timeTo": lambda _: "'%s'" % end,
        "__timeGroup": group,
        "__timeGroupAlias": lambda column, interval:
            group(column, interval) + ' AS "time"',
        "__unixEpochFilter": lambda column: "%s >= %d AND %s <= %d" % (
            column, since.timestamp(), column, until.timestamp()),
    }

    def replace(match):
        if match[1] not in macros:
            raise ValueError("unknown macro %r" % match[1])
        return macros[match[1]](
            *(argument.strip() for argument in match[2].split(",")))

    return MACRO.sub(replace, text)


def expand(text, dashboard, days=30, search="", **values):
    """The statement for the last `days`."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return replace_macros(
        replace_variables(text, dashboard, values, search),
        now - datetime.timedelta(days=days), now)
