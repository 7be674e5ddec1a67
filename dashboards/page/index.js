// SPDX-License-Identifier: BSD-2-Clause
// Leaves the domains in the list whose names have what is typed. Without script
// there is no box, and the list is whole.
(() => {
	"use strict";
	const box = document.getElementById("filter");

	// A single domain needs none.
	if (box === null)
		return;
	const found = document.getElementById("found");
	const rows = Array.from(document.querySelectorAll("tbody tr"),
		(row) => ({row, name: row.querySelector("a").textContent}));
	const format = new Intl.NumberFormat("en-GB").format;

	function describe(count, text) {
		if (text === "")
			return "";
		if (count === 0)
			return "No domain matches.";
		return format(count) + " of " + format(rows.length) +
			(count === 1 ? " matches." : " match.");
	}

	function filter() {
		const text = box.value.trim().toLowerCase();
		let count = 0;

		for (const {row, name} of rows) {
			row.hidden = !name.toLowerCase().includes(text);
			count += row.hidden ? 0 : 1;
		}
		document.querySelector("table").hidden = count === 0;
		found.textContent = describe(count, text);
	}

	document.getElementById("search").hidden = false;
	box.addEventListener("input", filter);
	addEventListener("pageshow", filter);
})();
