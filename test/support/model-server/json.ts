/** What came out of JSON.parse. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The value at a path of keys and places; undefined where there is none. */
export function pick(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as { readonly [key: string]: Json })[key];
  }
  return at;
}

/** A text that stands at a path; empty where something else does. */
export function pickText(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = pick(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** A list that stands at a path; empty where something else does. */
export function pickList(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = pick(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}

/** All texts of a message's content, which is a text, or blocks that hold some, however deep. */
export function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (/^(type|id|role|name|\w+_id)$/.test(key) ? [] : textsIn(part)));
}
