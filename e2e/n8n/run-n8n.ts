import { mkdir, rm } from 'node:fs/promises';

import { reservePort } from './free-port.js';
import type { InstalledN8n } from './install-n8n.js';
import { installAsCommunityPackage } from './install-package.js';
import { startN8nProcess } from './n8n-process.js';
import { TEST_SETTINGS, settingsFor } from './n8n-settings.js';

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
	/** Settings, database and community packages of this run; emptied first, unless it is kept. */
	userFolder: string;
	/** Go on with what an earlier run left in the user folder; the package is installed again. */
	isKept?: boolean;
	/** 0 or absent: any free port. */
	port?: number;
	/** Set on top of what every n8n here has; default: `TEST_SETTINGS`. */
	environment?: Readonly<Record<string, string>>;
}

/**
 * Starts n8n on loopback with the package installed in it, and resolves when its routes answer. Nothing of it calls the internet.
 *
 * Fails with the end of n8n's log when it ends or stays silent for ten minutes.
 */
export async function runN8n(options: RunOptions): Promise<RunningN8n> {
	if (options.isKept !== true) await rm(options.userFolder, { recursive: true, force: true });
	await mkdir(options.userFolder, { recursive: true });
	await installAsCommunityPackage(options.tarball, options.userFolder);

	const port = await reservePort(options.port ?? 0);
	const url = `http://localhost:${port}`;
	const n8n = await startN8nProcess({
		n8n: options.n8n,
		args: ['start'],
		userFolder: options.userFolder,
		settings: {
			...(await settingsFor(options.n8n.version, options.userFolder, port)),
			...(options.environment ?? TEST_SETTINGS),
		},
		upWhen: upAddressesOf(url),
	});
	return { url, ended: n8n.ended, logPath: n8n.logPath, stop: () => n8n.stop() };
}

/** The first of them answers some seconds before the routes do: both must. */
export function upAddressesOf(url: string): readonly string[] {
	return [`${url}/healthz/readiness`, `${url}/rest/settings`];
}
