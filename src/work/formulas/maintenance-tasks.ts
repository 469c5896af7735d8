/*
 * What each task of `maintenance` looks for (`found`), what it makes of it (`verdict`), and how its report says so (`render`).
 */

/** inventory. found: kind or folder, its name, files, lines, bytes. verdict: largest files, copies, empty files. */
const inventory = String.raw`
found_inventory() {
  awk -F '\t' '
    { folder = $5; if (!sub(/\/.*/, "", folder)) folder = "."; add("kind", $1); add("folder", folder) }
    function add(what, name) { at = what "\t" name; files[at]++; bytes[at] += $3; if ($2 != "-") lines[at] += $2 }
    END { for (at in files) printf "%s\t%d\t%d\t%d\n", at, files[at], lines[at], bytes[at] }
  ' "$data/kinds" | sort -t "$tab" -k 1,1r -k 4,4nr -k 2,2
}
verdict_inventory() {
  sort -t "$tab" -k 3,3nr -k 5,5 "$data/kinds" | head -n 25 | awk -F '\t' '{ print "large\t" $3 " bytes, " ($2 == "-" ? "binary" : $2 " lines") ": " $5 }'
  sort -t "$tab" -k 3,3nr -k 4,4 -k 5,5 "$data/kinds" | awk -F '\t' '
    $3 == 0 { next }
    $4 != blob { tell(); blob = $4; size = $3; n = 0; names = "" }
    { n++; names = names (n > 1 ? ", " : "") $5 }
    function tell() { if (n > 1) print "copy\t" n " times " size " bytes: " names }
    END { tell() }
  '
  awk -F '\t' '$3 == 0 { print "empty\t" $5 }' "$data/kinds" | sort
}
render_inventory() {
  heading 'Inventory of the tree' 'What lies in this repository, by language and by size.'
  table 'Languages' 'Language' kind
  table 'Folders' 'Folder' folder
  listing 'Largest files' large
  listing 'Files with the same content' copy
  listing 'Empty files' empty
}
table() {
  printf '## %s\n\n| %s | files | lines | bytes |\n|---|---:|---:|---:|\n' "$1" "$2"
  awk -F '\t' -v what="$3" '$1 == what { gsub(/\|/, "\\|", $2); printf "| %s | %d | %d | %d |\n", $2, $3, $4, $5 }' "$data/found"
  echo
}
`;

/** links. found: path, line, target of each relative link. verdict: the broken ones and why. */
const links = String.raw`
found_links() {
  search '' ':(icase)*.md' ':(icase)*.markdown' ':(icase)*.mdx' | awk -F '\t' '
    function take(target) {
      gsub(/^[ ]+|[ ]+$/, "", target)
      if (target ~ /^</) { sub(/^</, "", target); sub(/>.*/, "", target) } else sub(/[ ].*/, "", target)
      if (target != "" && target !~ /^[A-Za-z][A-Za-z0-9+.-]*:/ && target !~ /^[\/#]/ && target !~ /[{}$]/) print $1 "\t" $2 "\t" target
    }
    $1 != path { path = $1; fence = "" }
    {
      text = $0; sub(/^[^\t]*\t[^\t]*\t/, "", text)
      mark = text ~ /^ ? ? ?\140\140\140/ ? "\140" : text ~ /^ ? ? ?~~~/ ? "~" : ""
      if (mark != "" && (fence == "" || fence == mark)) { fence = fence == "" ? mark : ""; next }
      if (fence != "") next
      gsub(/\140[^\140]*\140/, "", text); gsub(/<!--.*-->/, "", text)
      if (match(text, /^ ? ? ?\[[^]^][^]]*\]:[ ]*[^ ]+/)) { rest = substr(text, RSTART, RLENGTH); sub(/^[^]]*\]:/, "", rest); take(rest); next }
      tags = text
      while (match(text, /\]\([^()]*(\([^()]*\)[^()]*)*\)/)) { rest = substr(text, RSTART + 2, RLENGTH - 3); text = substr(text, RSTART + RLENGTH); take(rest) }
      while (match(tags, /(src|href)="[^"]*"/)) { rest = substr(tags, RSTART, RLENGTH); tags = substr(tags, RSTART + RLENGTH); sub(/^[^"]*"/, "", rest); sub(/"$/, "", rest); take(rest) }
    }
  '
}
verdict_links() {
  g ls-files -s > "$drafts/index"
  awk -F '\t' -v ours="$ours" '
    function decode(text,   out, at) {
      out = ""
      while ((at = match(text, /%[0-9A-Fa-f][0-9A-Fa-f]/)) > 0) { out = out substr(text, 1, at - 1) sprintf("%c", hex(substr(text, at + 1, 1)) * 16 + hex(substr(text, at + 2, 1))); text = substr(text, at + 3) }
      return out text
    }
    function hex(digit) { return index("0123456789abcdef", tolower(digit)) - 1 }
    function resolve(path,   n, i, part, depth, way, out) {
      n = split(path, part, "/"); depth = 0
      for (i = 1; i <= n; i++) {
        if (part[i] == "" || part[i] == ".") continue
        if (part[i] != "..") way[++depth] = part[i]
        else if (depth-- == 0) return "outside"
      }
      out = ""
      for (i = 1; i <= depth; i++) out = out "/" way[i]
      return out
    }
    function exists(path,   up) {
      if (path == "" || path in there) return 1
      for (up = path; sub(/\/[^\/]*$/, "", up); ) if (up in modules) return 1
      return 0
    }
    part == 1 {
      path = "/" $2
      if ($1 ~ /^160000/) modules[path] = 1
      while (path != "" && !(path in there)) { there[path] = 1; other[tolower(path)] = path; sub(/\/[^\/]*$/, "", path) }
      next
    }
    {
      target = $3; sub(/[?#].*/, "", target); folder = $1; if (!sub(/\/[^\/]*$/, "", folder)) folder = ""
      path = resolve(folder "/" decode(target))
      if (path == "/" ours || index(path, "/" ours "/") == 1) next
      if (path == "outside") why = "leaves the repository"
      else if (exists(path)) next
      else if (tolower(path) in other) why = "is written " substr(other[tolower(path)], 2)
      else if ((path ".md") in there) why = "lacks its .md"
      else why = "is not there"
      print "broken\t" $1 ":" $2 ": " $3 " " why
    }
  ' part=1 "$drafts/index" part=2 "$data/found"
}
render_links() {
  heading 'Relative links in Markdown' "$(count "$data/found") relative links in $(awk -F '\t' '$1 == "Markdown"' "$data/kinds" | wc -l | tr -d ' ') Markdown files were followed; $(count "$data/verdict") of them lead nowhere. Links to other places, to headings and from the site root are not judged, nor are those in code."
  listing 'Broken links' broken
}
`;

