import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from './net/certificates.js';
import type { ServerCertificate } from './net/certificates.js';
import { KeptState } from './kept-state.js';
import { startMailServer } from './mail/mail-server.js';
import type { MailServer } from './mail/mail-server.js';
import { startOAuthServer } from './oauth/oauth-server.js';
import type { TokenIssuer } from './accounts/access-token-check.js';
import type { OAuthServer } from './oauth/oauth-server.js';
import { ReceivedMessages } from './mail/received-messages.js';
import type { ReceivedMessage } from './mail/received-messages.js';
import { DEFAULT_USERS } from './accounts/sandbox-user.js';
import type { SandboxUser } from './accounts/sandbox-user.js';
import type { MailServerOptions } from './mail/smtp-port.js';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** What is to be started. */
export interface SandboxOptions {
	/** The folder for the received messages (.eml); default: a new temporary one. */
	readonly dataDir?: string;
	/** Default 3600; can be changed later through `oauth.accessTokenTtlSeconds`. */
	readonly accessTokenTtlSeconds?: number;
	/** Default 0 each: any free port. */
	readonly ports?: {
		readonly oauth?: number;
		readonly implicit?: number;
		readonly starttls?: number;
	};
	/** Default: alice@sandbox.test (may also send as support@sandbox.test) and bob@sandbox.test. */
	readonly users?: readonly SandboxUser[];
	/** Of the registered clients; default: n8n's callback on loopback, on any port. */
	readonly redirectUris?: readonly string[];
	readonly mail?: MailServerOptions;
	/**
	 * Go on with what an earlier sandbox with the same `dataDir` and `isKept` left there: its
	 * certificate, grants, tokens and messages. Default false: everything is new.
	 */
	readonly isKept?: boolean;
	/** A further issuer of access tokens that open SMTP, besides `oauth`. */
	readonly tokenIssuers?: readonly TokenIssuer[];
}

/** A running OAuth2 server and a running mail server that trusts its tokens. */
export interface Sandbox {
	readonly oauth: OAuthServer;
	readonly mail: Omit<MailServer, 'close'> & {
		readonly host: 'localhost';
		/** The certificate (PEM) a client has to trust. */
		readonly caCertificate: string;
		/** The messages accepted so far, oldest first. */
		readonly messages: readonly ReceivedMessage[];
		/** Calls a listener for each further message; returns how to stop it. */
		onMessage(listener: (message: ReceivedMessage) => void): () => void;
		/** All messages once there are at least `count`; fails after `timeoutMs` (default a minute). */
		waitForMessages(count: number, timeoutMs?: number): Promise<readonly ReceivedMessage[]>;
	};
	readonly users: readonly SandboxUser[];
	readonly dataDir: string;
	/** Stops both servers and cuts their connections; `removeData` deletes the folder as well. */
	close(options?: { readonly removeData?: boolean }): Promise<void>;
}

/** Starts everything on loopback. Fails, leaving nothing behind, if a port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const users = options.users ?? DEFAULT_USERS;
	const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'smtp-oauth-sandbox-')));
	const kept = options.isKept === true ? new KeptState(dataDir) : undefined;
	const certificate =
		options.mail?.certificate ??
		(await (kept ? kept.certificate(issueLastingCertificate) : issueCertificate()));
	const oauth = await startOAuthServer({
		users,
		port: options.ports?.oauth ?? 0,
		...(kept ? { grantsPath: kept.grantsPath } : {}),
		...(options.redirectUris ? { redirectUris: options.redirectUris } : {}),
		...(options.accessTokenTtlSeconds === undefined
			? {}
			: { accessTokenTtlSeconds: options.accessTokenTtlSeconds }),
	});
	const received = await ReceivedMessages.open(dataDir, { isKept: kept !== undefined });
	const mail = await startMailServer({
		...options.mail,
		ports: {
			implicit: options.ports?.implicit ?? 0,
			starttls: options.ports?.starttls ?? 0,
		},
		certificate,
		users,
		scope: oauth.scope,
		issuer: oauth.issuer,
		received,
		async checkAccessToken(token) {
			for (const issuer of options.tokenIssuers ?? []) {
				const check = issuer(token);
				if (check) return check;
			}
			return oauth.checkAccessToken(token);
		},
	}).catch(async (error: unknown) => {
		await oauth.close();
		throw error;
	});

	return {
		oauth,
		mail: {
			host: 'localhost',
			implicitPort: mail.implicitPort,
			starttlsPort: mail.starttlsPort,
			caCertificate: certificate.caCertificate,
			sessions: mail.sessions,
			authAttempts: mail.authAttempts,
			refusals: mail.refusals,
			get connectionCount() {
				return mail.connectionCount;
			},
			get openConnectionCount() {
				return mail.openConnectionCount;
			},
			disconnectClients: async () => {
				await mail.disconnectClients();
			},
			get messages() {
				return received.all;
			},
			onMessage: (listener) => received.onMessage(listener),
			waitForMessages: (count, timeoutMs) => received.waitFor(count, timeoutMs),
		},
		users,
		dataDir,
		async close({ removeData = false } = {}) {
			received.close();
			await Promise.all([mail.close(), oauth.close()]);
			if (removeData) await rm(dataDir, { recursive: true, force: true });
		},
	};
}

async function issueCertificate(): Promise<ServerCertificate> {
	const authority = await createCertificateAuthority();
	return authority.issueServerCertificate();
}

/** For a sandbox that keeps its state: valid for ten years. */
async function issueLastingCertificate(): Promise<ServerCertificate> {
	const notAfter = new Date(Date.now() + 10 * YEAR_MS);
	const authority = await createCertificateAuthority(undefined, { notAfter });
	return authority.issueServerCertificate({ notAfter });
}
