import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Browser, chromium } from 'playwright-core';

import { runCommand } from '../n8n/run-command.js';

const DEBIAN_PATH = '/usr/bin/chromium';
const KNOWN_PATHS = [
	DEBIAN_PATH,
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * Starts a headless Chromium that connects only to the pages it is sent to.
 *
 * Takes the one named by `CHROMIUM_PATH`, else one in the usual places, else (on Debian, as root)
 * installs the distribution's; otherwise fails and says how to get one.
 */
export async function launchChromium(): Promise<Browser> {
	return await chromium.launch({
		executablePath: await findChromium(),
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--lang=en-US',
			// n8n's own pages ask for a web font: only this machine may answer.
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
		],
	});
}

async function findChromium(): Promise<string> {
	const named = process.env['CHROMIUM_PATH'];
	if (named !== undefined) {
		if (existsSync(named)) return named;
		throw new Error(`CHROMIUM_PATH names ${named}, which is not there.`);
	}
	const found = KNOWN_PATHS.find((candidate) => existsSync(candidate));
	if (found !== undefined) return found;
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
		throw new Error(
			'The end-to-end tests need Chromium. On Debian: `sudo apt-get install chromium`. ' +
				'Elsewhere install Chromium or Chrome and name its executable in CHROMIUM_PATH.',
		);
	}
	console.log('Installing Chromium from Debian (once) …');
	await aptGet('update');
	await aptGet('install', '-y', '--no-install-recommends', 'chromium');
	return DEBIAN_PATH;
}

async function aptGet(...args: string[]) {
	await runCommand({
		command: 'apt-get',
		args,
		cwd: tmpdir(),
		env: { DEBIAN_FRONTEND: 'noninteractive' },
		logPath: path.join(tmpdir(), `apt-get-${args[0] ?? ''}.log`),
		purpose: `apt-get ${args.join(' ')}`,
	});
}
