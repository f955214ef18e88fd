/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/mac_keys.h"

#include "base/bytes.h"
#include "base/text.h"

#include <stdlib.h>

bool mac_keys_make(struct mac_keys *k, size_t room)
{
	*k = (struct mac_keys){ .room = room };
	k->packed = malloc(room + 1);
	return k->packed != NULL;
}

bool mac_keys_add(struct mac_keys *k, const struct mac_key *key)
{
	struct writer w = writer_of(k->packed + k->length, k->room - k->length);

	if (k->count >= MAC_KEYS_MAX)
		return false;
	put_be(&w, key->id, 4);
	put_be(&w, key->type, 1);
	put_be(&w, key->length, 2);
	put_bytes(&w, key->bytes, key->length);
	if (w.bad)
		return false;
	k->length += writer_length(&w);
	k->count++;
	return true;
}

/* By number; equal ones in the order of the file. */
static int compare(const void *a, const void *b)
{
	const struct mac_key *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

/* Next packed key; false at the end and for bytes that are none. */
static bool take_key(struct reader *r, struct mac_key *ret)
{
	ret->id = (uint32_t)take_be(r, 4);
	ret->type = (uint8_t)take_be(r, 1);
	ret->length = (uint16_t)take_be(r, 2);
	ret->bytes = take_bytes(r, ret->length);
	return !r->bad && ret->id != 0 && ret->length > 0 &&
	    ret->length <= MAC_KEY_MAX && mac_digest_length(ret->type) > 0 &&
	    (mac_key_length(ret->type) == 0 ||
	    mac_key_length(ret->type) == ret->length);
}

static void drop_duplicates(struct mac_keys *k,
    void (*duplicate)(void *arg, uint32_t id), void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->count; i++) {
		if (kept > 0 && k->index[kept - 1].id == k->index[i].id) {
			if (duplicate)
				duplicate(arg, k->index[i].id);
			kept--;
		}
		k->index[kept++] = k->index[i];
	}
	k->count = kept;
}

/* The packed keys again, without those that are not used. */
static bool pack_again(struct mac_keys *k)
{
	struct mac_keys fresh;

	if (!mac_keys_make(&fresh, k->length))
		return false;
	for (size_t i = 0; i < k->count; i++) {
		size_t at = fresh.length + MAC_KEY_HEAD;

		mac_keys_add(&fresh, &k->index[i]);
		k->index[i].bytes = fresh.packed + at;
	}
	wipe(k->packed, k->length);
	free(k->packed);
	k->packed = fresh.packed;
	k->length = fresh.length;
	k->room = fresh.room;
	return true;
}

bool mac_keys_sort(struct mac_keys *k, void (*duplicate)(void *arg, uint32_t id),
    void *arg)
{
	struct reader r = reader_of(k->packed, k->length);
	size_t added = k->count;
	bool ok;

	free(k->index);
	k->index = calloc(added + 1, sizeof(*k->index));
	ok = k->index != NULL;
	for (size_t i = 0; ok && i < added; i++)
		ok = take_key(&r, &k->index[i]);
	if (ok) {
		if (added > 0)
			qsort(k->index, added, sizeof(*k->index), compare);
		drop_duplicates(k, duplicate, arg);
		ok = k->count == added || pack_again(k);
	}
	if (!ok)
		mac_keys_free(k);
	return ok;
}

bool mac_keys_unpack(struct mac_keys *k, const uint8_t *packed, size_t n)
{
	struct reader r = reader_of(packed, n);
	struct mac_key key;

	*k = (struct mac_keys){ 0 };
	if (n > MAC_KEYS_PACKED_MAX || !mac_keys_make(k, n))
		return false;
	while (reader_left(&r) > 0)
		if (!take_key(&r, &key) || !mac_keys_add(k, &key)) {
			mac_keys_free(k);
			return false;
		}
	return mac_keys_sort(k, NULL, NULL);
}

static int compare_id(const void *id, const void *key)
{
	uint32_t wanted = *(const uint32_t *)id;
	uint32_t have = ((const struct mac_key *)key)->id;

	return wanted < have ? -1 : wanted > have;
}

const struct mac_key *mac_keys_find(const struct mac_keys *k, uint32_t id)
{
	return k->count > 0 ? bsearch(&id, k->index, k->count,
	    sizeof(*k->index), compare_id) : NULL;
}

void mac_keys_free(struct mac_keys *k)
{
	if (k->packed)
		wipe(k->packed, k->length);
	free(k->packed);
	free(k->index);
	*k = (struct mac_keys){ 0 };
}
