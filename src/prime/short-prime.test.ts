import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { byteLength, second } from '#base';
import { sendMail } from '#mail';
import { type NewHandoff, type Session, writeHandoffRow } from '#sessions';
import { givenSession, givenStarted } from '#sessions/testing';
import { hookBead } from '#work';
import { givenBead, max } from '#work/testing';
import { readPrime } from './read-prime.ts';
import { deliver, givenDocument, givenNext, givenWork, type PrimeTown, primeTown, turn } from './testing.ts';

const warning = /Do not hand off again/;
const send = (town: PrimeTown, subject: string) => sendMail({ ...town, isKnown: async () => true }, { to: max, subject });

async function save(town: PrimeTown, session: Session, document: string): Promise<string> {
  const row: NewHandoff = {
    ...{ kind: 'save', isPlanned: true, reason: 'compaction', sourceSession: session.id, targetAgent: max, subject: 's', document },
    ...{ writtenBy: 'agent', preservedRef: undefined },
  };
  town.clock.advance(second);
  return town.store.change({ actor: 'daemon' }, async (tx, at) => {
    const id = await writeHandoffRow(town, tx, at, row);
    return { answer: id, events: [{ type: 'handoff_saved', agent: max }] };
  });
}

/** A session with work and a document, in the middle of its first turn. */
async function atWork(t: TestContext, end: Parameters<typeof givenNext>[1] = {}) {
  const town = await primeTown(t);
  const work = await givenWork(town);
  const given = await givenNext(town, end);
  await deliver(town, given.next);
  await turn(town, given.next);
  return { town, ...work, ...given };
}

describe('a short prime', () => {
  it('says that a transfer waits, and leaves it to the next turn (prime 11)', async (t) => {
    const { town, next } = await atWork(t);
    const transfer = { kind: 'transfer', isPlanned: true, reason: 'r', targetAgent: max, subject: 's', document: 'd', writtenBy: 'code' } as const;
    const from = await givenStarted(town, 'mayor');
    await town.store.change(town.by, async (tx, at) => ({
      answer: await writeHandoffRow(town, tx, at, { ...transfer, sourceSession: from.id, preservedRef: undefined }),
      events: [{ type: 'tried' }],
    }));
    const { text, transfers } = await readPrime(town, { session: next.id, source: 'compact' });
    assert.match(text, /1 transfer from other sessions will come with your next turn\./);
    assert.deepEqual(transfers, []);
  });

  it('says who, what hangs and at which step, how much mail, the next action and the dead ends, and to go on (prime 11)', async (t) => {
    const text = '## Next action\nNext: the third beam\n\n## Dead ends\n- nails: rust\n';
    const { town, next, bead, document } = await atWork(t, { document: text });
    await send(town, 'hello');
    const prime = await deliver(town, next, 'compact');
    assert.match(prime.text, /^Context compacted\. Continue your previous task\.\nYou are crew max \(rig: app\), address app\/crew\/max\. Session /);
    assert.match(prime.text, new RegExp(`Your hook: ${bead.id} \\(P2\\): Mend the roof\nWork hangs on your hook\\..*go on at step-1: load-context\\.`));
    assert.match(prime.text, /\n1 unread message: `baton mail inbox`\.\n\n# Next action\nNext: the third beam\n\n# Dead ends\n- nails: rust\n$/);
    assert.ok(!prime.text.includes('hello'));
    assert.ok(document !== '' && !warning.test(prime.text));
  });

  it('takes what the session saved itself before what it was given (prime 11)', async (t) => {
    const { town, next } = await atWork(t, { document: '## Next action\nold\n\n## Dead ends\n- old\n' });
    await save(town, next, '## Next action\nfirst\n');
    await save(town, next, '## Next action\nnewest\n\n## Dead ends\n- new\n');
    const { text } = await deliver(town, next, 'resume');
    assert.match(text, /^Conversation resumed\. Continue your previous task\.\n/);
    assert.match(text, /# Next action\nnewest\n\n# Dead ends\n- new\n$/);
  });

  it('keeps its budget with everything far too long, and names a command for what it cuts (prime 2, 11)', async (t) => {
    const town = await primeTown(t, { town: 'prime.short_bytes = 900' });
    const long = 'ü'.repeat(5000);
    const bead = await givenBead(town, { title: 'T'.repeat(200), body: long });
    await hookBead(town, { bead: bead.id, agent: max });
    const { next, document } = await givenNext(town, { document: `## Next action\n${long}\n\n## Dead ends\n${long}\n` });
    await deliver(town, next);
    await turn(town, next);
    const { text } = await deliver(town, next, 'compact');
    assert.ok(byteLength(text) <= 900, `${byteLength(text)}`);
    assert.match(text, /^Context compacted\./);
    assert.ok(text.includes(`[cut to fit; all of it: baton mail read ${document}]`));
  });

  it('marks no mail as told, for it shows no subject: the next turn tells it (prime 11)', async (t) => {
    const { town, next } = await atWork(t);
    const { id } = await send(town, 'hello');
    assert.deepEqual((await deliver(town, next, 'compact')).mails, []);
    assert.deepEqual(
      (await turn(town, next)).mails.map((mail) => mail.id),
      [id],
    );
  });

  it('delivers the document of a cycle to the session that goes on with its conversation, and warns once (prime 4, 11)', async (t) => {
    const town = await primeTown(t);
    const first = await givenStarted(town, max);
    const document = await givenDocument(town, first, { document: '## Next action\nNext: the third beam\n' });
    town.clock.advance(second);
    const launch = { topic: 'handoff', sender: 'self', resume: 'c1' };
    const next = await givenSession(town, max, { predecessor: first.id, launch });
    for (const source of ['startup', 'resume'] as const) {
      const { text, handoffs } = await deliver(town, next, source);
      assert.match(text, /^Conversation resumed.*Continue your previous task\.\n/);
      assert.match(text, /# Next action\nNext: the third beam/);
      assert.deepEqual([handoffs, warning.test(text)], [[document], source === 'startup']);
    }
  });

  it('is none where a document waits that the conversation cannot know, nor after a clear (prime 11)', async (t) => {
    const town = await primeTown(t);
    const { next } = await givenNext(town);
    const first = await deliver(town, next, 'resume');
    assert.match(first.text, /^You are crew max[\s\S]*# Left by your predecessor[\s\S]*# How a crew works/);
    await turn(town, next);
    const { text } = await deliver(town, next, 'clear');
    assert.match(
      text,
      /# Left by your predecessor\nHandoff [\s\S]*the third beam[\s\S]*# How a crew works/,
      'it remembers nothing, so it is told all of it again',
    );
  });
});
