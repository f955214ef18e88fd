/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/packet_mac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t key_bytes[] =
    "0123456789abcdef0123456789abcdef";

/* Every type, with its digest in version 3 and in version 4, bytes. */
static const struct {
	enum mac_type type;
	uint16_t key;
	size_t v3, v4;
} types[] = {
	{ MAC_MD5, 20, 16, 16 },
	{ MAC_SHA1, 20, 20, 20 },
	{ MAC_SHA256, 20, 32, 20 },
	{ MAC_SHA384, 20, 48, 20 },
	{ MAC_SHA512, 20, 64, 20 },
	{ MAC_SHA3_224, 20, 28, 20 },
	{ MAC_SHA3_256, 20, 32, 20 },
	{ MAC_SHA3_384, 20, 48, 20 },
	{ MAC_SHA3_512, 20, 64, 20 },
	{ MAC_AES128, 16, 16, 16 },
	{ MAC_AES256, 32, 16, 16 },
};
#define TYPES (sizeof(types) / sizeof(*types))

static struct mac_key key_of(size_t i)
{
	return (struct mac_key){ .id = 0x01020304, .bytes = key_bytes,
		.type = (uint8_t)types[i].type, .length = types[i].key };
}

/* A packet of a version, with an extension field of 16 bytes if asked. */
static size_t packet_of(uint8_t version, bool has_field, uint8_t *packet)
{
	struct ntp_header h = { .version = version, .mode = NTP_MODE_CLIENT,
		.transmit = 77 };
	struct writer w = writer_of(packet + NTP_HEADER_SIZE, 28);

	ntp_header_write(&h, packet);
	if (has_field)
		ef_put(&w, 0x2323, "x", 1, NTP_EF_MIN);
	return NTP_HEADER_SIZE + writer_length(&w);
}

static enum drop check(const struct mac_key *key, const uint8_t *packet,
    size_t length)
{
	struct ntp_tail tail;
	enum drop d = ntp_tail_read(packet, length, &tail);

	return d == DROP_OK ? packet_mac_check(key, packet, length, &tail) : d;
}

static void test_each_type_both_ways(void **state)
{
	uint8_t packet[NTP_PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < TYPES; i++)
		for (uint8_t version = 1; version <= 4; version++) {
			struct mac_key key = key_of(i);
			size_t n = packet_of(version, false, packet);
			size_t want = version == 4 ? types[i].v4 : types[i].v3;
			size_t length = packet_mac_put(&key, packet, n,
			    sizeof(packet));

			assert_int_equal(length, n + 4 + want);
			assert_memory_equal(packet + n, "\1\2\3\4", 4);
			assert_int_equal(check(&key, packet, length), DROP_OK);
		}
}

/* RFC 5905: the digest is over header and extension fields. */
static void test_fields_are_covered(void **state)
{
	uint8_t packet[NTP_PACKET_MAX], digest[MAC_DIGEST_MAX];

	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct mac_key key = key_of(i);
		size_t n = packet_of(4, true, packet);
		size_t length = packet_mac_put(&key, packet, n, sizeof(packet));

		assert_int_equal(n, 64);
		assert_int_equal(length, n + 4 + types[i].v4);
		assert_int_equal(check(&key, packet, length), DROP_OK);
		mac_digest(&key, packet, n, digest);
		assert_memory_equal(digest, packet + n + 4, types[i].v4);
		packet[60] ^= 1;
		assert_int_equal(check(&key, packet, length), DROP_AUTH_BAD);
	}
}

