/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/svg.h"

#include "sim/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDTH 1200
#define HEIGHT 560
#define LEFT 90
#define RIGHT 45
#define TOP 50
#define BOTTOM 50
#define COLUMNS (WIDTH - LEFT - RIGHT)
#define MIDDLE ((TOP + HEIGHT - BOTTOM) / 2)

struct scale {
	double unit_s;			/* linear below this */
	double top;			/* bent() of the largest error */
};

static double bent(const struct scale *k, double s)
{
	return asinh(s / k->unit_s);
}

static double y_of(const struct scale *k, double s)
{
	return MIDDLE - bent(k, s) / k->top * (MIDDLE - TOP);
}

static void line(FILE *to, const struct scale *k, double s, const char *style,
    const char *label)
{
	fprintf(to, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" %s/>\n",
	    LEFT, WIDTH - RIGHT, y_of(k, s), y_of(k, s), style);
	fprintf(to, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
	    LEFT - 6, y_of(k, s) + 4, label);
}

/* A line for each power of ten that is on the scale. */
static void errors_axis(FILE *to, const struct scale *k)
{
	char label[TEXT_S];

	line(to, k, 0, "stroke=\"#888\"", "0");
	for (double s = 1e-10; s < 1e9; s *= 10) {
		if (s < k->unit_s * 0.9 || bent(k, s) > k->top)
			continue;
		text_s(label, s);
		line(to, k, s, "stroke=\"#ddd\"", label);
		text_s(label, -s);
		line(to, k, -s, "stroke=\"#ddd\"", label);
	}
}

static void time_axis(FILE *to, double seconds)
{
	double step_s = pow(10, floor(log10(seconds / 4)));

	if (seconds / step_s > 12)
		step_s *= 2;
	for (double t = 0; t <= seconds; t += step_s) {
		double x = LEFT + t / seconds * COLUMNS;

		fprintf(to, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" "
		    "stroke=\"#ddd\"/>\n<text x=\"%.1f\" y=\"%d\" "
		    "text-anchor=\"middle\">%.0f s</text>\n", x, x, TOP,
		    HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 18, t);
	}
}

/* chrony's RMS and the limit, as bands around 0. */
static void band(FILE *to, const struct scale *k, double s, const char *colour,
    const char *name, int row)
{
	char label[TEXT_S];

	if (s <= 0)
		return;
	text_s(label, s);
	for (int sign = -1; sign <= 1; sign += 2)
		fprintf(to, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" "
		    "stroke=\"%s\" stroke-dasharray=\"6 4\"/>\n", LEFT,
		    WIDTH - RIGHT, y_of(k, sign * s), y_of(k, sign * s),
		    colour);
	fprintf(to, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s %s</text>\n",
	    LEFT + 420 + 200 * row, TOP - 12, colour, name, label);
}

/* A vertical bar from least to most in each column of pixels. */
static void curve(FILE *to, const struct scale *k, const float *errors_s,
    size_t seconds)
{
	fprintf(to, "<path fill=\"none\" stroke=\"#1f5fa8\" d=\"");
	for (int x = 0; x < COLUMNS; x++) {
		size_t from = seconds * (size_t)x / COLUMNS;
		size_t end = seconds * (size_t)(x + 1) / COLUMNS;
		float least, most;

		if (end <= from)
			end = from + 1;
		least = most = errors_s[from];
		for (size_t i = from; i < end; i++) {
			least = fminf(least, errors_s[i]);
			most = fmaxf(most, errors_s[i]);
		}
		fprintf(to, "%c%d %.1fL%d %.1f", x == 0 ? 'M' : 'L', LEFT + x,
		    y_of(k, (double)least), LEFT + x, y_of(k, (double)most));
	}
	fprintf(to, "\"/>\n");
}

static void write_svg(FILE *to, const struct cell *c, const float *errors_s,
    size_t seconds, const struct figures *f)
{
	struct scale k = { .unit_s = f->error.rms_s > 0 ? f->error.rms_s :
		1e-9 };
	double most_s = k.unit_s;
	char rms[TEXT_S], max[TEXT_S];

	for (size_t i = 0; i < seconds; i++)
		most_s = fmax(most_s, fabs((double)errors_s[i]));
	k.top = bent(&k, most_s * 1.3);
	text_s(rms, f->error.rms_s);
	text_s(max, f->error.max_s);
	fprintf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
	    "<text x=\"%d\" y=\"20\" font-size=\"15\">Time error: %s</text>\n",
	    WIDTH, HEIGHT, LEFT, c->name);
	fprintf(to, "<text x=\"%d\" y=\"%d\">RMS %s, largest %s from %.0f s on"
	    "</text>\n", LEFT, TOP - 12, rms, max, c->scenario.settle_s);
	time_axis(to, (double)seconds);
	errors_axis(to, &k);
	curve(to, &k, errors_s, seconds);
	band(to, &k, c->chrony.rms_s, "#c0392b", "chrony's RMS", 0);
	band(to, &k, c->limit_s, "#2e8b57", "limit", 1);
	fprintf(to, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">true time "
	    "since the start</text>\n</svg>\n", LEFT + COLUMNS / 2,
	    HEIGHT - 10);
}

static bool write_file(const char *path, const struct cell *c,
    const float *errors_s, size_t seconds, const struct figures *f)
{
	FILE *to = fopen(path, "w");
	bool is_ok;

	if (to == NULL) {
		perror(path);
		return false;
	}
	write_svg(to, c, errors_s, seconds, f);
	is_ok = ferror(to) == 0;
	if (fclose(to) != 0 || !is_ok) {
		perror(path);
		return false;
	}
	return true;
}

bool svg_draw(const char *path, const struct cell *c, uint64_t seed)
{
	size_t seconds = (size_t)c->scenario.run_s;
	float *errors_s = calloc(seconds, sizeof(*errors_s));
	struct world_options options = { .seed = seed, .errors_s = errors_s };
	struct figures f;
	bool is_ok;

	if (errors_s == NULL) {
		fprintf(stderr, "sim: memory is short\n");
		return false;
	}
	is_ok = world_run(&c->scenario, &options, &f) &&
	    write_file(path, c, errors_s, seconds, &f);
	free(errors_s);
	return is_ok;
}
