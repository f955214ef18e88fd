/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/steps.h"

#include "base/text.h"
#include "os/statefile.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define MAGIC "HCK0"
#define RATE_MAX_PPM 1e6	/* more than any kernel runs at */

static bool is_sane(const struct ipc_clock_memory *m)
{
	/* Comparisons with NaN are false. */
	return fabs(m->base_ppm) <= RATE_MAX_PPM &&
	    fabs(m->slew_ppm) <= RATE_MAX_PPM;
}

size_t steps_print(const char *boot_id, const struct ipc_clock_memory *memory,
    char out[STEPS_TEXT_MAX])
{
	int n = snprintf(out, STEPS_TEXT_MAX, "%s\n%s\n%" PRIu32
	    " %.9f %.9f %" PRId64 " %" PRIu32 "\n", MAGIC, boot_id,
	    memory->steps, memory->base_ppm, memory->slew_ppm,
	    memory->slew_end.ns, memory->changes);

	return n < STEPS_TEXT_MAX ? (size_t)n : 0;
}

bool steps_parse(const char *text, const char *boot_id,
    struct ipc_clock_memory *ret)
{
	char copy[STEPS_TEXT_MAX], *rest = NULL;
	const char *words[6], *last;
	struct ipc_clock_memory m = { 0 };
	long long steps, end, changes = 0;

	if (!text_copy(copy, sizeof(copy), text))
		return false;
	for (int i = 0; i < 6; i++) {
		words[i] = strtok_r(i ? NULL : copy, " \n", &rest);
		if (!words[i])
			return false;
	}
	if (strcmp(words[0], MAGIC) != 0 || strcmp(words[1], boot_id) != 0 ||
	    !parse_long(words[2], 0, UINT32_MAX, &steps) ||
	    !parse_double(words[3], &m.base_ppm) ||
	    !parse_double(words[4], &m.slew_ppm) ||
	    !parse_long(words[5], INT64_MIN, INT64_MAX, &end))
		return false;
	/* Earlier versions wrote one word less. */
	last = strtok_r(NULL, " \n", &rest);
	if (last && !parse_long(last, 0, UINT32_MAX, &changes))
		return false;
	m.changes = (uint32_t)changes;
	m.steps = (uint32_t)steps;
	m.slew_end.ns = end;
	*ret = m;
	return true;
}

static void read_boot_id(char id[BOOT_ID_SIZE])
{
	FILE *f = fopen(BOOT_ID_FILE, "re");

	if (!f || !fgets(id, BOOT_ID_SIZE, f))
		text_copy(id, BOOT_ID_SIZE, "unknown");
	id[strcspn(id, "\n")] = '\0';
	if (f)
		fclose(f);
}

void steps_load(struct steps *s, const char *path, struct logsink *log)
{
	char *text;
	size_t n;
	int rc;

	*s = (struct steps){ .path = path };
	if (!path)
		return;
	read_boot_id(s->boot_id);
	rc = statefile_read(path, STEPS_TEXT_MAX - 1, &text, &n);
	if (rc == -ENOENT)
		return;
	if (rc) {
		logsink_printf(log, SEV_WARNING, "Could not read %s: %s", path,
		    strerror(-rc));
		return;
	}
	s->is_known = steps_parse(text, s->boot_id, &s->memory);
	free(text);
}

void steps_report(struct steps *s, const struct ipc_clock_memory *memory,
    struct logsink *log)
{
	char text[STEPS_TEXT_MAX];
	size_t n;
	int rc;

	if (!is_sane(memory))
		return;
	s->memory = *memory;
	s->is_known = true;
	if (!s->path)
		return;
	n = steps_print(s->boot_id, memory, text);
	rc = statefile_write(s->path, text, n, 0644);
	if (rc && !s->has_failed)
		logsink_printf(log, SEV_WARNING, "Could not write %s: %s; steps "
		    "made are forgotten with this process", s->path,
		    strerror(-rc));
	s->has_failed = rc != 0;
}
