import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { DEFAULT_N8N_VERSION, installN8n } from '../n8n/install-n8n.js';
import { packProject } from '../n8n/install-package.js';
import { N8nClient } from '../n8n/n8n-client.js';
import { type RunningN8n, runN8n } from '../n8n/run-n8n.js';

/** Everything a run leaves behind; emptied by the next of the same name, unless that is kept. */
export const WORK_PATH = fileURLToPath(new URL('../.work/', import.meta.url));

/** An n8n with the packed package in it and its owner signed in. */
export interface Stage {
	version: string;
	/** The packed package. */
	tarball: string;
	n8n: RunningN8n;
	client: N8nClient;
}

/** Which n8n to run and where. */
export interface StageOptions {
	/** The folder below `e2e/.work` that this run has to itself. */
	name: string;
	/** Default: `N8N_VERSION`, else the one in `install-n8n.ts`. */
	version?: string;
	/** Default: any free port. */
	port?: number;
	/** Environment variables of n8n beside those that every n8n here has; default: those for tests. */
	environment?: Readonly<Record<string, string>>;
	/** Go on with the workflows and credentials of the last run of this name. */
	isKept?: boolean;
}

/**
 * Installs n8n where it is missing, builds, packs and installs this project into it, starts it and
 * makes its owner, or signs in as the one of the last run. Says what it does, line by line.
 */
export async function setStage(options: StageOptions): Promise<Stage> {
	const version = options.version ?? process.env['N8N_VERSION'] ?? DEFAULT_N8N_VERSION;
	const folder = path.join(WORK_PATH, options.name);
	await mkdir(folder, { recursive: true });
	const installed = await installN8n(version);
	console.log('Building and packing this package …');
	const tarball = await packProject(path.join(folder, 'package'));
	console.log(`Starting n8n ${version} with ${path.basename(tarball)} installed in it …`);
	const n8n = await runN8n({
		n8n: installed,
		tarball,
		userFolder: path.join(folder, 'n8n'),
		...(options.port === undefined ? {} : { port: options.port }),
		...(options.environment === undefined ? {} : { environment: options.environment }),
		isKept: options.isKept ?? false,
	});
	try {
		const client = new N8nClient(n8n.url);
		await client.setUpOwnerOrSignIn();
		return { version, tarball, n8n, client };
	} catch (error) {
		await n8n.stop();
		throw error;
	}
}
