// SPDX-License-Identifier: BSD-2-Clause
// Bars by day, one upon the other. What the bars say is told in words for the
// day under the pointer, or that the arrow keys went to.

const CHART_HEIGHT = 210;
const MAX_BAR = 36;
const TICKS = [1, 2, 4, 7, 14, 30, 61, 91, 182, 365, 730].map(
	(days) => days * DAY_SECONDS);

// Every series from the bottom up to its own top, the highest first.
function stack(series, days) {
	const sums = new Float64Array(days);

	return series.map(({values}) => {
		for (let day = 0; day < days; day++)
			sums[day] += values[day];
		return sums.slice();
	}).reverse();
}

function makeAxes() {
	const axis = {
		stroke: readColour("muted"), font: "12px system-ui, sans-serif",
		ticks: {show: false},
	};

	return [
		{...axis, grid: {show: false}, incrs: TICKS, space: 64, size: 26,
			values: (_, splits, _axis, _space, incr) => splits.map(
				(tick) => formatTick(tick, incr > 30 * DAY_SECONDS))},
		{...axis, grid: {stroke: readColour("grid"), width: 1}, size: 52,
			incrs: [1, 2, 5].flatMap((step) => Array.from(
				{length: 19}, (_, i) => step * 10 ** i)).sort(
				(a, b) => a - b),
			values: (_, splits) => splits.map(formatShort)},
	];
}

// One bar more than the days are wide, so that the outer ones are whole.
function makeScales(from, days) {
	const half = DAY_SECONDS / 2;
	const first = from * DAY_SECONDS;
	const last = (from + days - 1) * DAY_SECONDS;

	return {
		x: {time: true, range: () => [first - half, last + half]},
		y: {range: (_, _min, max) => [0, max > 0 ? max * 1.05 : 1]},
	};
}

function makeOptions(chart, width, onDay) {
	const bars = uPlot.paths.bars({size: [0.82, MAX_BAR]});

	return {
		width, height: CHART_HEIGHT,
		tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
		legend: {show: false},
		cursor: {
			y: false, points: {show: false},
			drag: {setScale: false, x: true, y: false},
		},
		scales: makeScales(chart.from, chart.days),
		axes: makeAxes(),
		series: [{}, ...chart.series.map(({colour}) => ({
			paths: bars, fill: readColour(colour),
			stroke: readColour("card"), width: chart.days > 60 ? 0 : 1,
			points: {show: false},
		})).reverse()],
		hooks: {
			setCursor: [(plot) => onDay(plot.cursor.idx ?? null)],
			setSelect: [(plot) => chart.select(
				...[plot.select.left, plot.select.left + plot.select.width]
					.map((left) => plot.posToIdx(left)))],
		},
	};
}

function describeDay(chart, day) {
	return formatDay(chart.from + day) + ": " + chart.series.map(
		({label, values}) => [label, values[day]]).filter(
		([, value], i) => value > 0 || i === 0).map(
		([label, value]) => formatNumber(value) + " " + label).join(", ");
}

// A slider, as which programs that read the screen know it.
function makePlot(chart, words) {
	let day = chart.days - 1;
	const plot = element("div", {
		class: "plot", tabindex: 0, role: "slider",
		"aria-label": chart.label, "aria-valuemin": 0,
		"aria-valuemax": chart.days - 1,
		keydown: (event) => {
			const target = {
				ArrowLeft: day - 1, ArrowRight: day + 1,
				ArrowDown: day - 1, ArrowUp: day + 1,
				PageDown: day - 7, PageUp: day + 7,
				Home: 0, End: chart.days - 1,
			}[event.key];
			if (target === undefined)
				return;
			event.preventDefault();
			show(Math.min(Math.max(target, 0), chart.days - 1));
		},
	});

	function show(next) {
		day = next ?? chart.days - 1;
		const text = describeDay(chart, day);
		plot.setAttribute("aria-valuenow", day);
		plot.setAttribute("aria-valuetext", clean(text));
		fill(words, next === null ? chart.hint : text);
	}
	plot.show = show;
	show(null);
	return plot;
}

function makeLegend(chart) {
	return element("ul", {class: "legend"}, chart.series.map(
		({label, colour, click}) => {
			const swatch = element("span", {class: "swatch"});
			swatch.style.setProperty("background", "var(--" + colour + ")");
			return element("li", {}, swatch, click
				? button(label, click, {class: "link"}) : label);
		}));
}

const observers = new WeakMap();

function drawChart(node, chart) {
	const words = element("p", {class: "readout muted"});
	const plot = makePlot(chart, words);

	observers.get(node)?.disconnect();
	fill(node, plot, makeLegend(chart), words);
	const days = Array.from({length: chart.days},
		(_, i) => (chart.from + i) * DAY_SECONDS);
	const drawn = new uPlot(
		makeOptions(chart, plot.clientWidth, plot.show),
		[days, ...stack(chart.series, chart.days)], plot);
	const observer = new ResizeObserver(() => drawn.setSize(
		{width: plot.clientWidth, height: CHART_HEIGHT}));
	observer.observe(plot);
	observers.set(node, observer);
}
