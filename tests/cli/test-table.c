/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/table.h"
#include "tests/test.h"

enum {
	MAX_COLUMNS = 4,
	MAX_ROWS = 3,
};

/* A table and how it is written; `width` 0 is no terminal. */
static const struct {
	const char *names[MAX_COLUMNS];
	const StoreColumnType types[MAX_COLUMNS];
	size_t rows;
	const char *cells[MAX_ROWS * MAX_COLUMNS];
	size_t width;
	const char *text;
	const char *json;
	const char *csv;
} cases[] = {
	{
		.names = {"policy_domain", "sessions", "seen"},
		.types = {STORE_COLUMN_TEXT, STORE_COLUMN_NUMBER,
			STORE_COLUMN_BOOLEAN},
		.rows = 2,
		.cells = {"example.com", "7", "t", "b.example", "123456789",
			"f"},
		.text = "policy domain   sessions  seen\n"
			"example.com            7  yes\n"
			"b.example      123456789  no\n",
		.json = "[\n"
			"  {\"policy_domain\": \"example.com\", \"sessions\": 7, "
			"\"seen\": true},\n"
			"  {\"policy_domain\": \"b.example\", \"sessions\": "
			"123456789, \"seen\": false}\n"
			"]\n",
		.csv = "policy_domain,sessions,seen\r\n"
		       "example.com,7,true\r\n"
		       "b.example,123456789,false\r\n",
	},
	{
		.names = {"a", "b"},
		.types = {STORE_COLUMN_TEXT, STORE_COLUMN_NUMBER},
		.rows = 0,
		.text = "a  b\n",
		.json = "[]\n",
		.csv = "a,b\r\n",
	},
	/* NULL is not the empty string; not every number is one of JSON. */
	{
		.names = {"text", "number", "boolean"},
		.types = {STORE_COLUMN_TEXT, STORE_COLUMN_NUMBER,
			STORE_COLUMN_BOOLEAN},
		.rows = 2,
		.cells = {NULL, NULL, NULL, "", "NaN", "f"},
		.text = "text  number  boolean\n"
			"-          -  -\n"
			"         NaN  no\n",
		.json = "[\n"
			"  {\"text\": null, \"number\": null, \"boolean\": "
			"null},\n"
			"  {\"text\": \"\", \"number\": \"NaN\", \"boolean\": "
			"false}\n"
			"]\n",
		.csv = "text,number,boolean\r\n,,\r\n,NaN,false\r\n",
	},
	{
		.names = {"trend"},
		.types = {STORE_COLUMN_SERIES},
		.rows = 2,
		.cells = {"[0.00, null, 2.50]", NULL},
		.text = "trend\n_-#\n-\n",
		.json = "[\n"
			"  {\"trend\": [0.00, null, 2.50]},\n"
			"  {\"trend\": null}\n"
			"]\n",
		.csv = "trend\r\n0.00;;2.50\r\n\r\n",
	},
	/* Hostile text stays on its line and within its cell. */
	{
		.names = {"org"},
		.types = {STORE_COLUMN_TEXT},
		.rows = 3,
		.cells = {"\033[2J\"x\", y\\", "=cmd|'/c calc'!A0",
			"two\nlines\u202e"},
		.text = "org\n"
			"\\x1b[2J\"x\", y\\\n"
			"=cmd|'/c calc'!A0\n"
			"two\\nlines\\u202e\n",
		.json = "[\n"
			"  {\"org\": \"\\u001b[2J\\\"x\\\", y\\\\\"},\n"
			"  {\"org\": \"=cmd|'/c calc'!A0\"},\n"
			"  {\"org\": \"two\\u000alines\\u202e\"}\n"
			"]\n",
		.csv = "org\r\n"
		       "\"\\x1b[2J\"\"x\"\", y\\\"\r\n"
		       "'=cmd|'/c calc'!A0\r\n"
		       "two\\nlines\\u202e\r\n",
	},
	/* The words of a name below each other are enough. */
	{
		.names = {"mx_host", "failed_sessions", "day"},
		.types = {STORE_COLUMN_TEXT, STORE_COLUMN_NUMBER,
			STORE_COLUMN_DAY},
		.rows = 1,
		.cells = {"mx.example.com", "45", "2026-11-24"},
		.width = 40,
		.text = "mx                failed\n"
			"host            sessions  day\n"
			"mx.example.com        45  2026-11-24\n",
		.json = "[\n  {\"mx_host\": \"mx.example.com\", "
			"\"failed_sessions\": 45, \"day\": "
			"\"2026-11-24\"}\n]\n",
		.csv = "mx_host,failed_sessions,day\r\n"
		       "mx.example.com,45,2026-11-24\r\n",
	},
	/* The widest text gives way, numbers and days never do. */
	{
		.names = {"mx", "reason", "sessions"},
		.types = {STORE_COLUMN_TEXT, STORE_COLUMN_TEXT,
			STORE_COLUMN_NUMBER},
		.rows = 1,
		.cells = {"mx.example.com", "a reason of some thirty columns",
			"1234567890"},
		.width = 48,
		.text = "mx             reason                   sessions\n"
			"mx.example.com a reason of some th... 1234567890\n",
		.json = "[\n"
			"  {\"mx\": \"mx.example.com\", \"reason\": \"a reason "
			"of some thirty columns\", \"sessions\": 1234567890}\n"
			"]\n",
		.csv = "mx,reason,sessions\r\nmx.example.com,a reason of some "
		       "thirty columns,1234567890\r\n",
	},
	/* Too narrow for a row: whole columns stand on further lines. */
	{
		.names = {"domain", "reason", "sessions", "day"},
		.types = {STORE_COLUMN_TEXT, STORE_COLUMN_TEXT,
			STORE_COLUMN_NUMBER, STORE_COLUMN_DAY},
		.rows = 2,
		.cells = {"mail.example.com", "a reason of some thirty columns",
			"12", "2026-11-24", "b.example", NULL, "1234567890",
			"2026-11-24"},
		.width = 40,
		.text = "domain\n"
			"  reason\n"
			"    sessions  day\n"
			"mail.example.com\n"
			"  a reason of some thirty columns\n"
			"          12  2026-11-24\n"
			"b.example\n"
			"  -\n"
			"  1234567890  2026-11-24\n",
		.json = "[\n"
			"  {\"domain\": \"mail.example.com\", \"reason\": \"a "
			"reason of some thirty columns\", \"sessions\": 12, "
			"\"day\": \"2026-11-24\"},\n"
			"  {\"domain\": \"b.example\", \"reason\": null, "
			"\"sessions\": 1234567890, \"day\": \"2026-11-24\"}\n"
			"]\n",
		.csv = "domain,reason,sessions,day\r\n"
		       "mail.example.com,a reason of some thirty columns,12,"
		       "2026-11-24\r\n"
		       "b.example,,1234567890,2026-11-24\r\n",
	},
	/* Not even one column has room. */
	{
		.names = {"a"},
		.types = {STORE_COLUMN_TEXT},
		.rows = 1,
		.cells = {"01234567890123456789"},
		.width = 16,
		.text = "a\n01234567890...\n",
		.json = "[\n  {\"a\": \"01234567890123456789\"}\n]\n",
		.csv = "a\r\n01234567890123456789\r\n",
	},
};

