// SPDX-License-Identifier: BSD-2-Clause
// What failed over time for each domain, small enough for a cell of a table.

const MAX_BARS = 30;
const MIN_PLACES = 12;
const SVG = "http://www.w3.org/2000/svg";

function makeTrends(days) {
	const bars = Math.min(days, MAX_BARS);

	return {days, bars,
		failed: new Float64Array(data.domains.length * bars)};
}

function addTrend(trends, domain, day, failed) {
	const bar = Math.floor(day * trends.bars / trends.days);

	trends.failed[domain * trends.bars + bar] += failed;
}

function getBars(trends, domain) {
	return trends.failed.subarray(
		domain * trends.bars, (domain + 1) * trends.bars);
}

// As long ago as it gets for a domain without failures.
function findPeak(trends, domain) {
	const bars = getBars(trends, domain);

	return bars.reduce((peak, value, i) => value > bars[peak] ? i : peak, 0);
}

function makeShape(name, attributes) {
	const node = document.createElementNS(SVG, name);

	for (const [key, value] of Object.entries(attributes))
		node.setAttribute(key, value);
	return node;
}

// As high as it is beside the highest of the domain.
function drawTrend(trends, domain) {
	const bars = getBars(trends, domain);
	const most = Math.max(...bars);
	const height = 20;
	const width = 120 / Math.max(trends.bars, MIN_PLACES);
	const picture = makeShape("svg", {class: "trend", "aria-hidden": "true",
		viewBox: "0 0 120 " + height, preserveAspectRatio: "none"});

	if (most === 0)
		return null;
	picture.append(
		makeShape("line", {x1: 0, x2: 120, y1: height, y2: height}),
		makeShape("path", {d: Array.from(bars, (value, i) => {
			const top = Math.ceil(value / most * height);
			return "M" + i * width + " " + height + "v" + -top +
				"h" + width * 0.8 + "v" + top + "z";
		}).join("")}));
	return picture;
}
