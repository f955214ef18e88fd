/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/askers.h"

#include <stdlib.h>

static bool make_table(struct engine *e)
{
	struct client_table *t = &e->askers;
	uint32_t size = config_client_records(e->config);
	uint64_t random;

	if (t->size > 0 || size == 0)
		return true;
	t->head = calloc(1, sizeof(*t->head));
	t->records = calloc(size, sizeof(*t->records));
	if (!t->head || !t->records) {
		askers_free(e);
		return false;
	}
	t->size = size;
	e->fx.random(e->fx.arg, &random, sizeof(random));
	client_table_init(t, random);
	return true;
}

bool askers_let(struct engine *e, const struct engine_now *now,
    const struct ip_addr *address)
{
	struct ratelimit_config limit = e->config->cmdratelimit;
	uint32_t random = 0;

	if (ip_is_localhost(address))
		limit.enabled = false;
	if (!make_table(e))
		return !limit.enabled;
	if (limit.enabled)
		e->fx.random(e->fx.arg, &random, sizeof(random));
	return client_judge(&e->askers, address, &limit, now->mono, random) ==
	    RATE_PASS;
}

void askers_free(struct engine *e)
{
	free(e->askers.head);
	free(e->askers.records);
	e->askers = (struct client_table){ 0 };
}
