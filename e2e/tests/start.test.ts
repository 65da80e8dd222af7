import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { reservePort } from '../n8n/free-port.js';
import { PROJECT_PATH } from '../n8n/install-package.js';
import { N8nClient } from '../n8n/n8n-client.js';
import { WORK_PATH } from '../stage/stage.js';
import { SEND, TRIGGER, sendWorkflow } from '../stage/test-workflow.js';
import { startFolderOf } from '../start/options.js';

const { version } = inject('n8n');

/** `npm start` on a port, once it says that it runs. */
async function start(port: number, ...flags: string[]) {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', 'e2e/start.ts', '--n8n', version, '--port', String(port), ...flags],
		{ cwd: PROJECT_PATH, stdio: ['ignore', 'pipe', 'pipe'] },
	);
	let output = '';
	await new Promise<void>((resolve, reject) => {
		const read = (chunk: Buffer) => {
			output += chunk.toString('utf8');
			if (output.includes('Ctrl-C ends everything')) resolve();
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
		child.once('exit', () => reject(new Error(`npm start has ended: ${output}`)));
	});
	const client = new N8nClient(`http://localhost:${port}`);
	await client.setUpOwnerOrSignIn();
	return { child, client, output };
}

async function stop(child: ChildProcess | undefined) {
	if (child === undefined || child.exitCode !== null) return;
	child.kill('SIGTERM');
	await once(child, 'exit');
}

describe('npm start', () => {
	let port: number;
	let started: Awaited<ReturnType<typeof start>> | undefined;
	let workflowId: string;

	beforeAll(async () => {
		port = await reservePort(0);
		started = await start(port, '--fresh');
	});
	afterAll(async () => {
		await stop(started?.child);
		await rm(path.join(WORK_PATH, startFolderOf(version, port)), { recursive: true, force: true });
	});

	const send = async () => (await started?.client.runWorkflow(workflowId, TRIGGER))?.outputs[SEND];
	const inboxPage = async () => await (await fetch(`http://localhost:${port + 2}/`)).text();
	const listed = async () => (await inboxPage()).match(/data-test="listed"/g)?.length;

	it('has a connected credential, and shows in its inbox what is sent', async () => {
		expect(started?.output).toContain('Client Secret');
		const credential = await started?.client.newestCredential();
		expect(credential?.name).toBe('Sandbox (alice@sandbox.test)');
		workflowId =
			(await started?.client.createWorkflow(
				sendWorkflow('Kept', credential ?? { id: '', name: '' }, {
					toEmail: 'bob@sandbox.test',
					subject: 'Kept',
					emailFormat: 'text',
					text: 'Is this still here tomorrow?',
				}),
			)) ?? '';
		expect(await send()).toMatchObject([[{ status: 'sent' }]]);
		expect(await listed()).toBe(1);
	});

	it('keeps workflows, the connected credential and mails for the next start', async () => {
		await stop(started?.child);
		started = await start(port);
		expect(started.output).toContain('as you left them');
		expect(await listed()).toBe(1);
		expect(await send()).toMatchObject([[{ status: 'sent' }]]);
		expect(await listed()).toBe(2);
	});
});
