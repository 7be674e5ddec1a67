// SPDX-License-Identifier: BSD-2-Clause
// A table that is sorted by any column and shows its first rows.

const FIRST_ROWS = 10;

// By name of the table: how it was last sorted, and whether all is shown.
const tableStates = new Map();

function compareValues(a, b) {
	return typeof a === "string" ? a.localeCompare(b, "en") : a - b;
}

function sortRows(table, [column, descending]) {
	const {value} = table.columns[column];

	const isRest = table.isRest ?? (() => false);

	return [...table.rows].sort((a, b) => isRest(a) - isRest(b) ||
		(descending ? -1 : 1) * compareValues(value(a), value(b)));
}

function makeHeading(state, redraw, column, i) {
	const [sorted, descending] = state.sort;
	const direction = descending ? "descending" : "ascending";

	return element("th", {
		scope: "col", class: classOf(column),
		"aria-sort": sorted === i ? direction : null,
	}, button(column.title, () => {
		state.sort = [i, sorted === i ? !descending : Boolean(column.number)];
		redraw("th:nth-child(" + (i + 1) + ") button");
	}, {class: "sort"}));
}

function classOf(column) {
	return [column.number && "num", column.minor && "minor",
		column.wide && "wide", column.day && "day"].filter(
		Boolean).join(" ") || null;
}

function makeRow(table, row) {
	return element("tr", {}, table.columns.map((column, i) =>
		element(i === 0 ? "th" : "td", {
			scope: i === 0 ? "row" : null, class: classOf(column),
		}, column.cell(row))));
}

function makeMore(table, state, redraw) {
	const hidden = table.rows.length - (table.limit ?? FIRST_ROWS);

	return !(hidden > 0) ? null
		: button(state.all ? "Show fewer"
			: "Show all " + formatNumber(table.rows.length),
		() => {
			state.all = !state.all;
			redraw(".more");
		}, {class: "more", "aria-expanded": String(state.all)});
}

// `name` remembers its state; `sort` is a column and whether it descends, to
// begin with; `columns` have a title, `value` to sort by and `cell` to show;
// a row that `isRest` is the last, however they are sorted.
function drawTable(node, table) {
	const state = tableStates.get(table.name) ??
		{sort: table.sort, all: false};
	const redraw = (focus) => {
		drawTable(node, table);
		node.querySelector(focus)?.focus();
	};

	if (state.sort[0] >= table.columns.length)
		state.sort = table.sort;
	tableStates.set(table.name, state);
	if (table.rows.length === 0) {
		fill(node, element("p", {class: "nothing"}, table.nothing ?? "Nothing."));
		return;
	}
	const rows = sortRows(table, state.sort).slice(
		0, state.all ? Infinity : table.limit ?? FIRST_ROWS);
	fill(node,
		element("div", {class: "scroll"}, element("table", {},
			element("thead", {}, element("tr", {}, table.columns.map(
				(column, i) => makeHeading(state, redraw, column, i)))),
			element("tbody", {}, rows.map((row) => makeRow(table, row))))),
		makeMore(table, state, redraw));
}
