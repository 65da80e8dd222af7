import { mkdir, writeFile } from 'node:fs/promises';

import { MailServer } from '../../bench/mail-server/mail-server.js';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { installN8n } from '../n8n/install-n8n.js';
import { N8nClient } from '../n8n/n8n-client.js';
import { TEST_SETTINGS } from '../n8n/n8n-settings.js';
import { type RunningN8n, runN8n } from '../n8n/run-n8n.js';
import { type CredentialChanges, connectAccount, MAILBOX } from '../stage/sandbox-account.js';
import { type Stage, WORK_PATH, setStage } from '../stage/stage.js';

const NAME = 'bench';
const CA_PATH = `${WORK_PATH}${NAME}/ca.pem`;

/** Of this process's own environment n8n gets the rest, such as `N8N_EXPRESSION_ENGINE`. */
const SETTINGS = {
	...TEST_SETTINGS,
	N8N_RESTRICT_FILE_ACCESS_TO: WORK_PATH,
	// Both senders trust the mail server as they do a public one.
	NODE_EXTRA_CA_CERTS: CA_PATH,
};

/** The round trip of the link that some rows send over, in ms. */
export const LINK_MS = 20;

/** The node that sends: this one, or n8n's Send Email. */
export type Sender = 'ours' | 'theirs';

/** A full n8n with the packed package, and the mail server that it sends to. */
export class BenchStage {
	/** The folder that n8n's processes run in. */
	readonly folder = `${WORK_PATH}${NAME}/n8n`;
	#n8n: RunningN8n;
	#client: N8nClient;

	private constructor(
		private readonly stage: Stage,
		private readonly sandbox: Sandbox,
		/** Takes any sign-in, directly and over a link of `LINK_MS`. */
		readonly server: MailServer,
	) {
		this.#n8n = stage.n8n;
		this.#client = stage.client;
	}

	static async start(): Promise<BenchStage> {
		const server = await MailServer.start([LINK_MS], true);
		await mkdir(`${WORK_PATH}${NAME}`, { recursive: true });
		await writeFile(CA_PATH, server.target().caCertificate);
		const stage = await setStage({ name: NAME, environment: SETTINGS });
		return new BenchStage(stage, await startSandbox(), server);
	}

	get version(): string {
		return this.stage.version;
	}

	get client(): N8nClient {
		return this.#client;
	}

	/** Stops n8n and starts it again, with its workflows and credentials, and with further settings. */
	async restart(settings: Readonly<Record<string, string>> = {}): Promise<void> {
		const { version, tarball } = this.stage;
		const port = Number(new URL(this.#n8n.url).port);
		await this.#n8n.stop();
		this.#n8n = await runN8n({
			n8n: await installN8n(version),
			tarball,
			userFolder: this.folder,
			port,
			isKept: true,
			environment: { ...SETTINGS, ...settings },
		});
		this.#client = new N8nClient(this.#n8n.url, this.#client.session.state);
	}

	/** Stores a credential for the bench's mail server, connected, and resolves with its ID. */
	async addCredential(
		sender: Sender,
		linkMs = 0,
		changes: CredentialChanges = {},
	): Promise<string> {
		const { port } = this.server.target(linkMs);
		if (sender === 'theirs') {
			const login = { user: MAILBOX, password: 'secret' };
			const fields = { ...login, host: 'localhost', port, secure: false };
			return await this.client.createCredential('smtp', 'Send Email', fields);
		}
		const fields = { host: 'localhost', port, caCertificate: '', ...changes };
		return await connectAccount(this.client, this.sandbox, 'Bench', fields, MAILBOX);
	}

	async stop(): Promise<void> {
		this.server.stop();
		await this.sandbox.close({ removeData: true });
		await this.#n8n.stop();
	}
}
