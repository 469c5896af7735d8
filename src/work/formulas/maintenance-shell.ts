/*
 * The shell that the steps of `maintenance` are made of. POSIX sh, git, awk, sed and grep; node and python3 only where a script is theirs.
 *
 * Everything is worked out from the index, which the task itself changes only below docs/maintenance, and that folder is left out: so the same tree gives the
 * same report, byte for byte. What a step works out is kept in the worktree's own git folder under a name that has the tree in it, written to a draft and moved
 * there whole. A step that misses what an earlier one made (the bead went on in another worktree) makes it again: `need`.
 *
 * No text here holds a single quote three times or braces after a dollar sign: the first would end the TOML text, the second would be the template's.
 */

/** What every command begins with: where it is, what it is about, and what `git` may not be told by anybody's settings. */
export const beginning = String.raw`
set -eu
LC_ALL=C; export LC_ALL
task=$BATON_VAR_TASK
cd "$(git rev-parse --show-toplevel)"
ours=docs/maintenance
report=$ours/$task.md
tab=$(printf '\t')
g() {
  git -c color.ui=false -c core.quotePath=false -c grep.lineNumber=false -c grep.column=false -c grep.fullName=false \
    -c grep.patternType=default -c submodule.recurse=false -c commit.gpgSign=false "$@"
}
tree=$(g ls-files -s -- . ":(exclude)$ours" | git hash-object --stdin)
data=$(git rev-parse --absolute-git-dir)/baton-maintenance/$task-$tree
`;

/** The check of a step that makes one part. */
export const checkPart = (part: string) => String.raw`${beginning}
test -f "$data/${part}"
`;

/** How parts are made; in a step's command after the beginning. */
const making = String.raw`
mkdir -p "$data"
drafts=$data/.drafts.$$
rm -rf "$data"/.drafts.*
mkdir "$drafts"
trap 'rm -rf "$drafts"' EXIT

# need PART: makes what is not there yet, up to this part; each one whole or not at all.
need() {
  for part in files measures kinds found verdict; do
    if [ ! -f "$data/$part" ]; then
      "make_$part" > "$drafts/$part"
      mv "$drafts/$part" "$data/$part"
    fi
    if [ "$part" = "$1" ]; then break; fi
  done
}

# show COUNT: the first lines, for whoever watches.
show() { head -n "$1" | cut -c 1-160; }
count() { wc -l < "$1" | tr -d ' '; }
found_nothing() { [ "$1" -eq 1 ]; }

# search PATTERN PATHS…: every line of the text files that fits, as path, line and text. Nothing found is no failure, all else is.
search() {
  pattern=$1
  shift
  g grep --cached -I -n -z -E -e "$pattern" -- "$@" ":(exclude)$ours" > "$drafts/hits" || found_nothing $?
  tr '\000\t' '\001 ' < "$drafts/hits" | awk -F '\001' 'NF > 1 {
    rest = substr($0, length($1) + 2); match(rest, /^[0-9]+/); text = substr(rest, RLENGTH + 2); sub(/\r$/, "", text)
    print $1 "\t" substr(rest, 1, RLENGTH) "\t" text
  }'
}
`;

/** files: size, blob, path. Links, submodules and names with control characters are left out, and counted in the report. */
const makeFiles = String.raw`
make_files() {
  g ls-files -s -- . ":(exclude)$ours" | awk -F '\t' '$1 ~ /^100/ && $1 ~ / 0$/ && $2 !~ /^"/ { split($1, part, " "); print part[2] "\t" $2 }' > "$drafts/pairs"
  cut -f 1 "$drafts/pairs" | git cat-file --batch-check='%(objectsize)' > "$drafts/sizes"
  paste "$drafts/sizes" "$drafts/pairs"
}
`;

