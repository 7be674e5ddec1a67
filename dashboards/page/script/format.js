// SPDX-License-Identifier: BSD-2-Clause
// Numbers and days in words.

const DAY_SECONDS = 86400;

const plain = new Intl.NumberFormat("en-GB", {maximumFractionDigits: 0});
const short = new Intl.NumberFormat("en-GB",
	{notation: "compact", maximumSignificantDigits: 3});
const monthDay = new Intl.DateTimeFormat("en-GB",
	{day: "numeric", month: "short", timeZone: "UTC"});
const monthYear = new Intl.DateTimeFormat("en-GB",
	{month: "short", year: "numeric", timeZone: "UTC"});

function formatNumber(number) {
	return plain.format(number);
}

function formatShort(number) {
	return short.format(number);
}

// A share is never rounded to none or to all.
function formatShare(part, whole) {
	if (!(whole > 0))
		return "–";
	const percent = 100 * part / whole;
	const digits = percent < 1 ? 2 : 1;
	if (part > 0 && percent < 0.01)
		return "< 0.01 %";
	if (part < whole && percent > 99.9)
		return "> 99.9 %";
	return percent.toFixed(part > 0 && part < whole ? digits : 0) + " %";
}

function countOf(number, one, many) {
	return formatNumber(number) + " " + (number === 1 ? one : many);
}

// Days are counted from 1970.
function parseDay(text) {
	return Date.parse(text + "T00:00:00Z") / 1000 / DAY_SECONDS;
}

function formatDay(day) {
	return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

// A time of the database, which is in UTC.
function formatMinute(text) {
	return text.slice(0, 16).replace("T", " ");
}

function formatTick(seconds, wide) {
	return (wide ? monthYear : monthDay).format(new Date(seconds * 1000));
}
