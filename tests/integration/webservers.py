# SPDX-License-Identifier: BSD-2-Clause
"""Apache and nginx on loopback, with the examples of this package."""

import base64
import http.client
import os
import re
import shutil
import ssl

from process import Process, make_directory, wait_for
from smtpserver import free_port
from webhooksink import make_certificate

EXAMPLES = os.path.abspath("../../conf")
USER = "nobody"

APACHE = """
ServerName localhost
ServerRoot {directory}
PidFile {directory}/pid
ErrorLog {directory}/error.log
DefaultRuntimeDir {directory}
DocumentRoot {directory}/empty
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{plain_port}
{modules}
TypesConfig /dev/null
AddType text/html html
AddType text/css css
AddType text/javascript js
<Directory />
	Options Indexes MultiViews
	AllowOverride None
	Require all denied
</Directory>
Header set Content-Security-Policy "default-src 'none'"
<VirtualHost 127.0.0.1:{port}>
	SSLEngine on
	SSLCertificateFile {certificate}
	SSLCertificateKeyFile {certificate}.key
</VirtualHost>
Include {example}
"""
MODULES = (
    "mpm_event", "alias", "auth_basic", "authn_core", "authn_file",
    "authz_core", "authz_groupfile", "authz_user", "autoindex", "dir",
    "headers", "mime", "negotiation", "ssl")

NGINX = """
daemon off;
master_process off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ }}
http {{
	access_log off;
	{http}
	types {{ text/html html; text/css css; text/javascript js; }}
	client_body_temp_path {directory}/1;
	proxy_temp_path {directory}/2;
	fastcgi_temp_path {directory}/3;
	uwsgi_temp_path {directory}/4;
	scgi_temp_path {directory}/5;
	autoindex on;
	add_header Content-Security-Policy "default-src 'none'";
	server {{
		listen 127.0.0.1:{port} ssl;
		listen 127.0.0.1:{plain_port};
		ssl_certificate {certificate};
		ssl_certificate_key {certificate}.key;
		root {directory}/empty;
		include {example};
	}}
}}
"""


class WebServer(Process):
    """Serves `pages` as the example says, but with files of its own.
    `users` are passwords by name, `groups` users by the name of a domain."""

    name = None
    configuration = None

    def __init__(self, directory, pages):
        super().__init__(directory + "/output.log")
        self.directory = make_directory(directory, USER)
        self.pages = pages
        self.port = free_port()
        self.plain_port = free_port()
        self.certificate = make_certificate(directory + "/server.pem")
        self.context = ssl.create_default_context(cafile=self.certificate)

    def find_program(self, unpacked):
        raise NotImplementedError

    def write_users(self, directory, users, groups):
        raise NotImplementedError

    def get_command(self, program, configuration):
        raise NotImplementedError

    def get_more(self, unpacked):
        return {"http": ""}

    def copy_example(self):
        path = "%s/%s-dashboard.conf" % (EXAMPLES, self.name)
        with open(path) as file:
            text = re.sub(r"/etc/\w+/tls-reports", self.directory + "/users",
                          file.read())
        text = text.replace("/var/lib/tlsrpt-milter/dashboard", self.pages)
        return self.write("example.conf", text)

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def start(self, unpacked, users, groups):
        make_directory(os.path.join(self.directory, "users"), USER)
        self.write_users("users/", users, groups)
        return self.serve(unpacked)

    def serve(self, unpacked):
        program = self.find_program(unpacked)
        make_directory(os.path.join(self.directory, "empty"), USER)
        shutil.chown(self.certificate + ".key", USER)
        path = self.write("server.conf", self.configuration.format(
            directory=self.directory, port=self.port,
            plain_port=self.plain_port, certificate=self.certificate,
            example=self.copy_example(), **self.get_more(unpacked)))
        self.spawn(self.get_command(program, path), user=USER)
        wait_for("web server", self.is_up)
        return self

    def is_up(self):
        self.check_running()
        try:
            return self.get("/")
        except OSError:
            return False

    def connect(self, plain):
        if plain:
            return http.client.HTTPConnection(
                "127.0.0.1", self.plain_port, timeout=10)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=10, context=self.context)

    def get(self, path, login=None, plain=False, method="GET"):
        """The answer, with the body as text in `text`; the path goes out as
        it is."""
        connection = self.connect(plain)
        headers = {}
        if login:
            headers["Authorization"] = "Basic " + base64.b64encode(
                login.encode()).decode()
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer


class Apache(WebServer):
    name = "apache"
    configuration = APACHE
    modules = MODULES
    unpacked_modules = ()

    def find_program(self, unpacked):
        return shutil.which("apache2") or shutil.which(
            "apache2", path="/usr/sbin")

    def get_more(self, unpacked):
        return {"modules": "\n".join(
            "LoadModule %s_module %s/usr/lib/apache2/modules/mod_%s.so" % (
                name, unpacked if name in self.unpacked_modules else "", name)
            for name in (*self.modules, *self.unpacked_modules))}

    def write_users(self, directory, users, groups):
        self.write(directory + "users", "".join(
            "%s:%s\n" % user for user in users.items()))
        self.write(directory + "groups", "".join(
            "%s: %s\n" % (name, " ".join(members))
            for name, members in groups.items()))

    def get_command(self, program, configuration):
        return [program, "-X", "-f", configuration]


class Nginx(WebServer):
    name = "nginx"
    configuration = NGINX

    def find_program(self, unpacked):
        return unpacked + "/usr/sbin/nginx"

    def write_users(self, directory, users, groups):
        for name, members in groups.items():
            self.write(directory + name, "".join(
                "%s:%s\n" % (member, users[member]) for member in members))

    def get_command(self, program, configuration):
        return [program, "-e", self.directory + "/error.log", "-c",
                configuration]
