/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_pair.h"
#include "unit/os/certs.h"

#include <errno.h>

#define FROM 1700000000
#define TO 1800000000

static struct test_pair good, other;

static int set_up(void **state)
{
	(void)state;
	good = test_pair_make("ntp.test", FROM, TO);
	other = test_pair_make("ntp.test", FROM, TO);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	test_pair_free(&good);
	test_pair_free(&other);
	return 0;
}

static void check(const char *name, gnutls_datum_t cert, gnutls_datum_t key,
    int64_t now_s, int answer, const char *word)
{
	char reason[200] = "untouched";
	int r = tls_pair_check(cert.data, cert.size, key.data, key.size,
	    (struct wall_time){ now_s * NS_PER_S }, reason, sizeof(reason));

	if (r != answer)
		fail_msg("%s: %d (%s), not %d", name, r, reason, answer);
	if (strstr(reason, word) == NULL || strchr(reason, '\n') != NULL)
		fail_msg("%s: reason \"%s\" without \"%s\"", name, reason, word);
	if (answer == 0)
		assert_string_equal(reason, "");
}

static void dates(void **state)
{
	(void)state;
	check("first second", good.cert, good.key, FROM, 0, "");
	check("last second", good.cert, good.key, TO, 0, "");
	check("before", good.cert, good.key, FROM - 1, -EKEYEXPIRED,
	    "not valid before 2023-11-14 22:13:20 UTC");
	check("after", good.cert, good.key, TO + 1, -EKEYEXPIRED,
	    "expired on 2027-01-15 08:00:00 UTC");
}

static void match(void **state)
{
	(void)state;
	check("key of another", good.cert, other.key, FROM, -EKEYREJECTED,
	    "does not belong");
	/* which is worse: wrong now and always */
	check("and expired", good.cert, other.key, TO + 1, -EKEYREJECTED,
	    "does not belong");
}

static void unreadable(void **state)
{
	gnutls_datum_t none = { (unsigned char *)"", 0 };
	gnutls_datum_t junk = { (unsigned char *)"hello\n", 6 };
	gnutls_datum_t cut = good.cert, cut_key = good.key;

	(void)state;
	cut.size /= 2;
	cut_key.size /= 2;
	check("no certificate", none, good.key, FROM, -EINVAL, "certificate");
	check("no key", good.cert, none, FROM, -EINVAL, "private key");
	check("junk certificate", junk, good.key, FROM, -EINVAL, "certificate");
	check("junk key", good.cert, junk, FROM, -EINVAL, "private key");
	check("half a certificate", cut, good.key, FROM, -EINVAL, "certificate");
	check("half a key", good.cert, cut_key, FROM, -EINVAL, "private key");
	check("exchanged", good.key, good.cert, FROM, -EINVAL, "certificate");
}

/* The first certificate counts; what follows may be as old as it wants. */
static void chain(void **state)
{
	struct test_pair old = test_pair_make("old.test", FROM - 9, FROM - 1);
	gnutls_datum_t both;

	(void)state;
	both.size = good.cert.size + old.cert.size;
	both.data = malloc(both.size);
	assert_non_null(both.data);
	memcpy(both.data, good.cert.data, good.cert.size);
	memcpy(both.data + good.cert.size, old.cert.data, old.cert.size);
	check("old one behind", both, good.key, FROM, 0, "");
	memcpy(both.data, old.cert.data, old.cert.size);
	memcpy(both.data + old.cert.size, good.cert.data, good.cert.size);
	check("old one first", both, old.key, FROM, -EKEYEXPIRED, "expired");
	free(both.data);
	test_pair_free(&old);
}

static void no_room_for_reason(void **state)
{
	char none[1];

	(void)state;
	assert_int_equal(tls_pair_check(good.cert.data, good.cert.size,
	    good.key.data, good.key.size, (struct wall_time){ 0 }, none, 0),
	    -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(match),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(chain),
		cmocka_unit_test(no_room_for_reason),
	};

	return cmocka_run_group_tests_name("os/tls_pair", tests, set_up,
	    tear_down);
}
