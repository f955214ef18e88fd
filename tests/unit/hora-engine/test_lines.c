/* SPDX-License-Identifier: Apache-2.0 */
/* Another list of lines: what stays, what changes in place, what comes anew. */
#include "unit/hora-engine/world.h"

#include "conf/parse.h"

/* The sources of a text, for engine_sources or the configuration. */
static size_t parse(const char *text, struct source_config **ret)
{
	size_t count;

	assert_int_equal(conf_parse_sources(text, strlen(text), NULL, NULL,
	    ret, &count), 0);
	return count;
}

static void give(struct world *w, const char *text)
{
	struct engine_now now = world_now(w);
	struct source_config *lines;
	size_t count = parse(text, &lines);

	engine_sources(w->e, &now, lines, count);
	free(lines);
}

static struct source *source_at(struct world *w, int n)
{
	struct ip_addr ip = world_ip(n);

	for (int i = 0; i < w->e->count; i++)
		if (ip_equal(&w->e->sources[i]->address.ip, &ip))
			return w->e->sources[i];
	return NULL;
}

/* Options of which a change needs another source, and those that do not. */
static const struct {
	const char *options;
	bool is_kept;
} changes[] = {
	{ "", true },
	{ " minpoll 5", true },
	{ " maxpoll 9", true },
	{ " polltarget 9", true },
	{ " maxunreach 9", true },
	{ " maxntsretry 9", true },
	{ " maxdelay 1", true },
	{ " maxdelayratio 2", true },
	{ " maxdelaydevratio 7", true },
	{ " maxdelayquant 0.1", true },
	{ " minsamples 7", true },
	{ " maxsamples 7", true },
	{ " trust", true },
	{ " require", true },
	{ " prefer", true },
	{ " noselect", true },
	{ " iburst", true },
	{ " burst", true },
	{ " auto_offline", true },
	{ " presend 8", true },
	{ " minstratum 3", true },
	{ " offline", true },
	{ " port 1123", false },
	{ " ntsport 4461", false },
	{ " certset 1", false },
	{ " nts", false },
	{ " ipv4", false },
	{ " xleave", false },
	{ " offset 0.1", false },
	{ " mindelay 0.1", false },
	{ " asymmetry 0.1", false },
	{ " filter 2", false },
	{ " key 7", false },
	{ " copy", false },
	{ " version 3", false },
	{ " extfield F323", false },
	{ " extfield F324", false },
};

static void test_changed_options(void **state)
{
	char line[100];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct world *w = world_new();
		struct source_config *wanted;
		uint32_t id;

		world_start(w);
		give(w, "server 192.0.2.1\n");
		id = source_at(w, 1)->id;
		snprintf(line, sizeof(line), "server 192.0.2.1%s\n",
		    changes[i].options);
		give(w, line);
		assert_int_equal(w->e->count, 1);
		if ((source_at(w, 1)->id == id) != changes[i].is_kept)
			fail_msg("options%s", changes[i].options);
		parse(line, &wanted);
		assert_true(source_config_equal(wanted,
		    &source_at(w, 1)->line->config));
		free(wanted);
		if (i > 0)
			assert_true(world_said(w, changes[i].is_kept ?
			    "Changed options of source 192.0.2.1" :
			    "Removed source 192.0.2.1"));
		else
			assert_false(world_said(w, "Removed"));
		world_end(w);
	}
}

static void test_changes_take_effect(void **state)
{
	struct world *w = world_new();
	struct source *s;
	int samples;

	(void)state;
	world_server(w, 1);
	world_start(w);
	give(w, "server 192.0.2.1 minpoll 4 maxpoll 4\n");
	world_run(w, 100);
	s = source_at(w, 1);
	samples = s->stats.count;
	assert_true(samples > 3);
	give(w, "server 192.0.2.1 minpoll 6 maxpoll 7 noselect offline "
	    "maxsamples 5\n");
	assert_ptr_equal(source_at(w, 1), s);
	assert_int_equal(s->assoc.minpoll, 6);
	assert_int_equal(s->assoc.maxpoll, 7);
	assert_int_equal(s->assoc.poll, 6);
	assert_int_equal(s->stats.max_samples, 5);
	assert_int_equal(s->stats.count, samples);
	assert_false(s->online);
	assert_false(s->assoc.online);
	assert_int_equal(w->e->candidates[0].options, SELECT_NOSELECT);
	assert_int_equal(w->e->selected_id, 0);
	give(w, "server 192.0.2.1 minpoll 6 maxpoll 7\n");
	assert_true(s->online);
	world_run(w, 200);
	assert_true(s->assoc.reach != 0);
	assert_int_not_equal(w->e->selected_id, 0);
	world_end(w);
}

