/* SPDX-License-Identifier: Apache-2.0 */
/* Another configuration takes the place of the one in force. */
#include "horad/daemon.h"

#include "base/text.h"
#include "conf/check.h"
#include "conf/load.h"
#include "conf/parse.h"
#include "conf/renew.h"
#include "conf/resolve.h"
#include "horad/setup.h"
#include "os/conffiles.h"
#include "os/now.h"
#include "os/sealed.h"
#include "os/systemd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- reading and checking ------------------------------------------------- */

/* What a reload has read, before it is in force. */
struct renewal {
	struct conf_text text;
	struct config config;
	unsigned kept;			/* kinds of rules by commands */
	int fd;				/* for the roles, sealed; -1 = none */
	uint32_t length;		/* of that */
	struct certs certs;
};

static void renewal_free(struct renewal *n)
{
	certs_free(&n->certs);
	if (n->fd >= 0)
		close(n->fd);
	conf_text_free(&n->text);
	config_free(&n->config);
}

/* The files as they are now; warnings are logged. */
static bool read_files(struct daemon *d, struct conf_text *ret,
    struct conf_error *error)
{
	static const struct conf_files files = { NULL, conffiles_read,
		conffiles_glob, conffiles_list };
	const struct options *o = d->options;
	struct config config;

	if (!conf_load(&files, o->config_file, o->directives,
	    o->directive_count, daemon_warn, d, &config, ret, error))
		return false;
	config_free(&config);
	return true;
}

static void keep_error(void *arg, const struct conf_error *what)
{
	struct conf_error *first = arg;

	if (!what->is_warning && !first->text[0])
		*first = *what;
}

/*
 * The text with the addresses of names and the rules of these kinds, for the
 * roles. 0 or -errno.
 */
static int seal(struct daemon *d, const struct conf_text *text, unsigned kinds,
    int *ret_fd, uint32_t *ret_length)
{
	struct conf_text resolved;
	int rc = conf_resolve(text, hostnames_address, &d->names, &resolved);

	if (rc)
		return rc;
	rc = rules_print(&d->rules, kinds, &resolved);
	if (rc == 0)
		rc = sealed_create("config", resolved.text, resolved.length,
		    ret_fd);
	*ret_length = (uint32_t)resolved.length;
	conf_text_free(&resolved);
	return rc;
}

/* The text that is to be in force, and what it says. */
static bool combine(struct daemon *d, const struct conf_text *fresh,
    struct renewal *n, char *text, struct conf_error *error)
{
	int rc = conf_renew(&d->text, fresh, &n->text, text);

	*error = (struct conf_error){ 0 };
	if (rc == 0 && (!conf_parse_text(n->text.text, n->text.length,
	    &n->config, error) || !conf_check(&n->config, n->text.text,
	    n->text.length, keep_error, error)))
		return false;
	n->kept = rules_kept(&d->config, &n->config);
	if (rc == 0)
		rc = seal(d, &n->text, n->kept, &n->fd, &n->length);
	if (rc)
		text_copy(error->text, sizeof(error->text), strerror(-rc));
	return rc == 0;
}

/* `text`: the directives that need a restart, or why it is refused. */
static bool prepare(struct daemon *d, struct renewal *n,
    char text[IPC_TEXT_SIZE])
{
	char message[CONF_ERROR_SIZE];
	struct conf_error error;
	struct conf_text fresh;
	bool good;

	*n = (struct renewal){ .fd = -1 };
	good = read_files(d, &fresh, &error) &&
	    combine(d, &fresh, n, text, &error);
	conf_text_free(&fresh);
	if (!good) {
		conf_error_message(&error, message, sizeof(message));
		snprintf(text, IPC_TEXT_SIZE, "%.*s", IPC_TEXT_SIZE - 1,
		    message);
		return false;
	}
	return certs_renew(&n->certs, &d->certs, &n->config, wall_now(), text,
	    IPC_TEXT_SIZE) == 0;
}

/* --- putting it in force -------------------------------------------------- */

static void set_roles(struct daemon *d)
{
	horad_set_roles(&d->horad, horad_roles(&d->config, d->options->flags,
	    rules_let_in(&d->rules, RULES_NTP)), loop_now(d->loop));
}

static void take(struct daemon *d, struct renewal *n)
{
	bool is_makestep_new = d->config.makestep_threshold_s !=
	    n->config.makestep_threshold_s ||
	    d->config.makestep_limit != n->config.makestep_limit;
	bool is_log_moved = strcmp(d->config.logdir, n->config.logdir) != 0;
	struct user self = { geteuid(), getegid() };
	struct renewal old = { d->text, d->config, 0, d->config_fd,
		d->config_length, d->certs };
	size_t dropped = rules_keep(&d->rules, n->kept);

	if (dropped > 0)
		logsink_printf(&d->log, SEV_WARNING, "Lines of access rules "
		    "have changed: %zu rule%s by command dropped", dropped,
		    dropped == 1 ? "" : "s");
	/* The line is what counts again, as in hora-clock. */
	if (is_makestep_new)
		d->control.orders.has_makestep = false;
	d->text = n->text;
	d->config = n->config;
	d->config_fd = n->fd;
	d->config_length = n->length;
	d->certs = n->certs;
	renewal_free(&old);
	if (is_log_moved)
		setup_directories(&d->config, &self, false, &d->log);
	logs_renew(&d->logs, &d->config, is_log_moved);
	drift_renew(&d->drift, &d->config);
	leaps_renew(&d->leaps, &d->config);
	leaps_read(&d->leaps, wall_now(), &d->log);
	keys_renew(&d->keys, &d->config, mono_now());
	symmetric_read(&d->symmetric);
	daemon_set_timers(d);
	hostnames_renew(&d->names, &d->config, loop_now(d->loop));
	set_roles(d);
}

