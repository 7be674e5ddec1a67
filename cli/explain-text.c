/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explain-text.h"

enum {
	LABEL_WIDTH = 12,
};

/* `block` is the heading that lines stand below. */
typedef struct {
	GString *out;
	const TextStyle *style;
	ExplainKind block;
} Page;

/* How far a heading is indented, and what stands below it. */
static const struct {
	size_t heading;
	size_t below;
} indents[] = {
	[EXPLAIN_TITLE] = {0, 0},
	[EXPLAIN_POLICY] = {0, 2},
	[EXPLAIN_FAILURE] = {2, 4},
	[EXPLAIN_SECTION] = {0, 2},
};

static const TextColour colours[] = {
	[EXPLAIN_GOOD] = TEXT_GREEN,
	[EXPLAIN_WARNING] = TEXT_YELLOW,
	[EXPLAIN_BAD] = TEXT_RED,
};

static void append_blanks(const Page *page, size_t count)
{
	g_string_append_printf(page->out, "%*s", (int)count, "");
}

static void append_wrapped(const Page *page, const char *text, size_t indent)
{
	text_append_wrapped(page->out, text, indent, page->style->width);
}

static void append_heading(Page *page, const ExplainLine *line)
{
	page->block = line->kind;
	if (line->kind != EXPLAIN_TITLE)
		g_string_append_c(page->out, '\n');
	append_blanks(page, indents[line->kind].heading);
	if (line->kind == EXPLAIN_SECTION)
		g_string_append(page->out, line->text);
	else
		text_append_coloured(page->out, page->style,
			line->tone == EXPLAIN_PLAIN ? TEXT_BOLD
						    : colours[line->tone],
			line->text);
	g_string_append_c(page->out, '\n');
}

static void append_sentence(const Page *page, const ExplainLine *line)
{
	size_t indent = indents[page->block].below;

	if (page->block == EXPLAIN_TITLE)
		g_string_append_c(page->out, '\n');
	append_blanks(page, indent);
	if (line->tone == EXPLAIN_PLAIN) {
		append_wrapped(page, line->text, indent);
		return;
	}
	text_append_coloured(
		page->out, page->style, colours[line->tone], line->text);
	g_string_append_c(page->out, '\n');
}

static void append_item(const Page *page, const ExplainLine *line)
{
	size_t indent = indents[page->block].below;

	append_blanks(page, indent);
	g_string_append(page->out, page->style->utf8 ? "\u2013 " : "- ");
	append_wrapped(page, line->text, indent + 2);
}

static void append_field(const Page *page, const ExplainLine *line)
{
	size_t indent = indents[page->block].below;

	append_blanks(page, indent);
	g_string_append_printf(page->out, "%-*s", LABEL_WIDTH, line->label);
	append_wrapped(page, line->text, indent + LABEL_WIDTH);
}

static void write_line(void *target, const ExplainLine *line)
{
	Page *page = target;

	switch (line->kind) {
	case EXPLAIN_SENTENCE:
		append_sentence(page, line);
		break;
	case EXPLAIN_ITEM:
		append_item(page, line);
		break;
	case EXPLAIN_FIELD:
		append_field(page, line);
		break;
	default:
		append_heading(page, line);
	}
}

char *explain_text_report(const Report *report, const TextStyle *style)
{
	Page page = {g_string_new(NULL), style, EXPLAIN_TITLE};

	explain_report(report, style->utf8, write_line, &page);
	return g_string_free(page.out, FALSE);
}

char *explain_text_origin(const ExplainOrigin *origin, const TextStyle *style)
{
	Page page = {g_string_new(NULL), style, EXPLAIN_TITLE};

	explain_origin(origin, style->utf8, write_line, &page);
	return g_string_free(page.out, FALSE);
}
