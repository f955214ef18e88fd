/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/selection.h"

#include "base/text.h"
#include "conf/config.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

bool conf_authselectmode(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	static const struct {
		const char *name;
		enum authselect_mode mode;
	} modes[] = {
		{ "require", AUTHSELECT_REQUIRE },
		{ "prefer", AUTHSELECT_PREFER },
		{ "mix", AUTHSELECT_MIX },
		{ "ignore", AUTHSELECT_IGNORE },
	};
	struct config *c = config;
	const char *name = conf_take(line, word);

	if (!name)
		return false;
	for (size_t i = 0; i < COUNT(modes); i++) {
		if (!text_equal_nocase(modes[i].name, name))
			continue;
		c->authselectmode = modes[i].mode;
		return true;
	}
	return conf_refuse(line, word, name, "is not a mode");
}