/** markers. found: path, line, marker, text. The brackets keep this text itself from being found. */
const markers = String.raw`
found_markers() {
  search 'TO[D]O|FIX[M]E|XX[X]|^<<<<<<[<] |^>>>>>>[>] ' . | awk -F '\t' '
    function has(word) { return (" " $3 " ") ~ ("[^A-Za-z0-9_]" word "[^A-Za-z0-9_]") }
    function tell(marker,   text) {
      text = $3; gsub(/[\001-\037\177]/, " ", text); gsub(/^ +| +$/, "", text)
      if (length(text) > 120) { text = substr(text, 1, 120); sub(/[\300-\377]?[\200-\277]*$/, "", text); text = text " ..." }
      print $1 "\t" $2 "\t" marker "\t" text
    }
    $3 ~ /^<<<<<<[<] / || $3 ~ /^>>>>>>[>] / { tell("conflict"); next }
    has("TO[D]O") { tell("TO" "DO") }
    has("FIX[M]E") { tell("FIX" "ME") }
    has("XX[X]") { tell("XX" "X") }
  '
}
verdict_markers() {
  awk -F '\t' '{ n[$3]++ } END { for (marker in n) print "count\t" marker " " n[marker] " times" }' "$data/found" | sort
  awk -F '\t' '{ n[$1]++ } END { for (path in n) print "file\t" n[path] "\t" path }' "$data/found" | sort -t "$tab" -k 2,2nr -k 3,3 | awk -F '\t' '{ print "file\t" $2 " in " $3 }'
  awk -F '\t' '{ print "place\t" $1 ":" $2 ": " $4 }' "$data/found"
}
render_markers() {
  heading 'Left-over markers' "$(count "$data/found") marks of unfinished work, and of merges left half done, were found in the text files."
  listing 'By marker' count
  listing 'By file' file
  listing 'Places' place
}
`;

