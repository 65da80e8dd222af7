import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { type Inbox, startInbox } from '../sandbox/inbox/inbox-server.js';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.js';
import { installedPackagePath } from './n8n/install-package.js';
import { OWNER } from './n8n/n8n-client.js';
import { settingsForPerson } from './n8n/n8n-settings.js';
import { MAILBOX } from './stage/sandbox-account.js';
import { type Stage, WORK_PATH, setStage } from './stage/stage.js';
import { CREDENTIAL_NAME, fillOnce } from './start/first-contents.js';
import {
	type StartOptions,
	readStartOptions,
	sandboxPortsOf,
	startFolderOf,
} from './start/options.js';
import { watchSources } from './start/watch-sources.js';

/** Everything started so far, in order; ended in reverse. */
const started: Array<() => Promise<void>> = [];
let isEnding = false;

async function end(exitCode: number): Promise<void> {
	if (isEnding) return;
	isEnding = true;
	for (const stop of started.reverse()) await stop().catch(console.error);
	process.exit(exitCode);
}

async function start(options: StartOptions) {
	const name = startFolderOf(options.version, options.port);
	const folder = path.join(WORK_PATH, name);
	if (options.isFresh) await rm(folder, { recursive: true, force: true });

	const ports = sandboxPortsOf(options.port);
	const sandbox = await startSandbox({
		dataDir: path.join(folder, 'mail'),
		isKept: true,
		ports,
	}).catch((error: unknown) => {
		throw new Error(
			`The sandbox needs the ports ${ports.inbox} to ${ports.starttls}: ${String(error)}. ` +
				'End what uses them, or choose another --port.',
		);
	});
	started.push(() => sandbox.close());
	await writeFile(certificatePathOf(sandbox), sandbox.mail.caCertificate);

	const inbox = await startInbox(sandbox, ports.inbox);
	started.push(() => inbox.close());

	const stage = await setStage({
		name,
		version: options.version,
		port: options.port,
		isKept: true,
		environment: { ...settingsForPerson(options.version), ...settingsForWork(options) },
	});
	started.push(() => stage.n8n.stop());
	const imported = await fillOnce(stage.client, sandbox);
	if (options.isWatching) {
		started.push(watchSources(installedPackagePath(path.join(folder, 'n8n'))));
	}
	describe(stage, sandbox, inbox, imported, options);
	reportMail(sandbox);
	void stage.n8n.ended.then((reason) => {
		if (isEnding) return;
		console.error(`n8n has ended (${reason}); its log: ${stage.n8n.logPath}`);
		void end(1);
	});
}

function certificatePathOf(sandbox: Sandbox): string {
	return path.join(sandbox.dataDir, 'ca.pem');
}

/** What n8n needs to load changed code, and to be debugged. */
function settingsForWork({ isWatching, isInspected }: StartOptions): Record<string, string> {
	return {
		...(isWatching ? { NODE_ENV: 'development', N8N_DEV_RELOAD: 'true' } : {}),
		...(isInspected ? { NODE_OPTIONS: '--inspect=127.0.0.1:9229' } : {}),
	};
}

function describe(
	stage: Stage,
	sandbox: Sandbox,
	inbox: Inbox,
	imported: number | undefined,
	{ isWatching, isInspected }: StartOptions,
) {
	const { clientId, clientSecret } = sandbox.oauth.clients.confidential;
	printBox([
		`n8n ${stage.version} is running, with this package installed in it.`,
		'',
		`Editor         ${stage.n8n.url}`,
		`Email          ${OWNER.email}`,
		`Password       ${OWNER.password}`,
		'',
		`Credential     ${CREDENTIAL_NAME}, connected`,
		imported === undefined
			? 'Workflows      as you left them; "npm start -- --fresh" begins without them'
			: `Workflows      ${imported} examples`,
		`Inbox          ${inbox.url}`,
		`Mail           ${sandbox.dataDir}`,
		`n8n's log      ${stage.n8n.logPath}`,
		'',
		'For a credential of your own: Provider "Custom", and',
		`Endpoints      ${sandbox.oauth.authorizationUrl}`,
		`               ${sandbox.oauth.tokenUrl}`,
		`Scopes         ${sandbox.oauth.scope}`,
		`Client ID      ${clientId}`,
		`Client Secret  ${clientSecret}`,
		`Server         ${sandbox.mail.host}, port ${sandbox.mail.starttlsPort} (STARTTLS) or ${sandbox.mail.implicitPort} (implicit TLS)`,
		`Users          ${sandbox.users.map(({ email }) => email).join(', ')}`,
		`CA Certificate the text of ${certificatePathOf(sandbox)}`,
		'',
		`All mail stays here, to every address. It is sent as ${MAILBOX}.`,
		...(isWatching ? ['What you save in nodes/ and credentials/ is loaded in a few seconds.'] : []),
		...(isInspected ? ['A debugger can attach to 127.0.0.1:9229.'] : []),
		'Ctrl-C ends everything.',
	]);
}

function reportMail(sandbox: Sandbox) {
	sandbox.mail.onMessage(({ envelope, parsed, emlPath }) => {
		const time = new Date().toLocaleTimeString('en-GB');
		console.log(
			`${time}  mail to ${envelope.to.join(', ')}: "${parsed.subject ?? ''}"  ${emlPath}`,
		);
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

try {
	const options = readStartOptions();
	if (options !== undefined) await start(options);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	await end(1);
}