static void set_timer(struct daemon *d, struct loop_timer *timer, bool is_used,
    double in_s)
{
	if (!is_used)
		loop_timer_cancel(timer);
	else
		loop_timer_set(d->loop, timer, mono_add(loop_now(d->loop),
		    in_s));
}

void daemon_set_timers(struct daemon *d)
{
	loop_timer_set(d->loop, &d->rotate, keys_due(&d->keys));
	set_timer(d, &d->watch, d->certs.count > 0, CERTS_WATCH_S);
	set_timer(d, &d->leaps_again, d->leaps.is_used, LEAPS_READ_S);
}

/* --- effects of reload.h -------------------------------------------------- */

static void effect_begin(void *arg)
{
	struct daemon *d = arg;

	systemd_notify_reloading(mono_now());
	logsink_write(&d->log, SEV_INFO, d->options->directive_count > 0 ?
	    "Reloading; directives stay as the command line gives them" :
	    "Reloading the configuration");
}

static bool effect_take(void *arg, char text[IPC_TEXT_SIZE])
{
	struct daemon *d = arg;
	char what[IPC_TEXT_SIZE] = "";
	struct renewal n;

	if (!prepare(d, &n, what)) {
		renewal_free(&n);
		snprintf(text, IPC_TEXT_SIZE, "Configuration refused, the old "
		    "one stays in force: %.*s", IPC_TEXT_SIZE - 64, what);
		return false;
	}
	take(d, &n);
	if (*what)
		snprintf(text, IPC_TEXT_SIZE, "a restart is needed for: %.*s",
		    CONF_RENEW_NAMES, what);
	return true;
}

static bool effect_rename(void *arg, char text[IPC_TEXT_SIZE])
{
	struct daemon *d = arg;
	uint32_t length;
	int fd, rc = seal(d, &d->text, RULES_NTP | RULES_COMMAND, &fd, &length);

	if (rc) {
		snprintf(text, IPC_TEXT_SIZE, "Could not take over rules of "
		    "access: %s", strerror(-rc));
		return false;
	}
	close(d->config_fd);
	d->config_fd = fd;
	d->config_length = length;
	set_roles(d);
	return true;
}

static unsigned effect_roles(void *arg)
{
	struct daemon *d = arg;
	unsigned roles = 0;

	for (int r = 0; r < ROLE_COUNT; r++)
		if (horad_counts_on(&d->horad, (enum role)r))
			roles |= 1u << r;
	return roles;
}

/* A role that is not there gets everything when it comes. */
static void effect_hand(void *arg, enum role role, bool is_text_only)
{
	static const struct ipc_none none;
	struct daemon *d = arg;
	const struct handout *items;
	size_t count = horad_handouts(role, &items);

	if (!horad_has(&d->horad, role))
		return;
	for (size_t i = 0; i < count; i++)
		switch (items[i].kind) {
		case HAND_CONFIG:
			daemon_hand_out(d, role, &items[i], false);
			break;
		case HAND_KEYRING:
		case HAND_MAC_KEYS:
		case HAND_CREDENTIALS:
		case HAND_LEAPS:
		case HAND_SOURCES:
			if (!is_text_only)
				daemon_hand_out(d, role, &items[i],
				    false);
			break;
		case HAND_CLOCK_MEMORY:
		case HAND_CLOCK_ORDERS:
		case HAND_ENGINE_MEMORY:
		case HAND_PAGE:
		case HAND_PEER:
			break;
		}
	if (role == ROLE_ENGINE && !is_text_only)
		daemon_send(d, role, IPC_MAC_KEYS_NEW, &none, NULL);
}

static void effect_end(void *arg, const struct ipc_answer *done)
{
	struct daemon *d = arg;

	systemd_notify("READY=1");
	if (done->is_done)
		logsink_printf(&d->log, *done->text ? SEV_WARNING : SEV_INFO,
		    "Configuration reloaded%s%s", *done->text ? "; " : "",
		    done->text);
	else
		logsink_write(&d->log, SEV_ERROR, done->text);
}

static void effect_answer(void *arg, const struct ipc_answer *done)
{
	daemon_send(arg, ROLE_ENGINE, IPC_ANSWER, done, NULL);
}

void daemon_reload_init(struct daemon *d)
{
	struct reload_effects effects = { d, effect_begin, effect_take,
		effect_rename, effect_roles, effect_hand, effect_end,
		effect_answer };

	reload_init(&d->reload, &effects);
}

void daemon_reload(struct daemon *d, uint32_t id)
{
	if (!d->horad.is_stopping)
		reload_ask(&d->reload, id, loop_now(d->loop));
}
