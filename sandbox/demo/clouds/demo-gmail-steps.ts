import Table from 'cli-table3';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { runSteps, type DemoSteps } from './demo-steps.js';
import { REPORT_NODES, reportNodeTypes, reportWorkflow } from './report-workflow.js';
import type { GmailServer } from '../../google/gmail-server.js';
import type { Clouds } from '../../start-clouds.js';
import { jsonOf, loadBuiltPackage, NODE_TYPE, WorkflowHost } from '../../n8n/workflow-host.js';

const DOMAIN = 'fabrikam.example';
const PERSON = `ada@${DOMAIN}`;
const ROBOT = `alerts@${DOMAIN}`;
const SEND = 'https://www.googleapis.com/auth/gmail.send';
/** Above what goes out in one request, so that it is uploaded in pieces. */
const LARGE_BYTES = 5_000_000;
const CONNECTED_MS = 3_600_000;

/** What the demo looks at in an item. */
interface ShownItem {
	readonly status?: string;
	readonly transport?: string;
	readonly failure?: {
		readonly code?: string;
		readonly message?: string;
		readonly remedy?: string;
	};
}

function describeMessages({ messages }: GmailServer): string {
	const table = new Table({
		head: ['subject', 'from', 'to', 'attachments'],
		style: { head: [], border: [] },
	});
	for (const { parsed, from, to } of messages) {
		const attached = parsed.attachments.map(
			({ filename, content }) =>
				`${filename ?? ''} (${String(Buffer.from(content as ArrayBuffer).length)} bytes)`,
		);
		table.push([parsed.subject ?? '', from, to.join(), attached.join()]);
	}
	return table.toString();
}

/** Runs the node with one credential or another, and prints what comes out. */
class Sender {
	readonly #host: WorkflowHost;

	constructor(private readonly demo: DemoSteps) {
		const built = loadBuiltPackage();
		this.#host = new WorkflowHost({ [NODE_TYPE]: built.node, ...reportNodeTypes }, [
			built.credential,
		]);
	}

	/** Stores a credential under its name. */
	store(name: string, data: ICredentialDataDecryptedObject): void {
		this.#host.store.credentials.set(name, { type: 'smtpOAuth2Api', data });
	}

	/**
	 * @param secrets what must not stand in the item
	 * @param logBytes of the attachment; 0: none
	 */
	async run(
		credential: string,
		parameters: IDataObject,
		secrets: readonly string[],
		logBytes = 0,
	): Promise<ShownItem> {
		const workflow = reportWorkflow({ id: credential, name: credential }, parameters, logBytes);
		const run = await this.#host.run(workflow, { startNode: REPORT_NODES.report });
		const items = jsonOf(run, REPORT_NODES.mail);
		const text = JSON.stringify(items, undefined, 2);
		console.log(text);
		this.demo.check(items.length === 1, `the node put out ${String(items.length)} items`);
		this.demo.check(!secrets.some((secret) => text.includes(secret)), 'the item holds a secret');
		return items[0] ?? {};
	}

	/** Sends a small and a large message, and verifies. */
	async runAll(credential: string, secrets: readonly string[]): Promise<void> {
		const { say, check } = this.demo;
		const expectItem = (what: string, item: ShownItem, status: string): void => {
			check(item.status === status, `${credential}, ${what}: the status is ${String(item.status)}`);
			check(
				item.transport === 'gmailApi',
				`${credential}, ${what}: the transport is ${String(item.transport)}`,
			);
		};
		say(`${credential}: verify, which sends nothing`, '');
		expectItem('verify', await this.run(credential, { operation: 'verify' }, secrets), 'ok');
		say(`${credential}: send a small message`, 'It goes out in one request.');
		const subject = `Nightly import finished (${credential})`;
		expectItem('small', await this.run(credential, { subject }, secrets), 'sent');
		say(
			`${credential}: send ${String(LARGE_BYTES / 1_000_000)} MB`,
			'It is uploaded in pieces, with the same permission.',
		);
		const large = { subject: `With the log (${credential})`, options: { attachments: 'log' } };
		expectItem('large', await this.run(credential, large, secrets, LARGE_BYTES), 'sent');
	}
}

