# SPDX-License-Identifier: BSD-2-Clause
if HAVE_PROBE
noinst_LIBRARIES += probe/libprobe.a
probe_libprobe_a_SOURCES = \
	%D%/certificate.c %D%/certificate.h \
	%D%/dns-record.c %D%/dns-record.h \
	%D%/domain-probe.c %D%/domain-probe.h \
	%D%/domain-probe-write.c %D%/domain-probe-write.h \
	%D%/domain-view.c %D%/domain-view.h \
	%D%/error.c %D%/error.h \
	%D%/finding.c %D%/finding.h %D%/finding.def \
	%D%/host-address.c %D%/host-address.h \
	%D%/https-request.c %D%/https-request.h \
	%D%/judge-dane.c \
	%D%/judge-dns.c \
	%D%/judge-mx.c \
	%D%/judge-sts.c \
	%D%/judge-tlsrpt.c \
	%D%/judge.c %D%/judge.h \
	%D%/mail-exchanger.c %D%/mail-exchanger.h \
	%D%/mx-record.c %D%/mx-record.h \
	%D%/recheck.c %D%/recheck.h \
	%D%/report-endpoint.c %D%/report-endpoint.h \
	%D%/report-mailbox.c %D%/report-mailbox.h \
	%D%/resolver.c %D%/resolver.h \
	%D%/result-type.def \
	%D%/smtp-reply.c %D%/smtp-reply.h \
	%D%/smtp-tls.c %D%/smtp-tls.h \
	%D%/sts-fetch.c %D%/sts-fetch.h \
	%D%/sts-policy.c %D%/sts-policy.h \
	%D%/tlsa.c %D%/tlsa.h \
	%D%/txt-record.c %D%/txt-record.h \
	%D%/wire.c %D%/wire.h
probe_libprobe_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(GIO_CFLAGS) \
	$(JANSSON_CFLAGS) $(CURL_CFLAGS) $(OPENSSL_CFLAGS)
PROBE_LIBS = probe/libprobe.a $(PARSER_LIBS) $(GIO_LIBS) $(CURL_LIBS) \
	$(UNBOUND_LIBS) $(OPENSSL_LIBS)
endif
