/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/leap_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Rows of 2009 to 2017, as IERS writes them. */
#define HEAD \
	"#\tATOMIC TIME.\n#\n#$\t 3676924800\n#@\t3928521600\n#\n"
#define ROWS \
	"3439756800      34      # 1 Jan 2009\n" \
	"3550089600      35      # 1 Jul 2012\n" \
	"3644697600      36      # 1 Jul 2015\n" \
	"3692217600      37      # 1 Jan 2017\n"
#define DIGEST "#h\t16edd0f0 3666784f 37db6bdd e74ced87 59af48f\n"

static bool parse(const char *text, struct leap_table *t, struct leap_hashed *h)
{
	char reason[LEAP_REASON_SIZE];

	return leap_table_parse_list(text, strlen(text), t, h, reason);
}

static struct wall_time at(int64_t unix_s)
{
	return (struct wall_time){ unix_s * NS_PER_S };
}

static void list(void **state)
{
	struct leap_table t;
	struct leap_hashed h;

	(void)state;
	assert_true(parse(HEAD ROWS DIGEST, &t, &h));
	assert_int_equal(t.count, 4);
	assert_true(t.expires_s == INT64_C(3928521600) - 2208988800);
	assert_true(leap_table_is_plausible(&t));
	assert_true(h.has_digest);
	assert_int_equal(h.digest[0], 0x16);
	assert_int_equal(h.digest[16], 0x05);	/* a zero left out */
	assert_int_equal(h.digest[19], 0x8f);
	assert_int_equal(h.length, 2 * 10 + 4 * 12);
	assert_memory_equal(h.text, "36769248003928521600343975680034", 32);
	assert_true(parse(HEAD ROWS, &t, &h));
	assert_false(h.has_digest);
}

static void answers(void **state)
{
	struct leap_table t;
	struct leap_hashed h;
	const int64_t leap_s = 1483228800;	/* 2017-01-01 */

	(void)state;
	assert_true(parse(HEAD ROWS, &t, &h));
	assert_int_equal(leap_table_at(&t, at(leap_s - 86401)), LEAP_NORMAL);
	assert_int_equal(leap_table_at(&t, at(leap_s - 86400)), LEAP_INSERT);
	assert_int_equal(leap_table_at(&t, at(leap_s - 1)), LEAP_INSERT);
	assert_int_equal(leap_table_at(&t, at(leap_s)), LEAP_NORMAL);
	assert_int_equal(leap_table_tai_s(&t, at(leap_s - 1)), 36);
	assert_int_equal(leap_table_tai_s(&t, at(leap_s)), 37);
	assert_int_equal(leap_table_tai_s(&t, at(INT64_C(4000000000))), 37);
	assert_int_equal(leap_table_tai_s(&t, at(1230768000)), 34);
	assert_int_equal(leap_table_tai_s(&t, at(1230767999)), 0);
	/*
	 * The first row tells no leap second: what was before is not known
	 * (and what lies before it in memory is no row).
	 */
	t.expires_s = 33;
	assert_int_equal(leap_table_at(&t, at(1230767999)), LEAP_NORMAL);
	/* a second left out */
	assert_true(parse(ROWS "3755289600 36\n", &t, &h));
	assert_int_equal(leap_table_at(&t, at(1546300799)), LEAP_DELETE);
	memset(&t, 0, sizeof(t));
	assert_int_equal(leap_table_at(&t, at(leap_s - 1)), LEAP_NORMAL);
	assert_int_equal(leap_table_tai_s(&t, at(leap_s)), 0);
}

static void bad_lists(void **state)
{
	static const char *const bad[] = {
		"", "# nothing\n", "3439756800\n", "x 34\n", "-1 34\n",
		"3439756800 x\n", "3439756800 -1\n", "3439756800 1001\n",
		"99999999999999 34\n", HEAD ROWS "#h 1 2 3 4\n",
		HEAD ROWS "#h 1 2 3 4 123456789\n", HEAD ROWS "#h 1 2 3 4 -5\n",
		"#$ x\n" ROWS, "#@\n" ROWS,
	};
	static const char *const implausible[] = {
		"3439756800 34\n",			/* without 2012 */
		"3550089600 35\n3439756800 34\n",	/* order */
		"3439756800 34\n3550089600 35\n3644697601 36\n", /* no midnight */
		"3439756800 35\n3550089600 36\n",	/* another TAI */
		"3439756800 34\n3550089600 35\n3565987200 36\n", /* 2013 */
	};
	struct leap_table t;
	struct leap_hashed h;
	char *many = calloc(LEAP_TABLE_MAX + 2, 20);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (parse(bad[i], &t, &h))
			fail_msg("\"%s\" was taken", bad[i]);
	for (size_t i = 0; i < sizeof(implausible) / sizeof(*bad); i++) {
		assert_true(parse(implausible[i], &t, &h));
		if (leap_table_is_plausible(&t))
			fail_msg("\"%s\" is plausible", implausible[i]);
	}
	for (int i = 0; i < LEAP_TABLE_MAX; i++)
		strcat(many, "3439756800 34\n");
	assert_true(parse(many, &t, &h));
	strcat(many, "3439756800 34\n");
	assert_false(parse(many, &t, &h));
	free(many);
}

