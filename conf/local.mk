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
dist_example_DATA += %D%/citus.sql %D%/postfix-main.cf \
	%D%/sample-report.eml %D%/sendmail.mc %D%/tlsrpt-milter.conf

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

EXTRA_DIST += %D%/tlsrpt-milter.service.in %D%/tlsrpt-alert.service.in \
	%D%/sysusers.d/tlsrpt-milter.conf %D%/tmpfiles.d/tlsrpt-milter.conf
if HAVE_SYSTEMD
systemdsystemunit_DATA = %D%/tlsrpt-milter.service %D%/tlsrpt-alert.service
sysusersdir = $(prefix)/lib/sysusers.d
sysusers_DATA = %D%/sysusers.d/tlsrpt-milter.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
tmpfiles_DATA = %D%/tmpfiles.d/tlsrpt-milter.conf
endif
CLEANFILES += %D%/tlsrpt-milter.service %D%/tlsrpt-alert.service
%D%/tlsrpt-milter.service: %D%/tlsrpt-milter.service.in Makefile
	$(AM_V_GEN)$(fill_unit) '$(srcdir)/%D%/tlsrpt-milter.service.in' >$@
%D%/tlsrpt-alert.service: %D%/tlsrpt-alert.service.in Makefile
	$(AM_V_GEN)$(fill_unit) '$(srcdir)/%D%/tlsrpt-alert.service.in' >$@
fill_unit = $(MKDIR_P) %D% && sed -e 's|@sbindir[@]|$(sbindir)|' \
	-e 's|@bindir[@]|$(bindir)|' -e 's|@sysconfdir[@]|$(sysconfdir)|'
