/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/nts.h"

#include "conf/values.h"

#include <limits.h>
#include <string.h>

/* IANA AEAD registry numbers that nts/aead.h knows. */
static const uint16_t known_aeads[] = {
	15,	/* AES-SIV-CMAC-256 */
	30,	/* AES-128-GCM-SIV */
};

static bool is_known(int aead)
{
	for (size_t i = 0; i < sizeof(known_aeads) / sizeof(*known_aeads); i++)
		if (known_aeads[i] == aead)
			return true;
	return false;
}

static bool has_aead(const struct config *c, int aead)
{
	for (size_t i = 0; i < c->aead_count; i++)
		if (c->aeads[i] == aead)
			return true;
	return false;
}

bool conf_ntsaeads(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;
	int aead;

	c->aead_count = 0;
	while (!conf_line_done(line)) {
		if (!conf_take_int(line, word, &aead))
			return false;
		if (is_known(aead) && !has_aead(c, aead) &&
		    c->aead_count < CONFIG_AEADS)
			c->aeads[c->aead_count++] = (uint16_t)aead;
	}
	return true;
}

bool conf_ntstrustedcerts(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	/* SETID, when there are two words. */
	const struct conf_word set = {
		.name = word->name, .args = word->args,
		.min = 0, .max = UINT32_MAX,
	};
	struct config *c = config;
	struct trusted_certs_config *new;

	if (c->trusted_count >= CONFIG_TRUSTED)
		return conf_fail(line, "ntstrustedcerts: more than %d of them",
		    CONFIG_TRUSTED);
	new = conf_grow(line, (void **)&c->trusted, c->trusted_count,
	    sizeof(*new));
	if (!new)
		return false;
	if (line->count - line->next > 1 && !conf_u32(line, &set, &new->set))
		return false;
	if (!conf_take_path(line, word, new->path))
		return false;
	c->trusted_count++;
	return true;
}

static bool take_pair_path(struct conf_line *line, const struct conf_word *word,
    char (**paths)[CONFIG_PATH_SIZE], size_t *count)
{
	char (*new)[CONFIG_PATH_SIZE];

	if (*count >= CONFIG_PAIRS)
		return conf_fail(line, "%s: more than %d of them", word->name,
		    CONFIG_PAIRS);
	new = conf_grow(line, (void **)paths, *count, sizeof(*new));
	if (!new || !conf_take_path(line, word, *new))
		return false;
	++*count;
	return true;
}

bool conf_ntsservercert(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return take_pair_path(line, word, &c->ntsservercerts, &c->pair_count);
}

bool conf_ntsserverkey(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return take_pair_path(line, word, &c->ntsserverkeys,
	    &c->ntsserverkey_count);
}

bool conf_ntsport(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	const char *port = conf_line_done(line) ? "" : line->words[line->next];

	if (strcmp(port, "0") == 0)
		return conf_refuse(line, word, port, "is no port; without "
		    "ntsservercert there is no NTS server");
	return conf_u16(line, word, config);
}
