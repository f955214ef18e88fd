/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/mac_keys.h"

#include "base/bytes.h"

#include "unit/nts/fixture.h"

#include <stdlib.h>

static const uint8_t bytes[MAC_KEY_MAX] = "0123456789abcdef0123456789abcdef";

static void add(struct mac_keys *k, uint32_t id, enum mac_type type,
    uint16_t length)
{
	assert_true(mac_keys_add(k, &(struct mac_key){ .id = id,
	    .type = (uint8_t)type, .length = length, .bytes = bytes }));
}

/* What one side packs the other one has. */
static void test_travel(void **state)
{
	struct mac_keys k, other;

	(void)state;
	assert_true(mac_keys_make(&k, 8192));
	add(&k, 500, MAC_SHA1, 20);
	add(&k, 2, MAC_AES256, 32);
	add(&k, UINT32_MAX, MAC_MD5, MAC_KEY_MAX);
	add(&k, 1, MAC_AES128, 16);
	add(&k, 500, MAC_SHA256, 1);
	assert_true(mac_keys_sort(&k, NULL, NULL));
	assert_int_equal(k.count, 4);
	/* What is not used does not travel. */
	assert_int_equal(k.length, 4 * MAC_KEY_HEAD + 1 + 32 + MAC_KEY_MAX + 16);
	assert_true(mac_keys_unpack(&other, k.packed, k.length));
	assert_int_equal(other.count, 4);
	assert_int_equal(other.length, k.length);
	for (size_t i = 0; i < k.count; i++) {
		const struct mac_key *a = &k.index[i];
		const struct mac_key *b = mac_keys_find(&other, a->id);

		assert_non_null(b);
		assert_int_equal(a->type, b->type);
		assert_int_equal(a->length, b->length);
		assert_memory_equal(a->bytes, b->bytes, a->length);
	}
	assert_int_equal(mac_keys_find(&other, 500)->length, 1);
	assert_null(mac_keys_find(&other, 3));
	mac_keys_free(&k);
	mac_keys_free(&other);
	assert_null(mac_keys_find(&other, 1));
}

static void test_no_keys(void **state)
{
	struct mac_keys k;

	(void)state;
	assert_true(mac_keys_unpack(&k, NULL, 0));
	assert_int_equal(k.count, 0);
	assert_null(mac_keys_find(&k, 1));
	mac_keys_free(&k);
	mac_keys_free(&k);
}

/* One packed key of 16 bytes: each way to be wrong. */
static void test_no_packed_keys(void **state)
{
	static const uint8_t good[] = { 0, 0, 0, 1, MAC_AES128, 0, 16, 1, 2, 3,
		4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
	static const struct {
		size_t at;
		uint8_t value;
	} wrong[] = {
		{ 3, 0 },		/* number 0 */
		{ 4, 0 },		/* no type */
		{ 4, 12 },
		{ 4, MAC_AES256 },	/* wants 32 bytes */
		{ 5, 1 },		/* longer than what is there */
		{ 6, 15 },
		{ 6, 17 },
	};
	uint8_t bad[sizeof(good)];
	struct mac_keys k;

	(void)state;
	assert_true(mac_keys_unpack(&k, good, sizeof(good)));
	assert_int_equal(k.count, 1);
	mac_keys_free(&k);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		memcpy(bad, good, sizeof(bad));
		bad[wrong[i].at] = wrong[i].value;
		assert_false(mac_keys_unpack(&k, bad, sizeof(bad)));
		assert_int_equal(k.count, 0);
		assert_null(mac_keys_find(&k, 1));
	}
	for (size_t n = 1; n < sizeof(good); n++)
		assert_false(mac_keys_unpack(&k, good, n));
	/* A hash takes any length but none. */
	memcpy(bad, good, sizeof(bad));
	bad[4] = MAC_MD5;
	assert_true(mac_keys_unpack(&k, bad, sizeof(bad)));
	mac_keys_free(&k);
	bad[6] = 0;
	assert_false(mac_keys_unpack(&k, bad, MAC_KEY_HEAD));
}

static void test_length_of_a_key(void **state)
{
	static uint8_t packed[MAC_KEY_HEAD + MAC_KEY_MAX + 1] = { 0, 0, 0, 1,
		MAC_SHA1, MAC_KEY_MAX >> 8, MAC_KEY_MAX & 255 };
	struct mac_keys k;

	(void)state;
	assert_true(mac_keys_unpack(&k, packed, sizeof(packed) - 1));
	mac_keys_free(&k);
	packed[6]++;
	assert_false(mac_keys_unpack(&k, packed, sizeof(packed)));
}

static void test_room(void **state)
{
	struct mac_keys k;

	(void)state;
	assert_true(mac_keys_make(&k, 2 * (MAC_KEY_HEAD + 20) - 1));
	add(&k, 1, MAC_SHA1, 20);
	assert_false(mac_keys_add(&k, &(struct mac_key){ .id = 2,
	    .type = MAC_SHA1, .length = 20, .bytes = bytes }));
	add(&k, 2, MAC_SHA1, 19);
	assert_true(mac_keys_sort(&k, NULL, NULL));
	assert_int_equal(k.count, 2);
	assert_int_equal(mac_keys_find(&k, 2)->length, 19);
	mac_keys_free(&k);
}

static void test_too_many(void **state)
{
	size_t n = (MAC_KEYS_MAX + 1) * (MAC_KEY_HEAD + 1);
	uint8_t *packed = malloc(n);
	struct writer w = writer_of(packed, n);
	struct mac_keys k;

	(void)state;
	assert_non_null(packed);
	for (uint32_t i = 1; i <= MAC_KEYS_MAX + 1; i++) {
		put_be(&w, i, 4);
		put_be(&w, MAC_MD5, 1);
		put_be(&w, 1, 2);
		put_be(&w, 'k', 1);
	}
	assert_false(w.bad);
	assert_false(mac_keys_unpack(&k, packed, n));
	assert_true(mac_keys_unpack(&k, packed, n - MAC_KEY_HEAD - 1));
	assert_int_equal(k.count, MAC_KEYS_MAX);
	mac_keys_free(&k);
	free(packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_travel),
		cmocka_unit_test(test_no_keys),
		cmocka_unit_test(test_no_packed_keys),
		cmocka_unit_test(test_length_of_a_key),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests_name("nts/mac_keys", tests, NULL, NULL);
}
