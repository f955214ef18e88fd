/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/keys.h"
#include "unit/horad/place.h"

static void keys_are_made_kept_and_rotated(void **state)
{
	struct place *p = *state;
	struct mono_time now = { 1000 * NS_PER_S };
	struct ipc_keyring before, after;
	struct keys k;
	char path[160];
	struct stat st;

	snprintf(path, sizeof(path), "%s/ntskeys", p->directory);
	strcpy(p->config.ntsdumpdir, p->directory);
	p->config.ntsrotate_s = 100;
	keys_open(&k, &p->config, now, &p->log);	/* no NTS server */
	assert_false(k.is_used);
	assert_int_equal(access(path, F_OK), -1);
	assert_true(keys_due(&k).ns == MONO_NEVER.ns);

	p->config.pair_count = 1;
	keys_open(&k, &p->config, now, &p->log);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_true(keys_due(&k).ns == 1100 * NS_PER_S);
	keys_message(&k, &before);
	keys_rotate(&k, mono_add(now, 100));
	keys_message(&k, &after);
	assert_memory_equal(&after.keys[0], &before.keys[1],
	    3 * sizeof(before.keys[0]));
	assert_true(keys_due(&k).ns == 1200 * NS_PER_S);

	/* 40 s later, another horad: the age is in the file. */
	keys_save(&k, mono_add(now, 140));
	keys_open(&k, &p->config, (struct mono_time){ 7 * NS_PER_S }, &p->log);
	keys_message(&k, &before);
	assert_memory_equal(&before, &after, sizeof(after));
	assert_true(fabs(mono_sub(keys_due(&k), (struct mono_time){
	    67 * NS_PER_S })) < 0.1);
	assert_false(keys_rekey(&k, now));	/* they are our own */
	keys_wipe(&k);
}

static void foreign_keys_are_only_read(void **state)
{
	struct place *p = *state;
	struct mono_time now = { 1000 * NS_PER_S };
	struct ipc_keyring first, second;
	struct keys k, other;
	char path[160], moved[160], *text;

	snprintf(path, sizeof(path), "%s/ntskeys", p->directory);
	snprintf(moved, sizeof(moved), "%s/moved", p->directory);
	strcpy(p->config.ntsdumpdir, p->directory);
	p->config.pair_count = 1;
	p->config.ntsrotate_s = 100;
	keys_open(&other, &p->config, now, &p->log);
	p->config.ntsrotate_s = 0;
	keys_open(&k, &p->config, now, &p->log);
	keys_message(&k, &first);
	keys_message(&other, &second);
	assert_memory_equal(&first, &second, sizeof(first));
	assert_true(keys_due(&k).ns == MONO_NEVER.ns);
	assert_int_equal(rename(path, moved), 0);
	keys_save(&k, now);
	assert_int_equal(access(path, F_OK), -1);

	assert_false(keys_rekey(&k, now));	/* no file: keep the old */
	put(path, "NKS1\nrubbish\n");
	assert_false(keys_rekey(&k, now));
	keys_message(&k, &second);
	assert_memory_equal(&first, &second, sizeof(first));
	keys_rotate(&other, now);		/* writes the file */
	text = get(path);
	assert_non_null(text);
	free(text);
	assert_true(keys_rekey(&k, now));
	keys_message(&k, &second);
	assert_memory_not_equal(&first, &second, sizeof(first));
	keys_wipe(&k);
	keys_wipe(&other);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(keys_are_made_kept_and_rotated),
		T(foreign_keys_are_only_read),
	};

	return cmocka_run_group_tests_name("horad/keys", tests, NULL, NULL);
}
