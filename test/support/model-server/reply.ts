import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FailedReply, StreamEvent } from './api.ts';
import type { Json } from './json.ts';
import type { Failure, Pace } from './step.ts';

/** Sends a whole JSON answer. */
export function sendJson(response: ServerResponse, status: number, body: Json, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Sends a vendor's failure, with what the step says otherwise in its place. */
export function sendFailure(response: ServerResponse, reply: FailedReply, failure: Failure, isStream: boolean): void {
  if (isStream && reply.events !== undefined && failure.status === undefined && failure.body === undefined) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(reply.events.map(formatEvent).join(''));
    return;
  }
  sendJson(response, failure.status ?? reply.status, failure.body ?? reply.body, { ...reply.headers, ...failure.headers });
}

/** Sends events at their pace; a connection that the client closed ends it. */
export async function sendStream(response: ServerResponse, events: readonly StreamEvent[], { betweenMs = 0, cutAfter }: Pace): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const [i, event] of events.entries()) {
    if (i === cutAfter) {
      await sleep(cutMs);
      response.destroy();
    }
    if (i > 0 && betweenMs > 0) await sleep(betweenMs);
    if (response.destroyed) return;
    response.write(formatEvent(event));
  }
  response.end();
}

/** What was written before a cut has to leave the machine's buffers first. */
const cutMs = 20;

function formatEvent({ name, data }: StreamEvent): string {
  const text = data === '[DONE]' ? data : JSON.stringify(data);
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${text}\n\n`;
}
