import { setDefaultAutoSelectFamily } from 'node:net';

// As n8n's start script does: without a word of its own a connection tries one address only.
setDefaultAutoSelectFamily(false);
