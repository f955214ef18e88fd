/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/config.h"

#include "conf/parse.h"
#include "conf/source.h"

#include "build_config.h"
#include "unit/conf/describe.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* One line of a .sources file; false when it is skipped. */
static bool parse(const char *line, struct source_config *ret)
{
	struct source_config *list;
	size_t count;

	assert_int_equal(conf_parse_sources(line, strlen(line), NULL, NULL,
	    &list, &count), 0);
	if (count == 1)
		*ret = list[0];
	free(list);
	return count == 1;
}

/* Does some value of the option make a line that is not `plain`? */
static bool makes_another(const struct conf_word *option,
    const struct source_config *plain)
{
	static const char *const values[] = { "", "1", "7", "0.1", "F323" };
	bool is_parsed = false;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct source_config other;
		char line[100];

		snprintf(line, sizeof(line), "server a.example %s %s\n",
		    option->name, values[i]);
		if (!parse(line, &other))
			continue;
		is_parsed = true;
		assert_true(source_config_equal(&other, &other));
		if (!source_config_equal(&other, plain))
			return true;
	}
	if (!is_parsed)
		fail_msg("no value for option %s", option->name);
	return false;
}

/* An option that does not count would be lost when the line changes. */
static void every_option_makes_another_line(void **state)
{
	struct source_config plain, other;

	(void)state;
	assert_true(parse("server a.example\n", &plain));
	for (size_t i = 0; i < conf_source_options.count; i++) {
		const struct conf_word *option = &conf_source_options.rows[i];

		/* minpoll 7 and the like say something; some say the default */
		if (option->parse && !makes_another(option, &plain))
			fail_msg("option %s does not count", option->name);
	}
	assert_true(parse("server b.example\n", &other));
	assert_false(source_config_equal(&plain, &other));
	/* of a pool only */
	assert_true(parse("pool a.example\n", &plain));
	assert_true(parse("pool a.example maxsources 2\n", &other));
	assert_false(source_config_equal(&plain, &other));
	assert_true(parse("server a.example\n", &other));
	assert_false(source_config_equal(&plain, &other));
}

static void defaults(void **state)
{
	static struct description d;
	struct config c;

	(void)state;
	config_init(&c);
	describe_config(&d, &c);
	assert_string_equal(d.text,
	    "nosystemcert=0 nocerttimecheck=0 ntsrefresh=2419200 aeads=30,15, "
	    "ntsdumpdir= nts_port=4460 ntsprocesses=1 maxntsconnections=100 "
	    "ntsrotate=604800 ntsntpserver= ntsratelimit=0:6:8:2:0 port=123 "
	    "has_port=0 bind4=[UNSPEC] bind6=[UNSPEC] ratelimit=0:3:8:2:0 "
	    "ptpport=0 ptpdomain=123 clientloglimit=524288 noclientlog=0 "
	    "local=0:10:0:1:0:0:0 acq4=[UNSPEC] acq6=[UNSPEC] "
	    "acquisitionport=-1 acqdevice= binddevice= dscp=0 lock_all=0 "
	    "sched_priority=0 minsamples=6 "
	    "maxsamples=0 authselectmode=0 combinelimit=3 maxdistance=3 "
	    "maxjitter=1 reselectdist=0.0001 stratumweight=0.001 minsources=1 "
	    "maxstratum=15 minstratum=0 "
	    "corrtimeratio=0 maxclockerror=1 maxdrift=500000 "
	    "maxslewrate=83333.333 maxupdateskew=1000 makestep=0:0 driftfile= "
	    "drift_interval=3600 leapsecmode=0 leapsectz= leapseclist= "
	    "maxchange=0:0:0:0 fallbackdrift=0:0 rtcsync=0 "
	    "cmd4=127.0.0.1 cmd6=::1 cmddevice= cmdratelimit=0:-4:8:2:0 "
	    "opencommands=1f29 cmd_socket=" HORA_COMMAND_SOCKET
	    " cmdport=323 has_cmdport=0 logdir= log=0 logbanner=32 logchange=1 "
	    "mail=:0 keyfile= pidfile=" HORA_PID_FILE " user=" HORA_USER " ");
	config_free(&c);
}

/* What clientloglimit has room for. */
static void client_records(void **state)
{
	static const struct { uint32_t bytes, records; } rows[] = {
		{ 0, 16 }, { 2048, 16 }, { 4095, 16 }, { 4096, 32 },
		{ 524287, 2048 }, { 524288, 4096 }, { 1048575, 4096 },
		{ UINT32_C(1) << 31, UINT32_C(1) << 24 },
		{ UINT32_MAX, UINT32_C(1) << 24 },
	};
	struct config c;

	(void)state;
	config_init(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		c.clientloglimit = rows[i].bytes;
		assert_int_equal(config_client_records(&c), rows[i].records);
	}
	c.noclientlog = true;
	assert_int_equal(config_client_records(&c), 0);
	config_free(&c);
}

static void source_defaults(void **state)
{
	struct source_config s;

	(void)state;
	memset(&s, 0xff, sizeof(s));
	source_config_init(&s, SOURCE_POOL);
	assert_int_equal(s.type, SOURCE_POOL);
	assert_string_equal(s.name, "");
	assert_int_equal(s.family, IP_NONE);
	assert_int_equal(s.port, 123);
	assert_int_equal(s.nts_port, 4460);
	assert_int_equal(s.minpoll, 6);
	assert_int_equal(s.maxpoll, 10);
	assert_int_equal(s.minsamples, -1);
	assert_int_equal(s.maxsamples, -1);
	assert_int_equal(s.maxsources, 4);
	assert_int_equal(s.polltarget, 8);
	assert_int_equal(s.maxunreach, 100000);
	assert_true(s.maxdelay_s == 3);
	assert_true(s.maxdelayratio == 0);
	assert_true(s.maxdelaydevratio == 0);
	assert_false(s.iburst || s.nts || s.offline || s.select_options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(client_records),
		cmocka_unit_test(source_defaults),
		cmocka_unit_test(every_option_makes_another_line),
	};

	return cmocka_run_group_tests_name("conf/config", tests, NULL, NULL);
}
