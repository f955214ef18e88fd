/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look at and disturb the clock of a test machine (never of the host).
 *
 *	clockctl show		frequency (ppm, tick included) and status bits
 *	clockctl step S		step the clock by S seconds
 *	clockctl freq PPM	set the frequency
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

static int show(void)
{
	struct timex t = { 0 };

	if (adjtimex(&t) < 0)
		return -1;
	printf("freq_ppm %.3f unsync %d pll %d maxerror %ld\n",
	    t.freq / 65536.0 + (t.tick - 10000) * 100.0,
	    !!(t.status & STA_UNSYNC), !!(t.status & STA_PLL), t.maxerror);
	return 0;
}

int main(int argc, char **argv)
{
	struct timex t = { 0 };
	double v = argc > 2 ? atof(argv[2]) : 0;

	if (argc == 2 && strcmp(argv[1], "show") == 0)
		return show() < 0;
	if (argc == 3 && strcmp(argv[1], "step") == 0) {
		t.modes = ADJ_SETOFFSET | ADJ_NANO;
		t.time.tv_sec = (long)floor(v);
		t.time.tv_usec = (long)((v - floor(v)) * 1e9);
	} else if (argc == 3 && strcmp(argv[1], "freq") == 0) {
		t.modes = ADJ_FREQUENCY;
		t.freq = lrint(v * 65536);
	} else {
		fprintf(stderr, "usage: clockctl show | step S | freq PPM\n");
		return 2;
	}
	if (adjtimex(&t) < 0) {
		fprintf(stderr, "adjtimex: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
