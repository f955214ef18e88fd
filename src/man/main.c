/* SPDX-License-Identifier: Apache-2.0 */
/* A template on stdin becomes a page on stdout (man/page.h). */
#include "man/page.h"

#include <stdlib.h>

int main(void)
{
	struct page_fault fault;

	if (!page_write(stdin, stdout, &fault)) {
		fprintf(stderr, "template line %u: %s\n", fault.line,
		    fault.text);
		return EXIT_FAILURE;
	}
	return fflush(stdout) == 0 && !ferror(stdin) ? EXIT_SUCCESS :
	    EXIT_FAILURE;
}
