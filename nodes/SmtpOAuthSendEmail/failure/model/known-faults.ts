import type { KnownFault } from './failure';

/** The execution was stopped, or timed out, while nothing of the message had been accepted. */
export const STOPPED = {
	code: 'CANCELLED',
	detail: 'The execution was stopped before the message went out.',
} as const satisfies KnownFault;

/** The credential holds no token: it was never connected, or has been disconnected. */
export const NOT_CONNECTED = {
	code: 'RECONNECT_REQUIRED',
	detail: 'The credential is not connected: it holds no access token.',
	remedy:
		'Open the credential, click Connect (n8n 1: Connect my account) at the top, and sign in with the provider.',
} as const satisfies KnownFault;
