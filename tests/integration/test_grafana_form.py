# SPDX-License-Identifier: BSD-2-Clause
"""The form of the dashboard for Grafana, and that the files which provide it
fit together. Needs no database."""

import collections
import itertools
import re

import pytest

import grafana

DATA_SOURCE = {"type": "grafana-postgresql-datasource",
               "uid": "${datasource}"}
COLUMNS_OF_GRID = 24


@pytest.fixture(scope="module")
def dashboard():
    return grafana.load()


class TestForm:
    def test_schema(self, dashboard):
        assert dashboard["schemaVersion"] >= 36
        assert dashboard["uid"] == "tlsrpt"
        assert dashboard["id"] is None
        assert dashboard["timezone"] == "utc"

    def test_panels(self, dashboard):
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(set(ids)) == len(ids)
        for panel in dashboard["panels"]:
            assert panel["title"]
            assert panel["datasource"] == DATA_SOURCE
            for target in panel["targets"]:
                assert target["datasource"] == DATA_SOURCE
                assert target["rawQuery"] is True
                assert "tlsrpt." not in target["rawSql"]

    def test_annotations(self, dashboard):
        by_day = {panel["id"] for panel in dashboard["panels"]
                  if panel["type"] == "timeseries"}
        for annotation in dashboard["annotations"]["list"]:
            assert annotation["datasource"] == DATA_SOURCE
            assert set(annotation["filter"]["ids"]) <= by_day
            assert "tlsrpt." not in annotation["target"]["rawSql"]

    def test_the_grid(self, dashboard):
        taken = collections.Counter()
        for panel in dashboard["panels"]:
            place = panel["gridPos"]
            assert 0 <= place["x"] <= COLUMNS_OF_GRID - place["w"]
            taken.update(itertools.product(
                range(place["x"], place["x"] + place["w"]),
                range(place["y"], place["y"] + place["h"])))
        assert set(taken.values()) == {1}
        # Without gaps.
        rows = {y for _, y in taken}
        assert len(taken) == COLUMNS_OF_GRID * (max(rows) + 1)

    def test_variables(self, dashboard):
        variables = grafana.list_variables(dashboard)
        assert set(variables) == {
            "datasource", "domain", "reporter", "authenticated"}
        used = set().union(*map(
            grafana.find_variables, grafana.list_strings(dashboard)))
        assert used == set(variables)
        for name in ("domain", "reporter"):
            assert variables[name]["multi"] and variables[name]["includeAll"]
            assert variables[name]["query"] == variables[name]["definition"]
            # All must never become a list of what reporters have written.
            assert variables[name]["allValue"]

    def test_values_are_quoted(self, dashboard):
        for text in grafana.list_queries(dashboard).values():
            assert not re.search(
                r"\$(?!__)\w|\$\{(?!\w+:sqlstring\})", text), text

    def test_links_name_variables(self, dashboard):
        names = re.findall(
            r"var-(\w+)=", " ".join(grafana.list_strings(dashboard)))
        assert set(names) == {"domain", "reporter"}


class TestProvisioning:
    def test_data_source(self, dashboard):
        source, = grafana.load_yaml("datasources")["datasources"]
        variable = grafana.list_variables(dashboard)["datasource"]
        assert variable["current"]["value"] == source["uid"]
        assert source["type"] == "postgres"
        places = [source["url"], source["user"],
                  source["jsonData"]["database"],
                  source["jsonData"]["sslmode"],
                  source["secureJsonData"]["password"]]
        assert all(re.fullmatch(r"\$TLSRPT_DATABASE_[A-Z]+", place)
                   for place in places), places

    def test_provider(self):
        provider, = grafana.load_yaml("dashboards")["providers"]
        assert provider["options"]["path"] == "$TLSRPT_DASHBOARDS"

    def test_rules_fit_the_rest(self, dashboard):
        source, = grafana.load_yaml("datasources")["datasources"]
        panels = {str(panel["id"]) for panel in dashboard["panels"]}
        for rule in grafana.list_rules():
            steps = {step["refId"]: step for step in rule["data"]}
            condition = steps[rule["condition"]]["model"]
            assert condition["type"] == "threshold"
            assert steps[condition["expression"]][
                "datasourceUid"] == source["uid"]
            assert rule["annotations"]["__dashboardUid__"] == dashboard["uid"]
            assert rule["annotations"]["__panelId__"] in panels
            # Nothing is left out.
            assert "LIMIT" not in steps[condition["expression"]]["model"][
                "rawSql"]
            # It would be replaced from the environment.
            assert "$" not in " ".join(grafana.list_strings(rule))
