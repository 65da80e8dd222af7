import { describe, expect, it, vi } from 'vitest';
import {
	createCertificateAuthority,
	createSelfSignedCertificate,
} from '../../../sandbox/net/certificates.js';
import { startSandbox } from '../../../sandbox/start-sandbox.js';
import { RawSmtpClient } from '../../support/smtp/raw-smtp-client.js';
import {
	ALICE,
	messageFrom,
	oauthBearer,
	sendMessage,
	sendWithNodemailer,
	signIn,
	signInAs,
	withSandbox,
	xoauth2,
} from '../../support/n8n/sandbox-client.js';

describe('the sandbox, configured', () => {
	it('enforces the size it announces', async () => {
		await withSandbox({ mail: { maxMessageBytes: 1000 } }, async (sandbox) => {
			const client = await signInAs(sandbox, ALICE);
			expect((await client.say(`MAIL FROM:<${ALICE}> SIZE=1001`)).lines[0]).toMatch(
				/^552 5\.3\.4 /,
			);
			const big = `${messageFrom(ALICE)}${'x'.repeat(990)}\r\n`;
			expect((await sendMessage(client, ALICE, big)).lines[0]).toMatch(/^552 5\.3\.4 /);
			expect((await sendMessage(client, ALICE, messageFrom(ALICE))).code).toBe(250);
			client.close();
			expect(sandbox.mail.messages).toHaveLength(1);
		});
	});

	it('offers only what it is told to offer, and refuses the rest', async () => {
		const mail = {
			offerMechanisms: ['OAUTHBEARER'],
			offerSmtpUtf8: false,
			offerDsn: false,
			refusalStyle: 'plain',
		} as const;
		await withSandbox({ mail }, async (sandbox) => {
			const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
			const { client, reply } = await signIn(sandbox, 'OAUTHBEARER', oauthBearer(ALICE, 'no'));
			expect(reply.lines[0]).toMatch(/^535 5\.7\.3 /);
			expect((await client.say('AUTH XOAUTH2')).code).toBe(504);
			const ehlo = await client.say('EHLO client.test');
			expect(ehlo.lines.join()).not.toMatch(/SMTPUTF8|DSN|XOAUTH2/);
			await client.say('AUTH OAUTHBEARER');
			expect((await client.say(oauthBearer(ALICE, token))).code).toBe(235);
			expect((await client.say(`MAIL FROM:<${ALICE}> SMTPUTF8`)).code).toBe(555);
			expect((await client.say(`MAIL FROM:<${ALICE}> RET=FULL`)).code).toBe(555);
			client.close();
		});
	});

	it('refuses sign-ins and messages in the words it is given', async () => {
		const refuseSignInWith = '535 5.7.139 Authentication unsuccessful, SMTP AUTH is off.';
		await withSandbox({ mail: { refuseSignInWith } }, async (sandbox) => {
			const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
			const { client, reply } = await signIn(sandbox, 'XOAUTH2', xoauth2(ALICE, token));
			expect(reply.lines).toEqual([refuseSignInWith]);
			expect(sandbox.mail.authAttempts).toMatchObject([{ accepted: false }]);
			client.close();
		});
		const refuseMessageWith = '432 4.3.2 Concurrent connections limit exceeded.';
		await withSandbox({ mail: { refuseMessageWith } }, async (sandbox) => {
			const client = await signInAs(sandbox, ALICE);
			const reply = await sendMessage(client, ALICE, messageFrom(ALICE));
			expect(reply.lines).toEqual([refuseMessageWith]);
			expect(sandbox.mail.messages).toEqual([]);
			client.close();
		});
	});

	it.each([
		['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT', () => createSelfSignedCertificate()],
		[
			'expired',
			'CERT_HAS_EXPIRED',
			async () =>
				(await createCertificateAuthority()).issueServerCertificate({
					notAfter: new Date(Date.now() - 60_000),
				}),
		],
		[
			'wrong-name',
			'ERR_TLS_CERT_ALTNAME_INVALID',
			async () =>
				(await createCertificateAuthority()).issueServerCertificate({ hosts: ['other.test'] }),
		],
	])('shows a %s certificate as such', async (kind, code, issue) => {
		const certificate = await issue();
		await withSandbox({ mail: { certificate } }, async (sandbox) => {
			const ca = kind === 'self-signed' ? undefined : certificate.caCertificate;
			await expect(sendWithNodemailer(sandbox, true, 'x', ca)).rejects.toMatchObject({
				originalCode: code,
			});
		});
	});

	it('starts silently and leaves nothing open when it is closed', async () => {
		const spies = [
			vi.spyOn(console, 'warn'),
			vi.spyOn(console, 'info'),
			vi.spyOn(console, 'error'),
		];
		const sandbox = await startSandbox();
		const client = await signInAs(sandbox, ALICE);
		expect(sandbox.mail.openConnectionCount).toBe(1);
		await sandbox.close({ removeData: true });
		await client.waitForEnd();
		for (const spy of spies) {
			expect(spy).not.toHaveBeenCalled();
			spy.mockRestore();
		}
		await expect(fetch(sandbox.oauth.tokenUrl)).rejects.toThrow();
		await expect(RawSmtpClient.connect(sandbox.mail.implicitPort)).rejects.toThrow();
	});
});
