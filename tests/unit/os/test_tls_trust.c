/* SPDX-License-Identifier: Apache-2.0 */
/* Chains that hold and chains that do not, each with its reason. */
#include "unit/os/cert_recipes.h"

#include "os/tls_text.h"
#include "os/tls_trust.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define NAME "time.example"

enum who {
	ROOT, OTHER_ROOT, OLD_ROOT, MIDDLE, OLD_MIDDLE, OTHER_MIDDLE,
	CROSS_ROOT, NOT_CA,
	GOOD, EXPIRED, FUTURE, SELF, BY_OTHER, BY_OLD_ROOT, BY_OLD_MIDDLE,
	BY_NOT_CA, IP, WILD, MANY, CLIENT, ONLY_CN, WHO, NONE = WHO
};

static const struct {
	struct recipe recipe;
	enum who issuer;
} recipes[WHO] = {
	[ROOT] = { { .cn = "root", .is_ca = true, .from = -100, .to = 100 }, NONE },
	[OTHER_ROOT] = { { .cn = "other root", .is_ca = true }, NONE },
	[OLD_ROOT] = { { .cn = "old root", .is_ca = true, .from = -100,
	    .to = -1 }, NONE },
	[MIDDLE] = { { .cn = "middle", .is_ca = true, .from = -50, .to = 50 },
	    ROOT },
	[OLD_MIDDLE] = { { .cn = "old middle", .is_ca = true, .from = -50,
	    .to = -1 }, ROOT },
	[OTHER_MIDDLE] = { { .cn = "other middle", .is_ca = true }, OTHER_ROOT },
	/* A chain may carry what nobody needs (an old cross signature). */
	[CROSS_ROOT] = { { .cn = "root", .is_ca = true, .from = -100,
	    .to = -1 }, OLD_ROOT },
	[NOT_CA] = { { .cn = "no CA", .dns = "leaf.example" }, ROOT },
	[GOOD] = { { .cn = "x", .dns = NAME }, MIDDLE },
	[EXPIRED] = { { .cn = "x", .dns = NAME, .from = -10, .to = -1 }, MIDDLE },
	[FUTURE] = { { .cn = "x", .dns = NAME, .from = 1, .to = 10 }, MIDDLE },
	[SELF] = { { .cn = "x", .dns = NAME }, NONE },
	[BY_OTHER] = { { .cn = "x", .dns = NAME }, OTHER_MIDDLE },
	[BY_OLD_ROOT] = { { .cn = "x", .dns = NAME }, OLD_ROOT },
	[BY_OLD_MIDDLE] = { { .cn = "x", .dns = NAME }, OLD_MIDDLE },
	[BY_NOT_CA] = { { .cn = "x", .dns = NAME }, NOT_CA },
	[IP] = { { .cn = "x", .ip = { 192, 0, 2, 1 } }, MIDDLE },
	[WILD] = { { .cn = "x", .dns = "*." NAME }, MIDDLE },
	[MANY] = { { .cn = "x", .dns = "a.example", .dns2 = "b.example" },
	    MIDDLE },
	[CLIENT] = { { .cn = "x", .dns = NAME,
	    .purpose = GNUTLS_KP_TLS_WWW_CLIENT }, MIDDLE },
	[ONLY_CN] = { { .cn = NAME }, MIDDLE },
};

struct trust_test {
	struct cert certs[WHO];
	char dir[64], roots[80], leaf[80];
};

static int set_up(void **state)
{
	struct trust_test *t = calloc(1, sizeof(*t));

	for (int i = 0; i < WHO; i++)
		t->certs[i] = cert_new(&recipes[i].recipe,
		    recipes[i].issuer == NONE ? NULL :
		    &t->certs[recipes[i].issuer]);
	strcpy(t->dir, "/tmp/hora-trust-XXXXXX");
	assert_non_null(mkdtemp(t->dir));
	snprintf(t->roots, sizeof(t->roots), "%s/roots.pem", t->dir);
	snprintf(t->leaf, sizeof(t->leaf), "%s/leaf.pem", t->dir);
	cert_append(&t->certs[ROOT], t->roots);
	cert_append(&t->certs[OLD_ROOT], t->roots);
	cert_append(&t->certs[SELF], t->leaf);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct trust_test *t = *state;

	for (int i = 0; i < WHO; i++)
		cert_free(&t->certs[i]);
	unlink(t->roots);
	unlink(t->leaf);
	rmdir(t->dir);
	free(t);
	return 0;
}

