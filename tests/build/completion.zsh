#!/usr/bin/env -S zsh -f
# SPDX-License-Identifier: Apache-2.0
# Completion as zsh does it, at a terminal of its own. usage: completion.zsh FILE
zmodload zsh/zpty zsh/zselect
export TERM=dumb
failed=0

# Read what the shell writes until this comes, for at most 20 s.
until_comes() {
	local part
	seen=
	for ((i = 0; i < 400; i++)); do
		zpty -rt shell part && seen+=$part
		[[ $seen == *$1* ]] && return 0
		zselect -t 5
	done
	return 1
}

# asks LINE ANSWER...: the tab key behind the line gives these; none: nothing
asks() {
	local line=$1 answer
	shift
	zpty -wn shell "$line"$'\t\C-xe'
	until_comes '}}' || { echo "$line: no answer but: $seen"; failed=1; return }
	for answer; do
		[[ $seen == *$answer* ]] && continue
		echo "$line: not '$answer' but: $seen"
		failed=1
	done
	[[ $# -gt 0 || $seen == *"{{0:"* ]] || { echo "$line: nothing expected, but: $seen"; failed=1 }
}

setup='PROMPT=; LISTMAX=1000; setopt no_beep no_list_ambiguous
fpath=('${1:A:h}' $fpath); autoload -Uz compinit && compinit -D -u
count() { matches=$compstate[nmatches] }
finish() { print -r -- "{{$matches:$BUFFER}""}"; matches=0; BUFFER=; zle reset-prompt }
zle -N finish; bindkey "^Xe" finish
again() { comppostfuncs=(count); compprefuncs=(again) }; again
matches=0; echo ready-$((1))'
zpty -b shell zsh -f -i
zpty -w shell "$setup"
until_comes 'ready-1' || { echo "zsh does not start: $seen"; exit 1 }
asks 'horac tra' '{{1:horac tracking }'
asks 'chronyc so' sources sourcestats sourcename 'Show the sources'
asks 'horac --v' '{{1:horac --version }'
asks 'horac -' -4 --help 'print the version' 'give up root'
asks 'horac -u roo' '{{1:horac -u root }'
asks 'horac -n -p 323 manual ' on off reset list delete '{{5:'
asks 'horac -c reload c' '{{1:horac -c reload config }'
asks 'horac sources -a -' '{{2:horac sources -a -}'
asks 'horac sourcename '
asks 'horac delete 1'
asks 'horac -m tracking sourcen' '{{1:horac -m tracking sourcename }'
asks "horac -m 'reload c" "{{1:horac -m 'reload config"
asks 'horac dfr'
zpty -d shell
exit $failed
