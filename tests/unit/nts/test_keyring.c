/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/keyring.h"

#include "unit/nts/fixture.h"

/* Written by a running chrony (reference: files-and-logs.md 5.1). */
#define NKS1_KEY_1 "88FD6ED5 A26F4349B0BCE79EE7C88B814414824CFAAA177356593C7A134287B6F106B0FB 15\n"
#define NKS1_KEY_2 "B928DC32 2B3AF963CBE026CDC2D5A6C97D358AD8354179156A3603061DBE1045E79A5400 15\n"
#define NKS1_KEY_3 "178BE27B 33A903184745F7B9DAABB6C4F9B9FAD76AF385597954C62194F6E870B48367D3 15\n"
#define NKS1_KEY_4 "42B80AA8 0EC7A42BD39D3F1C40E705B6B9976E54BE303FF075C4DAF0164AA2E911778D4E 15\n"
#define NKS1_KEYS NKS1_KEY_1 NKS1_KEY_2 NKS1_KEY_3 NKS1_KEY_4

static const char nks1[] = "NKS1\n86.7\n" NKS1_KEYS;

static const char nks0[] = "NKS0\n15 8.8\n"
	"E521D6AD 070C5E37DE51EB11AA5AA83F93449977FEA1A7C62C6F560E124641A22DF930D9\n"
	"94F0A75A 41B053D9B9D9AC89B1F957079A5C37D847525353BE52E269845B35313688E3FD\n"
	"4D7FD263 307A16E517A2E6396C7A28DD0253DFDC98CD8FE3A5EFB3F65765EEAEE2E9CF3C\n"
	"B71740B0 D3F30C821E175A571FC1DBF059CDF5553A60B0D5DA9592CF8F1EB68C4FE47F33\n";

static void test_nks1(void **state)
{
	struct nts_keyring ring;
	const char *reason = "";
	char text[KEYRING_TEXT_MAX];
	double age_s;
	uint8_t key[32];

	(void)state;
	assert_true(keyring_parse(nks1, &ring, &age_s, &reason));
	assert_true(age_s == 86.7);
	assert_int_equal(ring.keys[0].id, 0x88FD6ED5);
	assert_int_equal(ring.keys[KEYRING_CURRENT].id, 0x178BE27B);
	assert_int_equal(ring.keys[KEYRING_NEXT].id, 0x42B80AA8);
	assert_int_equal(ring.keys[KEYRING_CURRENT].aead, 15);
	assert_int_equal(ring.keys[KEYRING_CURRENT].length, 32);
	unhex("33A903184745F7B9DAABB6C4F9B9FAD76AF385597954C62194F6E870B48367D3",
	    key, 32);
	assert_memory_equal(ring.keys[KEYRING_CURRENT].key, key, 32);
	/* One key of another AEAD, and only this form can say it. */
	ring.keys[0].aead = 30;
	keyring_print(&ring, age_s, text);
	assert_memory_equal(text, "NKS1\n86.7\n88FD6ED5 A26F", 23);
	assert_string_equal(strstr(text, "FB 30\n") + 6,
	    NKS1_KEY_2 NKS1_KEY_3 NKS1_KEY_4);
}

static void test_nks0(void **state)
{
	struct nts_keyring ring;
	const char *reason = "";
	char text[KEYRING_TEXT_MAX];
	double age_s;

	(void)state;
	assert_true(keyring_parse(nks0, &ring, &age_s, &reason));
	assert_int_equal(keyring_print(&ring, age_s, text), strlen(nks0));
	assert_string_equal(text, nks0);
	assert_true(age_s == 8.8);
	for (int i = 0; i < NTS_RING_KEYS; i++) {
		assert_int_equal(ring.keys[i].aead, 15);
		assert_int_equal(ring.keys[i].length, 32);
	}
	assert_int_equal(ring.keys[KEYRING_NEXT].id, 0xB71740B0);
}

