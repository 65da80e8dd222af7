import type { KnownFault } from './failure';

/** The execution was stopped, or timed out, while nothing of the message had been accepted. */
export const STOPPED = {
	code: 'CANCELLED',
	detail: 'The execution was stopped before the message went out.',
} as const satisfies KnownFault;

/** The credential was saved, but nobody has ever signed in with it. */
export const NOT_CONNECTED = {
	code: 'RECONNECT_REQUIRED',
	detail: 'The credential was never connected: nobody has signed in with it yet.',
	remedy:
		'Open the credential, click Connect (n8n 1: Connect my account) at the top, and sign in with the provider.',
} as const satisfies KnownFault;
