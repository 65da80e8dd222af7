import path from 'node:path';
import { parseArgs } from 'node:util';

import { DEFAULT_N8N_VERSION } from '../n8n/install-n8n.js';

const DEFAULT_PORT = 5678;

const USAGE = `npm start -- [--fresh] [--n8n <version>] [--port <number>]
npm run dev -- [the same] [--inspect]

Runs the real n8n with this package installed, beside a mail and OAuth2 server of its own. Workflows,
credentials and mails are kept from one start to the next. "npm run dev" compiles what you save and
has n8n load it, without a new start.

  --fresh    forgets earlier starts: begins with the examples, one credential and no mail
  --n8n      n8n's version (default ${DEFAULT_N8N_VERSION})
  --port     the editor's port on loopback (default ${DEFAULT_PORT}); the sandbox takes those from port + 2 to
             port + 5. 0: any free ports, nothing is kept
  --inspect  lets a debugger attach to n8n on port 9229`;

/** What `npm start` and `npm run dev` were asked for. */
export interface StartOptions {
	version: string;
	/** The editor's port; 0: any, also for the sandbox. */
	port: number;
	/** Forget what the last start has left. */
	isFresh: boolean;
	/** Compile and load changes while n8n runs. */
	isWatching: boolean;
	/** Open n8n for a debugger. */
	isInspected: boolean;
}

/** Reads the command line; `undefined`: only help was wanted. Fails with what is wrong with it. */
export function readStartOptions(): StartOptions | undefined {
	const { values } = parseArgs({
		options: {
			n8n: { type: 'string', default: process.env['N8N_VERSION'] ?? DEFAULT_N8N_VERSION },
			port: { type: 'string', default: String(DEFAULT_PORT) },
			fresh: { type: 'boolean', default: false },
			watch: { type: 'boolean', default: false },
			inspect: { type: 'boolean', default: false },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return undefined;
	}
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 0 || port > 65_530) {
		throw new Error(`--port takes a port number up to 65530, not "${values.port}".`);
	}
	return {
		version: values.n8n,
		port,
		isFresh: values.fresh || port === 0,
		isWatching: values.watch,
		isInspected: values.inspect,
	};
}

/**
 * Where below `e2e/.work` a start keeps its things. An older n8n cannot read what a newer one has
 * stored, and a stored credential names the sandbox's ports: each version and port has its own.
 */
export function startFolderOf(version: string, port: number): string {
	return path.join('start', port === DEFAULT_PORT ? version : `${version}-port-${port}`);
}

/** The ports of the sandbox beside an editor on `port`. */
export function sandboxPortsOf(port: number) {
	const portAfter = (distance: number) => (port === 0 ? 0 : port + distance);
	return {
		inbox: portAfter(2),
		oauth: portAfter(3),
		implicit: portAfter(4),
		starttls: portAfter(5),
	};
}
