import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
	ServiceAccount,
	ServiceAccountKeyFile,
} from '../../../sandbox/google/service-accounts.js';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const DOMAIN = 'fabrikam.example';
const SCOPE = 'https://mail.google.com/';

let clouds: Clouds;
let proxy: NamedHosts;
let account: ServiceAccount;
let keyFile: ServiceAccountKeyFile;
let user = '';
let before = 0;
beforeAll(async () => {
	clouds = await startClouds(readTrustedCertificate());
	proxy = await useNamedHosts(clouds.ports);
});
afterAll(async () => {
	await proxy.close();
	await clouds.close();
});
beforeEach(({ task }) => {
	const { directory } = clouds.google;
	const name = task.id.replaceAll(/\W/g, '').replaceAll('_', '-');
	account = directory.createServiceAccount(`mailer-${name}`);
	keyFile = account.createKey();
	directory.delegate(DOMAIN, account.clientId, [SCOPE]);
	user = `user-${name}@${DOMAIN}`;
	directory.users.add(user);
	before = clouds.google.tokenRequests.length;
});

const requests = () => clouds.google.tokenRequests.slice(before);

/** What a person enters. Gmail's own mail server is never reached: there is no way to it. */
function workflow(changes: IDataObject = {}, parameters: IDataObject = {}): MailWorkflow {
	const credential: ICredentialDataDecryptedObject = {
		provider: 'gmail',
		grantType: 'serviceAccount',
		serviceAccountKey: JSON.stringify(keyFile),
		user,
		...(changes as ICredentialDataDecryptedObject),
	};
	return new MailWorkflow(
		{
			parameters: { options: { maxAttempts: 1, timeoutSeconds: 10 }, ...parameters },
			settings: { onError: 'continueRegularOutput' },
		},
		credential,
	);
}

async function failureOf(changes: IDataObject = {}): Promise<unknown> {
	const [item] = jsonOf(await workflow(changes).run(), MAIL);
	return item?.['failure'];
}

/** The stages of a look at the mailbox. */
async function verify(changes: IDataObject = {}): Promise<IDataObject[]> {
	const look = workflow(changes, { operation: 'verify' });
	const [item] = jsonOf(await look.run(), MAIL);
	return item?.['stages'] as IDataObject[];
}

const tokenStage = (stages: IDataObject[]) => stages.find(({ stage }) => stage === 'token');

describe('a service account', () => {
	it('gets a token for its user, and says how that is renewed', async () => {
		expect(tokenStage(await verify())).toMatchObject({
			ok: true,
			detail: expect.stringContaining('the service account signs in'),
		});
		expect(requests()).toMatchObject([{ user, succeeded: true }]);
	});

	it('asks once for several executions, at a time and one after another', async () => {
		const flows = Array.from({ length: 3 }, () => workflow({}, { operation: 'verify' }));
		await Promise.all(flows.map((flow) => flow.run([{}, {}, {}])));
		await verify();
		expect(requests()).toHaveLength(1);
	});

	it('signs in with an address and the key alone, on one line', async () => {
		const serviceAccountKey = keyFile.private_key.replaceAll('\n', ' ');
		await verify({ serviceAccountEmail: account.email, serviceAccountKey });
		expect(requests()).toMatchObject([{ user, succeeded: true }]);
	});

	it('keeps the tokens of two users apart', async () => {
		const other = `other-${user}`;
		clouds.google.directory.users.add(other);
		await verify();
		await verify({ user: other });
		await verify();
		expect(requests().map((request) => request.user)).toEqual([user, other]);
	});

	it('fetches another token before the end of the last', async () => {
		clouds.google.accessTokenSeconds = 30;
		await verify();
		clouds.google.accessTokenSeconds = 3_599;
		await verify();
		expect(requests()).toHaveLength(2);
	});
});

describe('a service account that may not', () => {
	it('act for the user, has its client ID and the scope named', async () => {
		const stranger = clouds.google.directory.createServiceAccount('stranger');
		const serviceAccountKey = JSON.stringify(stranger.createKey());
		expect(await failureOf({ serviceAccountKey })).toMatchObject({
			code: 'PERMISSION_MISSING',
			stage: 'token',
			message: expect.stringContaining('domain-wide delegation is missing'),
			remedy: expect.stringContaining(stranger.clientId),
		});
	});

	it('act for somebody who does not exist', async () => {
		expect(await failureOf({ user: `nobody@${DOMAIN}` })).toMatchObject({
			code: 'TOKEN_REQUEST_FAILED',
			cause: 'configuration-invalid',
			retryable: false,
			message: expect.stringContaining(`nobody@${DOMAIN}`),
		});
	});

	it('use a key that was deleted', async () => {
		account.keys.length = 0;
		expect(await failureOf()).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('key of the service account'),
		});
	});

	it('exist', async () => {
		clouds.google.directory.serviceAccounts.length = 0;
		expect(await failureOf()).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('deleted or disabled'),
		});
	});

	it.each<[string, string, () => IDataObject]>([
		['with a key that is none', 'Service Account Key', () => ({ serviceAccountKey: 'secret' })],
		['with half a JSON file', 'Service Account Key', () => ({ serviceAccountKey: '{"type":' })],
		[
			'with the JSON file of a client',
			'Service Account Key',
			() => ({ serviceAccountKey: '{"web":{}}' }),
		],
		[
			'without an address',
			'Service Account Email',
			() => ({ serviceAccountKey: keyFile.private_key }),
		],
		[
			'with a person’s address',
			'Service Account Email',
			() => ({ serviceAccountKey: keyFile.private_key, serviceAccountEmail: user }),
		],
		['at another provider', 'Grant Type', () => ({ provider: 'microsoft365' })],
	])('%s is refused before anybody is asked', async (_what, field, changes) => {
		expect(await failureOf(changes())).toMatchObject({
			code: 'INVALID_PARAMETER',
			stage: 'parameters',
			message: expect.stringContaining(`"${field}"`),
		});
		expect(requests()).toEqual([]);
	});
});
