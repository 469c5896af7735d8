#!/bin/sh
# An agent that answers: it closes its step and then gives each line that is typed a turn.
. "${0%/*}/talk.sh"
work
