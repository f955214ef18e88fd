/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/symmetric.h"

#include "base/text.h"
#include "horad/secret.h"
#include "nts/keyfile.h"
#include "os/statefile.h"
#include "sandbox/caps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void on_warning(void *arg, const char *text)
{
	struct symmetric *s = arg;

	logsink_write(s->log, SEV_WARNING, text);
}

/* By our user's own rights; where they are not enough, by that to read
 * everything, for the time of reading. */
static int read_file(struct symmetric *s, char **ret_text, size_t *ret_n)
{
	int rc = statefile_read(s->path, KEYFILE_MAX, ret_text, ret_n);

	s->needs_right = rc == -EACCES;
	if (!s->needs_right)
		return rc;
	caps_use(CAPS_READ_ANY, true);
	rc = statefile_read(s->path, KEYFILE_MAX, ret_text, ret_n);
	caps_use(CAPS_READ_ANY, false);
	return rc;
}

static int parse(struct symmetric *s, const char *text, size_t n)
{
	struct keyfile file = { s->path, mac_supported, on_warning, s };
	struct mac_keys fresh;

	if (!keyfile_parse(&file, text, n, &fresh))
		return -ENOMEM;
	mac_keys_free(&s->keys);
	s->keys = fresh;
	return 0;
}

bool symmetric_read(struct symmetric *s)
{
	char *text;
	size_t n;
	int rc;

	if (!*s->path) {
		mac_keys_free(&s->keys);
		return s->is_used;
	}
	s->is_used = true;
	rc = read_file(s, &text, &n);
	if (rc == 0) {
		rc = parse(s, text, n);
		wipe(text, n);
		free(text);
	}
	if (rc) {
		logsink_printf(s->log, SEV_WARNING, "Could not open keyfile %s:"
		    " %s%s", s->path, strerror(-rc), s->keys.count > 0 ?
		    " (the old keys stay in use)" : "");
		return false;
	}
	secret_warn_of_mode(s->log, s->path);
	logsink_printf(s->log, SEV_INFO, "Loaded %zu symmetric keys",
	    s->keys.count);
	return true;
}

void symmetric_open(struct symmetric *s, const struct config *config,
    struct logsink *log)
{
	*s = (struct symmetric){ .log = log, .path = config->keyfile };
	symmetric_read(s);
}

void symmetric_message(const struct symmetric *s, uint32_t id,
    struct ipc_mac_key *ret)
{
	const struct mac_key *key = mac_keys_find(&s->keys, id);

	memset(ret, 0, sizeof(*ret));
	ret->id = id;
	if (!key)
		return;
	ret->type = key->type;
	ret->length = key->length;
	memcpy(ret->key, key->bytes, key->length);
}

void symmetric_wipe(struct symmetric *s)
{
	mac_keys_free(&s->keys);
}
