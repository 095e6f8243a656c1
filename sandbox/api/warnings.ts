import type { ServerResponse } from 'node:http'

export function warn(response: ServerResponse, texts: readonly string[]): void {
  for (const text of texts) response.appendHeader('Warning', warning(text))
}

/** RFC 7234, as client-go reads it; only what a header can carry. */
const warning = (text: string) =>
  `299 - "${text.replaceAll(/[^\u0020-\u007e]/gu, '?').replaceAll(/["\\]/gu, String.raw`\$&`)}"`
