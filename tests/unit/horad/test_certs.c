/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/certs.h"
#include "unit/horad/place.h"
#include "unit/os/certs.h"

#define FROM 1700000000
#define TO 1900000000

struct pair_files {
	char cert[160], key[160];
	char paths[2][CONFIG_PATH_SIZE];
};

static void put_pem(const char *path, gnutls_datum_t pem)
{
	assert_int_equal(statefile_write(path, pem.data, pem.size, 0600), 0);
}

static void name_files(struct place *p, struct pair_files *f)
{
	snprintf(f->cert, sizeof(f->cert), "%s/cert", p->directory);
	snprintf(f->key, sizeof(f->key), "%s/key", p->directory);
	strcpy(f->paths[0], f->cert);
	strcpy(f->paths[1], f->key);
	p->config.ntsservercerts = &f->paths[0];
	p->config.ntsserverkeys = &f->paths[1];
	p->config.pair_count = 1;
}

/* A first start with this pair. */
static void load_pair(struct place *p, struct pair_files *f, struct certs *c,
    const struct test_pair *pair)
{
	name_files(p, f);
	put_pem(f->cert, pair->cert);
	put_pem(f->key, pair->key);
	assert_int_equal(certs_load(c, &p->config, NOW, &p->log), 0);
}

static bool in_use(const struct certs *c, gnutls_datum_t cert)
{
	return c->pairs[0].cert_length == cert.size &&
	    memcmp(c->pairs[0].cert, cert.data, cert.size) == 0;
}

static void a_start_needs_a_good_pair(void **state)
{
	struct place *p = *state;
	struct test_pair a = test_pair_make("a.test", FROM, TO);
	struct test_pair b = test_pair_make("b.test", FROM, TO);
	struct pair_files f;
	struct certs c;

	name_files(p, &f);
	assert_int_equal(certs_load(&c, &p->config, NOW, &p->log), -ENOENT);
	certs_free(&c);
	put_pem(f.cert, a.cert);
	assert_int_equal(certs_load(&c, &p->config, NOW, &p->log), -ENOENT);
	certs_free(&c);
	put_pem(f.key, b.key);
	assert_int_equal(certs_load(&c, &p->config, NOW, &p->log),
	    -EKEYREJECTED);
	certs_free(&c);
	put_pem(f.key, a.key);
	assert_int_equal(certs_load(&c, &p->config, NOW, &p->log), 0);
	assert_true(in_use(&c, a.cert));
	certs_free(&c);
	/* At boot the clock may be what is wrong. */
	assert_int_equal(certs_load(&c, &p->config, (struct wall_time){ 0 },
	    &p->log), 0);
	certs_free(&c);
	test_pair_free(&a);
	test_pair_free(&b);
}

static void a_renewal_is_taken_up_once_it_is_quiet(void **state)
{
	struct place *p = *state;
	struct test_pair a = test_pair_make("a.test", FROM, TO);
	struct test_pair b = test_pair_make("b.test", FROM, TO);
	struct pair_files f;
	struct certs c;

	load_pair(p, &f, &c, &a);
	assert_false(certs_watch(&c, NOW));
	put_pem(f.cert, b.cert);
	put_pem(f.key, b.key);
	assert_false(certs_watch(&c, NOW));	/* seen */
	assert_true(in_use(&c, a.cert));
	assert_true(certs_watch(&c, NOW));	/* quiet */
	assert_true(in_use(&c, b.cert));
	assert_false(certs_watch(&c, NOW));
	/* rewritten as it is: nothing new */
	put_pem(f.cert, b.cert);
	assert_false(certs_watch(&c, NOW));
	assert_false(certs_watch(&c, NOW));
	certs_free(&c);
	test_pair_free(&a);
	test_pair_free(&b);
}

static void a_switched_link_is_a_renewal(void **state)
{
	struct place *p = *state;
	struct test_pair a = test_pair_make("a.test", FROM, TO);
	struct test_pair b = test_pair_make("b.test", FROM, TO);
	struct pair_files f;
	struct certs c;
	char path[4][180];
	gnutls_datum_t pems[4] = { a.cert, a.key, b.cert, b.key };

	name_files(p, &f);
	for (int i = 0; i < 4; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/archive%d", p->directory,
		    i);
		put_pem(path[i], pems[i]);
	}
	assert_int_equal(symlink(path[0], f.cert), 0);
	assert_int_equal(symlink(path[1], f.key), 0);
	assert_int_equal(certs_load(&c, &p->config, NOW, &p->log), 0);
	unlink(f.cert);
	unlink(f.key);
	assert_int_equal(symlink(path[2], f.cert), 0);
	assert_int_equal(symlink(path[3], f.key), 0);
	assert_false(certs_watch(&c, NOW));
	assert_true(certs_watch(&c, NOW));
	assert_true(in_use(&c, b.cert));
	certs_free(&c);
	test_pair_free(&a);
	test_pair_free(&b);
}

