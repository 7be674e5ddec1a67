// SPDX-License-Identifier: BSD-2-Clause
// A table as comma-separated values (RFC 4180), for a spreadsheet.

// What a spreadsheet would take for a formula is a text.
function quoteText(text) {
	const safe = /^[\t\r]|^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u.test(text)
		? "'" + clean(text) : clean(text);

	return /[",]/.test(safe) ? "\"" + safe.replaceAll("\"", "\"\"") + "\""
		: safe;
}

function quote(value) {
	return typeof value === "number" ? String(value)
		: quoteText(value ?? "");
}

function writeCsv(table, rows) {
	const lines = [
		table.columns.map(({title}) => title),
		...rows.map((row) => table.columns.map(
			({value, csv}) => (csv ?? value)(row))),
	];

	return lines.map((cells) => cells.map(quote).join(",") + "\r\n").join("");
}

function saveCsv(table, rows) {
	const address = URL.createObjectURL(new Blob(
		[writeCsv(table, rows)], {type: "text/csv;charset=utf-8"}));

	element("a", {href: address, download: "tls-" + table.name + ".csv"})
		.click();
	setTimeout(() => URL.revokeObjectURL(address), 60000);
}