static void test_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "", "first line" },
		{ "NKS2\n86.7\n" NKS1_KEYS, "first line" },
		{ "NKS\n86.7\n" NKS1_KEYS, "first line" },
		{ "NKS1 x\n86.7\n" NKS1_KEYS, "first line" },
		{ "NKS1\n", "second line" },
		{ "NKS1\n15 86.7\n" NKS1_KEYS, "second line" },
		{ "NKS1\n\n" NKS1_KEYS, "second line" },
		{ "NKS1\nnan\n" NKS1_KEYS, "age" },
		{ "NKS1\n-0.1\n" NKS1_KEYS, "age" },
		{ "NKS1\n86.7s\n" NKS1_KEYS, "age" },
		{ "NKS0\n86.7\n" NKS1_KEYS, "second line" },
		{ "NKS0\n15 86.7\n" NKS1_KEYS, "four lines" },
		{ "NKS0\n0 8.8\n", "AEAD is not a number" },
		{ "NKS0\n99 8.8\n", "not supported" },
		{ "NKS1\n1\n" NKS1_KEY_1 NKS1_KEY_2 NKS1_KEY_3, "four lines" },
		{ "NKS1\n1\n" NKS1_KEYS NKS1_KEY_1, "more than four" },
		{ "NKS1\n1\n" NKS1_KEYS "\n", "more than four" },
		{ "NKS1\n1\n" NKS1_KEY_2 NKS1_KEY_1 NKS1_KEY_3 NKS1_KEY_4, "order" },
		{ "NKS1\n1\n" NKS1_KEY_1 NKS1_KEY_1 NKS1_KEY_3 NKS1_KEY_4, "order" },
		{ "NKS1\n1\n" NKS1_KEY_1 NKS1_KEY_2 NKS1_KEY_4 NKS1_KEY_3, "order" },
		{ "NKS1\n1\n88FD6E A26F 15\n", "key number" },
		{ "NKS1\n1\n88FD6ED5A1 A26F 15\n", "key number" },
		{ "NKS1\n1\n88FD6EDX A26F 15\n", "key number" },
		{ "NKS1\n1\n88FD6ED5 A26F 15\n", "key is not" },
		{ "NKS1\n1\n88FD6ED5 A26F4349B0BCE79EE7C88B814414824CFAAA177356593C7A134287B6F106B0FBAA 15\n", "key is not" },
		{ "NKS1\n1\n88FD6ED5 A26F4349B0BCE79EE7C88B814414824CFAAA177356593C7A134287B6F106B0XX 15\n", "key is not" },
		{ "NKS1\n1\n88FD6ED5 A26F4349B0BCE79EE7C88B814414824CFAAA177356593C7A134287B6F106B0FB 16\n", "not supported" },
		{ "NKS1\n1\n88FD6ED5 A26F4349B0BCE79EE7C88B814414824CFAAA177356593C7A134287B6F106B0FB\n", "four lines" },
		{ "NKS1\n1\n88FD6ED5 A26F4349B0BCE79EE7C88B814414824CFAAA177356593C7A134287B6F106B0FB 15 x y\n", "four lines" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nts_keyring ring = { .keys = { { .id = 7 } } };
		const char *reason = "";
		double age_s = 5;

		if (keyring_parse(cases[i][0], &ring, &age_s, &reason))
			fail_msg("taken: %s", cases[i][0]);
		if (!strstr(reason, cases[i][1]))
			fail_msg("%s: %s", cases[i][0], reason);
		assert_int_equal(ring.keys[0].id, 7);
		assert_true(age_s == 5);
	}
}

/* Every text that ends early is refused, but for the last newline. */
static void test_cut(void **state)
{
	char text[sizeof(nks1)];
	size_t n = strlen(nks1);

	(void)state;
	for (size_t i = 0; i <= n; i++) {
		struct nts_keyring ring;
		const char *reason;
		double age_s;

		memcpy(text, nks1, i);
		text[i] = '\0';
		/* "1" is an AEAD number, too, but none that is supported. */
		assert_int_equal(keyring_parse(text, &ring, &age_s, &reason),
		    i >= n - 1);
	}
}

