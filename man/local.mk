# SPDX-License-Identifier: BSD-2-Clause
dist_man_MANS += %D%/tlsrpt-milter.conf.5
