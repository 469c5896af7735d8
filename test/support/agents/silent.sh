#!/bin/sh
# Reports nothing: all that it knows is its first prompt. It asks for its prime as it is told to, works, and hands in.
prime=$(printf '%s\n' "$1" | sed -n 's/^Run `\(.*\) prime` first.*/\1/p')
"$prime" prime > "$HOME/primed"
echo "$*" > made.txt
git add made.txt && git commit -qm made
baton mol step done && exec baton done