/* Verify the chain at a day; the reason, "" when it holds. */
static const char *verify(struct trust_test *t, const char *trusted,
    const enum who *chain, const char *name, int day, char reason[320])
{
	gnutls_datum_t der[4];
	struct tls_check check_at = { .name = name, .check_times = day < 1000,
		.now = { (CERTS_NOW + (int64_t)day * DAY) * NS_PER_S } };
	struct tls_trust *trust;
	unsigned n;
	bool good;

	assert_int_equal(tls_trust_load(false, &trusted, 1, &trust, reason, 320),
	    0);
	for (n = 0; n < 4 && chain[n] != NONE && (n == 0 || chain[n]); n++)
		check(gnutls_x509_crt_export2(t->certs[chain[n]].crt,
		    GNUTLS_X509_FMT_DER, &der[n]));
	good = tls_trust_verify(trust, der, n, &check_at, reason, 320);
	assert_int_equal(good, reason[0] == '\0');
	while (n > 0)
		gnutls_free(der[--n].data);
	tls_trust_unref(trust);
	return reason;
}

#define UNCHECKED 1000	/* as day: dates do not count */

static void test_chains(void **state)
{
	static const struct {
		enum who chain[4];
		const char *name;
		int day;
		const char *reason;	/* part of it; NULL: it holds */
	} cases[] = {
		{ { GOOD, MIDDLE }, NAME, 0, NULL },
		{ { GOOD, MIDDLE }, NAME ".", 0, NULL },
		{ { GOOD, MIDDLE }, "TIME.example", 0, NULL },
		{ { GOOD, MIDDLE, OTHER_ROOT, CROSS_ROOT }, NAME, 0, NULL },
		{ { GOOD, OTHER_MIDDLE, MIDDLE }, NAME, 0, NULL },
		{ { GOOD }, NAME, 0, "issuer of the certificate is not trusted" },
		{ { GOOD, MIDDLE }, "other.example", 0,
		    "certificate is for time.example and not for other.example" },
		{ { GOOD, MIDDLE }, "xtime.example", 0, "not for xtime" },
		{ { GOOD, MIDDLE }, "192.0.2.1", 0, "not for 192.0.2.1" },
		{ { GOOD, MIDDLE }, NAME, 11, "certificate has expired on "
		    "2027-01-25 08:00:00 UTC" },
		{ { GOOD, MIDDLE }, NAME, -11, "certificate is not yet valid, "
		    "not before 2027-01-05 08:00:00 UTC" },
		{ { GOOD, MIDDLE }, NAME, 10, NULL },
		{ { GOOD, MIDDLE }, NAME, -10, NULL },
		{ { EXPIRED, MIDDLE }, NAME, 0, "certificate has expired on" },
		{ { EXPIRED, MIDDLE }, NAME, UNCHECKED, NULL },
		{ { FUTURE, MIDDLE }, NAME, 0, "certificate is not yet valid" },
		{ { FUTURE, MIDDLE }, NAME, UNCHECKED, NULL },
		{ { FUTURE, MIDDLE }, NAME, 5, NULL },
		{ { SELF }, NAME, 0, "self-signed and not trusted" },
		{ { SELF }, NAME, UNCHECKED, "self-signed and not trusted" },
		{ { BY_OTHER, OTHER_MIDDLE }, NAME, 0,
		    "issuer of the certificate is not trusted (CN=other middle)" },
		{ { BY_OTHER, OTHER_MIDDLE, OTHER_ROOT }, NAME, 0,
		    "issuer of the certificate is not trusted" },
		{ { BY_OLD_ROOT }, NAME, 0,
		    "a certificate above it is out of its dates" },
		{ { BY_OLD_ROOT }, NAME, UNCHECKED, NULL },
		{ { BY_OLD_MIDDLE, OLD_MIDDLE }, NAME, 0,
		    "a certificate above it is out of its dates" },
		{ { BY_OLD_MIDDLE, OLD_MIDDLE }, NAME, -5, NULL },
		{ { BY_OLD_MIDDLE, OLD_MIDDLE }, NAME, UNCHECKED, NULL },
		{ { BY_NOT_CA, NOT_CA }, NAME, 0, "signed by one that is no CA" },
		{ { IP, MIDDLE }, "192.0.2.1", 0, NULL },
		{ { IP, MIDDLE }, "192.0.2.2", 0,
		    "certificate is for 192.0.2.1 and not for 192.0.2.2" },
		{ { WILD, MIDDLE }, "a." NAME, 0, NULL },
		{ { WILD, MIDDLE }, "a.b." NAME, 0, "for *.time.example" },
		{ { WILD, MIDDLE }, NAME, 0, "for *.time.example" },
		{ { MANY, MIDDLE }, NAME, 0,
		    "certificate is for a.example, b.example and not for" },
		{ { CLIENT, MIDDLE }, NAME, 0, "not for TLS servers" },
		{ { ONLY_CN, MIDDLE }, NAME, 0, NULL },
		{ { ONLY_CN, MIDDLE }, "other.example", 0,
		    "for CN=time.example and not" },
		/* All that is wrong is told. */
		{ { SELF }, "other.example", 11, "; certificate has expired on" },
		{ { SELF }, "other.example", 11, "; certificate is for time" },
	};
	struct trust_test *t = *state;
	char reason[320];

	for (size_t i = 0; i < COUNT(cases); i++) {
		verify(t, t->roots, cases[i].chain, cases[i].name, cases[i].day,
		    reason);
		if (cases[i].reason ? !strstr(reason, cases[i].reason) :
		    reason[0] != '\0')
			fail_msg("case %zu: '%s'", i, reason);
	}
}

