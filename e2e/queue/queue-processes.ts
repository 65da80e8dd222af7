import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { reservePort } from '../n8n/free-port.js';
import type { InstalledN8n } from '../n8n/install-n8n.js';
import { installAsCommunityPackage } from '../n8n/install-package.js';
import { type N8nProcess, startN8nProcess } from '../n8n/n8n-process.js';
import { TEST_SETTINGS, settingsFor } from '../n8n/n8n-settings.js';
import { upAddressesOf } from '../n8n/run-n8n.js';

/** One main process and two workers of n8n. */
export interface QueueProcesses {
	/** The editor's address, without a trailing slash. */
	readonly url: string;
	/** Ends a worker by SIGKILL. */
	killWorker(name: string): Promise<void>;
	/** Starts a worker that was killed. */
	startWorker(name: string): Promise<void>;
	/** The workers whose logs say that they began the execution, one entry for each time. */
	workersOf(executionId: string): Promise<string[]>;
	stop(): Promise<void>;
}

/** What they are started from. */
export interface QueueProcessesOptions {
	n8n: InstalledN8n;
	tarball: string;
	folder: string;
	/** Where Redis and the database are. */
	settings: Record<string, string>;
}

/** The workers' names, as `QUEUE_WORKER` in their environment. */
export const WORKERS = ['worker-1', 'worker-2'] as const;

/**
 * What makes processes into one n8n in queue mode. A dead worker's execution counts as stalled
 * after 10 seconds instead of n8n's minute, to save time.
 */
function queueSettings(): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false',
		// An activated workflow listens within a second instead of 15.
		N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		QUEUE_WORKER_LOCK_DURATION: '10000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
		QUEUE_WORKER_STALLED_INTERVAL: '3000',
	};
}

/**
 * Starts main and workers, each with a folder of its own and the package installed in it, as in
 * containers. A worker takes one execution at a time: two at once are therefore on two workers.
 */
export async function startQueueProcesses(options: QueueProcessesOptions): Promise<QueueProcesses> {
	const { folder } = options;
	const running = new Map<string, N8nProcess>();
	const shared = { ...options.settings, ...queueSettings() };
	const mainPath = path.join(folder, 'main');
	await mkdir(mainPath, { recursive: true });
	await installAsCommunityPackage(options.tarball, mainPath);

	/** Where links lead to, from every process. */
	let mainUrl: string | undefined;
	const start = async (name: string, command: readonly string[]) => {
		const userFolder = path.join(folder, name);
		if (name !== 'main') await cp(nodesPath(mainPath), nodesPath(userFolder), { recursive: true });
		const port = await reservePort(0);
		const url = `http://localhost:${port}`;
		const isMain = name === 'main';
		mainUrl ??= url;
		const n8n = await startN8nProcess({
			n8n: options.n8n,
			args: command,
			userFolder,
			settings: {
				...(await settingsFor(options.n8n.version, userFolder, port)),
				...TEST_SETTINGS,
				...shared,
				WEBHOOK_URL: `${mainUrl}/`,
				QUEUE_HEALTH_CHECK_PORT: String(port),
				QUEUE_WORKER: name,
			},
			upWhen: isMain ? upAddressesOf(url) : [`http://127.0.0.1:${port}/healthz/readiness`],
		});
		running.set(name, n8n);
		return url;
	};
	const startWorker = async (name: string) => {
		await start(name, ['worker', '--concurrency=1']);
	};
	const stop = async () => {
		await Promise.all([...running.values()].map(async (n8n) => await n8n.stop()));
	};

	try {
		// First: it makes the tables that the workers need.
		const url = await start('main', ['start']);
		for (const name of WORKERS) await startWorker(name);
		return {
			url,
			startWorker,
			stop,
			async killWorker(name) {
				await running.get(name)?.kill();
				running.delete(name);
			},
			async workersOf(executionId) {
				const begins = new RegExp(`Worker started execution ${executionId} `, 'g');
				const counts = WORKERS.map(async (name) => {
					const log = await readFile(path.join(folder, name, 'n8n.log'), 'utf8');
					return [...log.matchAll(begins)].map(() => name);
				});
				return (await Promise.all(counts)).flat();
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

function nodesPath(userFolder: string): string {
	return path.join(userFolder, '.n8n/nodes');
}
