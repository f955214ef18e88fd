/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/drift.h"

#include "base/text.h"
#include "os/statefile.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX 4096
#define FREQ_MAX_PPM 500000.0	/* the default of maxdrift */
#define SKEW_MIN_PPM 1e-6
#define SKEW_MAX_PPM 1e9	/* what fits into the line of the file */
#define SPACE " \t\r\n\v\f"

static bool is_sane(double freq_ppm, double skew_ppm)
{
	/* Comparisons with NaN are false. */
	return fabs(freq_ppm) <= FREQ_MAX_PPM && skew_ppm >= 0 &&
	    skew_ppm <= SKEW_MAX_PPM;
}

bool drift_parse(const char *text, double *ret_freq_ppm, double *ret_skew_ppm)
{
	char copy[FILE_MAX + 1], *rest = NULL;
	const char *first, *second;
	double freq_ppm, skew_ppm;

	if (!text_copy(copy, sizeof(copy), text))
		return false;
	first = strtok_r(copy, SPACE, &rest);
	second = strtok_r(NULL, SPACE, &rest);
	if (!first || !second || !parse_double(first, &freq_ppm) ||
	    !parse_double(second, &skew_ppm) || !is_sane(freq_ppm, skew_ppm))
		return false;
	*ret_freq_ppm = freq_ppm;
	*ret_skew_ppm = fmax(skew_ppm, SKEW_MIN_PPM);
	return true;
}

void drift_load(struct drift *d, const struct config *config,
    struct logsink *log)
{
	char *text;
	size_t n;
	int rc;

	*d = (struct drift){ .path = config->driftfile,
		.write_interval_s = config->drift_interval_s };
	if (!*d->path)
		return;
	rc = statefile_read(d->path, FILE_MAX, &text, &n);
	if (rc == -ENOENT)
		return;
	if (rc == 0 && drift_parse(text, &d->memory.freq_ppm,
	    &d->memory.skew_ppm)) {
		d->memory.have_frequency = true;
		logsink_printf(log, SEV_INFO,
		    "Frequency %.3f +/- %.3f ppm read from %s",
		    d->memory.freq_ppm, d->memory.skew_ppm, d->path);
	} else {
		logsink_printf(log, SEV_WARNING, "Could not read valid "
		    "frequency and skew from driftfile %s", d->path);
	}
	if (rc == 0)
		free(text);
}

void drift_use_time(struct drift *d, struct logsink *log)
{
	struct stat st;

	if (!*d->path) {
		logsink_printf(log, SEV_WARNING, "Option -s sets nothing: no "
		    "driftfile is configured");
		return;
	}
	if (stat(d->path, &st) < 0 || !S_ISREG(st.st_mode)) {
		logsink_printf(log, SEV_WARNING, "Option -s sets nothing: the "
		    "time of %s is not known", d->path);
		return;
	}
	d->memory.not_before = wall_add((struct wall_time){ st.st_mtim.tv_nsec },
	    (double)st.st_mtim.tv_sec);
}

void drift_renew(struct drift *d, const struct config *config)
{
	d->path = config->driftfile;
	d->write_interval_s = config->drift_interval_s;
}

static void write_file(struct drift *d, struct logsink *log)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "%20.6f %20.6f\n",
	    d->memory.freq_ppm, d->memory.skew_ppm), rc;

	rc = statefile_write(d->path, text, (size_t)n, 0644);
	if (rc)
		logsink_printf(log, SEV_WARNING, "Could not write driftfile "
		    "%s: %s", d->path, strerror(-rc));
	d->unwritten_s = 0;
}

void drift_report(struct drift *d, const struct ipc_engine_memory *memory,
    struct logsink *log)
{
	if (memory->have_frequency &&
	    !is_sane(memory->freq_ppm, memory->skew_ppm))
		return;
	d->memory = *memory;
	if (memory->interval_s > 0 && isfinite(memory->interval_s))
		d->unwritten_s += memory->interval_s;
	if (*d->path && memory->have_frequency &&
	    d->unwritten_s >= d->write_interval_s)
		write_file(d, log);
}

void drift_save(struct drift *d, struct logsink *log)
{
	if (*d->path && d->memory.have_frequency)
		write_file(d, log);
}
