import { type Command, command } from '../command.ts';
import { choice, flag, list, text, whole } from '../field.ts';

const section = 'Messages';
const priority = choice('from 0 (first) to 4 (last)', ['P0', 'P1', 'P2', 'P3', 'P4', '0', '1', '2', '3', '4'], { value: 'P0-P4', default: 'P2' });

/** Mail and escalations. */
export const mailCommands: readonly Command[] = [
  command({
    words: 'mail send',
    section,
    summary: 'Send a message to an address',
    args: { address: text('who gets it, such as mayor or app/crew/max', { names: 'agents' }) },
    options: {
      subject: text('one line', { short: 's', isRequired: true }),
      body: text('the message', { short: 'm', aliases: ['message'] }),
      stdin: flag('read the message from stdin'),
      priority,
      human: flag('to the person; no address is needed'),
      thread: text('the message that it answers', { value: 'MAIL' }),
    },
    examples: [
      { line: 'mail send mayor -s "Login is done" -m "Landed as 1a2b3c4."', does: 'to the mayor' },
      { line: 'mail send --human -s "Which database?" -m "Both would do."', does: 'to the person' },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/mail.ts')).sendMail,
  }),
  command({
    words: 'mail inbox',
    section,
    summary: 'List messages, newest first',
    args: { address: text('whose', { names: 'agents', default: 'yours' }) },
    options: { unread: flag('only unread ones', { short: 'u' }), limit: whole('at most that many', { value: 'COUNT', min: 1 }) },
    examples: [{ line: 'mail inbox', does: 'your messages' }],
    faults: ['not-found', 'conflict'],
    run: async () => (await import('../run/mail.ts')).listInbox,
  }),
  command({
    words: 'mail read',
    section,
    summary: 'Read a message; it is no longer unread',
    args: { mail: text('its id', { isRequired: true, value: 'MAIL' }) },
    examples: [{ line: 'mail read mail-7c4md', does: 'the whole message' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/mail.ts')).readMail,
  }),
  command({
    words: 'mail check',
    section,
    summary: 'Tell whether there is unread mail, in a line or two',
    options: { inject: flag('in the form that a runtime puts into the conversation; nothing where nothing came') },
    examples: [{ line: 'mail check', does: 'how many, and their subjects' }],
    faults: ['not-found'],
    run: async () => (await import('../run/mail.ts')).checkMail,
  }),
  command({
    words: 'escalate',
    section,
    summary: 'Ask for a decision or help that the work needs',
    args: { text: list('what is needed, in a sentence', { value: 'TEXT', isRequired: true }) },
    options: {
      severity: choice('how much waits for it', ['critical', 'high', 'medium'], { short: 's', default: 'medium' }),
      to: choice('who decides', ['witness', 'mayor', 'human'], { default: 'human' }),
      bead: text('the bead that it is about', { names: 'beads', default: 'the one on your hook' }),
      incident: text('your name for what it is about: while one of yours of that name is open, nothing is added', { value: 'NAME' }),
    },
    examples: [{ line: 'escalate -s high "The schema change breaks the public API: go on?"', does: 'to the person' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/mail.ts')).escalate,
  }),
  command({
    words: 'escalate list',
    section,
    summary: 'List open escalations',
    options: { all: flag('closed ones too') },
    examples: [{ line: 'escalate list', does: 'what waits for somebody' }],
    run: async () => (await import('../run/mail.ts')).listEscalations,
  }),
  command({
    words: 'escalate ack',
    section,
    summary: 'Say that an escalation was seen',
    args: { id: text('its id', { isRequired: true, names: 'escalations' }) },
    examples: [{ line: 'escalate ack esc-2m8ta', does: 'seen, not decided' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/mail.ts')).ackEscalation,
  }),
  command({
    words: 'escalate close',
    section,
    summary: 'Close an escalation',
    args: { id: text('its id', { isRequired: true, names: 'escalations' }) },
    examples: [{ line: 'escalate close esc-2m8ta', does: 'decided' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/mail.ts')).closeEscalation,
  }),
];
