// SPDX-License-Identifier: BSD-2-Clause
// Usage: page.cjs LINTER FILE...: the scripts of the page, which are one script
// in the end, as ESLint sees them.

const fs = require("fs");
const path = require("path");

const GLOBALS = ["addEventListener", "Blob", "clearTimeout", "document",
	"getComputedStyle", "history", "localStorage", "location", "matchMedia",
	"Node", "ResizeObserver", "setTimeout", "URL", "URLSearchParams", "uPlot"];
const MARKUP = ["innerHTML", "outerHTML", "insertAdjacentHTML", "write",
	"setHTMLUnsafe", "createContextualFragment", "cssText"];
const RULES = {
	"eqeqeq": "error",
	"max-depth": ["error", 3],
	"max-lines-per-function": ["error", 60],
	"max-params": ["error", 6],
	"no-const-assign": "error",
	"no-dupe-keys": "error",
	"no-eval": "error",
	"no-implied-eval": "error",
	"no-new-func": "error",
	"no-redeclare": "error",
	"no-restricted-properties": ["error",
		...MARKUP.map((property) => ({property}))],
	"no-shadow": "error",
	"no-undef": "error",
	"no-unreachable": "error",
	"no-unused-vars": ["error", {args: "all", argsIgnorePattern: "^_"}],
	"no-use-before-define": ["error", {functions: false}],
	"no-useless-escape": "error",
	"no-var": "error",
	"prefer-const": "error",
};

function makeConfig(names, rules) {
	return [{
		languageOptions: {
			ecmaVersion: 2022, sourceType: "script",
			globals: Object.fromEntries(names.map((name) => [name, "readonly"])),
		},
		linterOptions: {reportUnusedDisableDirectives: "error"},
		rules,
	}];
}

// Where a line of the whole is.
function findPlace(parts, line) {
	for (const {file, count} of parts) {
		if (line <= count)
			return file + ":" + line;
		line -= count;
	}
	return "end";
}

function main([linterPath, ...files]) {
	const {Linter} = require(path.resolve(linterPath));
	const texts = files.map((file) => fs.readFileSync(file, "utf8"));
	const parts = files.map((file, i) => (
		{file, count: texts[i].split("\n").length - 1}));
	const long = parts.filter(({count}) => count > 400);
	const messages = new Linter().verify(
		"{" + texts.join("") + "}",
		makeConfig(GLOBALS, RULES));

	for (const {file} of long)
		console.log(file + ": over 400 lines");
	for (const {line, message, ruleId} of messages)
		console.log(findPlace(parts, line) + ": " + message + " (" + ruleId +
			")");
	return messages.length + long.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
