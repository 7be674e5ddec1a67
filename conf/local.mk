# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += conf/libsettings.a
conf_libsettings_a_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/comment.c %D%/comment.h \
	%D%/settings.c %D%/settings.h \
	%D%/settings-options.c %D%/settings-options.def \
	%D%/text-file.c %D%/text-file.h \
	%D%/value.c %D%/value.h
conf_libsettings_a_CFLAGS = $(AM_CFLAGS) $(GLIB_CFLAGS) $(CONFUSE_CFLAGS)
SETTINGS_LIBS = conf/libsettings.a $(CONFUSE_LIBS) $(GLIB_LIBS)

exampledir = $(docdir)/examples
dist_doc_DATA = NEWS README
dist_example_DATA += %D%/apache-dashboard.conf %D%/citus.sql \
	%D%/apache-https.conf %D%/nginx-dashboard.conf \
	%D%/nginx-https.conf %D%/postfix-main.cf %D%/sendmail.mc \
	%D%/tlsrpt-milter.conf %D%/tlsrpt-purge.cron

# A configuration that is there stays, at uninstall one that was edited too.
install-data-local: install-configuration
install-configuration:
	@$(MKDIR_P) '$(DESTDIR)$(sysconfdir)'
	@test -e '$(DESTDIR)$(sysconfdir)/tlsrpt-milter.conf' || \
		$(INSTALL_DATA) '$(srcdir)/%D%/tlsrpt-milter.conf' \
		'$(DESTDIR)$(sysconfdir)'

uninstall-local: uninstall-configuration
uninstall-configuration:
	@! cmp -s '$(srcdir)/%D%/tlsrpt-milter.conf' \
		'$(DESTDIR)$(sysconfdir)/tlsrpt-milter.conf' || \
		rm -f '$(DESTDIR)$(sysconfdir)/tlsrpt-milter.conf'
.PHONY: install-configuration uninstall-configuration

SERVICES = %D%/tlsrpt-alert.service %D%/tlsrpt-dashboard.service \
	%D%/tlsrpt-milter.service %D%/tlsrpt-purge.service
TIMERS = %D%/tlsrpt-dashboard.timer %D%/tlsrpt-purge.timer
EXTRA_DIST += $(SERVICES:=.in) $(TIMERS) \
	%D%/sysusers.d/tlsrpt-milter.conf %D%/tmpfiles.d/tlsrpt-milter.conf.in
if HAVE_SYSTEMD
systemdsystemunit_DATA = $(SERVICES) $(TIMERS)
sysusersdir = $(prefix)/lib/sysusers.d
sysusers_DATA = %D%/sysusers.d/tlsrpt-milter.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
tmpfiles_DATA = %D%/tmpfiles.d/tlsrpt-milter.conf
endif
CLEANFILES += $(SERVICES) %D%/tmpfiles.d/tlsrpt-milter.conf
%D%/tmpfiles.d/tlsrpt-milter.conf: %D%/tmpfiles.d/tlsrpt-milter.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/tmpfiles.d && sed \
		-e 's|@WEB_GROUP[@]|$(WEB_GROUP)|' \
		'$(srcdir)/%D%/tmpfiles.d/tlsrpt-milter.conf.in' >$@
%D%/%.service: %D%/%.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D% && sed -e 's|@sbindir[@]|$(sbindir)|' \
		-e 's|@bindir[@]|$(bindir)|' \
		-e 's|@sysconfdir[@]|$(sysconfdir)|' $< >$@
