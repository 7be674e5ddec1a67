// SPDX-License-Identifier: BSD-2-Clause
// Builds the document from text and never from markup.

function byId(id) {
	return document.getElementById(id);
}

// What would not be seen, or would change the direction of what is around it,
// is written as in a program.
function clean(text) {
	return String(text).replace(
		/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
		(sign) => {
			const code = sign.codePointAt(0).toString(16);

			return code.length > 4 ? "\\u{" + code + "}"
				: "\\u" + code.padStart(4, "0");
		});
}

// Letters that are written from the right keep their order to themselves.
function isolate(text) {
	return /[\u0590-\u08ff\ufb1d-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
		.test(text) ? element("bdi", {}, document.createTextNode(text)) : text;
}

// Children are nodes and texts; what is null is left out. An attribute that is
// a function listens to the event of its name.
function element(name, attributes, ...children) {
	const node = document.createElement(name);

	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (typeof value === "function")
			node.addEventListener(key, value);
		else if (value !== null && value !== false)
			node.setAttribute(key, value === true ? "" : value);
	}
	fill(node, ...children);
	return node;
}

function fill(node, ...children) {
	node.replaceChildren(...children.flat(Infinity).filter(
		(child) => child !== null && child !== undefined).map(
		(child) => child instanceof Node ? child : isolate(clean(child))));
}

// A name may be broken behind its dots.
function breakable(name) {
	return clean(name).split(/(?<=\.)/).flatMap((part, i) =>
		i === 0 ? [part] : [element("wbr"), part]);
}

function button(text, click, attributes) {
	return element("button",
		{type: "button", click, ...attributes}, ...[text].flat());
}