/* What a command has set is only lost to a line that says otherwise. */
static void test_commands_stay(void **state)
{
	struct world *w = world_new();
	const struct source_match all = { 0 };
	struct engine_now now;

	(void)state;
	world_start(w);
	give(w, "server 192.0.2.1\n");
	now = world_now(w);
	engine_online(w->e, &now, &all, false);
	assoc_poll_range(&source_at(w, 1)->assoc, 8, 9);
	give(w, "server 192.0.2.1 prefer\n");
	assert_false(source_at(w, 1)->online);
	assert_int_equal(source_at(w, 1)->assoc.minpoll, 8);
	world_end(w);
}

static void test_lists(void **state)
{
	struct world *w = world_new();
	uint32_t one, two;

	(void)state;
	world_start(w);
	give(w, "server 192.0.2.1\nserver 192.0.2.2\n");
	one = source_at(w, 1)->id;
	two = source_at(w, 2)->id;
	/* another order, and one that changes beside one that is new */
	give(w, "server 192.0.2.3\nserver 192.0.2.2 trust\nserver 192.0.2.1\n");
	assert_int_equal(w->e->count, 3);
	assert_int_equal(source_at(w, 1)->id, one);
	assert_int_equal(source_at(w, 2)->id, two);
	/* the same again does not multiply */
	for (int i = 0; i < 3; i++)
		give(w, "server 192.0.2.3\nserver 192.0.2.2 trust\n"
		    "server 192.0.2.1\n");
	assert_int_equal(w->e->count, 3);
	/* removed first, then added: the address is free again */
	give(w, "server 192.0.2.1 port 1123\n");
	assert_int_equal(w->e->count, 1);
	assert_int_not_equal(source_at(w, 1)->id, one);
	give(w, "");
	assert_int_equal(w->e->count, 0);
	world_end(w);
}

/* Pools are told apart by their lines, equal lines by their number. */
static void test_equal_lines(void **state)
{
	struct world *w = world_new();
	uint32_t first;

	(void)state;
	world_start(w);
	give(w, "pool pool.example\npool pool.example\n");
	assert_int_equal(w->e->line_count, 2);
	first = w->e->lines[0]->id;
	give(w, "pool pool.example\n");
	assert_int_equal(w->e->line_count, 1);
	assert_int_equal(w->e->lines[0]->id, first);
	give(w, "pool pool.example maxpoll 8\n");
	assert_int_equal(w->e->lines[0]->id, first);
	for (int i = 0; i < w->e->count; i++)
		assert_int_equal(w->e->sources[i]->assoc.maxpoll, 8);
	world_end(w);
}

/* What could not be added is tried again with each list. */
static void test_retried(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_start(w);
	give(w, "server 192.0.2.1\n");
	assert_int_equal(w->e->count, 1);
	assert_true(world_said(w,
	    "Could not add source 192.0.2.1 : Already in use"));
	sources_clear(w->e);
	give(w, "server 192.0.2.1\n");
	assert_int_equal(w->e->count, 1);
	assert_int_equal(w->e->lines[0]->origin, LINE_SOURCEDIR);
	world_end(w);
}

/* Thousands of lines do not become thousands of lines of the log. */
static void test_many(void **state)
{
	struct world *w = world_new();
	char *text = malloc(40 * 3000);
	size_t n = 0;

	(void)state;
	assert_non_null(text);
	world_start(w);
	for (int i = 0; i < 3000; i++)
		n += (size_t)sprintf(text + n, "server 10.0.%d.%d offline\n",
		    i / 200, i % 200);
	give(w, text);
	assert_int_equal(w->e->count, 3000);
	assert_true(w->log_count <= 110);
	assert_true(world_said(w,
	    "2900 more changes of sources are left out of the log"));
	w->log_count = 0;
	give(w, text);
	assert_int_equal(w->log_count, 0);
	give(w, "");
	assert_int_equal(w->e->count, 0);
	assert_true(w->log_count <= 110);
	give(w, "server 10.1.1.1\n");
	assert_true(world_said(w, "Added source 10.1.1.1"));
	free(text);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changed_options),
		cmocka_unit_test(test_changes_take_effect),
		cmocka_unit_test(test_commands_stay),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_equal_lines),
		cmocka_unit_test(test_retried),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("hora-engine/lines", tests, NULL,
	    NULL);
}