/** measures: lines (- for a binary file), size, blob, path. */
const makeMeasures = String.raw`
make_measures() {
  g grep --cached -I -c -z -e '' -- . ":(exclude)$ours" > "$drafts/counts" || found_nothing $?
  tr '\000' '\t' < "$drafts/counts" | awk -F '\t' '
    part == 1 { lines[$1] = $2; next }
    { print ($3 in lines ? lines[$3] : $1 == 0 ? 0 : "-") "\t" $1 "\t" $2 "\t" $3 }
  ' part=1 - part=2 "$data/files"
}
`;

/** kinds: kind, lines, size, blob, path. By name, else by the program that the first line names. */
const makeKinds = String.raw`
make_kinds() {
  search '^#!' . > "$drafts/bangs"
  awk -F '\t' '
    function kind(path, lines,   base, end, at) {
      base = path; sub(/.*\//, "", base)
      if (base in byname) return byname[base]
      end = tolower(base); at = sub(/.*\./, "", end)
      if (at && end in byend) return byend[end]
      if (path in bang) return bang[path]
      if (lines == "-") return "Binary"
      return base ~ /^\.[^.]*$/ ? "Settings" : "Other"
    }
    function program(line) {
      if (line ~ /python/) return "Python"
      if (line ~ /node|deno|bun/) return "JavaScript"
      if (line ~ /perl/) return "Perl"
      if (line ~ /ruby/) return "Ruby"
      return line ~ /sh( |$)/ ? "Shell" : "Other"
    }
    function learn(table, text,   n, i, pair, words) { n = split(text, words, " "); for (i = 1; i <= n; i++) { split(words[i], pair, ":"); table[pair[1]] = pair[2] } }
    BEGIN {
      learn(byend, "ts:TypeScript mts:TypeScript cts:TypeScript tsx:TypeScript js:JavaScript mjs:JavaScript cjs:JavaScript jsx:JavaScript py:Python pyi:Python sh:Shell bash:Shell zsh:Shell ksh:Shell fish:Shell")
      learn(byend, "c:C h:C cc:C++ cpp:C++ cxx:C++ hpp:C++ hh:C++ rs:Rust go:Go java:Java kt:Kotlin kts:Kotlin scala:Scala swift:Swift m:Objective-C cs:C# fs:F# rb:Ruby php:PHP pl:Perl pm:Perl lua:Lua r:R jl:Julia")
      learn(byend, "ex:Elixir exs:Elixir erl:Erlang hs:Haskell ml:OCaml mli:OCaml clj:Clojure dart:Dart zig:Zig nim:Nim awk:Awk sql:SQL html:HTML htm:HTML css:CSS scss:Sass sass:Sass less:Less vue:Vue svelte:Svelte")
      learn(byend, "md:Markdown mdx:Markdown markdown:Markdown rst:reStructuredText adoc:AsciiDoc txt:Text json:JSON jsonc:JSON jsonl:JSON json5:JSON yaml:YAML yml:YAML toml:TOML ini:INI cfg:INI conf:INI xml:XML csv:CSV tsv:CSV")
      learn(byend, "proto:Protobuf graphql:GraphQL gql:GraphQL tf:Terraform nix:Nix cmake:CMake mk:Make lock:Lock patch:Patch diff:Patch svg:Image png:Image jpg:Image jpeg:Image gif:Image webp:Image ico:Image pdf:Document")
      learn(byend, "ttf:Font otf:Font woff:Font woff2:Font zip:Archive gz:Archive xz:Archive bz2:Archive tar:Archive tgz:Archive wasm:Binary so:Binary a:Binary o:Binary")
      learn(byname, "Makefile:Make GNUmakefile:Make makefile:Make Dockerfile:Docker Containerfile:Docker Rakefile:Ruby Gemfile:Ruby CMakeLists.txt:CMake LICENSE:Text LICENCE:Text COPYING:Text NOTICE:Text AUTHORS:Text README:Text CHANGELOG:Text package-lock.json:Lock")
    }
    part == 1 { if ($2 == 1) bang[$1] = program($3); next }
    { print kind($4, $1) "\t" $0 }
  ' part=1 "$drafts/bangs" part=2 "$data/measures"
}
`;

/** What all tasks make alike. */
export const library = `${making}${makeFiles}${makeMeasures}${makeKinds}`;
