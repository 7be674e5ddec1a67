# SPDX-License-Identifier: BSD-2-Clause
"""Apache and nginx with a virtual host that `tlsreport setup` wrote."""

import os
import re
import shutil
import socket

from process import Process, make_directory, wait_for

USER = "nobody"

APACHE = """
ServerName localhost
ServerRoot {directory}
PidFile {directory}/pid
ErrorLog {directory}/error.log
DefaultRuntimeDir {directory}
Listen {address}:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule ssl_module {modules}/mod_ssl.so
<Directory />
	AllowOverride None
	Require all denied
</Directory>
Include {host}
"""
APACHE_MODULES = "/usr/lib/apache2/modules"

NGINX = """
daemon off;
master_process off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ }}
http {{
	access_log off;
	types {{ text/html html txt; }}
	server_names_hash_bucket_size 128;
	client_body_temp_path {directory}/1;
	proxy_temp_path {directory}/2;
	fastcgi_temp_path {directory}/3;
	uwsgi_temp_path {directory}/4;
	scgi_temp_path {directory}/5;
	include {host};
}}
"""


class PolicyHost(Process):
    """At an address and a port; `certificate` is a file with its key."""

    name = None
    configuration = None

    def __init__(self, directory, address, port, certificate):
        super().__init__(directory + "/output.log")
        self.directory = make_directory(
            directory, USER if os.getuid() == 0 else None)
        self.pages = make_directory(directory + "/www")
        self.address = address
        self.port = port
        self.certificate = shutil.copy(certificate, directory + "/both.pem")
        os.chmod(self.certificate, 0o644)

    def get_command(self, configuration, unpacked):
        raise NotImplementedError

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def put_policy(self, host, text):
        make_directory("%s/%s/.well-known" % (self.pages, host))
        self.write("www/%s/.well-known/mta-sts.txt" % host, text)

    def move(self, text):
        """What certbot would have made, and where all else is."""
        text = re.sub(r"/etc/letsencrypt/live/[a-z0-9.-]+/\w+\.pem",
                      self.certificate, text)
        return text.replace("/var/www", self.pages)

    def start(self, virtual_host, unpacked):
        host = self.write("host.conf", self.move(virtual_host))
        path = self.write("server.conf", self.configuration.format(
            directory=self.directory, address=self.address, port=self.port,
            modules=APACHE_MODULES, host=host))
        self.spawn(self.get_command(path, unpacked),
                   USER if os.getuid() == 0 else None)
        wait_for("web server", self.is_up)
        return self

    def is_up(self):
        self.check_running()
        try:
            socket.create_connection((self.address, self.port), 5).close()
        except OSError:
            return False
        return True


class Apache(PolicyHost):
    name = "apache"
    configuration = APACHE

    def get_command(self, configuration, unpacked):
        program = shutil.which("apache2") or "/usr/sbin/apache2"
        return [program, "-X", "-f", configuration]


class Nginx(PolicyHost):
    name = "nginx"
    configuration = NGINX

    def get_command(self, configuration, unpacked):
        return [unpacked + "/usr/sbin/nginx", "-e",
                self.directory + "/error.log", "-c", configuration]
