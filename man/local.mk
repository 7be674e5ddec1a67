# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += \
	%D%/tlsrpt-https.8 \
	%D%/tlsrpt-milter.8 \
	%D%/tlsrpt-milter.conf.5 \
	%D%/tlsrpt-reports.7 \
	%D%/tlsrpt-schema.7 \
	%D%/tlsreport.1 \
	%D%/tlsreport-check.7 \
	%D%/tlsreport-rollout.7

EXTRA_DIST += CONTRIBUTING