static StoreTable *make_table(size_t number)
{
	StoreTable *table = g_new0(StoreTable, 1);

	while (table->column_count < MAX_COLUMNS &&
		cases[number].names[table->column_count] != NULL)
		table->column_count++;
	table->row_count = cases[number].rows;
	table->columns = g_new0(StoreColumn, table->column_count);
	table->cells = g_new0(char *, table->row_count * table->column_count);
	for (size_t c = 0; c < table->column_count; c++) {
		table->columns[c].name = g_strdup(cases[number].names[c]);
		table->columns[c].type = cases[number].types[c];
	}
	for (size_t i = 0; i < table->row_count * table->column_count; i++)
		table->cells[i] = g_strdup(cases[number].cells[i]);
	return table;
}

static void free_table(StoreTable *table)
{
	for (size_t c = 0; c < table->column_count; c++)
		g_free(table->columns[c].name);
	for (size_t i = 0; i < table->row_count * table->column_count; i++)
		g_free(table->cells[i]);
	g_free(table->columns);
	g_free(table->cells);
	g_free(table);
}

static void check(size_t number, TableFormat format, const char *expected)
{
	StoreTable *table = make_table(number);
	const TextStyle style = {
		.width = cases[number].width,
		.terminal = cases[number].width > 0,
	};
	g_autofree char *text = table_write(table, format, &style);

	assert_string_equal(text, expected);
	free_table(table);
}

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check(i, TABLE_FORMAT_TEXT, cases[i].text);
}

static void test_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check(i, TABLE_FORMAT_JSON, cases[i].json);
}

static void test_csv(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check(i, TABLE_FORMAT_CSV, cases[i].csv);
}

/* The columns of one row that are read differently from what they are called,
 * and those that are left out. */
