/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/leaps.h"
#include "unit/horad/place.h"
#include "unit/skip.h"

#define ROWS \
	"3439756800 34 # 1 Jan 2009\n" \
	"3550089600 35 # 1 Jul 2012\n" \
	"3644697600 36 # 1 Jul 2015\n" \
	"3692217600 37 # 1 Jan 2017\n"
/* sha1sum of "367692480039285216003439756800343550089600353644697600..." */
#define LIST "#$ 3676924800\n#@ 3928521600\n" ROWS
#define DIGEST "#h 02e7ce19 22d0fdd2 c7c23bc3 9ceae459 694cd1d7\n"

/* Where the log goes: what was said, as one text. */
static char *said(struct place *p)
{
	static char text[4096];
	FILE *f;
	size_t n = 0;

	logsink_close(&p->log);
	f = fopen(p->file, "r");
	if (f)
		n = fread(text, 1, sizeof(text) - 1, f);
	if (f)
		fclose(f);
	text[n] = '\0';
	return text;
}

struct leaps_case {
	const char *list;		/* NULL: no such file */
	const char *zone;		/* "" = none */
	uint32_t count;
	const char *says;		/* NULL: nothing */
	int64_t now_s;
};

static void one(struct place *p, const struct leaps_case *c)
{
	char path[128];
	struct leaps l;
	char *log;

	snprintf(path, sizeof(path), "%s/list", p->directory);
	unlink(p->file);
	unlink(path);
	assert_int_equal(logsink_open(&p->log, LOG_TO_FILE, p->file, NULL,
	    SEV_WARNING), 0);
	if (c->list)
		put(path, c->list);
	strcpy(p->config.leapseclist, path);
	strcpy(p->config.leapsectz, c->zone);
	leaps_init(&l, &p->config);
	assert_true(l.is_used);
	assert_int_equal(leaps_read(&l, (struct wall_time){ c->now_s *
	    NS_PER_S }, &p->log), c->count > 0);
	/* the same again is nothing new */
	assert_false(leaps_read(&l, (struct wall_time){ c->now_s * NS_PER_S },
	    &p->log));
	assert_int_equal(l.message.count, c->count);
	log = said(p);
	if (c->says && !strstr(log, c->says))
		fail_msg("\"%s\" is not in \"%s\"", c->says, log);
	if (!c->says)
		assert_string_equal(log, "");
}

static void files(void **state)
{
	static const struct leaps_case cases[] = {
		{ LIST, "", 4, NULL, 1700000000 },
		{ LIST "#h dde5fe1 3e8e8ed5 25ddd5d5 fb4a3d75 c9adb7a5\n", "",
		  0, "its check line (#h) does not fit", 1700000000 },
		/* the day of expiry, and the day after */
		{ LIST, "", 4, NULL, 3928521600 - 2208988800 },
		{ LIST, "", 4, "have expired", 3928521601 - 2208988800 },
		{ ROWS, "", 4, NULL, 1900000000 },
		{ NULL, "", 0, "No such file", 1700000000 },
		{ "", "", 0, "no leap second in it", 1700000000 },
		{ ROWS "x\n", "", 0, "line 5 is no line", 1700000000 },
		{ "3439756800 34\n", "", 0, "2012-06-30", 1700000000 },
		{ ROWS, "no/such/zone", 4, NULL, 1700000000 },
		{ NULL, "no/such/zone", 0,
		  "/usr/share/zoneinfo/no/such/zone: No such file", 1700000000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		one(*state, &cases[i]);
}

/* The digest that belongs to the list, and one with a row changed after it. */
static void digest(void **state)
{
	static const char good[] = LIST DIGEST;
	struct place *p = *state;
	struct leaps_case c = { good, "", 4, NULL, 1700000000 };
	char *changed = strdup(good);

	one(p, &c);
	*strstr(changed, "36 # 1 Jul") = '4';
	c = (struct leaps_case){ changed, "", 0, "does not fit", 1700000000 };
	one(p, &c);
	free(changed);
}

/* What this system has, where it has it. */
static void of_the_system(void **state)
{
	struct place *p = *state;
	struct leaps list, zone;

	memset(&p->config, 0, sizeof(p->config));
	leaps_init(&list, &p->config);
	assert_false(list.is_used);
	strcpy(p->config.leapseclist, "/usr/share/zoneinfo/leap-seconds.list");
	leaps_init(&list, &p->config);
	leaps_read(&list, NOW, &p->log);
	p->config.leapseclist[0] = '\0';
	strcpy(p->config.leapsectz, "right/UTC");
	leaps_init(&zone, &p->config);
	leaps_read(&zone, NOW, &p->log);
	if (list.message.count == 0 || zone.message.count == 0)
		SKIP("no leap seconds in this tz database");
	/* The list begins with 1972-01-01, which is no leap second. */
	assert_int_equal(list.message.count, zone.message.count + 1);
	for (uint32_t i = 0; i < zone.message.count; i++) {
		assert_int_equal(zone.message.rows[i].from_s,
		    list.message.rows[i + 1].from_s);
		assert_int_equal(zone.message.rows[i].tai_s,
		    list.message.rows[i + 1].tai_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files, setup, teardown),
		cmocka_unit_test_setup_teardown(digest, setup, teardown),
		cmocka_unit_test_setup_teardown(of_the_system, setup, teardown),
	};

	return cmocka_run_group_tests_name("horad/leaps", tests, NULL, NULL);
}
