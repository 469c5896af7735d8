#!/bin/sh
# Waits in a dialog for a person.
. "${0%/*}/talk.sh"
begin
echo "May I delete everything? (y/n)"
signal waiting
wait_for_ever
