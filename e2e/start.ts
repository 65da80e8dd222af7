import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { startSandbox } from '../sandbox/start-sandbox.js';
import { readExampleWorkflows } from './stage/example-workflows.js';
import { DEFAULT_N8N_VERSION } from './n8n/install-n8n.js';
import { OWNER } from './n8n/n8n-client.js';
import { MAILBOX, connectAccount } from './stage/sandbox-account.js';
import { WORK_PATH, setStage } from './stage/stage.js';

const CREDENTIAL_NAME = 'Sandbox (alice@sandbox.test)';
const DEFAULT_PORT = 5678;

const USAGE = `npm start -- [--n8n <version>] [--port <number>]

Runs the real n8n with this package installed, beside a mail and OAuth2 server of its own.
  --n8n   n8n's version (default ${DEFAULT_N8N_VERSION})
  --port  the editor's port on loopback (default ${DEFAULT_PORT})`;

/** Everything started so far, in order; ended in reverse. */
const started: Array<() => Promise<void>> = [];
let isEnding = false;

async function end(exitCode: number): Promise<void> {
	if (isEnding) return;
	isEnding = true;
	for (const stop of started.reverse()) await stop().catch(console.error);
	process.exit(exitCode);
}

async function start() {
	const { values } = parseArgs({
		options: {
			n8n: { type: 'string' },
			port: { type: 'string', default: String(DEFAULT_PORT) },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return;
	}
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 0 || port > 65_535) {
		throw new Error(`--port wants a port number, not "${values.port}".`);
	}

	const stage = await setStage({
		name: 'start',
		port,
		...(values.n8n === undefined ? {} : { version: values.n8n }),
	});
	started.push(() => stage.n8n.stop());
	const mailPath = path.join(WORK_PATH, 'start/mail');
	await rm(mailPath, { recursive: true, force: true });
	const sandbox = await startSandbox({ dataDir: mailPath });
	started.push(() => sandbox.close());

	console.log('Connecting the credential and importing the example workflows …');
	const id = await connectAccount(stage.client, sandbox, CREDENTIAL_NAME);
	const examples = await readExampleWorkflows({ id, name: CREDENTIAL_NAME });
	for (const { workflow } of examples) await stage.client.createWorkflow(workflow);

	printBox([
		`n8n ${stage.version} is running, with this package installed in it.`,
		'',
		`Editor      ${stage.n8n.url}`,
		`Email       ${OWNER.email}`,
		`Password    ${OWNER.password}`,
		'',
		`Credential  ${CREDENTIAL_NAME}, connected`,
		`Workflows   ${examples.length} examples`,
		`Mail        ${sandbox.dataDir}`,
		`n8n's log   ${stage.n8n.logPath}`,
		'',
		`Mail is caught here, whomever it is for. It is sent as ${MAILBOX}.`,
		'Ctrl-C ends everything.',
	]);
	sandbox.mail.onMessage(({ envelope, parsed, emlPath }) => {
		const time = new Date().toLocaleTimeString('en-GB');
		console.log(
			`${time}  mail to ${envelope.to.join(', ')}: "${parsed.subject ?? ''}"  ${emlPath}`,
		);
	});
	void stage.n8n.ended.then((reason) => {
		if (isEnding) return;
		console.error(`n8n has ended (${reason}); its log: ${stage.n8n.logPath}`);
		void end(1);
	});
}

function printBox(lines: readonly string[]) {
	const width = Math.max(...lines.map((line) => line.length));
	console.log(`┌${'─'.repeat(width + 2)}┐`);
	for (const line of lines) console.log(`│ ${line.padEnd(width)} │`);
	console.log(`└${'─'.repeat(width + 2)}┘`);
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(name, () => {
		if (!isEnding) console.log('\nStopping …');
		void end(0);
	});
}

start().catch(async (error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	await end(1);
});
