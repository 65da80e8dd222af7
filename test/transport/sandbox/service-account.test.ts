import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	createCertificateAuthority,
	type ServerCertificate,
} from '../../../sandbox/net/certificates.js';
import type { ServiceAccount } from '../../../sandbox/google/service-accounts.js';
import { NAMED_HOSTS } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { AccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { HttpRequest } from '../../../nodes/SmtpOAuthSendEmail/auth/http-client.js';
import { serviceAccountAccess } from '../../../nodes/SmtpOAuthSendEmail/auth/service-account-tokens.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { mailboxStateOf } from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import { SmtpTransport } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/smtp-transport.js';
import { askByName } from '../../support/graph/entra-client.js';
import { prepare, valueOf } from '../../support/message/prepared-message.js';
import { accountAt, PLENTY } from '../../support/smtp/transport-setting.js';
import { closeIdleConnections } from '../../support/smtp/mailbox-states.js';

const USER = 'adele@contoso.example';
const SCOPE = 'https://mail.google.com/';

let clouds: Clouds;
let certificate: ServerCertificate;
let account: ServiceAccount;
let serviceAccountKey = '';
let nowMs = Date.now();
let count = 0;
beforeEach(async () => {
	const authority = await createCertificateAuthority();
	certificate = await authority.issueServerCertificate({ hosts: [...NAMED_HOSTS] });
	clouds = await startClouds(certificate, { users: [{ email: USER }] });
	const { directory } = clouds.google;
	account = directory.createServiceAccount('mailer');
	serviceAccountKey = JSON.stringify(account.createKey());
	directory.users.add(USER);
	directory.delegate('contoso.example', account.clientId, [SCOPE]);
	nowMs = Date.now();
	count += 1;
});
afterEach(async () => {
	await closeIdleConnections();
	await clouds.close();
});

/** Leads Google's name to the stand-in, as a proxy would. */
const request: HttpRequest = async ({ url, body }) => {
	const { hostname, pathname } = new URL(url);
	const form = Object.fromEntries(new URLSearchParams(String(body)));
	const options = { path: pathname, form };
	const { google } = clouds;
	const answer = await askByName(google.port, hostname, certificate.caCertificate, options);
	return { status: answer.status, headers: {}, body: answer.body };
};

/** A transport as the node makes it for Gmail, but to the sandbox's mail server. */
function transport() {
	const { mail } = clouds.sandbox;
	const { caCertificate, implicitPort: port } = mail;
	const mailbox = accountAt(
		{ port, caCertificate },
		{ provider: 'gmail', signIn: 'serviceAccount', user: USER },
	);
	const id = `service-account-${String(count)}`;
	const readFields = async () => ({ serviceAccountKey });
	const access = serviceAccountAccess(id, mailbox, readFields, { request, now: () => nowMs });
	const tokens = new AccessTokens(access, mailbox, () => nowMs);
	const mailboxState = mailboxStateOf(processRegistry().mailboxStates, id);
	return new SmtpTransport(mailbox, tokens, {
		mailboxState,
		credentialId: access.id,
		memory: { refusedReplacements: new Set() },
	});
}

const deliver = async () =>
	await transport().deliver(
		valueOf(await prepare({ fromEmail: USER })),
		['bob@example.com'],
		PLENTY,
	);
const requests = () => clouds.google.tokenRequests.length;

describe('a service account', () => {
	it('sends as its user, and needs one token for all', async () => {
		expect(await deliver()).toMatchObject({ kind: 'accepted' });
		await closeIdleConnections();
		expect(await deliver()).toMatchObject({ kind: 'accepted' });
		expect(clouds.sandbox.mail.messages.map(({ user }) => user)).toEqual([USER, USER]);
		expect(requests()).toBe(1);
	});

	it('has a refused token replaced, once', async () => {
		await deliver();
		clouds.google.revokeAccessTokens();
		await closeIdleConnections();
		expect(await deliver()).toMatchObject({ kind: 'accepted' });
		expect(requests()).toBe(2);
	});

	it('takes no token that another key got', async () => {
		await deliver();
		await closeIdleConnections();
		serviceAccountKey = JSON.stringify(account.createKey());
		await deliver();
		expect(requests()).toBe(2);
	});

	it('leaves no token behind that has ended', async () => {
		const { serviceAccountTokens } = processRegistry();
		serviceAccountTokens.clear();
		clouds.google.accessTokenSeconds = 30;
		await deliver();
		expect(serviceAccountTokens.size).toBe(1);
		nowMs += 31_000;
		serviceAccountKey = JSON.stringify(account.createKey());
		expect(await deliver()).toMatchObject({ kind: 'accepted' });
		expect(serviceAccountTokens.size).toBe(1);
	});

	it('has the clock named where that is an hour off', async () => {
		nowMs -= 2 * 3_600_000;
		expect(await deliver()).toMatchObject({
			kind: 'refused',
			failure: {
				code: 'TOKEN_REQUEST_FAILED',
				cause: 'configuration-invalid',
				remedy: expect.stringContaining('clock'),
			},
		});
		expect(clouds.sandbox.mail.connectionCount).toBe(0);
	});

	it('lets a token endpoint that is down pass with time', async () => {
		await clouds.google.close();
		expect(await deliver()).toMatchObject({
			failure: { code: 'TOKEN_REQUEST_FAILED', stage: 'token', retryable: true },
		});
	});
});
