import { readFileSync } from 'node:fs';
import type { IDataObject } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { jwtOf } from '../../support/tls/access-token.js';
import { FROM_ITEM, numbered, serveItems } from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates, idleConnections } from '../../support/smtp/mailbox-states.js';

/*
 * n8n's end-user credentials: for one credential ID n8n reads, and saves, the tokens of whoever runs
 * the workflow. A store for each user is that, as the node sees it: all of them have the same ID.
 */

const ALICE = 'alice@sandbox.test';
const BOB = 'bob@sandbox.test';

let sandbox: Sandbox;
beforeEach(async () => {
	await forgetMailboxStates();
	sandbox = await startSandbox();
});
afterEach(async () => {
	await forgetMailboxStates();
	await sandbox.close({ removeData: true });
});

/** The credential as one user's execution sees it; the field User is the template's for everybody. */
async function userOf(email: string, node: MailNode = {}): Promise<MailWorkflow> {
	return await MailWorkflow.create(sandbox, {
		...node,
		user: email,
		credential: { user: '={{ $json.mailbox }}', ...node.credential },
		settings: { onError: 'continueRegularOutput' },
	});
}

const send = async (workflow: MailWorkflow, mailbox: string) =>
	jsonOf(await workflow.run([{ mailbox }]), MAIL);

/** Whose the access token is that the user's store holds now. */
async function ownerOf(workflow: MailWorkflow): Promise<string | undefined> {
	const tokens = workflow.credential['oauthTokenData'] as { readonly access_token: string };
	const checked = await sandbox.oauth.checkAccessToken(tokens.access_token);
	return checked.ok ? checked.accountId : checked.reason;
}

describe('a credential that each user has connected for themselves', () => {
	it('sends as whoever runs the workflow', async () => {
		const [alice, bob] = [await userOf(ALICE), await userOf(BOB)];
		expect(await send(alice, ALICE)).toMatchObject([{ status: 'sent' }]);
		expect(await send(bob, BOB)).toMatchObject([{ status: 'sent' }]);
		expect(sandbox.mail.messages.map(({ user }) => user)).toEqual([ALICE, BOB]);
	});

	it('can have User filled in from the token: the expression of docs/credential.md', async () => {
		const page = readFileSync(new URL('../../../docs/credential.md', import.meta.url), 'utf8');
		const user = /^ *(\{\{ \$self\["oauthTokenData"\].*\}\})$/m.exec(page)?.[1] ?? '';
		const [alice, bob] = [await userOf(ALICE), await userOf(BOB)];
		for (const [email, { credential }] of [
			[ALICE, alice],
			[BOB, bob],
		] as const) {
			const claims = jwtOf({ upn: email, name: 'Zoë ÄÖÜ ñ >>>???' });
			Object.assign(credential, {
				user: `=${user.replace('access_token', 'id_token')}`,
				oauthTokenData: { ...(credential['oauthTokenData'] as IDataObject), id_token: claims },
			});
		}
		expect(await send(alice, '')).toMatchObject([{ status: 'sent', envelope: { from: ALICE } }]);
		expect(await send(bob, '')).toMatchObject([{ status: 'sent', envelope: { from: BOB } }]);
		// Before the user has connected: as with an empty field.
		delete bob.credential['oauthTokenData'];
		expect(await send(bob, '')).toMatchObject([
			{ status: 'failed', failure: { code: 'INVALID_PARAMETER' } },
		]);
	});

	it.each([2, 6])('renews the token of each of %i users at a time for its owner', async (count) => {
		const users = await Promise.all(
			Array.from({ length: count }, async (_, index) => {
				const email = index % 2 === 0 ? ALICE : BOB;
				return { email, workflow: await userOf(email, { tokenSeconds: 30 }) };
			}),
		);
		const items = await Promise.all(
			users.map(async ({ email, workflow }) => await send(workflow, email)),
		);
		expect(items.flat()).toMatchObject(users.map(() => ({ status: 'sent', attempts: 1 })));
		// Every token that was shown to the mail server was its user's own.
		expect(sandbox.mail.authAttempts.filter(({ accepted }) => !accepted)).toEqual([]);
		expect(sandbox.oauth.tokenRequests).toHaveLength(count);
		for (const { email, workflow } of users) {
			expect(await ownerOf(workflow)).toBe(email);
			expect(workflow.host.store.savedTokens).toBe(1);
		}
	});

	it('that has ended for one user is renewed for the other', async () => {
		const alice = await userOf(ALICE, { tokenSeconds: 30 });
		const bob = await userOf(BOB, { tokenSeconds: 30 });
		alice.credential['oauthTokenData'] = {
			...(alice.credential['oauthTokenData'] as IDataObject),
			n8n_expires_at: String(Date.now() - 1),
		};
		await sandbox.oauth.revoke(ALICE);
		const [ofAlice, ofBob] = await Promise.all([send(alice, ALICE), send(bob, BOB)]);
		expect(ofAlice).toMatchObject([{ status: 'failed', failure: { code: 'RECONNECT_REQUIRED' } }]);
		expect(ofBob).toMatchObject([{ status: 'sent' }]);
		expect(sandbox.mail.messages.map(({ user }) => user)).toEqual([BOB]);
		expect(await ownerOf(bob)).toBe(BOB);
	});

	it('shares no connection, not even for a mailbox that both may use', async () => {
		const server = await serveItems();
		const node = { parameters: FROM_ITEM, credential: { user: 'shared@sandbox.test' } };
		const [alice, bob] = [
			MailWorkflow.forServer(server, node),
			MailWorkflow.forServer(server, node),
		];
		await alice.run(numbered(1));
		await bob.run(numbered(1, 1));
		await bob.run(numbered(1, 2));
		await alice.run(numbered(1, 3));
		expect(server.taken).toEqual([0, 1, 2, 3]);
		expect(server.at('reply').map(({ connection }) => connection)).toEqual([0, 1, 1, 2]);
		const [first, second, third] = server.at('auth').map(({ command }) => command);
		expect(second).not.toBe(first);
		expect(third).toBe(first);
		expect(idleConnections()).toHaveLength(1);
	});
});
