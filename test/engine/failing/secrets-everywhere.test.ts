import { readLog } from '../../support/n8n/n8n-log.js';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GOOD_CLAIMS, holdsPieceOf, jwtOf } from '../../support/tls/access-token.js';
import { findLeakedSecrets, textsIn } from '../../support/n8n/leaked-secrets.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import {
	startScriptedServer,
	type Script,
	type ScriptedServer,
} from '../../support/smtp/scripted-smtp-server.js';
import { createApplicationCertificate } from '../../support/tls/self-signed-rsa.js';
import { closeIdleConnections } from '../../support/smtp/mailbox-states.js';

/** Ways in which somebody may repeat a secret. */
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
	'as it is': (secret) => secret,
	'URL-encoded': (secret) => encodeURIComponent(secret),
	'as a form': (secret) => new URLSearchParams({ x: secret }).toString(),
	'as JSON': (secret) => JSON.stringify({ x: secret }),
	base64: (secret) => Buffer.from(secret).toString('base64'),
	base64url: (secret) => Buffer.from(`?${secret}`).toString('base64url'),
	XOAUTH2: (secret) =>
		Buffer.from(`user=a@b.test\u0001auth=Bearer ${secret}\u0001\u0001`).toString('base64'),
	OAUTHBEARER: (secret) =>
		Buffer.from(`n,a=a@b.test,\u0001auth=Bearer ${secret}\u0001\u0001`).toString('base64'),
};

const PLACES = ['sasl', 'challenge', 'mail', 'rcpt', 'data', 'refusal', 'acceptance'] as const;

/** The mail server is shown the access token and no other secret, the token endpoint all of them. */
const ECHOES = [
	...PLACES.map((where) => ({ where, which: 'access' as const })),
	{ where: 'refresh', which: 'access' },
	{ where: 'refresh', which: 'refresh' },
	{ where: 'refresh', which: 'client' },
] as const;

/** A server that repeats what `echo` gives at one place of the dialogue. */
function gossip(place: () => (typeof PLACES)[number] | 'refresh', echo: () => string): Script {
	return (line, { phase }) => {
		const at = place();
		if (phase === 'sasl') {
			if (at === 'refresh') return '535 5.7.8 no';
			if (at === 'sasl') return ['535-5.7.3 no', `535 5.7.3 ${echo()}`];
			if (at !== 'challenge') return undefined;
			const refusal = JSON.stringify({ status: 'invalid_request', why: echo() });
			return line.length < 10 ? '535 5.7.3 no' : `334 ${Buffer.from(refusal).toString('base64')}`;
		}
		if (line.startsWith('MAIL') && at === 'mail') return `451 4.3.0 ${echo()}`;
		if (line.startsWith('RCPT') && at === 'rcpt') return `550 5.1.1 ${echo()}`;
		if (line === 'DATA' && at === 'data') return `554 5.0.0 ${echo()}`;
		if (phase !== 'finalDot') return undefined;
		if (at === 'refusal') return [`554-5.6.0 ${echo()}`, '554 5.6.0 no'];
		return at === 'acceptance' ? `250 2.0.0 ${echo()}` : undefined;
	};
}

const opaque = fc.stringMatching(/^[A-Za-z0-9+/._~-]{30,120}$/);
const accessToken = fc.oneof(
	opaque,
	opaque.map((text) => `ya29.${text}`),
	fc
		.record({ upn: fc.emailAddress(), jti: opaque })
		.map((own) => jwtOf({ ...GOOD_CLAIMS, ...own })),
);

