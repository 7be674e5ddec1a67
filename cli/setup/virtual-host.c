/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/virtual-host.h"

/* In all of these stand HOST and PORT. */
typedef struct {
	const char *path;
	const char *host;
	const char *certificate;
	const char *enable;
	const char *remove;
} Kind;

static const Kind kinds[] = {
	[SETUP_SERVER_APACHE] =
		{
			.path = "/etc/apache2/sites-available/HOST.conf",
			.host = "<VirtualHost *:PORT>\n"
				"\tServerName HOST\n"
				"\tDocumentRoot /var/www/HOST\n"
				"\tSSLEngine on\n"
				"\tSSLCertificateFile "
				"/etc/letsencrypt/live/HOST/fullchain.pem\n"
				"\tSSLCertificateKeyFile "
				"/etc/letsencrypt/live/HOST/privkey.pem\n"
				"\t<Directory /var/www/HOST>\n"
				"\t\tAllowOverride None\n"
				"\t\tRequire all granted\n"
				"\t\t<Files mta-sts.txt>\n"
				"\t\t\tForceType text/plain\n"
				"\t\t</Files>\n"
				"\t</Directory>\n"
				"</VirtualHost>\n",
			.certificate = "certbot certonly --apache "
				       "--cert-name HOST -d HOST \\\n"
				       "  --deploy-hook "
				       "\"systemctl reload apache2\"\n",
			.enable = "a2enmod ssl\n"
				  "a2ensite HOST\n"
				  "apache2ctl configtest\n"
				  "systemctl restart apache2\n",
			.remove = "a2dissite HOST\n"
				  "systemctl reload apache2\n",
		},
	[SETUP_SERVER_NGINX] =
		{
			.path = "/etc/nginx/sites-available/HOST.conf",
			.host = "server {\n"
				"\tlisten PORT ssl;\n"
				"\tlisten [::]:PORT ssl;\n"
				"\tserver_name HOST;\n"
				"\tssl_certificate "
				"/etc/letsencrypt/live/HOST/fullchain.pem;\n"
				"\tssl_certificate_key "
				"/etc/letsencrypt/live/HOST/privkey.pem;\n"
				"\troot /var/www/HOST;\n"
				"\tlocation = /.well-known/mta-sts.txt {\n"
				"\t\ttypes { }\n"
				"\t\tdefault_type text/plain;\n"
				"\t}\n"
				"}\n",
			.certificate = "certbot certonly --nginx "
				       "--cert-name HOST -d HOST \\\n"
				       "  --deploy-hook "
				       "\"systemctl reload nginx\"\n",
			.enable = "ln -s ../sites-available/HOST.conf "
				  "/etc/nginx/sites-enabled/\n"
				  "nginx -t\n"
				  "systemctl reload nginx\n",
			.remove = "rm /etc/nginx/sites-enabled/HOST.conf\n"
				  "systemctl reload nginx\n",
		},
};

static char *replace(const char *text, const char *word, const char *value)
{
	g_auto(GStrv) pieces = g_strsplit(text, word, -1);

	return g_strjoinv(value, pieces);
}

/* A host is in lower case, and so has neither of the words. */
static char *fill_in(const char *text, const char *host, int64_t port)
{
	g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, port);
	g_autofree char *with_port = replace(text, "PORT", number);

	return replace(with_port, "HOST", host);
}

char *setup_virtual_host_write(
	SetupServer server, const char *host, int64_t port)
{
	return fill_in(kinds[server].host, host, port);
}

char *setup_virtual_host_get_path(SetupServer server, const char *host)
{
	return fill_in(kinds[server].path, host, 0);
}

char *setup_virtual_host_get_certificate(SetupServer server, const char *host)
{
	return fill_in(kinds[server].certificate, host, 0);
}

char *setup_virtual_host_get_enable(SetupServer server, const char *host)
{
	return fill_in(kinds[server].enable, host, 0);
}

char *setup_virtual_host_get_remove(SetupServer server, const char *host)
{
	return fill_in(kinds[server].remove, host, 0);
}

char *setup_virtual_host_get_policy_path(const char *host)
{
	return fill_in("/var/www/HOST/.well-known/mta-sts.txt", host, 0);
}
