/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/symmetric.h"
#include "unit/horad/place.h"

static void open_file(struct place *p, struct symmetric *s, const char *text)
{
	if (text)
		put(p->file, text);
	strcpy(p->config.keyfile, p->file);
	symmetric_open(s, &p->config, &p->log);
}

static void keys_are_told_by_number(void **state)
{
	struct place *p = *state;
	struct ipc_mac_key m;
	struct symmetric s;

	open_file(p, &s, "5 SHA1 secret\nrubbish\n7 AES128 0123456789abcdef\n");
	assert_int_equal(s.keys.count, 2);
	assert_false(s.needs_right);
	symmetric_message(&s, 5, &m);
	assert_int_equal(m.id, 5);
	assert_int_equal(m.type, MAC_SHA1);
	assert_int_equal(m.length, 6);
	assert_memory_equal(m.key, "secret", 6);
	for (size_t i = 6; i < sizeof(m.key); i++)
		assert_int_equal(m.key[i], 0);
	symmetric_message(&s, 6, &m);
	assert_int_equal(m.id, 6);
	assert_int_equal(m.length, 0);
	assert_int_equal(m.type, 0);
	symmetric_wipe(&s);
	symmetric_message(&s, 5, &m);
	assert_int_equal(m.length, 0);
}

static void the_file_is_read_again(void **state)
{
	struct place *p = *state;
	struct symmetric s;

	open_file(p, &s, "5 SHA1 secret\n6 SHA1 other\n");
	put(p->file, "7 SHA1 secret\n");
	assert_int_equal(s.keys.count, 2);
	assert_true(symmetric_read(&s));
	assert_int_equal(s.keys.count, 1);
	assert_null(mac_keys_find(&s.keys, 5));
	assert_non_null(mac_keys_find(&s.keys, 7));
	/* No key at all is a content, no file is not. */
	put(p->file, "");
	assert_true(symmetric_read(&s));
	assert_int_equal(s.keys.count, 0);
	put(p->file, "8 SHA1 secret\n");
	assert_true(symmetric_read(&s));
	assert_int_equal(unlink(p->file), 0);
	assert_false(symmetric_read(&s));
	assert_non_null(mac_keys_find(&s.keys, 8));
	/* A folder in its place, a file that is too long. */
	assert_int_equal(mkdir(p->file, 0700), 0);
	assert_false(symmetric_read(&s));
	assert_int_equal(rmdir(p->file), 0);
	assert_int_equal(mkfifo(p->file, 0600), 0);
	assert_false(symmetric_read(&s));
	assert_int_equal(unlink(p->file), 0);
	put(p->file, "9 SHA1 secret\n");
	assert_int_equal(truncate(p->file, (1 << 20) + 1), 0);
	assert_false(symmetric_read(&s));
	assert_non_null(mac_keys_find(&s.keys, 8));
	symmetric_wipe(&s);
}

static void without_a_keyfile(void **state)
{
	struct place *p = *state;
	struct symmetric s;

	symmetric_open(&s, &p->config, &p->log);
	assert_false(s.is_used);
	assert_int_equal(s.keys.count, 0);
	assert_false(symmetric_read(&s));
	open_file(p, &s, NULL);			/* named, but not there */
	assert_true(s.is_used);
	assert_int_equal(s.keys.count, 0);
	/* The configuration drops it: the keys are to be taken back. */
	open_file(p, &s, "5 SHA1 secret\n");
	*p->config.keyfile = '\0';
	assert_true(symmetric_read(&s));
	assert_int_equal(s.keys.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keys_are_told_by_number, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(the_file_is_read_again, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(without_a_keyfile, setup,
		    teardown),
	};

	return cmocka_run_group_tests_name("horad/symmetric", tests, NULL,
	    NULL);
}
