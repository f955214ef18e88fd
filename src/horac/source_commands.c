/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/select_option.h"
#include "base/text.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/words.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define REFID_LENGTH 4		/* characters of a reference ID, at most */

/* One line on stderr; always false. */
static bool refuse(const char *why)
{
	fprintf(stderr, "%s\n", why);
	return false;
}

bool do_online_offline(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	return read_sources(s, next_word(&args), &rq.sources) &&
	    ask(s, &rq, ASK_STATUS, &reply);
}

/* GOOD/TOTAL; what follows them is left out. */
static bool read_burst(const char *word, struct request *rq)
{
	const char *slash, *end;

	rq->burst.good = leading_int(word, &slash);
	if (slash == word || *slash != '/')
		return false;
	rq->burst.total = leading_int(slash + 1, &end);
	return end != slash + 1;
}

bool do_burst(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	if (!read_burst(next_word(&args), &rq))
		return refuse("Invalid syntax for burst command");
	return read_sources(s, next_word(&args), &rq.burst.sources) &&
	    ask(s, &rq, ASK_STATUS, &reply);
}

bool do_delete(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	if (!*args)
		return refuse("Invalid syntax for address");
	if (!read_address(s, next_word(&args), &rq.address))
		return refuse("Could not get address for hostname");
	return ask(s, &rq, ASK_STATUS, &reply);
}

/* --- one value of one source ---------------------------------------------- */

bool set_source_int(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	const char *source = next_word(&args);
	struct reply reply;

	if (!next_int(&args, &rq.value.value))
		return refuse("Invalid syntax for address value");
	if (!read_address(s, source, &rq.value.address))
		return refuse("Could not get address for hostname");
	return ask(s, &rq, ASK_STATUS, &reply);
}

bool set_source_real(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	const char *source = next_word(&args);
	struct reply reply;

	if (!next_double(&args, &rq.real.value))
		return refuse("Invalid syntax for address value");
	if (!read_address(s, source, &rq.real.address))
		return refuse("Could not get address for hostname");
	return ask(s, &rq, ASK_STATUS, &reply);
}

/* --- reference clocks, too ------------------------------------------------ */

/* The characters of a reference ID, the first one in the highest byte. */
static bool read_refid(const char *word, uint32_t *ret)
{
	size_t n = strlen(word);

	if (n < 1 || n > REFID_LENGTH)
		return false;
	*ret = 0;
	for (size_t i = 0; i < REFID_LENGTH; i++)
		*ret = *ret << 8 | (i < n ? (uint8_t)word[i] : 0);
	return true;
}

/* SRC: a source by its number or address, or a reference clock by its ID. */
static bool read_source(const struct session *s, const char *word,
    struct control_addr *address, uint32_t *refid)
{
	*address = (struct control_addr){ 0 };
	address->is_id = read_id(word, &address->id);
	return address->is_id || read_ip(s, word, &address->ip) ||
	    read_refid(word, refid);
}

/* +OPTION or -OPTION; the last word about an option counts. */
static bool read_selectopt(const char *word, struct selectopts_request *rq)
{
	static const struct {
		const char *name;
		uint32_t mask, option;
	} options[] = {
		{ "noselect", SELECT_NOSELECT, ADD_NOSELECT },
		{ "prefer", SELECT_PREFER, ADD_PREFER },
		{ "trust", SELECT_TRUST, ADD_TRUST },
		{ "require", SELECT_REQUIRE, ADD_REQUIRE },
	};

	if (*word != '+' && *word != '-')
		return false;
	for (size_t i = 0; i < COUNT(options); i++) {
		if (!text_equal_nocase(word + 1, options[i].name))
			continue;
		rq->mask |= options[i].mask;
		rq->options &= ~options[i].option;
		if (*word == '+')
			rq->options |= options[i].option;
		return true;
	}
	return false;
}

bool set_selectopts(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct selectopts_request *r = &rq.selectopts;
	bool ok = read_source(s, next_word(&args), &r->address, &r->refid);
	struct reply reply;

	while (ok && *args)
		ok = read_selectopt(next_word(&args), r);
	if (!ok)
		return refuse("Invalid syntax for selectopts command");
	return ask(s, &rq, ASK_STATUS, &reply);
}

bool set_offset(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct offset_request *r = &rq.offset;
	struct reply reply;

	if (!read_source(s, next_word(&args), &r->address, &r->refid) ||
	    !next_double(&args, &r->offset_s))
		return refuse("Invalid syntax for offset command");
	return ask(s, &rq, ASK_STATUS, &reply);
}