/** What n8n has stored of a person who has connected the app with one scope. */
function connected(google: Clouds['google'], scope: string): ICredentialDataDecryptedObject {
	const tokenData = google.grant(PERSON, [scope]);
	return {
		provider: 'gmail',
		grantType: 'authorizationCode',
		deliverVia: 'gmailApi',
		clientId: 'app',
		clientSecret: 'app-secret-1234567890',
		user: PERSON,
		oauthTokenData: { ...tokenData, n8n_expires_at: String(Date.now() + CONNECTED_MS) },
	};
}

/** A credential that was connected for something else says so before anything goes out. */
async function showSwitchedOver(
	sender: Sender,
	{ google, gmail }: Clouds,
	{ say, check }: DemoSteps,
): Promise<void> {
	say(
		'Switch a credential over that was connected for something else',
		'Its connection has the scope openid. Both operations say what to do, and ask Gmail nothing:',
	);
	sender.store('Switched over', connected(google, 'openid'));
	const requests = gmail.requests.length;
	for (const parameters of [{ subject: 'Too early' }, { operation: 'verify' }]) {
		const { status, transport, failure } = await sender.run('Switched over', parameters, []);
		check(status === 'failed', `switched over the status is ${String(status)}`);
		check(
			failure?.code === 'RECONNECT_REQUIRED',
			`switched over the code is ${String(failure?.code)}`,
		);
		check(transport === 'gmailApi', `switched over the transport is ${String(transport)}`);
		check(/connect it again/i.test(failure?.remedy ?? ''), 'the remedy does not say to connect');
	}
	check(gmail.requests.length === requests, 'a refused connection was shown to Gmail');
}

/** Looks at what has gone out. */
function checkMessages({ messages }: GmailServer, { check }: DemoSteps): void {
	check(messages.length === 4, `Gmail has sent ${String(messages.length)} messages`);
	check(
		messages.map(({ from }) => from).join() === [PERSON, PERSON, ROBOT, ROBOT].join(),
		'the senders are others',
	);
	check(
		messages.every(({ to }) => to.join() === 'ada@example.com'),
		'the recipients are others',
	);
	const sizes = messages.flatMap(({ parsed }) =>
		parsed.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer).length),
	);
	check(sizes.join() === [LARGE_BYTES, LARGE_BYTES].join(), 'the attachments are not whole');
}

async function demoGmailSteps(clouds: Clouds, demo: DemoSteps): Promise<void> {
	const { google, gmail } = clouds;
	gmail.mailboxes.push({ address: PERSON }, { address: ROBOT });
	console.log(
		'A person and a service account send mail by the Gmail API, with the permission to send alone.\n' +
			"The node asks Google's real addresses; a proxy leads them to stand-ins on this machine.",
	);
	const sender = new Sender(demo);

	const person = connected(google, SEND);
	demo.say(
		'A person connects the credential with Deliver Via set to Gmail API',
		`User   ${PERSON}\nScope  ${SEND}: "Send email on your behalf"`,
	);
	sender.store('Person', person);
	const { access_token: accessToken, refresh_token: refreshToken } = person['oauthTokenData'] as {
		readonly access_token: string;
		readonly refresh_token: string;
	};
	await sender.runAll('Person', [accessToken, refreshToken, 'app-secret-1234567890']);

	const account = google.directory.createServiceAccount('mailer');
	google.directory.delegate(DOMAIN, account.clientId, [SEND]);
	google.directory.users.add(ROBOT);
	const key = account.createKey();
	demo.say(
		'An administrator delegates the same scope to a service account',
		`admin.google.com → Security → API controls → Manage domain-wide delegation → Add new
  Client ID     ${account.clientId}
  OAuth scopes  ${SEND}
Its key goes into the credential; there is nothing to connect.`,
	);
	sender.store('Service account', {
		provider: 'gmail',
		grantType: 'serviceAccount',
		deliverVia: 'gmailApi',
		serviceAccountKey: JSON.stringify(key),
		user: ROBOT,
	});
	await sender.runAll('Service account', [key.private_key]);

	await showSwitchedOver(sender, clouds, demo);
	console.log(`\nWhat the Gmail API has sent:\n${describeMessages(gmail)}`);
	checkMessages(gmail, demo);
}

const problems = await runSteps(demoGmailSteps);
if (problems.length === 0) console.log('\nAll of it went out as expected.');
process.send?.(problems);
