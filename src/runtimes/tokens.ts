import { byteLength } from '#base';

/** Bytes of text that count as one token wherever no model counts them. */
export const bytesPerToken = 4;

/** Tokens of a text, estimated from its bytes. */
export function estimateTokens(text: string): number {
  return Math.ceil(byteLength(text) / bytesPerToken);
}
