// SPDX-License-Identifier: BSD-2-Clause
// A table that is sorted by any column, a page of rows at a time.

const FIRST_ROWS = 10;
const MANY_ROWS = 100;

// By name of the table: how it was last sorted, how many rows a page has and
// the first of them.
const tableStates = new Map();

function compareValues(a, b) {
	return typeof a === "string" ? a.localeCompare(b, "en") : a - b;
}

// Without a column in the order that they have.
function sortRows(table, sort) {
	if (sort === null)
		return table.rows;
	const [column, descending] = sort;
	const {value} = table.columns[column];
	const isRest = table.isRest ?? (() => false);

	return [...table.rows].sort((a, b) => isRest(a) - isRest(b) ||
		(descending ? -1 : 1) * compareValues(value(a), value(b)));
}

function makeHeading(state, redraw, column, i) {
	const [sorted, descending] = state.sort ?? [];
	const direction = descending ? "descending" : "ascending";

	return element("th", {
		scope: "col", role: "columnheader", class: classOf(column),
		"aria-sort": sorted === i ? direction : null,
	}, button(column.title, () => {
		state.sort = [i, sorted === i ? !descending : Boolean(column.number)];
		state.first = 0;
		redraw("th:nth-child(" + (i + 1) + ") button");
	}, {class: "sort"}));
}

function classOf(column) {
	return [column.number && "num", column.minor && "minor",
		column.wide && "wide", column.long && "long",
		column.day && "day"].filter(
		Boolean).join(" ") || null;
}

// Where there is no room for columns each value has its title beside it.
function makeCells(table, row) {
	return element("tr", {role: "row"}, table.columns.map((column, i) =>
		element(i === 0 ? "th" : "td", {
			scope: i === 0 ? "row" : null,
			role: i === 0 ? "rowheader" : "cell", class: classOf(column),
			"data-title": column.title,
		}, element("div", {class: "cell"}, i === 0 && table.details
			? makeOpener(table, row, column) : column.cell(row)))));
}

// What the first cell opens stands in a row of its own below.
function makeRow(table, row) {
	return table.details?.isOpen(row)
		? [makeCells(table, row), makeDetailsRow(table, row)]
		: [makeCells(table, row)];
}

function makeDetailsRow(table, row) {
	return element("tr", {role: "row", id: "details-" + table.details.key(row),
		class: "details"},
	element("td", {role: "cell", colspan: table.columns.length, class: "wide"},
		table.details.make(row)));
}

function makeOpener(table, row, column) {
	const {isOpen, toggle, name, key} = table.details;
	const id = "details-" + key(row);

	return button([column.cell(row),
		element("span", {class: "unseen"}, " " + name(row))], (event) => {
		const opener = event.currentTarget;
		const line = opener.closest("tr");

		toggle(row);
		opener.setAttribute("aria-expanded", String(isOpen(row)));
		if (isOpen(row))
			line.after(makeDetailsRow(table, row));
		else
			byId(id).remove();
		fitTable(line.closest("section"));
	}, {class: "link opener", "aria-expanded": String(isOpen(row)),
		"aria-controls": id});
}

function makeStep(name, first, state, redraw) {
	const place = "step-" + name.toLowerCase();

	return button(name, () => {
		state.first = first;
		redraw("." + place + ":enabled", ".range");
	}, {disabled: first === null, class: place});
}

function makeSize(table, state, redraw) {
	const few = table.first ?? FIRST_ROWS;
	const most = Math.min(MANY_ROWS, table.rows.length);

	return button(state.size > few ? "Show " + few + " at a time"
		: "Show " + (most < table.rows.length
			? most + " at a time" : "all " + most), () => {
		state.size = state.size > few ? few : MANY_ROWS;
		state.first = 0;
		redraw(".more");
	}, {class: "more"});
}

function makePager(table, state, redraw) {
	const {first, size} = state;
	const count = table.rows.length;
	const next = first + size;

	return [
		count <= size ? null : [
			makeStep("Previous", first > 0
				? Math.max(0, first - size) : null, state, redraw),
			element("span", {class: "range muted", tabindex: -1},
				formatNumber(first + 1) + "–" + formatNumber(
					Math.min(next, count)) + " of " + formatNumber(count)),
			makeStep("Next", next < count ? next : null, state, redraw),
		],
		count <= (table.first ?? FIRST_ROWS) ? null
			: makeSize(table, state, redraw),
	];
}

function makeSave(table, rows) {
	return button("CSV", () => saveCsv(table, rows), {class: "csv",
		title: "Save all " + formatNumber(rows.length) + " rows",
		"aria-describedby": table.label});
}

// What does not fit does without pictures, or stands in rows of titles and
// values.
function fitTable(node) {
	const box = node.querySelector(".scroll");

	if (box === null || box.clientWidth === 0)
		return;
	box.classList.remove("tight", "narrow");
	for (const step of ["tight", "narrow"]) {
		if (box.scrollWidth > box.clientWidth)
			box.classList.add(step);
	}
}

// Paper has no buttons: it shows as much as is read.
function readState(table) {
	const state = tableStates.get(table.name) ??
		{sort: table.sort, size: table.first ?? FIRST_ROWS, first: 0};

	if (state.sort !== null && state.sort[0] >= table.columns.length)
		state.sort = table.sort;
	if (state.first >= table.rows.length)
		state.first = 0;
	tableStates.set(table.name, state);
	return document.documentElement.dataset.paper === undefined ? state
		: {...state, size: MANY_ROWS, first: 0};
}

function makeTable(table, state, rows, redraw) {
	return element("table", {role: "table", "aria-labelledby": table.label},
		element("thead", {role: "rowgroup"}, element("tr", {role: "row"},
			table.columns.map((column, i) =>
				makeHeading(state, redraw, column, i)))),
		element("tbody", {role: "rowgroup"},
			rows.flatMap((row) => makeRow(table, row))));
}

// `name` remembers its state; `label` is the element that names it; `sort` is a
// column and whether it descends, to begin with, or null; `first` is how many
// rows are shown then; `columns` have a title, `value` to sort by, `cell` to
// show and `csv` where what is saved is not the value; a row that `isRest` is
// the last, however they are sorted. With `details` the first cell opens what
// `make` gives, below a `name` that follows the cell's and a `key` of the row.
function drawTable(node, table) {
	const state = readState(table);
	const redraw = (...places) => {
		drawTable(node, table);
		places.map((place) => node.querySelector(place)).find(
			(found) => found !== null)?.focus();
	};

	if (table.rows.length === 0) {
		fill(node, element("p", {class: "nothing"},
			table.nothing ?? "Nothing."));
		return;
	}
	const sorted = sortRows(table, state.sort);
	const rows = sorted.slice(state.first, state.first + state.size);
	fill(node,
		makeSave(table, sorted),
		element("div", {class: "scroll"},
			makeTable(table, state, rows, redraw)),
		element("div", {class: "tools"}, makePager(table, state, redraw)));
	fitTable(node);
}
