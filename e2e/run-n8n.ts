import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { InstalledN8n } from './install-n8n.js';
import { installAsCommunityPackage } from './install-package.js';
import { startProcessGroup } from './process-group.js';
import { childEnvironment } from './run-command.js';

/** A running n8n. */
export interface RunningN8n {
	/** The editor's address, without a trailing slash. */
	url: string;
	/** Resolves, with the reason, when n8n has ended. */
	ended: Promise<string>;
	logPath: string;
	/** Stops n8n and every process it started. */
	stop(): Promise<void>;
}

/** How to run it. */
export interface RunOptions {
	n8n: InstalledN8n;
	/** The packed package to install into it. */
	tarball: string;
	/** Emptied and filled: settings, database and community packages of this run. */
	userFolder: string;
	/** 0 or absent: any free port. */
	port?: number;
}

const UP_WITHIN_MS = 180_000;

/**
 * Starts n8n on loopback with a fresh user folder and the package installed in it, and resolves
 * when its routes answer. Nothing of it calls the internet.
 *
 * Fails with the end of n8n's log when it ends or stays silent for three minutes.
 */
export async function runN8n(options: RunOptions): Promise<RunningN8n> {
	await rm(options.userFolder, { recursive: true, force: true });
	await mkdir(options.userFolder, { recursive: true });
	await installAsCommunityPackage(options.tarball, options.userFolder);

	const port = await reservePort(options.port ?? 0);
	const logPath = path.join(options.userFolder, 'n8n.log');
	const group = startProcessGroup({
		command: options.n8n.nodePath,
		args: [options.n8n.scriptPath, 'start'],
		cwd: options.userFolder,
		env: {
			...childEnvironment(),
			PATH: `${options.n8n.nodeBinPath}${path.delimiter}${process.env['PATH'] ?? ''}`,
			...(await settingsFor(options, port)),
		},
		logPath,
	});
	const url = `http://localhost:${port}`;
	try {
		await Promise.race([
			waitUntilUp(url),
			group.ended.then((reason) => {
				throw new Error(`n8n ended while starting (${reason})`);
			}),
		]);
	} catch (error) {
		await group.stop();
		throw new Error(`${String(error)}. ${await endOfLog(logPath)}`, { cause: error });
	}
	return { url, ended: group.ended, logPath, stop: () => group.stop() };
}

async function settingsFor(options: RunOptions, port: number): Promise<Record<string, string>> {
	const { userFolder } = options;
	const { version } = options.n8n;
	return {
		N8N_USER_FOLDER: userFolder,
		N8N_HOST: 'localhost',
		N8N_PORT: String(port),
		N8N_PROTOCOL: 'http',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		DB_SQLITE_POOL_SIZE: '2',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		N8N_RUNNERS_ENABLED: 'true',
		N8N_RUNNERS_BROKER_PORT: String(await reservePort(0)),
		N8N_PYTHON_ENABLED: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_LOG_LEVEL: 'info',
		// Community packages load, but n8n neither looks for others nor replaces ours.
		N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_REINSTALL_MISSING_PACKAGES: 'false',
		// Everything that would call home, or put a dialog over the editor.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		...(version.startsWith('1.') ? {} : { N8N_DISABLED_MODULES: 'mcp-registry' }),
		N8N_LICENSE_SERVER_URL: 'http://127.0.0.1:9',
		N8N_WORKFLOWS_AUTOSAVE_DISABLED: 'true',
		EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
		GENERIC_TIMEZONE: 'UTC',
	};
}

/** `/healthz/readiness` answers some seconds before the routes do: both must. */
async function waitUntilUp(url: string) {
	const deadlineMs = Date.now() + UP_WITHIN_MS;
	while (Date.now() < deadlineMs) {
		if ((await isUp(`${url}/healthz/readiness`)) && (await isUp(`${url}/rest/settings`))) return;
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

/** Finds out that a port is free, or picks one that is (0). Fails when it is taken. */
async function reservePort(port: number): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error) =>
			reject(new Error(`Port ${port} is not free (${error.message}). Name another with --port.`)),
		);
		server.listen(port, '127.0.0.1', resolve);
	});
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
	return address.port;
}
