/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/resolve.h"

#include "conf/access_rules.h"
#include "conf/directives.h"
#include "conf/serving.h"

#include <stdio.h>
#include <string.h>

/* The host name of an access rule, or NULL; *ret_rule is the rule then. */
static const char *name_of(const struct conf_line *line,
    struct access_rule_config *ret_rule)
{
	const struct conf_word *word = conf_directive(line->words[0]);
	const char *name = NULL, *bad;

	if (!word || (word->parse != conf_access &&
	    word->parse != conf_cmdaccess))
		return NULL;
	return access_rule_parse(line->words + 1, line->count - 1, ret_rule,
	    &name, &bad) ? NULL : name;
}

static int add_line(struct conf_text *to, struct conf_line *line,
    conf_address_fn *address, void *arg)
{
	char text[CONF_LINE_MAX + 1], ip[IP_TEXT_SIZE];
	struct access_rule_config rule;
	const char *name = name_of(line, &rule);
	const struct ip_addr *known = name ? address(arg, name) : NULL;
	int rc;

	if (known) {
		snprintf(text, sizeof(text), "%.32s %s%s", line->words[0],
		    rule.is_all ? "all " : "", ip_text(known, ip));
		line->raw = text;
		line->raw_length = strlen(text);
	}
	rc = conf_text_add_line(to, line);
	line->raw = NULL;
	return rc;
}

int conf_resolve(const struct conf_text *from, conf_address_fn *address,
    void *arg, struct conf_text *ret)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	int rc = conf_text_init(ret);

	if (rc)
		return rc;
	conf_lines_init(&lines, from->text, from->length, "", true);
	while (rc == 0 && conf_lines_next(&lines, &line) == CONF_NEXT_LINE)
		rc = add_line(ret, &line, address, arg);
	if (rc)
		conf_text_free(ret);
	return rc;
}
