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

/*
 * The usual error is drawn evenly up to `even_s`, over this part of the height;
 * the start and what happens beyond it logarithmically.
 */
#define EVEN_PART 0.6
#define LABEL 16			/* height of a line of text */

struct scale {
	double even_s, most_s;		/* most_s: at the edge; even_s < most_s */
};

/* Height above the middle. */
static double height_of(const struct scale *k, double s)
{
	double half = MIDDLE - TOP, even = EVEN_PART * half;

	if (s <= k->even_s)
		return s / k->even_s * even;
	return even + (half - even) * log(s / k->even_s) /
	    log(k->most_s / k->even_s);
}

static double y_of(const struct scale *k, double s)
{
	return MIDDLE - copysign(height_of(k, fabs(s)), s);
}

static void line(FILE *to, const struct scale *k, double s, const char *style)
{
	char label[TEXT_S] = "0";

	if (s != 0)
		text_s(label, s);
	fprintf(to, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" %s/>\n",
	    LEFT, WIDTH - RIGHT, y_of(k, s), y_of(k, s), style);
	fprintf(to, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
	    LEFT - 6, y_of(k, s) + 4, label);
}

static void both(FILE *to, const struct scale *k, double s)
{
	line(to, k, s, "stroke=\"#ddd\"");
	line(to, k, -s, "stroke=\"#ddd\"");
}

/* 1, 2 or 5 times a power of ten, at least `s`. */
static double round_up(double s)
{
	double power = pow(10, floor(log10(s)));
	double digit = s / power;

	return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

/* Grey where the scale is logarithmic. */
static void uneven(FILE *to, const struct scale *k)
{
	double height = MIDDLE - TOP - height_of(k, k->even_s);

	for (int i = 0; i < 2; i++) {
		double y = i == 0 ? TOP : y_of(k, -k->even_s);

		fprintf(to, "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" "
		    "height=\"%.1f\" fill=\"#f4f4f4\"/>\n<text x=\"%d\" "
		    "y=\"%.1f\" text-anchor=\"end\" fill=\"#888\">"
		    "logarithmic</text>\n", LEFT, y, COLUMNS, height,
		    WIDTH - RIGHT - 6, y + height / 2 + 4);
	}
}

/* Even steps as far as the scale is even, then powers of ten. */
static void errors_axis(FILE *to, const struct scale *k)
{
	double step_s = round_up(k->even_s / 5.001), last;

	line(to, k, 0, "stroke=\"#888\"");
	for (int i = 1; i * step_s <= k->even_s * 1.001; i++)
		both(to, k, i * step_s);
	last = height_of(k, k->even_s);
	for (double s = 1e-10; s <= k->most_s; s *= 10) {
		if (s < k->even_s || height_of(k, s) < last + LABEL)
			continue;
		both(to, k, s);
		last = height_of(k, s);
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

/* chrony's RMS and the limit's (limit.h), as bands around 0. */
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
	struct scale k = { .even_s = round_up(fmax(1.5 * f->error.p95_s,
		1e-10)) };
	double limit_s = f->limit.rms_s > 0 ? f->limit.rms_s : c->limit_s;
	char rms[TEXT_S], max[TEXT_S];

	k.most_s = fmax(2 * k.even_s, 1.3 * c->chrony.rms_s);
	for (size_t i = 0; i < seconds; i++)
		k.most_s = fmax(k.most_s, 1.3 * fabs((double)errors_s[i]));
	text_s(rms, f->error.rms_s);
	text_s(max, f->error.max_s);
	fprintf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	    "height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
	    "<text x=\"%d\" y=\"20\" font-size=\"15\">Time error: %s</text>\n",
	    WIDTH, HEIGHT, LEFT, c->name);
	fprintf(to, "<text x=\"%d\" y=\"%d\">RMS %s, largest %s from %.0f s on"
	    "</text>\n", LEFT, TOP - 12, rms, max, c->scenario.settle_s);
	uneven(to, &k);
	time_axis(to, (double)seconds);
	errors_axis(to, &k);
	curve(to, &k, errors_s, seconds);
	band(to, &k, c->chrony.rms_s, "#c0392b", "chrony's RMS", 0);
	band(to, &k, limit_s, "#2e8b57", "limit's RMS", 1);
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
	struct world_options options = { .seed = seed, .has_limit = true,
		.errors_s = errors_s };
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
