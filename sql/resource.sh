#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Usage: resource.sh DIRECTORY. Prints the list of the SQL files below it, for
# glib-compile-resources.
set -eu

cd "$1"
echo '<gresources><gresource prefix="/tlsrpt">'
for file in schema/*.sql schema/now/*.sql query/*.sql; do
	echo "<file>$file</file>"
done
echo '</gresource></gresources>'
