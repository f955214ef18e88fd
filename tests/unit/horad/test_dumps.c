/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of dumps: what is read, what is removed, what is written. */
#include "horad/dumps.h"
#include "unit/horad/place.h"

static bool exists(const struct place *p, const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", p->directory, name);
	return access(path, F_OK) == 0;
}

static void fill(struct place *p, const char *name, const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", p->directory, name);
	put(path, text);
}

static struct ipc_history load(struct dumps *d, const char *address)
{
	struct ipc_history_load load;
	struct ipc_history got;

	assert_true(ip_parse(address, &load.address));
	dumps_load(d, &load, &got);
	assert_true(ip_equal(&got.address, &load.address));
	return got;
}

/* Files of ours go, with -r and without; -Q touches nothing. */
static void start(void **state)
{
	static const struct {
		uint32_t flags;
		bool is_read, is_removed;
	} rows[] = {
		{ 0, false, true }, { IPC_RELOAD, true, true },
		{ IPC_RELOAD | IPC_ONCE_PRINT, false, false },
		{ IPC_RELOAD | IPC_ONCE_SET, true, true },
	};
	static const char *const ours[] = { "192.0.2.1.dat",
		"2001:db8::1.dat", "refid:47505300.dat", "refid:.dat" };
	static const char *const others[] = { "a.dat", "192.0.2.dat", ".dat",
		"192.0.2.1.nts", "192.0.2.1.dat.tmp", "drift" };
	struct place *p = *state;

	strcpy(p->config.dumpdir, p->directory);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dumps d;

		for (size_t k = 0; k < sizeof(ours) / sizeof(ours[0]); k++)
			fill(p, ours[k], "SRC0\n");
		for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			fill(p, others[k], "");
		dumps_open(&d, &p->config, rows[i].flags, &p->log);
		for (size_t k = 0; k < sizeof(ours) / sizeof(ours[0]); k++)
			assert_int_equal(exists(p, ours[k]),
			    !rows[i].is_removed);
		for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			assert_true(exists(p, others[k]));
		assert_int_equal(load(&d, "192.0.2.1").length,
		    rows[i].is_read ? 5 : 0);
		/* once */
		assert_int_equal(load(&d, "192.0.2.1").length, 0);
		assert_int_equal(load(&d, "192.0.2.9").length, 0);
		if (rows[i].is_read)
			assert_string_equal(load(&d, "2001:db8::1").text,
			    "SRC0\n");
		dumps_free(&d);
	}
}

static void too_long(void **state)
{
	static char text[IPC_HISTORY_TEXT + 1];
	struct place *p = *state;
	struct dumps d;

	strcpy(p->config.dumpdir, p->directory);
	memset(text, 'x', IPC_HISTORY_TEXT);
	fill(p, "192.0.2.1.dat", text);
	text[IPC_HISTORY_TEXT - 1] = '\0';
	fill(p, "192.0.2.2.dat", text);
	dumps_open(&d, &p->config, IPC_RELOAD, &p->log);
	assert_int_equal(load(&d, "192.0.2.1").length, 0);
	assert_int_equal(load(&d, "192.0.2.2").length, IPC_HISTORY_TEXT - 1);
	assert_false(exists(p, "192.0.2.1.dat"));
	dumps_free(&d);
}

static void written(void **state)
{
	struct place *p = *state;
	struct ipc_history h = { .length = 5, .text = "SRC0\n" };
	char path[400];
	struct dumps d;
	struct stat st;

	dumps_open(&d, &p->config, 0, &p->log);		/* no directory */
	assert_true(ip_parse("192.0.2.1", &h.address));
	dumps_write(&d, &h);
	strcpy(p->config.dumpdir, p->directory);
	dumps_open(&d, &p->config, 0, &p->log);
	assert_false(exists(p, "192.0.2.1.dat"));
	h.length = sizeof(h.text);
	dumps_write(&d, &h);
	h.length = 0;
	dumps_write(&d, &h);
	assert_false(exists(p, "192.0.2.1.dat"));
	h.length = 5;
	dumps_write(&d, &h);
	snprintf(path, sizeof(path), "%s/192.0.2.1.dat", p->directory);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_mode & 07777 & ~0644, 0);
	h.address.family = IP_NONE;
	dumps_write(&d, &h);
	dumps_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(start, setup, teardown),
		cmocka_unit_test_setup_teardown(too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(written, setup, teardown),
	};

	return cmocka_run_group_tests_name("horad/dumps", tests, NULL, NULL);
}
