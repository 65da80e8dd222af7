import type { ServerCertificate } from './net/certificates.js';
import { startEntraServer } from './entra/entra-server.js';
import type { EntraServer } from './entra/entra-server.js';
import { entraTokensForSmtp } from './entra/smtp-tokens.js';
import { startGmailServer } from './google/gmail-server.js';
import type { GmailServer } from './google/gmail-server.js';
import { startGoogleTokenServer } from './google/token-server.js';
import type { GoogleTokenServer } from './google/token-server.js';
import { startGraphServer } from './graph/graph-server.js';
import type { GraphServer } from './graph/graph-server.js';
import { NAMED_HOSTS } from './net/named-hosts.js';
import type { NamedHost } from './net/named-hosts.js';
import { startSandbox } from './start-sandbox.js';
import type { Sandbox, SandboxOptions } from './start-sandbox.js';

/** Microsoft's and Google's services on loopback, and a mail server that takes their tokens. */
export interface Clouds {
	readonly entra: EntraServer;
	readonly google: GoogleTokenServer;
	/** Takes Google's tokens; add mailboxes to it. */
	readonly gmail: GmailServer;
	/** Takes Entra's tokens; add mailboxes to it. */
	readonly graph: GraphServer;
	/** The mail server, and the sandbox's own OAuth2 server beside it. */
	readonly sandbox: Sandbox;
	/** The port that stands in for each name: what the proxy of named-hosts.ts is started with. */
	readonly ports: Readonly<Partial<Record<NamedHost, number>>>;
	close(): Promise<void>;
}

/**
 * Starts them all.
 *
 * @param certificate for the real names and loopback: `readTrustedCertificate()`
 */
export async function startClouds(
	certificate: ServerCertificate,
	options: Omit<SandboxOptions, 'tokenIssuers'> = {},
): Promise<Clouds> {
	const entra = await startEntraServer({ certificate });
	const google = await startGoogleTokenServer({ certificate });
	const gmail = await startGmailServer({
		certificate,
		checkToken: (token) => google.verifyToken(token),
	});
	const graph = await startGraphServer({
		certificate,
		checkToken: (token) => entra.verifyToken(token, 'graph'),
	});
	const sandbox = await startSandbox({
		...options,
		tokenIssuers: [entraTokensForSmtp(entra), google.checkAccessToken],
	});
	return {
		entra,
		google,
		gmail,
		graph,
		sandbox,
		ports: {
			...Object.fromEntries(
				NAMED_HOSTS.map((host) => [host, host.startsWith('login.') ? entra.port : graph.port]),
			),
			'oauth2.googleapis.com': google.port,
			'gmail.googleapis.com': gmail.port,
		},
		async close() {
			await Promise.all([
				entra.close(),
				google.close(),
				gmail.close(),
				graph.close(),
				sandbox.close({ removeData: true }),
			]);
		},
	};
}
