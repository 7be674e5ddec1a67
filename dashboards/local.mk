# SPDX-License-Identifier: BSD-2-Clause
# Below $(pkgdatadir)/dashboards, to be named or copied where Grafana and
# Prometheus look: see tlsrpt-schema(7).
nobase_dist_pkgdata_DATA = \
	%D%/grafana/tlsrpt.json \
	%D%/grafana/provisioning/alerting/tlsrpt.yaml \
	%D%/grafana/provisioning/dashboards/tlsrpt.yaml \
	%D%/grafana/provisioning/datasources/tlsrpt.yaml \
	%D%/prometheus/sql-exporter.yml \
	%D%/prometheus/tlsrpt-milter.rules.yml \
	%D%/prometheus/tlsrpt.rules.yml
