/** A text in the pieces in which a model streams it, a word each; none of an empty text. */
export function splitText(text: string): string[] {
  return text.match(/\s*\S+(?:\s+$)?|\s+/g) ?? [];
}
