import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { installN8n } from '../n8n/install-n8n.js';
import { packProject } from '../n8n/install-package.js';
import { N8nClient } from '../n8n/n8n-client.js';
import { type CueServer, startCueServer } from './cue-server.js';
import { findPrograms } from './programs.js';
import { type QueueProcesses, startQueueProcesses } from './queue-processes.js';
import { startPostgres, startRedis } from './services.js';

/** n8n in queue mode with the packed package in it, and the sandbox beside it. */
export interface QueueStage {
	readonly processes: QueueProcesses;
	readonly client: N8nClient;
	readonly sandbox: Sandbox;
	readonly cues: CueServer;
	/** Holds everything, logs included. */
	readonly folder: string;
	/** Stops everything; `removeData` deletes the folder. */
	stop(options: { removeData: boolean }): Promise<void>;
}

/**
 * Starts all of it on free ports in a temporary folder.
 *
 * @param version n8n's version
 * @throws Error that names the missing programs, or what did not start; nothing is left running.
 */
export async function setQueueStage(version: string): Promise<QueueStage> {
	const programs = findPrograms();
	const n8n = await installN8n(version);
	const folder = await mkdtemp(path.join(tmpdir(), 'smtp-oauth-queue-mode-'));
	// PostgreSQL may run as another user, who has to reach its own folder below.
	await chmod(folder, 0o711);
	const stops: Array<() => Promise<void>> = [];
	const stop: QueueStage['stop'] = async ({ removeData }) => {
		for (const end of stops.splice(0).reverse()) await end().catch(console.error);
		if (removeData) await rm(folder, { recursive: true, force: true });
	};
	try {
		console.log('Building and packing this package …');
		const tarball = await packProject(path.join(folder, 'package'));
		console.log(`Starting Redis, PostgreSQL and n8n ${n8n.version}: main and two workers …`);
		const redis = await startRedis(programs, path.join(folder, 'redis'));
		stops.push(() => redis.stop());
		const postgres = await startPostgres(programs, path.join(folder, 'postgres'));
		stops.push(() => postgres.stop());
		const settings = { ...redis.settings, ...postgres.settings };
		const processes = await startQueueProcesses({ n8n, tarball, folder, settings });
		stops.push(() => processes.stop());
		const sandbox = await startSandbox({ dataDir: path.join(folder, 'mail') });
		stops.push(() => sandbox.close());
		const cues = await startCueServer();
		stops.push(() => cues.close());
		const client = new N8nClient(processes.url);
		await client.setUpOwnerOrSignIn();
		return { processes, client, sandbox, cues, folder, stop };
	} catch (error) {
		console.error(`What was started is stopped; the logs stay in ${folder}.`);
		await stop({ removeData: false });
		throw error;
	}
}