static void a_bad_renewal_changes_nothing(void **state)
{
	struct place *p = *state;
	struct test_pair a = test_pair_make("a.test", FROM, TO);
	struct test_pair b = test_pair_make("b.test", FROM, TO);
	struct pair_files f;
	struct certs c;

	assert_int_equal(logsink_open(&p->log, LOG_TO_FILE, p->file, NULL,
	    SEV_ERROR), 0);
	load_pair(p, &f, &c, &a);
	put_pem(f.cert, b.cert);		/* the key is not its own */
	for (int i = 0; i < 40; i++)
		assert_false(certs_watch(&c, NOW));
	/* said once, however often it is looked at */
	assert_ptr_equal(strstr(p->log.failures, "Refused"),
	    p->log.failures);
	assert_null(strstr(p->log.failures + 1, "Refused"));
	unlink(f.cert);
	for (int i = 0; i < 3; i++)
		assert_false(certs_watch(&c, NOW));
	assert_true(in_use(&c, a.cert));
	put_pem(f.cert, b.cert);
	put_pem(f.key, b.key);
	assert_false(certs_watch(&c, NOW));
	assert_true(certs_watch(&c, NOW));
	assert_true(in_use(&c, b.cert));
	logsink_close(&p->log);
	certs_free(&c);
	test_pair_free(&a);
	test_pair_free(&b);
}

static void one_that_is_not_valid_yet_is_looked_at_again(void **state)
{
	struct place *p = *state;
	struct test_pair a = test_pair_make("a.test", FROM, TO);
	struct test_pair b = test_pair_make("b.test", FROM + 150000000, TO);
	struct wall_time later = wall_add(NOW, 60000000);
	struct pair_files f;
	struct certs c;
	int rounds = 0;

	load_pair(p, &f, &c, &a);
	put_pem(f.cert, b.cert);
	put_pem(f.key, b.key);
	for (int i = 0; i < 5; i++)
		assert_false(certs_watch(&c, NOW));
	while (!certs_watch(&c, later))
		assert_true(++rounds < 40);
	assert_true(in_use(&c, b.cert));
	certs_free(&c);
	test_pair_free(&a);
	test_pair_free(&b);
}

/* Another configuration: its pairs, or those in use where they are the same. */
static void pairs_of_another_configuration(void **state)
{
	struct place *p = *state;
	struct test_pair a = test_pair_make("a.test", FROM, TO);
	struct test_pair b = test_pair_make("b.test", FROM, TO);
	static const struct config none;
	struct certs c, fresh;
	struct pair_files f;
	char reason[300];

	load_pair(p, &f, &c, &a);
	/* changed files are read at once, not after quiet rounds */
	put_pem(f.cert, b.cert);
	put_pem(f.key, b.key);
	assert_int_equal(certs_renew(&fresh, &c, &p->config, NOW, reason,
	    sizeof(reason)), 0);
	assert_true(in_use(&fresh, b.cert));
	assert_true(in_use(&c, a.cert));
	assert_false(certs_watch(&fresh, NOW));
	certs_free(&fresh);
	/* bad ones leave what is in use, when it is in use */
	unlink(f.key);
	assert_int_equal(certs_renew(&fresh, &c, &p->config, NOW, reason,
	    sizeof(reason)), 0);
	assert_true(in_use(&fresh, a.cert));
	certs_free(&c);
	certs_free(&fresh);
	c.count = 0;
	assert_int_equal(certs_renew(&fresh, &c, &p->config, NOW, reason,
	    sizeof(reason)), -ENOENT);
	assert_non_null(strstr(reason, "as NTS server key: No such file"));
	certs_free(&fresh);
	/* and none is none */
	assert_int_equal(certs_renew(&fresh, &c, &none, NOW, reason,
	    sizeof(reason)), 0);
	assert_int_equal(fresh.count, 0);
	certs_free(&fresh);
	test_pair_free(&a);
	test_pair_free(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_start_needs_a_good_pair),
		T(a_renewal_is_taken_up_once_it_is_quiet),
		T(a_switched_link_is_a_renewal),
		T(a_bad_renewal_changes_nothing),
		T(one_that_is_not_valid_yet_is_looked_at_again),
		T(pairs_of_another_configuration),
	};

	return cmocka_run_group_tests_name("horad/certs", tests, NULL, NULL);
}