/* --- TZif --------------------------------------------------------------------- */

struct bytes {
	uint8_t data[1024];
	size_t n;
};

static void put(struct bytes *b, uint64_t v, size_t size)
{
	while (size-- > 0)
		b->data[b->n++] = (uint8_t)(v >> (8 * size));
}

static void put_header(struct bytes *b, char version, uint64_t leaps)
{
	put(b, 0x545a6966, 4);
	put(b, (uint8_t)version, 1);
	b->n += 15;
	put(b, 1, 4);			/* isut, isstd */
	put(b, 1, 4);
	put(b, leaps, 4);
	put(b, 0, 4);			/* times, types, names */
	put(b, 1, 4);
	put(b, 4, 4);
	b->data[43] = 4;
}

/* A zone like right/UTC, of one or both kinds of data. */
static struct bytes zone(char version, const int64_t (*leaps)[2], int count)
{
	struct bytes b = { .n = 0 };
	size_t sizes[2] = { 4, 8 };

	for (int part = 0; part <= (version >= '2'); part++) {
		put_header(&b, version, (uint64_t)count);
		b.n += 6 + 4;		/* one type, "UTC" */
		for (int i = 0; i < count; i++) {
			put(&b, (uint64_t)leaps[i][0], sizes[part]);
			put(&b, (uint64_t)leaps[i][1], 4);
		}
		b.n += 2;
	}
	return b;
}

static const int64_t leaps[][2] = {
	{ 1230768023, 24 },		/* end of 2008 */
	{ 1341100824, 25 },		/* 2012-06-30 */
	{ 1435708825, 26 },
	{ 1483228826, 27 },
	{ 1782864026, 27 },		/* expires */
};

static void zones(void **state)
{
	static const char versions[] = { '\0', '2', '4' };

	(void)state;
	for (size_t i = 0; i < sizeof(versions); i++) {
		struct bytes b = zone(versions[i], leaps, 5);
		struct leap_table t;
		char reason[LEAP_REASON_SIZE];

		assert_true(leap_table_parse_zone(b.data, b.n, &t, reason));
		assert_int_equal(t.count, 4);
		assert_int_equal(t.rows[0].from_s, 1230768000);
		assert_int_equal(t.rows[1].from_s, 1341100800);
		assert_true(leap_table_is_plausible(&t));
		assert_int_equal(t.rows[3].from_s, 1483228800);
		assert_int_equal(t.rows[3].tai_s, 37);
		assert_true(t.expires_s == 1782864026 - 27);
		/* cut off anywhere it is none (the end is not read) */
		for (size_t n = 0; n < b.n - 2; n++)
			assert_false(leap_table_parse_zone(b.data, n, &t,
			    reason));
	}
}

static void zone_without(void **state)
{
	static const int64_t out[][2] = {
		{ 1230768000, 1 }, { 1341100800, 0 },
	};
	struct bytes b = zone('2', NULL, 0);
	struct leap_table t;
	char reason[LEAP_REASON_SIZE];

	(void)state;
	assert_false(leap_table_parse_zone(b.data, b.n, &t, reason));
	assert_non_null(strstr(reason, "no leap seconds"));
	b = zone('2', out, 2);
	assert_true(leap_table_parse_zone(b.data, b.n, &t, reason));
	/* left out: 23:59:59, counted with the one before, is midnight */
	assert_int_equal(t.rows[1].from_s, 1341100800);
	assert_int_equal(t.rows[1].tai_s, 10);
	/* no such time */
	b = zone('2', (const int64_t[][2]){ { INT64_MAX, -1 } }, 1);
	assert_false(leap_table_parse_zone(b.data, b.n, &t, reason));
	b = zone('2', (const int64_t[][2]){ { INT64_MIN, 1 } }, 1);
	assert_false(leap_table_parse_zone(b.data, b.n, &t, reason));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list),
		cmocka_unit_test(answers),
		cmocka_unit_test(bad_lists),
		cmocka_unit_test(zones),
		cmocka_unit_test(zone_without),
	};

	return cmocka_run_group_tests_name("sync/leap_table", tests, NULL, NULL);
}