/** scripts. found: path, checker, ok or what the checker says. Nothing is executed: shells with -n, the others parse. */
const scripts = String.raw`
pick() { awk -F '\t' -v which="$1" '
  function is(ends) { return $5 ~ ("\\.(" ends ")$") }
  $3 > 1000000 { next }
  which == "node" && $1 == "JavaScript" && !is("jsx") { print $5 }
  which == "json" && is("json") && $5 !~ /(^|\/)(tsconfig|jsconfig)[^\/]*$|(^|\/)\.vscode\/|(^|\/)\.eslintrc\.json$/ { print $5 }
  which == "python" && $1 == "Python" { print $5 }
  which == "shell" && $1 == "Shell" && !is("zsh|fish|ksh") { print $5 }
' "$data/kinds" | while IFS= read -r path; do
    if [ -f "$path" ] && [ ! -L "$path" ]; then printf '%s\n' "$path"; fi
  done; }
unchecked() { awk -v checker="$1" '{ print $0 "\t" checker "\tnot checked: " checker " is not here" }'; }
have() { command -v "$1" > /dev/null 2>&1; }
shell_of() { if head -n 1 "$1" | grep -q bash || [ "$1" != "$(printf '%s' "$1" | sed 's/\.bash$//')" ]; then echo bash; else echo sh; fi; }
check_shell() {
  while IFS= read -r path; do
    checker=$(shell_of "$path")
    if ! have "$checker"; then printf '%s\n' "$path" | unchecked "$checker"
    elif said=$("$checker" -n "./$path" 2>&1); then printf '%s\t%s -n\tok\n' "$path" "$checker"
    else printf '%s\t%s -n\t%s\n' "$path" "$checker" "$(printf '%s' "$said" | head -n 1 | tr '\t' ' ' | cut -c 1-200)"; fi
  done
}
check_node() {
  node --no-warnings --experimental-vm-modules -e '
    const { readFileSync } = require("node:fs"); const vm = require("node:vm");
    const parse = { script: (text) => vm.compileFunction(text.replace(/^#!.*/, ""), ["exports", "require", "module", "__filename", "__dirname"]), module: (text) => new vm.SourceTextModule(text), json: (text) => JSON.parse(text) };
    const ways = (path) => process.argv[1] === "json" ? ["json"] : /\.mjs$/.test(path) ? ["module"] : /\.cjs$/.test(path) ? ["script"] : ["module", "script"];
    const out = [];
    for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
      const text = readFileSync(path, "utf8").replace(/^\uFEFF/, ""); let said = "";
      for (const way of ways(path)) { try { parse[way](text); said = "ok"; break; } catch (error) { said ||= String(error.message).split("\n")[0].replace(/\t/g, " ").slice(0, 200); } }
      out.push(path + "\t" + (process.argv[1] === "json" ? "node, as JSON" : "node") + "\t" + said + "\n");
    }
    process.stdout.write(out.join(""));
  ' "$1"
}
check_python() {
  python3 -I -S -B -W ignore -c '
import sys
for line in sys.stdin.buffer:
    path = line.rstrip(b"\n")
    said = "ok"
    try:
        with open(path, "rb") as file:
            compile(file.read(), path, "exec")
    except (SyntaxError, ValueError) as error:
        said = "line %s: %s" % (getattr(error, "lineno", "?"), getattr(error, "msg", error))
    sys.stdout.buffer.write(path + b"\tpython3\t" + said.replace("\t", " ").encode() + b"\n")
'
}
found_scripts() {
  for checker in shell python node json; do pick "$checker" > "$drafts/$checker"; done
  check_shell < "$drafts/shell"
  if have python3; then check_python < "$drafts/python"; else unchecked python3 < "$drafts/python"; fi
  if have node; then check_node js < "$drafts/node"; check_node json < "$drafts/json"; else cat "$drafts/node" "$drafts/json" | unchecked node; fi
}
verdict_scripts() {
  awk -F '\t' '{ n[$2]++; if ($3 ~ /^not checked/) left[$2]++; else if ($3 != "ok") bad[$2]++ } END { for (c in n) print "checker\t" c ": " n[c] " files, " bad[c] + 0 " with a mistake, " left[c] + 0 " not checked" }' "$data/found" | sort
  awk -F '\t' '$3 != "ok" && $3 !~ /^not checked/ { print "mistake\t" $1 ": " $3 }' "$data/found" | sort
}
render_scripts() {
  heading 'Syntax of the scripts' "$(count "$data/found") scripts and JSON files were read by the tools that are here; nothing was run. Files over 1 MB, and JSON that may hold comments, are left out."
  listing 'Checkers' checker
  listing 'Mistakes' mistake
}
`;

/** found, verdict and the report, whatever the task is. Long lists are cut at 500 lines and say so. */
const parts = String.raw`
make_found() { "found_$task"; }
make_verdict() { "verdict_$task"; }
make_report() { need verdict; "render_$task"; echo '<!-- the end of this report -->'; }
heading() {
  all=$(g ls-files -- . ":(exclude)$ours" | wc -l | tr -d ' ')
  printf '# %s\n\n%s\n\n' "$1" "$2"
  awk -F '\t' -v all="$all" '{ size += $1 } END { printf "%d files with %d bytes were looked at; %d links, submodules and oddly named files were not, nor was this folder. Made by the formula maintenance of Baton.\n\n", NR, size, all - NR }' "$data/files"
}
listing() {
  awk -F '\t' -v what="$2" '$1 == what { sub(/^[^\t]*\t/, ""); print }' "$data/verdict" > "$drafts/lines"
  printf '## %s (%s)\n\n' "$1" "$(count "$drafts/lines")"
  if [ -s "$drafts/lines" ]; then
    printf '~~~~text\n'
    head -n 500 "$drafts/lines" | sed 's/[ ]*$//'
    if [ "$(count "$drafts/lines")" -gt 500 ]; then echo "... and $(($(count "$drafts/lines") - 500)) more"; fi
    printf '~~~~\n\n'
  else
    printf 'None.\n\n'
  fi
}
`;

/** How every task goes on from the library. */
export const tasks = `${inventory}${links}${markers}${scripts}${parts}`;

/** The names of the tasks. */
export const taskNames = ['inventory', 'links', 'markers', 'scripts'] as const;