static void test_tidy(void **state)
{
	static const char *const rows[][3] = {
		{"policy_domain", "a.example", "domain"},
		{"receiving_mx_hostname", "", NULL},
		{"severity", NULL, NULL},
		{"withheld_sessions", "0", NULL},
		{"would_withhold_sessions", "7", "if_enforced"},
		{"failed_sessions", "0", "failed"},
		{"day", NULL, "day"},
	};
	StoreTable *table = g_new0(StoreTable, 1);
	size_t kept = 0;

	(void)state;
	table->column_count = G_N_ELEMENTS(rows);
	table->row_count = 1;
	table->columns = g_new0(StoreColumn, G_N_ELEMENTS(rows));
	table->cells = g_new0(char *, G_N_ELEMENTS(rows));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		table->columns[i].name = g_strdup(rows[i][0]);
		table->cells[i] = g_strdup(rows[i][1]);
	}
	table_tidy(table);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i][2] == NULL)
			continue;
		assert_string_equal(table->columns[kept].name, rows[i][2]);
		assert_int_equal(
			table->cells[kept] == NULL, rows[i][1] == NULL);
		kept++;
	}
	assert_int_equal(table->column_count, kept);
	free_table(table);
}

/* Neither the name of another column nor another word has a colour. */
static void test_severities(void **state)
{
	char name[] = "severity";
	char other_name[] = "domain";
	char critical[] = "critical";
	char warning[] = "warning";
	char info[] = "info";
	StoreColumn columns[] = {
		{name, STORE_COLUMN_TEXT}, {other_name, STORE_COLUMN_TEXT}};
	char *cells[] = {critical, critical, warning, warning, info, info};
	const StoreTable table = {columns, 2, cells, 3};
	const TextStyle plain = {.width = 80};
	const TextStyle coloured = {.width = 80, .colour = true};
	g_autofree char *text = table_write_text(&table, &coloured);
	g_autofree char *bare = table_write_text(&table, &plain);

	(void)state;
	assert_string_equal(text, "\033[1mseverity  domain\033[0m\n"
				  "\033[31mcritical\033[0m  critical\n"
				  "\033[38;5;130mwarning\033[0m   warning\n"
				  "info      info\n");
	assert_string_equal(bare, "severity  domain\n"
				  "critical  critical\n"
				  "warning   warning\n"
				  "info      info\n");
}

static void test_records(void **state)
{
	char name[] = "MX_host";
	char other_name[] = "reasons";
	char hostile[] = "\033[2J";
	char words[] = "one of more than thirty columns";
	char nothing[] = "";
	StoreColumn columns[] = {
		{name, STORE_COLUMN_TEXT}, {other_name, STORE_COLUMN_TEXT}};
	char *cells[] = {hostile, words, nothing, words, words, NULL};
	const StoreTable table = {columns, 2, cells, 3};
	const TextStyle style = {.width = 30};
	g_autofree char *text = table_write_records(&table, &style);

	(void)state;
	assert_string_equal(text, "MX host  \\x1b[2J\n"
				  "reasons  one of more than\n"
				  "         thirty columns\n"
				  "\n"
				  "reasons  one of more than\n"
				  "         thirty columns\n"
				  "\n"
				  "MX host  one of more than\n"
				  "         thirty columns\n");
}

/* Columns are counted as a terminal does. */
static void test_wide_characters(void **state)
{
	char name[] = "org";
	char count_name[] = "n";
	char wide[] = "\u65e5\u672c";
	char one[] = "1";
	StoreColumn columns[] = {
		{name, STORE_COLUMN_TEXT}, {count_name, STORE_COLUMN_NUMBER}};
	char *cells[] = {wide, one, NULL, one};
	const StoreTable table = {columns, 2, cells, 2};
	const TextStyle style = {.width = 80, .utf8 = true};
	g_autofree char *text = table_write_text(&table, &style);

	(void)state;
	assert_string_equal(text, "org   n\n\u65e5\u672c  1\n\u2013     1\n");
}

/* How a text begins that a spreadsheet might take for a formula. */
static void test_formulas(void **state)
{
	static const char *const texts[] = {"=", "+1", "-1", "@x", " =1",
		"\t=1", "\r=1", "\tx", "\u00a0=1", "\u3000=1", "\uff1d1",
		"\uff0b1", "\uff0d1", "\uff20x", "\u3000\uff1d1"};
	static const char *const plain[] = {
		"a=1", "1-2", "\u200b=1", " x", "\\=1", ""};
	char name[] = "x";
	StoreColumn column = {name, STORE_COLUMN_TEXT};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts) + G_N_ELEMENTS(plain); i++) {
		bool formula = i < G_N_ELEMENTS(texts);
		g_autofree char *cell = g_strdup(
			formula ? texts[i] : plain[i - G_N_ELEMENTS(texts)]);
		const StoreTable table = {&column, 1, &cell, 1};
		g_autofree char *csv = table_write_csv(&table);

		if (g_str_has_prefix(csv, "x\r\n'") != formula)
			fail_msg("%s", csv);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_severities),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_tidy),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_wide_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