/* A server's own certificate may be trusted as it is. */
static void test_trusted_leaf(void **state)
{
	static const enum who self[] = { SELF, NONE }, good[] = { GOOD, NONE };
	struct trust_test *t = *state;
	char reason[320];

	assert_string_equal(verify(t, t->leaf, self, NAME, 0, reason), "");
	assert_non_null(strstr(verify(t, t->leaf, self, NAME, 11, reason),
	    "expired"));
	assert_non_null(strstr(verify(t, t->leaf, good, NAME, 0, reason),
	    "not trusted"));
}

static void test_garbage_chain(void **state)
{
	struct trust_test *t = *state;
	unsigned char bytes[] = "no certificate";
	gnutls_datum_t der = { bytes, sizeof(bytes) };
	const char *path = t->roots;
	struct tls_check at = { .name = NAME };
	struct tls_trust *trust;
	char reason[320];

	assert_int_equal(tls_trust_load(false, &path, 1, &trust, reason,
	    sizeof(reason)), 0);
	assert_false(tls_trust_verify(trust, &der, 1, &at, reason,
	    sizeof(reason)));
	assert_string_equal(reason, "certificate can not be read");
	tls_trust_unref(trust);
}

static void test_text_is_one_line(void **state)
{
	char out[12];
	struct tls_text text = tls_text_of(out, sizeof(out));

	(void)state;
	assert_true(text.is_empty);
	tls_text_add(&text, "a\nb%s", "\033\200~ ");
	assert_string_equal(out, "a?b??~ ");
	assert_false(text.is_empty);
	tls_text_add(&text, "cut");
	assert_string_equal(out, "a?b??~ ; cu");
	tls_text_add(&text, "full");
	assert_string_equal(out, "a?b??~ ; cu");
}

static void test_loading(void **state)
{
	struct trust_test *t = *state;
	const char *paths[2] = { t->dir, t->roots };
	struct tls_trust *trust;
	char reason[320];

	/* A directory, and a file beside it. */
	assert_int_equal(tls_trust_load(false, paths, 2, &trust, reason,
	    sizeof(reason)), 0);
	tls_trust_unref(tls_trust_ref(trust));
	tls_trust_unref(trust);
	paths[0] = "/nonexistent/ca.pem";
	assert_int_equal(tls_trust_load(false, paths, 2, &trust, reason,
	    sizeof(reason)), -ENOENT);
	assert_string_equal(reason,
	    "/nonexistent/ca.pem: No such file or directory");
	paths[0] = "/dev/null";
	assert_true(tls_trust_load(false, paths, 2, &trust, reason,
	    sizeof(reason)) < 0);
	assert_memory_equal(reason, "/dev/null: ", 11);
	assert_int_equal(tls_trust_load(false, paths, 0, &trust, reason,
	    sizeof(reason)), -ENOENT);
	assert_string_equal(reason, "no trusted certificates are configured");
	tls_trust_unref(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_trusted_leaf),
		cmocka_unit_test(test_garbage_chain),
		cmocka_unit_test(test_text_is_one_line),
		cmocka_unit_test(test_loading),
	};

	return cmocka_run_group_tests_name("os/tls_trust", tests, set_up,
	    tear_down);
}
