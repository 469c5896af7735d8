/** The hidden session that carries control clients. Its one pane is dead from the start: it costs no process, and nothing in it can die. */
export const channelSession = 'baton-channel';
