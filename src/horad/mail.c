/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/mail.h"

#include "sandbox/caps.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAIL_LIMIT_S 60.0	/* for sendmail to take the message */
#define HOST_SIZE (HOST_NAME_MAX + 1)

void mail_init(struct mail *m, struct loop *loop, const struct config *config,
    struct logsink *log, const char *program)
{
	*m = (struct mail){ .loop = loop, .log = log, .config = config,
		.program = program };
}

void mail_text(char buf[MAIL_SIZE], const struct config *config,
    const char *host, const struct ipc_wrong *wrong)
{
	int64_t ns = wrong->at.ns;
	time_t t = (time_t)(ns / NS_PER_S - (ns % NS_PER_S < 0));
	char when[64] = "an unknown time";
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
	snprintf(buf, MAIL_SIZE,
	    "To: %s\n"
	    "Subject: clock of %s was wrong by %.6f seconds\n"
	    "Auto-Submitted: auto-generated\n"
	    "\n"
	    "At %s the system clock of %s was found\n"
	    "%.6f seconds %s. hora is correcting it.\n"
	    "\n"
	    "The directive \"mailonchange %s %g\" asks for this message.\n",
	    config->mail_address, host, wrong->offset_s, when, host,
	    fabs(wrong->offset_s), wrong->offset_s > 0 ? "behind" : "ahead",
	    config->mail_address, config->mail_threshold_s);
}

static void on_done(void *arg, int status, const char *said)
{
	struct mail *m = arg;

	m->running = NULL;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFEXITED(status))
		logsink_printf(m->log, SEV_ERROR, "Could not send mail to %s: "
		    "%s ended with status %d%s%s", m->config->mail_address,
		    m->program, WEXITSTATUS(status), *said ? ": " : "", said);
	else
		logsink_printf(m->log, SEV_ERROR, "Could not send mail to %s: "
		    "%s was ended by signal %d", m->config->mail_address,
		    m->program, WTERMSIG(status));
}

static void send_mail(struct mail *m, const struct ipc_wrong *wrong)
{
	const char *const argv[] = { m->program, "-t", NULL };
	char text[MAIL_SIZE], host[HOST_SIZE] = "";
	struct errand_order order = { .argv = argv, .text = text,
		.limit_s = MAIL_LIMIT_S, .prepare = caps_hand_on_none,
		.done = on_done, .arg = m };
	int rc;

	if (gethostname(host, sizeof(host) - 1) < 0)
		strcpy(host, "localhost");
	mail_text(text, m->config, host, wrong);
	order.length = strlen(text);
	rc = errand_start(m->loop, &order, &m->running);
	if (rc)
		logsink_printf(m->log, SEV_ERROR, "Could not send mail to %s: "
		    "%s", m->config->mail_address, strerror(-rc));
}

static void forbid(struct mail *m, struct mono_time now)
{
	if (mono_sub(m->next, now) > 0)
		return;
	m->next = mono_add(now, MAIL_APART_S);
	logsink_write(m->log, SEV_WARNING, "No mail: mailonchange came by a "
	    "reload, and a horad without it gives up starting programs; it "
	    "needs a restart");
}

void mail_report(struct mail *m, const struct ipc_wrong *wrong)
{
	struct mono_time now = loop_now(m->loop);

	if (!*m->config->mail_address || !isfinite(wrong->offset_s) ||
	    fabs(wrong->offset_s) <= m->config->mail_threshold_s)
		return;
	if (m->is_forbidden) {
		forbid(m, now);
		return;
	}
	if (m->running || mono_sub(m->next, now) > 0) {
		logsink_printf(m->log, SEV_WARNING, "No mail about %.6f seconds:"
		    " the last one was less than %.0f s ago", wrong->offset_s,
		    MAIL_APART_S);
		return;
	}
	m->next = mono_add(now, MAIL_APART_S);
	send_mail(m, wrong);
}

void mail_close(struct mail *m)
{
	errand_cancel(m->running);
	m->running = NULL;
}
