/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/cookies.h"
#include "unit/horad/place.h"

static struct ipc_nts_state nts_state(int cookies)
{
	struct ipc_nts_state s = { .ke_time = NOW, .context = 7, .aead = 15,
		.key_length = 32, .cookie_count = (uint16_t)cookies };

	ip_parse("192.0.2.1", &s.ke_address);
	ip_parse("192.0.2.2", &s.ntp_address.ip);
	s.ntp_address.port = 123;
	strcpy(s.name, "ntp.test");
	memset(s.c2s, 1, 32);
	memset(s.s2c, 2, 32);
	for (int i = 0; i < cookies; i++) {
		s.cookie_length[i] = 100;
		memset(s.cookie[i], 0x10 + i, 100);
	}
	return s;
}

static void cookies_survive_engine_and_horad(void **state)
{
	struct place *p = *state;
	struct ipc_nts_state s = nts_state(3), got;
	struct ipc_nts_load load = { .ke_address = s.ke_address };
	struct cookies c;
	char path[160];
	struct stat st;

	strcpy(load.name, "ntp.test");
	strcpy(p->config.ntsdumpdir, p->directory);
	snprintf(path, sizeof(path), "%s/192.0.2.1.nts", p->directory);
	cookies_init(&c, &p->config, &p->log);
	cookies_load(&c, &load, NOW, &got);
	assert_int_equal(got.cookie_count, 0);
	assert_true(ip_equal(&got.ke_address, &s.ke_address));
	cookies_report(&c, &s);
	cookies_load(&c, &load, NOW, &got);	/* another engine */
	assert_memory_equal(&got, &s, sizeof(s));
	cookies_save(&c);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	cookies_free(&c);

	cookies_init(&c, &p->config, &p->log);	/* another horad */
	cookies_load(&c, &load, NOW, &got);
	assert_int_equal(got.cookie_count, 3);
	assert_int_equal(got.context, 7);
	assert_memory_equal(got.c2s, s.c2s, 32);
	assert_memory_equal(got.s2c, s.s2c, 32);
	assert_memory_equal(got.cookie, s.cookie, sizeof(s.cookie));
	assert_int_equal(got.ntp_address.port, 123);
	assert_int_equal(stat(path, &st), -1);	/* gone: used only once */
	cookies_load(&c, &load, NOW, &got);
	assert_int_equal(got.cookie_count, 3);
	cookies_free(&c);
}

static void a_used_cookie_is_in_no_file(void **state)
{
	struct place *p = *state;
	struct ipc_nts_state s = nts_state(3);
	struct cookies c;
	char path[160];

	strcpy(p->config.ntsdumpdir, p->directory);
	snprintf(path, sizeof(path), "%s/192.0.2.1.nts", p->directory);
	cookies_init(&c, &p->config, &p->log);
	cookies_report(&c, &s);
	cookies_save(&c);			/* the command dump */
	assert_int_equal(access(path, F_OK), 0);
	s.cookie_count = 2;
	cookies_report(&c, &s);			/* one was used since */
	assert_int_equal(access(path, F_OK), -1);
	s.cookie_count = 0;
	cookies_report(&c, &s);
	cookies_save(&c);
	assert_int_equal(access(path, F_OK), -1);
	cookies_free(&c);
}

static void states_without_sense_are_dropped(void **state)
{
	struct place *p = *state;
	struct ipc_nts_state bad[6], got;
	struct ipc_nts_load load = { .name = "ntp.test" };
	struct cookies c;

	ip_parse("192.0.2.1", &load.ke_address);
	for (int i = 0; i < 6; i++)
		bad[i] = nts_state(2);
	bad[0].ke_address.family = 99;
	bad[1].cookie_count = NTS_COOKIES + 1;
	bad[2].cookie_length[1] = NTS_COOKIE_MAX + 1;
	bad[3].cookie_length[1] = 0;
	bad[4].key_length = NTS_KEY_MAX + 1;
	memset(bad[5].name, 'x', sizeof(bad[5].name));
	cookies_init(&c, &p->config, &p->log);
	for (int i = 0; i < 6; i++) {
		cookies_report(&c, &bad[i]);
		assert_int_equal(c.count, 0);
	}
	bad[0] = nts_state(2);
	cookies_report(&c, &bad[0]);
	strcpy(load.name, "other.test");	/* another name's keys */
	cookies_load(&c, &load, NOW, &got);
	assert_int_equal(got.cookie_count, 0);
	load.ke_address.family = 99;
	cookies_load(&c, &load, NOW, &got);
	assert_int_equal(got.cookie_count, 0);
	cookies_free(&c);
}

static void memory_is_bounded(void **state)
{
	struct place *p = *state;
	struct ipc_nts_state s = nts_state(1);
	struct cookies c;

	cookies_init(&c, &p->config, &p->log);
	for (int i = 0; i < COOKIES_SOURCES + 10; i++) {
		s.ke_address.bytes[2] = (uint8_t)(i >> 8);
		s.ke_address.bytes[3] = (uint8_t)i;
		cookies_report(&c, &s);
	}
	assert_int_equal(c.count, COOKIES_SOURCES);
	cookies_free(&c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(cookies_survive_engine_and_horad),
		T(a_used_cookie_is_in_no_file),
		T(states_without_sense_are_dropped),
		T(memory_is_bounded),
	};

	return cmocka_run_group_tests_name("horad/cookies", tests, NULL, NULL);
}