describe('a secret that servers repeat', () => {
	let mail: ScriptedServer;
	let tokenEndpoint: Server;
	/** What is repeated at present, and where. */
	let place: (typeof PLACES)[number] | 'refresh' = 'sasl';
	let echo = '';
	beforeAll(async () => {
		mail = await startScriptedServer({
			tls: 'implicit',
			script: gossip(
				() => place,
				() => echo,
			),
		});
		tokenEndpoint = createServer((_request, response) => {
			response.writeHead(400, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ error: 'invalid_request', error_description: echo }));
		}).listen(0, '127.0.0.1');
		await once(tokenEndpoint, 'listening');
	});
	afterAll(async () => {
		await mail.close();
		tokenEndpoint.close();
	});

	it('comes out nowhere: not in items, errors, transcripts, nor n8n’s log', async () => {
		const all = new Set<string>();
		const { port } = tokenEndpoint.address() as AddressInfo;
		await fc.assert(
			fc.asyncProperty(
				fc.record({ access: accessToken, refresh: opaque, client: opaque }),
				fc.constantFrom(...Object.keys(FORMS)),
				fc.constantFrom(...ECHOES),
				fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
				fc.boolean(),
				async (secrets, form, { where, which }, onError, debug) => {
					place = where;
					const repeated = secrets[which];
					echo = FORMS[form]?.(repeated) ?? '';
					const workflow = MailWorkflow.forServer(mail, {
						parameters: { options: { debug, maxAttempts: 1 } },
						settings: { onError },
						credential: {
							customAccessTokenUrl: `http://127.0.0.1:${String(port)}/token`,
							clientSecret: secrets.client,
							oauthTokenData: {
								access_token: secrets.access,
								...(where === 'refresh' ? { refresh_token: secrets.refresh } : {}),
								n8n_expires_at: String(Date.now() + 3_600_000),
							},
						},
					});
					for (const secret of Object.values(secrets)) all.add(secret);
					const run = await workflow.run();
					await closeIdleConnections();
					expect(findLeakedSecrets(run, Object.values(secrets))).toEqual([]);
					const text = textsIn(run);
					expect(holdsPieceOf(text, repeated)).toBe(false);
					expect(holdsPieceOf(text, echo.replace(/^x=|^\{"x":/, ''))).toBe(false);
				},
			),
			{ numRuns: 60 },
		);
		expect(readLog().length).toBeGreaterThan(60);
		expect(findLeakedSecrets(readLog(), [...all])).toEqual([]);
	}, 180_000);

	it('comes out nowhere if it is a key that an application signs in with', async () => {
		const pair = await createApplicationCertificate();
		const { port } = tokenEndpoint.address() as AddressInfo;
		const bodies = [pair.privateKey, pair.certificate].map((pem) =>
			pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''),
		);
		const shown: unknown[] = [];
		for (const [index, form] of Object.values(FORMS).entries()) {
			const onError = index % 2 === 0 ? 'stopWorkflow' : 'continueErrorOutput';
			for (const secret of [pair.privateKey, pair.certificate, ...bodies]) {
				echo = form(secret);
				const workflow = MailWorkflow.forServer(mail, {
					parameters: { options: { debug: true, maxAttempts: 1 } },
					settings: { onError },
					credential: {
						grantType: 'clientCredentials',
						clientCredentialType: 'certificate',
						...pair,
						customAccessTokenUrl: `http://127.0.0.1:${String(port)}/token`,
						oauthTokenData: '',
					},
				});
				shown.push(await workflow.run());
			}
		}
		const text = textsIn([shown, readLog()]);
		expect(text).toContain('[redacted]');
		for (const body of bodies) expect(holdsPieceOf(text, body)).toBe(false);
	});

	it.each<[string, (secret: string) => unknown]>([
		['a text', (secret: string) => `no ${secret}`],
		['an object', (secret: string) => ({ message: `no ${secret}`, secret, toString: null })],
		['a list', (secret: string) => ['no', secret]],
	])('does not come out of %s thrown instead of an error', async (_what, make) => {
		place = 'refresh';
		const workflow = MailWorkflow.forServer(mail, {
			settings: { onError: 'continueRegularOutput' },
			parameters: { options: { debug: true, maxAttempts: 1 } },
		});
		const { access_token: secret = '' } = workflow.credential['oauthTokenData'] as {
			access_token?: string;
		};
		const { store } = workflow.host;
		const getDecrypted = store.getDecrypted.bind(store);
		const connections = mail.connections.length;
		// From the moment on at which the server has refused the token.
		store.getDecrypted = async (...call) => {
			if (mail.connections.length > connections) throw make(secret) as Error;
			return await getDecrypted(...call);
		};
		const run = await workflow.run();
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ failure: { stage: 'token', message: expect.stringContaining('[redacted]') } },
		]);
		expect(holdsPieceOf(textsIn([run, readLog()]), secret)).toBe(false);
	});
});
