#!/usr/bin/env -S fish --no-config
# SPDX-License-Identifier: Apache-2.0
# Completion as fish does it, without a terminal. usage: completion.fish FILE
source $argv[1]; or exit 1
set -g failed 0

# asks LINE ANSWER...: completing the line gives these among others; none: nothing
function asks
    set -l answers (complete -C $argv[1] | string replace -r '\t.*' '')
    for answer in $argv[2..]
        if not contains -- $answer $answers
            echo "$argv[1]: not '$answer' but: $answers"
            set -g failed 1
        end
    end
    if test (count $argv) -eq 1 -a (count $answers) -gt 0
        echo "$argv[1]: nothing expected, but: $answers"
        set -g failed 1
    end
end

asks 'horac tra' tracking
asks 'chronyc so' sources sourcestats sourcename
asks 'horac --' --version --help
asks 'horac -' -4 -n -m -h
asks 'horac -u roo' root
asks 'horac -n -p 323 manual ' on off reset list delete
asks 'horac -c reload c' config
asks 'horac sources -' -a -v
asks 'horac sourcename '
asks 'horac delete 1'
asks 'horac -m tracking so' sources
asks 'horac dfr'
exit $failed
