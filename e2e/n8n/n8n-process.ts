import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { InstalledN8n } from './install-n8n.js';
import { type ProcessGroup, startProcessGroup } from './process-group.js';
import { childEnvironment } from './run-command.js';

/** A process of n8n: the whole of it, or a worker. */
export interface N8nProcess extends ProcessGroup {
	logPath: string;
}

/** What to start and how to know that it is up. */
export interface N8nProcessOptions {
	n8n: InstalledN8n;
	/** n8n's own command with its flags: `start`, or `worker` and so on. */
	args: readonly string[];
	userFolder: string;
	/** The environment variables that make n8n what it is to be. */
	settings: Record<string, string>;
	/** URLs that all answer once the process is up. */
	upWhen: readonly string[];
}

const UP_WITHIN_MS = 600_000;

/**
 * Starts a process of n8n and resolves when it is up.
 *
 * Fails with the end of its log when it ends or stays silent for ten minutes.
 */
export async function startN8nProcess(options: N8nProcessOptions): Promise<N8nProcess> {
	const logPath = path.join(options.userFolder, 'n8n.log');
	const group = startProcessGroup({
		command: options.n8n.nodePath,
		args: [options.n8n.scriptPath, ...options.args],
		cwd: options.userFolder,
		env: {
			...childEnvironment(),
			PATH: `${options.n8n.nodeBinPath}${path.delimiter}${process.env['PATH'] ?? ''}`,
			...options.settings,
		},
		logPath,
	});
	try {
		await Promise.race([
			waitUntilUp(options.upWhen),
			group.ended.then((reason) => {
				throw new Error(`n8n ended while starting (${reason})`);
			}),
		]);
	} catch (error) {
		await group.stop();
		throw new Error(`${String(error)}. ${await endOfLog(logPath)}`, { cause: error });
	}
	return { ...group, logPath };
}

async function waitUntilUp(addresses: readonly string[]) {
	const deadlineMs = Date.now() + UP_WITHIN_MS;
	while (Date.now() < deadlineMs) {
		const answers = await Promise.all(addresses.map(isUp));
		if (answers.every(Boolean)) return;
		await sleep(500);
	}
	throw new Error(`n8n did not answer within ${UP_WITHIN_MS / 1_000} seconds`);
}

async function isUp(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
		return response.ok && !(await response.text()).includes('n8n is starting up');
	} catch {
		return false;
	}
}

async function endOfLog(logPath: string): Promise<string> {
	const lines = (await readFile(logPath, 'utf8').catch(() => '')).trimEnd().split('\n');
	return `The end of ${logPath}:\n${lines.slice(-25).join('\n')}`;
}