static void test_make(void **state)
{
	struct nts_keyring ring = fixture_keyring(15, 1), back;
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	char text[KEYRING_TEXT_MAX];
	const char *reason;
	double age_s;

	(void)state;
	for (unsigned i = 0; i < NTS_RING_KEYS; i++) {
		assert_int_equal(ring.keys[i].id % 4, i);
		assert_int_equal(keyring_find(&ring, ring.keys[i].id), i);
		assert_int_equal(keyring_find(&ring, ring.keys[i].id ^ 4), -1);
		for (unsigned k = 0; k < i; k++)
			assert_memory_not_equal(ring.keys[i].key,
			    ring.keys[k].key, 32);
	}
	keyring_print(&ring, 0, text);
	assert_true(keyring_parse(text, &back, &age_s, &reason));
	assert_memory_equal(&back, &ring, sizeof(ring));
	assert_true(age_s == 0);
	memset(random, 0xff, sizeof(random));	/* the numbers at their end */
	assert_true(keyring_make(&ring, 15, random));
	assert_int_equal(ring.keys[0].id, 0xfffffffc);
	assert_int_equal(ring.keys[3].id, 0xffffffff);
	keyring_print(&ring, 1, text);
	assert_true(keyring_parse(text, &back, &age_s, &reason));
	assert_false(keyring_make(&ring, 16, random));
	assert_true(keyring_make(&ring, 30, random));
	assert_int_equal(ring.keys[0].length, 16);
}

static void test_rotate(void **state)
{
	struct nts_keyring ring = fixture_keyring(15, 1);

	(void)state;
	for (uint32_t i = 0; i < 9; i++) {
		struct nts_keyring before = ring;
		uint8_t random[KEYRING_KEY_RANDOM];

		scatter(random, sizeof(random), 30 + i);
		assert_true(keyring_rotate(&ring, 15, random));
		for (int k = 0; k < 3; k++)
			assert_memory_equal(&ring.keys[k], &before.keys[k + 1],
			    sizeof(struct nts_key));
		assert_int_equal(ring.keys[KEYRING_NEXT].id % 4,
		    (ring.keys[KEYRING_CURRENT].id + 1) % 4);
		assert_memory_equal(ring.keys[KEYRING_NEXT].key, random + 4, 32);
		assert_int_equal(keyring_find(&ring, before.keys[0].id), -1);
		assert_false(keyring_rotate(&ring, 0, random));
	}
}

static void test_print_ages(void **state)
{
	static const struct {
		double age_s;
		const char *line;
	} cases[] = {
		{ 0, "NKS0\n15 0.0\n" }, { -1, "NKS0\n15 0.0\n" },
		{ 604800.04, "NKS0\n15 604800.0\n" },
		{ 0.06, "NKS0\n15 0.1\n" },
		{ 1e300, "NKS0\n15 10000000000.0\n" },
	};
	struct nts_keyring ring = fixture_keyring(15, 1);
	char text[KEYRING_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		keyring_print(&ring, cases[i].age_s, text);
		assert_memory_equal(text, cases[i].line, strlen(cases[i].line));
	}
}

static void test_default_aead(void **state)
{
	(void)state;
	assert_int_equal(keyring_aead(),
	    aead_supported(AEAD_AES_128_GCM_SIV) ? 30 : 15);
}

static void test_wipe(void **state)
{
	static const struct nts_keyring zero;
	struct nts_keyring ring = fixture_keyring(15, 1);

	(void)state;
	keyring_wipe(&ring);
	assert_memory_equal(&ring, &zero, sizeof(ring));
	assert_int_equal(keyring_find(&ring, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nks1),
		cmocka_unit_test(test_nks0),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_rotate),
		cmocka_unit_test(test_print_ages),
		cmocka_unit_test(test_default_aead),
		cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests_name("nts/keyring", tests, NULL, NULL);
}