static void test_every_bit_counts(void **state)
{
	struct mac_key key = key_of(1);
	uint8_t packet[NTP_PACKET_MAX];

	(void)state;
	for (uint8_t version = 3; version <= 4; version++) {
		size_t length = packet_mac_put(&key, packet,
		    packet_of(version, false, packet), sizeof(packet));

		/* The version itself decides how the tail is read. */
		for (size_t bit = 8; bit < 8 * length; bit++) {
			size_t at = bit / 8;

			packet[at] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(check(&key, packet, length),
			    at >= NTP_HEADER_SIZE && at < NTP_HEADER_SIZE + 4 ?
			    DROP_KEY_UNKNOWN : DROP_AUTH_BAD);
			packet[at] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void test_other_keys(void **state)
{
	struct mac_key key = key_of(2), other = key_of(2);
	uint8_t packet[NTP_PACKET_MAX], bytes[20];
	size_t length = packet_mac_put(&key, packet, packet_of(4, false, packet),
	    sizeof(packet));

	(void)state;
	memcpy(bytes, key_bytes, sizeof(bytes));
	bytes[19] ^= 0x80;
	other.bytes = bytes;
	assert_int_equal(check(&other, packet, length), DROP_AUTH_BAD);
	other = key;
	other.length--;
	assert_int_equal(check(&other, packet, length), DROP_AUTH_BAD);
	other = key;
	other.type = MAC_SHA3_256;	/* as long a digest */
	assert_int_equal(check(&other, packet, length), DROP_AUTH_BAD);
	other = key;
	other.id++;
	assert_int_equal(check(&other, packet, length), DROP_KEY_UNKNOWN);
	other = key;
	other.type = MAC_TIGER;		/* the library refuses it */
	assert_int_equal(check(&other, packet, length), DROP_AUTH_BAD);
	assert_int_equal(packet_mac_put(&other, packet, 48, sizeof(packet)), 0);
}

/* A digest of another length is wrong even where it begins right. */
static void test_length_of_the_digest(void **state)
{
	struct mac_key key = key_of(2);		/* SHA256 */
	uint8_t packet[NTP_PACKET_MAX] = { 0 };
	size_t n = packet_of(3, false, packet);
	size_t length = packet_mac_put(&key, packet, n, sizeof(packet));

	(void)state;
	assert_int_equal(length, n + 36);
	assert_int_equal(check(&key, packet, length - 4), DROP_AUTH_BAD);
	assert_int_equal(check(&key, packet, n + 24), DROP_AUTH_BAD);
	assert_int_equal(check(&key, packet, length + 4), DROP_AUTH_BAD);
	n = packet_of(4, false, packet);
	length = packet_mac_put(&key, packet, n, sizeof(packet));
	assert_int_equal(length, n + 24);
	assert_int_equal(check(&key, packet, n + 20), DROP_AUTH_BAD);
}

static void test_no_mac(void **state)
{
	struct mac_key key = key_of(0);
	uint8_t packet[NTP_PACKET_MAX] = { 0 };

	(void)state;
	packet_of(4, false, packet);
	assert_int_equal(check(&key, packet, 48), DROP_AUTH_MISSING);
	memset(packet + 48, 0, 4);
	assert_int_equal(check(&key, packet, 52), DROP_AUTH_BAD);
	packet_of(3, false, packet);
	assert_int_equal(check(&key, packet, 48), DROP_AUTH_MISSING);
	assert_int_equal(check(&key, packet, 52), DROP_AUTH_BAD);
}

static void test_room(void **state)
{
	uint8_t packet[NTP_PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct mac_key key = key_of(i);
		size_t n = packet_of(3, false, packet);
		size_t whole = n + 4 + types[i].v3;

		assert_int_equal(packet_mac_put(&key, packet, n, whole), whole);
		assert_int_equal(packet_mac_put(&key, packet, n, whole - 1), 0);
		assert_int_equal(packet_mac_put(&key, packet, n, n), 0);
		assert_int_equal(packet_mac_put(&key, packet, n, n - 1), 0);
		assert_int_equal(packet_mac_put(&key, packet, 47,
		    sizeof(packet)), 0);
	}
}

static void test_version(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct mac_key key = key_of(i);

		assert_int_equal(packet_mac_version(&key),
		    types[i].v3 > types[i].v4 ? 3 : 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_type_both_ways),
		cmocka_unit_test(test_fields_are_covered),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_other_keys),
		cmocka_unit_test(test_length_of_the_digest),
		cmocka_unit_test(test_no_mac),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_version),
	};

	return cmocka_run_group_tests_name("ntp/packet_mac", tests, NULL, NULL);
}
